"""The customers of a list of orders: of all rows of one of them the newest is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scvkit.engine import Connection, RowTables, Steps, quoted
from scvkit.records.extracts import ReadingReport, SourceTable
from scvkit.sources.typed import chosen_columns
from scvkit.vocabulary import Attribute

# An address that so many names order with is the shop's own or an office's, nobody's.
_NAMES_OF_A_SHARED_ADDRESS = 4
_NAMED = (Attribute.FULL_NAME, Attribute.GIVEN_NAME, Attribute.SURNAME)
_DATED = (Attribute.LAST_PURCHASE_AT, Attribute.CHANGED_AT, Attribute.CREATED_AT)


def keep_newest(
    connection: Connection,
    rows: RowTables,
    reading: ReadingReport,
    table: SourceTable,
    one_per: Sequence[str],
) -> tuple[ReadingReport, SourceTable]:
    """Leave one row per customer in extract and source table, and return both with their rows.

    Rows that agree in the first filled column of ``one_per`` are one customer's; the newest by
    date stands for all, of several the fullest, then the last of the file. A row with none of
    them filled stays.
    """
    keys = [column for column in one_per if column in reading.columns]
    if not keys:
        return reading, table  # that they are absent is told where the file is checked
    extract = ("extract", table.source, table.table)
    source = ("source", table.source, table.table)
    lines = _newest_lines(connection, rows, table, keys)
    for name in (extract, source):
        rows.write(
            connection,
            f"select * from {rows.scan(*name)} where line_number in (select line from {lines}) "
            "order by line_number",
            *name,
        )
    ((count,),) = connection.execute(f"select count(*) from {lines}").fetchall()
    connection.execute(f"drop table {lines}")
    return replace(reading, rows=int(count)), replace(table, rows=int(count))


def _newest_lines(
    connection: Connection, rows: RowTables, table: SourceTable, keys: Sequence[str]
) -> str:
    """Write the line numbers to keep into a temporary table and return its name."""
    chosen = chosen_columns(table.meanings, table.quarantined)
    named = [chosen[a] for a in _NAMED if a in chosen]
    name = f"concat_ws(' ', {', '.join(map(_folded, named))})" if named else "''"
    whose = " ".join(
        f"when {_folded(key)} is not null then '{place}/' || {_folded(key)}"
        for place, key in enumerate(keys)
    )
    dates = [a.value for a in _DATED if a in chosen]
    day = f"coalesce({', '.join(map(quoted, dates))})" if dates else "null"
    # The further lines of one order often leave out who ordered it.
    filled = " + ".join(f"({quoted(a.value)} is not null)::int" for a in chosen) or "0"
    steps = Steps()
    steps.step(
        "row_with_key",
        f"select line_number as line, {name} as name, "
        f"case {whose} else 'row/' || line_number end as whose "
        f"from {rows.scan('extract', table.source, table.table)}",
    )
    steps.step(
        "key_with_names",
        "select whose, count(distinct nullif(name, '')) as names from row_with_key group by whose",
    )
    steps.step(
        "row_with_customer",
        "select line, case when names >= "
        f"{_NAMES_OF_A_SHARED_ADDRESS} then whose || '/' || name else whose end as customer "
        "from row_with_key join key_with_names using (whose)",
    )
    steps.step(
        "row_with_day",
        f"select line_number as line, {day} as day, {filled} as filled "
        f"from {rows.scan('source', table.source, table.table)}",
    )
    steps.step(
        "row_with_place",
        "select line, row_number() over (partition by customer order by day desc nulls last, "
        "filled desc, line desc) as place from row_with_customer join row_with_day using (line)",
    )
    query = steps.sql("select line from row_with_place where place = 1 order by line")
    connection.execute(f"create or replace temp table newest_line_per_customer as {query}")
    return "newest_line_per_customer"


def _folded(column: str) -> str:
    return f"nullif(lower(trim(cast({quoted(column)} as varchar))), '')"
