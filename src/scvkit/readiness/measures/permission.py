"""D5 Permission and trust."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scvkit.engagement import Source
from scvkit.readiness.evidence import Answer, answered_share, named, told_number
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures.measure import Measure
from scvkit.records.consent import Permission
from scvkit.records.evidence import Evidence, not_assessed
from scvkit.vocabulary import Attribute, Grade, LawfulBasis


def documented_basis(inputs: Inputs) -> Evidence:
    """5.1 Records of sources whose documented lawful basis covers the stated purpose."""
    cards = {
        name: card
        for name, card in inputs.engagement.sources.items()
        if inputs.records(name) is not None
    }
    if not cards:
        return not_assessed("nothing_to_test", method="documented_basis")
    answers = [(basis_answer(card), inputs.records(name) or 0) for name, card in cards.items()]
    said = [c.legal_basis.grade for c in cards.values() if c.legal_basis]
    return answered_share(
        answers,
        method="documented_basis",
        refs=tuple(cards),
        grade=Grade.SHOWN if said and all(g == "shown" for g in said) else Grade.DECLARED,
    )


def basis_answer(card: Source) -> Answer:
    """Whether a source's basis covers the single customer view; None while nobody said."""
    basis = card.legal_basis
    if basis is None:
        return None
    if basis.basis is LawfulBasis.NONE or basis.covers_scv is False:
        return "no"
    return "yes" if basis.covers_scv else None


def people_in_conflict(inputs: Inputs) -> Evidence:
    """5.3 Linked people whose state for one channel and purpose differs between sources."""
    permission = inputs.permission
    if permission is None:
        return not_assessed("no_permission_step", method="people_in_conflict")
    counted = permission.people_in_conflict
    compared = permission.people_compared
    if not counted.assessed or counted.unit == "share":
        return counted
    if not compared:
        return not_assessed("nobody_in_two_sources", method="people_in_conflict")
    return as_share(counted, compared)


def withdrawn_but_mailable(inputs: Inputs) -> Evidence:
    """5.4 People who withdrew in one source and are mailable in another, on tier A links."""
    if inputs.permission is None:
        return not_assessed("no_permission_step", unit="people", method="withdrawn_but_mailable")
    if not inputs.permission.tested_for_withdrawal:
        return not_assessed("nobody_in_two_sources", unit="people", method="withdrawn_but_mailable")
    counted = inputs.permission.withdrawn_but_mailable
    if not counted.assessed:
        return counted
    sure = counted.value if counted.low is None else counted.low
    return Evidence(
        grade=counted.grade,
        unit="people",
        value=sure,
        low=sure,
        high=counted.high,
        tested=inputs.permission.tested_for_withdrawal,
        method=counted.method,
        refs=counted.refs,
    )


def consent_form(inputs: Inputs) -> Evidence:
    """5.7 The consent form is measured, and variants are tested without dark patterns."""
    form = inputs.engagement.analytics_form
    steps = {"neither": 0.0, "measured": 2.0, "tested": 4.0}
    return told_number(steps[form] if form else None, method="consent_form")


def value_exchange(inputs: Inputs) -> Evidence:
    """5.8 Sources whose notice says in writing what the customer gets for the data."""
    answers = [(named(c.customer_gets), 1) for c in inputs.engagement.sources.values()]
    return answered_share(answers, method="value_exchange", refs=inputs.declared)


def party_of_attributes(inputs: Inputs) -> Evidence:
    """5.9 Attributes that customers told themselves, of those of sources whose party was told."""
    answers: list[tuple[Answer, float]] = []
    for name, card in inputs.engagement.sources.items():
        attributes = {m.attribute for t in inputs.tables_of(name) for m in t.meanings}
        told: Answer = None if card.party is None else "yes" if card.party == "zero" else "no"
        answers.append((told, len(attributes - _NOBODYS)))
    return answered_share(answers, method="party_of_attributes", refs=inputs.declared)


_NOBODYS = {Attribute.OTHER, Attribute.UNIQUE_ID}


def as_share(counted: Evidence, base: int) -> Evidence:
    """Return a count of people as a share of ``base``."""

    def share(end: float | None) -> float | None:
        return None if end is None else min(1.0, end / base)

    return Evidence(
        grade=counted.grade,
        value=share(counted.value),
        low=share(counted.low),
        high=share(counted.high),
        passed=round(counted.value or 0),
        tested=base,
        method=counted.method,
        refs=counted.refs,
    )


def _of_permission(take: Callable[[Permission], Evidence], method: str) -> Measure:
    def measure(inputs: Inputs) -> Evidence:
        if inputs.permission is None:
            return not_assessed("no_permission_step", method=method)
        return take(inputs.permission)

    return measure


MEASURES: Mapping[str, Measure] = {
    "5.1": documented_basis,
    "5.2": _of_permission(lambda p: p.proof, "proof"),
    "5.3": people_in_conflict,
    "5.4": withdrawn_but_mailable,
    "5.5": _of_permission(lambda p: p.past_retention, "past_retention"),
    "5.6": _of_permission(lambda p: p.analytics_without_consent, "analytics_without_consent"),
    "5.7": consent_form,
    "5.8": value_exchange,
    "5.9": party_of_attributes,
}
