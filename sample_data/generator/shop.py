"""Source 2, the web shop: accounts and guest orders, times in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from . import noise
from .chance import quota, sample, stream
from .ledger import Entry, Row, Statement, Table, World
from .numbers import written_phone
from .people import Person
from .words import words

COLUMNS = words(
    "account_id is_guest email first_name last_name phone street postcode city country lang "
    "erp_customer_no marketing_opt_in opt_in_at opt_in_source opt_in_text_version created_at "
    "last_login_at last_order_at changed_at changed_by"
)
IDENTIFYING = {
    "account_id": "login_id",
    "email": "email",
    "first_name": "given_name",
    "last_name": "surname",
    "phone": "phone",
    "street": "street",
}
_LANGUAGE = {"DK": "da", "SE": "sv", "NO": "nb", "TW": "zh-Hant"}


def accounts(world: World) -> Table:
    """All accounts by id."""
    rng = stream(world.seed, "shop")
    members = world.members("shop")
    entries = [_account(rng, world, p, second=False) for p in members]
    plain = [p for p in members if p.canary is None]
    second = quota(world.client.faults.shop_second_account, len(members), 5)
    for person in sample(rng, plain, second):
        entry = _account(rng, world, person, second=True)
        entry.fault("second_account", "login_id")
        entries.append(entry)
    world.ledger.bases["shop", "second_account"] = len(members)
    entries += _tests(rng, world)
    entries.sort(key=lambda e: (_created(e), str(e.row["email"])))
    number = 200_000
    for entry in entries:
        number += rng.randint(1, 4)
        entry.row["account_id"] = f"A{number}"
        if entry.person and not entry.row["is_guest"]:
            entry.person.shop_ids.append(f"A{number}")
    _damage(rng, world, entries)
    _statements(rng, world, entries)
    for entry in entries:
        for column in ("opt_in_at", "created_at", "last_login_at", "last_order_at", "changed_at"):
            value = entry.row[column]
            if isinstance(value, datetime):
                entry.row[column] = value.strftime("%Y-%m-%dT%H:%M:%SZ")
    world.ledger.close("shop", "accounts", "account_id", entries, IDENTIFYING)
    return Table(COLUMNS, [e.row for e in entries])


def _created(entry: Entry) -> datetime:
    value = entry.row["created_at"]
    assert isinstance(value, datetime)
    return value


def _account(rng: Random, world: World, person: Person, *, second: bool) -> Entry:
    end = datetime(2026, 9, 29, 20, 0, 0)
    created = end - timedelta(seconds=int(4_000 * 86_400 * rng.random() ** 1.5) + 200_000)
    state = world.permissions[person.person_id]
    if state.email == "given" and created > state.since:
        created = state.since - timedelta(minutes=rng.randint(1, 20_000))
    guest = rng.random() < (0.62 if second else 0.28) and person.canary is None
    ordered = person.has_order and (not second or guest or rng.random() < 0.8)
    home = person.home
    row: Row = dict.fromkeys(COLUMNS)
    row.update(
        is_guest=guest and ordered,
        email=_email(rng, person, second=second),
        first_name=noise.maybe_typo(rng, person.name.given, 0.012),
        last_name=noise.maybe_typo(rng, person.name.surname, 0.012),
        phone=written_phone(rng, person.mobile) if rng.random() < 0.8 else None,
        street=noise.maybe_typo(rng, home.line, 0.012),
        postcode=home.postcode,
        city=home.city,
        country=home.country,
        lang=_LANGUAGE[person.country],
        created_at=created,
        last_login_at=None,
        changed_by=rng.choices(("customer", "agent", "import"), (86, 9, 5))[0],
    )
    later = created + timedelta(seconds=int((end - created).total_seconds() * rng.random() ** 0.6))
    row["last_order_at"] = (created if row["is_guest"] else later) if ordered else None
    if not row["is_guest"]:
        row["last_login_at"] = max(later, created)
    row["changed_at"] = later if rng.random() < 0.5 else created
    if rng.random() < 0.12 and not ordered:
        row.update(street=None, postcode=None, city=None)
    if person.erp_numbers and not row["is_guest"] and rng.random() < 0.24:
        row["erp_customer_no"] = str(person.erp_numbers[0])
    entry = Entry(row, person)
    if person.country == "TW":
        # The form asks for first name first; Taiwanese customers put the family name there.
        row.update(first_name=person.name.surname, last_name=person.name.given)
        entry.fault("family_name_first", "given_name")
    if not second and person.person_id in world.reused_numbers:
        row["erp_customer_no"] = str(world.reused_numbers[person.person_id])
        entry.fault("number_reused_after_merger", "customer_number")
    if person.shares_mailbox and row["email"] == person.email:
        entry.fault("shared_mailbox", "email")
    if person.shares_phone and row["phone"]:
        entry.fault("shared_phone", "phone")
    return entry


def _email(rng: Random, person: Person, *, second: bool) -> str:
    if second and person.second_email and rng.random() < 0.6:
        return person.second_email
    if person.job and not person.job.role_mailbox and rng.random() < 0.12:
        return person.job.email
    if rng.random() < 0.02 and person.canary is None:
        local, domain = person.email.split("@")
        return f"{local}+shop@{domain}"
    email = person.second_email if person.second_email and rng.random() < 0.16 else person.email
    return email.title() if rng.random() < 0.03 else email


def _tests(rng: Random, world: World) -> list[Entry]:
    base = round(world.preset.people * 0.5)
    world.ledger.bases["shop", "test_customer"] = base
    entries = []
    for number in range(quota(world.client.faults.test_customers, base, 5)):
        created = datetime(2024, 1, 5, 9, 0, 0) + timedelta(hours=rng.randint(1, 20_000))
        row: Row = dict.fromkeys(COLUMNS)
        row.update(
            is_guest=False,
            email=f"test{number + 1}@test.example",
            first_name="Test",
            last_name=rng.choice(("Testesen", "Testsson", "Test")),
            phone="12345678",
            street="Testvej 1",
            postcode="9999",
            city="Testby",
            country="DK",
            lang="da",
            marketing_opt_in=False,
            created_at=created,
            last_login_at=created,
            changed_at=created,
            changed_by="agent",
        )
        entry = Entry(row, None, None, "test")
        entry.fault("test_customer", "full_name")
        entries.append(entry)
    return entries


def _damage(rng: Random, world: World, entries: list[Entry]) -> None:
    faults = world.client.faults

    def slip(entry: Entry) -> str:
        entry.row["email"] = noise.domain_typo(rng, str(entry.row["email"]))
        entry.faults = [f for f in entry.faults if f[0] != "shared_mailbox"]
        return "email"

    world.plant(
        rng, entries, "shop", "email_domain_typo", faults.shop_domain_typo,
        lambda e: e.person is not None and e.person.canary is None and bool(e.row["is_guest"]),
        slip,
    )  # fmt: skip

    def married(entry: Entry) -> str:
        assert entry.person is not None
        entry.row["last_name"] = entry.person.new_surname
        return "surname"

    world.plant(
        rng, entries, "shop", "changed_surname", faults.shop_changed_surname,
        lambda e: e.person is not None and bool(e.person.new_surname), married,
    )  # fmt: skip
    world.ledger.bases["shop", "family_name_first"] = len(entries)


def _statements(rng: Random, world: World, entries: list[Entry]) -> None:
    """The tick box repeats the person's state; 29 % of the yeses lack their proof."""
    given = []
    for entry in entries:
        if entry.person is None:
            continue
        state = world.permissions[entry.person.person_id]
        yes = state.email == "given"
        entry.row["marketing_opt_in"] = yes
        if yes:
            entry.row["opt_in_at"] = state.since
            entry.row["opt_in_source"] = rng.choice(("checkout", "account", "footer"))
            entry.row["opt_in_text_version"] = state.text
            given.append(entry)
    count = round(world.client.permissions.without_proof * len(given))
    for entry in sample(rng, given, count):
        missing = rng.choice(("opt_in_at", "opt_in_text_version", "opt_in_source"))
        entry.row[missing] = None
        entry.fault("consent_without_proof", "consent_flag")
    world.ledger.bases["shop", "consent_without_proof"] = len(given)
    for entry in entries:
        if entry.person is not None:
            row = entry.row
            world.ledger.statements.append(
                Statement(
                    silo="shop",
                    record_id=str(row["account_id"]),
                    person_id=entry.person.person_id,
                    status="given" if row["marketing_opt_in"] else "refused",
                    text=str(row["opt_in_text_version"] or ""),
                    proof=all(
                        row[c] for c in ("opt_in_at", "opt_in_source", "opt_in_text_version")
                    ),
                )
            )
