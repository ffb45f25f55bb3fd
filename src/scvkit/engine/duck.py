"""DuckDB, with the network switched off and memory bounded."""

from __future__ import annotations

from pathlib import Path

import duckdb

Connection = duckdb.DuckDBPyConnection
EngineError = duckdb.Error


def connect(
    *, threads: int = 2, memory_limit: str = "4GB", spill_folder: Path | None = None
) -> Connection:
    """Return a new in-memory DuckDB connection that never loads an extension from outside.

    ``spill_folder`` takes what does not fit into ``memory_limit``; it belongs in the private
    work folder because it holds rows.

    >>> connect().sql("select 1 + 1").fetchall()
    [(2,)]
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": threads,
            "memory_limit": memory_limit,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # Insertion order is what makes two runs byte-identical without an order by.
            "preserve_insertion_order": True,
        },
    )
    connection.execute("set enable_progress_bar = false")
    if spill_folder is not None:
        spill_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection.execute("set temp_directory = ?", [str(spill_folder)])
    return connection


def seal(connection: Connection) -> Connection:
    """Take files and settings away from a connection, for SQL typed in a room.

    >>> sealed = seal(connect())
    >>> sealed.sql("select * from read_csv('/etc/hostname')")
    Traceback (most recent call last):
    ...
    _duckdb.PermissionException: ...
    """
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection
