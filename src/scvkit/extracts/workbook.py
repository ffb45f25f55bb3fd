"""Excel workbooks: every cell as text, sheets with one header stacked into one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scvkit.engagement import Reading
from scvkit.engine import Connection, RowTables, quoted, text_literal
from scvkit.errors import ExtractError, nearest
from scvkit.extracts.doubts import Doubt, doubt, list_as_written, masked_row, other_tables
from scvkit.extracts.header import TableBounds, find_bounds, is_footer
from scvkit.extracts.layout import given_bounds, given_names
from scvkit.extracts.naming import ColumnNames, column_names
from scvkit.extracts.rejects import Reject, write_rejects
from scvkit.extracts.tables import TableRead, row_doubts, set_repeated_header_aside
from scvkit.extracts.workbook_file import open_workbook, refuse_bomb, sheet_cells
from scvkit.records.extracts import Dialect
from scvkit.vocabulary import DoubtKind

SHEET_COLUMN = "sheet"
_HEAD = 200
_MOST_FOOTERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A sheet that holds a table."""

    name: str
    hidden: bool
    header: tuple[str, ...]
    bounds: TableBounds
    cells: pa.Table  # one text column per column of the table, all rows of the sheet
    last: int  # rows of the table end before this one
    footers: tuple[Reject, ...]
    set_aside: tuple[Reject, ...]

    @property
    def rows(self) -> int:
        return self.last - self.bounds.first


def read_workbook(
    connection: Connection,
    rows: RowTables,
    path: Path,
    name: tuple[str, str, str],
    *,
    reading: Reading,
    scratch: Path,
) -> TableRead:
    """Read a workbook into the row table ``name``; raises ExtractError.

    Sheets whose headers are alike are one table, with a column ``sheet``. Of several different
    tables the one with most rows is read and the others are named, unless ``reading.sheets``
    chooses.
    """
    refuse_bomb(path)
    sheets = _load_sheets(path, reading)
    if not sheets:
        raise ExtractError(
            f"{path.name} has no sheet with rows under a header. Ask for the export again."
        )
    taken = _same_table(sheets)
    first = taken[0]
    stacked = len(taken) > 1
    header = given_names(first.header, reading, first.bounds.width)
    names = column_names([*header, *([SHEET_COLUMN] if stacked else [])])
    # Line numbers run on from sheet to sheet: they must name one row of the table.
    before = [0, *accumulate(sheet.cells.num_rows for sheet in taken)]
    parts = [
        _typed_as_text(sheet, names, stacked, start)
        for sheet, start in zip(taken, before, strict=False)
    ]
    held = pa.concat_tables(parts)
    beside = scratch / "cells.parquet"
    pq.write_table(held, beside)
    count = rows.write(
        connection,
        f"select * from read_parquet({text_literal(str(beside))}) "
        f"where {_any_filled(names, stacked)}",
        *name,
    )
    rejects = tuple(
        replace(reject, line_number=start + reject.line_number)
        for sheet, start in zip(taken, before, strict=False)
        for reject in (*sheet.set_aside, *sheet.footers)
    )
    dialect = Dialect(header_row=first.bounds.header, skipped_rows=first.bounds.header or 0)
    read = TableRead(names=names, rows=count, dialect=dialect)
    if first.bounds.header is not None:
        read = set_repeated_header_aside(connection, rows, read, first.header, name)
    if read.rows == 0:
        rows.path(*name).unlink(missing_ok=True)
        raise ExtractError(f"{path.name} has a header but no rows. Ask for the export again.")
    doubts = (*row_doubts(read), *_doubts(taken, reading))
    write_rejects(connection, rows, (*read.rejects, *rejects), *name[1:])
    others = tuple(sheet.name for sheet in sheets if sheet not in taken)
    own = tuple(sheet.name for sheet in taken)
    if others and not reading.sheets:
        doubts = (*doubts, other_tables(own, others))
    return replace(
        read, rejects=(*read.rejects, *rejects), sheets=own, others=others, doubts=doubts
    )


def _load_sheets(path: Path, reading: Reading) -> list[_Sheet]:
    """Sheets that hold a table; a page of notes or a chart is none."""
    workbook = open_workbook(path)
    wanted = reading.sheets or tuple(workbook.sheet_names)
    for name in wanted:
        if name not in workbook.sheet_names:
            raise ExtractError(
                f"{path.name} has no sheet '{name}'.{nearest(name, workbook.sheet_names)} "
                "Correct reading.sheets."
            )
    loaded = (_load_sheet(workbook, name, reading) for name in wanted)
    return [sheet for sheet in loaded if sheet is not None]


