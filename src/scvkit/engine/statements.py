"""Statements as they ran, each with those that made the tables it reads."""

from __future__ import annotations

import datetime as dt
import re
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scvkit.engine.sql import text_literal

_STRING = r"'(?:[^']|'')*'"
_QUOTED = r'"(?:[^"]|"")*"'
_COMMENT = r"--[^\n]*|/\*.*?\*/"
_NAME = rf"{_QUOTED}|[A-Za-z_][\w$]*"
_MADE = re.compile(
    rf"\s*create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:table|view|macro|function)\s+"
    rf"(?:if\s+not\s+exists\s+)?({_NAME})",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    rf"\s*(?:insert\s+into|update|delete\s+from|alter\s+table)\s+({_NAME})", re.IGNORECASE
)
_DROPPED = re.compile(
    rf"\s*drop\s+(?:table|view|macro|function)\s+(?:if\s+exists\s+)?({_NAME})", re.IGNORECASE
)
_ASKED = re.compile(r"\s*\(*\s*(?:with|select|from)\b", re.IGNORECASE)
_WORDS = re.compile(rf"{_STRING}|{_COMMENT}|({_NAME})", re.DOTALL)
_PLACES = re.compile(rf"{_STRING}|{_QUOTED}|{_COMMENT}|(\?|\$\w+)", re.DOTALL)
_ROWS = re.compile(r"read_parquet\('rows/([^']*)\.parquet'\)")
# What Splink makes is named by a hash of its own.
_SPLINKS = re.compile(r"(__splink__\w+?)_[0-9a-f]{9}\b")
# A file outside the work folder: its name says enough.
_OUTSIDE = re.compile(r"(\b\w+\(\s*')((?:/|[A-Za-z]:[\\/])(?:[^']|'')*[\\/])((?:[^'\\/]|'')+')")


class Run:
    """One statement that ran; ``below`` are those that made what it reads."""

    __slots__ = ("below", "brought", "by", "makes", "place", "reads", "sql")

    def __init__(
        self,
        *,
        place: int,
        by: str,
        sql: str,
        makes: tuple[str, ...],
        below: tuple[Run, ...],
        brought: bool,
    ) -> None:
        self.place = place
        self.by = by
        self.sql = sql
        self.makes = makes
        self.below = below
        self.brought = brought
        self.reads = tuple(sorted(set(_ROWS.findall(sql))))


class Statements:
    """What ran on a connection, as far as something that is still there was made by it."""

    def __init__(self, *, home: Path | None) -> None:
        self.keys: list[tuple[str, str]] = []
        self._home = home
        self._makers: dict[str, tuple[Run, ...]] = {}
        self._ran = 0

    def note(self, sql: str, values: object) -> Run | None:
        """Keep a statement and return it when it asks for something, else None."""
        made = _MADE.match(sql)
        changed = None if made else _CHANGED.match(sql)
        dropped = None if made or changed else _DROPPED.match(sql)
        asks = not (made or changed or dropped) and _ASKED.match(sql) is not None
        # A question that nobody keeps leaves nothing behind.
        if not (made or changed or dropped or (asks and self.keys)):
            return None
        name = next((_plain(found[1]) for found in (made, changed, dropped) if found), "")
        # What is made anew does not stand on what had its name before.
        told = made.end() if made else dropped.end() if dropped else 0
        run = self._run(sql, values, makes=(name,) if name else (), told=told)
        if made:
            gone = tuple(r for r in self._makers.get(name, ()) if _DROPPED.match(r.sql))
            run.below += gone
            self._makers[name] = (run,)
        elif changed:
            self._makers[name] = (*self._makers.get(name, ()), run)
        elif dropped:
            self._makers[name] = (run,)
        return run if asks else None

    def note_brought(self, name: str) -> None:
        """Keep that Python handed something over under a name."""
        run = self._run(f"-- {name}", None, makes=(name.lower(),))
        run.brought = True
        self._makers[name.lower()] = (run,)

    def _run(self, sql: str, values: object, *, makes: tuple[str, ...], told: int = 0) -> Run:
        whole, brought = with_values(sql, values)
        named = {_plain(found[1]) for found in _WORDS.finditer(whole, told) if found[1]}
        self._ran += 1
        return Run(
            place=self._ran,
            by=_caller(),
            sql=self._told(whole),
            makes=makes,
            below=tuple(
                run for name in sorted(named & self._makers.keys()) for run in self._makers[name]
            ),
            brought=brought,
        )

    def _told(self, sql: str) -> str:
        """The statement as it may be kept: from the work folder, without names of the moment."""
        if self._home is not None:
            sql = sql.replace(text_literal(f"{self._home}/")[1:-1], "")
        return _OUTSIDE.sub(r"\1\3", _SPLINKS.sub(r"\1", _even(sql)))


def with_values(sql: str, values: object) -> tuple[str, bool]:
    """Return a statement with its bound values in place, and whether some had to stay out.

    >>> with_values("select '?' where n > ? and word = $2", [3, "o'neil"])
    ("select '?' where n > 3 and word = 'o''neil'", False)
    """
    if values is None:
        return sql, False
    given: Mapping[str, Any]
    if isinstance(values, Mapping):
        given = {str(name): value for name, value in values.items()}
    else:
        listed: Sequence[Any] = values if isinstance(values, list | tuple) else [values]
        given = {str(place): value for place, value in enumerate(listed, start=1)}
    brought = False
    next_place = 0

    def put(found: re.Match[str]) -> str:
        nonlocal brought, next_place
        if not found[1]:
            return found[0]
        if found[1] == "?":
            next_place += 1
        name = str(next_place) if found[1] == "?" else found[1][1:]
        literal = _literal(given[name]) if name in given else None
        brought = brought or literal is None
        return found[1] if literal is None else literal

    return _PLACES.sub(put, sql), brought


def run_by(module: str, function: str) -> str:
    """Name of the function that runs a statement, as a reader looks it up in the kit.

    >>> run_by("scvkit.linkage.counts", "count_seen_in.<locals>.<dictcomp>")
    'linkage.counts.count_seen_in'
    """
    return f"{module.removeprefix('scvkit.')}.{function.split('.<', 1)[0]}"


def _literal(value: Any) -> str | None:
    """A value as SQL; None for lists and whatever else may hold rows of the client."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return text_literal(str(value))
    if isinstance(value, dt.datetime):
        return f"timestamp '{value.isoformat(sep=' ')}'"
    if isinstance(value, dt.date):
        return f"date '{value.isoformat()}'"
    return None


def _caller() -> str:
    """The nearest function of the kit outside the engine."""
    frame = sys._getframe(1)
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("scvkit.") and not module.startswith("scvkit.engine."):
            return run_by(module, frame.f_code.co_qualname)
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "notebook"


def _even(sql: str) -> str:
    """The statement without the indentation of the code it stood in."""
    first, _, rest = sql.strip().partition("\n")
    return f"{first}\n{textwrap.dedent(rest)}" if rest else first


def _plain(name: str) -> str:
    """A name as the catalogue knows it, whatever its capitals."""
    return (name[1:-1].replace('""', '"') if name.startswith('"') else name).lower()
