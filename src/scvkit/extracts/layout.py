"""Where the table lies in a prepared text, and what its columns are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scvkit.engagement import Reading
from scvkit.errors import ExtractError
from scvkit.extracts.dialect import TextShape, find_shape, numbered_cells
from scvkit.extracts.doubts import ONE_COLUMN
from scvkit.extracts.fixed_width import long_delimiter_cuts, split_columns
from scvkit.extracts.header import Row, TableBounds, find_bounds, header_width, is_footer
from scvkit.extracts.naming import ColumnNames, column_names
from scvkit.extracts.prepared import PreparedText, head_lines, plain_line, tail_lines

_SEPARATOR_LINE = re.compile(r"\"?sep=(.|\\t)\"?\Z", re.IGNORECASE)
_MOST_FOOTERS = 8
_MOST_COLUMNS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the table lies in the prepared text; lines count from 0."""

    text: PreparedText
    shape: TextShape
    bounds: TableBounds
    names: ColumnNames
    header_line: int | None
    first_line: int  # first line of data
    first_byte: int
    samples: tuple[tuple[str, ...], ...]  # the header, if any, and the first rows
    lines: tuple[str, ...]  # the first lines of the table, for a second reading
    set_aside: tuple[tuple[int, str], ...] = ()  # under the header: line and text
    missing_names: int = 0
    footers: tuple[tuple[int, str], ...] = ()  # line and text
    end_line: int  # lines of the table end before this one
    end_byte: int = 0  # 0: the end of the file


def find_layout(text: PreparedText, reading: Reading, file: str, *, scratch: Path) -> Layout:
    """Return the layout of a text, or of its copy in ``scratch`` with one sign as delimiter.

    Raises ExtractError for a text without any.
    """
    raw = head_lines(text.path)
    lines = [plain_line(line) for line in raw]
    if not any(line.strip() for line in lines):
        raise ExtractError(f"{file} holds no text. Ask for the export again.")
    named = _SEPARATOR_LINE.match(lines[0])
    delimiter = reading.delimiter
    if named and not delimiter:
        delimiter = named[1].replace("\\t", "\t")
    after = 1 if named else 0
    if delimiter == ONE_COLUMN:
        shape = TextShape(delimiter=None, quote=reading.quote or '"')
        return _laid_out(text, shape, numbered_cells(lines, shape), raw, reading)
    cuts = long_delimiter_cuts(lines[after:], delimiter)
    if cuts is None and (not delimiter or delimiter == " "):
        cuts = None if find_shape(lines[after:]).delimiter else split_columns(lines[after:])
    if cuts is not None:
        text = cuts.applied(text, scratch=scratch)
        raw = head_lines(text.path)
        lines = [plain_line(line) for line in raw]
        delimiter = cuts.sign
    shape = find_shape(lines[after:], delimiter=delimiter, quote=reading.quote)
    if shape.width > _MOST_COLUMNS:
        raise ExtractError(
            f"{file} would have {shape.width} columns, which is no table of customers. Ask for the "
            "export again, or set reading.delimiter."
        )
    if cuts is not None:
        shape = replace(shape, written=cuts.written)
    numbered = [(line + after, row) for line, row in numbered_cells(lines[after:], shape)]
    return _laid_out(text, shape, numbered, raw, reading)


def _laid_out(
    text: PreparedText,
    shape: TextShape,
    numbered: Sequence[tuple[int, list[str]]],
    raw: Sequence[bytes],
    reading: Reading,
) -> Layout:
    begins = [line for line, _ in numbered]
    samples: list[Row] = [row for _, row in numbered]
    shape = replace(shape, width=header_width(samples, shape.width))
    bounds = given_bounds(begins, shape.width, reading) or find_bounds(samples, shape.width)
    header = list(bounds.names) or (
        [cell or "" for cell in samples[bounds.header]] if bounds.header is not None else []
    )
    header = _trimmed(header)
    width = max(shape.width, len(header), len(reading.names or ()))
    first_line = begins[bounds.first] if bounds.first < len(begins) else len(raw)
    aside = [(begins[i], plain_line(raw[begins[i]])) for i in bounds.set_aside]
    body = samples[bounds.first : bounds.first + 100]
    layout = Layout(
        text=text,
        shape=replace(shape, width=width),
        bounds=replace(bounds, width=width),
        names=column_names(given_names(header, reading, width)),
        header_line=None if bounds.header is None else begins[bounds.header],
        first_line=first_line,
        first_byte=sum(len(line) for line in raw[:first_line]),
        samples=tuple(
            tuple(cell or "" for cell in row)
            for row in (*([header] if header else []), *(row for row in body if any(row)))
        )[:3],
        lines=tuple(plain_line(line) for line in raw[first_line : first_line + 20]),
        set_aside=tuple(aside),
        missing_names=_missing_names(header, samples[bounds.first :], width),
        end_line=text.lines,
    )
    return _with_footers(layout, body, reading)


def given_bounds(begins: Sequence[int], width: int, reading: Reading) -> TableBounds | None:
    """Return the bounds that the engagement file settles, or None where it says nothing."""
    if reading.header_row is None:
        return None
    if reading.header_row == "none":
        return TableBounds(header=None, first=0, width=width, sure=True)
    wanted = reading.header_row
    at = next((i for i, line in enumerate(begins) if line >= wanted), len(begins) - 1)
    return TableBounds(header=at, first=at + 1, width=width, sure=True)


def given_names(header: Sequence[str], reading: Reading, width: int) -> list[str]:
    """Return ``width`` names: those of the engagement file, then those of the header."""
    said = list(reading.names or ())
    found = [*said, *header[len(said) :]]
    return [*found[:width], *[""] * (width - len(found))]


def _trimmed(header: list[str]) -> list[str]:
    last = max((i for i, cell in enumerate(header) if cell.strip()), default=-1)
    return header[: last + 1]


def _missing_names(header: Sequence[str], body: Sequence[Row], width: int) -> int:
    """How many columns at the end have values and no name."""
    if not header or len(header) >= width:
        return 0
    filled = max((i + 1 for row in body for i, c in enumerate(row[:width]) if c), default=0)
    return max(0, filled - len(header))


def _with_footers(layout: Layout, body: list[Row], reading: Reading) -> Layout:
    """Leave trailing blank lines and lines that speak about the table out of it."""
    body = [row for row in body if len(row) == layout.shape.width]
    wanted = reading.footer_rows
    line_number = layout.text.lines
    footers: list[tuple[int, str]] = []
    end_byte = 0
    for begins, raw in reversed(tail_lines(layout.text.path)):
        line = plain_line(raw)
        if line_number - 1 <= layout.first_line:
            break
        if line.strip():
            if len(footers) == (_MOST_FOOTERS if wanted is None else wanted):
                break
            if wanted is None and not _is_footer(line, layout, body):
                break
            footers.append((line_number - 1, line))
        end_byte = begins
        line_number -= 1
    return replace(
        layout,
        footers=tuple(reversed(footers)),
        end_line=line_number,
        end_byte=end_byte if footers else 0,
    )


def _is_footer(line: str, layout: Layout, body: list[Row]) -> bool:
    if line.count(layout.shape.quote) % 2:
        return False  # the end of a cell that holds a line break
    parsed = numbered_cells([line], layout.shape)
    return bool(parsed) and is_footer(parsed[0][1], layout.shape.width, body)
