"""The SQL behind the numbers, as it ran."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One statement as it ran, with its values in place; tables lie under the work folder.

    ``brought`` means that Python handed rows or values over: the statement cannot run by itself.
    """

    id: str  # names the statement: the same text has the same id in every run
    by: str  # module and function that ran it
    sql: str
    makes: tuple[str, ...] = ()  # temporary tables, views and functions
    reads: tuple[str, ...] = ()  # row tables: "records", "source/erp/debtors"
    brought: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted under one name: statements in the order to run them.

    The ``answers`` among them gave the numbers; the others made what those stand on.
    """

    name: str
    result: str  # the result that holds the numbers
    queries: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """The statements behind one result, each once."""

    counted: tuple[Counted, ...] = ()
    queries: tuple[Query, ...] = ()

    def of(self, name: str) -> tuple[Query, ...]:
        """The statements that gave the numbers counted under a name; none where nothing was."""
        known = {query.id: query for query in self.queries}
        return tuple(
            known[id_] for entry in self.counted if entry.name == name for id_ in entry.answers
        )

    def script(self, name: str) -> tuple[Query, ...]:
        """Everything to run, in order, for what was counted under a name."""
        known = {query.id: query for query in self.queries}
        return tuple(
            known[id_] for entry in self.counted if entry.name == name for id_ in entry.queries
        )


def all_queries(parts: Iterable[Queries]) -> Queries:
    """Return the statements behind several results as one."""
    counted: dict[str, Counted] = {}
    queries: dict[str, Query] = {}
    for part in parts:
        counted |= {entry.name: entry for entry in part.counted}
        queries |= {query.id: query for query in part.queries}
    return Queries(counted=tuple(counted.values()), queries=tuple(queries.values()))
