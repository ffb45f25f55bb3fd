"""The workbook says what the report says, and nothing in it is worked out."""

import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from scvkit.locale import load_words
from scvkit.locale.words import LANGUAGES
from scvkit.report import tables_of, workbook
from tests.report.test_sections import permission, use_cases, who

WORDS = load_words("en")
FURTHER = ("what-if", "segments", "core", "dimensions", "five-vs", "r11")
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


def test_the_contents_lead_to_every_table_where_it_stands() -> None:
    book = opened(str(use_cases()) + str(who()) + str(permission()))
    contents = book.worksheets[0]
    listed = [row[0].value for row in contents.iter_rows(min_row=3, max_col=1) if row[0].value]
    assert listed == book.sheetnames[1:]
    for _, holds, rows in contents.iter_rows(min_row=3, max_col=3):
        tab, place = holds.hyperlink.location.rsplit("!", 1)
        sheet = book[tab.strip("'")]
        at = int(place.removeprefix("A"))
        assert sheet.cell(at, 1).value.startswith(holds.value)
        below = [sheet.cell(at + n, 1) for n in range(1, rows.value + 1)]
        assert any(cell.value is not None for cell in below)
    assert all(sheet.freeze_panes in {"A2", "A3"} for sheet in book)


def test_a_section_is_one_sheet_and_sections_of_one_name_share_it() -> None:
    body = "<table><caption>{0}</caption><tr><th>{0}</th></tr><tr><td>x</td></tr></table>"
    page = "".join(
        f"<section id='{role}'><h2>What, {role}?</h2>{body.format('P' + role)}</section>"
        for role in ("cmo", "cio")
    )
    names = {"cmo": "Readers", "cio": "Readers", "cmo.table": "CMO", "cio.table": "CIO"}
    (sheet,) = openpyxl.load_workbook(io.BytesIO(workbook(page, WORDS, names))).worksheets
    assert sheet.title == "Readers"
    titles = [c.value for c in sheet["A"] if c.value]
    assert [t for t in titles if ": " in str(t)] == ["CMO: Pcmo", "CIO: Pcio"]


@settings(deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("abcÆș表 :/?*[]'"), min_size=1, max_size=45), min_size=1, max_size=6
    )
)
def test_a_tab_is_short_cuts_no_word_and_is_given_once(headings: list[str]) -> None:
    table = "<table><tr><th>A</th></tr><tr><td>1</td></tr></table>"
    page = "".join(f"<section><h2>{escape(h)}</h2>{table}</section>" for h in headings)
    tabs = opened(page).sheetnames
    assert len({tab.casefold() for tab in tabs}) == len(tabs)
    assert all(len(tab) <= 31 and not set(tab) & set("[]:*?/\\'") for tab in tabs)
    spoken = {word for h in headings for word in re.sub(r"[\[\]:*?/']", " ", h).split()}
    known = {*spoken, *WORDS("report.workbook.contents").split(), *WORDS("report.kind").split()}
    parts = {part for tab in tabs for part in re.sub(r" \(\d+\)$", "", tab).split()}
    assert all(part in known or len(part) >= 26 for part in parts - {"scvkit"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_of_the_report_has_a_name_that_is_a_tab_as_it_is(language: str) -> None:
    words = load_words(language)
    told = [words(f"report.roles.sections.r{n}") for n in range(1, 11)]
    told += [words(f"report.workbook.sheets.{name}") for name in FURTHER]
    told += [words("report.roles.title"), words("report.workbook.contents")]
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in told)
    assert len({name.casefold() for name in told}) == len(told)


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
