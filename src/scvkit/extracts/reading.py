"""One file becomes one table of text, whatever form it came in."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from scvkit.engagement import Reading
from scvkit.engine import Connection, EngineError, RowTables
from scvkit.errors import ExtractError
from scvkit.extracts.archive import unpack_gzip, unpack_zip
from scvkit.extracts.database import is_database, read_database
from scvkit.extracts.documents import read_json
from scvkit.extracts.doubts import open_doubts, other_tables
from scvkit.extracts.encoding import FileBytes, scan_bytes
from scvkit.extracts.formats import find_format
from scvkit.extracts.listing import parts_of
from scvkit.extracts.locale_doubts import locale_doubts
from scvkit.extracts.parquet import read_parquet
from scvkit.extracts.parts import read_parts
from scvkit.extracts.sqlite import read_sqlite
from scvkit.extracts.tables import TableRead
from scvkit.extracts.text import read_text
from scvkit.extracts.workbook import read_workbook
from scvkit.records.extracts import ReadingReport

_AS_GIVEN = Reading()
_UNREADABLE = (
    EngineError,
    OSError,
    ValueError,
    OverflowError,
    RecursionError,
    MemoryError,
    csv.Error,
    pa.ArrowException,
)


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

    ``path`` may also be a folder or a pattern (``orders_*.csv``), whose files are then parts of
    one table, or a table of a database (``postgres:crm/public.customers``). ``reading`` settles
    doubts. Raises ExtractError, one paragraph, for what is no table.

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
    name = ("extract", source, table)
    hashes: dict[str, FileBytes] = {}
    try:
        with _scratch(rows) as scratch:
            if is_database(path):
                read, form = read_database(connection, rows, path, name), "postgres"
                hashes[path.name] = scan_bytes(rows.path(*name))
            else:
                task = _Task(connection, rows, source, table, reading, scratch, hashes)
                read, form = _read_path(task, path)
            doubts = (*read.doubts, *locale_doubts(connection, rows.scan(*name), read, reading))
    except _UNREADABLE as problem:
        # What the engine says may quote the client's cells: its name must do.
        what = getattr(problem, "strerror", None) or type(problem).__name__
        raise ExtractError(
            f"{file_name(path)} could not be read ({what}). Ask for the export again, as CSV in "
            "UTF-8 if it can be had."
        ) from None
    sentences = open_doubts(doubts, reading.accept)
    return ReadingReport(
        source=source,
        table=table,
        file=file_name(path),
        sheets=read.sheets,
        others=read.others,
        format=form,
        sha256=_one_hash(hashes),
        bytes=sum(facts.size for facts in hashes.values()),
        dialect=read.dialect,
        columns=read.names.names,
        rows=read.rows,
        repaired_rows=read.repaired,
        rejected_rows=len(read.rejects),
        lost_rows=sum(reject.lost for reject in read.rejects),
        confidence="doubtful" if sentences else "high",
        doubts=sentences,
    )


def read_tables(
    connection: Connection, rows: RowTables, path: Path, *, source: str, table: str
) -> Iterator[ReadingReport]:
    """Read every table of a file: the sheets, database tables or archive members that differ.

    The first is named ``table``, the next ``table_2`` and so on; ``sheets`` of a report is what
    ``reading.sheets`` has to say to get it again. Raises ExtractError when there is none at all.
    """
    report = read_file(connection, rows, path, source=source, table=table)
    every = (*report.sheets, *report.others)
    yield _one_of(report, every)
    left = report.others
    number = 1
    while left:
        number += 1
        name = f"{table}_{number}"
        try:
            report = read_file(
                connection, rows, path, source=source, table=name, reading=Reading(sheets=left)
            )
        except ExtractError:
            return  # what is left are pages of notes
        left = tuple(other for other in left if other not in report.sheets)
        yield _one_of(report, every)


def _one_of(report: ReadingReport, every: Sequence[str]) -> ReadingReport:
    """The report of one table of several that are all read: none of the others was forgotten."""
    told = open_doubts((other_tables(report.sheets, report.others),), ()) if report.others else ()
    doubts = tuple(doubt for doubt in report.doubts if doubt not in told)
    return replace(
        report,
        others=tuple(other for other in every if other not in report.sheets),
        confidence="doubtful" if doubts else "high",
        doubts=doubts,
    )


def file_name(path: Path) -> str:
    """Return what a report calls the file: never a path of the machine."""
    return str(path) if is_database(path) else path.name


@dataclass(frozen=True, slots=True)
class _Task:
    """What is read into which table, and what was hashed on the way."""

    connection: Connection
    rows: RowTables
    source: str
    table: str
    reading: Reading
    scratch: Path
    hashes: dict[str, FileBytes]
    depth: int = 0  # of archives

    @property
    def name(self) -> tuple[str, str, str]:
        return "extract", self.source, self.table


def _one_hash(hashes: dict[str, FileBytes]) -> str:
    """The hash of a file; of several, the hash of their names and hashes."""
    if len(hashes) == 1:
        return next(iter(hashes.values())).sha256
    listed = "\n".join(f"{facts.sha256}  {name}" for name, facts in sorted(hashes.items()))
    return hashlib.sha256(listed.encode()).hexdigest()


@contextmanager
def _scratch(rows: RowTables) -> Iterator[Path]:
    """A folder for copies inside the private work folder: they hold rows of the client."""
    rows.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".reading-", dir=rows.folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read_path(task: _Task, path: Path) -> tuple[TableRead, str]:
    parts = parts_of(path)
    if parts is None:
        refuse_no_file(path)
        facts = scan_bytes(path)
        task.hashes[path.name] = facts
        return _read(task, path, facts)
    return _read_parts(task, parts)


def _read_parts(task: _Task, files: Sequence[Path]) -> tuple[TableRead, str]:
    def read_one(
        rows: RowTables, file: Path, reading: Reading, table: str
    ) -> tuple[TableRead, str]:
        refuse_no_file(file)
        facts = scan_bytes(file)
        if not task.depth:
            task.hashes[file.name] = facts
        scratch = task.scratch / table
        scratch.mkdir(exist_ok=True)
        one = replace(task, rows=rows, table=table, reading=reading, scratch=scratch)
        try:
            return _read(one, file, facts)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    return read_parts(
        task.connection,
        task.rows,
        files,
        read_one,
        name=task.name,
        reading=task.reading,
        scratch=task.scratch,
    )


def refuse_no_file(path: Path) -> None:
    """Raise ExtractError, saying what to do, for what is no file with something in it."""
    if not path.exists():
        raise ExtractError(f"There is no file {path.name}. Check its name and its folder.")
    if not stat.S_ISREG(path.stat().st_mode):
        raise ExtractError(f"{path.name} is not a regular file. Copy the data into one.")
    if not os.access(path, os.R_OK):
        raise ExtractError(f"{path.name} may not be read. Ask for the right to read it.")
    if path.stat().st_size == 0:
        raise ExtractError(f"{path.name} is empty (0 bytes). Ask for the export again.")


def _read(task: _Task, path: Path, facts: FileBytes) -> tuple[TableRead, str]:
    form = find_format(path)
    if form in {"gzip", "zip"}:
        return _read_packed(task, path, form)
    if form == "excel":
        return read_workbook(
            task.connection, task.rows, path, task.name, reading=task.reading, scratch=task.scratch
        ), form
    if form == "parquet":
        return read_parquet(task.connection, task.rows, path, task.name), form
    if form == "sqlite":
        return read_sqlite(
            task.connection, task.rows, path, task.name, reading=task.reading, scratch=task.scratch
        ), form
    if form == "json":
        return read_json(
            task.connection,
            task.rows,
            path,
            facts,
            task.name,
            reading=task.reading,
            scratch=task.scratch,
        )
    return read_text(
        task.connection,
        task.rows,
        path,
        facts,
        task.name,
        reading=task.reading,
        scratch=task.scratch,
    ), form


def _read_packed(task: _Task, path: Path, form: str) -> tuple[TableRead, str]:
    if task.depth:
        raise ExtractError(f"{path.name} is an archive inside an archive. Unpack it first.")
    inner = replace(task, depth=1, scratch=task.scratch / "inner")
    inner.scratch.mkdir(exist_ok=True)
    if form == "gzip":
        unpacked = unpack_gzip(path, task.scratch)
        return _read(inner, unpacked, scan_bytes(unpacked))
    found = unpack_zip(path, task.scratch, task.reading.sheets or ())
    inner = replace(inner, reading=task.reading.model_copy(update={"sheets": None}))
    if len(found.files) > 1:
        read, form = _read_parts(inner, found.files)
    else:
        refuse_no_file(found.files[0])
        read, form = _read(inner, found.files[0], scan_bytes(found.files[0]))
    doubts = read.doubts
    if found.others and task.reading.sheets is None:
        doubts = (*doubts, other_tables(found.names, found.others))
    return replace(read, sheets=found.names, others=found.others, doubts=doubts), form
