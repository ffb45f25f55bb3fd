"""People served by some use cases, the best estimate alone: for asking again and again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables
from scvkit.records.extracts import Intake
from scvkit.usecases.asked import write_base
from scvkit.usecases.catalogue import UseCase, load_catalogue
from scvkit.usecases.fit import gaps_of
from scvkit.usecases.funnel import Level, count_people
from scvkit.usecases.people import write_people
from scvkit.usecases.provided import filled_somewhere, provided_by


def served_people(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    intake: Intake,
    ids: Collection[str],
    *,
    catalogue: Sequence[UseCase] | None = None,
) -> Mapping[str, tuple[int, ...]]:
    """Return the people left after each of the six steps, by use case.

    A use case with a step that cannot be assessed is left out.
    """
    cases = [c for c in (catalogue or load_catalogue()) if c.id in ids]
    provided = provided_by(connection, rows, intake)
    write_people(connection, rows, engagement, provided, [a for c in cases for a in c.attributes])
    found = {}
    for case in cases:
        base = write_base(connection, rows, engagement, provided, case)
        if isinstance(base, str) or gaps_of(connection, rows, engagement, provided, case, base):
            continue
        facts = tuple(
            filled_somewhere(connection, rows, provided.carriers(fact), fact)
            if fact.scope == "source"
            else None
            for fact in case.complete
        )
        found[case.id] = count_people(
            connection, case, Level.MID, send_facts=base, source_facts=facts, fresh_assessed=True
        ).people
    return found
