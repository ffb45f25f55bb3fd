"""JSON, JSON lines, Parquet and SQLite: values as the text they were written in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scvkit.engagement import Reading
from scvkit.engine import Connection, EngineError, RowTables, quoted, text_literal
from scvkit.errors import ExtractError, nearest
from scvkit.extracts.doubts import doubt
from scvkit.extracts.encoding import FileBytes, find_encoding
from scvkit.extracts.naming import column_names
from scvkit.extracts.prepared import prepare_text
from scvkit.extracts.rejects import Reject, write_rejects
from scvkit.extracts.tables import TableRead

_BATCH = 20_000
Document = dict[str, Any]


def read_parquet(
    connection: Connection, rows: RowTables, path: Path, *, source: str, table: str
) -> TableRead:
    """Read a Parquet file into ``extract/<source>/<table>``; raises ExtractError."""
    scan = f"read_parquet({text_literal(str(path))})"
    try:
        received = [str(row[0]) for row in connection.execute(f"describe from {scan}").fetchall()]
        names = column_names(received)
        casts = ", ".join(
            f"nullif(cast({quoted(old)} as varchar), '') as {quoted(new)}"
            for old, new in zip(received, names.names, strict=True)
        )
        sql = f"select row_number() over () as line_number, {casts} from {scan}"
        count = rows.write(connection, sql, "extract", source, table)
    except EngineError:
        raise ExtractError(
            f"{path.name} is a damaged Parquet file and cannot be opened. Ask for it again."
        ) from None
    write_rejects(connection, rows, (), source, table)
    if count == 0:
        raise ExtractError(f"{path.name} has columns but no rows. Ask for the export again.")
    read = TableRead(names=names, rows=count)
    return replace(read, doubt_sentences=read.doubts())


def read_json(
    connection: Connection,
    rows: RowTables,
    path: Path,
    facts: FileBytes,
    *,
    source: str,
    table: str,
    scratch: Path,
) -> tuple[TableRead, str]:
    """Read JSON or JSON lines; return the table and "json" or "json_lines". Raises ExtractError.

    Nested objects become their text. Numbers keep their spelling, so that ids stay whole.
    """
    text = prepare_text(path, facts, find_encoding(facts), scratch=scratch)
    as_lines = _is_json_lines(text.path)
    rejects: list[Reject] = []
    found = (
        _documents_by_line(text.path, rejects) if as_lines else _documents_of(text.path, path.name)
    )
    read = _write_documents(connection, rows, found, rejects, (source, table), scratch)
    if read.rows == 0:
        raise ExtractError(f"{path.name} holds no objects. Ask for the export again.")
    write_rejects(connection, rows, rejects, source, table)
    read = replace(read, rejects=tuple(rejects))
    return replace(read, doubt_sentences=read.doubts()), "json_lines" if as_lines else "json"


def read_sqlite(
    connection: Connection,
    rows: RowTables,
    path: Path,
    *,
    source: str,
    table: str,
    reading: Reading,
    scratch: Path,
) -> TableRead:
    """Read the largest table of a SQLite file, or the one ``reading.sheets`` names."""
    try:
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as database:
            chosen, others = _sqlite_table(database, reading, path.name)
            cursor = database.execute(f"select * from {quoted(chosen)}")
            received = [str(column[0]) for column in cursor.description]
            documents = (
                (line, dict(zip(received, row, strict=True)))
                for line, row in enumerate(cursor, start=1)
            )
            read = _write_documents(connection, rows, documents, [], (source, table), scratch)
    except sqlite3.Error:
        raise ExtractError(
            f"{path.name} is a damaged SQLite file and cannot be opened. Ask for it again."
        ) from None
    write_rejects(connection, rows, (), source, table)
    if read.rows == 0:
        raise ExtractError(f"{path.name} has a table but no rows. Ask for the export again.")
    doubts = list(read.doubts())
    if others and not reading.sheets:
        doubts.append(doubt("other_tables", names=", ".join(others)))
    return replace(read, sheets=(chosen,), doubt_sentences=tuple(doubts))


def _is_json_lines(path: Path) -> bool:
    with path.open("r", encoding="utf-8-sig", errors="replace") as file:
        for line in file:
            if line.strip():
                try:
                    return isinstance(json.loads(line), dict) and bool(file.readline().strip())
                except ValueError:
                    # A broken first line of JSON lines still begins and ends an object.
                    return line.lstrip().startswith("{") and line.rstrip().endswith("}")
    return False


def _documents_by_line(path: Path, rejects: list[Reject]) -> Iterator[tuple[int, Document]]:
    with path.open("r", encoding="utf-8-sig", errors="replace", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                document = json.loads(line, parse_float=str, parse_int=str)
            except (ValueError, RecursionError):
                rejects.append(Reject(number, "not JSON", line.rstrip("\r\n")))
                continue
            if isinstance(document, dict):
                yield number, document
            else:
                rejects.append(Reject(number, "not an object", line.rstrip("\r\n")))


def _documents_of(path: Path, file: str) -> Iterator[tuple[int, Document]]:
    try:
        body = json.loads(
            path.read_text(encoding="utf-8-sig", errors="replace"), parse_float=str, parse_int=str
        )
    except (ValueError, RecursionError):
        raise ExtractError(
            f"{file} is not valid JSON: it breaks off or was changed on its way. Ask for it again."
        ) from None
    for number, document in enumerate(_longest_list(body), start=1):
        yield number, document if isinstance(document, dict) else {"value": document}


def _longest_list(body: Any) -> list[Any]:
    """The list of objects in a document: itself, or the longest list under a key."""
    if isinstance(body, list):
        if body and all(isinstance(row, list) for row in body):
            header = [str(cell) for cell in body[0]]
            return [dict(zip(header, row, strict=False)) for row in body[1:]]
        return body
    if isinstance(body, dict):
        lists = [_longest_list(value) for value in body.values() if isinstance(value, list | dict)]
        lists = [found for found in lists if found and isinstance(found[0], dict)]
        longest = max(lists, key=len, default=[])
        return longest if len(longest) > 1 or not body else longest or [body]
    return []


def _write_documents(
    connection: Connection,
    rows: RowTables,
    documents: Iterator[tuple[int, Document]],
    rejects: list[Reject],
    name: tuple[str, str],
    scratch: Path,
) -> TableRead:
    """Write documents in the order received; columns in the order they first appear."""
    order: dict[str, None] = {}
    parts: list[Path] = []
    for batch in _batches(documents):
        for _, document in batch:
            order.update(dict.fromkeys(document))
        columns = [pa.array([line for line, _ in batch], pa.int64())]
        columns += [pa.array([_text(d.get(k)) for _, d in batch], pa.string()) for k in order]
        # Keys may repeat in another case: the parts carry places, names come at the end.
        labels = ["line_number", *(f"c{place}" for place in range(len(order)))]
        part = scratch / f"part-{len(parts):06}.parquet"
        pq.write_table(pa.table(columns, names=labels), part)
        parts.append(part)
    names = column_names(list(order))
    if not parts:
        return TableRead(names=names, rows=0)
    renamed = ", ".join(f"c{i} as {quoted(n)}" for i, n in enumerate(names.names))
    listed = ", ".join(text_literal(str(part)) for part in parts)
    count = rows.write(
        connection,
        f"select line_number, {renamed} from read_parquet([{listed}], union_by_name = true) "
        "order by line_number",
        "extract",
        *name,
    )
    return TableRead(names=names, rows=count, rejects=tuple(rejects))


def _batches(documents: Iterator[tuple[int, Document]]) -> Iterator[list[tuple[int, Document]]]:
    batch: list[tuple[int, Document]] = []
    for item in documents:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _sqlite_table(
    database: sqlite3.Connection, reading: Reading, file: str
) -> tuple[str, list[str]]:
    names = [
        str(row[0])
        for row in database.execute(
            "select name from sqlite_master where type in ('table', 'view') "
            "and name not like 'sqlite_%' order by name"
        )
    ]
    if not names:
        raise ExtractError(f"{file} is a SQLite file without tables. Ask for the export again.")
    if reading.sheets:
        wanted = reading.sheets[0]
        if wanted not in names:
            raise ExtractError(
                f"{file} has no table '{wanted}'.{nearest(wanted, names)} Correct reading.sheets."
            )
        return wanted, [n for n in names if n != wanted]
    sizes = {
        n: int(database.execute(f"select count(*) from {quoted(n)}").fetchone()[0]) for n in names
    }
    chosen = max(names, key=lambda n: sizes[n])
    return chosen, [n for n in names if n != chosen]
