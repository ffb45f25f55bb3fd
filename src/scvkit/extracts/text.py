"""Text tables: find the dialect, let DuckDB read strictly, mend line by line where it cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scvkit.engagement import Reading
from scvkit.engine import Connection, EngineError, RowTables, quoted, text_literal
from scvkit.errors import ExtractError
from scvkit.extracts.dialect import TextShape, find_shape, numbered_cells
from scvkit.extracts.doubts import delimiter_in_words, doubt
from scvkit.extracts.encoding import MIXED, Encoding, FileBytes, find_encoding
from scvkit.extracts.header import TableBounds, find_bounds, is_footer
from scvkit.extracts.naming import ColumnNames, column_names
from scvkit.extracts.prepared import (
    PreparedText,
    cut_text,
    head_lines,
    plain_line,
    prepare_text,
    tail_lines,
)
from scvkit.extracts.ragged import ragged_rows
from scvkit.extracts.rejects import Reject, write_rejects
from scvkit.extracts.tables import TableRead, set_repeated_header_aside
from scvkit.records.extracts import Dialect

_SEPARATOR_LINE = re.compile(r"\"?sep=(.|\\t)\"?\Z", re.IGNORECASE)
_BATCH = 20_000
_MOST_FOOTERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where the table lies in the prepared text; lines count from 0."""

    shape: TextShape
    bounds: TableBounds
    names: ColumnNames
    header_line: int | None
    first_line: int  # first line of data
    first_byte: int
    footers: tuple[tuple[int, str], ...] = ()  # line and text
    end_line: int  # lines of the table end before this one
    end_byte: int = 0  # 0: the end of the file


def read_text(
    connection: Connection,
    rows: RowTables,
    path: Path,
    facts: FileBytes,
    *,
    source: str,
    table: str,
    reading: Reading,
    scratch: Path,
) -> TableRead:
    """Read a delimited text file into ``extract/<source>/<table>``; raises ExtractError."""
    encoding = Encoding(reading.encoding) if reading.encoding else find_encoding(facts)
    try:
        text = prepare_text(path, facts, encoding, scratch=scratch)
    except LookupError:
        raise ExtractError(
            f"{path.name}: there is no encoding '{encoding.name}'. Name one that Python knows "
            "under reading.encoding, such as utf-8 or cp1252."
        ) from None
    layout = _find_layout(text, reading, path.name)
    read = _read_strictly(connection, rows, text, layout, (source, table), scratch)
    if read is None:
        read = _read_line_by_line(connection, rows, text, layout, (source, table), scratch)
    if layout.bounds.header is not None:
        read = set_repeated_header_aside(
            connection, rows, read, _header_cells(layout), source, table
        )
    if read.rows == 0:
        raise ExtractError(f"{path.name} has a header but no rows. Ask for the export again.")
    footers = [Reject(line + 1, "footer", words) for line, words in layout.footers]
    rejects = (*read.rejects, *footers)
    write_rejects(connection, rows, rejects, source, table)
    doubts = (
        *_encoding_doubts(encoding, text, reading, facts),
        *_layout_doubts(layout, reading),
        *read.doubts(),
        *_sniff_doubt(connection, text, layout, read, reading),
    )
    dialect = Dialect(
        delimiter=layout.shape.delimiter,
        quote=layout.shape.quote,
        encoding=encoding.name,
        header_row=layout.header_line,
        skipped_rows=layout.first_line if layout.header_line is None else layout.header_line,
    )
    return replace(read, rejects=rejects, dialect=dialect, doubt_sentences=doubts)


