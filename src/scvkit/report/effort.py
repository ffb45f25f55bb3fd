"""What the first ninety days ask: days of work, and money where a day has a price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scvkit.locale.words import Words
from scvkit.records.readiness import UseCaseVerdict
from scvkit.records.scenarios import RoadmapAction
from scvkit.records.stakes import ValueLine
from scvkit.report.found import Found
from scvkit.report.quantities import amount
from scvkit.vocabulary import UseCaseStatus

_FIRST = ("first_30_days", "within_90_days")
_DAY = "cost_per_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Actions of the first ninety days, with the sum of their days from end to end.

    ``days`` is None while the client named no days; ``soon`` are the actions of the first
    thirty days, ``beside`` those to stop and those of the year; ``money`` is None without a
    price of a day.
    """

    actions: int
    soon: int
    beside: int
    days: tuple[float, float] | None
    money: tuple[float, float] | None
    currency: str


def effort(found: Found) -> Effort | None:
    """Return what all actions of the first ninety days ask together; None where there is none."""
    actions = found.roadmap.actions if found.roadmap else ()
    planned = [a for a in actions if a.horizon in _FIRST]
    if not planned:
        return None
    days = _days(planned)
    value = found.engagement.value
    price = {str(name): one for name, one in value.prices.items()}.get(_DAY) if value else None
    return Effort(
        actions=len(planned),
        soon=sum(a.horizon == _FIRST[0] for a in planned),
        beside=len(actions) - len(planned),
        days=days,
        money=(days[0] * price.low, days[1] * price.high) if days and price else None,
        currency=value.currency if value else "",
    )


def before(line: ValueLine, found: Found) -> UseCaseVerdict | None:
    """Return the use case nearest to a start of those that bring a line; None without one."""
    order = list(UseCaseStatus)
    moving = [v for v in found.readiness.use_cases if line.id in v.fit.value]
    return min(moving, key=lambda v: (order.index(v.status), len(v.gates)), default=None)


def closing(verdict: UseCaseVerdict, found: Found) -> list[RoadmapAction]:
    """Return the actions that close the gates a use case waits for."""
    actions = found.roadmap.actions if found.roadmap else ()
    return [a for a in actions if set(a.closes) & set(verdict.gates)]


def days_of(actions: Sequence[RoadmapAction], words: Words) -> str:
    """Return the days of work of some actions together, each once; their number without days."""
    days = _days(list(actions))
    if days is None:
        return words("report.roles.cfo.steps", n=len(actions))
    low, high = (words.number(round(day)) for day in days)
    return low if low == high else f"{low}–{high}"


def effort_said(found: Found, words: Words) -> str:
    """Return the effort of the first ninety days in one sentence; empty without a roadmap."""
    asked = effort(found)
    if asked is None:
        return ""
    if asked.days is None:
        return words("report.roles.cfo.effort_undated", n=asked.actions)
    low, high = (words.number(round(day)) for day in asked.days)
    told = words("report.roles.cfo.effort", n=asked.actions, low=low, high=high)
    if asked.beside:
        told = words.sentences((told, words("report.roles.cfo.beside", n=asked.beside)))
    if asked.money is None:
        return words.sentences((told, words("report.roles.cfo.no_day_price")))
    money = f"{amount(asked.money[0], words)}–{amount(asked.money[1], words)}"
    cost = words("report.roles.cfo.effort_money", money=money, currency=asked.currency)
    return words.sentences((told, cost))


def _days(actions: list[RoadmapAction]) -> tuple[float, float] | None:
    held = [a.days for a in actions if a.days is not None]
    if len(held) < len(actions):
        return None
    return sum(low for low, _ in held), sum(high for _, high in held)
