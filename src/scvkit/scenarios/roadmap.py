"""What to do first: gates, then people newly served for the effort, at the source before all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scvkit.engagement import Engagement
from scvkit.readiness import decide, still_waited_for
from scvkit.readiness.clearance import USABLE, cleared
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake
from scvkit.records.readiness import Facts, Readiness, UseCaseFact
from scvkit.records.scenarios import (
    AskedAction,
    AskedActions,
    Effort,
    Horizon,
    NewlyServed,
    Roadmap,
    RoadmapAction,
    WhatIf,
)
from scvkit.records.usecases import UseCases
from scvkit.scenarios.actions import (
    Action,
    TryCount,
    TryFact,
    TryIndicator,
    TrySuppression,
    TryVerdict,
    effort_weights,
    load_actions,
)
from scvkit.scenarios.changes import Change, improvements
from scvkit.vocabulary import GateState, UseCaseStatus

HORIZONS: tuple[Horizon, ...] = ("first_30_days", "within_90_days", "within_a_year", "stop")
_BY_EFFORT: dict[Effort, int] = {"S": 0, "M": 1, "L": 2}


def plan_roadmap(
    *,
    engagement: Engagement,
    intake: Intake,
    readiness: Readiness,
    asked: AskedActions | None,
    permission: Permission | None,
    use_cases: UseCases | None,
    actions: Sequence[Action] | None = None,
) -> Roadmap:
    """Return the actions that apply to this client, in order, each with what it would change.

    Gates that have failed come first, then the people newly served for the effort; what an
    action needs stands before it. Ties go to the source where data are born.
    """
    facts = readiness.facts
    known = tuple(actions if actions is not None else load_actions())
    if facts is None:
        return Roadmap(actions=(), waiting=(), version=asked.version if asked else 0)
    planner = _Planner(engagement, intake, readiness, facts, asked, permission, use_cases)
    planned, waiting = [], []
    for action in known:
        closed = [g for g in action.needs_gates if facts.gate(g) is not GateState.PASSED]
        if closed:
            waiting.append(action.id)
            continue
        planned += planner.planned(action)
    ordered = _in_order(planned)
    return Roadmap(
        actions=tuple(_placed(ordered)),
        waiting=tuple(waiting),
        version=asked.version if asked else 0,
    )


@dataclass(frozen=True, slots=True)
class _Planner:
    """What one action would change for this client."""

    engagement: Engagement
    intake: Intake
    readiness: Readiness
    facts: Facts
    asked: AskedActions | None
    permission: Permission | None
    use_cases: UseCases | None

    def planned(self, action: Action) -> list[RoadmapAction]:
        tried = action.tried
        if isinstance(tried, TryFact):
            change = self._change(tried.fact)
            return [self._one(action, change=change)] if change else []
        if isinstance(tried, TryIndicator):
            change = self._change(f"raise.i{tried.indicator.replace('.', '_')}")
            return [self._one(action, change=change)] if change else []
        if isinstance(tried, TrySuppression):
            change = self._change("one_suppression_list")
            answers = self._answers(action)
            counted = dict(answers[0].answer.people).get("mailable_now", 0) if answers else 0
            if change is None and not counted:
                return []
            answer = answers[0].answer if answers else None
            return [
                self._one(action, change=change, answer=answer, count=counted, counted="mailable")
            ]
        if isinstance(tried, TryCount):
            counted = self._count(tried.count)
            return [self._one(action, count=counted, counted=tried.count)] if counted else []
        if isinstance(tried, TryVerdict):
            if self.readiness.verdict.value < tried.at_least.value:
                return []
            return [self._one(action)]
        return [
            self._one(action, answer=each.answer, source=each.source)
            for each in self._answers(action)
        ]

    def _one(
        self,
        action: Action,
        *,
        change: Change | None = None,
        answer: WhatIf | None = None,
        source: str = "",
        count: int | None = None,
        counted: str = "",
    ) -> RoadmapAction:
        after = change.apply(self.facts) if change else self.facts
        verdict = decide(after)[0].verdict
        opens = self._opens(after)
        serves = self._serves(answer)
        failed = any(
            c.startswith("G") and (self.facts.gate(c) is GateState.FAILED or c in self._shut())
            for c in action.closes
        )
        return RoadmapAction(
            action=action.id,
            source=source,
            title=action.title,
            first=action.first,
            kind=action.kind,
            track=action.track,
            effort=action.effort,
            days=_days(self.engagement, action.effort),
            owner=action.owner,
            closes=action.closes,
            needs=action.needs,
            horizon="within_a_year",
            gate=failed,
            serves=serves,
            opens=opens,
            verdict=verdict if verdict is not decide(self.facts)[0].verdict else None,
            count=count,
            counted=counted,
            answer=answer,
            worth=round(self._worth(serves, opens) / effort_weights().of(action.effort), 6),
            reason=action.reason,
            once=still_waited_for(after, verdict),
        )

    def _change(self, key: str) -> Change | None:
        """The change of that name, when this client has something to change."""
        return next((c for c in improvements(self.facts) if c.key == key), None)

    def _answers(self, action: Action) -> list[AskedAction]:
        return [a for a in (self.asked.asked if self.asked else ()) if a.action == action.id]

    def _shut(self) -> frozenset[str]:
        """Gates that a blocked use case waits for, failed or not."""
        found = [cleared(use_case, self.facts) for use_case in self.facts.use_cases]
        return frozenset(
            gate for status, gates in found if status is UseCaseStatus.BLOCKED for gate in gates
        )

    def _opens(self, after: Facts) -> tuple[str, ...]:
        """Use cases that come nearer to a start: no longer held up, or by one gate fewer."""
        before = {u.id: _progress(u, self.facts) for u in self.facts.use_cases}
        return tuple(u.id for u in after.use_cases if _progress(u, after) > before[u.id])

    def _serves(self, answer: WhatIf | None) -> tuple[NewlyServed, ...]:
        found = []
        for use in answer.use_cases if answer else ():
            after = use.after
            if not after.assessed or after.value is None or use.now is None:
                continue
            mid = round(after.value) - use.now
            low = (round(after.low) if after.low is not None else round(after.value)) - use.now
            high = (round(after.high) if after.high is not None else round(after.value)) - use.now
            # That linking anew may cost a few is told with the what-if, not as newly served.
            low = max(0, low)
            if mid > 0:
                found.append(
                    NewlyServed(use_case=use.id, title=use.title, low=low, mid=mid, high=high)
                )
        return tuple(sorted(found, key=lambda s: (-s.mid, -s.high, s.use_case)))

    def _worth(self, serves: Sequence[NewlyServed], opens: Sequence[str]) -> float:
        """People newly served; a chosen use case counts for more than one nobody asked for."""
        chosen = {u.id for u in self.facts.use_cases if u.chosen}
        served = {u.id: u.served or 0 for u in self.facts.use_cases}
        people = {s.use_case: s.mid for s in serves}
        for opened in opens:
            people[opened] = max(people.get(opened, 0), served.get(opened, 0))
        return sum(n * (2.0 if name in chosen else 1.0) for name, n in people.items())

    def _count(self, what: str) -> int:
        if what == "dark_columns":
            return len(self.use_cases.dark_columns) if self.use_cases else 0
        if what == "shadow_lists":
            mark = next((i for i in self.readiness.indicators if i.id == "2.4"), None)
            return round(mark.evidence.value or 0) if mark and mark.evidence.assessed else 0
        if what == "forbidden_columns":
            return sum(len(t.quarantined) for s in self.intake.sources for t in s.tables)
        kept = self.permission.past_retention if self.permission else None
        return (kept.passed or 0) if kept is not None and kept.assessed else 0


def _progress(use_case: UseCaseFact, facts: Facts) -> tuple[int, int]:
    """How near a start: 0 cannot, 1 waits for a gate, 2 ready; the fewer gates the nearer."""
    status, gates = cleared(use_case, facts)
    if status is UseCaseStatus.READY_ONCE:
        return 1, -len(gates)
    if status in USABLE:
        return 2, 0
    return 0, -len(gates) if status is UseCaseStatus.BLOCKED else 0


def _days(engagement: Engagement, effort: Effort) -> tuple[float, float] | None:
    told = engagement.roadmap.days if engagement.roadmap else {}
    return told.get(effort)


def _in_order(planned: Sequence[RoadmapAction]) -> list[RoadmapAction]:
    """Gates, then worth; each after what it needs. The order of the file settles the rest."""
    ranked = sorted(
        planned, key=lambda a: (not a.gate, -a.worth, a.kind != "at_the_source", a.source)
    )
    ordered: list[RoadmapAction] = []
    there = {a.action for a in planned}
    while len(ordered) < len(ranked):
        done = {a.action for a in ordered}
        waiting = [a for a in ranked if a not in ordered]
        # A circle of needs, which a file of one's own may hold, must not stop the report.
        ready = [a for a in waiting if not ((set(a.needs) & there) - done)] or waiting
        ordered.append(ready[0])
    return ordered


def _placed(ordered: Sequence[RoadmapAction]) -> list[RoadmapAction]:
    """Each in its column: by effort, a failed gate one earlier, never before what it needs."""
    column: dict[str, int] = {}
    placed = []
    for action in ordered:
        if action.kind == "stop_collecting":
            placed.append(replace(action, horizon="stop"))
            continue
        at = _BY_EFFORT[action.effort] - (1 if action.gate and action.effort != "S" else 0)
        at = max([at, *(column.get(need, 0) for need in action.needs)])
        column[action.action] = max(at, column.get(action.action, 0))
        placed.append(replace(action, horizon=HORIZONS[at]))
    return placed


def by_horizon(roadmap: Roadmap) -> Mapping[Horizon, tuple[RoadmapAction, ...]]:
    """Return the four columns, each in order."""
    return {horizon: roadmap.within(horizon) for horizon in HORIZONS}
