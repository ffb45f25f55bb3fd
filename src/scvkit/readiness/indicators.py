"""Every indicator of the thresholds, measured by its function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures import MEASURES, Measure
from scvkit.readiness.scoring import indicator
from scvkit.readiness.thresholds import Threshold
from scvkit.records.evidence import not_assessed
from scvkit.records.readiness import Indicator
from scvkit.vocabulary import Grade


def measure_indicators(
    inputs: Inputs,
    thresholds: Iterable[Threshold],
    measures: Mapping[str, Measure] = MEASURES,
) -> tuple[Indicator, ...]:
    """Return one indicator a threshold, in their order.

    A new indicator is an entry in thresholds.yaml and a function in the module of its dimension;
    an entry without a function is not assessed and says so.
    """
    return tuple(
        indicator(
            threshold,
            measures[threshold.id](inputs)
            if threshold.id in measures
            else not_assessed("no_measure", unit=threshold.unit),
        )
        for threshold in thresholds
    )


def evidence_weights(indicators: Sequence[Indicator]) -> dict[Grade, float]:
    """Return the share of indicator weight known by each grade; the four add up to 1."""
    total = sum(i.weight for i in indicators)
    return {
        grade: sum(i.weight for i in indicators if i.evidence.grade is grade) / total
        if total
        else float(grade is Grade.NOT_ASSESSED)
        for grade in Grade
    }
