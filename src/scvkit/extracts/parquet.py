"""Parquet: every column as the text of its values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scvkit.engine import Connection, EngineError, RowTables, quoted, text_literal
from scvkit.errors import ExtractError
from scvkit.extracts.naming import column_names
from scvkit.extracts.rejects import write_rejects
from scvkit.extracts.tables import TableRead, row_doubts


def read_parquet(
    connection: Connection, rows: RowTables, path: Path, name: tuple[str, str, str]
) -> TableRead:
    """Read a Parquet file into the row table ``name``; raises ExtractError."""
    scan = f"read_parquet({text_literal(_literal_path(path))})"
    try:
        received = connection.execute(f"describe from {scan}").fetchall()
        names = column_names([str(row[0]) for row in received])
        casts = ", ".join(
            f"{_as_text(quoted(str(row[0])), str(row[1]))} as {quoted(new)}"
            for row, new in zip(received, names.names, strict=True)
        )
        sql = f"select row_number() over () as line_number, {casts} from {scan}"
        count = rows.write(connection, sql, *name)
    except EngineError:
        raise ExtractError(
            f"{path.name} is a damaged Parquet file and cannot be opened. Ask for it again."
        ) from None
    write_rejects(connection, rows, (), *name[1:])
    if count == 0:
        rows.path(*name).unlink(missing_ok=True)
        raise ExtractError(f"{path.name} has columns but no rows. Ask for the export again.")
    read = TableRead(names=names, rows=count)
    return replace(read, doubts=row_doubts(read))


def _literal_path(path: Path) -> str:
    # DuckDB takes * ? [ in a name for a pattern; a set of one sign stands for itself.
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def _as_text(column: str, kind: str) -> str:
    # Bytes of a text column that nobody marked as text; anything else is shown as hex signs.
    if kind == "BLOB":
        return f"nullif(coalesce(try(decode({column})), hex({column})), '')"
    return f"nullif(cast({column} as varchar), '')"
