"""Columns that are there for a step and hold next to nothing: where its loss can be mended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scvkit.engine import Connection, RowTables, quoted, text_literal
from scvkit.records.extracts import Intake
from scvkit.records.usecases import FunnelStep
from scvkit.usecases.catalogue import UseCase
from scvkit.usecases.people import STANDARDISED, STRONG_KEYS
from scvkit.usecases.provided import HAPPENED_AS, Provided, ProvidedTable, names_of
from scvkit.vocabulary import Domain

# More often blank than not: what is missing here is the rule, not the exception.
MOSTLY = 0.5


class Blanks:
    """The delivery's columns by what they mean, with the share of rows that hold a value."""

    def __init__(
        self, connection: Connection, rows: RowTables, intake: Intake, provided: Provided
    ) -> None:
        self._connection, self._rows, self._provided = connection, rows, provided
        self._columns = {
            (source.source, table.table): [(m.column, str(m.attribute)) for m in table.meanings]
            for source in intake.sources
            for table in source.tables
        }
        self._filled: dict[tuple[str, str, str], float | None] = {}

    def beside(self, case: UseCase, steps: Sequence[FunnelStep]) -> tuple[FunnelStep, ...]:
        """Return the steps, each that loses people with the mostly blank columns it wanted."""
        named = []
        for index, step in enumerate(steps):
            before = steps[index - 1].mid if index else None
            loses = before is not None and step.mid is not None and step.mid < before
            named.append(replace(step, blank=self._wanted(case, step)) if loses else step)
        return tuple(named)

    def _wanted(self, case: UseCase, step: FunnelStep) -> tuple[str, ...]:
        if step.name == "found":
            return self._keys(case, case.found.groups or (tuple(Domain),))
        if step.name == "permitted" and step.reason == "no_yes_stated":
            # The yes may well have been said, in a source that the person is not tied to.
            return self._keys(case, (tuple(Domain),)) if case.needs_linkage else ()
        if step.name == "complete":
            facts = [fact for fact in case.complete if fact.loss == step.reason]
            return _once(
                name
                for fact in facts
                for name in self._blank(fact.any_of, fact.domains or case.domains)
            )
        if step.name == "reachable":
            return self._blank(case.reachable.any_of, case.domains)
        return ()

    def _keys(self, case: UseCase, groups: Iterable[tuple[Domain, ...]]) -> tuple[str, ...]:
        """Mostly blank keys that tie those asked for to those to be found.

        Where the two share no key, a third source may hold both: any key of either would do.
        """
        sides = [case.base.domains or tuple(Domain), *groups]
        carried = [
            {k for k in STRONG_KEYS if any(self._carries(t, k) for t in self._tables(side))}
            for side in sides
        ]
        shared = set.intersection(*carried)
        if shared:
            return _once(name for side in sides for name in self._blank(shared, side))
        return self._blank(set.union(*carried), tuple(Domain))

    def _blank(self, attributes: Iterable[str], domains: Iterable[Domain]) -> tuple[str, ...]:
        """Columns with one of the attributes, "source/table.column", that are mostly blank."""
        wanted = frozenset(name for attribute in attributes for name in names_of(attribute))
        found = []
        for table in self._tables(domains):
            for column, attribute in self._columns.get((table.source, table.table), ()):
                if attribute in wanted and (share := self._share(table, attribute)) is not None:
                    found += [f"{table.source}/{table.table}.{column}"] * (share < MOSTLY)
        return _once(found)

    def _tables(self, domains: Iterable[Domain]) -> list[ProvidedTable]:
        wanted = frozenset(domains)
        return [table for table in self._provided.tables if table.domain in wanted]

    def _carries(self, table: ProvidedTable, key: str) -> bool:
        return bool(names_of(key).intersection(table.attributes))

    def _share(self, table: ProvidedTable, attribute: str) -> float | None:
        """Share of the table's rows with a usable value; None without rows or such a column."""
        place = (table.source, table.table, attribute)
        if place not in self._filled:
            self._filled[place] = self._counted(table, attribute)
        return self._filled[place]

    def _counted(self, table: ProvidedTable, attribute: str) -> float | None:
        if attribute in STANDARDISED and not table.is_event:
            # A placeholder fills a column and reaches nobody: only what was standardised counts.
            held = STANDARDISED[attribute]
            rows = (
                f"{self._rows.scan('records')} where source = {text_literal(table.source)}"
                f" and source_table = {text_literal(table.table)}"
            )
        elif attribute in table.attributes:
            dated = table.is_event and attribute in HAPPENED_AS.values()
            held = "happened_at" if dated else attribute
            rows = self._rows.scan(*table.name)
        else:
            return None
        [(filled, every)] = self._connection.execute(
            f"select count({quoted(held)}), count(*) from {rows}"
        ).fetchall()
        return filled / every if every else None


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
