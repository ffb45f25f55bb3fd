"""Where a table begins and ends inside a file: preamble, header row, footer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from statistics import median

from scvkit.shipped import shipped

Row = Sequence[str | None]
_LOOKED_AT = 200
_NUMBER = re.compile(r"[-+]?\d[\d .,'\u00a0]*%?\Z")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")
_RULE = re.compile(r"[-=_:+|*]{2,}\Z|[-=]\Z")
_ROW_COUNT = re.compile(
    r"\(?\d[\d .,]*\s+(?:rows?|records?|rækker|poster|rader|riviä|zeilen|sätze|rânduri)\b",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"[(\[]?(?:kr\.?|dkk|sek|nok|eur|usd|gbp|ron|lei|€|\$|£|%|pct\.?|stk\.?|st|kpl|pcs|kg|g|t|"
    r"km|m|cm|mm|m2|m²|m3|l|ml|h|hrs?|min|s|år|days?|dage|tkr|mio\.?|°c|kwh|mwh)[)\]]?\Z",
    re.IGNORECASE,
)
_NAME_LIKE = re.compile(r"[^\W\d_]+(?:_[^\W_]+)+\Z|[a-zæøåäö]+(?:[A-Z][a-z]+)+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBounds:
    """Rows count from 0 in the rows given; ``header`` None: there is none."""

    header: int | None
    first: int  # first row of data
    width: int
    sure: bool
    names: tuple[str, ...] = ()  # where the header stands in several rows: their cells joined
    header_rows: int = 1
    set_aside: tuple[int, ...] = ()  # rows between header and data: units, a rule


def find_bounds(rows: Sequence[Row], width: int) -> TableBounds:
    """Return where the table begins, from its first rows; blank rows are empty.

    >>> find_bounds([["Report"], [], ["id", "navn"], ["1", "Bo"]], 2).header
    2
    >>> find_bounds([["1", "english"], ["2", "german"]], 2).header is None
    True
    """
    # A rule drawn above, under or below the header says nothing about where the table is.
    places = [i for i, row in enumerate(rows[:_LOOKED_AT]) if not is_rule(row)]
    head = [rows[i] for i in places]
    bounds = _bounds(head, width)
    if bounds.header is None:
        return replace(bounds, first=places[bounds.first] if places else 0)
    bounds = _joined(head, bounds)
    first = bounds.first
    last = places[first - 1]
    if first + 1 < len(head) and _are_units(head[first], head[first + 1 :]):
        first += 1
    begins = places[first] if first < len(places) else len(rows[:_LOOKED_AT])
    aside = tuple(i for i in range(last + 1, begins) if _filled(rows[i]))
    return replace(bounds, header=places[bounds.header or 0], first=begins, set_aside=aside)


def _bounds(head: Sequence[Row], width: int) -> TableBounds:
    start = _first_full(head, width)
    if start is None:
        return TableBounds(header=None, first=0, width=width, sure=False)
    if _over_names(head, start, width):
        return TableBounds(header=start, first=start + 1, width=width, sure=True)
    evidence = _header_evidence(head, start, width)
    if evidence > 0:
        return TableBounds(header=start, first=start + 1, width=width, sure=True)
    later = _later_header(head, start, width)
    if later is not None:
        return TableBounds(header=later, first=later + 1, width=width, sure=True)
    if evidence < 0:
        return TableBounds(header=None, first=start, width=width, sure=False)
    body = [row for row in head[start + 1 :] if _filled(row)]
    if not body:  # one row and no word of a header in it
        return TableBounds(header=None, first=start, width=width, sure=False)
    return TableBounds(header=start, first=start + 1, width=width, sure=False)


def header_width(rows: Sequence[Row], width: int) -> int:
    """Return the width of a header that is wider than most rows, else ``width``.

    Some systems leave the blank cells at the end of a row out, with their delimiters.

    >>> header_width([["id", "name", "city"], ["1", "Bo"], ["2", "Ib"], ["3", "Al", "Ribe"]], 2)
    3
    """
    for row in rows[:12]:
        filled = [cell.strip() for cell in row if cell and cell.strip()]
        if len(filled) == len(row) > width and len(filled) > 1:
            return len(row) if sum(map(_known, filled)) * 2 >= len(filled) else width
    return width


def is_footer(row: Row, width: int, body: Sequence[Row]) -> bool:
    """True for a line after the table: a total, a row count, a remark.

    >>> is_footer(["I alt", "", "17"], 3, [["1", "a", "9"], ["2", "b", "8"]])
    True
    >>> is_footer(["3", "Carl"], 3, [["1", "a", "9"], ["2", "b", "8"]])
    False
    """
    filled = [c for c in row if c and c.strip()]
    if not filled or width < 2:
        return False
    if is_rule(row) or _ROW_COUNT.match(" ".join(filled)):
        return True
    word = _footer_words().match(filled[0].strip(" :-=*#("))
    usual = median([_filled(r) for r in body]) if body else width
    if word:
        # "Summa" may be a surname: beside the word of a total stand numbers or nothing.
        numbers = all(_NUMBER.match(cell.strip()) for cell in filled[1:])
        return numbers and len(filled) < max(2.0, usual)
    if len(row) == width or usual < 2:
        return False
    if len(filled) > 1:  # a sentence with a comma in it
        return " " in filled[0].strip() and len(filled) * 2 <= usual and len(row) * 2 <= width
    return not _same_kind(filled[0], [r[0] for r in body if r and r[0]])


def is_rule(row: Row) -> bool:
    """True for a row that only draws a line: ``-----`` in every cell that holds anything.

    >>> is_rule(["----", "=====", None]), is_rule(["-", "x"])
    (True, False)
    """
    cells = [cell.strip() for cell in row if cell and cell.strip()]
    return bool(cells) and all(_RULE.match(cell) for cell in cells)


def _joined(rows: Sequence[Row], bounds: TableBounds) -> TableBounds:
    """The bounds with a header of two rows: a group over several columns, names under it.

    A merged cell of a workbook stands in the first of its columns; the others are blank.
    """
    if bounds.header is None:
        return bounds
    if _over_names(rows, bounds.header, bounds.width):
        return _two_rows(rows, bounds, bounds.header)
    above = bounds.header - 1
    if above >= 0 and _is_upper(rows[above], rows[bounds.header], bounds.width):
        return _two_rows(rows, bounds, above)
    return bounds


def _over_names(rows: Sequence[Row], place: int, width: int) -> bool:
    """True when the row names groups and the next one is a header of its own."""
    return (
        place + 2 < len(rows)
        and _is_upper(rows[place], rows[place + 1], width)
        and _header_evidence(rows, place + 1, width, among=True) > 0
    )


def _is_upper(upper: Row, lower: Row, width: int) -> bool:
    """True when the upper row names groups: two or more, with a gap where the lower has names."""
    above = [bool(cell and cell.strip()) for cell in upper[:width]]
    below = [bool(cell and cell.strip()) for cell in lower[:width]]
    if len(above) < 3 or sum(above) < 2 or len(below) < len(above) - 1:
        return False
    if any(_kind(cell.strip()) != "text" and not _YEAR.match(cell) for cell in upper if cell):
        return False
    if any(_kind(cell.strip()) != "text" for cell in lower if cell and cell.strip()):
        return False
    gaps = sum(b and not a for a, b in zip(above, below, strict=False))
    covered = all(a or b for a, b in zip(above, below, strict=False))
    return gaps >= 1 and covered and sum(below) >= 2


def _two_rows(rows: Sequence[Row], bounds: TableBounds, upper: int) -> TableBounds:
    names: list[str] = []
    group = ""
    lower = [*rows[upper + 1], *[None] * bounds.width]
    for place in range(bounds.width):
        own = (rows[upper][place] or "").strip() if place < len(rows[upper]) else ""
        name = (lower[place] or "").strip()
        group = own or (group if name else "")
        names.append(" ".join(part for part in (group, name) if part))
    return replace(
        bounds, header=upper, first=upper + 2, names=tuple(names), header_rows=2, sure=True
    )


def _are_units(row: Row, body: Sequence[Row]) -> bool:
    """True when most cells under the header are units of measure and no later row is like it."""
    cells = [cell.strip() for cell in row if cell and cell.strip()]
    units = sum(bool(_UNIT.match(cell)) for cell in cells)
    if not units or units < len(cells):
        return False
    columns = [i for i, cell in enumerate(row) if cell and cell.strip()]
    below = [cell.strip() for r in body for i in columns if i < len(r) and (cell := r[i])]
    return bool(below) and not any(_UNIT.match(cell) for cell in below)


def _first_full(rows: Sequence[Row], width: int) -> int | None:
    """The first row that is as wide and as full as the body."""
    fitting = [row for row in rows if _fits(row, width)]
    if not fitting:
        return None
    usual = median([_filled(row) for row in fitting[1:]] or [_filled(fitting[0])])
    least = min(0.5 * width, 0.7 * usual)
    for place, row in enumerate(rows):
        if _fits(row, width) and _filled(row) >= max(1.0, least) and not _comment(row):
            return place
    return None


def _fits(row: Row, width: int) -> bool:
    if len(row) == width or (len(row) > width and not any(row[width:])):
        return True
    # A header without the trailing delimiter that its rows have, or the other way round.
    return len(row) == width - 1 and width > 2


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell and cell.strip())


def _comment(row: Row) -> bool:
    first = (row[0] or "").lstrip() if row else ""
    return first.startswith(("# ", "//"))


def _header_evidence(rows: Sequence[Row], place: int, width: int, *, among: bool = False) -> float:
    """Above 0: the row is a header; below 0: it is data; 0: nothing tells."""
    header = rows[place]
    body = [row for row in rows[place + 1 :] if _filled(row)]
    names = [(cell or "").strip() for cell in header]
    filled = [n for n in names if n]
    if not filled:
        return -1
    total = 0.0
    repeats = sum(n > 1 for n in Counter(filled).values())
    # Names under groups repeat by their nature.
    total -= 0.5 * repeats if repeats > 0.3 * len(filled) and not among else 0
    if _are_years(filled, body):
        total += len(filled)
    for column in range(min(width, len(names))):
        values = [row[column] or "" for row in body if len(row) > column]
        total += _column_evidence(names[column], [v.strip() for v in values if v.strip()])
    return total


def _are_years(names: Sequence[str], body: Sequence[Row]) -> bool:
    """True for names that are three or more years in a row, over values that are none."""
    years = [int(name) for name in names if _YEAR.match(name)]
    if len(years) < max(3, len(names) - 2):
        return False
    steps = {later - earlier for earlier, later in pairwise(years)}
    values = [cell.strip() for row in body[:20] for cell in row if cell]
    return steps in ({1}, {-1}) and sum(bool(_YEAR.match(v)) for v in values) * 2 < len(values)


def _column_evidence(name: str, values: Sequence[str]) -> float:
    if not name:
        return -0.2 if values else 0.0
    evidence = 0.0
    if _known(name):
        evidence += 1.0
    elif _NAME_LIKE.match(name):
        evidence += 0.5
    if not values:
        return evidence - (1.0 if _kind(name) in {"number", "date", "email"} else 0.0)
    kinds = Counter(_kind(v) for v in values)
    usual, count = kinds.most_common(1)[0]
    kind = _kind(name)
    steady = count >= 0.7 * len(values)
    if steady and kind != usual:
        evidence += 1.0 if kind == "text" or usual == "text" else 0.5
    elif steady and usual != "text":
        years = _YEAR.match(name) and not all(_YEAR.match(v) for v in values)
        evidence -= 0.0 if years else 1.0
    elif kind in {"date", "email"} or (kind == "number" and not _YEAR.match(name)):
        evidence -= 0.7
    if name in values and kind == "text":
        evidence -= 1.0
    return evidence


def _kind(cell: str) -> str:
    if _EMAIL.match(cell):
        return "email"
    if _NUMBER.match(cell) and not _DATE.match(cell):
        return "number"
    if _DATE.match(cell):
        return "date"
    return "text"


def _known(name: str) -> bool:
    parts = [p for p in re.split(r"[\W_]+|(?<=[a-zæøå])(?=[A-Z])", name) if p]
    known = _header_words()
    if len(name) > 60 or len(parts) > 6:
        return False
    return name.casefold() in known or any(
        p.casefold().rstrip("0123456789") in known for p in parts
    )


def _later_header(rows: Sequence[Row], start: int, width: int) -> int | None:
    """A row of known header words shortly after a preamble as wide as the table."""
    for place in range(start + 1, min(start + 12, len(rows))):
        row = rows[place]
        names = [(c or "").strip() for c in row]
        known = sum(1 for n in names if n and _known(n))
        if (
            _fits(row, width)
            and _filled(row) > _filled(rows[start])
            and known * 2 >= width
            and _header_evidence(rows, place, width) > 1
        ):
            return place
    return None


def _same_kind(cell: str, values: Sequence[str | None]) -> bool:
    shapes = {_shape(v) for v in values if v}
    return _shape(cell) in shapes and " " not in cell.strip()


def _shape(cell: str) -> str:
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell.strip()))


@cache
def _header_words() -> frozenset[str]:
    return frozenset(word.casefold() for word in _word_file()["words"].split())


@cache
def _footer_words() -> re.Pattern[str]:
    words = "|".join(_word_file()["footers"].split())
    return re.compile(rf"(?:{words})(?!\w)", re.IGNORECASE)


@cache
def _word_file() -> dict[str, str]:
    loaded: dict[str, str] = shipped("scvkit.extracts", "header_words.yaml")
    return loaded
