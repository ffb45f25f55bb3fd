"""R10's row of a use case: whom it can serve, and how many are left after each step."""

from __future__ import annotations

from collections.abc import Mapping

from scvkit.locale.words import Words
from scvkit.records.usecases import UseCaseFit
from scvkit.report.anchors import anchor
from scvkit.report.disclosure import (
    FEWEST_FOR_A_SHARE,
    ShownStep,
    funnel,
    people,
    served_shown,
    share_shown,
)
from scvkit.report.evidence_row import EvidenceRow
from scvkit.report.sentences import named
from scvkit.report.use_cases import why_of


def use_case_row(fit: UseCaseFit, names: Mapping[str, str], words: Words) -> EvidenceRow:
    """Return the row of the people a use case can serve, step by step."""
    base = fit.base
    served = served_shown(fit, words) if base else None
    counts = _counts(served, base, words)
    return EvidenceRow(
        anchor=anchor(fit.id),
        name=f"{fit.id} {named(words, 'usecases.names', fit.id)}",
        value=words("report.absent")
        if served is None or not base
        else counts
        if base < FEWEST_FOR_A_SHARE
        else share_shown(served.mid, base, words),
        range=served.range if served else "",
        grade=words(f"report.grades.{'measured' if served else 'not_assessed'}"),
        counts=counts,
        how=words.sentences(
            (
                words("report.methods.funnel"),
                _looked_in(fit, names, words),
                _step_by_step(fit, words),
            )
        ),
        inputs=fit.refs,
        id=fit.id,
        measured=served is not None,
    )


def _counts(served: ShownStep | None, base: int | None, words: Words) -> str:
    if not base:
        return ""
    if served is None:
        return words("report.among", whole=people(base, words))
    return words("report.of", part=served.mid.text, whole=people(base, words))


def _looked_in(fit: UseCaseFit, names: Mapping[str, str], words: Words) -> str:
    """Where somebody counts as found, and how sure a link has to be."""
    if not fit.looked_in or not fit.tier:
        return ""
    either = words("report.methods.found_or")
    groups = (either.join(names.get(source, source) for source in group) for group in fit.looked_in)
    where = words("report.methods.found_and").join(groups)
    return words(
        "report.methods.found_in", where=where, tier=words(f"report.methods.by.{fit.tier}")
    )


def _step_by_step(fit: UseCaseFit, words: Words) -> str:
    """People still in after each step, so that a reader can follow the number down."""
    if not fit.base:
        return ""
    told = [named(words, "usecases.bases", fit.base_word)]
    told += [words(f"report.steps.{step.name}") for step in fit.steps[1:]]
    steps = [f"{name} {step.text}" for name, step in zip(told, funnel(fit, words), strict=True)]
    why = why_of(fit, words)
    return words.sentences((f"{' → '.join(steps)}.", why))
