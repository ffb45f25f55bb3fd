"""Which source knows whom: exact quotas, so that the true overlaps meet the client's targets."""

from __future__ import annotations

from random import Random

from .chance import stream
from .parameters import Client
from .people import Person, Population

# A cell is the set of purchase sources a person is known to; S0 and C0 never bought.
_CELLS = ("ESC", "ES", "EC", "SC", "E", "S", "C", "S0", "C0", "none")
_WITHOUT_CLUB = ("ES", "E", "S", "S0", "none")


def assign(population: Population, seed: int) -> None:
    """Put every person in their sources and companies; changes the people in place."""
    rng = stream(seed, "membership")
    client, people = population.client, population.people
    private = [p for p in people if not p.contact_only]
    only = [p for p in people if p.contact_only]
    contacts = len(only) + population.contacts_also_private
    m = client.membership
    contacts_in_erp = round((m.erp_crm - m.contacts_private_in_erp) * contacts)
    _purchase_sources(rng, private, _cell_sizes(client, population, contacts_in_erp))
    rng.shuffle(only)
    for person in only[:contacts_in_erp]:
        person.sources.add("erp")
    _employment(rng, population, only, round(m.contacts_private_in_erp * contacts))
    _desk_and_newsletter(rng, client, people)


def _cell_sizes(client: Client, population: Population, contacts_in_erp: int) -> dict[str, int]:
    m, n = client.membership, population.preset.people
    erp, shop, club = round(m.erp * n), round(m.shop * n), round(m.club * n)
    s0, c0 = round(m.shop_without_order * n), round(m.club_without_purchase * n)
    buyers = round(m.customers * n) - contacts_in_erp
    es = round(m.erp_shop * min(erp, shop))
    ec = round(m.erp_club * min(erp, club))
    sc = round(m.shop_club * min(shop, club))
    e, s, c = erp - contacts_in_erp, shop - s0, club - c0
    esc = buyers - (e + s + c - es - ec - sc)
    cells = {
        "ESC": esc,
        "ES": es - esc,
        "EC": ec - esc,
        "SC": sc - esc,
        "E": e - es - ec + esc,
        "S": s - es - sc + esc,
        "C": c - ec - sc + esc,
        "S0": s0,
        "C0": c0,
    }
    cells["none"] = n - population.contact_only - sum(cells.values())
    if min(cells.values()) < 0:
        raise ValueError(f"the overlap targets contradict each other: {cells}")
    return cells


def _purchase_sources(rng: Random, private: list[Person], cells: dict[str, int]) -> None:
    left = dict(cells)
    order = list(private)
    rng.shuffle(order)
    # Whoever has the least choice comes first.
    order.sort(key=lambda p: len(_allowed(p)))
    for person in order:
        allowed = _allowed(person)
        cell = rng.choices(allowed, [left[c] for c in allowed])[0]
        left[cell] -= 1
        _enter(rng, person, cell)


def _allowed(person: Person) -> tuple[str, ...]:
    if person.canary is not None or person.father_and_son:
        return ("ESC",)
    # The club has shops in Denmark and Sweden only; Taiwan has nothing but web accounts.
    return {"TW": ("S",), "NO": _WITHOUT_CLUB}.get(person.country, _CELLS)


def _enter(rng: Random, person: Person, cell: str) -> None:
    if cell == "none":
        return
    names = {"E": "erp", "S": "shop", "C": "club"}
    person.sources |= {names[letter] for letter in cell if letter in names}
    bought = not cell.endswith("0")
    # Of those who are customers elsewhere, 6 % have an account but never ordered with it.
    ordered = cell == "S" or rng.random() < 0.94
    person.has_order = bought and "S" in cell and ordered
    person.club_purchase = bought and "C" in cell


def _employment(rng: Random, population: Population, only: list[Person], private_erp: int) -> None:
    """Contacts: people only known at work, private ERP customers, and other private customers."""
    free = [
        p
        for p in population.people
        if not p.contact_only and p.is_customer and p.country != "TW" and p.born.year > 1956
    ]
    marked = [p for p in free if p.canary is not None and p.canary % 2 == 0]
    rest = [p for p in free if p.canary is None and not p.father_and_son]
    in_erp = [p for p in rest if "erp" in p.sources]
    elsewhere = [p for p in rest if "erp" not in p.sources]
    both = marked[:private_erp] + rng.sample(in_erp, private_erp - len(marked[:private_erp]))
    both += rng.sample(elsewhere, population.contacts_also_private - len(both))
    staff = only + both
    rng.shuffle(staff)
    by_country: dict[str, list[int]] = {"DK": [], "SE": [], "NO": []}
    for position, company in enumerate(population.companies):
        by_country[company.country].append(position)
    turn = dict.fromkeys(by_country, 0)
    for person in staff:
        nearby = by_country[person.country] or by_country["DK"]
        # First one contact each, then more for the companies at the head of the list.
        position = nearby[turn[person.country] % len(nearby)]
        turn[person.country] += 1
        if turn[person.country] > len(nearby):
            position = nearby[min(int(rng.expovariate(3) * len(nearby)), len(nearby) - 1)]
        population.employ(person, population.companies[position])
        person.sources.add("crm")


def _desk_and_newsletter(rng: Random, client: Client, people: list[Person]) -> None:
    """Both by quota inside each stratum, so that desk and newsletter overlap as they should."""
    m, n = client.membership, len(people)
    desk, newsletter = round(m.desk * n), round(m.newsletter * n)
    strata: dict[str, list[Person]] = {"erp": [], "other customers": [], "no customers": []}
    for person in people:
        key = "erp" if "erp" in person.sources else "other customers"
        strata[key if person.is_customer else "no customers"].append(person)
    desk_erp = round(m.desk_erp * desk)
    desk_other = round(0.78 * (desk - desk_erp))
    letter_erp = round(m.erp_newsletter * min(len(strata["erp"]), newsletter))
    letter_customers = round(m.newsletter_customers * newsletter)
    wanted = {
        "erp": (desk_erp, letter_erp),
        "other customers": (desk_other, letter_customers - letter_erp),
        "no customers": (desk - desk_erp - desk_other, newsletter - letter_customers),
    }
    for key, members in strata.items():
        at_desk, readers = wanted[key]
        rng.shuffle(members)
        # Marked people first: they must be everywhere.
        members.sort(key=lambda p: p.canary is None)
        for person in members[:at_desk]:
            person.sources.add("desk")
        # The same share reads the newsletter among those who wrote to the desk and those not.
        among_desk = round(readers * at_desk / len(members)) if members else 0
        for person in members[:among_desk] + members[at_desk : at_desk + readers - among_desk]:
            person.sources.add("newsletter")
