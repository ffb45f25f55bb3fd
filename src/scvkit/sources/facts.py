"""What a sample of rows shows of each column, for the detection to judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scvkit.engine import Connection, RowTables, Steps, quoted
from scvkit.sources.headers import bare_headers

SAMPLED_ROWS = 20_000
_VALUES = 600
_LONGEST = 1000  # characters: what a column is shows before a page of it is read
_BLOCK = 500  # rows
_AT_ONCE, _MOST_CELLS = 200, 500_000


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
    cut = ", ".join(f"left({quoted(c)}, {_LONGEST}) as {quoted(c)}" for c in columns)
    between = f" where line_number // {_BLOCK} % {step} = 0" if step > 1 else ""
    connection.execute(
        f"create or replace temp table sampled_rows as select {cut} from {scan}{between}"
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
            if int(held) * len(some) <= _MOST_CELLS:
                found += _facts_of_many(connection, held_in, some, headers, int(held))
            else:
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
    return _of_values(column, header, rows, found)


def _facts_of_many(
    connection: Connection,
    held_in: str,
    columns: Sequence[str],
    headers: Mapping[str, str],
    rows: int,
) -> list[ColumnFacts]:
    """The same of all columns in one query: a query for each of thousands takes minutes."""
    listed = ", ".join(f"trim({quoted(column)})" for column in columns)
    steps = Steps().step(
        "one_row_per_cell",
        f"select unnest(range({len(columns)})) as place, unnest([{listed}]) as value "
        f"from {held_in}",
    )
    steps.step(
        "one_row_per_value",
        "select place, value, count(*) as held from one_row_per_cell where value <> '' "
        "group by place, value",
    )
    found: dict[int, list[tuple[Any, ...]]] = {}
    for place, *value in steps.rows(
        connection,
        "select place, value, held, sum(held) over (partition by place), "
        "count(*) over (partition by place) "
        "from one_row_per_value qualify row_number() over "
        f"(partition by place order by hash(value), value) <= {_VALUES} "
        "order by place, hash(value), value",
    ):
        found.setdefault(int(place), []).append(tuple(value))
    return [
        _of_values(column, headers[column], rows, found.get(place, []))
        for place, column in enumerate(columns)
    ]


def _of_values(
    column: str, header: str, rows: int, found: Sequence[tuple[Any, ...]]
) -> ColumnFacts:
    return ColumnFacts(
        column=column,
        rows=rows,
        filled=int(found[0][2]) if found else 0,
        distinct=int(found[0][3]) if found else 0,
        values=tuple((str(value), int(held)) for value, held, _, _ in found),
        header=header,
    )
