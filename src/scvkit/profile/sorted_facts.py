"""The facts of columns in which many values agree in all that tells something.

Such values are judged by one that stands for them; what it tells of is then asked value by value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from scvkit.engine import Steps
from scvkit.profile.conditions import ISO_TIME, VALUES, reading_steps
from scvkit.profile.dates import DateOrder
from scvkit.profile.facts import (
    FACTS,
    Facts,
    counted_facts,
    drop_facts,
    plain_values_sql,
    write_rule_tables,
)
from scvkit.profile.plain_dates import sort_times
from scvkit.profile.plain_emails import sort_emails
from scvkit.profile.rules import Rule
from scvkit.profile.shapes import UNKNOWN, Shapes, texts_of
from scvkit.records.extracts import ColumnMeaning
from scvkit.vocabulary import DATE_ATTRIBUTES, Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

_FOR_MANY, _ALONE = "values_for_many", "values_alone"


def write_sorted_facts(
    connection: Connection,
    scan: str,
    meaning: ColumnMeaning,
    rule: Rule | None,
    *,
    order: DateOrder,
    as_of: dt.date | None,
    shapes: Shapes,
) -> Facts | None:
    """Write ``facts_of_one_column`` as ``write_facts`` does for a column that hardly repeats.

    None where its values have to be asked one by one.
    """
    if shapes.edged or rule is None:
        return None
    drop_facts(connection)
    if meaning.attribute is Attribute.EMAIL:
        names = _write_emails(connection, scan, meaning, rule, order, as_of)
    elif meaning.attribute in DATE_ATTRIBUTES and shapes.every(ISO_TIME):
        names = _write_times(connection, scan, meaning, rule, order, as_of, shapes)
    else:
        return None
    connection.execute(f"drop view {_FOR_MANY}")
    connection.execute(f"drop view {_ALONE}")
    values = f"({plain_values_sql(scan, meaning.column, None, {})})"
    return Facts(names=names, table=FACTS, values=values, grouped=False)


def _write_emails(
    connection: Connection,
    scan: str,
    meaning: ColumnMeaning,
    rule: Rule,
    order: DateOrder,
    as_of: dt.date | None,
) -> tuple[str, ...]:
    """Of plain addresses only what follows the "@" is asked."""
    attribute = meaning.attribute
    texts = partial(texts_of, connection, scan, meaning.column)
    found = sort_emails(texts())
    names = [f"x@{domain}" for domain in found.domains]
    steps = _values(connection, names, list(found.domains.values()), found.others, found.blank)
    write_rule_tables(connection, steps, attribute, rule, order, as_of, UNKNOWN)
    faulty = _told(connection, counted_facts(steps, attribute, rule, UNKNOWN, grouped=True)[1])
    if faulty:
        found = sort_emails(texts(), asked={value.removeprefix("x@") for value in faulty})
    steps = _values(connection, [], [], found.others, found.blank)
    for name, sql in reading_steps(attribute, rule, order, as_of, UNKNOWN).parts():
        steps.step(name, sql)
    bits, final = counted_facts(steps, attribute, rule, UNKNOWN, grouped=False)
    connection.execute(f"create temp table {FACTS} as {final}")
    if found.rows:
        connection.execute(
            f"insert into {FACTS} (rows, bits, shortest, longest) "
            f"values ({found.rows}, 0, {found.shortest}, {found.longest})"
        )
    return bits


def _write_times(
    connection: Connection,
    scan: str,
    meaning: ColumnMeaning,
    rule: Rule,
    order: DateOrder,
    as_of: dt.date | None,
    shapes: Shapes,
) -> tuple[str, ...]:
    """Of times only the day is asked, and few hours."""
    attribute = meaning.attribute
    texts = partial(texts_of, connection, scan, meaning.column)
    asked: frozenset[str] = frozenset()
    while True:
        found = sort_times(texts(), asked=asked)
        steps = _values(connection, found.values, found.rows, found.others, found.blank)
        write_rule_tables(connection, steps, attribute, rule, order, as_of, shapes)
        bits, final = counted_facts(steps, attribute, rule, shapes, grouped=False)
        # What has something to tell keeps its value, and has to be asked as it is written.
        faulty = _told(connection, f"select value, 1 as bits from ({final})")
        if not faulty:
            connection.execute(f"create temp table {FACTS} as {final}")
            return bits
        asked |= faulty


def _values(
    connection: Connection, values: Sequence[str], rows: Sequence[int], alone: Any, blank: int
) -> Steps:
    """Steps that begin with the values: those that stand for others, those alone, those blank."""
    ones = pa.array(np.ones(len(alone), np.int64))
    for view, texts, counts in (
        (_FOR_MANY, pa.array(values, pa.string()), pa.array(rows, pa.int64())),
        (_ALONE, alone, ones),
    ):
        table = pa.table({"value": texts, "rows": counts})
        connection.from_arrow(table).create_view(view, replace=True)
    return Steps().step(
        VALUES,
        "select value, false as trimmed, cast(null as varchar) as country, rows from "
        f"(from {_FOR_MANY} union all from {_ALONE} "
        f"union all select null, {blank} where {blank} > 0)",
    )


def _told(connection: Connection, judged: str) -> frozenset[str]:
    """The values standing for others of which there is something to tell."""
    found = connection.execute(
        f"select value from ({judged}) where bits <> 0 and value in (select value from {_FOR_MANY})"
    ).fetchall()
    return frozenset(str(value) for (value,) in found)
