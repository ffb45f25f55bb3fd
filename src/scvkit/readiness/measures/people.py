"""D8 People and mandate, as told; an empty role is an answered "nobody"."""

from __future__ import annotations

from collections.abc import Mapping

from scvkit.engagement import Owner, People, Sponsor
from scvkit.readiness.evidence import answered_share, named, told_number
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures.measure import Measure
from scvkit.records.evidence import Evidence, not_assessed
from scvkit.vocabulary import Grade


def source_owners(inputs: Inputs) -> Evidence:
    """8.1 Sources with a named owner."""
    answers = [(named(card.owner), 1) for card in inputs.engagement.sources.values()]
    return answered_share(answers, method="source_owners", refs=inputs.declared)


def sponsor(inputs: Inputs) -> Evidence:
    """8.2 Functions that the sponsor's mandate covers; a sponsor covers at least their own."""
    told = _people(inputs).sponsor
    if told is None:
        return not_assessed("not_asked", unit="number", method="sponsor")
    covered = max(1, len(set(told.functions))) if told.role.strip() else 0
    return _said(float(covered), told, "sponsor")


def roles(inputs: Inputs) -> Evidence:
    """8.3 Roles filled, of six."""
    told = _people(inputs).roles
    return told_number(None if told is None else len(set(told)), method="roles")


def consent_owner(inputs: Inputs) -> Evidence:
    """8.4 One owner of consent across functions."""
    told = _people(inputs).consent_owner
    if told is None:
        return not_assessed("not_asked", unit="number", method="consent_owner")
    return _said(1.0 if told.role.strip() else 0.0, told, "consent_owner")


def days_a_month(inputs: Inputs) -> Evidence:
    """8.5 Days a month set aside."""
    return told_number(_people(inputs).days_a_month, method="days_a_month")


def _people(inputs: Inputs) -> People:
    return inputs.engagement.people or People()


def _said(value: float, told: Sponsor | Owner, method: str) -> Evidence:
    return Evidence(
        grade=Grade(told.grade), unit="number", value=value, method=method, said_by=told.role
    )


MEASURES: Mapping[str, Measure] = {
    "8.1": source_owners,
    "8.2": sponsor,
    "8.3": roles,
    "8.4": consent_owner,
    "8.5": days_a_month,
}
