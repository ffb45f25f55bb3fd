"""Rows of a text table that does not keep its own rules, line by line and without loss."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scvkit.extracts.dialect import TextShape, csv_options
from scvkit.extracts.header import is_rule

# A quote left open would swallow the rest of the file.
_LONGEST_CELL_LINES = 300
csv.field_size_limit(1 << 30)


@dataclass(frozen=True, slots=True)
class RaggedRow:
    """One row. ``cells`` None: it does not fit and is set aside with its text and a reason."""

    line_number: int  # from 1
    cells: list[str | None] | None
    repaired: bool = False
    text: str = ""
    reason: str = ""


def ragged_rows(
    path: Path, shape: TextShape, width: int, *, start: int, end: int
) -> Iterator[RaggedRow]:
    """Yield the rows of lines ``start`` to ``end`` (from 0, end excluded); blank lines are none.

    A row that is too short is padded, one that is too long by blanks is cut, one that is too
    long by values is set aside: which cell is in the wrong place cannot be known.
    """
    options = csv_options(shape)
    waiting = _Lines(path, start, end)
    while (line := waiting.take()) is not None:
        number = waiting.number
        if not line.strip():
            continue
        found, text, sloppy = _record(line, waiting, shape, options, width)
        if width > 1 and len(found) < width and is_rule(found):
            yield RaggedRow(number, None, text=text, reason="a rule")
            continue
        yield _fitted(number, found, text, sloppy, width)


class _Lines:
    """Lines of a file that can be looked at before they are taken."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        self.number = start  # of the line last taken, from 1
        self._end = end
        self._file = path.open("r", encoding="utf-8", errors="replace", newline="\n")
        self._ahead: list[str] = []
        for _ in range(start):
            self._file.readline()

    def take(self) -> str | None:
        line = self._ahead.pop(0) if self._ahead else self._read(self.number)
        if line is None:
            self._file.close()
            return None
        self.number += 1
        return line

    def look(self, further: int) -> str | None:
        while len(self._ahead) <= further:
            line = self._read(self.number + len(self._ahead))
            if line is None:
                return None
            self._ahead.append(line)
        return self._ahead[further]

    def _read(self, place: int) -> str | None:
        if place >= self._end or self._file.closed:
            return None
        line = self._file.readline()
        if not line:
            return None
        return (line.removeprefix("\ufeff") if place == 0 else line).rstrip("\r\n")


def _record(
    line: str,
    waiting: _Lines,
    shape: TextShape,
    options: dict[str, object],
    width: int,
) -> tuple[list[str], str, bool]:
    """Cells of the record that begins with ``line``, its text, and whether quotes were odd."""
    delimiter = shape.delimiter
    if shape.quote not in line and (shape.escape == shape.quote or shape.escape not in line):
        if delimiter is None:
            return [line], line, False
        cells = line.split(delimiter)
        return ([c.lstrip(" ") for c in cells] if shape.space_after else cells), line, False
    text = line
    for further in range(_LONGEST_CELL_LINES):
        try:
            cells = next(csv.reader(_kept(text), strict=True, **options))  # type: ignore[arg-type]
        except csv.Error as problem:
            if "unexpected end" not in str(problem):
                break
            following = waiting.look(further)
            if following is None:
                break
            text = f"{text}\n{following}"
            continue
        if further and len(cells) != width and _unquoted_fits(line, shape, width):
            break
        for _ in range(further):
            waiting.take()
        return cells, text, False
    return _sloppy(line, shape, options, width), line, True


def _kept(text: str) -> list[str]:
    return [part + "\n" for part in text.split("\n")[:-1]] + [text.split("\n")[-1]]


def _unquoted_fits(line: str, shape: TextShape, width: int) -> bool:
    return shape.delimiter is not None and line.count(shape.delimiter) == width - 1


def _sloppy(line: str, shape: TextShape, options: dict[str, object], width: int) -> list[str]:
    """Cells of a line whose quotes do not pair: as the lenient reader or a plain split has them."""
    if shape.delimiter is None:
        return [line]
    if line.count(shape.quote) % 2 == 0:
        try:
            lenient = next(csv.reader([line], **options))  # type: ignore[arg-type]
        except csv.Error:  # a carriage return amid a cell
            return line.split(shape.delimiter)
        if len(lenient) == width:
            return lenient
    return line.split(shape.delimiter)


def _fitted(number: int, cells: list[str], text: str, sloppy: bool, width: int) -> RaggedRow:
    cut = len(cells) > width and not any(c.strip() for c in cells[width:])
    if cut:
        cells = cells[:width]
    if len(cells) > width:
        reason = f"{len(cells)} cells in a table of {width} columns"
        return RaggedRow(number, None, text=text, reason=reason)
    short = len(cells) < width
    filled: list[str | None] = [c or None for c in cells]
    filled += [None] * (width - len(cells))
    return RaggedRow(number, filled, repaired=short or sloppy or cut)
