"""Blocking rules under a pair budget: each rule's pairs are counted, its matches simulated."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import Any

import numpy as np

from scvkit.engine import Connection, quoted
from scvkit.linkage.prepared import KEYS, Prepared
from scvkit.vocabulary import EntityKind

BASE = {
    EntityKind.PERSON: (
        "given_name",
        "surname",
        "date_of_birth",
        "postcode",
        "street",
        "house_number",
        "city",
        "given_start",
        "surname_start",
        "name_starts",
        "name_rare",
        "birth_year",
        "birth_day",
    ),
    EntityKind.ORGANISATION: (
        "company",
        "postcode",
        "street",
        "house_number",
        "city",
        "company_start",
        "company_rare",
        "postcode_start",
    ),
}
# Columns cut from another: whoever agrees on the whole agrees on the part.
PARTS = {
    "given_start": ("given_name",),
    "surname_start": ("surname",),
    "name_starts": ("given_name", "surname"),
    "name_rare": ("given_name", "surname"),
    "birth_year": ("date_of_birth",),
    "birth_day": ("date_of_birth",),
    "company_start": ("company",),
    "company_rare": ("company",),
    "postcode_start": ("postcode",),
}
# Pairs agreeing on any of these are matches more often than not: good enough to learn from.
SEEDS = {
    EntityKind.PERSON: (
        ("given_name", "surname", "date_of_birth"),
        ("given_name", "surname", "postcode"),
        ("surname", "date_of_birth", "postcode"),
        ("given_name", "date_of_birth", "postcode"),
        ("given_name", "surname", "street"),
        ("given_name", "surname", "city"),
        ("given_name", "date_of_birth", "city"),
        ("surname", "date_of_birth", "city"),
    ),
    EntityKind.ORGANISATION: (
        ("company", "postcode"),
        ("company", "city"),
        ("company_start", "street", "house_number"),
        ("company", "street"),
    ),
}
SEED_SAMPLE = 4_000
SIMULATED = 20_000
PAIRS_PER_RECORD_SMALL, PAIRS_PER_RECORD_LARGE = 50, 10
LARGE = 1_000_000
SMALLEST_BUDGET = 1_000_000
# So few pairs are all compared: no rule can lose a match.
ALL_PAIRS = 500_000
EVERY_PAIR = "1 = 1"
MOST_RULES = 16
# Matches met by one rule may have escaped it for a reason nobody simulated: a second rule for
# them counts too, a third a little.
WORTH = (1.0, 0.1, 0.01)
LEAST_WORTH = 0.0002
# Pairs good enough to learn from are cleaner than those that blocking must not lose.
DIRTIER = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """Chosen rules, the pairs each one alone gives, and the simulated share of matches kept."""

    rules: tuple[tuple[str, ...], ...]
    pairs: tuple[int, ...]
    budget: int
    expected_recall: float | None


def pair_budget(records: int) -> int:
    """Return how many pairs may be compared: 30 a record in small sets, 10 in a million.

    >>> pair_budget(10_000) > pair_budget(1_000_000) / 100
    True
    """
    size = min(1.0, max(0.0, np.log10(max(records, 1) / 10_000) / np.log10(LARGE / 10_000)))
    each = PAIRS_PER_RECORD_SMALL + size * (PAIRS_PER_RECORD_LARGE - PAIRS_PER_RECORD_SMALL)
    return max(SMALLEST_BUDGET, int(each * records))


def rule_sql(rule: tuple[str, ...]) -> str:
    """Return the rule as Splink reads it; a rule of no column brings every pair together.

    >>> rule_sql(("surname", "postcode"))
    'l.surname = r.surname and l.postcode = r.postcode'
    """
    return " and ".join(f"l.{column} = r.{column}" for column in rule) or EVERY_PAIR


def count_pairs(connection: Connection, prepared: Prepared, rule: tuple[str, ...]) -> int:
    """Return how many pairs of records agree on every column of the rule."""
    columns = ", ".join(quoted(c) for c in rule)
    present = " and ".join(f"{quoted(c)} is not null" for c in rule)
    found = connection.execute(
        f"""select coalesce(sum(n * (n - 1) // 2), 0) from (
            select count(*) as n from {quoted(prepared.table)}
            where {present} group by {columns})"""
    ).fetchall()
    return int(found[0][0])


def choose_blocking(connection: Connection, prepared: Prepared, *, seed: int = 1) -> Blocking:
    """Return the rules with the best gain in simulated matches for the root of their cost."""
    budget = pair_budget(prepared.records)
    if prepared.pairs <= ALL_PAIRS:
        budget = max(budget, prepared.pairs)
        return Blocking(rules=((),), pairs=(prepared.pairs,), budget=budget, expected_recall=1.0)
    keys = tuple(k for k in KEYS[prepared.kind] if prepared.filled.get(k, 0) >= 2)
    base = _available(prepared)
    candidates = [*((key,) for key in keys), *((c,) for c in base), *combinations(base, 2)]
    counted = {r: count_pairs(connection, prepared, r) for r in candidates if _sensible(r)}
    costs = {rule: cost for rule, cost in counted.items() if 0 < cost <= budget}
    agreements = _simulated_agreements(connection, prepared, keys, base, seed)
    if agreements is None:
        return _cheapest(costs, keys, budget)
    columns = [*keys, *base]
    kept = {
        rule: np.logical_and.reduce([agreements[:, columns.index(c)] for c in rule])
        for rule in costs
    }
    # Keys are wanted for what they prove, whatever they add.
    chosen: list[tuple[str, ...]] = [
        rule for rule in sorted(costs) if len(rule) == 1 and rule[0] in keys
    ]
    met = np.zeros(len(agreements), dtype=int)
    for rule in chosen:
        met += kept[rule]
    spent = sum(costs[rule] for rule in chosen)
    worth = np.array([*WORTH, 0.0])
    while len(chosen) < MOST_RULES:
        gain = worth[np.minimum(met, len(WORTH))]
        open_rules = [r for r in sorted(costs) if r not in chosen and spent + costs[r] <= budget]
        gains = {rule: float(np.mean(gain * kept[rule])) for rule in open_rules}
        useful = [rule for rule in open_rules if gains[rule] >= LEAST_WORTH]
        if not useful:
            break
        best = max(useful, key=lambda rule: gains[rule] / sqrt(costs[rule]))
        chosen.append(best)
        met += kept[best]
        spent += costs[best]
    return Blocking(
        rules=tuple(chosen),
        pairs=tuple(costs[rule] for rule in chosen),
        budget=budget,
        expected_recall=float(np.mean(met > 0)),
    )


def _available(prepared: Prepared) -> tuple[str, ...]:
    return tuple(
        column
        for column in BASE[prepared.kind]
        if all(prepared.filled.get(whole, 0) >= 2 for whole in PARTS.get(column, (column,)))
    )


def _sensible(rule: tuple[str, ...]) -> bool:
    """A column and a part of it are one fact, as are two parts of it."""
    wholes = [set(PARTS.get(column, (column,))) for column in rule]
    return len(wholes) < 2 or not wholes[0] & wholes[1]


def _simulated_agreements(
    connection: Connection,
    prepared: Prepared,
    keys: tuple[str, ...],
    base: tuple[str, ...],
    seed: int,
) -> Any:
    """Simulated matches × columns: does the pair agree there? None without anything to learn from.

    Which columns a match has on both sides is drawn from pairs that agree on a seed; whether it
    agrees on a column is drawn from pairs found by seeds that do not look at it.
    """
    columns = [*keys, *base]
    seeds: list[tuple[str, ...]] = [(key,) for key in keys]
    seeds += [s for s in SEEDS[prepared.kind] if set(s) <= set(base)]
    present_parts, agree_parts, of_seed = [], [], []
    for number, seed_rule in enumerate(seeds):
        found = _seed_pairs(connection, prepared, seed_rule, columns)
        if len(found):
            present_parts.append(found[:, : len(columns)])
            agree_parts.append(found[:, len(columns) :])
            of_seed += [number] * len(found)
    if not present_parts:
        return None
    present, agree = np.vstack(present_parts), np.vstack(agree_parts)
    rng = np.random.default_rng(seed)
    simulated = np.vstack(
        [
            present[rng.integers(0, len(present), SIMULATED // 2)],
            _present_together(connection, prepared, columns, rng),
        ]
    )
    for position, column in enumerate(columns):
        blind = np.array([not _looks_at(rule, column) for rule in seeds])[of_seed]
        usable = blind & present[:, position]
        rate = DIRTIER * (agree[usable, position].mean() if usable.any() else 1.0)
        simulated[:, position] &= rng.random(len(simulated)) < rate
    for part, wholes in PARTS.items():
        if part in columns:
            known = [simulated[:, columns.index(whole)] for whole in wholes]
            simulated[:, columns.index(part)] |= np.logical_and.reduce(known)
    return simulated


def _present_together(
    connection: Connection, prepared: Prepared, columns: list[str], rng: np.random.Generator
) -> Any:
    """What two records drawn at random both have: pairs that agree on a seed are the full ones.

    Two that have nothing in common are no match that any rule could find: they are left out.
    """
    filled = ", ".join(f"{c} is not null" for c in columns)
    frame = connection.execute(
        f"""select {filled} from {quoted(prepared.table)}
        order by md5(unique_id) limit {SEED_SAMPLE}"""
    ).df()
    known = frame.to_numpy(dtype=bool)
    left, right = rng.integers(0, len(known), (2, 4 * SIMULATED))
    both = known[left] & known[right]
    both = both[both.any(axis=1)][: SIMULATED // 2]
    return both if len(both) else np.zeros((0, len(columns)), dtype=bool)


def _looks_at(rule: tuple[str, ...], column: str) -> bool:
    wholes = set(PARTS.get(column, (column,)))
    return any(wholes & set(PARTS.get(part, (part,))) for part in rule)


def _seed_pairs(
    connection: Connection, prepared: Prepared, rule: tuple[str, ...], columns: list[str]
) -> Any:
    cost = count_pairs(connection, prepared, rule)
    if cost == 0 or cost > 40 * SEED_SAMPLE + pair_budget(prepared.records):
        return np.zeros((0, 2 * len(columns)), dtype=bool)
    present = ", ".join(
        f"l.{c} is not null and r.{c} is not null as p{i}" for i, c in enumerate(columns)
    )
    agree = ", ".join(f"coalesce(l.{c} = r.{c}, false) as a{i}" for i, c in enumerate(columns))
    table = quoted(prepared.table)
    # A shared mailbox is no match: the given names must not contradict each other.
    alike = (
        "(l.given_name is null or r.given_name is null"
        " or jaro_winkler_similarity(l.given_name, r.given_name) >= 0.8"
        " or l.given_name = r.surname)"
        if prepared.kind is EntityKind.PERSON
        else "(l.company is null or r.company is null"
        " or jaro_winkler_similarity(l.company, r.company) >= 0.7)"
    )
    frame = connection.execute(
        f"""select {present}, {agree} from {table} l join {table} r
            on {rule_sql(rule)} and l.unique_id < r.unique_id
        where {alike} order by md5(l.unique_id || r.unique_id) limit {SEED_SAMPLE}"""
    ).df()
    return frame.to_numpy(dtype=bool)


def _cheapest(costs: dict[tuple[str, ...], int], keys: tuple[str, ...], budget: int) -> Blocking:
    chosen: list[tuple[str, ...]] = []
    pairs: list[int] = []
    spent = 0
    ordered = sorted(
        costs.items(), key=lambda i: (not (len(i[0]) == 1 and i[0][0] in keys), i[1], i[0])
    )
    for rule, cost in ordered:
        if spent + cost <= budget and len(chosen) < MOST_RULES:
            chosen.append(rule)
            pairs.append(cost)
            spent += cost
    return Blocking(rules=tuple(chosen), pairs=tuple(pairs), budget=budget, expected_recall=None)
