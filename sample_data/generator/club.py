"""Source 4, the customer club and the tills: two sheets, filled in by hand in the shops."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from . import noise
from .chance import quota, sample, stream
from .ledger import Entry, Row, Statement, Table, World
from .numbers import written_phone
from .people import Person
from .permission import CLUB_BLANK, TWO_TEXTS, WITHDRAWN_BUT_CLUB_YES
from .words import words

COLUMNS = words(
    "medlemsnr navn foedselsdato mobil email adresse postnr butik niveau ok_email ok_sms ok_post "
    "samtykke_dato samtykke_kilde samtykke_tekst indmeldt sidste_koeb changed_at "
    "changed_by"
)
SHEETS = {"DK": "Butikker DK", "SE": "Butikker SE"}
IDENTIFYING = {
    "medlemsnr": "member_number",
    "navn": "full_name",
    "foedselsdato": "date_of_birth",
    "mobil": "mobile",
    "email": "email",
    "adresse": "street",
}
_SHOPS = {
    "DK": words(
        "Nørstrup Lillehavn Bøgerup Ålborgen Fuglekær Havelev Sælund Tjørneby Mølleholm Kalvsted "
        "Pilerup Odderup Græsted Vælinge"
    ),
    "SE": words("Norrköping-Ö Söderhult Ekfors Björnvik Lönntorp Tallbro Älvnäs Råstad"),
}


def members(world: World) -> Table:
    """All members, the Danish sheet's first, each sheet's by number."""
    rng = stream(world.seed, "club")
    people = world.members("club")
    entries = [_member(rng, world, p) for p in people]
    plain = [p for p in people if p.canary is None]
    again = quota(world.client.faults.club_second_membership, len(people), 5)
    for person in sample(rng, plain, again):
        entry = _member(rng, world, person)
        entry.fault("second_membership", "member_number")
        entries.append(entry)
    world.ledger.bases["club", "second_membership"] = len(people)
    world.ledger.bases["club", "moved_house"] = len(entries)
    entries.sort(key=lambda e: (_day(e.row["indmeldt"]), str(e.row["navn"])))
    number = 4_000_000
    for entry in entries:
        number += rng.randint(1, 9)
        entry.row["medlemsnr"] = number
    _damage(rng, world, entries)
    _permissions(rng, world, entries)
    for entry in entries:
        _write_dates(rng, entry)
    world.ledger.close("club", "members", "medlemsnr", entries, IDENTIFYING)
    swedish = [e for e in entries if e.person and e.person.country == "SE"]
    danish = [e for e in entries if not e.person or e.person.country != "SE"]
    return Table(COLUMNS, [e.row for e in [*danish, *swedish]])


def sheets(table: Table) -> dict[str, Table]:
    """One table per sheet: a member stands where the shop is."""
    return {
        sheet: Table(table.columns, [r for r in table.rows if r["butik"] in _SHOPS[country]])
        for country, sheet in SHEETS.items()
    }


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value


def _member(rng: Random, world: World, person: Person) -> Entry:
    end = world.client.club_export.date()
    youngest = date(person.born.year + 18, 1, 1)
    joined = max(date(2012, 5, 1), youngest, end - timedelta(days=int(5_200 * rng.random() ** 1.3)))
    joined = min(joined, end)
    home = person.old_home
    bought = joined + timedelta(days=int((end - joined).days * rng.random() ** 0.4))
    changed = joined + timedelta(days=int((end - joined).days * rng.random()))
    row: Row = dict.fromkeys(COLUMNS, "")
    row.update(
        navn=noise.maybe_typo(rng, person.full_name, 0.02),
        foedselsdato=person.born if rng.random() < 0.93 or person.father_and_son else "",
        mobil=written_phone(rng, person.mobile) if rng.random() < 0.84 else "",
        email=_email(rng, world, person),
        adresse=noise.maybe_typo(rng, home.line, 0.015) if rng.random() < 0.6 else "",
        postnr=home.postcode if rng.random() < 0.95 else "",
        butik=rng.choice(_SHOPS[person.country]),
        niveau=rng.choices(("Basis", "Sølv", "Guld"), (70, 22, 8))[0],
        indmeldt=joined,
        sidste_koeb=bought if person.club_purchase and rng.random() < 0.97 else "",
        changed_at=changed if rng.random() < 0.6 else joined,
        changed_by=rng.choices(("agent", "customer", "import"), (55, 35, 10))[0],
    )
    if person.father_and_son:
        row["adresse"] = home.line
    if person.club_purchase and not person.has_order and "erp" not in person.sources:
        row["sidste_koeb"] = bought
    entry = Entry(row, person)
    if person.former_home:
        entry.fault("moved_house", "street")
    if person.father_and_son:
        entry.fault("father_and_son", "full_name")
    if person.shares_mailbox and row["email"] == person.email:
        entry.fault("shared_mailbox", "email")
    if person.shares_phone and row["mobil"]:
        entry.fault("shared_phone", "mobile")
    bases, letters = world.ledger.bases, not str(row["navn"]).isascii()
    bases["club", "lost_diacritics"] = bases.get(("club", "lost_diacritics"), 0) + letters
    if rng.random() < 0.25 and letters:
        row["navn"] = noise.folded(str(row["navn"]))
        entry.fault("lost_diacritics", "full_name")
    return entry


def _email(rng: Random, world: World, person: Person) -> str:
    state = world.permissions[person.person_id]
    if person.canary is not None or state.planted == WITHDRAWN_BUT_CLUB_YES:
        return person.email
    draw = rng.random()
    if draw < 0.54:
        return person.email
    return person.second_email or person.email if draw < 0.61 else ""


def _damage(rng: Random, world: World, entries: list[Entry]) -> None:
    faults = world.client.faults

    def has_birth_date(entry: Entry) -> bool:
        return (
            isinstance(entry.row["foedselsdato"], date)
            and entry.person is not None
            and entry.person.canary is None
            and not entry.person.father_and_son
            and not any(f[1] == "date_of_birth" for f in entry.faults)
        )

    def nineteen_hundred(entry: Entry) -> str:
        entry.row["foedselsdato"] = date(1900, 1, 1)
        return "date_of_birth"

    def future(entry: Entry) -> str:
        entry.row["foedselsdato"] = date(rng.randint(2027, 2068), rng.randint(1, 12), 14)
        return "date_of_birth"

    def month_first(entry: Entry) -> str:
        born = _day(entry.row["foedselsdato"])
        entry.row["foedselsdato"] = f"{born:%m/%d/%Y}"
        return "date_of_birth"

    def recycled(entry: Entry) -> str:
        other = rng.choice(strangers)
        while other.household_id == (entry.person.household_id if entry.person else ""):
            other = rng.choice(strangers)
        entry.row["mobil"] = written_phone(rng, other.mobile)
        return "mobile"

    plant = world.plant
    plant(rng, entries, "club", "birth_date_1900", faults.club_1900, has_birth_date,
          nineteen_hundred)  # fmt: skip
    plant(rng, entries, "club", "future_date", faults.future_date, has_birth_date, future)
    plant(rng, entries, "club", "month_first_date", faults.month_first,
          lambda e: has_birth_date(e) and _day(e.row["foedselsdato"]).day > 12,
          month_first)  # fmt: skip
    strangers = [p for p in world.people if "shop" in p.sources and p.canary is None]
    plant(rng, entries, "club", "recycled_phone", faults.club_recycled_phone,
          lambda e: bool(e.row["mobil"]) and e.person is not None and not e.person.shares_phone
          and e.person.canary is None,
          recycled)  # fmt: skip


def _permissions(rng: Random, world: World, entries: list[Entry]) -> None:
    given = []
    for entry in entries:
        assert entry.person is not None
        state = world.permissions[entry.person.person_id]
        yes = state.email == "given" or state.planted == WITHDRAWN_BUT_CLUB_YES
        entry.row["ok_email"] = "J" if yes else "N"
        entry.row["ok_sms"] = "J" if state.sms else "N"
        entry.row["ok_post"] = "J" if state.post else "N"
        alone = not entry.person.sources & {"newsletter", "shop", "crm"}
        if state.planted == CLUB_BLANK or (alone and rng.random() < 0.15):
            entry.row["ok_email"] = ""
        elif yes:
            joined = _day(entry.row["indmeldt"])
            since = state.since.date()
            entry.row["indmeldt"] = min(joined, since)
            entry.row["samtykke_dato"] = since
            entry.row["samtykke_kilde"] = rng.choice(("kasse", "app", "blanket"))
            entry.row["samtykke_tekst"] = state.text
            if state.planted == TWO_TEXTS:
                entry.row["samtykke_tekst"] = "v1" if state.text != "v1" else "v2"
            given.append(entry)
        if state.planted == WITHDRAWN_BUT_CLUB_YES:
            world.written.setdefault(entry.person.person_id, {})["club"] = (
                str(entry.row["email"]).lower(),
                str(entry.row["navn"]),
            )
        if state.planted:
            entry.fault(f"planted_{state.planted}", "consent_flag")
    _lack_proof(rng, world, given)
    words = {"J": "given", "N": "refused"}
    for entry in entries:
        if entry.row["ok_email"] and entry.person is not None:
            world.ledger.statements.append(
                Statement(
                    silo="club",
                    record_id=str(entry.row["medlemsnr"]),
                    person_id=entry.person.person_id,
                    status=words[str(entry.row["ok_email"])],
                    text=str(entry.row["samtykke_tekst"]),
                    proof=all(
                        entry.row[c] for c in ("samtykke_dato", "samtykke_kilde", "samtykke_tekst")
                    ),
                )
            )


def _lack_proof(rng: Random, world: World, given: list[Entry]) -> None:
    free = [
        e for e in given if e.person and world.permissions[e.person.person_id].planted != TWO_TEXTS
    ]
    for entry in sample(rng, free, round(world.client.permissions.without_proof * len(given))):
        column = rng.choice(("samtykke_dato", "samtykke_kilde", "samtykke_tekst"))
        entry.row[column] = ""
        entry.fault("consent_without_proof", "consent_flag")
    world.ledger.bases["club", "consent_without_proof"] = len(given)


def _write_dates(rng: Random, entry: Entry) -> None:
    """Birth dates as dd/mm/yyyy text, real date cells or bare serial numbers; others as text."""
    for column in ("samtykke_dato", "indmeldt", "sidste_koeb", "changed_at"):
        value = entry.row[column]
        if isinstance(value, date):
            entry.row[column] = f"{value:%d/%m/%Y}"
    born = entry.row["foedselsdato"]
    if isinstance(born, date):
        draw = rng.random()
        if draw < 0.70 or born.year < 1901:
            entry.row["foedselsdato"] = f"{born:%d/%m/%Y}"
        elif draw < 0.85:
            entry.row["foedselsdato"] = (born - date(1899, 12, 30)).days
