"""Use cases after the gates."""

from __future__ import annotations

from scvkit.records.readiness import Facts, UseCaseFact, UseCaseVerdict
from scvkit.records.usecases import UseCaseFit
from scvkit.vocabulary import GateState, UseCaseStatus, Verdict

USABLE = frozenset({UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS, UseCaseStatus.READY_ONCE})
_READY = frozenset({UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS})
_NEARNESS = (
    UseCaseStatus.READY,
    UseCaseStatus.READY_WITH_LIMITS,
    UseCaseStatus.FIX_FIRST,
    UseCaseStatus.NOT_NOW,
)


def cleared(use_case: UseCaseFact, facts: Facts) -> tuple[UseCaseStatus, tuple[str, ...]]:
    """Return the status of a use case after the gates, and every gate that blocks or holds it.

    A failed gate blocks whatever the fit. A gate that nobody has closed yet only caps: what would
    be ready is "ready once" it is closed; what is to be mended first keeps its status and names
    the gate. What was not assessed stays so.
    """
    if use_case.fitted is UseCaseStatus.NOT_ASSESSED:
        return use_case.fitted, ()
    blocking, waiting = _blocking(use_case, facts), _waiting(use_case, facts)
    if blocking:
        # Who closes the first gate must not find the next one a month later.
        return UseCaseStatus.BLOCKED, (*blocking, *waiting)
    if waiting and use_case.fitted in _READY:
        return UseCaseStatus.READY_ONCE, waiting
    if waiting and use_case.fitted is UseCaseStatus.FIX_FIRST:
        return use_case.fitted, waiting
    return use_case.fitted, ()


def use_case_verdict(fit: UseCaseFit, use_case: UseCaseFact, facts: Facts) -> UseCaseVerdict:
    """Return the record of a use case after the gates."""
    status, gates = cleared(use_case, facts)
    return UseCaseVerdict(fit=fit, status=status, gates=gates)


def usable(facts: Facts) -> tuple[UseCaseFact, ...]:
    """Use cases that can start: ready, ready with limits, or ready once a gate is closed."""
    return tuple(u for u in facts.use_cases if cleared(u, facts)[0] in USABLE)


def by_nearness(facts: Facts) -> list[UseCaseFact]:
    """Assessed use cases: chosen ones first, then by fit before gates, then by people served."""
    fitted = [u for u in facts.use_cases if u.fitted in _NEARNESS]
    return sorted(
        fitted, key=lambda u: (not u.chosen, _NEARNESS.index(u.fitted), -(u.served or 0), u.id)
    )


def still_waited_for(facts: Facts, verdict: Verdict) -> tuple[str, ...]:
    """Return the open gates that the use case to start with waits for; empty where one can start.

    Only of the verdict that says to start with use cases.
    """
    if verdict is not Verdict.V4:
        return ()
    statuses = {u.id: cleared(u, facts) for u in facts.use_cases}
    if any(status in _READY for status, _ in statuses.values()):
        return ()
    return next((statuses[u.id][1] for u in by_nearness(facts)), ())


def _blocking(use_case: UseCaseFact, facts: Facts) -> tuple[str, ...]:
    """Failed gates that this use case meets."""
    needed = set(use_case.sources)
    touched = {
        "G5": use_case.outbound,
        "G2": bool(needed & set(facts.left_out_sources)),
        "G6": use_case.needs_linkage,
        "G9": bool(needed & set(facts.analytics_sources)),
    }
    return tuple(g for g, on in touched.items() if on and facts.gate(g) is GateState.FAILED)


def _waiting(use_case: UseCaseFact, facts: Facts) -> tuple[str, ...]:
    """Gates that have to be closed before this use case may start, and are not closed yet."""
    linked = use_case.needs_linkage
    touched = {
        "G0": facts.gate("G0") is not GateState.PASSED,
        "G1": facts.gate("G1") is not GateState.PASSED,
        "G2": linked and bool(set(use_case.sources) & set(facts.unsaid_sources)),
        "G3": linked and facts.gate("G3") is not GateState.PASSED,
        # Until enough pairs were voted on, links are good for aggregates only.
        "G6": linked and facts.gate("G6") is GateState.NOT_ASSESSED,
    }
    return tuple(gate for gate, on in touched.items() if on)
