"""A table as it was read, before it becomes a reading report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scvkit.engine import Connection, RowTables, quoted, text_literal
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
    header_repeats: bool = True  # False: known that no row begins as the header does
    blanks: int | None = None  # rows with nothing in any cell; None: not counted
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


def blank_rows(
    connection: Connection, rows: RowTables, read: TableRead, name: tuple[str, str, str]
) -> int:
    """Return how many rows hold nothing in any cell: delimiters around nothing."""
    if read.blanks is not None:
        return read.blanks
    file = text_literal(str(rows.path(*name)))
    nulls = connection.execute(
        "select path_in_schema, sum(coalesce(stats_null_count, num_values)) "
        f"from parquet_metadata({file}) where column_id > 0 group by all order by all"
    ).fetchall()
    if any(not count for _, count in nulls):
        return 0  # a column without a blank: every row holds something
    blank = " and ".join(f"{quoted(str(column))} is null" for column, _ in nulls)
    ((count,),) = connection.execute(
        f"select count(*) from {rows.scan(*name)} where {blank}"
    ).fetchall()
    return int(count)


def without_borders(
    connection: Connection, rows: RowTables, read: TableRead, name: tuple[str, str, str]
) -> TableRead:
    """Take the first and the last column away where both have neither a name nor a value.

    They are the borders of a table that was drawn. One blank column alone was received.
    """
    first, last = read.names.names[0], read.names.names[-1]
    if len(read.names.names) < 3 or not {first, last} <= read.names.unnamed:
        return read
    held = rows.scan(*name)
    ((filled,),) = connection.execute(
        f"select count({quoted(first)}) + count({quoted(last)}) from {held}"
    ).fetchall()
    if filled or len(read.names.unnamed) == len(read.names.names):
        return read
    kept = ", ".join(["line_number", *map(quoted, read.names.names[1:-1])])
    rows.write(connection, f"select {kept} from {held} order by line_number", *name)
    return replace(read, names=read.names.without({first, last}))


def set_repeated_header_aside(
    connection: Connection,
    rows: RowTables,
    read: TableRead,
    header: Sequence[str],
    name: tuple[str, str, str],
) -> TableRead:
    """Take rows that repeat the header out of the table ``name`` into the rejects."""
    if not read.header_repeats or not rows.exists(*name) or len(header) < 2:
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
    aside = tuple(Reject(int(line), "repeated header", text, lost=False) for (line,) in repeats)
    return replace(
        read,
        rows=read.rows - len(aside),
        rejects=(*read.rejects, *aside),
        repeated_headers=len(aside),
    )
