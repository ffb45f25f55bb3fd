"""The same client six months on: which of the actions were done, and what happened meanwhile.

Nobody is new and no id changes, so that a comparison of the two deliveries shows what was done:
one suppression list, e-mail and mobile asked for at the till, order numbers in tickets, the
newsletter exported every night. Logins to the web shop are still rare.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from .campaign import SEND_COLUMNS
from .chance import sample, stream
from .ledger import Row, Table, World
from .numbers import written_phone
from .orders import later_order
from .people import Person
from .permission import WITHDRAWN_BUT_CLUB_YES

Tables = dict[tuple[str, str], Table]
CAMPAIGN, SENT = "2027-03-FORAAR", datetime(2027, 3, 15, 7, 0, 0)


def six_months_later(world: World, tables: Tables) -> None:
    """Change the tables in place, and what is true of them."""
    rng = stream(world.seed, "six months later")
    people = {p.person_id: p for p in world.people}
    gone = _readers(rng, world, people, tables["newsletter", "subscribers"])
    _members(rng, world, people, tables["club", "members"], gone)
    _accounts(rng, world, people, tables["shop", "accounts"], gone)
    _debtors(rng, world, people, tables)
    _tickets(rng, world, tables["desk", "tickets"])
    _visitors(rng, world, tables["web", "visitors"])
    tables["sendlist", "sends"] = _sends(rng, world, tables["newsletter", "subscribers"])


def _moment(rng: Random, world: World) -> datetime:
    """Some time between the first delivery and the evening before this one."""
    start = datetime.combine(world.client.as_of, datetime.min.time()) + timedelta(days=1)
    end = datetime.combine(world.client.day, datetime.min.time()) - timedelta(hours=2)
    return start + timedelta(seconds=rng.randrange(int((end - start).total_seconds())))


def _readers(rng: Random, world: World, people: dict[str, Person], table: Table) -> set[str]:
    """Readers open mail; a few unsubscribe. Returns everybody who has ever withdrawn."""
    holders = world.ledger.people("newsletter", "subscribers")
    left = set()
    for row in table.rows:
        person = people.get(holders.get(str(row["subscriber_id"]), ""))
        if row["status"] != "subscribed":
            continue
        if person is not None and person.canary is None and rng.random() < 0.02:
            at = _moment(rng, world)
            row.update(status="unsubscribed", unsub_ts=f"{at:%Y-%m-%d %H:%M:%S}")
            left.add(person.person_id)
        elif rng.random() < 0.7:
            row["last_open_at"] = f"{_moment(rng, world):%Y-%m-%d %H:%M:%S}"
    table.rows[-1]["last_open_at"] = f"{world.client.day - timedelta(days=1):%Y-%m-%d} 21:12:00"
    _say(world, "newsletter", left, "withdrawn")
    return left | {p for p, state in world.permissions.items() if state.email == "withdrawn"}


def _say(world: World, silo: str, people: set[str], status: str) -> None:
    """What the records of these people state now."""
    world.ledger.statements = [
        replace(s, status=status) if s.silo == silo and s.person_id in people else s
        for s in world.ledger.statements
    ]


def _members(
    rng: Random, world: World, people: dict[str, Person], table: Table, gone: set[str]
) -> None:
    """The suppression list reaches the club; the tills ask for e-mail and mobile."""
    holders = world.ledger.people("club", "members")
    for row in table.rows:
        person = people[holders[str(row["medlemsnr"])]]
        if person.person_id in gone and row["ok_email"]:
            row.update(ok_email="N", samtykke_dato="", samtykke_kilde="", samtykke_tekst="")
        seen = rng.random() < 0.62
        if seen:
            day = _moment(rng, world)
            row["sidste_koeb"] = f"{day:%d/%m/%Y}"
            row.update(changed_at=f"{day:%d/%m/%Y}", changed_by="customer")
            person.club_purchase = True
        if seen and not row["email"] and rng.random() < 0.9:
            row["email"] = person.email
        if seen and not row["mobil"]:
            row["mobil"] = written_phone(rng, person.mobile, form=0)
    table.rows[0]["changed_at"] = f"{world.client.day - timedelta(days=1):%d/%m/%Y}"
    _say(world, "club", gone, "refused")
    for state in world.permissions.values():
        if state.planted == WITHDRAWN_BUT_CLUB_YES:
            state.planted = ""
    world.written.clear()
    world.ledger.faults = [
        f for f in world.ledger.faults if f[2] != f"planted_{WITHDRAWN_BUT_CLUB_YES}"
    ]


def _accounts(
    rng: Random, world: World, people: dict[str, Person], table: Table, gone: set[str]
) -> None:
    holders = world.ledger.people("shop", "accounts")
    for row in table.rows:
        person = people.get(holders.get(str(row["account_id"]), ""))
        if person is None:
            continue
        if person.person_id in gone and row["marketing_opt_in"]:
            row.update(
                marketing_opt_in=False,
                opt_in_at=None,
                opt_in_source=None,
                opt_in_text_version=None,
            )
        if not row["is_guest"] and rng.random() < 0.45:
            at = _moment(rng, world)
            row["last_login_at"] = row["changed_at"] = f"{at:%Y-%m-%dT%H:%M:%SZ}"
            if person.has_order and rng.random() < 0.7:
                row["last_order_at"] = row["last_login_at"]
    _say(world, "shop", gone, "refused")


def _debtors(rng: Random, world: World, people: dict[str, Person], tables: Tables) -> None:
    debtors, orders = tables["erp", "debtors"], tables["erp", "orders"]
    holders = world.ledger.people("erp", "debtors")
    number = max(int(str(row["ordrenr"])) for row in orders.rows)
    bought = sample(rng, debtors.rows, round(0.4 * len(debtors.rows)))
    days = sorted(_moment(rng, world).date() for _ in bought)
    for row, day in zip(bought, days, strict=True):
        if row["telefon"] in ("11111111", "12345678", "00000000"):
            continue
        number += 1
        order = later_order(rng, row, day, world.client.day)
        order["ordrenr"] = number
        orders.rows.append(order)
        row["sidste_faktura"] = f"{day:%d-%m-%Y}"
        person = people.get(holders.get(str(row["kundenr"]), ""))
        _record(world, "erp", "orders", str(number), person)
        if person is not None:
            person.orders.append((number, int(str(row["kundenr"])), ""))


def _record(world: World, silo: str, table: str, record: str, person: Person | None) -> None:
    world.ledger.records.append(
        (
            silo,
            table,
            record,
            person.person_id if person else None,
            person.household_id if person else None,
            None,
            "person",
        )
    )


def _tickets(rng: Random, world: World, table: Table) -> None:
    """New tickets ask for the order number first."""
    callers = [p for p in world.people if "desk" in p.sources]
    number = max(int(str(row["ticket_id"])[1:]) for row in table.rows)
    drafts = []
    for person in sample(rng, callers, round(0.45 * len(callers))):
        at = _moment(rng, world).replace(hour=rng.choice(range(7, 21)))
        known = [str(order) for order, *_ in person.orders] or [
            str(n) for n in person.erp_numbers[:1]
        ]
        drafts.append((at, person, known[-1] if known and rng.random() < 0.9 else ""))
    for at, person, quoted in sorted(drafts, key=lambda d: (d[0], d[1].person_id)):
        number += 1
        row: Row = dict.fromkeys(table.columns, "")
        row.update(
            ticket_id=f"T{number}",
            requester_name=person.full_name,
            requester_email=person.email,
            requester_phone=written_phone(rng, person.mobile, form=0),
            order_or_customer_no=quoted,
            topic=rng.choice(("delivery", "return", "warranty", "installation")),
            body_short="kunden spørger til levering",
            agent_lang="da",
            created_at=f"{at:%Y-%m-%d %H:%M}",
            first_reply_at=f"{at + timedelta(hours=2):%Y-%m-%d %H:%M}",
        )
        table.rows.append(row)
        _record(world, "desk", "tickets", str(row["ticket_id"]), person)


def _visitors(rng: Random, world: World, table: Table) -> None:
    for row in table.rows:
        if rng.random() < 0.4:
            row["last_seen"] = f"{_moment(rng, world):%Y-%m-%d}"


def _sends(rng: Random, world: World, readers: Table) -> Table:
    """The March mail went to everybody who was subscribed when it left."""
    holders = world.ledger.people("newsletter", "subscribers")
    people = {p.person_id: p for p in world.people}
    world.ledger.forget("sendlist", {r[2] for r in world.ledger.records if r[0] == "sendlist"})
    rows, seen = [], set()
    for row in readers.rows:
        email = str(row["email"]).lower()
        if email in seen or (row["status"] != "subscribed" and not _after(row, SENT)):
            continue
        seen.add(email)
        sent = SENT + timedelta(seconds=len(seen) // 4)
        rows.append(
            {
                "campaign_id": CAMPAIGN,
                "email": email,
                "sent_at": f"{sent:%Y-%m-%d %H:%M:%S}",
                "segment": "alle",
                "opened": int(rng.random() < 0.33),
                "clicked": 0,
            }
        )
        person = people.get(holders.get(str(row["subscriber_id"]), ""))
        _record(world, "sendlist", "sends", f"{CAMPAIGN}|{email}", person)
    return Table(SEND_COLUMNS, rows)


def _after(row: Row, moment: datetime) -> bool:
    return str(row["unsub_ts"]) > f"{moment:%Y-%m-%d %H:%M:%S}"
