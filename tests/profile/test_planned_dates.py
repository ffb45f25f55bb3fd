import datetime as dt

from scvkit.profile.rules import rule_for
from scvkit.vocabulary import PLANNED_DATES, Attribute


def faults(attribute: Attribute) -> set[str]:
    rule = rule_for(attribute, as_of=dt.date(2026, 9, 30))
    assert rule is not None
    return {name for name, _ in rule.faults}


def test_a_warranty_that_ends_after_the_assessment_is_no_fault() -> None:
    for attribute in PLANNED_DATES:
        assert "date_future" not in faults(attribute)


def test_a_purchase_after_the_assessment_is_a_fault() -> None:
    assert "date_future" in faults(Attribute.LAST_PURCHASE_AT)
