"""Eight dimensions, each with a bar that is as wide as what is not known. No total exists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scvkit.records.readiness import DimensionScore, Indicator, Mark
from scvkit.vocabulary import Dimension

ENOUGH = 0.6  # share of weight that must be assessed before a number is printed


def dimension_scores(marks: Sequence[Mark]) -> tuple[DimensionScore, ...]:
    """Return D1–D8 in order; one without any indicator is wholly unknown."""
    return tuple(
        _dimension(dimension, [m for m in marks if m.dimension is dimension and m.weight > 0])
        for dimension in Dimension
    )


def mark(indicator: Indicator) -> Mark:
    """Return what the rules need of an indicator."""
    return Mark(
        id=indicator.id,
        dimension=indicator.dimension,
        weight=indicator.weight,
        critical=indicator.critical,
        score=indicator.score,
        low=indicator.score_low,
        high=indicator.score_high,
    )


def assessed_share(marks: Sequence[Mark], dimensions: Sequence[Dimension]) -> float:
    """Return the share of indicator weight in these dimensions that has a score."""
    of_these = [m for m in marks if m.dimension in dimensions]
    total = sum(m.weight for m in of_these)
    return sum(m.weight for m in of_these if m.score is not None) / total if total else 0.0


def _dimension(dimension: Dimension, marks: Sequence[Mark]) -> DimensionScore:
    assessed = [m for m in marks if m.score is not None]
    total = sum(m.weight for m in marks)
    known = sum(m.weight for m in assessed)
    enough = total > 0 and known / total >= ENOUGH - 1e-9
    return DimensionScore(
        dimension=dimension,
        score=_capped_mean(assessed, lambda m: m.score or 0.0) if enough else None,
        low=_capped_mean(marks, lambda m: m.low) if marks else 0.0,
        high=_capped_mean(marks, lambda m: m.high) if marks else 4.0,
        evidence_low=_capped_mean(assessed, lambda m: m.low) if enough else None,
        evidence_high=_capped_mean(assessed, lambda m: m.high) if enough else None,
        assessed_weight=known,
        total_weight=total,
        held_back_by=_lowest(assessed),
    )


def _capped_mean(marks: Sequence[Mark], end: Callable[[Mark], float]) -> float:
    """Weighted mean, at most the lowest critical + 1.

    It rises with every mark, so a bar made of the low ends and the high ends can only shrink
    when a mark's own range does.
    """
    mean = sum(m.weight * end(m) for m in marks) / sum(m.weight for m in marks)
    critical = [end(m) for m in marks if m.critical]
    return min(mean, min(critical) + 1) if critical else mean


def _lowest(assessed: Sequence[Mark]) -> str:
    worst = min(
        assessed, key=lambda m: (m.score or 0.0, not m.critical, -m.weight, m.id), default=None
    )
    return worst.id if worst and (worst.score or 0.0) < 4 else ""
