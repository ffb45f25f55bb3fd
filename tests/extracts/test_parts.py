import gzip
import zipfile
from pathlib import Path

import openpyxl
import pytest

from scvkit.errors import ExtractError
from scvkit.extracts import read_delivery, read_tables
from scvkit.extracts.heads import head_of
from tests.extracts.conftest import Reader
from tests.extracts.test_delivery import engagement


def parts(folder: Path, **files: bytes) -> Path:
    inside = folder / "ordrer"
    inside.mkdir()
    for name, data in files.items():
        (inside / name.replace("__", ".")).write_bytes(data)
    return inside


def test_a_folder_of_parts_is_one_table_with_the_part_beside_every_row(reader: Reader) -> None:
    folder = parts(reader.folder, p1__csv=b"id;navn\n1;Bo\n2;Ib\n", p2__csv=b"id;navn\n3;Al\n")
    report = reader.read(folder)
    assert (report.file, report.rows, report.confidence) == ("ordrer", 3, "high")
    assert report.columns == ("id", "navn", "part")
    assert reader.cells() == [("1", "Bo", "p1.csv"), ("2", "Ib", "p1.csv"), ("3", "Al", "p2.csv")]
    assert len({row[0] for row in reader.lines()}) == 3


def test_a_pattern_names_parts_among_other_files(reader: Reader) -> None:
    for name, data in (
        ("o_1.csv", b"a,b\n1,2\n"),
        ("o_2.csv", b"a,b\n3,4\n"),
        ("x.csv", b"c\n1\n"),
    ):
        (reader.folder / name).write_bytes(data)
    assert reader.read(reader.folder / "o_*.csv").sheets == ("o_1.csv", "o_2.csv")


def test_parts_may_be_packed_written_otherwise_and_in_another_order(reader: Reader) -> None:
    folder = parts(
        reader.folder,
        p1__csv="id;navn\n1;Åse\n".encode("cp1252"),
        p2__csv__gz=gzip.compress(b"navn,id\nBo,2\n"),
        p3__jsonl=b'{"id": 3, "navn": "Ib"}\n{"id": 4, "navn": "Al"}\n',
    )
    reader.read(folder)
    assert [row[:2] for row in reader.cells()] == [
        ("1", "Åse"), ("2", "Bo"), ("3", "Ib"), ("4", "Al"),
    ]  # fmt: skip


def test_a_part_without_a_header_takes_that_of_the_first(reader: Reader) -> None:
    folder = parts(
        reader.folder, d_aa=b"id,navn,by\n1,Bo,Ribe\n", d_ab=b"2,Ib,Vejle\n3,Al,Ribe\n4,Gro,Oulu\n"
    )
    report = reader.read(folder)
    assert report.columns == ("id", "navn", "by", "part")
    assert [row[0] for row in reader.cells()] == ["1", "2", "3", "4"]


def test_a_part_with_other_columns_is_stacked_or_left_out_and_shown(reader: Reader) -> None:
    folder = parts(
        reader.folder,
        a1__csv=b"id,navn,by\n1,Bo,Ribe\n2,Ib,Vejle\n",
        a2__csv=b"id,navn,by,tlf\n3,Al,Oulu,11\n",
        a3__csv=b"vare,pris\nx,1\n",
        a4__csv=b"",
    )
    report = reader.read(folder)
    assert report.columns == ("id", "navn", "by", "tlf", "part")
    assert report.rows == 3
    assert any("a1.csv" in doubt and "parts_differ" in doubt for doubt in report.doubts)
    assert any("a3.csv" in doubt and "parts_left_out" in doubt for doubt in report.doubts)


def test_rows_set_aside_in_a_part_keep_its_name_and_line(reader: Reader) -> None:
    folder = parts(
        reader.folder, a1__csv=b"id,navn\n1,a\n2,b\n", a2__csv=b"id,navn\n3,c\n4,d,e\n5,f\n"
    )
    report = reader.read(folder)
    assert (report.rows, report.rejected_rows) == (4, 1)
    assert "a2.csv, line 3" in str(reader.lines("t.rejects")[0][1])
    assert any("In a2.csv" in doubt for doubt in report.doubts)


def test_a_link_out_of_a_folder_of_parts_is_refused(reader: Reader) -> None:
    (reader.folder / "outside.csv").write_bytes(b"id,navn\n9,X\n")
    folder = parts(reader.folder, a1__csv=b"id,navn\n1,a\n")
    (folder / "a2.csv").symlink_to(reader.folder / "outside.csv")
    with pytest.raises(ExtractError, match="outside the extracts folder"):
        reader.read(folder)


def test_parts_in_a_zip_are_one_table(reader: Reader) -> None:
    path = reader.folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ud/part-1.csv", "id;navn\n1;Bo\n")
        archive.writestr("ud/part-2.csv", "id;navn\n2;Ib\n")
    assert reader.read(path).rows == 2


def test_a_delivery_reads_declared_parts_once_and_undeclared_ones_as_one(reader: Reader) -> None:
    folder = reader.folder / "extracts"
    for name in ("ordrer", "kunder"):
        (folder / name).mkdir(parents=True)
        for n in (1, 2):
            (folder / name / f"part-{n}.csv").write_bytes(b"id,navn\n%d,x\n" % n)
    found = read_delivery(reader.connection, reader.rows, engagement("ordrer"), folder)
    assert [(r.file, r.rows) for r in found.readings] == [("ordrer", 2)]
    assert [(r.file, r.rows) for r in found.undeclared] == [("kunder", 2)]


def test_the_head_of_a_folder_of_parts_is_the_head_of_each(reader: Reader) -> None:
    body = b"id,navn\n" + b"1,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n" * 40_000
    folder = parts(reader.folder, a1__csv=body, a2__csv=b"id,navn\n2,y\n")
    head = head_of(folder, 10, reader.folder / "heads")
    assert reader.read(head).rows == 11


def test_every_table_of_a_workbook_and_a_document_is_read(reader: Reader) -> None:
    book = openpyxl.Workbook()
    for title, header in (("DK", "nr navn"), ("SE", "nr navn"), ("Butik", "butik by leder")):
        sheet = book.create_sheet(title)
        sheet.append(header.split())
        sheet.append([1, "Bo", "Ib"][: len(header.split())])
    del book["Sheet"]
    book.save(reader.folder / "a.xlsx")
    reports = list(
        read_tables(reader.connection, reader.rows, reader.folder / "a.xlsx", source="s", table="t")
    )
    assert [(r.table, r.sheets, r.rows) for r in reports] == [
        ("t", ("DK", "SE"), 2), ("t_2", ("Butik",), 1),
    ]  # fmt: skip
    assert reports[0].reading_line == 'reading: {sheets: ["DK", "SE"]}'
    again = reader.read(reader.folder / "a.xlsx", sheets=["Butik"])
    assert (again.columns, again.confidence) == (("butik", "by", "leder"), "high")