def _load_sheet(workbook: fastexcel.ExcelReader, name: str, reading: Reading) -> _Sheet | None:
    found = sheet_cells(workbook, name)
    if found is None:
        return None
    received, visible = found
    cells = pa.table([_as_text(c) for c in received.columns], names=received.column_names)
    head = [list(row.values()) for row in cells.slice(0, _HEAD).to_pylist()]
    width = cells.num_columns
    bounds = given_bounds(range(len(head)), width, reading) or find_bounds(head, width)
    header = bounds.names
    if bounds.header is not None and not header:
        header = tuple(cell or "" for cell in head[bounds.header])
    header = header or ("",) * width
    set_aside = tuple(
        Reject(row + 1, f"under the header of {name}", _line(head[row]), lost=False)
        for row in bounds.set_aside
    )
    last, footers = _footers(cells, bounds, head, name, reading)
    if last <= bounds.first:
        return None
    kept = _columns_with_something(cells, header)
    return _Sheet(
        name=name,
        hidden=not visible,
        header=tuple(header[i] for i in kept),
        bounds=replace(bounds, width=len(kept)),
        cells=cells.select(kept),
        last=last,
        footers=footers,
        set_aside=set_aside,
    )


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = column.cast(pa.string())
    # Excel knows no date without a time, and no time without a date.
    dated = pc.replace_substring_regex(
        text, pattern=r"^(\d{4}-\d{2}-\d{2}) 00:00:00$", replacement=r"\1"
    )
    dated = pc.replace_substring_regex(dated, pattern=r"^1899-12-3[01] ", replacement="")
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(dated), ""), None, dated)


def _columns_with_something(cells: pa.Table, header: Sequence[str]) -> list[int]:
    """Places of the columns that hold a name or a cell: of the others only a format is left."""
    return [
        i
        for i in range(cells.num_columns)
        if header[i].strip() or cells.column(i).null_count < cells.num_rows
    ]


def _line(row: Sequence[str | None]) -> str:
    return "\t".join(cell or "" for cell in row)


def _footers(
    cells: pa.Table,
    bounds: TableBounds,
    head: Sequence[Sequence[str | None]],
    sheet: str,
    reading: Reading,
) -> tuple[int, tuple[Reject, ...]]:
    last = cells.num_rows
    found: list[Reject] = []
    body = [row for row in head[bounds.first :] if any(row)]
    wanted = reading.footer_rows
    while last > bounds.first:
        row = list(cells.slice(last - 1, 1).to_pylist()[0].values())
        if any(row):
            if len(found) == (_MOST_FOOTERS if wanted is None else wanted):
                break
            filled = sum(1 for cell in row if cell)
            short = row if filled > 1 else _trimmed(row)
            if wanted is None and not is_footer(short, cells.num_columns, body):
                break
            found.append(Reject(last, f"footer of {sheet}", _line(row), lost=False))
        last -= 1
    return last, tuple(reversed(found))


def _trimmed(row: Sequence[str | None]) -> Sequence[str | None]:
    # A sheet pads every row to its width; a remark is one cell at the left.
    last = max((i for i, cell in enumerate(row) if cell), default=-1)
    return row[: last + 1]


def _same_table(sheets: Sequence[_Sheet]) -> list[_Sheet]:
    """The sheets of the largest table."""
    groups: dict[tuple[str, ...], list[_Sheet]] = {}
    for sheet in sheets:
        key = tuple(name.strip().casefold() for name in sheet.header)
        groups.setdefault(key, []).append(sheet)
    return max(groups.values(), key=lambda group: sum(sheet.rows for sheet in group))


def _typed_as_text(sheet: _Sheet, names: ColumnNames, stacked: bool, before: int) -> pa.Table:
    body = sheet.cells.slice(sheet.bounds.first, sheet.rows)
    first = before + sheet.bounds.first + 1
    lines = pa.array(range(first, first + body.num_rows), pa.int64())
    columns = [lines, *body.columns]
    if stacked:
        columns.append(pa.array([sheet.name] * body.num_rows, pa.string()))
    return pa.table(columns, names=["line_number", *names.names])


def _any_filled(names: ColumnNames, stacked: bool) -> str:
    own = names.names[:-1] if stacked else names.names
    return " or ".join(f"{quoted(n)} is not null" for n in own)


def _doubts(taken: Sequence[_Sheet], reading: Reading) -> Iterator[Doubt]:
    hidden = [sheet.name for sheet in taken if sheet.hidden]
    if hidden and not reading.sheets:
        every = [sheet.name for sheet in taken]
        yield doubt(
            DoubtKind.HIDDEN_SHEETS, names=", ".join(hidden), written=list_as_written(every)
        )
    first = taken[0]
    bounds = first.bounds
    if reading.header_row is None:
        body = first.cells.slice(bounds.first, 1).to_pylist()
        row = masked_row([str(c or "") for c in body[0].values()]) if body else "[ ]"
        if bounds.header is None and not reading.names:
            yield doubt(DoubtKind.NO_HEADER, row=row)
        elif bounds.header is not None and not bounds.sure:
            yield doubt(
                DoubtKind.WEAK_HEADER,
                row=masked_row(first.header),
                other_row=row,
                line=str(bounds.header),
            )
        if bounds.header:
            yield doubt(DoubtKind.PREAMBLE, n=bounds.header, line=str(bounds.header))
        if bounds.header_rows > 1:
            joined = ", ".join(column_names(first.header).names)
            yield doubt(DoubtKind.JOINED_HEADER, n=bounds.header_rows, names=joined)
    aside = sum(len(sheet.set_aside) for sheet in taken)
    if aside:
        yield doubt(DoubtKind.SET_ASIDE, n=aside)
    footers = sum(len(sheet.footers) for sheet in taken)
    if footers and reading.footer_rows is None:
        yield doubt(DoubtKind.FOOTER, n=footers)
