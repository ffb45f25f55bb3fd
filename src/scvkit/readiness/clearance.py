"""Use cases after the gates."""

from __future__ import annotations

from scvkit.records.readiness import Facts, UseCaseFact, UseCaseVerdict
from scvkit.records.usecases import UseCaseFit
from scvkit.vocabulary import GateState, UseCaseStatus

USABLE = frozenset({UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS, UseCaseStatus.READY_ONCE})
_READY = frozenset({UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS})


def cleared(use_case: UseCaseFact, facts: Facts) -> tuple[UseCaseStatus, str | None]:
    """Return the status of a use case after the gates, and the gate that blocks or limits it.

    A failed gate blocks whatever the fit. An unsigned DPIA only caps: what needs linked people
    and would be ready is "ready once" it is signed. What was not assessed stays so.
    """
    if use_case.fitted is UseCaseStatus.NOT_ASSESSED:
        return use_case.fitted, None
    needed = set(use_case.sources)
    if use_case.outbound and facts.gate("G5") is GateState.FAILED:
        return UseCaseStatus.BLOCKED, "G5"
    if facts.gate("G2") is GateState.FAILED and needed & set(facts.left_out_sources):
        return UseCaseStatus.BLOCKED, "G2"
    if facts.gate("G9") is GateState.FAILED and needed & set(facts.analytics_sources):
        return UseCaseStatus.BLOCKED, "G9"
    unsigned = facts.gate("G3") is not GateState.PASSED
    if unsigned and use_case.needs_linkage and use_case.fitted in _READY:
        return UseCaseStatus.READY_ONCE, "G3"
    return use_case.fitted, None


def use_case_verdict(fit: UseCaseFit, use_case: UseCaseFact, facts: Facts) -> UseCaseVerdict:
    """Return the record of a use case after the gates."""
    status, gate = cleared(use_case, facts)
    return UseCaseVerdict(fit=fit, status=status, gate=gate)


def usable(facts: Facts) -> tuple[UseCaseFact, ...]:
    """Use cases that can start: ready, ready with limits, or ready once a document is signed."""
    return tuple(u for u in facts.use_cases if cleared(u, facts)[0] in USABLE)
