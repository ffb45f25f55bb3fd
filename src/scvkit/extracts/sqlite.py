"""SQLite: the tables of a database file, streamed by the standard library."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

from scvkit.engagement import Reading
from scvkit.engine import Connection, RowTables, quoted
from scvkit.errors import ExtractError, nearest
from scvkit.extracts.document_rows import write_documents
from scvkit.extracts.doubts import other_tables
from scvkit.extracts.naming import column_names
from scvkit.extracts.rejects import write_rejects
from scvkit.extracts.tables import TableRead, row_doubts


def read_sqlite(
    connection: Connection,
    rows: RowTables,
    path: Path,
    name: tuple[str, str, str],
    *,
    reading: Reading,
    scratch: Path,
) -> TableRead:
    """Read the largest table of a SQLite file, or of those that ``reading.sheets`` names."""
    try:
        # Immutable: a file that a program still has open, or a read-only folder, can be read.
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        database = sqlite3.connect(uri, uri=True)
        database.text_factory = lambda data: data.decode("utf-8", errors="replace")
        try:
            chosen, others = _choose(database, reading, path.name)
            cursor = database.execute(f"select * from {quoted(chosen)}")
            # Names may repeat, in a view or in another case: each column keeps its place.
            received = column_names([str(column[0]) for column in cursor.description])
            documents = (
                (line, dict(zip(received.names, map(_text, row), strict=True)))
                for line, row in enumerate(cursor, start=1)
            )
            read = write_documents(
                connection, rows, documents, name, file=path.name, scratch=scratch
            )
        finally:
            database.close()
    except sqlite3.Error:
        raise ExtractError(
            f"{path.name} is a damaged SQLite file and cannot be opened. Ask for it again."
        ) from None
    write_rejects(connection, rows, (), *name[1:])
    if read.rows == 0:
        raise ExtractError(f"{path.name} has a table but no rows. Ask for the export again.")
    read = replace(read, names=received, sheets=(chosen,), others=others)
    doubts = row_doubts(read)
    if others and not reading.sheets:
        doubts = (*doubts, other_tables((chosen,), others))
    return replace(read, doubts=doubts)


def _choose(
    database: sqlite3.Connection, reading: Reading, file: str
) -> tuple[str, tuple[str, ...]]:
    """The table that is read, and those with rows that are not."""
    names = [
        str(row[0])
        for row in database.execute(
            "select name from sqlite_master where type in ('table', 'view') "
            "and name not like 'sqlite\\_%' escape '\\' order by name"
        )
    ]
    if not names:
        raise ExtractError(f"{file} is a SQLite file without tables. Ask for the export again.")
    for wanted in reading.sheets or ():
        if wanted not in names:
            raise ExtractError(
                f"{file} has no table '{wanted}'.{nearest(wanted, names)} Correct reading.sheets."
            )
    possible = list(reading.sheets or names)
    sizes = {n: _count(database, n) for n in possible}
    chosen = max(possible, key=lambda n: sizes[n])
    return chosen, tuple(n for n in possible if n != chosen and sizes[n])


def _count(database: sqlite3.Connection, table: str) -> int:
    try:
        return int(database.execute(f"select count(*) from {quoted(table)}").fetchone()[0])
    except sqlite3.OperationalError:  # a view on what is not in the file
        return 0


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value.hex()
    return str(value)
