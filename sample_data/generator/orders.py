"""Source 1b, ERP orders: what was bought, with stock, cost, lead time, serial and warranty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .chance import stream, zipf
from .ledger import Entry, Row, Table, World
from .people import Person
from .words import words

COLUMNS = words(
    "ordrenr kundenr ordredato sku produkt antal beloeb valuta kostpris lager_ved_bestilling "
    "lovet_dato leveret_dato kanal product_serial warranty_end promotion_code"
)
_KINDS = words(
    "Skruemaskine Boremaskine Fliseklæber Terrassebræt Havelåge Vandhane Bruseniche Gulvvarme "
    "Loftlampe Maling Træolie Tagrende Rullegardin Havebord Stige Brændeovn Varmepumpe Dørgreb "
    "Isolering Radiator Kompostbeholder Trappe Køkkenvask Emhætte Højtryksrenser"
)
_WITH_SERIAL = {
    "Skruemaskine", "Boremaskine", "Brændeovn", "Varmepumpe", "Emhætte", "Højtryksrenser",
    "Gulvvarme",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Product:
    sku: str
    name: str
    price: int


_PRODUCTS = zipf(
    [
        _Product(f"TS-{1000 + i * 7}", f"{_KINDS[i % 25]} {('S', 'M', 'L', 'Pro')[i // 25 % 4]}",
                 49 + (i * 137) % 2400 + (4000 if _KINDS[i % 25] in _WITH_SERIAL else 0) // 4)
        for i in range(200)
    ],
    exponent=0.8,
)  # fmt: skip
_CAMPAIGNS = ("FORÅR26", "HAVE26", "BLACK25", "VINTER25", "KLUB10", "SOMMER25")


def orders(world: World, debtors: list[Entry]) -> Table:
    """All orders by number; fills last invoice and turnover in the debtor entries."""
    rng = stream(world.seed, "orders")
    drafts: list[tuple[date, Row, Entry, Person | None]] = []
    holders = {number: pid for pid, number in world.reused_numbers.items()}
    by_id = {p.person_id: p for p in world.people if p.person_id in world.reused_numbers}
    for debtor in debtors:
        if debtor.kind == "test":
            continue
        days = _days(rng, world, debtor)
        drafts += [(d, _order(rng, world, debtor, d), debtor, debtor.person) for d in days]
        number = debtor.row["kundenr"]
        if isinstance(number, int) and number in holders:
            opened = debtor.row["oprettet"]
            assert isinstance(opened, date)
            for _ in range(rng.randint(1, 3)):
                day = opened - timedelta(days=rng.randint(200, 1_200))
                row = _order(rng, world, debtor, day)
                drafts.append((day, row, debtor, by_id[holders[number]]))
    drafts.sort(key=lambda d: (d[0], str(d[1]["kundenr"]), str(d[1]["sku"])))
    return _numbered(world, drafts)


def later_order(rng: Random, debtor: Row, day: date, as_of: date) -> Row:
    """One more order of a debtor, on a day after the first delivery; its number is not set."""
    return _line(rng, debtor, day, as_of, company=bool(debtor["cvr_nr"]))


def _numbered(world: World, drafts: list[tuple[date, Row, Entry, Person | None]]) -> Table:
    entries = []
    year_ago = world.client.as_of - timedelta(days=365)
    for number, (day, row, debtor, person) in enumerate(drafts, start=7_000_001):
        row["ordrenr"] = number
        same = person is debtor.person
        entries.append(
            Entry(row, person, debtor.company if same else None, debtor.kind if same else "person")
        )
        if person is not None:
            customer = row["kundenr"]
            assert isinstance(customer, int)
            person.orders.append((number, customer, str(row["product_serial"] or "")))
        if same:
            last = debtor.row["sidste_faktura"]
            debtor.row["sidste_faktura"] = max(day, last) if isinstance(last, date) else day
            amount, so_far = row["beloeb"], debtor.row["omsaetning_12m"]
            if day > year_ago and isinstance(amount, float) and isinstance(so_far, float):
                debtor.row["omsaetning_12m"] = so_far + amount
    world.ledger.close("erp", "orders", "ordrenr", entries, {})
    return Table(COLUMNS, [e.row for e in entries])


def _days(rng: Random, world: World, debtor: Entry) -> list[date]:
    """Order dates since the debtor was opened, at most eight years back; mean about five."""
    opened = debtor.row["oprettet"]
    assert isinstance(opened, date)
    newest = world.client.as_of - timedelta(days=world.client.order_lag)
    oldest = max(opened, newest - timedelta(days=8 * 365))
    mean = 10.5 if debtor.company else 2.9
    count = 1 + min(60, int(rng.expovariate(1 / mean)))
    span = max(0, (newest - oldest).days)
    return [newest - timedelta(days=int(span * rng.random() ** 1.4)) for _ in range(count)]


def _order(rng: Random, world: World, debtor: Entry, day: date) -> Row:
    return _line(rng, debtor.row, day, world.client.as_of, company=debtor.company is not None)


def _line(rng: Random, debtor: Row, day: date, as_of: date, *, company: bool) -> Row:
    product = _PRODUCTS.draw(rng)
    pieces = min(40, 1 + int(rng.expovariate(0.35 if company else 1.2)))
    price = product.price * rng.uniform(0.85, 1.0)
    rate = {"SE": 1.5, "NO": 1.55}.get(str(debtor["land"]), 1.0)
    serial = product.name.split()[0] in _WITH_SERIAL
    promised = day + timedelta(days=rng.randint(1, 10))
    delivered = promised + timedelta(days=rng.choices((-1, 0, 1, 2, 6), (15, 55, 15, 10, 5))[0])
    arrived = rng.random() >= 0.03 and delivered <= as_of
    channels = ("butik", "web", "telefon", "saelger")
    weights = (15, 20, 20, 45) if company else (68, 22, 9, 1)
    return {
        "kundenr": debtor["kundenr"],
        "ordredato": day,
        "sku": product.sku,
        "produkt": product.name,
        "antal": pieces,
        "beloeb": round(price * pieces * rate, 2),
        "valuta": {"SE": "SEK", "NO": "NOK"}.get(str(debtor["land"]), "DKK"),
        "kostpris": round(product.price * pieces * rate * rng.uniform(0.55, 0.75), 2),
        "lager_ved_bestilling": max(0, int(rng.gauss(30, 22))),
        "lovet_dato": promised,
        "leveret_dato": max(day, delivered) if arrived else None,
        "kanal": rng.choices(channels, weights)[0],
        "product_serial": f"SN{day.year % 100}-{rng.randint(0, 9_999_999):07d}" if serial else None,
        "warranty_end": day + timedelta(days=730) if serial else None,
        "promotion_code": rng.choice(_CAMPAIGNS) if rng.random() < 0.14 else None,
    }
