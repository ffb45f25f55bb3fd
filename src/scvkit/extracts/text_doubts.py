"""What to look at in the reading of a text table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scvkit.engagement import Reading
from scvkit.engine import Connection, EngineError
from scvkit.extracts.dialect import TextShape, cells
from scvkit.extracts.doubts import (
    Doubt,
    delimiter_as_written,
    delimiter_in_words,
    doubt,
    masked_row,
)
from scvkit.extracts.encoding import Encoding, FileBytes
from scvkit.extracts.encoding_doubts import encoding_doubts
from scvkit.extracts.layout import Layout
from scvkit.extracts.prepared import head_lines
from scvkit.extracts.tables import TableRead, row_doubts
from scvkit.vocabulary import DoubtKind


def text_doubts(
    connection: Connection,
    encoding: Encoding,
    layout: Layout,
    read: TableRead,
    reading: Reading,
    facts: FileBytes,
    *,
    scratch: Path,
) -> tuple[Doubt, ...]:
    """Return everything in the reading of a text table that a consultant should look at."""
    return (
        *encoding_doubts(encoding, layout.text, reading, facts),
        *_delimiter_doubts(connection, layout, read, reading, scratch),
        *header_doubts(layout, reading),
        *row_doubts(read),
    )


def _delimiter_doubts(
    connection: Connection, layout: Layout, read: TableRead, reading: Reading, scratch: Path
) -> Iterator[Doubt]:
    shape = layout.shape
    if reading.delimiter or shape.written:
        return
    if shape.other_delimiter:
        yield _two_shapes(
            DoubtKind.SECOND_DELIMITER, layout, shape.other_delimiter, shape.other_width
        )
        return
    if read.repaired or read.rejects or layout.footers:
        return  # already shown to be looked at
    sniffed = _sniffed(connection, layout, scratch)
    if sniffed is not None and sniffed[1] != shape.width:
        yield _two_shapes(DoubtKind.SNIFF_DIFFERS, layout, *sniffed)


def _two_shapes(kind: DoubtKind, layout: Layout, other: str, width: int) -> Doubt:
    shape = layout.shape
    second = TextShape(delimiter=other or None, quote=shape.quote, escape=shape.escape)
    rows = [row for row in cells(layout.lines, second) if any(row)] if len(other) < 2 else []
    return doubt(
        kind,
        columns=shape.width,
        delimiter=delimiter_in_words(shape.delimiter),
        row=_first_row(layout),
        other_columns=width,
        other=delimiter_in_words(other),
        other_row=masked_row(rows[0]) if rows else "[ ]",
        written=delimiter_as_written(shape.delimiter),
        other_written=delimiter_as_written(other or None),
    )


def _first_row(layout: Layout) -> str:
    header = 0 if layout.header_line is None else 1
    return masked_row(layout.samples[header]) if len(layout.samples) > header else "[ ]"


def _sniffed(connection: Connection, layout: Layout, scratch: Path) -> tuple[str, int] | None:
    """DuckDB's own detection as a second opinion on the shape.

    It sees the first lines only: lines of megabytes would keep it busy for minutes. Nor is it
    asked for types, which cost three times as much as the shape and say nothing of it.
    """
    head = scratch / "head.csv"
    head.write_bytes(b"".join(head_lines(layout.text.path)))
    skip = layout.header_line if layout.header_line is not None else layout.first_line
    try:
        ((delimiter, columns),) = connection.execute(
            "select Delimiter, len(Columns) from "
            "sniff_csv(?, skip = ?, auto_type_candidates = ['VARCHAR'])",
            [str(head), skip],
        ).fetchall()
    except EngineError:
        return None
    return str(delimiter), int(columns)


def header_doubts(layout: Layout, reading: Reading) -> Iterator[Doubt]:
    """Yield what is not sure about header, preamble and footer."""
    bounds = layout.bounds
    if reading.header_row is None:
        if layout.header_line is None and not reading.names:
            yield doubt(DoubtKind.NO_HEADER, row=_first_row(layout))
        elif layout.header_line is not None and not bounds.sure:
            yield doubt(
                DoubtKind.WEAK_HEADER,
                row=masked_row(layout.samples[0]),
                other_row=_first_row(layout),
                line=str(layout.header_line),
            )
        if layout.header_line:
            yield doubt(DoubtKind.PREAMBLE, n=layout.header_line, line=str(layout.header_line))
        if bounds.header_rows > 1:
            yield doubt(
                DoubtKind.JOINED_HEADER, n=bounds.header_rows, names=", ".join(layout.names.names)
            )
    if layout.missing_names and not reading.names:
        yield doubt(DoubtKind.SHORT_HEADER, n=layout.missing_names)
    if layout.set_aside:
        yield doubt(DoubtKind.SET_ASIDE, n=len(layout.set_aside))
    if layout.footers and reading.footer_rows is None:
        yield doubt(DoubtKind.FOOTER, n=len(layout.footers))
