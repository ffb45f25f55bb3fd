"""Source 3, the newsletter: mostly an e-mail address and a status, exported 19 days late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from . import noise
from .chance import sample, stream
from .ledger import Entry, Row, Statement, Table, World
from .people import Person
from .permission import TWO_TEXTS, WITHDRAWN_BUT_CLUB_YES
from .words import words

COLUMNS = words(
    "subscriber_id email first_name last_name status consent_ts consent_source "
    "consent_text_version country last_open_at bounces unsub_ts tags"
)
IDENTIFYING = {"email": "email", "first_name": "given_name", "last_name": "surname"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """What later lists are built from."""

    subscriber_id: str
    email: str
    name: str
    status: str
    withdrawn_at: datetime | None
    person: Person | None


def subscribers(world: World) -> tuple[Table, list[Subscription]]:
    """The export by id, and the subscriptions in it."""
    rng = stream(world.seed, "newsletter")
    entries: list[Entry] = []
    taken: set[str] = set()
    for person in world.members("newsletter"):
        address = _address(rng, world, person)
        # The service holds each address once: in a shared mailbox the second reader has another.
        entries.append(
            _subscriber(rng, world, person, person.second_email if address in taken else address)
        )
        taken.add(str(entries[-1].row["email"]))
        if person.second_email and person.second_email not in taken and rng.random() < 0.14:
            second = _subscriber(rng, world, person, person.second_email)
            second.fault("second_address", "email")
            entries.append(second)
            taken.add(person.second_email)
    entries += _companies(rng, world)
    entries.sort(key=lambda e: (str(e.row["_since"]), str(e.row["email"])))
    number = 50_000
    for entry in entries:
        number += rng.randint(1, 3)
        entry.row["subscriber_id"] = f"S{number}"
    _lack_proof(rng, world, entries)
    _state(world, entries)
    result = [
        Subscription(
            str(e.row["subscriber_id"]),
            str(e.row["email"]),
            f"{e.row['first_name']} {e.row['last_name']}".strip(),
            str(e.row["status"]),
            world.permissions[e.person.person_id].withdrawn_at if e.person else None,
            e.person,
        )
        for e in entries
    ]
    club_export = f"{world.client.club_export:%Y-%m-%d %H:%M:%S}"
    for entry in entries:
        if entry.person is not None and not any(f[0] == "second_address" for f in entry.faults):
            _remember(world, entry)
        if entry.person is not None and str(entry.row["unsub_ts"]) > club_export:
            entry.fault("withdrawn_after_club_export", "withdrawal_time")
        if rng.random() < 0.04:
            entry.row["email"] = str(entry.row["email"]).upper()
            entry.fault("upper_case_row", "email")
            entry.row["first_name"] = str(entry.row["first_name"]).upper()
            entry.row["last_name"] = str(entry.row["last_name"]).upper()
        del entry.row["_since"]
    world.ledger.bases["newsletter", "upper_case_row"] = len(entries)
    world.ledger.close("newsletter", "subscribers", "subscriber_id", entries, IDENTIFYING)
    world.ledger.faults.append(("newsletter", "", "late_feed_19_days", "file"))
    world.ledger.bases["newsletter", "late_feed_19_days"] = 1
    return Table(COLUMNS, [e.row for e in entries]), result


def _remember(world: World, entry: Entry) -> None:
    assert entry.person is not None
    if world.permissions[entry.person.person_id].planted == WITHDRAWN_BUT_CLUB_YES:
        name = f"{entry.row['first_name']} {entry.row['last_name']}"
        written = world.written.setdefault(entry.person.person_id, {})
        written["newsletter"] = (str(entry.row["email"]).lower(), name)


def _address(rng: Random, world: World, person: Person) -> str:
    planted_pair = person.canary is not None or world.permissions[person.person_id].planted
    if person.job and person.contact_only:
        return person.job.email if not person.job.role_mailbox else person.email
    if person.second_email and not planted_pair and rng.random() < 0.30:
        return person.second_email
    return person.email


def _subscriber(rng: Random, world: World, person: Person, email: str) -> Entry:
    client, state = world.client, world.permissions[person.person_id]
    planted = state.planted or person.canary is not None
    named, fully = rng.random() < 0.46, rng.random() < 0.55
    end = client.newsletter_export
    active = state.since + timedelta(
        seconds=int((end - state.since).total_seconds() * rng.random() ** 0.4)
    )
    status = "subscribed"
    if state.email == "withdrawn":
        status = "unsubscribed"
        assert state.withdrawn_at is not None
        active = min(active, state.withdrawn_at)
    elif not planted and rng.random() < 0.03:
        status = "bounced"
    row: Row = {
        "subscriber_id": "",
        "email": email,
        "first_name": person.name.given if named or planted else "",
        "last_name": person.name.surname if (named and fully) or planted else "",
        "status": status,
        "consent_ts": f"{state.since:%Y-%m-%d %H:%M:%S}",
        "consent_source": rng.choices(("footer", "checkout", "club", "competition"), (4, 3, 2, 1))[
            0
        ],
        "consent_text_version": state.text,
        "country": person.country if rng.random() < 0.9 else "",
        "last_open_at": f"{active:%Y-%m-%d %H:%M:%S}" if rng.random() < 0.71 else "",
        "bounces": rng.randint(3, 9) if status == "bounced" else int(rng.random() < 0.05),
        "unsub_ts": f"{state.withdrawn_at:%Y-%m-%d %H:%M:%S}" if status == "unsubscribed" else "",
        "tags": "|".join(t for t in ("have", "bolig", "tilbud", "pro") if rng.random() < 0.2),
        "_since": f"{state.since:%Y-%m-%d %H:%M:%S}",
    }
    entry = Entry(row, person)
    if person.shares_mailbox and email == person.email:
        entry.fault("shared_mailbox", "email")
    return entry


def _companies(rng: Random, world: World) -> list[Entry]:
    """Company addresses: nobody in particular reads them."""
    entries = []
    for company in world.companies:
        if rng.random() >= 0.27:
            continue
        since = world.client.newsletter_export - timedelta(days=rng.randint(60, 3_000))
        stamp = f"{since:%Y-%m-%d %H:%M:%S}"
        row: Row = {
            "subscriber_id": "",
            "email": f"{rng.choice(('info', 'ordre', 'kontor'))}@{company.domain}",
            "first_name": "",
            "last_name": "",
            "status": "subscribed" if rng.random() < 0.85 else "unsubscribed",
            "consent_ts": stamp,
            "consent_source": "footer",
            "consent_text_version": "v2" if since < datetime(2022, 3, 1) else "v3",
            "country": company.country,
            "last_open_at": "",
            "bounces": 0,
            "unsub_ts": "",
            "tags": "pro",
            "_since": stamp,
        }
        if row["status"] == "unsubscribed":
            gone = since + timedelta(days=rng.randint(10, 50))
            row["unsub_ts"] = f"{gone:%Y-%m-%d %H:%M:%S}"
        entries.append(Entry(row, None, company, "organisation"))
    return entries


def _lack_proof(rng: Random, world: World, entries: list[Entry]) -> None:
    """Old imports have no time and no text; others lost the text version or the source."""
    given = [e for e in entries if e.row["status"] == "subscribed"]
    free = [
        e
        for e in given
        if e.person is None or world.permissions[e.person.person_id].planted != TWO_TEXTS
    ]
    count = round(world.client.permissions.without_proof * len(given))
    old = [e for e in free if str(e.row["consent_ts"]) < "2019"]
    imported = sample(rng, old, min(round(0.6 * count), round(0.8 * len(old))))
    taken = {id(e) for e in imported}
    for entry in imported:
        entry.row.update(consent_ts="", consent_source="import 2017", consent_text_version="")
    others = sample(rng, [e for e in free if id(e) not in taken], count - len(imported))
    for entry in others:
        missing = rng.choices(("consent_text_version", "consent_source", "consent_ts"), (5, 3, 2))
        entry.row[missing[0]] = ""
    for entry in [*imported, *others]:
        entry.fault("consent_without_proof", "consent_time")
    world.ledger.bases["newsletter", "consent_without_proof"] = len(given)


def _state(world: World, entries: list[Entry]) -> None:
    status = {"subscribed": "given", "unsubscribed": "withdrawn"}
    proof = ("consent_ts", "consent_source", "consent_text_version")
    for entry in entries:
        stated = status.get(str(entry.row["status"]))
        if stated is None or entry.person is None:
            continue
        world.ledger.statements.append(
            Statement(
                silo="newsletter",
                record_id=str(entry.row["subscriber_id"]),
                person_id=entry.person.person_id,
                status=stated,
                text=str(entry.row["consent_text_version"]),
                proof=all(entry.row[c] for c in proof),
            )
        )


def mailable(subscriptions: list[Subscription], at: datetime) -> list[Subscription]:
    """Who the list held at a past moment: subscribed, or not yet withdrawn."""
    return [
        s
        for s in subscriptions
        if s.status == "subscribed"
        or (s.status == "unsubscribed" and s.withdrawn_at is not None and s.withdrawn_at > at)
    ]


def shouted(rng: Random, text: str) -> str:
    """Some lists come back in capitals or folded."""
    draw = rng.random()
    return text.upper() if draw < 0.15 else noise.folded(text) if draw < 0.3 else text
