"""The nearest flip: the smallest set of changed facts that would give another verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from scvkit.readiness import decide, shortfall, still_waited_for
from scvkit.records.readiness import Facts, Flip, Readiness
from scvkit.scenarios.changes import Change, improvements, revelations
from scvkit.vocabulary import Verdict

MOST_SHOWN = 3
LONGEST_CHAIN = 3
MOST_CHANGES = 4  # more than this is a programme, not a change of facts


def with_flips(readiness: Readiness) -> Readiness:
    """Return the assessment with its nearest flips, and what would follow after the first."""
    if readiness.facts is None:
        return readiness
    return replace(
        readiness,
        flips=nearest_flips(readiness.facts),
        chain=flip_chain(readiness.facts),
    )


def nearest_flips(facts: Facts) -> tuple[Flip, ...]:
    """Return the smallest changes that give another verdict, at most three, in a stable order.

    Single facts first, pairs only when no single fact will do. Better verdicts stand before
    worse ones; among equals gates stand before use cases and indicators.
    """
    now = _verdict(facts)
    candidates = (*improvements(facts), *revelations(facts))
    for size in (1, 2):
        found = [
            _flip(chosen, verdict, facts)
            for chosen in combinations(candidates, size)
            if (verdict := _verdict(_applied(facts, chosen))) is not now
        ]
        if found:
            found.sort(key=lambda flip: flip.verdict.value < now.value)
            return tuple(found[:MOST_SHOWN])
    return ()


def flip_chain(facts: Facts) -> tuple[Flip, ...]:
    """Return the steps upwards, each from where the one before it ends.

    Each step is the smallest improvement found that gives a better verdict. An empty chain means
    that nothing within four changed facts does.
    """
    steps: list[Flip] = []
    while len(steps) < LONGEST_CHAIN:
        chosen = _smallest_improvement(facts) or _improvement_by_descent(facts)
        if not chosen:
            break
        before, facts = facts, _applied(facts, chosen)
        steps.append(_flip(chosen, _verdict(facts), before))
    return tuple(steps)


def _smallest_improvement(facts: Facts) -> tuple[Change, ...]:
    now = _verdict(facts).value
    for size in (1, 2):
        for chosen in combinations(improvements(facts), size):
            if _verdict(_applied(facts, chosen)).value > now:
                return chosen
    return ()


def _improvement_by_descent(facts: Facts) -> tuple[Change, ...]:
    """Change by change towards V5, then without each change that proves not to be needed."""
    now = _verdict(facts).value
    chosen: list[Change] = []
    reached = facts
    while len(chosen) < MOST_CHANGES and _verdict(reached).value <= now:
        best = min(improvements(reached), key=lambda c: shortfall(c.apply(reached)), default=None)
        if best is None or shortfall(best.apply(reached)) >= shortfall(reached):
            return ()
        chosen.append(best)
        reached = best.apply(reached)
    if _verdict(reached).value <= now:
        return ()
    for change in list(chosen):
        fewer = [other for other in chosen if other is not change]
        if fewer and _verdict(_applied(facts, fewer)).value > now:
            chosen = fewer
    return tuple(chosen)


def _verdict(facts: Facts) -> Verdict:
    return decide(facts)[0].verdict


def _applied(facts: Facts, changes: Iterable[Change]) -> Facts:
    for change in changes:
        facts = change.apply(facts)
    return facts


def _flip(changes: Sequence[Change], verdict: Verdict, before: Facts) -> Flip:
    values = dict(value for change in changes for value in change.values)
    return Flip(
        changes=tuple(change.key for change in changes),
        verdict=verdict,
        values=tuple(sorted(values.items())),
        once=still_waited_for(_applied(before, changes), verdict),
    )
