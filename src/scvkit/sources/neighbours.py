"""What a column means in the light of the columns beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scvkit.locale.words import load_words
from scvkit.sources.detection import Detected
from scvkit.sources.facts import ColumnFacts
from scvkit.sources.lexicon import value_words
from scvkit.vocabulary import Attribute

_ONE_PER_ROW = 0.9
_MOSTLY_COMPANIES = 0.8


def settle_by_neighbours(
    columns: Sequence[tuple[ColumnFacts, Detected]],
) -> tuple[Detected, ...]:
    """Return what was detected per column, corrected where the other columns tell better.

    An account number that numbers people without a company is their login; a "name" whose values
    carry legal forms is a company's.
    """
    attributes = {detected.attribute for _, detected in columns}
    return tuple(_settled(facts, detected, attributes) for facts, detected in columns)


def _settled(facts: ColumnFacts, detected: Detected, beside: set[Attribute]) -> Detected:
    words = load_words("en")
    people = bool(beside & {Attribute.GIVEN_NAME, Attribute.SURNAME, Attribute.DATE_OF_BIRTH})
    companies = bool(beside & {Attribute.COMPANY_NAME, Attribute.ORG_NUMBER, Attribute.VAT_NUMBER})
    if (
        detected.attribute is Attribute.ACCOUNT_NUMBER
        and people
        and not companies
        and facts.uniqueness >= _ONE_PER_ROW
    ):
        return replace(
            detected,
            attribute=Attribute.LOGIN_ID,
            reason=words("sources.reasons.login_of_person", reason=detected.reason),
        )
    if detected.attribute is not Attribute.FULL_NAME or people:
        return detected
    share = company_share(facts)
    if share >= _MOSTLY_COMPANIES:
        return replace(
            detected,
            attribute=Attribute.COMPANY_NAME,
            reason=words("sources.reasons.companies", share=words.percent(share)),
        )
    return detected


def company_share(facts: ColumnFacts) -> float:
    """Share of filled rows whose value carries a legal form ("A/S", "GmbH"), 0–1."""
    total = sum(count for _, count in facts.values)
    return sum(n for value, n in facts.values if _has_form(value)) / total if total else 0.0


def _has_form(value: str) -> bool:
    forms = value_words("company_forms")
    lower = value.lower().rstrip(" .")
    named = [word.strip(".,()") for word in lower.split()]
    return any(word in forms for word in named[1:]) or any(
        lower.endswith(form) for form in forms if not form.isascii()
    )
