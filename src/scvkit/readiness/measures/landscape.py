"""D2 Landscape."""

from __future__ import annotations

from collections.abc import Mapping

from scvkit.engagement import Source
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures.measure import Measure
from scvkit.records.evidence import Evidence, measured_count, measured_share, not_assessed
from scvkit.records.identity import KeyTest
from scvkit.vocabulary import Attribute, Domain, Grade, Grain, Key

# A key that fewer rows carry cannot stand for a source; the rails of the map use it too.
USABLE_KEY = 0.2


def profiled_sources(inputs: Inputs) -> Evidence:
    """2.1 Declared customer sources for which an extract was profiled."""
    profiled = [s for s in inputs.declared if s in inputs.profiled]
    return measured_share(
        len(profiled), len(inputs.declared), method="profiled_sources", refs=inputs.declared
    )


def source_cards(inputs: Inputs) -> Evidence:
    """2.2 Facts on the source cards that were given, seven a card."""
    facts = [bool(f) for c in inputs.engagement.sources.values() for f in _card_facts(c)]
    if not any(facts):
        return not_assessed("not_asked", method="source_cards", refs=inputs.declared)
    return Evidence(
        grade=Grade.DECLARED,
        value=sum(facts) / len(facts),
        passed=sum(facts),
        tested=len(facts),
        method="source_cards",
        refs=inputs.declared,
    )


def behaviour_domains(inputs: Inputs) -> Evidence:
    """2.3 Behaviour domains, of six, in which rows can be tied to a person by a key."""
    if inputs.identity is None:
        return not_assessed("no_identity_step", unit="number", method="behaviour_domains")
    keyed = {k.source for k in inputs.identity.keys if _usable(k)}
    domains = {domain for source in keyed for domain in _behaviours(inputs, source)}
    if any(k.key is Key.LOGIN_ID and _usable(k) for k in inputs.identity.keys):
        domains.add("self_service")
    return measured_count(
        len(domains),
        unit="number",
        method="behaviour_domains",
        refs=tuple(s for s in inputs.declared if s in keyed),
        tested=6,
    )


def shadow_lists(inputs: Inputs) -> Evidence:
    """2.4 Customer files in the delivery that no source declares."""
    files = inputs.intake.undeclared
    found = sum(1 for f in files if f.rows is not None and f.customer_columns)
    unreadable = sum(1 for f in files if f.rows is None)
    return measured_count(
        found,
        unit="number",
        method="shadow_lists",
        refs=tuple(f.file for f in files),
        low=found,
        high=found + unreadable,
    )


def _card_facts(card: Source) -> tuple[object, ...]:
    return (
        card.owner,
        card.collected,
        card.stored,
        card.used,
        card.refreshed,
        card.legal_basis,
        card.good_at,
    )


def _usable(test: KeyTest) -> bool:
    return test.records > 0 and test.usable / test.records >= USABLE_KEY


_BEHAVIOUR_OF_DOMAIN = {
    Domain.PURCHASES: "purchase",
    Domain.SHOP: "purchase",
    Domain.LOYALTY: "purchase",
    Domain.SERVICE: "service",
    Domain.NEWSLETTER: "marketing",
    Domain.CAMPAIGN: "marketing",
    Domain.WEB_ANALYTICS: "self_service",
}


def _behaviours(inputs: Inputs, source: str) -> set[str]:
    """Behaviours that a source with a usable key shows, by its domain and its attributes."""
    found = {_BEHAVIOUR_OF_DOMAIN.get(inputs.domain(source), "")}
    for table in inputs.tables_of(source):
        attributes = {meaning.attribute for meaning in table.meanings}
        if table.grain is Grain.ORDER:
            found.add("purchase")
        if Attribute.PRODUCT in attributes:
            found.add("product")
        # Turnover or an account kept per customer, not the amount of one order.
        if table.grain is not Grain.ORDER and attributes & _MONEY:
            found.add("finance")
    return found - {""}


_MONEY = {Attribute.AMOUNT, Attribute.ACCOUNT_NUMBER}

MEASURES: Mapping[str, Measure] = {
    "2.1": profiled_sources,
    "2.2": source_cards,
    "2.3": behaviour_domains,
    "2.4": shadow_lists,
}
