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
        "birth_year",
    ),
    EntityKind.ORGANISATION: (
        "company",
        "postcode",
        "street",
        "house_number",
        "city",
        "company_start",
        "postcode_start",
    ),
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
PAIRS_PER_RECORD_SMALL, PAIRS_PER_RECORD_LARGE = 30, 10
LARGE = 1_000_000
SMALLEST_BUDGET = 50_000
LEAST_GAIN = 0.0005
MOST_RULES = 16


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
    """Return the rule as Splink reads it.

    >>> rule_sql(("surname", "postcode"))
    'l.surname = r.surname and l.postcode = r.postcode'
    """
    return " and ".join(f"l.{column} = r.{column}" for column in rule)


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
    keys = tuple(k for k in KEYS[prepared.kind] if prepared.filled.get(k, 0) >= 2)
    base = _available(prepared)
    costs: dict[tuple[str, ...], int] = {(key,): 0 for key in keys}
    candidates = [*((key,) for key in keys), *((c,) for c in base), *combinations(base, 2)]
    for rule in candidates:
        if _sensible(rule):
            costs[rule] = count_pairs(connection, prepared, rule)
    costs = {rule: cost for rule, cost in costs.items() if 0 < cost <= budget}
    agreements = _simulated_agreements(connection, prepared, keys, base, seed)
    if agreements is None:
        return _cheapest(costs, keys, budget)
    columns = [*keys, *base]
    kept = {
        rule: np.logical_and.reduce([agreements[:, columns.index(c)] for c in rule])
        for rule in costs
    }
    chosen: list[tuple[str, ...]] = []
    covered = np.zeros(len(agreements), dtype=bool)
    spent = 0
    while len(chosen) < MOST_RULES:
        best, best_value = None, 0.0
        for rule in sorted(costs):
            if rule in chosen or spent + costs[rule] > budget:
                continue
            gain = float(np.mean(kept[rule] & ~covered))
            # Keys are wanted for what they prove, whatever they add.
            least = 0.0 if len(rule) == 1 and rule[0] in keys else LEAST_GAIN
            value = (gain + (1e-6 if least == 0.0 else 0.0)) / sqrt(costs[rule])
            if gain >= least and value > best_value:
                best, best_value = rule, value
        if best is None:
            break
        chosen.append(best)
        covered |= kept[best]
        spent += costs[best]
    return Blocking(
        rules=tuple(chosen),
        pairs=tuple(costs[rule] for rule in chosen),
        budget=budget,
        expected_recall=float(np.mean(covered)),
    )


def _available(prepared: Prepared) -> tuple[str, ...]:
    source_of = {
        "given_start": "given_name",
        "surname_start": "surname",
        "birth_year": "date_of_birth",
        "company_start": "company",
        "postcode_start": "postcode",
    }
    return tuple(
        column
        for column in BASE[prepared.kind]
        if prepared.filled.get(source_of.get(column, column), 0) >= 2
    )


def _sensible(rule: tuple[str, ...]) -> bool:
    """A column and its own start are one fact."""
    starts = {"given_start": "given_name", "surname_start": "surname"}
    starts |= {"birth_year": "date_of_birth", "company_start": "company"}
    starts |= {"postcode_start": "postcode"}
    return not any(starts.get(a) == b for a in rule for b in rule)


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
    drawn = rng.integers(0, len(present), SIMULATED)
    simulated = present[drawn].copy()
    for position, column in enumerate(columns):
        blind = np.array([not _looks_at(rule, column) for rule in seeds])[of_seed]
        usable = blind & present[:, position]
        rate = agree[usable, position].mean() if usable.any() else 0.9
        simulated[:, position] &= rng.random(SIMULATED) < rate
    # Whoever agrees on a name agrees on its start.
    for whole, start in (
        ("given_name", "given_start"),
        ("surname", "surname_start"),
        ("date_of_birth", "birth_year"),
        ("company", "company_start"),
        ("postcode", "postcode_start"),
    ):
        if whole in columns and start in columns:
            simulated[:, columns.index(start)] |= simulated[:, columns.index(whole)]
    return simulated


def _looks_at(rule: tuple[str, ...], column: str) -> bool:
    stem = column.removesuffix("_start").removesuffix("_name")
    return any(part.startswith(stem) for part in rule) or (
        column == "birth_year" and "date_of_birth" in rule
    )


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
