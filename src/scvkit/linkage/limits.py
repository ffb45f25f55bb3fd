"""What a linkage may cost: a blocking rule that explodes is refused before it runs."""

from __future__ import annotations

from typing import Any

from splink.internals.blocking import BlockingRule

from scvkit.engine import Connection, quoted
from scvkit.errors import LinkageRefused
from scvkit.linkage.blocking import pair_budget
from scvkit.linkage.prepared import Prepared

# So many pairs are compared in a few minutes whatever the set; larger sets may take ten times
# what the kit itself would compare.
ALWAYS_ALLOWED = 25_000_000
BUDGETS_ALLOWED = 10


def most_pairs(records: int) -> int:
    """Return how many pairs one blocking rule may bring together.

    >>> most_pairs(1_000), most_pairs(10_000_000)
    (25000000, 1000000000)
    """
    return max(ALWAYS_ALLOWED, BUDGETS_ALLOWED * pair_budget(records))


def refuse_exploding_rules(
    connection: Connection, prepared: Prepared, settings: dict[str, Any]
) -> None:
    """Count the pairs of every blocking rule of the Splink settings, without making one.

    Raises LinkageRefused for a rule that brings together more than ``most_pairs``, naming the
    rule, its pairs and what to do.
    """
    limit = most_pairs(prepared.records)
    for rule in settings["blocking_rules_to_generate_predictions"]:
        sql = str(rule["blocking_rule"])
        pairs = _pairs_of(connection, prepared, sql)
        if pairs > limit:
            raise LinkageRefused(
                f"The blocking rule '{sql}' would compare {pairs:,} pairs of "
                f"{prepared.records:,} records; the limit is {limit:,}. Add a second column to the"
                " rule, or leave the rule out."
            )


def _pairs_of(connection: Connection, prepared: Prepared, sql: str) -> int:
    """Pairs that agree on what the rule sets equal; all pairs where it sets nothing equal."""
    equal = BlockingRule(sql, sql_dialect_str="duckdb")._equi_join_conditions
    if not equal:
        return prepared.pairs
    left, right = (_blocks(prepared, [keys[side] for keys in equal]) for side in (0, 1))
    counted = (
        f"select sum(n * (n - 1) // 2) from ({left})"
        if left == right
        else f"select sum(l.n * r.n) from ({left}) l join ({right}) r on l.block = r.block"
    )
    return int(connection.execute(counted).fetchall()[0][0] or 0)


def _blocks(prepared: Prepared, keys: list[str]) -> str:
    """SQL of how many records share each combination of the keys."""
    present = " and ".join(f"{key} is not null" for key in keys)
    return (
        f"select row({', '.join(keys)}) as block, count(*) as n"
        f" from {quoted(prepared.table)} where {present} group by all"
    )
