"""Every indicator of the thresholds, measured by its function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures import MEASURES, Measure
from scvkit.readiness.scoring import indicator
from scvkit.readiness.thresholds import Threshold
from scvkit.records.evidence import Evidence, not_assessed
from scvkit.records.readiness import Indicator
from scvkit.vocabulary import Grade


def measure_indicators(
    inputs: Inputs,
    thresholds: Iterable[Threshold],
    measures: Mapping[str, Measure] = MEASURES,
) -> tuple[Indicator, ...]:
    """Return one indicator a threshold, in their order.

    A new indicator is an entry in thresholds.yaml: with ``evidence``, the place in the results
    where it stands, or ``answer``, the answer of the engagement file it is; or with a function
    in the module of its dimension. An entry with none of them is not assessed and says so.
    """
    return tuple(
        indicator(
            threshold,
            measures[threshold.id](inputs)
            if threshold.id in measures
            else _by_data(inputs, threshold),
        )
        for threshold in thresholds
    )


def _by_data(inputs: Inputs, threshold: Threshold) -> Evidence:
    """The evidence that an entry names; a place that holds something else is not assessed."""
    if threshold.evidence:
        step, _, name = threshold.evidence.partition(".")
        result = getattr(inputs, step)
        if result is None:
            return not_assessed(f"no_{step.rstrip('s')}_step", unit=threshold.unit)
        found = getattr(result, name, None)
        if isinstance(found, Evidence):
            return found
    if threshold.answer in inputs.engagement.answers:
        return Evidence(
            grade=Grade.DECLARED,
            unit=threshold.unit,
            value=inputs.engagement.answers[threshold.answer],
            method="told_answer",
        )
    return not_assessed("not_asked" if threshold.answer else "no_measure", unit=threshold.unit)


def evidence_weights(indicators: Sequence[Indicator]) -> dict[Grade, float]:
    """Return the share of indicator weight known by each grade; the four add up to 1."""
    total = sum(i.weight for i in indicators)
    return {
        grade: sum(i.weight for i in indicators if i.evidence.grade is grade) / total
        if total
        else float(grade is Grade.NOT_ASSESSED)
        for grade in Grade
    }
