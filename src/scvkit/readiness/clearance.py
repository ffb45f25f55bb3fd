"""Use cases after the gates."""

from __future__ import annotations

from scvkit.records.readiness import Facts, UseCaseFact, UseCaseVerdict
from scvkit.records.usecases import UseCaseFit
from scvkit.vocabulary import GateState, UseCaseStatus

USABLE = frozenset({UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS, UseCaseStatus.READY_ONCE})
_READY = frozenset({UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS})


def cleared(use_case: UseCaseFact, facts: Facts) -> tuple[UseCaseStatus, tuple[str, ...]]:
    """Return the status of a use case after the gates, and every gate that blocks or limits it.

    A failed gate blocks whatever the fit. An unsigned DPIA only caps: what needs linked people
    and would be ready is "ready once" it is signed; what is to be mended first keeps its status and
    names the signature. What was not assessed stays so.
    """
    if use_case.fitted is UseCaseStatus.NOT_ASSESSED:
        return use_case.fitted, ()
    needed = set(use_case.sources)
    touched = {
        "G5": use_case.outbound,
        "G2": bool(needed & set(facts.left_out_sources)),
        "G9": bool(needed & set(facts.analytics_sources)),
    }
    blocking = tuple(g for g, on in touched.items() if on and facts.gate(g) is GateState.FAILED)
    unsigned = facts.gate("G3") is not GateState.PASSED and use_case.needs_linkage
    if blocking:
        # Who closes the first gate must not find the next one a month later.
        return UseCaseStatus.BLOCKED, (*blocking, "G3") if unsigned else blocking
    if unsigned and use_case.fitted in _READY:
        return UseCaseStatus.READY_ONCE, ("G3",)
    if unsigned and use_case.fitted is UseCaseStatus.FIX_FIRST:
        return use_case.fitted, ("G3",)
    return use_case.fitted, ()


def use_case_verdict(fit: UseCaseFit, use_case: UseCaseFact, facts: Facts) -> UseCaseVerdict:
    """Return the record of a use case after the gates."""
    status, gates = cleared(use_case, facts)
    return UseCaseVerdict(fit=fit, status=status, gates=gates)


def usable(facts: Facts) -> tuple[UseCaseFact, ...]:
    """Use cases that can start: ready, ready with limits, or ready once a document is signed."""
    return tuple(u for u in facts.use_cases if cleared(u, facts)[0] in USABLE)
