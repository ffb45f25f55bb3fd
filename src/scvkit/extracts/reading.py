"""One file becomes one table of text, whatever form it came in."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from scvkit.engagement import Reading
from scvkit.engine import Connection, RowTables
from scvkit.errors import ExtractError
from scvkit.extracts.archive import unpack_gzip, unpack_zip
from scvkit.extracts.documents import read_json, read_parquet, read_sqlite
from scvkit.extracts.doubts import doubt
from scvkit.extracts.encoding import scan_bytes
from scvkit.extracts.formats import find_format
from scvkit.extracts.tables import TableRead
from scvkit.extracts.text import read_text
from scvkit.extracts.workbook import read_workbook
from scvkit.records.extracts import ReadingReport

_AS_GIVEN = Reading()


def read_file(
    connection: Connection,
    rows: RowTables,
    path: Path,
    *,
    source: str,
    table: str,
    reading: Reading = _AS_GIVEN,
) -> ReadingReport:
    r"""Read a file into ``extract/<source>/<table>`` and report how it was read.

    ``reading`` settles doubts. Raises ExtractError, one paragraph, for what is no table.

    >>> import tempfile
    >>> from scvkit.engine import connect
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name, "kunder.csv")
    >>> _ = file.write_bytes("kundenr;navn\n007;Søren\n008;Åse\n".encode("cp1252"))
    >>> rows = RowTables(Path(folder.name, "work"))
    >>> report = read_file(connect(), rows, file, source="erp", table="kunder")
    >>> report.rows, report.columns, report.dialect.encoding, report.confidence
    (2, ('kundenr', 'navn'), 'cp1252', 'high')
    >>> connect().sql(f"from {rows.scan('extract', 'erp', 'kunder')}").fetchall()
    [(2, '007', 'Søren'), (3, '008', 'Åse')]
    >>> folder.cleanup()
    """
    _refuse_no_file(path)
    facts = scan_bytes(path)
    with _scratch(rows) as scratch:
        read, form = _read(
            connection, rows, path, source=source, table=table, reading=reading, scratch=scratch
        )
    return ReadingReport(
        source=source,
        table=table,
        file=path.name,
        sheets=read.sheets,
        format=form,
        sha256=facts.sha256,
        bytes=facts.size,
        dialect=read.dialect,
        columns=read.names.names,
        rows=read.rows,
        repaired_rows=read.repaired,
        rejected_rows=len(read.rejects),
        confidence="doubtful" if read.doubt_sentences else "high",
        doubts=read.doubt_sentences,
    )


def _refuse_no_file(path: Path) -> None:
    if path.is_dir():
        raise ExtractError(
            f"{path.name} is a folder, not a file. Name one of the files in it, or give the "
            "folder to: scvkit new"
        )
    if not path.exists():
        raise ExtractError(f"There is no file {path.name}. Check its name and its folder.")
    if not stat.S_ISREG(path.stat().st_mode):
        raise ExtractError(f"{path.name} is not a regular file. Copy the data into one.")
    if not os.access(path, os.R_OK):
        raise ExtractError(f"{path.name} may not be read. Ask for the right to read it.")
    if path.stat().st_size == 0:
        raise ExtractError(f"{path.name} is empty (0 bytes). Ask for the export again.")


@contextmanager
def _scratch(rows: RowTables) -> Iterator[Path]:
    """A folder for copies inside the private work folder: they hold rows of the client."""
    rows.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".reading-", dir=rows.folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(
    connection: Connection,
    rows: RowTables,
    path: Path,
    *,
    source: str,
    table: str,
    reading: Reading,
    scratch: Path,
) -> tuple[TableRead, str]:
    form = find_format(path)
    if form in {"gzip", "zip"}:
        if ".packed" in scratch.name:
            raise ExtractError(f"{path.name} is an archive inside an archive. Unpack it first.")
        others: list[str] = []
        if form == "gzip":
            inner = unpack_gzip(path, scratch)
        else:
            inner, others = unpack_zip(path, scratch, reading.sheets or ())
            reading = reading.model_copy(update={"sheets": None})
        nested = scratch / "inner.packed"
        nested.mkdir()
        read, form = _read(
            connection, rows, inner, source=source, table=table, reading=reading, scratch=nested
        )
        if others:
            sentence = doubt("other_members", names=", ".join(others))
            read = replace(read, doubt_sentences=(*read.doubt_sentences, sentence))
        return read, form
    if form == "excel":
        found = read_workbook(
            connection, rows, path, source=source, table=table, reading=reading, scratch=scratch
        )
        return found, form
    if form == "parquet":
        return read_parquet(connection, rows, path, source=source, table=table), form
    if form == "sqlite":
        found = read_sqlite(
            connection, rows, path, source=source, table=table, reading=reading, scratch=scratch
        )
        return found, form
    facts = scan_bytes(path)
    if form == "json":
        return read_json(connection, rows, path, facts, source=source, table=table, scratch=scratch)
    found = read_text(
        connection, rows, path, facts, source=source, table=table, reading=reading, scratch=scratch
    )
    return found, form
