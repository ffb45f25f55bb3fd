"""Source 6, web analytics: browsers, few of them logged in, three days lost."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from .chance import sample, stream
from .ledger import Entry, Row, Table, World
from .people import Person
from .words import words

COLUMNS = words(
    "client_id user_id logged_in consent_state consent_at consent_form_version first_event_at "
    "sessions first_seen last_seen device country landing is_test"
)
IDENTIFYING = {"user_id": "login_id"}
_EPOCH = datetime(1970, 1, 1)
LOST_DAYS = (date(2026, 6, 13), date(2026, 6, 14), date(2026, 6, 15))
_LANDINGS = ("/", "/have", "/koekken", "/vaerktoej", "/tilbud", "/butikker", "/klub", "/retur")
# Share of yes by form: form C hides the "no" behind a second page.
_ACCEPTANCE = {"A": 0.52, "B": 0.61, "C": 0.83}


def visitors(world: World) -> Table:
    """All browsers by client id."""
    rng = stream(world.seed, "web")
    people, rows = world.people, round(0.933 * world.preset.people)
    holders = [p for p in people if p.shop_ids]
    marked = [p for p in holders if p.canary is not None]
    plain = [p for p in holders if p.canary is None]
    logged_in = marked + sample(rng, plain, max(5, round(0.03 * rows) - len(marked)))
    entries = [_visitor(rng, p, p.shop_ids[0]) for p in logged_in]
    anonymous = rows - len(entries)
    known = [p for p in people if rng.random() < 0.45]
    for _ in range(anonymous):
        person = rng.choice(known) if rng.random() < 0.6 else None
        entries.append(_visitor(rng, person, ""))
    _damage(rng, world, entries)
    entries.sort(key=lambda e: str(e.row["client_id"]))
    _unique(rng, entries)
    for entry in entries:
        if entry.person is not None:
            entry.person.sources.add("web")
            if entry.row["user_id"]:
                entry.person.sources.add("web_login")
    world.ledger.close("web", "visitors", "client_id", entries, IDENTIFYING)
    return Table(COLUMNS, [e.row for e in entries])


def _visitor(rng: Random, person: Person | None, user_id: str) -> Entry:
    end = datetime(2026, 9, 29, 22, 0, 0)
    first = _seen(end - timedelta(seconds=int(390 * 86_400 * rng.random())))
    sessions = 1 + int(rng.expovariate(0.7 if not user_id else 0.2))
    last = first
    if sessions > 1:
        gap = (end - first).total_seconds()
        last = _seen(first + timedelta(seconds=int(gap * rng.random())))
    form = "A" if first < datetime(2026, 1, 10) else rng.choice("BC")
    said_yes = rng.random() < _ACCEPTANCE[form]
    asked = first + timedelta(seconds=rng.randint(2, 60))
    born = int((first - _EPOCH).total_seconds())
    row: Row = {
        "client_id": f"GA1.{rng.randint(100_000_000, 999_999_999)}.{born}",
        "user_id": user_id,
        "logged_in": "true" if user_id else "false",
        "consent_state": "granted" if said_yes or user_id else "denied",
        "consent_at": f"{asked:%Y-%m-%dT%H:%M:%SZ}",
        "consent_form_version": form,
        "first_event_at": f"{asked + timedelta(seconds=rng.randint(1, 5)):%Y-%m-%dT%H:%M:%SZ}",
        "sessions": sessions,
        "first_seen": f"{first:%Y-%m-%d}",
        "last_seen": f"{last:%Y-%m-%d}",
        "device": rng.choices(("mobile", "desktop", "tablet"), (62, 33, 5))[0],
        "country": person.country
        if person
        else rng.choices(("DK", "SE", "NO", "DE"), (66, 20, 9, 5))[0],
        "landing": rng.choices(_LANDINGS, (40, 12, 12, 12, 10, 6, 4, 4))[0],
        "is_test": "false",
    }
    if row["consent_state"] == "denied":
        row["first_event_at"] = ""
    return Entry(row, person, None, "person" if person else "unknown")


def _seen(at: datetime) -> datetime:
    """Three days are missing from the export: those visits are seen the day after."""
    return at + timedelta(days=3) if at.date() in LOST_DAYS else at


def _damage(rng: Random, world: World, entries: list[Entry]) -> None:
    faults = world.client.faults

    def test(entry: Entry) -> str:
        entry.row.update(is_test="true", landing="/?test=1")
        entry.person, entry.kind = None, "test"
        return "other"

    def unknown(entry: Entry) -> str:
        entry.row.update(
            consent_state=rng.choice(("unknown", "")), consent_at="", consent_form_version=""
        )
        return "consent_flag"

    def too_early(entry: Entry) -> str:
        given = datetime.strptime(str(entry.row["consent_at"]), "%Y-%m-%dT%H:%M:%SZ")
        early = given - timedelta(seconds=rng.randint(1, 2))
        entry.row["first_event_at"] = f"{early:%Y-%m-%dT%H:%M:%SZ}"
        return "consent_time"

    free = [e for e in entries if not e.row["user_id"]]
    plant, size = world.plant, len(entries)
    plant(rng, free, "web", "test_traffic", faults.web_test, lambda e: True, test, base=size)
    plant(rng, free, "web", "unknown_consent", faults.web_unknown_consent, lambda e: True, unknown,
          base=size)  # fmt: skip
    granted = [e for e in entries if e.row["consent_state"] == "granted"]
    plant(rng, granted, "web", "event_before_consent", faults.web_before_consent,
          lambda e: e.kind != "test", too_early)  # fmt: skip


def _unique(rng: Random, entries: list[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        while str(entry.row["client_id"]) in seen:
            head, _, tail = str(entry.row["client_id"]).split(".")
            entry.row["client_id"] = f"{head}.{rng.randint(100_000_000, 999_999_999)}.{tail}"
        seen.add(str(entry.row["client_id"]))
