"""Where SQL runs: the only room that opens a connection."""

from scvkit.engine.duck import (
    MEMORY_LIMIT,
    MEMORY_VARIABLE,
    Connection,
    EngineError,
    OutOfMemory,
    connect,
    memory_bytes,
    seal,
)
from scvkit.engine.hashes import Repeats, count_repeats, write_shared
from scvkit.engine.recorded import counts
from scvkit.engine.rows import RowTables, values_in_all
from scvkit.engine.sql import Steps, own, quoted, text_literal
from scvkit.engine.texts import column_texts, has_long_number, listed_columns

__all__ = [
    "MEMORY_LIMIT",
    "MEMORY_VARIABLE",
    "Connection",
    "EngineError",
    "OutOfMemory",
    "Repeats",
    "RowTables",
    "Steps",
    "column_texts",
    "connect",
    "count_repeats",
    "counts",
    "has_long_number",
    "listed_columns",
    "memory_bytes",
    "own",
    "quoted",
    "seal",
    "text_literal",
    "values_in_all",
    "write_shared",
]
