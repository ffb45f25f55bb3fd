"""A connection that keeps the SQL behind the numbers while it runs."""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

import duckdb

from scvkit.engine.statements import Run, Statements, run_by
from scvkit.records.queries import Counted, Queries, Query

P = ParamSpec("P")
R = TypeVar("R")
_ID_LENGTH = 10
# Of a table with thousands of columns the first tell how each was counted.
MOST_WITHIN = 200


class Recorded:
    """A DuckDB connection; what runs inside ``counting`` is kept with all it stands on.

    >>> connection = Recorded(duckdb.connect())
    >>> _ = connection.execute("create temp table reader as from range(4) t(n)")
    >>> with connection.counting("even readers"):
    ...     connection.execute("select count(*) from reader where n % 2 = ?", [0]).fetchall()
    [(2,)]
    >>> [query.sql for query in connection.queries("sample").script("even readers")]
    ['create temp table reader as from range(4) t(n)',
     'select count(*) from reader where n % 2 = 0']
    """

    def __init__(
        self, raw: duckdb.DuckDBPyConnection, *, home: Path | None = None, keeps: bool = True
    ) -> None:
        """``home`` is the work folder: paths are kept as seen from there."""
        self.raw = raw
        self._statements = Statements(home=home) if keeps else None
        self._home = home
        self._names: list[str] = []
        self._kept: dict[tuple[str, str], list[Run]] = {}
        self._within: dict[str, set[str]] = {}
        self._owners: dict[str, str] = {}

    def execute(self, query: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
        """Run statements with bound values."""
        self._note(query, parameters)
        return (
            self.raw.execute(query) if parameters is None else self.raw.execute(query, parameters)
        )

    def sql(self, query: str, *, params: object = None) -> duckdb.DuckDBPyRelation:
        """Return the relation of a query."""
        self._note(query, params)
        return self.raw.sql(query) if params is None else self.raw.sql(query, params=params)

    def register(self, name: str, rows: object) -> Recorded:
        """Hand rows over from Python, as a view."""
        self._note_brought(name)
        self.raw.register(name, rows)
        return self

    def create_function(self, name: str, *rest: Any, **more: Any) -> Recorded:
        """Hand a function over from Python."""
        self._note_brought(name)
        self.raw.create_function(name, *rest, **more)
        return self

    def cursor(self, *, keeps: bool = False) -> Recorded:
        """Another connection to the same database; only with ``keeps`` is its SQL kept here."""
        other = Recorded(self.raw.cursor(), home=self._home, keeps=keeps)
        if keeps and self._statements is not None:
            other._statements, other._names = self._statements, self._names
            other._kept, other._owners = self._kept, self._owners
            other._within = self._within
        return other

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)

    def __enter__(self) -> Recorded:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.raw.close()

    @contextmanager
    def counting(self, name: str, *, by: str = "") -> Iterator[None]:
        """Keep what runs meanwhile under ``name``; one that starts with "." adds to the outer one.

        Of those within one other name the first ``MOST_WITHIN`` are kept. What the same function
        kept under the name before is forgotten.
        """
        if self._statements is None:
            yield
            return
        within = self._names[-1] if name.startswith(".") and self._names else ""
        whole = f"{within}{name}"
        kept = self._within.setdefault(within, set()) if within else {whole}
        if len(kept) < MOST_WITHIN:
            kept.add(whole)
        # What is one too many is kept under no name, and so not for long.
        key = (whole if whole in kept else "", by)
        self._kept[key] = []
        self._names.append(whole)
        self._statements.keys.append(key)
        try:
            yield
        except BaseException:
            self._kept.pop(key, None)
            raise
        finally:
            self._names.pop()
            self._statements.keys.pop()
            self._kept.pop(("", by), None)

    def queries(self, result: str) -> Queries:
        """The statements behind ``result``: those kept since another result took its own."""
        for name, _ in self._kept:
            self._owners.setdefault(name, result)
        by_name: dict[str, list[Run]] = {}
        for (name, _), runs in self._kept.items():
            if self._owners[name] == result and runs:
                by_name.setdefault(name, []).extend(runs)
        counted, queries = [], dict[str, Query]()
        for name, answers in sorted(by_name.items()):
            script = [(run, _query(run)) for run in _with_all_below(answers)]
            queries |= {query.id: query for _, query in script}
            last = set(answers)
            counted.append(
                Counted(
                    name=name,
                    result=result,
                    queries=tuple(query.id for _, query in script),
                    answers=tuple(dict.fromkeys(query.id for run, query in script if run in last)),
                )
            )
        return Queries(
            counted=tuple(counted), queries=tuple(queries[id_] for id_ in sorted(queries))
        )

    def _note(self, sql: str, values: object) -> None:
        if self._statements is None:
            return
        run = self._statements.note(sql, values)
        if run is not None and self._statements.keys:
            self._kept[self._statements.keys[-1]].append(run)

    def _note_brought(self, name: str) -> None:
        if self._statements is not None:
            self._statements.note_brought(name)


def counts(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the SQL that a function runs on its connection under ``name``.

    ``name`` may hold the function's arguments: ``counts("{case.id}")``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)
        by = run_by(function.__module__, function.__qualname__)

        @functools.wraps(function)
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            given = signature.bind(*args, **kwargs).arguments
            connection = given.get("connection")
            if not isinstance(connection, Recorded):
                return function(*args, **kwargs)
            with connection.counting(name.format(**given), by=by):
                return function(*args, **kwargs)

        return counted

    return decorate


def _with_all_below(answers: list[Run]) -> list[Run]:
    """The answers and all that they stand on, in the order they ran."""
    found: set[Run] = set()
    waiting = list(answers)
    while waiting:
        run = waiting.pop()
        if run not in found:
            found.add(run)
            waiting.extend(run.below)
    return sorted(found, key=lambda run: run.place)


def _query(run: Run) -> Query:
    digest = hashlib.sha256(f"{run.by}\0{run.sql}".encode()).hexdigest()
    return Query(
        id=digest[:_ID_LENGTH],
        by=run.by,
        sql=run.sql,
        makes=run.makes,
        reads=run.reads,
        brought=run.brought,
    )
