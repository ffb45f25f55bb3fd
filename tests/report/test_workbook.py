"""The workbook says what the report says, and nothing in it is worked out."""

import io
import zipfile

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from scvkit.locale import load_words
from scvkit.report import tables_of, workbook
from tests.report.test_sections import permission, use_cases, who

WORDS = load_words("en")
HOSTILE = ("=cmd|'/c calc'!A1", "+1+1", "-2", "@SUM(A1)", '=HYPERLINK("http://x.example")')


def opened(page: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(page, WORDS, {"r6": "Use cases"})))


def cells(page: str) -> list[object]:
    return [c.value for sheet in opened(page) for row in sheet.iter_rows() for c in row if c.value]


def table(*values: str) -> str:
    body = "".join(f"<td>{escape(value)}</td>" for value in values)
    return f"<section id='r9'><h2>Things</h2><table><tr><th>A</th></tr><tr>{body}</tr></table>"


def test_every_table_of_the_report_is_in_it_with_all_its_rows() -> None:
    page = str(use_cases()) + str(who()) + str(permission())
    found = tables_of(page)
    assert len(found) == page.count("<table")
    kept = cells(page)
    numbers = [value for value in kept if isinstance(value, int | float)]
    said = {*map(str, kept), *map(WORDS.number, numbers), *map(WORDS.percent, numbers)}
    lost = {text for each in found for row in each.rows for text in row if text} - said
    assert lost == set()


def test_numbers_can_be_added_up_and_hidden_counts_stay_hidden() -> None:
    assert cells(table("1,697", "49%", "−865", "<5", "403–933"))[2:] == [
        1697,
        0.49,
        -865,
        "<5",
        "403–933",
    ]


def test_a_mask_of_digits_is_no_number() -> None:
    page = table("x").replace("<td>x</td>", "<td><code>99999999</code></td>")
    assert cells(page)[-1] == "99999999"


@settings(deadline=None)
@given(st.sampled_from(HOSTILE))
def test_no_cell_is_a_formula(text: str) -> None:
    book = opened(table(text, text.lower()))
    types = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row if c.value}
    assert types <= {"s", "n"}
    assert text == "-2" or text in cells(table(text))


def test_the_same_report_gives_the_same_bytes_and_no_clock() -> None:
    page = str(use_cases())
    one, other = (workbook(page, WORDS, {}) for _ in range(2))
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_tabs_are_short_and_differ() -> None:
    page = "".join(
        f"<section><h2>A heading of a section that is long {n}</h2><table><tr><th>A</th></tr>"
        "<tr><td>1</td></tr></table></section>"
        for n in range(3)
    )
    names = opened(page).sheetnames
    assert len(set(names)) == 4  # and the contents
    assert all(len(name) <= 31 for name in names)
    assert opened(str(use_cases())).sheetnames == ["Use cases"]


def test_every_sheet_holds_one_table_whose_head_stays_in_sight() -> None:
    book = opened(str(use_cases()) + str(who()) + str(permission()))
    contents = book.worksheets[0]
    listed = [row[0] for row in contents.iter_rows(min_row=3, values_only=True)]
    assert listed == book.sheetnames[1:]
    for sheet in book:
        rows = list(sheet.iter_rows(values_only=True))
        assert sheet.freeze_panes in {"A2", "A3"}
        assert all(any(value is not None for value in row) for row in rows)  # no second table


def test_tables_of_one_head_are_one_table_that_says_whose_each_row_is() -> None:
    body = "<h3>{}</h3><table><tr><th>A</th></tr><tr><td>{}</td></tr></table>"
    parts = "".join(f"<article>{body.format(n, n.lower())}</article>" for n in ("ERP", "CRM"))
    (sheet,) = opened(f"<section><h2>Sources</h2>{parts}</section>").worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1:] == [("Table", "A"), ("ERP", "erp"), ("CRM", "crm")]


def test_numbers_keep_the_form_they_have_in_the_report() -> None:
    page = table("1,701", "99.8%", "49%", "2.5")
    (sheet,) = opened(page).worksheets
    forms = {c.value: c.number_format for row in sheet.iter_rows() for c in row if c.value}
    assert [forms[v] for v in (1701, 0.998, 0.49, 2.5)] == ["#,##0", "0.0%", "0%", "#,##0.0"]
    assert sheet.freeze_panes == "A3"


def test_a_heading_names_only_what_stands_beside_it_and_is_told_once() -> None:
    body = "<table><caption>{}</caption><tr><th>A</th></tr><tr><td>x</td></tr></table>"
    page = (
        "<section><h2>S</h2><div><h3>U1 Letter</h3>" + body.format("Letter: people")
        + "</div><div>" + body.format("Pairs") + "</div></section>"
    )  # fmt: skip
    assert [found.title for found in tables_of(page)] == ["U1 Letter: people", "Pairs"]
