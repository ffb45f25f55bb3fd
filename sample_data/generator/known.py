"""Indicators that rest on who is who: counted over the true persons, not over found ones."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations
from math import sqrt
from random import Random

from .counted import Rows, moment
from .ledger import Row
from .noise import folded

_KEYS = ("email", "phone", "customer_number", "member_number", "login_id")
_NUMBERS = ("customer_number", "login_id")
_ROLES = ("info", "ordre", "kontor", "post", "mail", "faktura")  # read by nobody in particular
_ALIKE = 0.75  # spellings of one name or one street are nearer than this


@dataclass(frozen=True, slots=True)
class Said:
    """What one row says about its person, in one spelling."""

    silo: str
    keys: dict[str, str] = field(default_factory=dict)
    number: str = ""  # of the row, where its source issues numbers to customers
    given: str = ""
    surname: str = ""
    words: frozenset[str] = frozenset()  # of a name in whatever order
    born: date | None = None
    address: str = ""


def known(rows: Rows) -> Iterator[tuple[str, float | None, float]]:
    """Each indicator: id, value (None: not assessed), tolerance.

    Whoever assesses sees a person only as far as records could be tied, and ties few wrongly: the
    tolerances are for that.
    """
    persons = _persons(rows)
    yield "3.4", _disagree(persons), 0.08
    # What a name alone proves is a judgement. Nothing at the least; at the most that two records
    # are one person wherever nobody else in the data has the name. Which half is hidden is chance.
    least, links = _found_again(rows, persons, by_name=False)
    most, _ = _found_again(rows, persons, by_name=True)
    chance = 1.64 * sqrt(0.25 / links) if links else 0.0
    yield (
        ("4.2", (least + most) / 2, (most - least) / 2 + 0.03 + chance)
        if links
        else ("4.2", None, 0.0)
    )
    # Two accounts of one source are always tied; people of two sources may be missed, so that the
    # share among those with several records comes out up to a quarter higher.
    against = _contradict(rows, persons)
    yield "4.4", against, max(0.06, 0.25 * (against or 0))
    # A company without a number has a name and an address or not, whoever is named on its row.
    yield "4.5", _unlinkable(rows), 0.015


def _persons(rows: Rows) -> dict[str, list[Said]]:
    """The rows of each person, companies' rows left out."""
    found: dict[str, list[Said]] = defaultdict(list)
    for silo, name, columns, table, grain in rows.records(needed=False):
        if grain == "visit":
            continue
        for row in table:
            person, _, kind = rows.about(silo, name, row)
            if person is not None and kind != "organisation":
                found[person].append(_said(rows, silo, row, columns))
    return found


def _said(rows: Rows, silo: str, row: Row, columns: dict[str, str]) -> Said:
    def text(attribute: str) -> str:
        return str(rows.value(row, columns, attribute) or "")

    keys = {key: _key(text(key)) for key in _KEYS}
    if keys["email"].split("@")[0] in _ROLES:
        keys["email"] = ""
    keys["phone"] = _digits(text("mobile") or text("phone"))
    given, surname = _plain(text("given_name")), _plain(text("surname"))
    words = frozenset(f"{given} {surname}".split() or _plain(text("full_name")).split())
    born = moment(rows.value(row, columns, "date_of_birth"))
    street = _plain(text("street"))
    return Said(
        silo=silo,
        keys={k: v for k, v in keys.items() if v},
        number=_key(next((str(row[c]) for c in columns if columns[c] in _NUMBERS), "")),
        given=given.split(" ")[0],
        surname=surname.split(" ")[-1],
        words=frozenset(w for w in words if len(w) > 1),
        # A date of 1900 or of tomorrow says that the birth date is not known.
        born=born if born is not None and born.year > 1901 and born < rows.day else None,
        address=_plain(f"{street} {text('house_number')} {text('postcode')}") if street else "",
    )


def _key(text: str) -> str:
    return text.strip().lower()


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits[-8:] if len(digits) >= 8 and len(set(digits)) > 2 else ""


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9一-鿿]+", " ", folded(text).lower()).strip()


def _disagree(persons: dict[str, list[Said]]) -> float | None:
    """Persons whose rows differ in surname, birth date or address, of those with two to compare."""
    differ = every = 0
    for said in persons.values():
        named = [s for s in said if s.words and (s.surname or len(s.words) > 1)]
        births = [s.born for s in said if s.born]
        addresses = [s.address for s in said if s.address]
        if max(len(named), len(births), len(addresses)) < 2:
            continue
        every += 1
        differ += (
            len(set(births)) > 1
            or any(not _one_family(a, b) for a, b in combinations(named, 2))
            or any(not _one_place(a, b) for a, b in combinations(addresses, 2))
        )
    return differ / every if every else None


