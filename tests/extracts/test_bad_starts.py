import functools
import gzip
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.errors import ExtractError
from tests.extracts.conftest import Reader

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_a_missing_file_says_so(reader: Reader) -> None:
    with pytest.raises(ExtractError, match=r"There is no file none\.csv"):
        reader.read(reader.folder / "none.csv")


def test_an_empty_folder_says_so(reader: Reader) -> None:
    (reader.folder / "tom").mkdir()
    with pytest.raises(ExtractError, match="holds no files"):
        reader.read(reader.folder / "tom")


def test_a_folder_of_different_tables_says_so(reader: Reader) -> None:
    folder = reader.folder / "alt"
    folder.mkdir()
    (folder / "kunder.csv").write_bytes(b"id,navn\n1,Bo\n")
    (folder / "ordrer.csv").write_bytes(b"nr,dato,pris\n1,2024-01-01,2\n")
    with pytest.raises(ExtractError, match="is a folder of different tables"):
        reader.read(folder)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.csv", "is empty"),
        (b"\n\n \n", "a.csv", "holds no text"),
        (b"kundenr;navn;email\n", "a.csv", "has a header but no rows"),
        (b"%PDF-1.7 x", "a.csv", "a PDF document"),
        (bytes(range(32)) * 40, "a.csv", "binary file"),
        (b"PK\x03\x04 broken", "a.xlsx", "damaged workbook"),
        (OLE + b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", "a.xlsx", "password"),
        (OLE + b"nothing", "a.xls", "damaged"),
        (b"PAR1 broken", "a.parquet", "damaged Parquet"),
        (b"SQLite format 3\0broken", "a.db", "damaged SQLite"),
        (b"\x1f\x8bbroken", "a.csv.gz", "damaged archive"),
        (b'[{"a": 1', "a.json", "not valid JSON"),
    ],
)
def test_a_bad_file_is_refused_in_one_paragraph(
    reader: Reader, data: bytes, name: str, said: str
) -> None:
    with pytest.raises(ExtractError, match=said) as refused:
        reader.read_bytes(data, name)
    assert "\n" not in str(refused.value)


def test_an_unknown_encoding_in_the_engagement_file_says_what_to_do(reader: Reader) -> None:
    with pytest.raises(ExtractError, match="no encoding 'latin-99'"):
        reader.read_bytes(b"id,navn\n1,a\n", encoding="latin-99")


def test_an_archive_that_climbs_out_of_its_folder_stays_inside(reader: Reader) -> None:
    path = reader.folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../climbed.csv", "id,navn\n1,a\n")
    assert reader.read(path).rows == 1
    assert not list(reader.folder.parent.glob("climbed.csv"))


def test_an_archive_that_unpacks_beyond_the_limit_is_refused(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scvkit.extracts.archive.LARGEST_UNPACKED", 1 << 20)
    path = reader.folder / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id,navn\n" + b"1,a\n" * 1_000_000))
    with pytest.raises(ExtractError, match="unpacks to more than 1 MB"):
        reader.read(path)


def test_nothing_of_a_file_stays_in_the_scratch_folder(reader: Reader) -> None:
    reader.read_bytes("id;navn\n1;Å\n2;Ø\n".encode("cp1252"))
    with pytest.raises(ExtractError):
        reader.read_bytes(b"id;navn\n")
    assert not list(reader.rows.folder.glob(".reading-*"))


@functools.cache
def _whole_files() -> dict[str, bytes]:
    """One good file a format, made once: a workbook carries the time it was saved at."""
    book = openpyxl.Workbook()
    book.active.append(["id", "navn"])
    book.active.append([1, "Bo"])
    saved = io.BytesIO()
    book.save(saved)
    return {
        "csv": b'id;navn;note\n1;Bo;"a\nb"\n2;\xc3\x85se;x\n3;Ib;\n',
        "json": b'{"id": 1, "navn": "Bo"}\n{"id": 2}\n',
        "xlsx": saved.getvalue(),
        "gz": gzip.compress(b"id;navn\n1;Bo\n", mtime=0),
    }


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_corrupted_file_is_read_or_refused_and_never_a_traceback(
    shared_reader: Reader, data: st.DataObject
) -> None:
    whole = _whole_files()
    kind = data.draw(st.sampled_from(sorted(whole)))
    body = bytearray(whole[kind])
    body = body[: data.draw(st.integers(1, len(body)))]
    for _ in range(data.draw(st.integers(0, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        report = shared_reader.read_bytes(bytes(body), f"bad.{kind}")
    except ExtractError:
        return
    assert len(shared_reader.lines()) == report.rows > 0
