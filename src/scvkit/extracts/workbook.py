"""Excel workbooks: every cell as text, sheets with one header stacked into one table."""

from __future__ import annotations

from collections.abc import Sequence
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
from scvkit.extracts.doubts import doubt
from scvkit.extracts.header import TableBounds, find_bounds, is_footer
from scvkit.extracts.naming import ColumnNames, column_names
from scvkit.extracts.rejects import Reject, write_rejects
from scvkit.extracts.tables import TableRead
from scvkit.records.extracts import Dialect

SHEET_COLUMN = "sheet"
_HEAD = 200
_MOST_FOOTERS = 5


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

    @property
    def rows(self) -> int:
        return self.last - self.bounds.first


def read_workbook(
    connection: Connection,
    rows: RowTables,
    path: Path,
    *,
    source: str,
    table: str,
    reading: Reading,
    scratch: Path,
) -> TableRead:
    """Read a workbook into ``extract/<source>/<table>``; raises ExtractError.

    Sheets whose headers are alike are one table, with a column ``sheet``. Of several different
    tables the one with most rows is read and the others are named, unless ``reading.sheets``
    chooses.
    """
    sheets = _load_sheets(path, reading)
    if not sheets:
        raise ExtractError(
            f"{path.name} has no sheet with rows under a header. Ask for the export again."
        )
    taken = _same_table(sheets)
    first = taken[0]
    stacked = len(taken) > 1
    names = column_names([*first.header, *([SHEET_COLUMN] if stacked else [])])
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
        "extract",
        source,
        table,
    )
    rejects = tuple(reject for sheet in taken for reject in sheet.footers)
    write_rejects(connection, rows, rejects, source, table)
    if count == 0:
        raise ExtractError(f"{path.name} has a header but no rows. Ask for the export again.")
    read = TableRead(
        names=names,
        rows=count,
        rejects=rejects,
        sheets=tuple(sheet.name for sheet in taken),
        dialect=Dialect(header_row=first.bounds.header, skipped_rows=first.bounds.header or 0),
    )
    others = [sheet.name for sheet in sheets if sheet not in taken]
    return replace(read, doubt_sentences=(*read.doubts(), *_doubts(taken, others, reading)))


def _load_sheets(path: Path, reading: Reading) -> list[_Sheet]:
    """Sheets that hold a table; a page of notes or a chart is none."""
    try:
        workbook = fastexcel.read_excel(str(path))
    except fastexcel.FastExcelError as problem:
        what = "protected by a password" if "assword" in str(problem) else "damaged"
        raise ExtractError(
            f"{path.name} is {what} and cannot be opened. Ask for a copy that opens without a "
            "password in Excel."
        ) from None
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
    try:
        loaded = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        cells = pa.Table.from_batches([loaded.to_arrow()])
    except fastexcel.FastExcelError:
        return None  # a chart sheet, or one without a cell
    if cells.num_rows == 0 or cells.num_columns == 0:
        return None
    cells = pa.table([_as_text(column) for column in cells.columns], names=cells.column_names)
    head = [list(row.values()) for row in cells.slice(0, _HEAD).to_pylist()]
    width = cells.num_columns
    if reading.header_row is not None:
        at = min(reading.header_row, len(head) - 1)
        bounds = TableBounds(header=at, first=at + 1, width=width, sure=True)
    else:
        bounds = find_bounds(head, width)
    header = tuple(c or "" for c in head[bounds.header]) if bounds.header is not None else ()
    header = header or ("",) * width
    cells, header = _without_empty_columns(cells, header)
    last, footers = _footers(cells, bounds, head, name)
    if last <= bounds.first:
        return None
    return _Sheet(
        name=name,
        hidden=loaded.visible != "visible",
        header=header,
        bounds=bounds,
        cells=cells,
        last=last,
        footers=footers,
    )


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = column.cast(pa.string())
    # Excel knows no date without a time.
    dated = pc.replace_substring_regex(
        text, pattern=r"^(\d{4}-\d{2}-\d{2}) 00:00:00$", replacement=r"\1"
    )
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(dated), ""), None, dated)


def _without_empty_columns(
    cells: pa.Table, header: tuple[str, ...]
) -> tuple[pa.Table, tuple[str, ...]]:
    """Drop columns at either end that hold neither name nor cell: only their format is left."""
    kept = [
        i
        for i in range(cells.num_columns)
        if header[i].strip() or cells.column(i).null_count < cells.num_rows
    ]
    return cells.select(kept), tuple(header[i] for i in kept)


def _footers(
    cells: pa.Table, bounds: TableBounds, head: Sequence[Sequence[str | None]], sheet: str
) -> tuple[int, tuple[Reject, ...]]:
    last = cells.num_rows
    found: list[Reject] = []
    body = [row for row in head[bounds.first :] if any(row)]
    while last > bounds.first and len(found) < _MOST_FOOTERS:
        row = list(cells.slice(last - 1, 1).to_pylist()[0].values())
        if any(row):
            filled = sum(1 for cell in row if cell)
            short = row if filled > 1 else _trimmed(row)
            if not is_footer(short, cells.num_columns, body):
                break
            text = "\t".join(c or "" for c in row)
            found.append(Reject(last, f"footer of {sheet}", text))
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


def _doubts(taken: Sequence[_Sheet], others: Sequence[str], reading: Reading) -> list[str]:
    found: list[str] = []
    hidden = [sheet.name for sheet in taken if sheet.hidden]
    if hidden and not reading.sheets:
        found.append(doubt("hidden_sheets", names=", ".join(hidden)))
    if others:
        found.append(doubt("unread_sheets", names=", ".join(others)))
    bounds = taken[0].bounds
    if bounds.header is None:
        found.append(doubt("no_header"))
    elif not bounds.sure:
        found.append(doubt("weak_header"))
    if bounds.header and reading.header_row is None:
        found.append(doubt("preamble", n=bounds.header))
    footers = sum(len(sheet.footers) for sheet in taken)
    if footers:
        found.append(doubt("footer", n=footers))
    return found
