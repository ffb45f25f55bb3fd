"""How old the data is that a use case would run on: the lag of its feeds, in whole days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from scvkit.engagement import Engagement
from scvkit.engine import Connection, counts
from scvkit.records.usecases import FunnelStep
from scvkit.usecases.catalogue import UseCase, load_thresholds
from scvkit.usecases.funnel import fresh_groups
from scvkit.usecases.provided import Provided

_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """Days from the newest date of the slowest feed to the assessment, and what was told.

    ``days`` is None when a feed the use case draws on says nothing about time; ``told_hours``
    when somebody did not say how long after an event a source can be used.
    """

    days: int | None
    told_hours: float | None


@counts("latency")
def lag_of(
    connection: Connection, engagement: Engagement, provided: Provided, case: UseCase
) -> Lag:
    """Return the lag of a use case: the worst of its feeds, each by its freshest source.

    Needs ``usecase_feeds``. A quiet source looks late, so the days are an upper bound.
    """
    as_of = engagement.assessment.as_of
    newest = {
        str(source): cut.date()
        for source, cut in connection.execute("select source, cut from usecase_feeds").fetchall()
    }
    days: list[int | None] = []
    hours: list[float | None] = []
    for group in fresh_groups(case):
        sources = provided.sources(group)
        if not sources:
            continue
        dated = [newest[s] for s in sources if s in newest]
        days.append((as_of - max(dated)).days if dated and as_of else None)
        told = [engagement.sources[s].available_after_hours for s in sources]
        hours.append(min((t for t in told if t is not None), default=None))
    return Lag(days=_worst(days), told_hours=_worst(hours))


def in_time(steps: Sequence[FunnelStep]) -> bool | None:
    """Whether the step "fresh" keeps as many as a use case that is ready serves.

    None when it was not assessed, had nobody to judge, or lost people because their feeds carry
    no dates: then days and what was told have to say.

    >>> complete, fresh = (
    ...     FunnelStep(name=name, low=n, mid=n, high=n, reason=reason)
    ...     for name, n, reason in (("complete", 100, ""), ("fresh", 93, "old_export"))
    ... )
    >>> in_time([complete, fresh])
    True
    """
    by_name = {step.name: step for step in steps}
    complete, fresh = by_name["complete"], by_name["fresh"]
    if not complete.mid or fresh.mid is None:
        return None
    if fresh.mid / complete.mid >= load_thresholds().ready:
        return True
    return None if fresh.reason in ("no_event_dates", "no_event_times") else False


def _worst(values: Sequence[_Number | None]) -> _Number | None:
    known = [v for v in values if v is not None]
    return max(known) if known and len(known) == len(values) else None
