"""What a sample of rows shows of each column, for the detection to judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scvkit.engine import Connection, RowTables, quoted
from scvkit.sources.headers import bare_headers

SAMPLED_ROWS = 20_000
_VALUES = 600


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column in the sample. ``values`` are distinct, trimmed, with counts, in hash order.

    ``header`` is the column's name without the table's name before it, where all columns have it.
    """

    column: str
    rows: int
    filled: int
    distinct: int
    values: tuple[tuple[str, int], ...]
    header: str

    @property
    def uniqueness(self) -> float:
        """Distinct values ÷ filled rows, 0–1."""
        return self.distinct / self.filled if self.filled else 0.0

    @property
    def mean_length(self) -> float:
        """Mean length of the distinct values in characters."""
        return sum(len(v) for v, _ in self.values) / len(self.values) if self.values else 0.0


def column_facts(
    connection: Connection, rows: RowTables, source: str, table: str, columns: Sequence[str]
) -> tuple[ColumnFacts, ...]:
    """Return the facts of every column of an extract, from rows spread evenly over it."""
    scan = rows.scan("extract", source, table)
    ((count,),) = connection.execute(f"select count(*) from {scan}").fetchall()
    step = max(1, int(count) // SAMPLED_ROWS)
    connection.execute(
        "create or replace temp table sampled_rows as select * from "
        f"(select *, row_number() over () as sampled_place from {scan}) "
        f"where sampled_place % {step} = 0"
        if step > 1
        else f"create or replace temp table sampled_rows as select * from {scan}"
    )
    headers = bare_headers(columns)
    try:
        return tuple(_facts(connection, column, headers[column]) for column in columns)
    finally:
        connection.execute("drop table if exists sampled_rows")


def _facts(connection: Connection, column: str, header: str) -> ColumnFacts:
    name = quoted(column)
    (found,) = connection.execute(
        "with filled as (select trim(" + name + ") as value from sampled_rows), "
        "one_row_per_value as (select value, count(*) as held from filled "
        "where value <> '' group by value) "
        "select (select count(*) from filled), sum(held), count(*) from one_row_per_value"
    ).fetchall()
    values = connection.execute(
        f"select trim({name}) as value, count(*) from sampled_rows "
        f"where trim({name}) <> '' group by 1 order by hash(value), value limit {_VALUES}"
    ).fetchall()
    return ColumnFacts(
        column=column,
        rows=int(found[0] or 0),
        filled=int(found[1] or 0),
        distinct=int(found[2] or 0),
        values=tuple((str(v), int(n)) for v, n in values),
        header=header,
    )
