"""Delimiter and quote of a text table, found by reading its head in every likely way."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

_DELIMITERS = (";", ",", "\t", "|", ":", "^", "~", "\x1f", "\x01", "¤", "§")
_PRIOR = {";": 1.0, ",": 1.0, "\t": 1.05, "|": 1.0, ":": 0.55, "~": 0.8, "^": 0.8}
_QUOTES = ('"', "'", "#", "|", "~")
_ROWS = 300
# Below this no delimiter explains the file better than "one column".
_ONE_COLUMN = 0.34
# Nor below this one that cuts every line into as many cells.
_ONE_COLUMN_AGAINST_EVEN = 0.15

_PLAIN = re.compile(
    r"""\s*(?:
        [-+(]?\d[\d .,'\u00a0\u202f]*\)?\s?%?                  # number in any locale
      | \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ][\d:.,+\-Z ]+)?  # date, with or without time
      | \d{1,2}:\d{2}(?::\d{2})?
      | [^\s@]+@[^\s@]+\.[^\s@]+
      | https?://\S+
    )?\s*\Z""",
    re.VERBOSE,
)
_FOREIGN = re.compile(r"[;|\t^~¤§\x01\x1f]|,(?! )")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShape:
    """How lines become cells. ``delimiter`` None is a table of one column."""

    delimiter: str | None
    quote: str = '"'
    escape: str = '"'
    space_after: bool = False  # blanks follow the delimiter, before a quote
    width: int = 1
    score: float = 1.0
    other_delimiter: str | None = None  # a second reading nearly as good
    other_width: int = 1
    even: bool = False  # every row of the sample is as wide as the others
    written: str | None = None  # the delimiter in the file, where another sign was put for it


def find_shape(
    lines: Sequence[str], *, delimiter: str | None = None, quote: str | None = None
) -> TextShape:
    r"""Return the shape that explains the lines best; a given delimiter or quote is kept.

    >>> find_shape(["a;b", "1,5;2,5", "2,5;3,5"]).delimiter
    ';'
    >>> find_shape(["navn", "Anne", "Bo"]).delimiter is None
    True
    """
    text = "\n".join(lines[:_ROWS])
    tried: list[TextShape] = []
    for sign in (delimiter,) if delimiter else _DELIMITERS:
        if sign not in text and not delimiter:
            continue
        mark = quote or _find_quote(text, sign)
        shape = TextShape(delimiter=sign, quote=mark, escape=_find_escape(text, sign, mark))
        shape = replace(shape, space_after=_space_after(text, sign, mark))
        tried.append(_scored(shape, lines[:_ROWS]))
    tried.sort(key=lambda shape: -shape.score)
    least = 0.0 if delimiter else _ONE_COLUMN
    if tried and tried[0].even and len(lines) > 2:
        least = min(least, _ONE_COLUMN_AGAINST_EVEN)
    if not tried or tried[0].score < least or tried[0].width < 2:
        blanks = None if delimiter else _by_blanks(lines[:_ROWS], text)
        if blanks is not None:
            return blanks
        mark = quote or _find_quote(text, "\n")
        return TextShape(delimiter=delimiter, quote=mark)
    best = tried[0]
    rivals = [s for s in tried[1:] if s.score >= 0.8 * best.score and s.width > 1]
    if rivals:
        best = replace(best, other_delimiter=rivals[0].delimiter, other_width=rivals[0].width)
    return best


def _by_blanks(lines: Sequence[str], text: str) -> TextShape | None:
    """A table of numbers separated by single blanks; words with blanks in them are none."""
    shape = TextShape(delimiter=" ", quote=_find_quote(text, " "))
    rows = [row for row in cells(lines, shape) if row]
    body = [cell for row in rows[1:] for cell in row]
    widths = {len(row) for row in rows}
    numbers = sum(bool(cell) and bool(_PLAIN.match(cell)) for cell in body)
    if len(rows) < 3 or len(widths) != 1 or min(widths) < 3 or numbers * 2 < len(body):
        return None
    return replace(shape, width=min(widths), escape=_find_escape(text, " ", shape.quote))


def cells(lines: Sequence[str], shape: TextShape) -> list[list[str]]:
    """Return the rows of a sample; a quoted line break joins lines."""
    return [row for _, row in numbered_cells(lines, shape)]


def numbered_cells(lines: Sequence[str], shape: TextShape) -> list[tuple[int, list[str]]]:
    """Return the rows of a sample, each with the line (from 0) on which it begins."""
    if shape.delimiter is None:
        return [(n, [_unquoted(x, shape.quote)] if x else []) for n, x in enumerate(lines)]
    reader = csv.reader((line + "\n" for line in lines), **csv_options(shape))
    found: list[tuple[int, list[str]]] = []
    begins = 0
    try:
        for row in reader:
            found.append((begins, row))
            begins = reader.line_num
    except csv.Error:
        return found
    return found


def csv_options(shape: TextShape) -> dict[str, Any]:
    """Return the shape as options of Python's csv reader."""
    doubled = shape.escape == shape.quote
    return {
        "delimiter": shape.delimiter or "\x00",
        "quotechar": shape.quote,
        "doublequote": doubled,
        "escapechar": None if doubled else shape.escape,
        "skipinitialspace": shape.space_after,
    }


