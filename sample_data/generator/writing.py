"""Files, byte for byte the same on every run."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from .ledger import Table, Value

_ZIP_TIME = (2026, 9, 30, 0, 0, 0)
_DOCUMENT_TIME = "2026-09-30T00:00:00Z"


def write_csv(path: Path, table: Table, *, encoding: str = "utf-8", separator: str = ",") -> None:
    """Delimited text with a heading line and CRLF endings where Windows wrote it."""
    ending = "\r\n" if encoding == "cp1252" else "\n"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=separator, lineterminator=ending)
        writer.writerow(table.columns)
        writer.writerows([row[c] for c in table.columns] for row in table.rows)


def write_jsonl(path: Path, table: Table) -> None:
    """One JSON object a line, keys in column order."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in table.rows:
            line = json.dumps({c: row[c] for c in table.columns}, ensure_ascii=False)
            file.write(line + "\n")


def write_parquet(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    """A parquet file with fixed options; types follow the values, empty columns are text."""
    arrays = [_array([row[i] for row in rows]) for i in range(len(columns))]
    table = pa.Table.from_arrays(arrays, names=list(columns))
    pq.write_table(
        table, path, compression="zstd", compression_level=9, version="2.6", row_group_size=131_072
    )


def table_rows(table: Table) -> list[list[Value]]:
    """The rows as lists in column order."""
    return [[row[c] for c in table.columns] for row in table.rows]


def write_xlsx(
    path: Path, sheets: dict[str, Table], *, heading: Sequence[Sequence[str]] = ()
) -> None:
    """A workbook; `heading` lines stand above the column names of each sheet."""
    book = Workbook(write_only=True)
    book.properties.creator = "Tærskel & Søn A/S"
    for title, table in sheets.items():
        sheet = book.create_sheet(title)
        for line in heading:
            sheet.append(list(line))
        sheet.append(list(table.columns))
        for row in table.rows:
            sheet.append([_cell(row[c]) for c in table.columns])
    with TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.xlsx"
        book.save(raw)
        _repack(raw, path)


def _array(values: list[Value]) -> pa.Array:
    present = [v for v in values if v is not None]
    kind = pa.string()
    if present and isinstance(present[0], bool):
        kind = pa.bool_()
    elif present and isinstance(present[0], int):
        kind = pa.int64()
    elif present and isinstance(present[0], float):
        kind = pa.float64()
    elif present and isinstance(present[0], date):
        kind = pa.date32()
    return pa.array(values, type=kind)


def _cell(value: Value) -> Value:
    return None if value == "" else value


def _repack(source: Path, target: Path) -> None:
    """The same parts in the same order with fixed times, so that nothing shows the clock."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _DOCUMENT_TIME.encode(), content
                )
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            # Stored, not deflated: the bytes must not depend on the zlib that is installed.
            info.compress_type = zipfile.ZIP_STORED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            new.writestr(info, content)
