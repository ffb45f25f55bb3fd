"""Typed results between steps: JSON of records, aggregates only.

The same input gives byte-identical files: keys sorted, floats rounded, no clock.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from scvkit.errors import MissingResult
from scvkit.records.queries import Queries, all_queries
from scvkit.sendable import read_back, without_few

SCHEMA_VERSION = 1
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Store:
    """The results folder of one engagement."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where the result lies."""
        return self.folder / f"{name}.json"

    def save(self, name: str, result: object) -> Path:
        """Write a record under ``name``; beside its place first, then swapped in."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        body = {
            "schema": SCHEMA_VERSION,
            "record": type(result).__name__,
            "result": _rounded(_adapter(type(result)).dump_python(result, mode="json")),
        }
        target = self.path(name)
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        beside.write_text(_as_text(body), encoding="utf-8")
        beside.replace(target)
        return target

    def load(self, name: str, kind: type[T], *, made_by: str) -> T:
        """Read a record; ``made_by`` is the notebook to name when it is missing.

        Raises MissingResult when there is none, or when another version of the kit wrote it.
        """
        target = self.path(name)
        if not target.is_file():
            raise MissingResult(f"The result '{name}' has not been made. Run {made_by} first.")
        body = json.loads(target.read_text(encoding="utf-8"))
        try:
            found: T = _adapter(kind).validate_python(
                _tupled(read_back(body["result"])), strict=False
            )
        except (KeyError, ValidationError) as problem:
            raise MissingResult(
                f"The result '{name}' was written by another version of scvkit. "
                f"Run {made_by} again."
            ) from problem
        return found

    def send(self, name: str, folder: Path) -> Path:
        """Write a copy into ``folder`` that may be sent: counts of 1 to 4 people are hidden."""
        body = json.loads(self.path(name).read_text(encoding="utf-8"))
        body["result"] = without_few(body["result"])
        target = folder / f"{name}.json"
        target.write_text(_as_text(body), encoding="utf-8")
        return target

    def find(self, name: str, kind: type[T]) -> T | None:
        """Read a record, or None when it was not made."""
        if not self.path(name).is_file():
            return None
        return self.load(name, kind, made_by="the notebook that makes it")

    def keep_sql(self, name: str, queries: Queries) -> None:
        """Write the SQL behind a result beside it; none where nothing was counted by SQL."""
        if queries.counted:
            self.save(sql_of(name), queries)
        else:
            self.path(sql_of(name)).unlink(missing_ok=True)

    def queries(self) -> Queries:
        """The SQL behind all results made so far, as it ran."""
        made = [name for name in self.names() if name.startswith(sql_of(""))]
        return all_queries(found for name in made if (found := self.find(name, Queries)))

    def names(self) -> tuple[str, ...]:
        """Names of all results, sorted."""
        return tuple(sorted(p.stem for p in self.folder.glob("*.json")))


def sql_of(name: str) -> str:
    """Name of the result that holds the SQL behind a result.

    >>> sql_of("permission")
    'sql-permission'
    """
    return f"sql-{name}"


def _adapter(kind: type) -> TypeAdapter[Any]:
    """How a record is read and written: longer in the making than most records in the reading."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _as_text(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        # Six digits: finer than any printed figure, coarser than summation order.
        return round(value, 6) + 0.0
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value


def _tupled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tupled(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_tupled(item) for item in value)
    return value


def file_digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def code_digest() -> str:
    """Return one hash of every file of the kit: what other code made may differ."""
    package = Path(__file__).parent
    whole = hashlib.sha256()
    for file in sorted(p for p in package.rglob("*") if p.suffix in (".py", ".yaml")):
        whole.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()