def _find_layout(text: PreparedText, reading: Reading, file: str) -> _Layout:
    raw = head_lines(text.path)
    lines = [plain_line(line) for line in raw]
    if not any(line.strip() for line in lines):
        raise ExtractError(f"{file} holds no text. Ask for the export again.")
    named = _SEPARATOR_LINE.match(lines[0])
    delimiter = reading.delimiter
    if named and not delimiter:
        delimiter = named[1].replace("\\t", "\t")
    after = 1 if named else 0
    shape = find_shape(lines[after:], delimiter=delimiter, quote=reading.quote)
    numbered = [(line + after, row) for line, row in numbered_cells(lines[after:], shape)]
    begins = [line for line, _ in numbered]
    samples = [row for _, row in numbered]
    if reading.header_row is not None:
        at = next((i for i, line in enumerate(begins) if line >= reading.header_row), 0)
        bounds = TableBounds(header=at, first=at + 1, width=shape.width, sure=True)
    else:
        bounds = find_bounds(samples, shape.width)
    header = samples[bounds.header] if bounds.header is not None else []
    width = max(shape.width, len(_trimmed(header)))
    names = column_names([*header[:width], *[""] * (width - len(header))])
    first_line = begins[bounds.first] if bounds.first < len(begins) else len(lines)
    layout = _Layout(
        shape=replace(shape, width=width),
        bounds=replace(bounds, width=width),
        names=names,
        header_line=None if bounds.header is None else begins[bounds.header],
        first_line=first_line,
        first_byte=sum(len(line) for line in raw[:first_line]),
        end_line=text.lines,
    )
    return _with_footers(text, layout, samples[bounds.first : bounds.first + 100])


def _trimmed(header: Sequence[str]) -> Sequence[str]:
    last = max((i for i, cell in enumerate(header) if cell.strip()), default=-1)
    return header[: last + 1]


def _with_footers(text: PreparedText, layout: _Layout, body: list[list[str]]) -> _Layout:
    """Leave trailing blank lines and lines that speak about the table out of it."""
    width = layout.shape.width
    body = [row for row in body if len(row) == width]
    line_number = text.lines
    footers: list[tuple[int, str]] = []
    end_byte = 0
    for begins, raw in reversed(tail_lines(text.path)):
        line = plain_line(raw)
        if line_number - 1 <= layout.first_line or len(footers) == _MOST_FOOTERS:
            break
        if line.count(layout.shape.quote) % 2:
            break  # the end of a cell that holds a line break
        if line.strip():
            parsed = numbered_cells([line], layout.shape)
            if not parsed or not is_footer(parsed[0][1], width, body):
                break
            footers.append((line_number - 1, line))
        end_byte = begins
        line_number -= 1
    if not footers:
        return replace(layout, end_line=line_number)
    return replace(
        layout, footers=tuple(reversed(footers)), end_line=line_number, end_byte=end_byte
    )


def _header_cells(layout: _Layout) -> tuple[str, ...]:
    # A repeat is compared by the names as they stand; numbered repeats never equal a cell.
    return tuple(n for n in layout.names.names)


def _read_strictly(
    connection: Connection,
    rows: RowTables,
    text: PreparedText,
    layout: _Layout,
    name: tuple[str, str],
    scratch: Path,
) -> TableRead | None:
    """The table as DuckDB reads it by the explicit dialect, or None where it objects.

    None, too, where lines and rows do not add up: then a line would get a wrong number, and
    perhaps a row was lost.
    """
    shape = layout.shape
    if shape.delimiter is None or shape.space_after or layout.first_line >= layout.end_line:
        return None
    whole = layout.first_line == 0 and not layout.end_byte
    path = text.path
    if not whole:
        path = cut_text(text, layout.first_byte, layout.end_byte, scratch=scratch)
    numbered = (
        f"select row_number() over () + {layout.first_line} as line_number, * "
        f"from {_scan(path, layout)}"
    )
    try:
        count = rows.write(connection, numbered, "extract", *name)
        expected = layout.end_line - layout.first_line
        if count != expected:
            held = rows.scan("extract", *name)
            breaks = " + ".join(
                f"coalesce(length({c}) - length(replace({c}, chr(10), '')), 0)"
                for c in (quoted(n) for n in layout.names.names)
            )
            ((inside,),) = connection.execute(f"select sum({breaks}) from {held}").fetchall()
            if count + int(inside or 0) != expected:
                return None
            renumbered = (
                f"select line_number + coalesce(sum({breaks}) over (order by line_number "
                "rows between unbounded preceding and 1 preceding), 0)::bigint as line_number, "
                f"* exclude (line_number) from {held} order by 1"
            )
            rows.write(connection, renumbered, "extract", *name)
    except EngineError:
        return None
    return TableRead(names=layout.names, rows=count)


