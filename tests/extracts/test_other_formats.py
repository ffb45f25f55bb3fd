import datetime as dt
import json
import sqlite3
import zipfile

import openpyxl
import pytest

from tests.extracts.conftest import Reader


def test_dates_and_numbers_of_a_workbook_come_as_text(reader: Reader) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "dato", "beløb"])
    book.active.append(["007", dt.datetime(2020, 3, 1), 12.5])
    book.active.append([8, "01/03/2021", None])
    book.active.append([None, None, None])
    book.active.append([9, 43831, 3])
    book.save(reader.folder / "a.xlsx")
    report = reader.read(reader.folder / "a.xlsx")
    assert (report.format, report.confidence, report.rows) == ("excel", "high", 3)
    assert reader.lines() == [
        (2, "007", "2020-03-01", "12.5"),
        (3, "8", "01/03/2021", None),
        (5, "9", "43831", "3"),
    ]


def test_sheets_of_one_header_are_one_table_and_hidden_ones_are_reported(reader: Reader) -> None:
    book = openpyxl.Workbook()
    book.active.title = "DK"
    book.active.append(["medlemsnr", "navn"])
    book.active.append([1, "Bo"])
    hidden = book.create_sheet("SE")
    hidden.sheet_state = "hidden"
    hidden.append(["Medlemsnr", "Navn"])
    hidden.append([2, "Åke"])
    book.create_sheet("Noter").append(["Husk at ringe"])
    book.save(reader.folder / "a.xlsx")
    report = reader.read(reader.folder / "a.xlsx")
    assert report.sheets == ("DK", "SE")
    assert reader.cells() == [("1", "Bo", "DK"), ("2", "Åke", "SE")]
    assert any("SE" in doubt for doubt in report.doubts)


def test_a_title_and_a_total_around_a_sheet_are_left_out(reader: Reader) -> None:
    book = openpyxl.Workbook()
    for row in (["Kampagne 2024"], [], ["navn", "email", "køb"], ["Bo", "bo@x.example", 2]):
        book.active.append(row)
    book.active.append(["Ib", "ib@x.example", 3])
    book.active.append(["I alt", None, 5])
    book.save(reader.folder / "a.xlsx")
    report = reader.read(reader.folder / "a.xlsx")
    assert report.columns == ("navn", "email", "køb")
    assert (report.rows, report.rejected_rows, report.lost_rows) == (2, 1, 0)


def test_json_lines_keep_numbers_as_written_and_nested_objects_become_columns(
    reader: Reader,
) -> None:
    lines = (
        b'{"id": 12345678901234567890, "pris": 1.10, "ok": true}\n'
        b'{"id": 2, "by": {"navn": "Ribe", "geo": {"x": 1.0}}, "tags": ["a", 1.50]}\n'
    )
    report = reader.read_bytes(lines, "a.jsonl")
    assert report.format == "json_lines"
    assert report.columns == ("id", "pris", "ok", "by.navn", "by.geo.x", "tags")
    assert reader.cells() == [
        ("12345678901234567890", "1.10", "true", None, None, None),
        ("2", None, None, "Ribe", "1.0", '["a", 1.50]'),
    ]


def test_a_broken_json_line_is_set_aside_with_its_number(reader: Reader) -> None:
    report = reader.read_bytes(b'{"id": 1}\n{"id": \n{"id": 3}\n', "a.jsonl")
    assert (report.rows, report.rejected_rows) == (2, 1)
    assert [row[0] for row in reader.lines("t.rejects")] == [2]


def test_the_longest_list_of_a_json_document_is_the_table(reader: Reader) -> None:
    document = {"meta": {"n": 2}, "customers": [{"id": 1}, {"id": 2}]}
    report = reader.read_bytes(json.dumps(document).encode(), "a.json")
    assert (report.format, report.rows, report.columns) == ("json", 2, ("id",))


def test_parquet_becomes_text(reader: Reader) -> None:
    path = reader.folder / "a.parquet"
    reader.connection.execute(
        f"copy (select '007' as id, 12.5 as beloeb, date '2024-01-02' as dato) to '{path}'"
    )
    report = reader.read(path)
    assert report.format == "parquet"
    assert reader.cells() == [("007", "12.5", "2024-01-02")]


def test_the_largest_table_of_a_sqlite_file_is_read(reader: Reader) -> None:
    path = reader.folder / "a.db"
    with sqlite3.connect(path) as database:
        database.execute("create table kunder (id text, navn text)")
        database.execute("create table log (x int)")
        database.executemany("insert into kunder values (?, ?)", [("007", "Bo"), ("8", "Ib")])
    database.close()
    report = reader.read(path)
    assert report.sheets == ("kunder",)
    assert reader.cells() == [("007", "Bo"), ("8", "Ib")]


def test_a_zip_gives_its_largest_file_and_names_the_others(reader: Reader) -> None:
    path = reader.folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("kunder.csv", "id;navn\n1;Bo\n2;Ib\n")
        archive.writestr("by.csv", "a\n1\n")
    report = reader.read(path)
    assert (report.format, report.rows, report.file) == ("csv", 2, "a.zip")
    assert any("by.csv" in doubt for doubt in report.doubts)


@pytest.mark.parametrize("name", ["kunder.txt", "kunder.xlsx", "kunder"])
def test_an_extension_is_only_a_hint(reader: Reader, name: str) -> None:
    assert reader.read_bytes(b"id;navn\n1;Bo\n", name).format == "csv"
