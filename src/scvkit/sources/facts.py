"""What a sample of rows shows of each column, for the detection to judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scvkit.engine import Connection, RowTables, quoted
from scvkit.sources.headers import bare_headers

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLED_ROWS = 20_000
_VALUES = 600
_LONGEST = 1000  # characters: what a column is shows before a page of it is read
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
    between = f" where line_number // {_BLOCK} % {step} = 0" if step > 1 else ""
    headers = bare_headers(columns)
    found: list[ColumnFacts] = []
    for first in range(0, len(columns), _AT_ONCE):
        some = columns[first : first + _AT_ONCE]
        cells = ", ".join(
            f"{quoted(c)} as v{i}, hash({quoted(c)}) as h{i}" for i, c in enumerate(some)
        )
        sampled = connection.sql(f"select {cells} from {scan}{between}").to_arrow_table()
        for place, column in enumerate(some):
            values, hashes = sampled.column(2 * place), sampled.column(2 * place + 1)
            if not _fit_to_show(values):
                cut = f"trim(left({quoted(column)}, {_LONGEST})) as v"
                shown = connection.sql(
                    f"select v, hash(v) from (select {cut} from {scan}{between})"
                ).to_arrow_table()
                values, hashes = shown.columns
            found.append(_of_values(column, headers[column], values, hashes.to_numpy()))
    return tuple(found)


def _fit_to_show(values: pa.ChunkedArray) -> bool:
    """True when no value is too long, or has blanks at its ends."""
    edged = pc.or_(pc.starts_with(values, " "), pc.ends_with(values, " "))
    beyond = pc.or_(edged, pc.greater(pc.binary_length(values), _LONGEST))
    return not pc.any(beyond, min_count=0).as_py()


def _of_values(
    column: str, header: str, values: pa.ChunkedArray, hashes: NDArray[np.uint64]
) -> ColumnFacts:
    filled = np.flatnonzero(pc.fill_null(pc.greater(pc.binary_length(values), 0), False).to_numpy())
    _, places, counts = np.unique(hashes[filled], return_index=True, return_counts=True)
    shown = values.take(pa.array(filled[places[:_VALUES]])).to_pylist()
    return ColumnFacts(
        column=column,
        rows=len(values),
        filled=len(filled),
        distinct=len(places),
        values=tuple(zip(shown, counts[:_VALUES].tolist(), strict=True)),
        header=header,
    )
