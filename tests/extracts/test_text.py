import csv
import io
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extracts.conftest import Reader

HEADER = ["kundenr", "navn", "oprettet", "beløb", "note"]
BODY = [
    ["00123", "Søren Ærø", "31-12-2024", "1.234,50", ""],
    ["00124", "Åse Øster", "01-02-2023", "0,00", "ring, så kom"],
    ["00125", "Jens Müller", "15-06-2020", "-12,75", "sagde; ja"],
    ["00126", "Émile Ås", "", "7,00", 'kaldt "Bo"'],
]


def written(delimiter: str, quoting: int, line_end: str, rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(rows)
    return text.getvalue()


MATRIX = list(
    product(
        [";", ",", "\t", "|"],
        ["utf-8", "utf-8-sig", "cp1252", "cp865", "utf-16"],
        [csv.QUOTE_MINIMAL, csv.QUOTE_ALL],
        ["\n", "\r\n"],
        ["", "preamble", "sep"],
    )
)


@pytest.mark.parametrize(("delimiter", "encoding", "quoting", "line_end", "before"), MATRIX)
def test_every_dialect_of_the_matrix_comes_back_as_it_was(
    shared_reader: Reader,
    delimiter: str,
    encoding: str,
    quoting: int,
    line_end: str,
    before: str,
) -> None:
    head = {"": "", "preamble": f"Kundeliste{line_end}{line_end}", "sep": f"sep={delimiter}\n"}
    text = head[before] + written(delimiter, quoting, line_end, [HEADER, *BODY])
    report = shared_reader.read_bytes(text.encode(encoding))
    assert list(report.columns) == HEADER
    assert shared_reader.cells() == [tuple(cell or None for cell in row) for row in BODY]
    assert report.dialect is not None
    assert report.dialect.delimiter == delimiter


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.lists(st.text(alphabet='ab1;," \nø', max_size=6), min_size=1, max_size=5),
        min_size=2,
        max_size=6,
    ),
    broken=st.text(alphabet='a";\n', max_size=8),
)
def test_every_line_is_a_row_or_set_aside(
    shared_reader: Reader, rows: list[list[str]], broken: str
) -> None:
    text = "id;navn;by\n" + written(";", csv.QUOTE_MINIMAL, "\n", rows) + broken + "\n7;x;y\n"
    report = shared_reader.read_bytes(text.encode())
    found = shared_reader.lines()
    assert len(found) == report.rows
    rejected = shared_reader.lines("t.rejects") if report.rejected_rows else []
    assert len(rejected) == report.rejected_rows
    letters = sum(len(str(cell).replace("\n", "")) for row in found for cell in row[1:] if cell)
    letters += sum(len(str(row[2]).replace("\n", "")) for row in rejected)
    # No cell disappears: what is left out is delimiters, quotes, line ends and the header.
    least = len(text.translate({ord(c): None for c in '";\n'})) - len("idnavnby")
    assert letters >= least - text.count(" ")


@pytest.mark.parametrize("ragged", ["4;5", "4;5;6;7", '4;"5;6', "4", '4;"a"b;6'])
def test_one_ragged_row_never_collapses_a_file_to_one_column(reader: Reader, ragged: str) -> None:
    report = reader.read_bytes(f"id;navn;by\n1;a;b\n{ragged}\n7;c;d\n8;e;f\n".encode())
    assert report.columns == ("id", "navn", "by")
    assert report.rows + report.rejected_rows == 4
    assert report.confidence == "doubtful"
    assert ("7", "c", "d") in reader.cells()


def test_a_row_with_too_many_values_is_kept_with_its_line_number(reader: Reader) -> None:
    report = reader.read_bytes(b"id;navn\n1;a\n2;b;c\n3;d\n")
    assert report.rejected_rows == 1
    assert [row[0::2] for row in reader.lines("t.rejects")] == [(3, "2;b;c")]
    assert reader.lines() == [(2, "1", "a"), (4, "3", "d")]


def test_line_numbers_are_those_of_the_file(reader: Reader) -> None:
    reader.read_bytes(b'Udtraek\n\nid;note\n1;"to\nlinjer"\n\n2;x\n\n')
    assert [row[0] for row in reader.lines()] == [4, 7]


def test_an_open_quote_does_not_swallow_the_rest_of_the_file(reader: Reader) -> None:
    lines = "".join(f"{n};kunde {n}\n" for n in range(2, 40))
    report = reader.read_bytes(f'id;navn\n1;"Bo\n{lines}'.encode())
    assert report.rows + report.rejected_rows == 39
    assert ("39", "kunde 39") in reader.cells()


