"""R10's row of a use case: whom it can serve, and how many are left after each step."""

from __future__ import annotations

from collections.abc import Mapping

from scvkit.locale.words import Words
from scvkit.records.usecases import UseCaseFit
from scvkit.report.anchors import anchor
from scvkit.report.disclosure import falling, people, share, spread
from scvkit.report.evidence_row import EvidenceRow
from scvkit.report.sentences import named
from scvkit.report.use_cases import why_of


def use_case_row(fit: UseCaseFit, names: Mapping[str, str], words: Words) -> EvidenceRow:
    """Return the row of the people a use case can serve, step by step."""
    served = fit.served
    base = fit.base
    known = served is not None and served.mid is not None and bool(base)
    ends = spread(served.low, served.high, base, words) if served is not None else ""
    return EvidenceRow(
        anchor=anchor(fit.id),
        name=f"{fit.id} {named(words, 'usecases.names', fit.id)}",
        value=share(served.mid, base, words)
        if known and served is not None and served.mid is not None and base
        else words("report.absent"),
        range=ends,
        grade=words("report.grades.measured" if known else "report.grades.not_assessed"),
        counts=words(
            "report.of",
            part=people(served.mid if served else None, words),
            whole=people(base, words),
        )
        if base and known
        else words("report.among", whole=people(base, words))
        if base
        else "",
        how=words.sentences(
            (
                words("report.methods.funnel"),
                _looked_in(fit, names, words),
                _step_by_step(fit, words),
            )
        ),
        inputs=fit.refs,
        id=fit.id,
        measured=known,
    )


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
    mids, lows, highs = (
        falling([getattr(step, end) for step in fit.steps], words) for end in ("mid", "low", "high")
    )
    told = [named(words, "usecases.bases", fit.base_word)]
    told += [words(f"report.steps.{step.name}") for step in fit.steps[1:]]
    steps = [
        f"{name} {mid.text}"
        if mid.drawn is None or low.text == high.text
        else f"{name} {mid.text} ({low.text}–{high.text})"
        for name, mid, low, high in zip(told, mids, lows, highs, strict=True)
    ]
    why = why_of(fit, words)
    return words.sentences((f"{' → '.join(steps)}.", why))
