"""What made a number: the SQL that ran for it, the functions that computed from it, the files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from scvkit.records.extracts import Intake
from scvkit.records.queries import Queries, Query
from scvkit.shipped import shipped

HASH_SHOWN = 12
# Row tables of one source: "source/erp/debtors".
_OF_SOURCE = re.compile(r"(?:extract|source|events)/([^/]+)/([^/]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBy:
    """What made one number. ``range`` are the statements of its ends, where others made them."""

    queries: tuple[Query, ...] = ()
    range: tuple[Query, ...] = ()
    python: tuple[str, ...] = ()
    profile: bool = False  # from the counts of columns, each with SQL of its own
    files: tuple[tuple[str, str], ...] = ()  # (file, first digits of its SHA-256)
    all_files: bool = False  # from the records of every file that was read

    @property
    def by_function(self) -> tuple[tuple[str, tuple[Query, ...]], ...]:
        """The statements under the function that ran them."""
        held: dict[str, list[Query]] = {}
        for query in self.queries:
            held.setdefault(query.by, []).append(query)
        return tuple((by, tuple(queries)) for by, queries in held.items())

    @property
    def told(self) -> bool:
        """True when there is something to say."""
        return bool(self.queries or self.python or self.profile or self.files or self.all_files)


class Provenance:
    """Looks up what made the numbers of one run."""

    most_shown = 10_000  # characters of one statement: a page of many sources stays small

    def __init__(self, queries: Queries, intake: Intake) -> None:
        self._queries = queries
        self._by_name: dict[str, list[Query]] = {}
        known = {query.id: query for query in queries.queries}
        for entry in queries.counted:
            self._by_name[entry.name] = [known[id_] for id_ in entry.answers]
        self._scripts = {entry.name: entry.queries for entry in queries.counted}
        self._results = {id_: entry.result for entry in queries.counted for id_ in entry.queries}
        self._known = known
        self._files: dict[tuple[str, str], tuple[str, str]] = {
            (reading.source, reading.table): (reading.file, reading.sha256[:HASH_SHOWN])
            for source in intake.sources
            for reading in source.readings
        }
        self.shown: dict[str, Query] = {}

    def of(self, group: str, id_: str, *, refs: Iterable[str] = (), kind: str = "") -> MadeBy:
        """What made the number ``id_`` of a group of R10; ``kind`` speaks where the id does not.

        The statements returned, and those they stand on, are then among ``shown``.
        """
        entries = _entries()[group]
        entry = entries.get(kind or id_) or entries.get("other") or {}
        names = [str(name).replace("{id}", id_) for name in entry.get("sql", ())]
        ends = [str(name).replace("{id}", id_) for name in entry.get("range", ())]
        for name in names:
            for below in self._scripts.get(name, ()):
                self.shown[below] = self._known[below]
        queries = _once(query for name in names for query in self._by_name.get(name, ()))
        files = self._files_of(refs)
        scripts = [self._known[below] for name in names for below in self._scripts.get(name, ())]
        if not files:
            files = self._files_of(table for query in scripts for table in query.reads)
        return MadeBy(
            queries=queries,
            range=_once(query for name in ends for query in self._by_name.get(name, ())),
            python=tuple(map(str, entry.get("python", ()))),
            profile=bool(entry.get("profile")),
            files=files if len(files) < len(set(self._files.values())) else (),
            all_files=(not files and bool(scripts)) or len(files) == len(set(self._files.values())),
        )

    def file_of(self, query: Query) -> str:
        """The file of results in which a statement lies, so that it can be run again."""
        return f"results/sql-{self._results[query.id]}.json"

    def first(self, query: Query) -> tuple[str, ...]:
        """Ids of the statements to run before one that gave a number."""
        for entry in self._queries.counted:
            if query.id in entry.answers:
                before = entry.queries[: entry.queries.index(query.id)]
                return tuple(id_ for id_ in before if id_ not in entry.answers)
        return ()

    def _files_of(self, refs: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """The files behind inputs as they are named: "erp/debtors.kundenr", "erp", a row table."""
        found: dict[tuple[str, str], None] = {}
        for ref in refs:
            row_table = _OF_SOURCE.match(ref)
            source, _, rest = ref.partition("/")
            table = rest.split(".", 1)[0]
            if row_table:
                source, table = row_table.groups()
            for key, file in self._files.items():
                if key[0] == source and table in ("", key[1]):
                    found[file] = None
        return tuple(found)


def _once(queries: Iterable[Query]) -> tuple[Query, ...]:
    return tuple({query.id: query for query in queries}.values())


@cache
def _entries() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = shipped("scvkit.report", "made_by.yaml")
    return found
