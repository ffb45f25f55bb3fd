"""A table of a Postgres database, by the name of a connection; the address stays outside."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from scvkit.engine import Connection, RowTables, quoted
from scvkit.errors import ExtractError, nearest
from scvkit.extracts.naming import column_names
from scvkit.extracts.rejects import write_rejects
from scvkit.extracts.tables import TableRead, row_doubts

PREFIXES = ("postgres:", "postgresql:")
_ADDRESS = re.compile(r"postgres:(?P<connection>[a-z][a-z0-9_]*)/(?P<table>[^/]+)\Z")
# Small batches keep memory flat whatever the table's size.
_BATCH_BYTES = 4 << 20
_KEYRING_SERVICE = "scvkit"


def is_database(path: Path | str) -> bool:
    """True for the name of a table in a database instead of a file.

    >>> is_database("postgres:crm/public.customers"), is_database("customers.csv")
    (True, False)
    """
    return str(path).startswith(PREFIXES)


def read_database(
    connection: Connection, rows: RowTables, address: Path, name: tuple[str, str, str]
) -> TableRead:
    """Read ``postgres:<connection>/<schema.table>`` into the row table ``name``.

    The address with its password comes from the environment variable
    ``SCVKIT_POSTGRES_<CONNECTION>`` or, where that is not set, from the keyring (service
    "scvkit"); never from a file. Raises ExtractError, which never quotes the address.
    """
    parsed = _ADDRESS.match(str(address))
    if parsed is None:
        raise ExtractError(
            "A table of a database is named postgres:<connection>/<schema>.<table>, such as "
            "postgres:crm/public.customers. Its address and password belong in the environment "
            "variable SCVKIT_POSTGRES_CRM, never in a file."
        )
    uri = _address(parsed["connection"])
    table = _identifier(parsed["table"])
    with _cursor(uri, parsed["connection"]) as cursor:
        names, count = _copy(connection, rows, cursor, table, name, str(address))
    write_rejects(connection, rows, (), *name[1:])
    if count == 0:
        rows.path(*name).unlink(missing_ok=True)
        raise ExtractError(f"{address} has no rows. Name another table.")
    read = TableRead(names=column_names(names), rows=count)
    return replace(read, doubts=row_doubts(read))


def _address(name: str) -> str:
    variable = f"SCVKIT_POSTGRES_{name.upper()}"
    found = os.environ.get(variable) or _from_keyring(name)
    if not found:
        raise ExtractError(
            f"The address of the database '{name}' is not known. Set the environment variable "
            f"{variable} to postgresql://user:password@host/database, or put it into the keyring: "
            f"keyring set {_KEYRING_SERVICE} {name}"
        )
    return found


def _from_keyring(name: str) -> str | None:
    try:
        keyring = importlib.import_module("keyring")
        found = keyring.get_password(_KEYRING_SERVICE, name)
    except (ImportError, RuntimeError):  # not installed, or no keyring on this machine
        return None
    return str(found) if found else None


def _identifier(table: str) -> str:
    """``schema.table``, each part quoted; only the first point divides."""
    return ".".join(quoted(part) for part in table.split(".", 1))


@contextmanager
def _cursor(uri: str, name: str) -> Iterator[Any]:
    try:
        driver = importlib.import_module("adbc_driver_postgresql.dbapi")
    except ImportError:
        raise ExtractError(
            "Reading from Postgres needs one more package. Install it with: "
            "pip install 'scvkit[postgres]'"
        ) from None
    try:
        opened = driver.connect(uri, autocommit=True)
    except driver.Error:
        # The driver's words may hold the address, and with it the password.
        raise ExtractError(
            f"The database '{name}' cannot be reached. Check that it runs, and the address in "
            f"SCVKIT_POSTGRES_{name.upper()}."
        ) from None
    try:
        with opened.cursor(
            adbc_stmt_kwargs={"adbc.postgresql.batch_size_hint_bytes": str(_BATCH_BYTES)}
        ) as cursor:
            cursor.execute("set session characteristics as transaction read only")
            yield cursor
    finally:
        opened.close()


def _copy(
    connection: Connection,
    rows: RowTables,
    cursor: Any,
    table: str,
    name: tuple[str, str, str],
    address: str,
) -> tuple[list[str], int]:
    """Stream the table as text; the server writes every value as its own text."""
    error = importlib.import_module("adbc_driver_postgresql.dbapi").Error
    try:
        cursor.execute(f"select * from {table} limit 0")
        received = [str(column[0]) for column in cursor.description]
        names = column_names(received)
        cells = ", ".join(
            f"nullif({quoted(old)}::text, '') as {quoted(f'c{place}')}"
            for place, old in enumerate(received)
        )
        key = ", ".join(map(quoted, _key(cursor, table)))
        cursor.execute(f"select {cells} from {table}" + (f" order by {key}" if key else ""))
        reader = cursor.fetch_record_batch()
    except error:
        raise ExtractError(
            f"{address} cannot be read: there is no such table, or this user may not read it."
            + _hint(cursor, table, error)
        ) from None
    renamed = ", ".join(f"c{i} as {quoted(n)}" for i, n in enumerate(names.names))
    arriving = pa.RecordBatchReader.from_batches(reader.schema, reader)
    connection.register("arriving_rows", arriving)
    try:
        count = rows.write(
            connection,
            f"select row_number() over () as line_number, {renamed} from arriving_rows",
            *name,
        )
    finally:
        connection.unregister("arriving_rows")
    return received, count


def _key(cursor: Any, table: str) -> list[str]:
    """The columns of the primary key, by which two readings have one order; none without it."""
    cursor.execute(
        "select a.attname::text from pg_index i join pg_attribute a "
        "on a.attrelid = i.indrelid and a.attnum = any(i.indkey) "
        "where i.indisprimary and i.indrelid = to_regclass($1) "
        "order by array_position(i.indkey::int2[], a.attnum)",
        (table,),
    )
    return [str(row[0]) for row in cursor.fetchall()]


def _hint(cursor: Any, table: str, error: type[Exception]) -> str:
    """A table of a like name, where the server still answers."""
    try:
        cursor.execute("select schemaname || '.' || tablename from pg_tables")
        known = [str(row[0]) for row in cursor.fetchall()]
    except error:
        return ""
    return nearest(table.replace('"', ""), known)