def _one_family(a: Said, b: Said) -> bool:
    """Whether the surname of either stands in the name of the other, in whatever order."""
    return any(
        _alike(x, y)
        for x in ([a.surname] if a.surname else a.words)
        for y in ([b.surname] if b.surname else b.words)
    )


def _alike(a: str, b: str) -> bool:
    return SequenceMatcher(None, a, b).ratio() >= _ALIKE


def _one_place(a: str, b: str) -> bool:
    numbers = [set(re.findall(r"\d+", text)) for text in (a, b)]
    return _alike(a, b) and (numbers[0] <= numbers[1] or numbers[1] <= numbers[0])


def _contradict(rows: Rows, persons: dict[str, list[Said]]) -> float | None:
    """Persons with two customer numbers of one issuer, two birth dates or two given names."""
    issuers = {s for s, c in rows.told["sources"].items() if c["domain"] == "purchases"}
    against = several = 0
    for said in persons.values():
        if len(said) < 2:
            continue
        several += 1
        numbers: dict[str, set[str]] = defaultdict(set)
        for one in said:
            if one.silo in issuers and one.number:
                numbers[one.silo].add(one.number)
        names = [s for s in said if len(s.given) > 1]
        against += (
            any(len(n) > 1 for n in numbers.values())
            or len({s.born for s in said if s.born}) > 1
            or any(not _one_given_name(a, b) for a, b in combinations(names, 2))
        )
    return against / several if several else None


def _one_given_name(a: Said, b: Said) -> bool:
    short = a.given.startswith(b.given) or b.given.startswith(a.given)
    return short or _alike(a.given, b.given) or a.given in b.words or b.given in a.words


def _unlinkable(rows: Rows) -> float:
    """Rows with no key, and no name with an address either."""
    lost = every = 0
    for silo, name, columns, table, grain in rows.records(needed=False):
        if grain == "visit":
            continue
        for row in table:
            said = _said(rows, silo, row, columns)
            firm = rows.about(silo, name, row)[2] == "organisation"
            keyed = bool(said.keys) or (firm and bool(rows.value(row, columns, "org_number")))
            named = said.words or rows.value(row, columns, "company_name")
            every += 1
            lost += not keyed and not (named and said.address)
    return lost / every


def _found_again(rows: Rows, persons: dict[str, list[Said]], *, by_name: bool) -> tuple[float, int]:
    """Share and number of links by a key that still hold when it is hidden on half of the rows.

    What else may tie two rows is another key, the full name with an address or a birth date, and
    ``by_name`` the name alone where nobody else has it; over however many rows of the person.
    """
    draw = Random(rows.world.seed)
    holders: dict[frozenset[str], set[str]] = defaultdict(set)
    for person, said in persons.items():
        for one in said:
            holders[one.words].add(person)
    unique = {words for words, people in holders.items() if by_name and len(people) == 1}
    held = every = 0
    for key in _KEYS:
        for said in persons.values():
            if sum(key in s.keys for s in said) < 2:
                continue
            hidden = [draw.random() < 0.5 for _ in said]
            groups = list(range(len(said)))
            for a, b in combinations(range(len(said)), 2):
                without = {key} if hidden[a] or hidden[b] else set()
                if _tied(said[a], said[b], without, unique):
                    groups = [groups[a] if g == groups[b] else g for g in groups]
            for a, b in combinations(range(len(said)), 2):
                linked = key in said[a].keys and said[a].keys[key] == said[b].keys.get(key)
                if linked and (hidden[a] or hidden[b]):
                    every += 1
                    held += groups[a] == groups[b]
    return (held / every if every else 0.0), every


def _tied(a: Said, b: Said, without: Iterable[str], unique: set[frozenset[str]]) -> bool:
    shared = {k for k in a.keys if a.keys[k] == b.keys.get(k)} - set(without)
    named = len(a.words) > 1 and len(b.words) > 1 and _one_name(a.words, b.words)
    alone = named and {a.words, b.words} <= unique
    placed = bool(a.address and b.address) and _one_place(a.address, b.address)
    return bool(shared) or alone or (named and (placed or (a.born == b.born is not None)))


def _one_name(a: frozenset[str], b: frozenset[str]) -> bool:
    return all(any(_alike(x, y) for y in b) for x in a)
