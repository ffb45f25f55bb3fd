"""Text tables: find the dialect, let DuckDB read strictly, mend line by line where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scvkit.engagement import Reading
from scvkit.engine import Connection, EngineError, RowTables, quoted, text_literal
from scvkit.errors import ExtractError
from scvkit.extracts.doubts import doubt
from scvkit.extracts.encoding import Encoding, FileBytes, find_encoding
from scvkit.extracts.layout import Layout, find_layout
from scvkit.extracts.plain import read_plainly
from scvkit.extracts.prepared import cut_text, prepare_text
from scvkit.extracts.ragged import RaggedRow, ragged_rows
from scvkit.extracts.rejects import Reject, write_rejects
from scvkit.extracts.tables import (
    TableRead,
    blank_rows,
    set_repeated_header_aside,
    without_borders,
)
from scvkit.extracts.text_doubts import text_doubts
from scvkit.records.extracts import Dialect
from scvkit.vocabulary import DoubtKind

_BATCH = 20_000


def read_text(
    connection: Connection,
    rows: RowTables,
    path: Path,
    facts: FileBytes,
    name: tuple[str, str, str],
    *,
    reading: Reading,
    scratch: Path,
) -> TableRead:
    """Read a delimited text file into the row table ``name``; raises ExtractError."""
    encoding = Encoding(reading.encoding) if reading.encoding else find_encoding(facts)
    try:
        text = prepare_text(path, facts, encoding, scratch=scratch)
    except LookupError:
        raise ExtractError(
            f"{path.name}: there is no encoding '{encoding.name}'. Name one that Python knows "
            "under reading.encoding, such as utf-8 or cp1252."
        ) from None
    layout = find_layout(text, reading, path.name, scratch=scratch)
    read = _read_strictly(connection, rows, layout, name, scratch)
    if read is None:
        read = _read_line_by_line(connection, rows, layout, name, scratch)
    if layout.header_line is not None:
        read = set_repeated_header_aside(connection, rows, read, layout.samples[0], name)
    if read.rows == 0:
        rows.path(*name).unlink(missing_ok=True)
        raise ExtractError(f"{path.name} has a header but no rows. Ask for the export again.")
    read = without_borders(connection, rows, read, name)
    aside = [
        Reject(line + 1, "under the header", words, lost=False) for line, words in layout.set_aside
    ]
    footers = [Reject(line + 1, "footer", words, lost=False) for line, words in layout.footers]
    rejects = (*aside, *read.rejects, *footers)
    write_rejects(connection, rows, rejects, *name[1:])
    doubts = text_doubts(connection, encoding, layout, read, reading, facts, scratch=scratch)
    blanks = blank_rows(connection, rows, read, name)
    if blanks:
        doubts = (*doubts, doubt(DoubtKind.BLANK_ROWS, n=blanks))
    dialect = Dialect(
        delimiter=layout.shape.written or layout.shape.delimiter,
        quote=layout.shape.quote,
        encoding=encoding.name,
        header_row=layout.header_line,
        skipped_rows=layout.first_line if layout.header_line is None else layout.header_line,
    )
    return replace(read, rejects=rejects, dialect=dialect, doubts=doubts)


def _read_strictly(
    connection: Connection,
    rows: RowTables,
    layout: Layout,
    name: tuple[str, str, str],
    scratch: Path,
) -> TableRead | None:
    """The table as DuckDB reads it by the explicit dialect, or None where it objects.

    None, too, where lines and rows do not add up: then a line would get a wrong number, and
    perhaps a row was lost.
    """
    shape = layout.shape
    if shape.delimiter is None or shape.space_after or layout.first_line >= layout.end_line:
        return None
    plain = read_plainly(rows, layout, name)
    if plain is not None:
        return plain
    scanned = _scan(layout.text.path, layout, skip=layout.first_line)
    if layout.end_byte:
        cut = cut_text(layout.text, layout.first_byte, layout.end_byte, scratch=scratch)
        scanned = _scan(cut, layout, skip=0)
    numbered = f"select row_number() over () + {layout.first_line} as line_number, * from {scanned}"
    try:
        count = rows.write(connection, numbered, *name)
        expected = layout.end_line - layout.first_line
        if count != expected:
            held = rows.scan(*name)
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
            rows.write(connection, renumbered, *name)
    except EngineError:
        return None
    return TableRead(names=layout.names, rows=count)


def _scan(path: Path, layout: Layout, *, skip: int) -> str:
    shape = layout.shape
    columns = ", ".join(f"{text_literal(name)}: 'VARCHAR'" for name in layout.names.names)
    return (
        f"read_csv({text_literal(str(path))}, auto_detect = false, header = false, "
        f"delim = {text_literal(shape.delimiter or '')}, quote = {text_literal(shape.quote)}, "
        f"escape = {text_literal(shape.escape)}, columns = {{{columns}}}, "
        f"skip = {skip}, strict_mode = true, compression = 'none', encoding = 'utf-8')"
    )


def _read_line_by_line(
    connection: Connection,
    rows: RowTables,
    layout: Layout,
    name: tuple[str, str, str],
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
        for batch in _batches(layout):
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
    rows.write(connection, f"select * from {held}", *name)
    beside.unlink()
    return TableRead(names=layout.names, rows=count, repaired=repaired, rejects=tuple(rejects))


def _batches(layout: Layout) -> Iterator[list[RaggedRow]]:
    batch: list[RaggedRow] = []
    for row in ragged_rows(
        layout.text.path,
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
