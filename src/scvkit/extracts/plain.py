"""The quick way through a text that keeps every rule of CSV: no cell holds a line break.

What it takes it reads as DuckDB does (``tests/extracts/test_plain.py``), at half the cost of
reading and writing it there; anything else it leaves to the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from scvkit.engine import RowTables
from scvkit.extracts.dialect import TextShape
from scvkit.extracts.layout import Layout
from scvkit.extracts.tables import TableRead

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 1 << 21
_LINE = "line_number"


class _NotPlain(ValueError):
    """The text is none that this way may be taken through."""


def read_plainly(rows: RowTables, layout: Layout, name: tuple[str, str, str]) -> TableRead | None:
    """Write the table ``name`` and say what was read, or None where the text is not plain.

    Plain: every line is one row of as many cells as there are columns, quotes enclose whole cells
    and are doubled inside them (RFC 4180), no carriage return stands alone.
    """
    shape = layout.shape
    signs = (shape.delimiter or "", shape.quote)
    if not all(len(sign) == 1 and sign.isascii() for sign in signs) or shape.escape != shape.quote:
        return None
    expected = layout.end_line - layout.first_line
    try:
        with layout.text.path.open("rb") as file:
            text = _WatchedText(file, shape, layout.first_byte, layout.end_byte)
            found = _Found()
            rows.keep(_numbered(text, layout, expected, found), *name)
    except (pa.ArrowInvalid, _NotPlain):
        return None
    return TableRead(
        names=layout.names,
        rows=found.rows,
        blanks=found.blanks,
        header_repeats=found.header_repeats,
    )


@dataclass(slots=True)
class _Found:
    """What the rows so far were seen to be."""

    rows: int = 0
    blanks: int = 0
    header_repeats: bool = False


def _numbered(
    text: _WatchedText, layout: Layout, expected: int, found: _Found
) -> Iterator[pa.RecordBatch]:
    """The rows with their line numbers; raises at the end where a line was not one row."""
    names = [str(place) for place in range(len(layout.names.names))]
    read = pacsv.open_csv(
        text,
        read_options=pacsv.ReadOptions(use_threads=False, block_size=_BLOCK, column_names=names),
        parse_options=pacsv.ParseOptions(
            delimiter=layout.shape.delimiter, quote_char=layout.shape.quote
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            check_utf8=False,  # known already
        ),
    )
    schema = pa.schema(
        [(_LINE, pa.int64()), *((column, pa.string()) for column in layout.names.names)]
    )
    header = layout.samples[0] if layout.samples else ()
    named = next((place for place, cell in enumerate(header[: len(names)]) if cell.strip()), None)
    for batch in read:
        line = layout.first_line + 1 + found.rows
        found.rows += batch.num_rows
        found.blanks += _blank_rows(batch)
        if named is not None:
            alike = pc.any(pc.equal(batch.column(named), header[named]))
            found.header_repeats |= bool(alike.as_py())
        lines = pa.array(np.arange(line, line + batch.num_rows))
        yield pa.RecordBatch.from_arrays([lines, *batch.columns], schema=schema)
    text.finish()
    if found.rows != expected:
        raise _NotPlain


def _blank_rows(batch: pa.RecordBatch) -> int:
    if any(column.null_count == 0 for column in batch.columns):
        return 0
    blank = reduce(pc.and_, (column.is_null() for column in batch.columns))
    return int(pc.sum(blank).as_py() or 0)


class _WatchedText:
    """A part of a file that is read once from its beginning, its quotes and line ends looked at.

    Quotes open and close in turn: one that opens stands at the begin of a cell, one that closes
    at the end of one, or the two stand together for one quote inside a cell.
    """

    closed = False

    def __init__(self, file: BinaryIO, shape: TextShape, start: int, end: int) -> None:
        self._file = file
        self._left = end - start if end else None
        self._quote = shape.quote.encode()
        before = f"{shape.delimiter}\n{shape.quote}".encode()
        self._before, self._after = _signs(before), _signs(before + b"\r")
        self._last = b"\n"  # the sign before the next
        self._open = False
        self._returns = self._paired = 0  # carriage returns, those before a line feed
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; raises where a quote stands where none may."""
        if self._left is not None:
            size = self._left if size < 0 else min(size, self._left)
        data = self._file.read(size)
        if self._left is not None:
            self._left -= len(data)
        if data:
            self._watch(data)
            self._last = data[-1:]
        return data

    def readable(self) -> bool:
        """Return True, as of a file."""
        return True

    def finish(self) -> None:
        """Raise where a quote was left open, or a carriage return alone ended a line."""
        if self._open or self._returns != self._paired:
            raise _NotPlain

    def _watch(self, data: bytes) -> None:
        if b"\r" in data or self._last == b"\r":
            self._returns += data.count(b"\r")
            self._paired += data.count(b"\r\n") + (self._last + data[:1] == b"\r\n")
        closed = self._last == self._quote and not self._open
        if closed and not self._after[data[0]]:
            raise _NotPlain
        if self._quote not in data:
            return
        octets = np.frombuffer(data, np.uint8)
        places = np.flatnonzero(octets == self._quote[0])
        opening, closing = places[int(self._open) :: 2], places[1 - int(self._open) :: 2]
        before = octets[opening - 1]
        if opening.size and opening[0] == 0:
            before[0] = self._last[0]
        if closing.size and closing[-1] == len(octets) - 1:
            closing = closing[:-1]
        if not (self._before[before].all() and self._after[octets[closing + 1]].all()):
            raise _NotPlain
        self._open ^= len(places) % 2 == 1


def _signs(listed: bytes) -> NDArray[np.bool_]:
    """Whether each octet is one of the listed."""
    table = np.zeros(256, np.bool_)
    table[list(listed)] = True
    return table
