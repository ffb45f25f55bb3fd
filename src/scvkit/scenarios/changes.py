"""Single changed facts: what the client could do, or what might turn out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from scvkit.records.readiness import Facts, Mark, UseCaseFact
from scvkit.vocabulary import GateState, UseCaseStatus

GOOD = 3.0  # a changed indicator reaches its third step
# The third steps of 4.2 and 4.1, in the unit of the facts that the rules read directly.
GOOD_RECOVERY, GOOD_STRONG_KEY = 0.90, 0.95


@dataclass(frozen=True, slots=True)
class Change:
    """One changed fact: its locale key under changes, its words, and the facts after it."""

    key: str
    values: tuple[tuple[str, str], ...]
    apply: Callable[[Facts], Facts]


def improvements(facts: Facts) -> tuple[Change, ...]:
    """Return what could be made better: gates first, then use cases, then indicators by weight."""
    return (*_gates(facts), *_worth(facts), *_use_cases(facts), *_indicators(facts))


def revelations(facts: Facts) -> tuple[Change, ...]:
    """Return what may turn out worse than now assumed: unknown gates, low ends of ranges."""
    found = []
    if facts.gate("G5") is GateState.NOT_ASSESSED:
        found.append(Change("withdrawn_found", (), lambda f: _with_gate(f, "G5", GateState.FAILED)))
    if facts.gate("G2") is GateState.NOT_ASSESSED and facts.purchase_sources:
        found.append(Change("purchase_basis_missing", (), _without_basis))
    found += [
        Change(f"low.i{mark.id.replace('.', '_')}", (), _lowered(mark))
        for mark in sorted(facts.marks, key=_order)
        if mark.score is not None and mark.low < mark.score
    ]
    return tuple(found)


def _gates(facts: Facts) -> list[Change]:
    found = []
    if facts.gate("G0") is GateState.FAILED:
        found.append(_passing("lawful_facts_named", "G0"))
    if facts.gate("G8") is GateState.NOT_ASSESSED:
        found.append(_passing("use_cases_chosen", "G8"))
    if facts.gate("G8") is GateState.FAILED:
        found.append(_passing("use_case_wanted", "G8"))
    if facts.gate("G5") is GateState.FAILED:
        found.append(Change("one_suppression_list", (), _suppressed))
    if facts.gate("G2") is GateState.FAILED or facts.unsaid_sources:
        found.append(Change("basis_documented", (), _with_basis))
    if facts.gate("G7") is GateState.FAILED:
        found.append(Change("owner_named", (), _owned))
    if facts.gate("G9") in (GateState.FAILED, GateState.OPEN):
        found.append(_passing("analytics_state_kept", "G9"))
    if facts.gate("G3") in (GateState.OPEN, GateState.NOT_ASSESSED):
        found.append(_passing("dpia_signed", "G3"))
    if facts.service_chosen is False:
        found.append(
            Change("service_use_case_chosen", (), lambda f: replace(f, service_chosen=True))
        )
    return found


def _worth(facts: Facts) -> list[Change]:
    chosen = [u for u in facts.use_cases if u.chosen]
    if chosen and all(u.value_high is not None and u.value_high <= 0 for u in chosen):
        return [Change("value_found", (), _valued)]
    return []


def _valued(facts: Facts) -> Facts:
    return replace(
        facts, use_cases=tuple(replace(u, value_high=1.0 if u.chosen else u.value_high)
                               for u in facts.use_cases)
    )  # fmt: skip


def _use_cases(facts: Facts) -> list[Change]:
    """Chosen ones first, then those nearest to usable."""
    mendable = [u for u in facts.use_cases if u.fitted is UseCaseStatus.FIX_FIRST]
    nearest = sorted(mendable, key=lambda u: (not u.chosen, -_fit(u), u.id))
    return [
        Change(key, ((key, u.id),), _mended(u))
        for key, u in zip(_USE_CASE_KEYS, nearest, strict=False)
    ]


_USE_CASE_KEYS = ("nearest_use_case", "second_use_case", "third_use_case")


def _indicators(facts: Facts) -> list[Change]:
    return [
        Change(f"raise.i{mark.id.replace('.', '_')}", facts.names, _raised(mark))
        for mark in sorted(facts.marks, key=_order)
        if mark.weight > 0
        and (mark.score is None or mark.score < GOOD)
        # Withdrawals end with the suppression list, not with a better average.
        and not (mark.id == "5.4" and facts.gate("G5") is GateState.FAILED)
    ]


def _order(mark: Mark) -> tuple[bool, float, str]:
    return not mark.critical, -mark.weight, mark.id


def _fit(use_case: UseCaseFact) -> float:
    return (use_case.served or 0) / use_case.base if use_case.base else 0.0


def _passing(key: str, gate: str) -> Change:
    return Change(key, (), lambda facts: _with_gate(facts, gate, GateState.PASSED))


def _suppressed(facts: Facts) -> Facts:
    facts = _with_marks(facts, facts.after_suppression)
    return _with_gate(facts, "G5", GateState.PASSED)


def _with_basis(facts: Facts) -> Facts:
    facts = _with_marks(facts, [_good(m) for m in facts.marks if m.id == "5.1"])
    return replace(
        _with_gate(facts, "G2", GateState.PASSED), left_out_sources=(), unsaid_sources=()
    )


def _without_basis(facts: Facts) -> Facts:
    return replace(
        _with_gate(facts, "G2", GateState.FAILED), left_out_sources=facts.purchase_sources
    )


def _owned(facts: Facts) -> Facts:
    nobody = [_good(m) for m in facts.marks if m.id in ("8.1", "8.2") and m.high == 0]
    return _with_gate(_with_marks(facts, nobody), "G7", GateState.PASSED)


def _mended(use_case: UseCaseFact) -> Callable[[Facts], Facts]:
    def apply(facts: Facts) -> Facts:
        return replace(
            facts,
            use_cases=tuple(
                replace(u, fitted=UseCaseStatus.READY_WITH_LIMITS) if u.id == use_case.id else u
                for u in facts.use_cases
            ),
        )

    return apply


def _raised(mark: Mark) -> Callable[[Facts], Facts]:
    def apply(facts: Facts) -> Facts:
        facts = _with_marks(facts, [_good(mark)])
        if mark.id == "4.2":
            facts = replace(facts, recovery=max(GOOD_RECOVERY, facts.recovery or 0))
        if mark.id == "4.1" and facts.purchase_strong_key is not None:
            facts = replace(
                facts, purchase_strong_key=max(GOOD_STRONG_KEY, facts.purchase_strong_key)
            )
        if mark.id == "4.3":  # a bound at its third step is above what may be disclosed
            facts = _with_gate(facts, "G6", GateState.PASSED)
        if mark.id in ("8.1", "8.2") and not any(
            m.high == 0 for m in facts.marks if m.id in ("8.1", "8.2")
        ):
            facts = _with_gate(facts, "G7", GateState.PASSED)
        return facts

    return apply


def _lowered(mark: Mark) -> Callable[[Facts], Facts]:
    def apply(facts: Facts) -> Facts:
        facts = _with_marks(facts, [replace(mark, score=mark.low, high=mark.low)])
        if mark.id == "4.2" and facts.recovery_low is not None:
            facts = replace(facts, recovery=facts.recovery_low)
        return facts

    return apply


def _good(mark: Mark) -> Mark:
    return replace(mark, score=GOOD, low=GOOD, high=max(GOOD, mark.low))


def _with_gate(facts: Facts, name: str, state: GateState) -> Facts:
    others = [(gate, known) for gate, known in facts.gates if gate != name]
    return replace(facts, gates=tuple(sorted([*others, (name, state)])))


def _with_marks(facts: Facts, changed: Iterable[Mark]) -> Facts:
    """The facts with these marks in the place of those with their ids."""
    new = {mark.id: mark for mark in changed}
    return replace(facts, marks=tuple(new.get(m.id, m) for m in facts.marks))
