"""Which key of the engagement file answers what nobody has been asked."""

from __future__ import annotations

from scvkit.locale.words import Words
from scvkit.records.evidence import Evidence

_UNASKED = ("not_asked", "too_few_answers")
# By the method that would read the answer; <id> stands for each source.
KEYS = {
    "consent_form": "analytics_form",
    "consent_owner": "people.consent_owner",
    "days_a_month": "people.days_a_month",
    "documented_basis": "sources.<id>.legal_basis",
    "hours_per_list": "hours_per_list",
    "id_issuer": "people.id_issuer",
    "manual_flows": "flows",
    "party_of_attributes": "sources.<id>.party",
    "roles": "people.roles",
    "source_cards": "sources.<id>: owner, stored, since, collected, used, refreshed, good_at",
    "source_owners": "sources.<id>.owner",
    "sponsor": "people.sponsor",
    "three_questions": "sources.<id>.three_questions",
    "use_cases_stated": "use_cases.chosen",
    "used_sources": "sources.<id>: used, three_questions",
    "value_exchange": "sources.<id>.customer_gets",
}


def answered_in(evidence: Evidence, words: Words) -> str:
    """Return the sentence that names the key to fill in; empty where none would answer it."""
    key = KEYS.get(evidence.method) if evidence.reason in _UNASKED else None
    return words("report.answered_in", key=key) if key else ""
