"""Source 5, the service desk: one row a ticket, local time, notes typed without diacritics."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from . import noise
from .chance import quota, sample, stream
from .ledger import Entry, Row, Table, World
from .numbers import impossible_birth_number, written_phone
from .people import Person
from .words import words

COLUMNS = words(
    "ticket_id requester_name requester_email requester_phone order_or_customer_no topic "
    "product_serial body_short agent_lang created_at first_reply_at csat"
)
IDENTIFYING = {
    "requester_name": "full_name",
    "requester_email": "email",
    "requester_phone": "phone",
}
_TOPICS = ("delivery", "return", "warranty", "invoice", "installation", "product_fault", "club")
_NOTES = {
    "ro": (
        "clientul intreaba de livrare, am verificat stocul si am raspuns",
        "vrea sa returneze produsul, nu are bonul, am deschis cerere",
        "garantia nu este gasita in sistem, trimis la colegi din magazin",
        "factura gresita, adresa veche, am cerut confirmare",
        "produsul este defect dupa doua saptamani, astept fotografii",
        "nu gasesc comanda, clientul nu stie numarul",
    ),
    "da": (
        "kunden spørger til levering, har lovet at ringe tilbage",
        "vil returnere varen, kvitteringen er væk",
        "fejl på varen efter få måneder, venter på billeder",
        "faktura sendt til forkert adresse",
    ),
    "sv": (
        "kunden frågar om leveransen, återkommer i morgon",
        "vill lämna tillbaka varan, saknar kvitto",
        "felaktig faktura, gammal adress",
    ),
}
# The hour that does not exist in Copenhagen: last Sunday of March, 02:00 to 03:00.
_GAPS = (datetime(2024, 3, 31, 2), datetime(2025, 3, 30, 2), datetime(2026, 3, 29, 2))


def tickets(world: World) -> Table:
    """All tickets by id."""
    rng = stream(world.seed, "desk")
    entries = []
    for person in world.members("desk"):
        count = 1 + min(9, int(rng.expovariate(1.7)))
        entries += [_ticket(rng, person) for _ in range(count)]
    _damage(rng, world, entries)
    entries.sort(key=lambda e: (str(e.row["created_at"]), str(e.row["requester_name"])))
    number = 880_000
    for entry in entries:
        number += rng.randint(1, 3)
        entry.row["ticket_id"] = f"T{number}"
    _birth_numbers(rng, world, entries)
    world.ledger.close("desk", "tickets", "ticket_id", entries, IDENTIFYING)
    world.ledger.bases["desk", "lost_diacritics"] = len(entries)
    return Table(COLUMNS, [e.row for e in entries])


def _ticket(rng: Random, person: Person) -> Entry:
    end = datetime(2026, 9, 29, 17, 0, 0)
    created = end - timedelta(seconds=int(1_100 * 86_400 * rng.random() ** 1.2))
    created = created.replace(hour=rng.choice(range(7, 22)))
    own = "sv" if person.country == "SE" else "da"
    language = "ro" if rng.random() < 0.62 else own
    replied = created + timedelta(minutes=int(rng.expovariate(1 / 300)) + 2)
    row: Row = dict.fromkeys(COLUMNS, "")
    row.update(
        requester_name=_name(rng, person),
        requester_email=_email(rng, person),
        requester_phone=_phone(rng, person),
        order_or_customer_no=_number(rng, person),
        topic=rng.choices(_TOPICS, (30, 18, 14, 12, 10, 11, 5))[0],
        body_short=rng.choice(_NOTES[language]),
        agent_lang=language,
        created_at=f"{created:%Y-%m-%d %H:%M}",
        first_reply_at=f"{min(replied, end + timedelta(hours=3)):%Y-%m-%d %H:%M}",
        csat=rng.choices((1, 2, 3, 4, 5), (8, 9, 18, 35, 30))[0] if rng.random() < 0.22 else "",
    )
    serials = [serial for *_, serial in person.orders if serial]
    if serials and rng.random() < 0.3:
        row["product_serial"] = rng.choice(serials)
    if not (row["requester_email"] or row["requester_phone"] or row["order_or_customer_no"]):
        row["requester_phone"] = written_phone(rng, person.mobile)
    entry = Entry(row, person)
    name = str(row["requester_name"])
    if language == "ro" and not name.isascii() and person.country != "TW":
        row["requester_name"] = noise.folded(name, wide=False)
        entry.fault("lost_diacritics", "full_name")
    if person.shares_mailbox and row["requester_email"] == person.email:
        entry.fault("shared_mailbox", "email")
    return entry


def _name(rng: Random, person: Person) -> str:
    name, draw = person.name, rng.random()
    if draw < 0.48 or person.canary is not None:
        return person.full_name
    if draw < 0.74:
        return name.given
    if draw < 0.88:
        return f"{name.given[0]}. {name.surname}"
    return ""


def _email(rng: Random, person: Person) -> str:
    draw = rng.random()
    if person.canary is not None:
        return person.email
    if person.job and person.contact_only:
        return person.job.email if draw < 0.7 else ""
    if draw < 0.54:
        return person.email
    return person.second_email if draw < 0.72 else ""


def _phone(rng: Random, person: Person) -> str:
    draw = rng.random()
    if person.job and person.contact_only and draw < 0.5:
        return written_phone(rng, person.job.phone)
    if person.landline and draw < 0.12:
        return written_phone(rng, person.landline)
    return written_phone(rng, person.mobile) if draw < 0.52 else ""


def _number(rng: Random, person: Person) -> str:
    draw = rng.random()
    if person.orders and draw < 0.19:
        return str(rng.choice(person.orders)[0])
    if person.erp_numbers and draw < 0.27:
        return str(rng.choice(person.erp_numbers))
    return ""


def _damage(rng: Random, world: World, entries: list[Entry]) -> None:
    faults = world.client.faults

    def nobody(entry: Entry) -> str:
        entry.row.update(
            requester_name="", requester_email="", requester_phone="", order_or_customer_no="",
            product_serial="",
        )  # fmt: skip
        entry.faults = [
            f for f in entry.faults if f[0] not in ("shared_mailbox", "lost_diacritics")
        ]
        return "unique_id"

    def missing_hour(entry: Entry) -> str:
        gap = rng.choice(_GAPS) + timedelta(minutes=rng.randint(0, 59))
        entry.row["created_at"] = f"{gap:%Y-%m-%d %H:%M}"
        entry.row["first_reply_at"] = f"{gap + timedelta(hours=rng.randint(2, 9)):%Y-%m-%d %H:%M}"
        return "created_at"

    world.plant(
        rng, entries, "desk", "ticket_without_identity", faults.desk_without_identity,
        lambda e: e.person is not None and e.person.canary is None, nobody,
    )  # fmt: skip
    world.plant(rng, entries, "desk", "dst_gap", faults.desk_dst_gap, lambda e: True, missing_hour)


def _birth_numbers(rng: Random, world: World, entries: list[Entry]) -> None:
    count = quota(world.client.faults.desk_birth_number, len(entries), 5)
    for entry in sample(rng, entries, count):
        entry.row["body_short"] = f"{entry.row['body_short']}, cpr {impossible_birth_number(rng)}"
        entry.fault("birth_number_like", "free_text")
    world.ledger.bases["desk", "birth_number_like"] = len(entries)
