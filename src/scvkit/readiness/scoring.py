"""From evidence to a score of 0–4 with its range; not assessed stays None."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.readiness.thresholds import Threshold
from scvkit.records.evidence import Evidence
from scvkit.records.readiness import Indicator
from scvkit.vocabulary import Grade

HIGHEST = 4.0


def indicator(threshold: Threshold, evidence: Evidence) -> Indicator:
    """Return the indicator: evidence scored against its threshold, under its ceiling.

    What is not assessed has no score and the whole range 0–4; so has a share of too few rows,
    whose value is still printed.
    """
    score, low, high = None, 0.0, HIGHEST
    few = evidence.tested is not None and evidence.tested < threshold.fewest
    if evidence.assessed and threshold.steps and not few:
        score, low, high = _scores(threshold, evidence)
    return Indicator(
        id=threshold.id,
        dimension=threshold.dimension,
        weight=threshold.weight,
        critical=threshold.critical,
        evidence=evidence,
        score=score,
        score_low=low,
        score_high=high,
        thresholds=threshold.steps,
        lower_is_better=threshold.lower_is_better,
        reason=threshold.reason,
        of=threshold.of,
    )


def score(
    value: float, steps: Sequence[float], *, lower_is_better: bool = False, share: bool = True
) -> float:
    """Return 0–4: the value at step k scores k, straight lines between.

    Below the first step the line runs to 0 at a value of 0, or, where lower is better, at twice
    the first step (at most 100 % for a share).

    >>> score(0.9, (0.5, 0.75, 0.9, 0.98))
    3.0
    >>> score(0.25, (0.5, 0.75, 0.9, 0.98))
    0.5
    >>> score(0.3, (0.15, 0.07, 0.03, 0.01), lower_is_better=True)
    0.0
    """
    nothing = _worst(steps[0], share) if lower_is_better else 0.0
    points = [nothing, *steps]
    if lower_is_better:
        points = [-point for point in points]
        value = -value
    reached = max((k for k in range(5) if value >= points[k]), default=0)
    if reached == 4 or value <= points[0]:
        return float(reached)
    return reached + (value - points[reached]) / (points[reached + 1] - points[reached])


def ceiling(kind: str, grade: Grade) -> float:
    """Return the highest score that evidence of this grade may reach.

    Told where it could have been measured: 2. Told where it could not: 3.
    """
    if grade is Grade.DECLARED:
        return 2.0 if kind == "M" else 3.0
    return HIGHEST


def _scores(threshold: Threshold, evidence: Evidence) -> tuple[float, float, float]:
    """Score, low and high; the ends swap where lower is better."""
    value = evidence.value or 0.0
    ends = (
        value,
        value if evidence.low is None else evidence.low,
        value if evidence.high is None else evidence.high,
    )
    top = ceiling(threshold.kind, evidence.grade)
    point, one, other = (
        min(
            top,
            score(
                end,
                threshold.steps,
                lower_is_better=threshold.lower_is_better,
                share=threshold.unit == "share",
            ),
        )
        for end in ends
    )
    return point, min(point, one, other), max(point, one, other)


def _worst(first: float, share: bool) -> float:
    return min(1.0, 2 * first) if share else 2 * first
