from pathlib import Path

from scvkit.engagement import Engagement
from scvkit.extracts import read_delivery, reading_frame
from scvkit.locale.words import load_words
from tests.extracts.conftest import Reader


def engagement(*files: str) -> Engagement:
    tables = {f"t{n}": {"file": file} for n, file in enumerate(files)}
    return Engagement.model_validate(
        {
            "version": 1,
            "client": {"name": "X"},
            "sources": {"crm": {"name": "CRM", "tables": tables}},
        }
    )


def delivered(folder: Path, **files: bytes) -> Path:
    extracts = folder / "extracts"
    extracts.mkdir()
    for name, data in files.items():
        (extracts / name.replace("__", ".")).write_bytes(data)
    return extracts


def test_a_bad_file_beside_good_ones_is_listed_and_the_rest_is_read(reader: Reader) -> None:
    folder = delivered(reader.folder, a__csv=b"id,navn\n1,Bo\n", b__csv=b"")
    found = read_delivery(
        reader.connection, reader.rows, engagement("a.csv", "b.csv", "c.csv"), folder
    )
    assert [r.table for r in found.readings] == ["t0"]
    assert [u.table for u in found.unread] == ["t1", "t2"]
    assert "is empty" in found.unread[0].reason
    assert "There is no file c.csv" in found.unread[1].reason


def test_a_file_nobody_declared_is_found(reader: Reader) -> None:
    folder = delivered(reader.folder, a__csv=b"id,navn\n1,Bo\n")
    (folder / "Kopi af liste.csv").write_bytes(b"navn,mail\nBo,bo@x.example\n")
    (folder / "~$Kopi.xlsx").write_bytes(b"lock")
    (folder / ".hidden.csv").write_bytes(b"a,b\n1,2\n")
    found = read_delivery(reader.connection, reader.rows, engagement("a.csv"), folder)
    assert [(r.file, r.table) for r in found.undeclared] == [("Kopi af liste.csv", "kopi_af_liste")]
    assert reader.rows.exists("extract", "undeclared", "kopi_af_liste")


def test_a_link_out_of_the_folder_is_not_followed(reader: Reader) -> None:
    folder = delivered(reader.folder)
    (reader.folder / "outside.csv").write_bytes(b"id,navn\n1,Bo\n")
    (folder / "a.csv").symlink_to(reader.folder / "outside.csv")
    found = read_delivery(reader.connection, reader.rows, engagement("a.csv"), folder)
    assert "outside the extracts folder" in found.unread[0].reason


def test_the_frame_has_a_line_for_every_file(reader: Reader) -> None:
    folder = delivered(reader.folder, a__csv=b"id,navn\n1,Bo\n", b__csv=b"")
    found = read_delivery(reader.connection, reader.rows, engagement("a.csv", "b.csv"), folder)
    frame = reading_frame(found, load_words())
    assert list(frame["File"]) == ["a.csv", "b.csv"]


def test_reading_twice_gives_the_same_bytes(reader: Reader) -> None:
    folder = delivered(reader.folder, a__csv="id;navn\n1;Å\n2;\n3\n".encode("cp1252"))
    written = []
    for _ in range(2):
        read_delivery(reader.connection, reader.rows, engagement("a.csv"), folder)
        written.append(reader.rows.path("extract", "crm", "t0").read_bytes())
    assert written[0] == written[1]