def _unquoted(line: str, mark: str) -> str:
    if len(line) > 1 and line.startswith(mark) and line.endswith(mark):
        return line[1:-1].replace(mark * 2, mark)
    return line


def _find_quote(text: str, delimiter: str) -> str:
    """The sign that opens and closes cells; the double quote when none does."""
    best, most = '"', 0
    sign = re.escape(delimiter)
    for mark in _QUOTES:
        if mark == delimiter or mark not in text:
            continue
        quoted = re.escape(mark)
        opens = len(re.findall(rf"(?:^|{sign}) ?{quoted}", text, re.MULTILINE))
        closes = len(re.findall(rf"{quoted}(?:$|{sign})", text, re.MULTILINE))
        # A line beginning with # is a comment, not an open quote.
        pairs = min(opens, closes)
        balanced = pairs * 3 >= max(opens, closes) * 2
        if balanced and pairs > most:
            best, most = mark, pairs
        if mark == '"' and most:
            break
    return best


def _find_escape(text: str, delimiter: str, quote: str) -> str:
    backslashed = text.count("\\" + quote)
    if not backslashed:
        return quote
    # "c:\" ends a cell; \" amid a cell escapes.
    ending = len(
        re.findall(rf"\\{re.escape(quote)}(?:$|{re.escape(delimiter)})", text, re.MULTILINE)
    )
    doubled = len(re.findall(rf"[^{re.escape(delimiter)}\n]{re.escape(quote * 2)}", text))
    return "\\" if backslashed - ending > doubled else quote


def _space_after(text: str, delimiter: str, quote: str) -> bool:
    if delimiter.isspace():
        return False
    sign = re.escape(delimiter)
    spaced = len(re.findall(rf"{sign} +{re.escape(quote)}", text))
    if spaced:
        return spaced >= len(re.findall(rf"{sign}{re.escape(quote)}", text))
    followed = len(re.findall(rf"{sign} +\S", text))
    # Blank cells carry no blank to speak of.
    bare = len(re.findall(rf"{sign}[^\s{sign}]", text))
    return followed >= 3 and followed >= 9 * bare


def _scored(shape: TextShape, lines: Sequence[str]) -> TextShape:
    rows = [row for row in cells(lines, shape) if any(cell.strip() for cell in row)]
    if not rows:
        return replace(shape, score=0.0)
    widths = Counter(len(row) for row in rows)
    # Rows of a table outvote its preamble; among equals the wider reading explains more.
    width = max(widths, key=lambda w: (widths[w] * (w > 1), w))
    if width < 2:
        return replace(shape, width=width, score=0.0)
    fitting = [row for row in rows if len(row) == width]
    near = sum(1 for row in rows if len(row) > 1)
    consistent = (len(fitting) + 0.25 * (near - len(fitting))) / len(rows)
    clean = sum(_cleanness(cell) for row in fitting for cell in row) / (len(fitting) * width)
    prior = _PRIOR.get(shape.delimiter or "", 0.7)
    score = consistent * clean * clean * prior * (1 - 1 / (width + 2))
    return replace(shape, width=width, score=score, even=len(fitting) == len(rows))


def _cleanness(cell: str) -> float:
    if _PLAIN.match(cell):
        return 1.0
    if _FOREIGN.search(cell):
        return 0.4 if " " in cell else 0.1
    return 0.5 if cell.count('"') % 2 else 0.95
