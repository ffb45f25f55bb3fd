"""Where SQL runs: the only room that opens a connection."""

from scvkit.engine.duck import MEMORY_VARIABLE, Connection, EngineError, connect, seal
from scvkit.engine.rows import RowTables
from scvkit.engine.sql import Steps, quoted, text_literal

__all__ = [
    "MEMORY_VARIABLE",
    "Connection",
    "EngineError",
    "RowTables",
    "Steps",
    "connect",
    "quoted",
    "seal",
    "text_literal",
]
