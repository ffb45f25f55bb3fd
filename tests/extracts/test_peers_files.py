"""Peers' own test files, where a folder of them is at hand."""

import csv
import io
import json
import os
from pathlib import Path

import pytest

from scvkit.errors import ExtractError
from tests.extracts.conftest import Reader

FOLDER = (
    Path(os.environ.get("SCVKIT_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
    / "reading"
)
# The truth files are made by hand; these differ from the files they speak of.
KNOWN = {
    "location_coordinates.csv": "the truth has another phone number than the file",
    "newlines_crlf.csv": "the truth has CRLF, the file has LF",
}
# The truth says GB18030, in which the words of the file are no words; in Big5 they are.
CORRECTED = {"messytables/horror/characters.csv": {"encoding": "big5"}}
FILES = 48
SAME = {"latin-1": "cp1252", "utf-8-sig": "utf-8"}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the folder of peers' files is not at hand"
)


def test_at_least_ninety_five_in_a_hundred_are_read_right(reader: Reader) -> None:
    wrong = [*_wrong_dialects(reader), *_wrong_spectrum(reader)]
    assert {Path(name).name for name in wrong} <= set(KNOWN)
    assert len(wrong) <= 0.05 * FILES


def _wrong_dialects(reader: Reader) -> list[str]:
    truth = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
    return [one["file"] for one in truth if not _as_told(reader, one)]


def _as_told(reader: Reader, one: dict[str, object]) -> bool:
    path = FOLDER / str(one["file"])
    one = one | CORRECTED.get(str(one["file"]), {})
    try:
        report = reader.read(path)
    except ExtractError:
        return False
    encoding = str(one["encoding"])
    text = path.read_bytes().decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")
    cells = [
        row
        for row in csv.reader(
            io.StringIO(text, newline=""),
            delimiter=str(one["delimiter"]),
            quotechar=str(one.get("quote", '"')),
            skipinitialspace=bool(one.get("skip_initial_space")),
        )
        if row
    ][int(str(one["skip_rows"])) :]
    body = cells[1:] if one["header_row"] else cells
    width = len(report.columns)
    # Blank cells beyond the last column hold nothing that could get lost.
    body = [row[:width] if not any(row[width:]) else row for row in body]
    wanted = [tuple(c or None for c in row) + (None,) * (width - len(row)) for row in body]
    dialect = report.dialect
    return (
        dialect is not None
        and (dialect.delimiter or ",") == one["delimiter"]
        and SAME.get(dialect.encoding or "", dialect.encoding) == SAME.get(encoding, encoding)
        and (dialect.header_row is not None) == one["header_row"]
        and dialect.skipped_rows == one["skip_rows"]
        and width == one.get("columns", width)
        and reader.cells() == wanted
    )


def _wrong_spectrum(reader: Reader) -> list[str]:
    wrong = []
    for path in sorted((FOLDER / "csv-spectrum" / "csvs").glob("*.csv")):
        report = reader.read(path)
        told = json.loads((FOLDER / "csv-spectrum" / "json" / f"{path.stem}.json").read_text())
        found = [
            dict(zip(report.columns, (cell or "" for cell in row), strict=True))
            for row in reader.cells()
        ]
        if found != told:
            wrong.append(path.name)
    return wrong
