"""The tables of a report as a workbook, for people who live in a spreadsheet.

Made from the report itself, so that it can say nothing else: the same tables, words and hidden
counts. One sheet a section, its tables below each other, and a first sheet that leads to each of
them. No cell is a formula, and the same report gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from babel.numbers import NumberFormatError, parse_decimal
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from scvkit.locale.words import Words
from scvkit.report.page_tables import Mask, Table, read_tables, without_pictures

_MOST_CHARACTERS = 32_000  # a cell holds 32,767
_LONGEST_NAME = 31
_NO_NAME = re.compile(r"[\[\]:*?/\\']")
_NUMBER = re.compile(r"^[-\u2212]?\d[\d.,\u00a0\u202f' ]*(\s?%)?$")
_WORD_END = re.compile(r"\s|(?<=[：，、；（）])|(?=[：，、；（）])")
_STOP = re.compile(r"(?<=[.?!])\s|;\s|(?<=[？])|[。；]")
_WIDEST = 60
_EPOCH = dt.datetime(1980, 1, 1)  # the earliest a zip archive can say  # noqa: DTZ001


def workbook(page: str, words: Words, names: Mapping[str, str]) -> bytes:
    """Return the tables of a report as an XLSX file: one sheet a section, contents with links.

    Tables of a section with the same head are one table, which says in its first column what
    each row belongs to: so it can be filtered. ``names`` gives short names for ids of sections,
    for the tabs; sections with one name share a sheet, others are cut from headings.
    """
    book = Workbook()
    book.remove(book.active)
    taken: set[str] = set()
    sheets = _by_sheet(page, words, names)
    contents = _sheet_name(words("report.workbook.contents"), taken) if len(sheets) > 1 else ""
    tabs = [_sheet_name(name, taken) for name in sheets]
    placed = list(zip(tabs, sheets.values(), strict=True))
    if contents:
        _write_contents(book.create_sheet(contents), placed, words)
    for tab, tables in placed:
        _write_tables(book.create_sheet(tab), tables, contents, words)
    if not taken:
        book.create_sheet(_sheet_name(words("report.kind"), taken))
    book.properties.creator = "scvkit"
    book.properties.created = book.properties.modified = _EPOCH
    return _timeless(book)


def _by_sheet(page: str, words: Words, names: Mapping[str, str]) -> dict[str, list[Table]]:
    """The tables of each sheet by its wished name, in reading order."""
    found: dict[str, list[Table]] = {}
    for section, held in _by_section(read_tables(page)):
        for table in _joined(held, section, words):
            told = without_pictures(table)
            tables = found.setdefault(names.get(told.anchor, section), [])
            # On a sheet that several sections share each table says whose it is.
            about = names.get(f"{told.anchor}.table", "")
            title = told.title or section
            tables.append(replace(told, title=f"{about}: {title}" if about else title))
    return found


def _joined(tables: Sequence[Table], section: str, words: Words) -> Iterator[Table]:
    """Tables with the same head as one, where the first of them stood."""
    alike: dict[tuple[str, ...], list[Table]] = {}
    for place, table in enumerate(tables):
        # Without a head nothing says that two tables tell the same.
        head = tuple(table.head) if any(table.head) else (str(place),)
        alike.setdefault(head, []).append(table)
    for found in alike.values():
        first = found[0]
        if len(found) == 1:
            yield first
            continue
        yield replace(
            first,
            title=words(
                "report.workbook.alike", first=_opening(first.title or section), n=len(found) - 1
            ),
            head=[words("report.workbook.part"), *first.head],
            rows=[[table.title, *row] for table in found for row in table.rows],
        )


def _by_section(tables: Sequence[Table]) -> Iterator[tuple[str, list[Table]]]:
    found: dict[str, list[Table]] = {}
    for table in tables:
        found.setdefault(table.section or table.title, []).append(table)
    yield from found.items()


def _sheet_name(section: str, taken: set[str]) -> str:
    """A name that a sheet may have: no more than 31 signs, no word cut, none twice."""
    base = _whole_words(_NO_NAME.sub(" ", section).strip(), _LONGEST_NAME) or "scvkit"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        mark = f" ({number})"
        name = _whole_words(base, _LONGEST_NAME - len(mark)) + mark
    taken.add(name.casefold())
    return name


def _opening(title: str) -> str:
    """A title up to its first stop: what follows is told above the table itself.

    >>> _opening("Which key? Per cent of records."), _opening("Found in both; then by evidence.")
    ('Which key?', 'Found in both')
    """
    return _STOP.split(title)[0].rstrip(".。")


def _whole_words(text: str, most: int) -> str:
    """As many whole words as fit; of a text without spaces, as many signs up to a mark."""
    if len(text) <= most:
        return text
    ends = [m.start() for m in _WORD_END.finditer(text) if m.start() <= most]
    return text[: max(ends, default=most)].rstrip(" ,.;:–-(，；：、（")


def _write_contents(
    sheet: Worksheet, placed: Sequence[tuple[str, Sequence[Table]]], words: Words
) -> None:
    """Every table with a link to where it stands."""
    _put(sheet, 1, [words("report.workbook.contents")], words, bold=True, size=13)
    heads = [words(f"report.workbook.{head}") for head in ("sheet", "holds", "rows")]
    _put(sheet, 2, heads, words, bold=True, line=True)
    at = 3
    for tab, tables in placed:
        row = 1
        for place, table in enumerate(tables):
            _put(sheet, at, [tab if not place else "", _opening(table.title)], words, number=False)
            _put(sheet, at, [len(table.rows)], words, first=3)
            for column in (1, 2) if not place else (2,):
                _link(sheet.cell(at, column), tab, row)
            row, at = row + _rows_taken(table), at + 1
    _set_widths(
        sheet, [(1, [tab for tab, _ in placed]), (2, [t.title for _, ts in placed for t in ts])]
    )
    sheet.freeze_panes = "A3"


def _write_tables(sheet: Worksheet, tables: Sequence[Table], contents: str, words: Words) -> None:
    """The tables below each other, a blank row between them."""
    at = 1
    for table in tables:
        _put(sheet, at, [table.title], words, bold=True, size=13, number=False)
        if at == 1 and contents:
            back = max(2, len(table.head))
            _put(sheet, at, [contents], words, first=back, number=False)
            _link(sheet.cell(at, back), contents, 1)
        at += 1
        if any(table.head):
            # The caption of a table may stand in its first, empty-looking head too.
            heads = ["" if text == table.title else text for text in table.head]
            _put(sheet, at, heads, words, bold=True, number=False, line=True)
            at += 1
        for row in table.rows:
            _put(sheet, at, row, words)
            at += 1
        at += 1
    wide = max((len(table.head) for table in tables), default=0)
    _set_widths(
        sheet,
        [
            (column + 1, [row[column] for table in tables for row in (table.head, *table.rows)
                          if len(row) > column])
            for column in range(wide)
        ],
    )  # fmt: skip
    # The title, and the head where there is one, stay in sight.
    sheet.freeze_panes = "A3" if len(tables) == 1 and any(tables[0].head) else "A2"


def _rows_taken(table: Table) -> int:
    return 1 + any(table.head) + len(table.rows) + 1


def _put(
    sheet: Worksheet,
    row: int,
    texts: Sequence[str | int],
    words: Words,
    *,
    first: int = 1,
    bold: bool = False,
    size: int = 11,
    number: bool = True,
    line: bool = False,
) -> None:
    """Write cells side by side, numbers of the language as numbers."""
    for column, text in enumerate(texts, start=first):
        cell = sheet.cell(row, column)
        value = text if isinstance(text, int) else _number(text, words) if number else None
        cell.font = Font(bold=bold, size=size)
        cell.alignment = Alignment(vertical="top", wrap_text=value is None and size == 11)
        if line:
            cell.border = Border(bottom=Side(style="thin"))
        if value is not None:
            cell.value = value
            cell.number_format = _format(value, share=str(text).rstrip().endswith("%"))
        elif text:
            cell.value = str(text)[:_MOST_CHARACTERS]
            # Text stays text, also when somebody edits the cell: "=1+1" is never worked out.
            cell.data_type = "s"
            cell.quotePrefix = str(text)[:1] in "=+-@\t"


def _link(cell: Cell, tab: str, row: int) -> None:
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{tab}'!A{row}")
    cell.font = Font(color="0A5C63", underline="single")


def _set_widths(sheet: Worksheet, columns: Sequence[tuple[int, Sequence[str]]]) -> None:
    for column, texts in columns:
        longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(
            _WIDEST, max(10, longest + 2)
        )


def _format(value: float, *, share: bool) -> str:
    """The format that prints a number as the report does: no point without a decimal behind it."""
    shown = round(value * 100, 6) if share else value
    decimals = len(f"{shown:.6f}".rstrip("0").partition(".")[2])
    point = f".{'0' * decimals}" if decimals else ""
    return f"0{point}%" if share else f"#,##0{point}"


def _number(text: str, words: Words) -> float | None:
    """A cell that is nothing but a number of the language, as a number; "<5" stays text."""
    if isinstance(text, Mask) or not _NUMBER.match(text):
        return None
    share = text.rstrip().endswith("%")
    bare = text.rstrip(" %\u00a0").replace("\u2212", "-")
    try:
        value = float(parse_decimal(bare, locale=words.language.replace("-", "_"), strict=True))
    except NumberFormatError:
        return None
    return round(value / 100, 8) if share else value


def _timeless(book: Workbook) -> bytes:
    """The workbook without the moment it was written at."""
    written, out = io.BytesIO(), io.BytesIO()
    book.save(written)
    with (
        zipfile.ZipFile(written) as read,
        zipfile.ZipFile(out, "w", compression=zipfile.ZIP_DEFLATED) as write,
    ):
        for entry in sorted(read.infolist(), key=lambda e: e.filename):
            body = read.read(entry)
            if entry.filename == "docProps/core.xml":
                stamp = _EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                body = re.sub(rb"(?<=>)\d{4}-\d\d-\d\dT[\d:]+Z(?=<)", stamp, body)
            # The order that spreadsheets expect does not depend on the order in the archive.
            kept = zipfile.ZipInfo(entry.filename, _EPOCH.timetuple()[:6])
            write.writestr(kept, body, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
