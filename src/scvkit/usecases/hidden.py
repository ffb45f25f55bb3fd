"""What links that were not found would change in a funnel: its range, widened by recovery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, sqrt

from scvkit.records.evidence import Evidence
from scvkit.records.usecases import FunnelStep

FEWEST = 30  # hidden links behind a recovery that may say anything
SPREAD = 1.64  # standard deviations: nine of ten draws lie within

_TAKEN_BY = ("fresh", "permitted", "reachable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """How the people asked for hang together: what was found, and what may still be there.

    ``fewest`` are the people if every lead of tier D were one person with another; ``inside``
    are the links found among the records asked for, ``every`` those to any record.
    """

    fewest: int
    inside: int = 0
    every: int = 0


def widened(
    steps: Sequence[FunnelStep], *, ties: Ties, recovery: Evidence | None
) -> tuple[FunnelStep, ...]:
    """Return the funnel with each step's range stretched by what linkage is known to miss.

    For every link found, 1 ÷ recovery − 1 are hidden. Hidden links make two of the people asked
    for one, and bring to people already found what a step wanted of them. Taken at recovery's low
    end, they find people (the high end: they pass the later steps at the rate of those found) and
    bring a no or a stale feed from elsewhere (the low end). The best estimates stay as counted;
    without a recovery nothing is stretched.

    >>> from scvkit.records.evidence import measured_share
    >>> found = [
    ...     FunnelStep(name="asked_for", low=100, mid=100, high=100),
    ...     FunnelStep(name="found", low=30, mid=40, high=40),
    ... ]
    >>> recovery = measured_share(80, 100, method="linkage.method.recovery")
    >>> [(s.low, s.mid, s.high) for s in widened(found, ties=Ties(fewest=98), recovery=recovery)]
    [(98, 100, 100), (29, 40, 50)]
    """
    missed, likely = _missed(recovery)
    if missed is None or likely is None or len(steps) < 2:
        return tuple(steps)
    asked, found = steps[0], steps[1]
    if asked.mid is None or found.mid is None or found.high is None or asked.low is None:
        return tuple(steps)
    fewest = min(float(ties.fewest), asked.mid - _upper(ties.inside * likely))
    once = min(1.0, max(0.0, fewest) / asked.mid) if asked.mid else 1.0
    hidden = min(asked.mid - found.high, found.high * missed)
    helped = min(1.0, likely * ties.every / asked.mid) if asked.mid else 0.0
    complete = next((s.mid for s in steps if s.name == "complete"), None)
    wider = [replace(asked, low=floor(asked.low * once))]
    for step in steps[1:]:
        high = step.high
        if high is not None:
            passing = high / found.high if found.high else 1.0
            mended = (found.high - high) * helped * passing
            high = min(wider[-1].high or 0, high + ceil(_most(hidden, passing) + mended))
        low = step.low
        if low is not None and step.mid is not None:
            # A hidden record never takes a fact away; it may bring a no, or a feed that is stale.
            falling = 1 - step.mid / complete if step.name in _TAKEN_BY and complete else 0.0
            taken = _most(low * min(1.0, missed), max(0.0, falling))
            low = min(wider[-1].low or 0, max(0, floor(low * once - taken)))
        wider.append(replace(step, low=low, high=high))
    return tuple(wider)


def _missed(recovery: Evidence | None) -> tuple[float | None, float | None]:
    """Hidden links for each one found, at most and likely; None while recovery says too little."""
    if recovery is None or not recovery.value or (recovery.tested or 0) < FEWEST:
        return None, None
    safe = recovery.value if recovery.low is None else recovery.low
    return (1 / safe - 1 if safe else None), 1 / recovery.value - 1


def _upper(count: float) -> float:
    """The upper end of a count that chance spreads."""
    return count + SPREAD * sqrt(count)


def _most(people: float, share: float) -> float:
    """The upper end of how many of the people a share takes; 0 of nobody."""
    return min(people, people * share + SPREAD * sqrt(max(0.0, people * share * (1 - share))))
