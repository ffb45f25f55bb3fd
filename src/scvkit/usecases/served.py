"""People served by the use cases, the best estimate alone: for asking again and again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables
from scvkit.records.extracts import Intake
from scvkit.usecases.asked import write_base
from scvkit.usecases.catalogue import UseCase
from scvkit.usecases.fit import gaps_of
from scvkit.usecases.funnel import Level, count_people
from scvkit.usecases.people import write_people
from scvkit.usecases.provided import Provided, filled_somewhere, provided_by


@dataclass(eq=False)
class ServedPeople:
    """The funnels of some use cases over the same sources, counted for one set of links or another.

    What the rows say, what is permitted and how far each source reaches is read once, and held
    in temporary tables of a cursor of its own: others who count people do not meet them.
    """

    connection: Connection
    engagement: Engagement
    intake: Intake
    cases: Sequence[UseCase]
    _cursor: Connection = field(init=False, repr=False)
    _provided: Provided | None = field(default=None, repr=False)
    _facts: dict[str, tuple[bool | None, ...]] = field(default_factory=dict, repr=False)
    _gaps: dict[str, bool] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._cursor = self.connection.cursor()

    def count(
        self, rows: RowTables, ids: Collection[str] | None = None
    ) -> Mapping[str, tuple[int, ...]]:
        """Return the people left after each of the six steps, by use case; all, or those of ids.

        ``rows`` may differ between two counts in ``clusters`` and in the keys of ``records`` only.
        A use case with a step that cannot be assessed is left out.
        """
        attributes = [a for case in self.cases for a in case.attributes]
        again = self._provided is not None
        if self._provided is None:
            self._provided = provided_by(self._cursor, rows, self.intake)
        write_people(self._cursor, rows, self.engagement, self._provided, attributes, again=again)
        found = {}
        for case in self.cases:
            if ids is not None and case.id not in ids:
                continue
            base = write_base(self._cursor, rows, self.engagement, self._provided, case)
            if isinstance(base, str) or self._cannot_be_assessed(rows, case, base):
                continue
            found[case.id] = count_people(
                self._cursor,
                case,
                Level.MID,
                send_facts=base,
                source_facts=self._source_facts(rows, case),
                fresh_assessed=True,
            ).people
        return found

    def _cannot_be_assessed(self, rows: RowTables, case: UseCase, base: tuple[str, ...]) -> bool:
        if case.id not in self._gaps and self._provided is not None:
            gaps = gaps_of(self._cursor, rows, self.engagement, self._provided, case, base)
            self._gaps[case.id] = bool(gaps)
        return self._gaps[case.id]

    def _source_facts(self, rows: RowTables, case: UseCase) -> tuple[bool | None, ...]:
        if case.id not in self._facts and self._provided is not None:
            self._facts[case.id] = tuple(
                filled_somewhere(self._cursor, rows, self._provided.carriers(fact), fact)
                if fact.scope == "source"
                else None
                for fact in case.complete
            )
        return self._facts[case.id]
