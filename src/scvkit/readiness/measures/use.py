"""D7 Use across the business."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from scvkit.engagement import Source
from scvkit.readiness.evidence import Answer, answered_share
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures.measure import Measure
from scvkit.records.evidence import Evidence, measured_count, measured_share, not_assessed
from scvkit.records.extracts import SourceTable
from scvkit.shipped import shipped
from scvkit.vocabulary import Attribute, Grade, Grain

MARKETING = "marketing"


def used_sources(inputs: Inputs) -> Evidence:
    """7.1 Sources used by a live use case."""
    answers = [(_used(card), 1) for card in inputs.engagement.sources.values()]
    return answered_share(answers, method="used_sources", refs=inputs.declared)


def outside_marketing(inputs: Inputs) -> Evidence:
    """7.2 Chosen use cases that no marketing function has a part in."""
    if inputs.use_cases is None:
        return not_assessed("no_use_case_step", unit="number", method="outside_marketing")
    if not inputs.chosen:
        return not_assessed("no_use_case_chosen", unit="number", method="outside_marketing")
    outside = [f for f in inputs.chosen if MARKETING not in functions(f.function)]
    return Evidence(
        grade=Grade.DECLARED,
        unit="number",
        value=float(len(outside)),
        tested=len(inputs.chosen),
        method="outside_marketing",
        refs=tuple(f.id for f in inputs.chosen),
    )


def erp_block(inputs: Inputs) -> Evidence:
    """7.3 Orders tied to persons, stock, cost, lead time: how many of four are there, joinable."""
    tables = [
        (source, table)
        for source in inputs.intake.readable()
        for table in inputs.tables_of(source)
        if table.grain is Grain.ORDER
    ]
    if not tables:
        return not_assessed("no_order_table", unit="number", method="erp_block")
    found: set[str] = set()
    for _, table in tables:
        found |= _block_parts(table)
    return measured_count(
        len(found),
        unit="number",
        method="erp_block",
        refs=tuple(f"{source}/{table.table}" for source, table in tables),
        tested=4,
    )


def order_found(inputs: Inputs) -> Evidence:
    """7.4 Recent service contacts from which the right order can be found."""
    if inputs.use_cases is None:
        return not_assessed("no_use_case_step", method="order_found")
    if inputs.use_cases.order_found is None:
        return not_assessed(
            inputs.use_cases.order_missing or "no_service_contacts", method="order_found"
        )
    found, tested = inputs.use_cases.order_found
    return measured_share(found, tested, method="order_found")


def functions(text: str) -> tuple[str, ...]:
    """Return the functions of a use case.

    >>> functions("service, marketing")
    ('service', 'marketing')
    """
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())


def _used(card: Source) -> Answer:
    told = (card.used, card.three_questions.last_used_for)
    if any(told):
        return "yes"
    return "no" if "" in told else None


_PERSON_KEYS = {Attribute.CUSTOMER_NUMBER, Attribute.MEMBER_NUMBER, Attribute.EMAIL}


def _block_parts(table: SourceTable) -> set[str]:
    """Parts of the block in one order table; without a key to a person nothing is joinable."""
    if not {meaning.attribute for meaning in table.meanings} & _PERSON_KEYS:
        return set()
    columns = [meaning.column.lower() for meaning in table.meanings]
    found = {
        part
        for part, stems in _header_stems().items()
        if any(stem in column for stem in stems for column in columns)
    }
    return found | {"orders"}


@cache
def _header_stems() -> dict[str, tuple[str, ...]]:
    tree = shipped("scvkit.readiness", "erp_block.yaml")
    return {part: tuple(stems) for part, stems in tree["header_stems"].items()}


MEASURES: Mapping[str, Measure] = {
    "7.1": used_sources,
    "7.2": outside_marketing,
    "7.3": erp_block,
    "7.4": order_found,
}
