"""Whatever happened to a file: it is read, a doubt is shown, or one clear error ends it."""

import gzip
import io
import json
import os
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from scvkit.errors import ExtractError
from scvkit.records.extracts import ReadingReport
from tests.extracts.conftest import Reader
from tests.extracts.corruptions import corrupted

HEADER = ("id", "navn", "email", "dato", "beløb")


def outcome(reader: Reader, name: str, body: bytes) -> ReadingReport | None:
    """The report, checked for rows lost; None where one sentence refused the file."""
    try:
        report = reader.read_bytes(body, name)
    except ExtractError as refused:
        said = str(refused)
    else:
        said = ""
    if said:
        assert "\n" not in said
        assert said.startswith(name)
        return None
    found = reader.lines()
    assert len(found) == report.rows > 0
    assert len({row[0] for row in found}) == report.rows
    aside = reader.lines("t.rejects") if report.rejected_rows else []
    assert len(aside) == report.rejected_rows
    if report.format == "csv" and not body.startswith((b"PK", b"\x1f\x8b")):
        assert_no_line_is_lost(report, body, found, aside)
    if report.format == "json_lines" and b"\r" not in body:
        assert report.rows + report.rejected_rows == sum(bool(x.strip()) for x in body.split(b"\n"))
    return report


def assert_no_line_is_lost(
    report: ReadingReport, body: bytes, found: list[tuple], aside: list[tuple]
) -> None:
    """Lines in = lines of the rows out + lines of the rows set aside."""
    dialect = report.dialect
    assert dialect is not None
    if dialect.encoding not in {"utf-8", "utf-8-sig", "cp1252"} or b"\r" in body:
        return
    text = body.decode(dialect.encoding, "replace").replace("\0", "").replace("\x1a", "")
    lines = text.split("\n")
    begins = dialect.skipped_rows + (dialect.header_row is not None)
    if any('"' in line for line in lines[:begins]):
        return  # the header itself may stand in several lines
    table = lines[begins:]
    used = sum(1 + sum((cell or "").count("\n") for cell in row[1:]) for row in found)
    used += sum(1 + row[2].count("\n") for row in aside)
    assert sum(bool(line.strip()) for line in table) <= used <= len(table)


def run(reader: Reader, seeds: range) -> None:
    unflagged = []
    for seed in seeds:
        name, body, _ = corrupted(seed)
        began = time.perf_counter()
        report = outcome(reader, name, body)
        assert time.perf_counter() - began < 60, seed
        if report is not None and report.confidence == "high" and report.columns != HEADER:
            unflagged.append(seed)
    assert len(unflagged) <= 0.02 * len(seeds), unflagged


def test_a_hundred_corruptions_lose_no_row_and_raise_no_traceback(shared_reader: Reader) -> None:
    run(shared_reader, range(100))


@pytest.mark.stress
def test_a_thousand_corruptions_lose_no_row_and_raise_no_traceback(shared_reader: Reader) -> None:
    run(shared_reader, range(1000, 2000))


def test_a_line_of_megabytes_is_one_row(reader: Reader) -> None:
    report = outcome(reader, "a.csv", b"id;navn\n1;" + b"x" * 5_000_000 + b"\n2;Bo\n")
    assert report is not None
    assert report.rows == 2


@pytest.mark.stress
def test_a_line_of_a_hundred_megabytes_ends_in_a_row_or_a_sentence(reader: Reader) -> None:
    for body in (b"id;navn\n1;%b\n2;Bo\n", b"%b", b'id;navn\n1;"%b\n2;Bo\n', b'[{"a": "%b"}]'):
        outcome(reader, "a.csv", body % (b"x;" * 50_000_000))


@pytest.mark.stress
def test_bombs_of_gigabytes_are_refused(reader: Reader) -> None:
    zeros = b"\0" * (1 << 20)
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as bomb:
        for _ in range(3 << 10):
            bomb.write(zeros)
    with pytest.raises(ExtractError, match="unpacks to more than"):
        reader.read_bytes(packed.getvalue(), "a.csv.gz")


def test_a_small_archive_of_very_much_is_refused(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scvkit.extracts.archive._ALWAYS_ALLOWED", 1 << 16)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a.csv", b"id,navn\n" + b"1,a\n" * 1_000_000)
    with pytest.raises(ExtractError, match="unpacks to more than"):
        reader.read_bytes(packed.getvalue(), "a.zip")


def test_an_archive_in_an_archive_in_an_archive_is_refused(reader: Reader) -> None:
    body = b"id,navn\n1,a\n2,b\n"
    for _ in range(3):
        body = gzip.compress(body)
    with pytest.raises(ExtractError, match="archive inside an archive"):
        reader.read_bytes(body, "a.csv.gz")


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"a":[', '[{"a":1},'])
def test_json_nested_without_end_is_one_sentence(reader: Reader, opening: str) -> None:
    closing = opening.translate(str.maketrans("[{", "]}", '"a:1,'))[::-1]
    text = opening * 100_000 + "1" + closing * 100_000
    assert outcome(reader, "a.json", text.encode()) is None
    lines = json.dumps({"id": 1}) + "\n" + json.dumps({"id": 2}) + "\n" + text + "\n"
    report = outcome(reader, "a.jsonl", lines.encode())
    assert report is None or report.rows + report.rejected_rows == 3


def workbook_with(sheet: str, types: str = "") -> bytes:
    """A workbook whose first sheet is replaced by other XML."""
    book = openpyxl.Workbook()
    book.active.append(["id", "navn"])
    saved, changed = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            body = old.read(member)
            new.writestr(member, sheet if member.endswith("sheet1.xml") else body)
    return changed.getvalue()


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def inline(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_entities_that_multiply_in_a_workbook_are_not_multiplied(reader: Reader) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    rows = f'<row r="1">{inline("A1", "id")}</row><row r="2">{inline("A2", "&a11;")}</row>'
    body = f"<!DOCTYPE x [{entities}]>{SHEET}{rows}</sheetData></worksheet>"
    outcome(reader, "a.xlsx", workbook_with(body))


def test_a_stray_cell_at_the_far_end_of_a_sheet_does_not_fill_the_memory(reader: Reader) -> None:
    rows = f'<row r="1">{inline("A1", "id")}</row>'
    rows += f'<row r="1048576">{inline("XFD1048576", "x")}</row>'
    with pytest.raises(ExtractError, match="stray cells far out"):
        reader.read_bytes(workbook_with(f"{SHEET}{rows}</sheetData></worksheet>"), "a.xlsx")


def test_what_is_no_file_is_refused_before_it_is_opened(reader: Reader) -> None:
    loop, pipe = reader.folder / "loop.csv", reader.folder / "pipe.csv"
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    for path in (loop, pipe, Path("/dev/zero")):
        with pytest.raises(ExtractError):
            reader.read(path)


@pytest.mark.parametrize(
    "page", ["<html><table><tr><td>id</td></tr></table></html>", "<?xml version='1.0'?><a><b/></a>"]
)
def test_a_page_saved_under_the_name_of_a_workbook_is_named_as_what_it_is(
    reader: Reader, page: str
) -> None:
    with pytest.raises(ExtractError, match=r"a web page|an XML document"):
        reader.read_bytes(page.encode(), "a.xls")
