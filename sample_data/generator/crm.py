"""Source 7, the B2B CRM: accounts and contacts, kept by sellers."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from . import noise
from .chance import quota, sample, stream
from .ledger import Entry, Row, Statement, Table, World
from .numbers import check_digit_holds, written_phone
from .people import Company, Person, company_name_variant
from .words import words

ACCOUNT_COLUMNS = words(
    "account_id account_name org_no parent street postcode city country phone seller erp_no "
    "reklamebeskyttet last_activity"
)
CONTACT_COLUMNS = words(
    "contact_id account_id contact_name title email phone mobile account_name org_no postcode "
    "country seller erp_no last_activity status opt_in opt_in_at opt_in_source "
    "opt_in_text_version"
)
IDENTIFYING = {
    "contact_name": "full_name",
    "email": "email",
    "phone": "phone",
    "mobile": "mobile",
}


def accounts_and_contacts(world: World) -> tuple[Table, Table]:
    """The account file and the contact file, each by id."""
    rng = stream(world.seed, "crm")
    accounts = _accounts(rng, world)
    of_company = {e.company.org_id: e for e in accounts if e.company}
    contacts = []
    for company in world.companies:
        account = of_company[company.org_id]
        contacts += [_contact(rng, world, p, company, account) for p in company.contacts]
    contacts += _left(rng, world, contacts, of_company)
    rng.shuffle(contacts)
    for number, entry in enumerate(contacts, start=30_001):
        entry.row["contact_id"] = f"C{number}"
    _dates(rng, world, contacts)
    _statements(rng, world, contacts)
    world.ledger.close("crm", "accounts", "account_id", accounts, {})
    world.ledger.close("crm", "contacts", "contact_id", contacts, IDENTIFYING)
    return (
        Table(ACCOUNT_COLUMNS, [e.row for e in accounts]),
        Table(CONTACT_COLUMNS, [e.row for e in contacts]),
    )


def _accounts(rng: Random, world: World) -> list[Entry]:
    entries = []
    for number, company in enumerate(world.companies, start=9_001):
        row: Row = {
            "account_id": f"K{number}",
            "account_name": company_name_variant(rng, company),
            "org_no": _org_number(rng, company) if rng.random() < 0.9 else "",
            "parent": f"K{rng.randint(9_001, number - 1)}"
            if number > 9_001 and rng.random() < 0.05
            else "",
            "street": noise.maybe_typo(rng, company.seat.line, 0.02),
            "postcode": company.seat.postcode,
            "city": company.seat.city,
            "country": company.country,
            "phone": written_phone(rng, company.phone) if rng.random() < 0.7 else "",
            "seller": f"S{rng.randint(1, 14):02d}",
            "erp_no": str(company.erp_numbers[0])
            if company.erp_numbers and rng.random() < 0.55
            else "",
            "reklamebeskyttet": "N",
            "last_activity": world.client.as_of - timedelta(days=rng.randint(1, 1_500)),
        }
        entries.append(Entry(row, None, company, "organisation"))

    def mistyped(entry: Entry) -> str:
        assert entry.company is not None
        right = entry.company.org_no
        while True:
            i = rng.randrange(1, len(right))
            wrong = right[:i] + str(rng.randint(0, 9)) + right[i + 1 :]
            if not check_digit_holds(wrong, entry.company.country):
                entry.row["org_no"] = wrong
                return "org_number"

    def protected(entry: Entry) -> str:
        assert entry.company is not None
        entry.company.protected = True
        entry.row["reklamebeskyttet"] = "J"
        return "channel"

    faults = world.client.faults
    world.plant(rng, entries, "crm", "org_number_typo", faults.crm_org_typo,
                lambda e: bool(e.row["org_no"]), mistyped)  # fmt: skip
    world.plant(rng, entries, "crm", "advertising_protected", faults.crm_protected,
                lambda e: e.row["country"] == "DK", protected)  # fmt: skip
    for entry in entries:
        entry.row["last_activity"] = f"{entry.row['last_activity']:%d-%m-%Y}"
    return entries


def _org_number(rng: Random, company: Company) -> str:
    number, draw = company.org_no, rng.random()
    if company.country == "SE" and draw < 0.7:
        return f"{number[:6]}-{number[6:]}"
    if company.country == "DK" and draw < 0.15:
        return f"DK{number}"
    return f"{number[:3]} {number[3:6]} {number[6:]}" if company.country == "NO" else number


def _contact(rng: Random, world: World, person: Person, company: Company, account: Entry) -> Entry:
    assert person.job is not None
    job, always = person.job, person.canary is not None
    work_phone = job.phone is not company.phone and (person.contact_only or rng.random() < 0.5)
    row: Row = dict.fromkeys(CONTACT_COLUMNS, "")
    for column in (
        "account_id",
        "account_name",
        "org_no",
        "postcode",
        "country",
        "seller",
        "erp_no",
    ):
        row[column] = account.row[column]
    name = noise.maybe_typo(rng, person.full_name, 0.02)
    row.update(
        contact_name=f"{name.split()[-1]}, {' '.join(name.split()[:-1])}"
        if rng.random() < 0.12
        else name,
        title=job.title if rng.random() < 0.7 else "",
        email=_email(rng, person) if always or rng.random() < 0.88 else "",
        phone=written_phone(rng, company.phone) if rng.random() < 0.6 else "",
        mobile=written_phone(rng, job.phone if work_phone else person.mobile)
        if rng.random() < 0.72
        else "",
        last_activity=world.client.as_of - timedelta(days=int(1_500 * rng.random() ** 1.6)),
        status="active",
    )
    entry = Entry(row, person, company, "contact")
    if job.role_mailbox and row["email"] == job.email:
        entry.fault("role_mailbox", "email")
    if not person.contact_only:
        entry.fault("also_private_customer", "full_name")
    return entry


def _email(rng: Random, person: Person) -> str:
    assert person.job is not None
    # Craftsmen give their private address as readily as the firm's.
    if not person.contact_only and rng.random() < 0.5:
        return person.email
    return person.job.email


def _left(
    rng: Random, world: World, contacts: list[Entry], of_company: dict[str, Entry]
) -> list[Entry]:
    """Employees who left: the old contact stays, a new one appears at the next company."""
    plain = [e for e in contacts if e.person and e.person.canary is None]
    count = quota(world.client.faults.crm_left, len(contacts), 5)
    world.ledger.bases["crm", "left_employee"] = len(contacts)
    copies = []
    for old in sample(rng, plain, count):
        person, company = old.person, old.company
        assert person is not None
        assert company is not None
        former = rng.choice(world.companies)
        while former is company:
            former = rng.choice(world.companies)
        copy = _contact(rng, world, person, former, of_company[former.org_id])
        given = noise.folded(person.name.given.split()[0]).lower()
        copy.row.update(email=f"{given}@{former.domain}", last_activity=date(2023, 5, 4))
        if rng.random() < 0.5:
            copy.row["mobile"] = written_phone(rng, person.mobile)
        copy.row["status"] = "left" if rng.random() < 0.4 else "active"
        copy.faults = [f for f in copy.faults if f[0] != "role_mailbox"]
        copy.fault("left_employee", "company_name")
        copies.append(copy)
    return copies


def _dates(rng: Random, world: World, contacts: list[Entry]) -> None:
    faults = world.client.faults

    def day(entry: Entry) -> date:
        value = entry.row["last_activity"]
        assert isinstance(value, date)
        return value

    def future(entry: Entry) -> str:
        entry.row["last_activity"] = world.client.as_of + timedelta(days=rng.randint(40, 900))
        return "last_seen_at"

    def month_first(entry: Entry) -> str:
        entry.row["last_activity"] = f"{day(entry):%m-%d-%Y}"
        return "last_seen_at"

    world.plant(rng, contacts, "crm", "future_date", faults.future_date, lambda e: True, future)
    world.plant(
        rng, contacts, "crm", "month_first_date", faults.month_first,
        lambda e: day(e).day > 12 and not any(f[0] == "future_date" for f in e.faults), month_first,
    )  # fmt: skip
    for entry in contacts:
        if isinstance(entry.row["last_activity"], date):
            entry.row["last_activity"] = f"{entry.row['last_activity']:%d-%m-%Y}"


def _statements(rng: Random, world: World, contacts: list[Entry]) -> None:
    given = []
    for entry in contacts:
        assert entry.person is not None
        state = world.permissions[entry.person.person_id]
        alone = entry.person.contact_only and "newsletter" not in entry.person.sources
        if alone and rng.random() < 0.4:
            continue
        yes = state.email == "given"
        entry.row["opt_in"] = "ja" if yes else "nej"
        if yes:
            entry.row["opt_in_at"] = f"{state.since:%d-%m-%Y}"
            entry.row["opt_in_source"] = rng.choice(("visit", "fair", "mail"))
            entry.row["opt_in_text_version"] = state.text
            given.append(entry)
    proof = ("opt_in_at", "opt_in_source", "opt_in_text_version")
    for entry in sample(rng, given, round(world.client.permissions.without_proof * len(given))):
        entry.row[rng.choice(proof)] = ""
        entry.fault("consent_without_proof", "consent_flag")
    world.ledger.bases["crm", "consent_without_proof"] = len(given)
    world.ledger.bases["crm", "role_mailbox"] = len(contacts)
    for entry in contacts:
        if entry.row["opt_in"] and entry.person is not None:
            world.ledger.statements.append(
                Statement(
                    silo="crm",
                    record_id=str(entry.row["contact_id"]),
                    person_id=entry.person.person_id,
                    status="given" if entry.row["opt_in"] == "ja" else "refused",
                    text=str(entry.row["opt_in_text_version"]),
                    proof=all(entry.row[c] for c in proof),
                )
            )
