"""Columns of one attribute whose values repeat, counted together.

A table of thousands of columns would take minutes with a few queries for each of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scvkit.engine import Steps
from scvkit.profile.counted import COUNTS
from scvkit.profile.dates import DateOrder, date_orders_of_many
from scvkit.profile.facts import Facts, write_facts_of_many
from scvkit.profile.masks import bare_mask_sql, readable_mask_sql
from scvkit.profile.rules import needs_country, rule_for
from scvkit.records.profile import MaskCount
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

FEWEST = 8  # columns worth counting together
_MOST_CELLS = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """What was counted of one column together with others."""

    facts: Facts
    groups: tuple[tuple[Any, ...], ...]  # as ``counted.COUNTS`` says
    masks: tuple[MaskCount, ...]
    order: DateOrder


def columns_at_once(rows: int) -> int:
    """Return how many columns of so many rows are counted together; 0 where none need be."""
    most = min(200, _MOST_CELLS // max(rows, 1))
    return most if most >= FEWEST else 0


def can_be_counted_together(attribute: Attribute, as_of: dt.date | None) -> bool:
    """True when the rule of an attribute asks of one value at a time, whatever its country."""
    rule = rule_for(attribute, as_of=as_of)
    return not needs_country(attribute) and not (rule and rule.steps)


def count_alike(
    connection: Connection,
    scan: str,
    columns: Sequence[str],
    attribute: Attribute,
    *,
    as_of: dt.date | None,
    most_masks: int,
    table: str,
) -> dict[str, Alike]:
    """Return what was counted of each of the columns, all of one attribute.

    ``table`` is the temporary table for their facts. Left out are columns whose dates are written
    month first. The connection needs ``masks.add_mask_function``.
    """
    facts = write_facts_of_many(
        connection, table, scan, columns, attribute, rule_for(attribute, as_of=as_of), as_of=as_of
    )
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for place, *counts in connection.execute(
        f"select place, {COUNTS} from {facts.table} group by place, bits order by place, bits"
    ).fetchall():
        groups.setdefault(int(place), []).append(tuple(counts))
    masks = _masks(connection, facts, most_masks)
    orders = date_orders_of_many(connection, facts.table)
    return {
        column: Alike(
            facts=Facts(
                names=facts.names,
                table=f"(select * exclude (place) from {facts.table} where place = {place})",
                values="",
                grouped=True,
            ),
            groups=tuple(groups[place]),
            masks=tuple(masks.get(place, ())),
            order=orders.get(place, DateOrder()),
        )
        for place, column in enumerate(columns)
        if not orders.get(place, DateOrder()).reads_month_first
    }


def _masks(connection: Connection, facts: Facts, most: int) -> dict[int, list[MaskCount]]:
    steps = Steps().step(
        "one_row_per_bare_mask",
        f"select place, {bare_mask_sql('value')} as bare, sum(rows) as rows from {facts.table} "
        f"where {facts.filled} group by all",
    )
    steps.step(
        "one_row_per_mask",
        f"select place, {readable_mask_sql('bare')} as mask, rows from one_row_per_bare_mask",
    )
    found = steps.rows(
        connection,
        "select place, mask, rows from one_row_per_mask qualify row_number() over "
        f"(partition by place order by rows desc, mask) <= {most} order by place, rows desc, mask",
    )
    masks: dict[int, list[MaskCount]] = {}
    for place, mask, rows in found:
        masks.setdefault(int(place), []).append(MaskCount(mask=mask, rows=int(rows)))
    return masks