def _scan(path: Path, layout: _Layout) -> str:
    shape = layout.shape
    columns = ", ".join(f"{text_literal(name)}: 'VARCHAR'" for name in layout.names.names)
    return (
        f"read_csv({text_literal(str(path))}, auto_detect = false, header = false, "
        f"delim = {text_literal(shape.delimiter or '')}, quote = {text_literal(shape.quote)}, "
        f"escape = {text_literal(shape.escape)}, columns = {{{columns}}}, "
        "strict_mode = true, compression = 'none', encoding = 'utf-8')"
    )


def _read_line_by_line(
    connection: Connection,
    rows: RowTables,
    text: PreparedText,
    layout: _Layout,
    name: tuple[str, str],
    scratch: Path,
) -> TableRead:
    columns = ["line_number", *layout.names.names]
    schema = pa.schema(
        [pa.field(columns[0], pa.int64())] + [pa.field(c, pa.string()) for c in columns[1:]]
    )
    rejects: list[Reject] = []
    count = repaired = 0
    beside = scratch / "rows.parquet"
    with pq.ParquetWriter(beside, schema) as writer:
        for batch in _batches(text, layout):
            kept = [row for row in batch if row.cells is not None]
            rejects += [
                Reject(row.line_number, row.reason, row.text) for row in batch if row.cells is None
            ]
            repaired += sum(row.repaired for row in kept)
            count += len(kept)
            arrays = [pa.array([row.line_number for row in kept], pa.int64())]
            across = list(zip(*(row.cells for row in kept if row.cells), strict=True))
            arrays += [pa.array(values, pa.string()) for values in across]
            if across:
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    held = f"read_parquet({text_literal(str(beside))})"
    # Already in the order of the file: sorting ten million rows again would only cost memory.
    rows.write(connection, f"select * from {held}", "extract", *name)
    beside.unlink()
    return TableRead(names=layout.names, rows=count, repaired=repaired, rejects=tuple(rejects))


def _batches(text: PreparedText, layout: _Layout) -> Iterator[list]:  # type: ignore[type-arg]
    batch = []
    for row in ragged_rows(
        text.path,
        layout.shape,
        layout.shape.width,
        start=layout.first_line,
        end=layout.end_line,
    ):
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _encoding_doubts(
    encoding: Encoding, text: PreparedText, reading: Reading, facts: FileBytes
) -> Iterator[str]:
    if encoding.name == MIXED:
        yield doubt("mixed_encoding")
    elif encoding.guessed and not reading.encoding:
        yield doubt("guessed_encoding", encoding=encoding.name)
    if text.lost:
        yield doubt("lossy_encoding", n=text.lost, encoding=encoding.name)
    if text.cleaned:
        yield doubt("control_bytes")
    if facts.valid_utf8 and "\N{REPLACEMENT CHARACTER}".encode() in facts.accented:
        yield doubt("replacement_characters")


def _layout_doubts(layout: _Layout, reading: Reading) -> Iterator[str]:
    shape = layout.shape
    if shape.other_delimiter and not reading.delimiter:
        yield doubt(
            "second_delimiter",
            columns=shape.width,
            delimiter=delimiter_in_words(shape.delimiter),
            other_columns=shape.other_width,
            other=delimiter_in_words(shape.other_delimiter),
        )
    if layout.header_line is None:
        yield doubt("no_header")
    elif not layout.bounds.sure:
        yield doubt("weak_header")
    if layout.header_line and reading.header_row is None:
        yield doubt("preamble", n=layout.header_line)
    if layout.footers:
        yield doubt("footer", n=len(layout.footers))


def _sniff_doubt(
    connection: Connection,
    text: PreparedText,
    layout: _Layout,
    read: TableRead,
    reading: Reading,
) -> Iterator[str]:
    """DuckDB's own detection as a second opinion on the shape."""
    if reading.delimiter or read.repaired or read.rejects:
        return  # settled, or already shown to be looked at
    skip = layout.header_line if layout.header_line is not None else layout.first_line
    try:
        (found,) = connection.execute(
            "select Delimiter, len(Columns) from sniff_csv(?, skip = ?)", [str(text.path), skip]
        ).fetchall()
    except EngineError:
        return
    if int(found[1]) != layout.shape.width and not (layout.footers):
        yield doubt(
            "sniff_differs",
            columns=layout.shape.width,
            delimiter=delimiter_in_words(layout.shape.delimiter),
            other_columns=int(found[1]),
            other=delimiter_in_words(str(found[0])),
        )
