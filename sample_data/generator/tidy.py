"""The tidy client: every source asks for the same few things, and writes them the same way."""

from __future__ import annotations

from datetime import timedelta

from .chance import stream
from .ledger import Row, Table, World
from .numbers import written_phone
from .people import Person

Tables = dict[tuple[str, str], Table]


def tidied(world: World, tables: Tables) -> None:
    """Write every record as its person or company really is; change the tables in place."""
    people = {p.person_id: p for p in world.people}
    companies = {c.org_id: c for c in world.companies}
    firms = {r[2]: r[5] for r in world.ledger.records if r[0] == "erp" and r[5]}
    recent = _recently(world)

    def whom(silo: str, table: str, row: Row, key: str) -> Person | None:
        return people.get(holders[silo, table].get(str(row[key]), ""))

    holders = {name: world.ledger.people(*name) for name in tables}
    for row in tables["erp", "debtors"].rows:
        firm = companies.get(firms.get(str(row["kundenr"])) or "")
        person = whom("erp", "debtors", row, "kundenr")
        row["changed_at"] = f"{next(recent):%d-%m-%Y}"
        if firm is not None:
            row.update(
                navn=firm.full_name,
                navn2="",
                cvr_nr=firm.org_no,
                adresse=firm.seat.line,
                telefon=written_phone(_RNG, firm.phone, form=0),
                faktura_email=f"faktura@{firm.domain}",
            )
        elif person is not None:
            row.update(_written(person, "navn", "adresse", "postnr", "telefon", "faktura_email"))
    for row in tables["shop", "accounts"].rows:
        person = whom("shop", "accounts", row, "account_id")
        assert person is not None
        row.update(_written(person, "", "street", "postcode", "phone", "email"))
        row.update(
            first_name=person.name.given,
            last_name=person.name.surname,
            city=person.home.city,
            erp_customer_no=str(person.erp_numbers[0]) if person.erp_numbers else None,
            changed_at=f"{next(recent):%Y-%m-%d}T09:00:00Z",
        )
    _readers(world, people, tables["newsletter", "subscribers"])
    for row in tables["club", "members"].rows:
        person = whom("club", "members", row, "medlemsnr")
        assert person is not None
        row.update(_written(person, "navn", "adresse", "postnr", "mobil", "email"))
        row.update(foedselsdato=f"{person.born:%d/%m/%Y}", changed_at=f"{next(recent):%d/%m/%Y}")
    for row in tables["desk", "tickets"].rows:
        person = whom("desk", "tickets", row, "ticket_id")
        assert person is not None
        row.update(_written(person, "requester_name", "", "", "requester_phone", "requester_email"))
        numbers = [str(order) for order, *_ in person.orders] or [
            str(number) for number in person.erp_numbers
        ]
        row["order_or_customer_no"] = numbers[-1] if numbers else ""
    _sent(world, tables["newsletter", "subscribers"], tables["sendlist", "sends"])


_RNG = stream(0, "form of a phone number")  # form 0 draws nothing


def _recently(world: World):  # type: ignore[no-untyped-def]
    rng = stream(world.seed, "tidy")
    while True:
        yield world.client.as_of - timedelta(days=rng.randint(1, 500))


def _written(
    person: Person, name: str, street: str, postcode: str, phone: str, email: str
) -> dict[str, object]:
    """What is true of a person, under the columns of one source; "" leaves one out."""
    values = {
        name: person.full_name,
        street: person.home.line,
        postcode: person.home.postcode,
        phone: written_phone(_RNG, person.mobile, form=0),
        email: person.email,
    }
    return {column: value for column, value in values.items() if column}


def _readers(world: World, people: dict[str, Person], table: Table) -> None:
    """The form asks for name and mobile; nobody reads from a second address or a firm's mailbox."""
    holders = world.ledger.people("newsletter", "subscribers")
    second = {
        f[1] for f in world.ledger.faults if f[0] == "newsletter" and f[2] == "second_address"
    }
    kept: list[Row] = []
    dropped = set(second)
    for row in table.rows:
        number = str(row["subscriber_id"])
        person = people.get(holders.get(number, ""))
        if person is None or number in second:
            dropped.add(number)
            continue
        row.update(email=person.email, first_name=person.name.given, country=person.country)
        row.update(last_name=person.name.surname, mobile="", tags=row["tags"] or "alle")
        row["mobile"] = written_phone(_RNG, person.mobile, form=0)
        if row["status"] == "bounced":
            row["status"] = "subscribed"
        row["last_open_at"] = row["last_open_at"] or row["consent_ts"]
        kept.append(row)
    kept[-1]["last_open_at"] = f"{world.client.newsletter_export:%Y-%m-%d %H:%M:%S}"
    world.ledger.forget("newsletter", dropped)
    table.columns, table.rows = (*table.columns, "mobile"), kept


def _sent(world: World, readers: Table, sends: Table) -> None:
    """The campaign went to everybody who was subscribed that day, and to nobody else."""
    at = f"{world.client.campaign_sent:%Y-%m-%d %H:%M:%S}"
    holders = world.ledger.people("newsletter", "subscribers")
    people = {p.person_id: p for p in world.people}
    world.ledger.forget("sendlist", {r[2] for r in world.ledger.records if r[0] == "sendlist"})
    sends.rows = []
    for row in readers.rows:
        if row["status"] != "subscribed" and str(row["unsub_ts"]) <= at:
            continue
        if str(row["consent_ts"]) > at:
            continue
        person = people[holders[str(row["subscriber_id"])]]
        sends.rows.append(
            dict(zip(sends.columns, ("2026-09", row["email"], at, "alle", 0, 0), strict=True))
        )
        world.ledger.records.append(
            ("sendlist", "sends", f"2026-09|{row['email']}", person.person_id,
             person.household_id, None, "person")
        )  # fmt: skip
