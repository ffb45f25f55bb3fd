"""JSON and JSON lines: nested objects as columns with dots, values as they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from scvkit.engagement import Reading
from scvkit.engine import Connection, RowTables
from scvkit.errors import ExtractError, nearest
from scvkit.extracts.document_rows import Numbered, write_documents
from scvkit.extracts.doubts import other_tables
from scvkit.extracts.encoding import Encoding, FileBytes, find_encoding
from scvkit.extracts.encoding_doubts import encoding_doubts
from scvkit.extracts.prepared import prepare_text
from scvkit.extracts.rejects import Reject, write_rejects
from scvkit.extracts.tables import TableRead, row_doubts

# Deeper objects stand as text in their column.
_DEEPEST = 6
_WHOLE = "(document)"


class _Number(str):
    """A number as it was spelt: 1.10 and an id of thirty digits stay what they are."""

    __slots__ = ()


def read_json(
    connection: Connection,
    rows: RowTables,
    path: Path,
    facts: FileBytes,
    name: tuple[str, str, str],
    *,
    reading: Reading,
    scratch: Path,
) -> tuple[TableRead, str]:
    """Read JSON or JSON lines; return the table and "json" or "json_lines". Raises ExtractError.

    An object inside a record becomes columns (``address.city``); a list stays as its text. Of
    several lists in a document the longest is read, unless ``reading.sheets`` names one.
    """
    encoding = Encoding(reading.encoding) if reading.encoding else find_encoding(facts)
    text = prepare_text(path, facts, encoding, scratch=scratch)
    rejects: list[Reject] = []
    chosen: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    as_lines = _is_json_lines(text.path)
    if as_lines:
        found = _documents_by_line(text.path, rejects)
    else:
        lists = _lists(_document(text.path, path.name))
        chosen, others = _choose(lists, reading, path.name)
        found = _numbered(lists[chosen[0]]) if chosen else iter(())
    try:
        read = write_documents(connection, rows, found, name, file=path.name, scratch=scratch)
    except RecursionError:
        raise ExtractError(
            f"{path.name} is nested too deeply to be a table. Ask for a list of records."
        ) from None
    if read.rows == 0:
        raise ExtractError(f"{path.name} holds no objects. Ask for the export again.")
    write_rejects(connection, rows, rejects, *name[1:])
    sheets = chosen if others else ()
    read = replace(read, rejects=tuple(rejects), sheets=sheets, others=others)
    doubts = (*encoding_doubts(encoding, text, reading, facts), *row_doubts(read))
    if others and not reading.sheets:
        doubts = (*doubts, other_tables(chosen, others))
    return replace(read, doubts=doubts), "json_lines" if as_lines else "json"


def _is_json_lines(path: Path) -> bool:
    with path.open("r", encoding="utf-8-sig", errors="replace") as file:
        for line in file:
            if line.strip():
                try:
                    return isinstance(json.loads(line), dict) and bool(file.readline().strip())
                except (ValueError, RecursionError):
                    # A broken first line of JSON lines still begins and ends an object.
                    return line.lstrip().startswith("{") and line.rstrip().endswith("}")
    return False


def _documents_by_line(path: Path, rejects: list[Reject]) -> Iterator[Numbered]:
    with path.open("r", encoding="utf-8-sig", errors="replace", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                document = _parsed(line)
                flat = _flat(document) if isinstance(document, dict) else {}
            except (ValueError, RecursionError):
                rejects.append(Reject(number, "not JSON", line.rstrip("\r\n")))
                continue
            if flat:
                yield number, flat
            else:
                rejects.append(Reject(number, "not an object", line.rstrip("\r\n")))


def _document(path: Path, file: str) -> Any:
    try:
        return _parsed(path.read_text(encoding="utf-8-sig", errors="replace"))
    except RecursionError:
        raise ExtractError(
            f"{file} is nested too deeply to be a table. Ask for a list of records."
        ) from None
    except ValueError:
        raise ExtractError(
            f"{file} is not valid JSON: it breaks off or was changed on its way. Ask for it again."
        ) from None


def _parsed(text: str) -> Any:
    return json.loads(text, parse_float=_Number, parse_int=_Number)


def _lists(body: Any) -> dict[str, list[Any]]:
    """The lists of records in a document by the keys that lead to them, in its order."""
    found: dict[str, list[Any]] = {}
    _collect(body, "", found)
    if isinstance(body, dict) and body and not any(len(rows) > 1 for rows in found.values()):
        return {_WHOLE: [body]}
    return found


def _collect(body: Any, key: str, found: dict[str, list[Any]]) -> None:
    if isinstance(body, dict):
        for name, value in body.items():
            _collect(value, f"{key}.{name}" if key else name, found)
    elif isinstance(body, list) and body:
        if all(isinstance(row, list) for row in body):
            width = max(len(row) for row in body)
            header = [_text(cell) or "" for cell in body[0]] + [""] * (width - len(body[0]))
            names = [name or f"column_{place}" for place, name in enumerate(header, start=1)]
            found[key or _WHOLE] = [dict(zip(names, row, strict=False)) for row in body[1:]]
        elif not key or isinstance(body[0], dict):
            found[key or _WHOLE] = body


def _choose(
    lists: dict[str, list[Any]], reading: Reading, file: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    for wanted in reading.sheets or ():
        if wanted not in lists:
            raise ExtractError(
                f"{file} has no list '{wanted}'.{nearest(wanted, lists)} Correct reading.sheets."
            )
    possible = list(reading.sheets or lists)
    if not possible:
        return (), ()
    chosen = max(possible, key=lambda name: len(lists[name]))
    return (chosen,), tuple(n for n in possible if n != chosen and len(lists[n]) > 1)


def _numbered(records: list[Any]) -> Iterator[Numbered]:
    for number, record in enumerate(records, start=1):
        yield number, _flat(record) if isinstance(record, dict) else {"value": _text(record)}


def _flat(document: dict[str, Any]) -> dict[str, str | None]:
    """One record as columns; a key that is met twice keeps both values."""
    flat: dict[str, str | None] = {}
    _flatten(document, "", 0, flat)
    return flat


def _flatten(body: dict[str, Any], key: str, depth: int, flat: dict[str, str | None]) -> None:
    for name, value in body.items():
        column = f"{key}.{name}" if key else name
        if isinstance(value, dict) and value and depth < _DEEPEST:
            _flatten(value, column, depth + 1, flat)
            continue
        while column in flat:
            column += "_2"
        flat[column] = _text(value)


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, list | dict):
        return _as_json(value) if value else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _as_json(value: Any) -> str:
    """JSON with its numbers as they were spelt."""
    if isinstance(value, dict):
        inside = (f"{json.dumps(k, ensure_ascii=False)}: {_as_json(v)}" for k, v in value.items())
        return "{" + ", ".join(inside) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_as_json(one) for one in value) + "]"
    return str(value) if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)