def test_lines_after_the_table_are_set_aside_as_a_footer(reader: Reader) -> None:
    report = reader.read_bytes(b"id;navn;antal\n1;a;2\n2;b;3\nI alt;;5\n\nUdskrevet af: system\n")
    assert (report.rows, report.rejected_rows, report.lost_rows) == (2, 2, 0)
    assert [row[0] for row in reader.lines("t.rejects")] == [4, 6]


def test_a_line_break_in_the_last_cell_is_not_a_footer(reader: Reader) -> None:
    report = reader.read_bytes(b'id;navn;note\n1;Bo;x\n2;Ib;"to\nlinjer"\n')
    assert (report.confidence, report.rows) == ("high", 2)
    assert reader.cells()[-1] == ("2", "Ib", "to\nlinjer")


def test_a_header_repeated_inside_the_table_is_set_aside(reader: Reader) -> None:
    report = reader.read_bytes(b"id;navn\n1;a\nid;navn\n2;b\n")
    assert (report.rows, report.rejected_rows, report.lost_rows) == (2, 1, 0)
    assert reader.cells() == [("1", "a"), ("2", "b")]


def test_a_footer_somebody_declared_loses_no_customer_and_a_misfit_does(reader: Reader) -> None:
    table = b"id;navn;antal\n1;a;2\n2;b;c;3\n3;d;4\n4;e;5\n5;f;6\nslut;x;9\n"
    report = reader.read_bytes(table, footer_rows=1)
    assert (report.rows, report.rejected_rows, report.lost_rows) == (4, 2, 1)


def test_leading_zeros_and_long_ids_stay_text(reader: Reader) -> None:
    reader.read_bytes(b"id,nr\n007,12345678901234567890\n008,1e5\n")
    assert reader.cells() == [("007", "12345678901234567890"), ("008", "1e5")]


def test_a_mix_of_encodings_is_read_line_by_line(reader: Reader) -> None:
    report = reader.read_bytes(b"id;navn\n" + "1;Søren\n".encode() * 3 + "2;Åse\n".encode("cp1252"))
    assert reader.cells()[-1] == ("2", "Åse")
    assert reader.cells()[0] == ("1", "Søren")
    assert report.confidence == "doubtful"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-16-le", "Søren"),
        ("utf-16-be", "Søren"),
        ("big5", "王小明住在台北市信義區"),
        ("gb18030", "王小明住在北京市朝阳区"),
        ("cp1250", "Ionuţ Brăileanu şi Ştefan"),
    ],
)
def test_other_encodings_are_recognised(reader: Reader, encoding: str, name: str) -> None:
    reader.read_bytes(f"id;navn\n1;{name}\n2;{name}\n".encode(encoding))
    assert reader.cells()[0] == ("1", name)


def test_names_that_repeat_or_are_blank_are_kept_and_reported(reader: Reader) -> None:
    report = reader.read_bytes(b"id,,id\n1,a,2\n3,b,4\n")
    assert report.columns == ("id", "column_2", "id_2")
    assert len(report.doubts) == 2


def test_a_column_called_line_number_does_not_clash_with_the_kits_own(reader: Reader) -> None:
    report = reader.read_bytes(b"line_number,navn\n9,a\n8,b\n")
    assert report.columns == ("line_number_2", "navn")
    assert reader.lines() == [(2, "9", "a"), (3, "8", "b")]


def test_a_file_without_a_header_gets_numbered_columns_and_a_doubt(reader: Reader) -> None:
    report = reader.read_bytes(b"1,bo@x.example\n2,ib@x.example\n")
    assert report.columns == ("column_1", "column_2")
    assert report.rows == 2
    assert report.confidence == "doubtful"


def test_the_engagement_file_settles_how_a_file_is_read(reader: Reader) -> None:
    report = reader.read_bytes(b"a;b,c\n1;2,3\n4;5,6\n", delimiter=",")
    assert report.columns == ("a;b", "c")


def test_doubts_are_empty_exactly_when_confidence_is_high(reader: Reader) -> None:
    clean = reader.read_bytes(b"id,navn\n1,a\n2,b\n")
    ragged = reader.read_bytes(b"id,navn\n1,a\n2\n")
    assert (clean.confidence, clean.doubts) == ("high", ())
    assert ragged.confidence == "doubtful"
    assert ragged.doubts


def test_a_name_with_pattern_signs_is_one_file(reader: Reader) -> None:
    assert reader.read_bytes(b"id,navn\n1,a\n", name="kunder [ny]*.csv").rows == 1


def test_five_thousand_columns_are_read(reader: Reader) -> None:
    header = ",".join(f"kol{n}" for n in range(5000))
    body = ",".join(str(n) for n in range(5000))
    report = reader.read_bytes(f"{header}\n{body}\n{body}\n".encode())
    assert (len(report.columns), report.rows) == (5000, 2)
