"""DuckDB, with the network switched off and memory bounded."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb

from scvkit.engine.recorded import Recorded
from scvkit.errors import EngagementError

MEMORY_VARIABLE = "SCVKIT_MEMORY"
# Python and its arrays come on top: a million records then stay below four gigabytes.
MEMORY_LIMIT = "2500MB"

Connection = Recorded
EngineError = duckdb.Error
OutOfMemory = duckdb.OutOfMemoryException


def connect(
    *,
    threads: int = 2,
    memory_limit: str = "",
    spill_folder: Path | None = None,
    home: Path | None = None,
) -> Connection:
    """Return a new in-memory DuckDB connection that never loads an extension from outside.

    ``memory_limit`` ("2500MB") is kept by spilling what does not fit into ``spill_folder``, which
    belongs in the private work folder because it holds rows; without a folder nothing is ever
    written and a query that does not fit fails. Empty takes ``SCVKIT_MEMORY`` from the
    environment, else the kit's own ``MEMORY_LIMIT``. ``home`` is the work folder, from which the
    SQL that is kept names its tables.

    >>> connect().sql("select 1 + 1").fetchall()
    [(2,)]
    >>> connect(memory_limit="plenty")
    Traceback (most recent call last):
    ...
    scvkit.errors.EngagementError: 'plenty' is no amount of memory. Write it as 2500MB or 4GB.
    """
    limit = memory_limit or os.environ.get(MEMORY_VARIABLE, "") or MEMORY_LIMIT
    memory_bytes(limit)
    raw = duckdb.connect(
        ":memory:",
        config={
            "threads": threads,
            "memory_limit": limit,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # Insertion order is what makes two runs byte-identical without an order by.
            "preserve_insertion_order": True,
            # DuckDB's own choice is a folder in the current directory: rows would lie there.
            "temp_directory": "",
        },
    )
    connection = Recorded(raw, home=home)
    connection.execute("set enable_progress_bar = false")
    if spill_folder is not None:
        spill_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection.execute("set temp_directory = ?", [str(spill_folder)])
    return connection


def memory_bytes(amount: str) -> int:
    """Bytes of an amount of memory as DuckDB writes it.

    >>> memory_bytes("2500MB"), memory_bytes("1.5 GiB")
    (2500000000, 1610612736)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT])(i?)B", amount.strip(), re.IGNORECASE)
    if found is None:
        raise EngagementError(f"'{amount}' is no amount of memory. Write it as 2500MB or 4GB.")
    step = 1024 if found[3] else 1000
    return int(float(found[1]) * step ** ("KMGT".index(found[2].upper()) + 1))


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
