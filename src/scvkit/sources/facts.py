"""What a sample of rows shows of each column, for the detection to judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scvkit.engine import Connection, RowTables, quoted
from scvkit.sources.headers import bare_headers

SAMPLED_ROWS = 20_000
_VALUES = 600
_BLOCK = 500  # rows
_AT_ONCE = 200


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
    # Blocks of rows: what lies between them need not be read.
    step = max(1, int(count) // SAMPLED_ROWS)
    connection.execute(
        f"create or replace temp table sampled_rows as select * from {scan} "
        f"where line_number // {_BLOCK} % {step} = 0"
        if step > 1
        else f"create or replace temp table sampled_rows as select * from {scan}"
    )
    headers = bare_headers(columns)
    try:
        ((held,),) = connection.execute("select count(*) from sampled_rows").fetchall()
        found: list[ColumnFacts] = []
        for first in range(0, len(columns), _AT_ONCE):
            some = columns[first : first + _AT_ONCE]
            listed = ", ".join(map(quoted, some))
            # Every question to one of thousands of columns looks at all of them.
            held_in = "sampled_rows"
            if len(columns) > _AT_ONCE:
                held_in = "some_columns"
                connection.execute(
                    f"create or replace temp table {held_in} as select {listed} from sampled_rows"
                )
            found += [_facts(connection, held_in, c, headers[c], int(held)) for c in some]
        return tuple(found)
    finally:
        connection.execute("drop table if exists some_columns")
        connection.execute("drop table if exists sampled_rows")


def _facts(
    connection: Connection, held_in: str, column: str, header: str, rows: int
) -> ColumnFacts:
    trimmed = f"trim({quoted(column)})"
    found = connection.execute(
        f"with one_row_per_value as (select {trimmed} as value, count(*) as held "
        f"from {held_in} where {trimmed} <> '' group by 1) "
        "select value, held, sum(held) over (), count(*) over () from one_row_per_value "
        f"order by hash(value), value limit {_VALUES}"
    ).fetchall()
    return ColumnFacts(
        column=column,
        rows=rows,
        filled=int(found[0][2]) if found else 0,
        distinct=int(found[0][3]) if found else 0,
        values=tuple((str(value), int(held)) for value, held, _, _ in found),
        header=header,
    )
