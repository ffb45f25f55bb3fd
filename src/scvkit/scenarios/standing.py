"""Where the verdict would stand if some facts were otherwise: decided anew, nothing computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from scvkit.readiness import decide, still_waited_for
from scvkit.readiness.clearance import use_case_verdict
from scvkit.readiness.verdict import unevaluated
from scvkit.records.readiness import Facts, Flip, Readiness, UseCaseFact
from scvkit.scenarios.changes import Change, improvements
from scvkit.scenarios.flips import with_flips
from scvkit.usecases import UseCase
from scvkit.vocabulary import UseCaseStatus, Verdict

_FITTED = (UseCaseStatus.NOT_NOW, UseCaseStatus.FIX_FIRST)


def standing(
    readiness: Readiness,
    *,
    changes: Collection[str] = (),
    served: Mapping[str, float] | None = None,
    cases: Sequence[UseCase] = (),
) -> Readiness:
    """Return the assessment with changed facts, its verdict, reasons and flips decided anew.

    ``changes`` are names of single facts as ``single_changes`` lists them; ``served`` is the
    share of people (0–1) that a use case would serve after a what-if, by its id, judged by the
    limits of ``cases``. A what-if never makes a use case worse. Gates and indicators keep the
    words of what was measured.
    """
    facts = readiness.facts
    if facts is None:
        return readiness
    if served:
        facts = _with_served(facts, served, {case.id: case for case in cases})
    for change in improvements(facts):
        if change.key in changes:
            facts = change.apply(facts)
    fired = decide(facts)
    fits = {u.fit.id: u.fit for u in readiness.use_cases}
    return with_flips(
        replace(
            readiness,
            facts=facts,
            verdict=fired[0].verdict,
            fired=fired,
            unevaluated=unevaluated(facts),
            use_cases=tuple(
                use_case_verdict(fits[fact.id], fact, facts)
                for fact in facts.use_cases
                if fact.id in fits
            ),
        )
    )


def single_changes(readiness: Readiness) -> tuple[Flip, ...]:
    """Return each fact that could be made otherwise, with the verdict that it alone would give.

    Gates and use cases, and of the indicators those that lead on from here.
    """
    facts = readiness.facts
    if facts is None:
        return ()
    leading = {key for flip in (*readiness.flips, *readiness.chain) for key in flip.changes}
    return tuple(
        _alone(change, change.apply(facts))
        for change in improvements(facts)
        if change.key in leading or not change.key.startswith("raise.")
    )


def _alone(change: Change, after: Facts) -> Flip:
    verdict = _verdict(after)
    return Flip(
        changes=(change.key,),
        verdict=verdict,
        values=change.values,
        once=still_waited_for(after, verdict),
    )


def _with_served(facts: Facts, served: Mapping[str, float], cases: Mapping[str, UseCase]) -> Facts:
    return replace(
        facts,
        use_cases=tuple(
            _served_more(fact, served[fact.id], cases[fact.id])
            if fact.id in served and fact.id in cases
            else fact
            for fact in facts.use_cases
        ),
    )


def _served_more(fact: UseCaseFact, share: float, case: UseCase) -> UseCaseFact:
    people = fact.served if fact.base is None else max(fact.served or 0, round(fact.base * share))
    better = case.status(share)
    if fact.fitted not in _FITTED or better in (UseCaseStatus.NOT_NOW, fact.fitted):
        better = fact.fitted
    return replace(fact, served=people, fitted=better)


def _verdict(facts: Facts) -> Verdict:
    return decide(facts)[0].verdict
