"""A table as it was read, before it becomes a reading report."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from scvkit.engine import Connection, RowTables, quoted
from scvkit.extracts.doubts import Doubt, doubt
from scvkit.extracts.naming import ColumnNames
from scvkit.extracts.rejects import Reject
from scvkit.records.extracts import Dialect
from scvkit.vocabulary import DoubtKind

_COMPARED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRead:
    """Names, counts and what was set aside; the rows lie in the row table."""

    names: ColumnNames
    rows: int
    repaired: int = 0
    rejects: tuple[Reject, ...] = ()
    repeated_headers: int = 0
    sheets: tuple[str, ...] = ()
    others: tuple[str, ...] = ()  # tables of the same file that were not read
    dialect: Dialect | None = None
    doubts: tuple[Doubt, ...] = ()


def row_doubts(read: TableRead) -> tuple[Doubt, ...]:
    """Return the doubts about names and rows, the same for every format."""
    found: list[Doubt] = []
    if read.names.repeated:
        found.append(doubt(DoubtKind.DUPLICATE_COLUMNS, names=", ".join(read.names.repeated)))
    if read.names.blank and read.names.blank < len(read.names.names):
        found.append(doubt(DoubtKind.BLANK_COLUMNS, n=read.names.blank))
    if read.repeated_headers:
        found.append(doubt(DoubtKind.REPEATED_HEADER, n=read.repeated_headers))
    if read.repaired:
        found.append(doubt(DoubtKind.REPAIRED, n=read.repaired))
    misfits = len(read.rejects) - read.repeated_headers
    if misfits:
        found.append(doubt(DoubtKind.REJECTED, n=misfits))
    return tuple(found)


def without_empty_columns(
    connection: Connection, rows: RowTables, read: TableRead, name: tuple[str, str, str]
) -> TableRead:
    """Take columns at either end away that have neither a name nor a value.

    They are what a delimiter at the end (or the beginning) of every line leaves behind.
    """
    unnamed = [name for name in read.names.names if name in read.names.unnamed]
    edges = {*_run(read.names.names, unnamed), *_run(read.names.names[::-1], unnamed)}
    if not edges or len(unnamed) == len(read.names.names):
        return read
    listed = [column for column in read.names.names if column in edges]
    counts = ", ".join(f"count({quoted(column)})" for column in listed)
    (filled,) = connection.execute(f"select {counts} from {rows.scan(*name)}").fetchall()
    empty = {column for column, count in zip(listed, filled, strict=True) if not count}
    # Only from the edge inward: a blank column between two others has its place.
    empty = {*_run(read.names.names, empty), *_run(read.names.names[::-1], empty)}
    if not empty:
        return read
    kept = ", ".join(["line_number", *(quoted(n) for n in read.names.names if n not in empty)])
    rows.write(connection, f"select {kept} from {rows.scan(*name)} order by line_number", *name)
    return replace(read, names=read.names.without(empty))


def _run(names: Sequence[str], wanted: Collection[str]) -> Iterator[str]:
    return takewhile(lambda name: name in wanted, names)


def set_repeated_header_aside(
    connection: Connection,
    rows: RowTables,
    read: TableRead,
    header: Sequence[str],
    name: tuple[str, str, str],
) -> TableRead:
    """Take rows that repeat the header out of the table ``name`` into the rejects."""
    if not rows.exists(*name) or len(header) < 2:
        return read
    held = rows.scan(*name)
    # A dozen equal cells are a repeat; comparing thousands of columns costs more than reading.
    pairs = zip(read.names.names, header, strict=False)
    named = {column: cell for column, cell in pairs if cell.strip()}
    if len(named) < 2:
        return read
    columns = list(named)[:_COMPARED]
    compared = [named[column] for column in columns]
    same = " and ".join(f"{quoted(column)} = ?" for column in columns)
    repeats = connection.execute(
        f"select line_number from {held} where {same} order by 1", compared
    ).fetchall()
    if not repeats:
        return read
    literal = ", ".join(str(int(line)) for (line,) in repeats)
    rows.write(
        connection,
        f"select * from {held} where line_number not in ({literal}) order by line_number",
        *name,
    )
    text = " ".join(header)
    aside = tuple(Reject(int(line), "repeated header", text) for (line,) in repeats)
    return replace(
        read,
        rows=read.rows - len(aside),
        rejects=(*read.rejects, *aside),
        repeated_headers=len(aside),
    )
