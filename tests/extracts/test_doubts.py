"""Every kind of doubt is shown with the line that settles it, and that line settles it."""

import re

import openpyxl
import pytest
from ruamel.yaml import YAML

from scvkit.vocabulary import DoubtKind
from tests.extracts.conftest import Reader

CASES: dict[DoubtKind, bytes] = {
    DoubtKind.SECOND_DELIMITER: b"id;a|b\n1;x|y\n2;z|w\n3;q|k\n",
    DoubtKind.NO_HEADER: b"1,bo@x.example\n2,ib@x.example\n",
    DoubtKind.WEAK_HEADER: b"Bo,Ribe\nIb,Vejle\nAl,Oulu\nGro,Bergen\n",
    DoubtKind.PREAMBLE: b"Udtraek\n\nid;navn\n1;Bo\n2;Ib\n",
    DoubtKind.FOOTER: b"id;navn;antal\n1;a;2\n2;b;3\nI alt;;5\n",
    DoubtKind.GUESSED_ENCODING: "id;nume\n1;Ionuţ Ştefănescu\n2;Brăila şi Iaşi\n".encode("cp1250"),
    DoubtKind.LOSSY_ENCODING: b"id;navn\n1;\xe6\xf8\xe5 \x81\x8d\n2;x\n",
    DoubtKind.DECIMAL: b"id;sum\nA;1.234\nB;12.500\n",
    DoubtKind.DATE_ORDER: b"id;dato\nA;01/02/2024\nB;03/04/2024\n",
    DoubtKind.MIXED_ENCODING: "id;navn\n1;Åse\n".encode() + "2;Øre\n".encode("cp1252"),
    DoubtKind.CONTROL_BYTES: b"id;navn\n1;kunde\0b\n2;kunde c\n3;kunde d\n",
    DoubtKind.REPLACEMENT_CHARACTERS: "id;navn\n1;S\N{REPLACEMENT CHARACTER}ren\n".encode(),
    DoubtKind.JOINED_HEADER: b"By,2019,,2020,\n,M,K,M,K\nRibe,1,2,3,4\nOulu,5,6,7,8\n",
    DoubtKind.SHORT_HEADER: b"id;navn\n1;Bo;x\n2;Ib;y\n3;Al;z\n",
    DoubtKind.REPEATED_HEADER: b"id;navn\n1;a\nid;navn\n2;b\n",
    DoubtKind.DUPLICATE_COLUMNS: b"id;navn;navn\n1;a;b\n2;c;d\n",
    DoubtKind.BLANK_COLUMNS: b"id;;navn\n1;a;b\n2;c;d\n",
    DoubtKind.BLANK_ROWS: b"id;navn;x\n1;a;2\n;;\n2;b;3\n",
    DoubtKind.SET_ASIDE: b"id;vaegt\n;kg\n1;2.5\n2;3.5\n",
    DoubtKind.REPAIRED: b"id;navn;by\n1;a;b\n2;c\n3;d;e\n",
    DoubtKind.REJECTED: b"id;navn\n1;a\n2;b;c\n3;d\n",
}


@pytest.mark.parametrize("kind", CASES)
def test_a_doubt_names_the_line_that_settles_it(reader: Reader, kind: DoubtKind) -> None:
    first = reader.read_bytes(CASES[kind])
    lines = [settling for doubt in first.doubts for settling in settling_lines(doubt)]
    settled = reader.read_bytes(CASES[kind], **merged(lines))
    assert first.confidence == "doubtful"
    assert (settled.confidence, settled.doubts) == ("high", ())
    assert settled.rows == first.rows


def settling_lines(doubt: str) -> list[dict[str, object]]:
    """The first line that a doubt proposes, as the engagement file would hold it."""
    found = [
        line for line in re.findall(r"reading: (\{.*?\})(?=[.,]| or )", doubt) if "…" not in line
    ]
    assert found, doubt
    return [YAML(typ="safe").load(found[-1] if "lossy" in doubt else found[0])]


def merged(lines: list[dict[str, object]]) -> dict[str, object]:
    said: dict[str, object] = {}
    for line in lines:
        for key, value in line.items():
            both = [*said.get(key, []), *value] if key == "accept" else value  # type: ignore[misc]
            said[key] = both
    return said


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (CASES[DoubtKind.SECOND_DELIMITER], "[9 | a|a]"),
        (CASES[DoubtKind.WEAK_HEADER], "[Aa | Aaaa] is the header and [Aa | Aaaaa] the first row"),
        (CASES[DoubtKind.DATE_ORDER], "99/99/9999"),
        (CASES[DoubtKind.DECIMAL], "9.999"),
        (CASES[DoubtKind.GUESSED_ENCODING], "ţ"),
    ],
)
def test_two_readings_are_shown_as_masks_and_never_as_values(
    reader: Reader, data: bytes, shown: str
) -> None:
    doubts = " ".join(reader.read_bytes(data).doubts)
    assert shown in doubts
    assert not {"Bo", "Ribe", "01/02/2024", "1.234", "Ionuţ"} & set(re.split(r"[ ,\[\]|]+", doubts))


def test_a_column_that_tells_the_order_of_dates_settles_the_others(reader: Reader) -> None:
    report = reader.read_bytes(b"a;b\n01/02/2024;31/12/2023\n03/04/2024;01/01/2024\n")
    assert report.confidence == "high"


def test_a_value_that_tells_the_decimal_sign_settles_the_others(reader: Reader) -> None:
    report = reader.read_bytes(b"id;sum;rabat\nA;1.234;0,50\nB;12.500;1,25\n")
    assert report.confidence == "high"


def test_names_may_be_given_to_columns_without_a_header(reader: Reader) -> None:
    report = reader.read_bytes(b"1;Bo\n2;Ib\n", header_row="none", names=["id", "navn"])
    assert (report.columns, report.rows, report.confidence) == (("id", "navn"), 2, "high")


def test_hidden_sheets_and_other_sheets_are_settled_by_naming_sheets(reader: Reader) -> None:
    book = openpyxl.Workbook()
    book.active.title = "DK"
    hidden, other = book.create_sheet("SE"), book.create_sheet("Log")
    hidden.sheet_state = "hidden"
    for sheet, rows in ((book.active, 3), (hidden, 2), (other, 1)):
        sheet.append(["tid", "fejl", "x"] if sheet is other else ["nr", "navn"])
        for n in range(rows):
            sheet.append([n, "Bo"])
    book.save(reader.folder / "a.xlsx")
    first = reader.read(reader.folder / "a.xlsx")
    lines = [line for doubt in first.doubts for line in settling_lines(doubt)]
    assert len(first.doubts) == 2
    assert reader.read(reader.folder / "a.xlsx", **merged(lines)).confidence == "high"
