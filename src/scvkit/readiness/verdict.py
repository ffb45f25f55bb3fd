"""The verdict: seven rules over a few facts; the first that fires is the answer.

Silence is never a "no": a fact that is None fires no rule but V0.
"""

from __future__ import annotations

from collections.abc import Callable

from scvkit.readiness.clearance import cleared, usable
from scvkit.readiness.dimensions import dimension_scores
from scvkit.records.readiness import DimensionScore, Facts, FiredRule
from scvkit.vocabulary import Dimension, GateState, UseCaseStatus, Verdict

FEW_SHARED_PEOPLE = 0.10
STRONG_KEY_NEEDED = 0.85
RECOVERY_TO_START = 0.60
RECOVERY_FOR_A_CORE = 0.80
SHARED_CORE = 3  # use cases that make one core worth building
FULL_USE_CASES, FULL_FUNCTIONS = 6, 3

Reasons = tuple[str, ...]
Bars = dict[Dimension, DimensionScore]


def decide(facts: Facts) -> tuple[FiredRule, ...]:
    """Return every rule that fires, V0 first; the first one is the verdict. Never empty."""
    bars = {bar.dimension: bar for bar in dimension_scores(facts.marks)}
    fired = []
    for verdict, rule in _RULES:
        reasons = rule(facts, bars)
        if reasons:
            fired.append(FiredRule(verdict=verdict, reasons=reasons, values=_values(facts)))
    if not fired:
        fired.append(
            FiredRule(verdict=Verdict.V4, reasons=("no_other_rule",), values=_values(facts))
        )
    return tuple(fired)


def unevaluated(facts: Facts) -> tuple[str, ...]:
    """Return the parts of rules that could not be tried (locale keys under rules)."""
    parts = ["value_not_evaluated"] if _worthless(facts) is None else []
    if facts.seen_in_two_high is None or facts.service_chosen is None:
        parts.append("overlap_not_evaluated")
    if facts.purchase_strong_key is None:
        parts.append("purchase_key_not_evaluated")
    if facts.recovery is None:
        parts.append("recovery_not_evaluated")
    return tuple(parts)


def shortfall(facts: Facts) -> float:
    """Return how far the conditions of V5 are from being met; 0 when all are.

    A distance for the search of what comes next, never printed.
    """
    bars = {bar.dimension: bar for bar in dimension_scores(facts.marks)}
    missing = sum(max(0.0, 2 - (bars[d].score or 0.0)) for d in _CORE_DIMENSIONS)
    missing += 5 * max(0.0, RECOVERY_FOR_A_CORE - (facts.recovery or 0.0))
    missing += max(0, SHARED_CORE - len(_sharing(facts)))
    return missing + float(facts.gate("G7") is GateState.FAILED)


def _cannot_say(facts: Facts, _: Bars) -> Reasons:
    return _kept(
        ("not_lawful", facts.gate("G0") is not GateState.PASSED),
        ("little_evidence", facts.gate("G1") is not GateState.PASSED),
        ("use_cases_not_asked", facts.gate("G8") is GateState.NOT_ASSESSED),
    )


def _do_not(facts: Facts, _: Bars) -> Reasons:
    few = facts.seen_in_two_high is not None and facts.seen_in_two_high < FEW_SHARED_PEOPLE
    return _kept(
        ("no_use_case", facts.gate("G8") is GateState.FAILED),
        ("few_shared_people", few and facts.service_chosen is False),
        ("no_value", _worthless(facts) is True),
    )


def _worthless(facts: Facts) -> bool | None:
    """Whether no chosen use case is worth anything at its high end; None while nobody can say."""
    worth = [u.value_high for u in facts.use_cases if u.chosen]
    if any(high is not None and high > 0 for high in worth):
        return False
    return True if worth and all(high is not None for high in worth) else None


