"""A workbook as a file: opened safely, its sheets as they lie in it."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

import fastexcel
import pyarrow as pa

from scvkit.errors import ExtractError

_LARGEST_UNPACKED = 4 << 30
# A deflated byte gives at most 1,032: below this nothing can grow beyond the limit.
_HARMLESS = _LARGEST_UNPACKED // 1032
_CHUNK = 1 << 22
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
# The reader makes a full grid of a sheet; a grid this large and mostly empty is a mistake.
_LARGEST_GRID = 60_000_000
_MOST_TIMES = 50
_MOST_COLUMNS = 16_384


def open_workbook(path: Path) -> fastexcel.ExcelReader:
    """Return the workbook opened; raises ExtractError for a password or a damaged file."""
    try:
        return fastexcel.read_excel(str(path))
    except fastexcel.FastExcelError as problem:
        protected = "assword" in str(problem)
    except BaseException as problem:  # noqa: BLE001 - a panic of the reader is no Exception
        _raise_unless_panic(problem)
        protected = False
    what = "protected by a password" if protected else "damaged"
    raise ExtractError(
        f"{path.name} is {what} and cannot be opened. Ask for a copy that opens without a "
        "password in Excel."
    )


def sheet_cells(workbook: fastexcel.ExcelReader, name: str) -> tuple[pa.Table, bool] | None:
    """Return every cell of a sheet as text and whether the sheet is visible; None without any."""
    try:
        loaded = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        cells = pa.Table.from_batches([loaded.to_arrow()])
    except fastexcel.FastExcelError:
        return None  # a chart sheet, or one without a cell
    except BaseException as problem:  # noqa: BLE001 - as above
        _raise_unless_panic(problem)
        return None
    if cells.num_rows == 0 or cells.num_columns == 0:
        return None
    return cells, loaded.visible == "visible"


def refuse_bomb(path: Path) -> None:
    """Raise ExtractError for a workbook that would fill the memory when it is opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                sheet = member.filename.startswith("xl/worksheets/")
                if member.compress_size > _HARMLESS or sheet:
                    with archive.open(member) as packed:
                        _refuse_member(packed, path, sheet)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError):
        return  # no zip (an old workbook), or one that opening refuses in its own words


def _refuse_member(packed: IO[bytes], path: Path, sheet: bool) -> None:
    size = cells = row = 0
    columns: set[bytes] = set()
    rest = b""
    while chunk := packed.read(_CHUNK):
        size += len(chunk)
        if size > _LARGEST_UNPACKED:
            raise ExtractError(
                f"{path.name} unpacks to more than {_LARGEST_UNPACKED >> 20} MB. Ask for the data "
                "as CSV."
            )
        if sheet:
            found = _CELL.findall(rest + chunk)
            cells += len(found)
            columns.update(column for column, _ in found)
            row = max([row, *(int(number) for _, number in found[-1:])])
            rest = chunk[-24:] if b"<c r=" in chunk[-24:] else b""
    width = max(map(_place, columns), default=0)
    if row * width > max(_LARGEST_GRID, _MOST_TIMES * cells):
        raise ExtractError(
            f"{path.name} has a sheet whose cells lie up to row {row} and column {width}, nearly "
            "all of them empty. Delete the stray cells far out, save it, and deliver it again."
        )


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return min(place, _MOST_COLUMNS)


def _raise_unless_panic(problem: BaseException) -> None:
    """The reader is written in Rust; what it did not expect arrives as no Exception at all."""
    if type(problem).__name__ != "PanicException":
        raise problem
