"""Source 1, ERP debtors: people and companies in one ledger, written by counter staff."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from . import noise
from .chance import quota, sample, stream
from .ledger import Entry, Row, Table, World
from .numbers import vat_number, written_phone
from .people import Company, Person, company_name_variant
from .words import words

COLUMNS = words(
    "kundenr navn navn2 cvr_nr momsnr adresse adresse2 postnr by land telefon faktura_email "
    "kundegruppe oprettet sidste_faktura omsaetning_12m spaerret betalingsbet changed_at "
    "changed_by"
)
_PLACEHOLDERS = (
    "ingen@ingen.example", "faktura@mangler.example", "xx@xx.example", "ukendt@kunde.example",
    "ingen@mail.example",
)  # fmt: skip
_TESTS = ("Test Testesen", "Testesen Test", "Kasse Test", "Test Kunde Slet", "Prøve Testesen")
IDENTIFYING = {
    "kundenr": "customer_number",
    "navn": "full_name",
    "adresse": "street",
    "telefon": "phone",
    "faktura_email": "email",
}


def debtors(world: World) -> list[Entry]:
    """All debtor records with numbers and faults; invoices are filled in with the orders."""
    rng = stream(world.seed, "erp")
    entries = [_private(rng, world, p, _since(rng, world)) for p in _private_debtors(world)]
    entries += _companies(rng, world)
    entries += _counter_duplicates(rng, world, entries)
    entries += _tests(rng, world)
    entries.sort(key=lambda e: str(e.row["oprettet"]))
    number = 100_000
    for entry in entries:
        number += rng.randint(1, 3)
        entry.row["kundenr"] = number
        owner = entry.company or entry.person
        if owner is not None:
            owner.erp_numbers.append(number)
    _damage(rng, world, entries)
    _reuse_numbers(rng, world, entries)
    return entries


def table(world: World, entries: list[Entry]) -> Table:
    """The debtor file; call after the orders are known."""
    for entry in entries:
        for column in ("oprettet", "sidste_faktura", "changed_at"):
            value = entry.row[column]
            entry.row[column] = value.strftime("%d-%m-%Y") if isinstance(value, date) else ""
        entry.row["omsaetning_12m"] = f"{entry.row['omsaetning_12m']:.2f}".replace(".", ",")
    world.ledger.close("erp", "debtors", "kundenr", entries, IDENTIFYING)
    return Table(COLUMNS, [e.row for e in entries])


def _private_debtors(world: World) -> list[Person]:
    return [p for p in world.people if "erp" in p.sources and not p.contact_only]


def _since(rng: Random, world: World) -> date:
    days = (world.client.as_of - date(2009, 2, 1)).days - 20
    return date(2009, 2, 1) + timedelta(days=int(days * rng.random() ** 0.7))


def _blank(rng: Random, world: World, since: date) -> Row:
    changed = since + timedelta(
        days=int((world.client.as_of - since).days * rng.random() ** 2 * (rng.random() < 0.6))
    )
    row: Row = dict.fromkeys(COLUMNS, "")
    row.update(
        oprettet=since,
        changed_at=changed,
        changed_by=rng.choices(("agent", "customer", "import"), (70, 8, 22))[0],
        omsaetning_12m=0.0,
        spaerret="J" if rng.random() < 0.02 else "N",
        betalingsbet="NETTO 8",
    )
    return row


def _private(rng: Random, world: World, person: Person, since: date) -> Entry:
    row = _blank(rng, world, since)
    home = person.old_home
    row.update(
        navn=_ledger_name(rng, person),
        adresse=_street(rng, home.line),
        postnr=home.postcode,
        by=home.city,
        land=home.country,
        telefon=_private_phone(rng, person),
        faktura_email=_private_email(rng, person),
        kundegruppe="PRIVAT",
        betalingsbet="KONTANT" if rng.random() < 0.7 else "NETTO 8",
    )
    entry = Entry(row, person)
    if person.former_home:
        entry.fault("moved_house", "street")
    if person.father_and_son:
        entry.fault("father_and_son", "full_name")
    if person.shares_mailbox and row["faktura_email"] == person.email:
        entry.fault("shared_mailbox", "email")
    if person.shares_phone and row["telefon"]:
        entry.fault("shared_phone", "phone")
    return entry


def _ledger_name(rng: Random, person: Person) -> str:
    given, middle, family = person.name.given, person.name.middle, person.name.surname
    if middle and rng.random() < 0.45:
        given = f"{given} {middle if rng.random() < 0.7 else middle[0]}"
    return noise.maybe_typo(rng, f"{given}|{family}", 0.02)


def _private_email(rng: Random, person: Person) -> str:
    draw = rng.random()
    if person.canary is not None or draw < 0.60:
        return person.email
    return person.second_email if draw < 0.72 else ""


def _private_phone(rng: Random, person: Person) -> str:
    draw = rng.random()
    if person.landline and draw < 0.35:
        return written_phone(rng, person.landline)
    return written_phone(rng, person.mobile) if draw < 0.82 else ""


def _street(rng: Random, line: str) -> str:
    if rng.random() < 0.10:
        for long, short in (
            ("vej ", "v. "),
            ("gade ", "g. "),
            ("gatan ", "g. "),
            ("allé ", "al. "),
        ):
            line = line.replace(long, short)
    return noise.maybe_typo(rng, line, 0.015)


def _companies(rng: Random, world: World) -> list[Entry]:
    entries = []
    for company in world.companies:
        named = [p for p in company.contacts if p.contact_only and "erp" in p.sources]
        if not named and rng.random() < 0.35:
            known = [p for p in company.contacts if not p.contact_only and "erp" in p.sources]
            entries.append(_company(rng, world, company, known[0] if known else None))
        entries += [_company(rng, world, company, person) for person in named]
    return entries


def _company(rng: Random, world: World, company: Company, contact: Person | None) -> Entry:
    row = _blank(rng, world, _since(rng, world))
    job = contact.job if contact else None
    draw = rng.random()
    email = f"faktura@{company.domain}" if draw < 0.2 else ""
    if job and (draw >= 0.34 or (contact and contact.canary is not None)):
        email = job.email
    phone = company.phone if rng.random() < 0.5 or not job else job.phone
    row.update(
        navn=company_name_variant(rng, company),
        navn2=f"Att. {contact.full_name}" if contact else "",
        cvr_nr=company.org_no if rng.random() < 0.92 else "",
        momsnr=vat_number(company.org_no, company.country) if rng.random() < 0.6 else "",
        adresse=_street(rng, company.seat.line),
        postnr=company.seat.postcode,
        by=company.seat.city,
        land=company.country,
        telefon=written_phone(rng, phone) if rng.random() < 0.85 else "",
        faktura_email=email,
        kundegruppe=rng.choice(("ERHVERV", "HAANDVAERK")),
        betalingsbet=rng.choice(("NETTO 14", "NETTO 30", "LBMD 30")),
    )
    return Entry(row, contact, company, "organisation")


def _counter_duplicates(rng: Random, world: World, entries: list[Entry]) -> list[Entry]:
    faults, minimum = world.client.faults, world.preset.minimum_faults
    base = len(entries)
    plain = [e for e in entries if e.person is None or e.person.canary is None]
    twice = sample(rng, plain, quota(faults.erp_second_record, base, minimum))
    thrice = sample(rng, twice, quota(faults.erp_third_record, base, minimum))
    world.ledger.bases["erp", "counter_duplicate"] = base
    copies = []
    for original in [*twice, *thrice]:
        since = original.row["oprettet"]
        assert isinstance(since, date)
        last = world.client.as_of - timedelta(days=20)
        later = min(last, since + timedelta(days=rng.randint(1, max(1, (last - since).days))))
        if original.company:
            copy = _company(rng, world, original.company, original.person)
        else:
            assert original.person is not None
            copy = _private(rng, world, original.person, later)
            copy.row["navn"] = noise.maybe_typo(rng, str(copy.row["navn"]), 0.10)
            if rng.random() < 0.45:
                copy.row["faktura_email"] = ""
            if original.person.former_home and rng.random() < 0.5:
                home = original.person.home
                copy.row.update(adresse=home.line, postnr=home.postcode, by=home.city)
                copy.faults = [f for f in copy.faults if f[0] != "moved_house"]
            copy.faults = [
                f for f in copy.faults if f[0] != "shared_mailbox" or copy.row["faktura_email"]
            ]
        copy.row["oprettet"] = later
        copy.row["changed_at"] = max(later, _as_date(copy.row["changed_at"]))
        copy.fault("counter_duplicate", "customer_number")
        copies.append(copy)
    return copies


def _as_date(value: object) -> date:
    assert isinstance(value, date)
    return value


def _tests(rng: Random, world: World) -> list[Entry]:
    base = round(world.preset.people * 0.5)
    world.ledger.bases["erp", "test_customer"] = base
    entries = []
    for number in range(quota(world.client.faults.test_customers, base, 5)):
        row = _blank(rng, world, _since(rng, world))
        row.update(
            navn=_TESTS[number % len(_TESTS)].replace(" ", "|", 1),
            adresse="Testvej 1",
            postnr="9999",
            by="Testby",
            land="DK",
            telefon=rng.choice(("11111111", "12345678", "00000000")),
            faktura_email=rng.choice(("test@test.example", "")),
            kundegruppe="PRIVAT",
        )
        entry = Entry(row, None, None, "test")
        entry.fault("test_customer", "full_name")
        entries.append(entry)
    return entries


def _damage(rng: Random, world: World, entries: list[Entry]) -> None:
    faults = world.client.faults
    world.ledger.bases["erp", "moved_house"] = sum(e.kind == "person" for e in entries)
    for entry in entries:
        _write_name(rng, world, entry)

    def placeholder(entry: Entry) -> str:
        entry.row["faktura_email"] = rng.choice(_PLACEHOLDERS)
        entry.faults = [f for f in entry.faults if f[0] != "shared_mailbox"]
        return "email"

    world.plant(
        rng, entries, "erp", "placeholder_email", faults.erp_placeholder_email,
        lambda e: e.kind == "person" and e.person is not None and e.person.canary is None
        and (not e.row["faktura_email"] or rng.random() < 0.15),
        placeholder,
    )  # fmt: skip

    def damaged(entry: Entry) -> str:
        entry.row["navn"] = noise.mojibake(str(entry.row["navn"]))
        return "full_name"

    world.plant(
        rng, entries, "erp", "mojibake_name", faults.erp_mojibake,
        lambda e: noise.can_be_mojibake(str(e.row["navn"])) and e.kind != "test", damaged,
    )  # fmt: skip

    def without_zero(entry: Entry) -> str:
        entry.row["postnr"] = str(entry.row["postnr"]).lstrip("0")
        return "postcode"

    norwegian = [e for e in entries if e.row["land"] == "NO"]
    world.plant(
        rng, norwegian, "erp", "lost_leading_zero", faults.erp_lost_zero,
        lambda e: str(e.row["postnr"]).startswith("0"), without_zero,
    )  # fmt: skip


def _write_name(rng: Random, world: World, entry: Entry) -> None:
    """Counter staff shout, swap the order and lose letters."""
    faults = world.client.faults
    name, bases = str(entry.row["navn"]), world.ledger.bases
    if not name.isascii():
        bases["erp", "lost_diacritics"] = bases.get(("erp", "lost_diacritics"), 0) + 1
    if "|" in name:
        for fault in ("swapped_name", "shouted_name"):
            bases["erp", fault] = bases.get(("erp", fault), 0) + 1
        given, family = name.split("|")
        if rng.random() < faults.erp_swapped and entry.kind != "test":
            name = f"{family}{rng.choice((',', ''))} {given}"
            entry.fault("swapped_name", "full_name")
        else:
            name = f"{given} {family}"
        name = name.upper()
        entry.fault("shouted_name", "full_name")
    if rng.random() < faults.erp_folded and not name.isascii():
        name = noise.folded(name, wide=rng.random() < 0.7)
        entry.fault("lost_diacritics", "full_name")
    entry.row["navn"] = name


def _reuse_numbers(rng: Random, world: World, entries: list[Entry]) -> None:
    """After the merger freed numbers were given to new debtors; the shop kept the old holder."""
    former = [
        p for p in world.people if "shop" in p.sources and "erp" not in p.sources and p.has_order
        and p.country != "TW"
    ]  # fmt: skip
    recent = [
        e
        for e in entries
        if e.kind == "person"
        and e.person is not None
        and e.person.canary is None
        and _as_date(e.row["oprettet"]) >= date(2019, 1, 1)
        and not any(f[0] == "counter_duplicate" for f in e.faults)
    ]
    count = quota(world.client.faults.erp_number_reused, len(entries), world.preset.minimum_faults)
    chosen = sample(rng, recent, min(count, len(former)))
    for entry, holder in zip(chosen, rng.sample(former, len(chosen)), strict=True):
        number = entry.row["kundenr"]
        assert isinstance(number, int)
        world.reused_numbers[holder.person_id] = number
        entry.fault("number_reused_after_merger", "customer_number")
    world.ledger.bases["erp", "number_reused_after_merger"] = len(entries)