def _permission_first(facts: Facts, bars: Bars) -> Reasons:
    left_out = set(facts.left_out_sources) & set(facts.purchase_sources)
    return _kept(
        ("purchase_without_basis", facts.gate("G2") is GateState.FAILED and bool(left_out)),
        ("withdrawals", facts.gate("G5") is GateState.FAILED),
        ("permission_low", bars[Dimension.PERMISSION].high < 2),
    )


def _sources_first(facts: Facts, bars: Bars) -> Reasons:
    key, recovery = facts.purchase_strong_key, facts.recovery
    return _kept(
        ("quality_low", bars[Dimension.SOURCE_QUALITY].high < 2),
        ("purchase_key_low", key is not None and key < STRONG_KEY_NEEDED),
        ("recovery_low", recovery is not None and recovery < RECOVERY_TO_START),
    )


def _start(facts: Facts, bars: Bars) -> Reasons:
    if not usable(facts):
        return ()
    people = bars[Dimension.PEOPLE].score
    return _kept(
        ("few_share_a_core", len(_sharing(facts)) < SHARED_CORE),
        ("mandate_low", people is not None and people < 2),
    )


def _core(facts: Facts, bars: Bars) -> Reasons:
    """A full view includes the core, so the core is not advised beside it."""
    met = (
        facts.gate("G7") is not GateState.FAILED
        and len(_sharing(facts)) >= SHARED_CORE
        and all(_at_least(bars[d].score, 2) for d in _CORE_DIMENSIONS)
        and _at_least(facts.recovery, RECOVERY_FOR_A_CORE)
        and not _full(facts, bars)
    )
    return ("core_shared",) if met else ()


def _full(facts: Facts, bars: Bars) -> Reasons:
    can_start = usable(facts)
    functions = {function for u in can_start for function in u.functions}
    met = (
        all(bar.low >= 3 for bar in bars.values())
        and len(can_start) >= FULL_USE_CASES
        and len(functions) >= FULL_FUNCTIONS
        and all(facts.gate(f"G{n}") in _let_pass(f"G{n}") for n in range(10))
    )
    return ("all_three_or_more",) if met else ()


def _let_pass(gate: str) -> frozenset[GateState]:
    """States of a gate that stand in nobody's way: a few withdrawals to look at decide nothing."""
    return frozenset({GateState.PASSED} | ({GateState.OPEN} if gate == "G5" else set()))


_RULES: tuple[tuple[Verdict, Callable[[Facts, Bars], Reasons]], ...] = (
    (Verdict.V0, _cannot_say),
    (Verdict.V1, _do_not),
    (Verdict.V2, _permission_first),
    (Verdict.V3, _sources_first),
    (Verdict.V4, _start),
    (Verdict.V5, _core),
    (Verdict.V6, _full),
)
_CORE_DIMENSIONS = (
    Dimension.SOURCE_QUALITY,
    Dimension.IDENTITY,
    Dimension.PERMISSION,
    Dimension.PEOPLE,
)


def _sharing(facts: Facts) -> tuple[str, ...]:
    """Usable use cases that need linked people: they share identity and permission."""
    return tuple(u.id for u in usable(facts) if u.needs_linkage)


def _at_least(value: float | None, floor: float) -> bool:
    return value is not None and value >= floor


def _kept(*parts: tuple[str, bool]) -> Reasons:
    return tuple(name for name, holds in parts if holds)


def _values(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Words that the sentences of the rules may use."""
    can_start = usable(facts)
    waiting = [u for u in facts.use_cases if cleared(u, facts)[0] is UseCaseStatus.BLOCKED]
    return (
        ("usable", ",".join(u.id for u in can_start)),
        ("blocked", ",".join(u.id for u in waiting)),
        ("extracts", ",".join(facts.missing_extracts)),
        ("recovery", "" if facts.recovery is None else f"{facts.recovery:.3f}"),
        (
            "strong_key",
            "" if facts.purchase_strong_key is None else f"{facts.purchase_strong_key:.3f}",
        ),
        ("shared", "" if facts.seen_in_two_high is None else f"{facts.seen_in_two_high:.3f}"),
    )
