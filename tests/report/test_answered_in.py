"""What was not assessed names the key that answers it."""

import pytest

from scvkit.engagement import Engagement
from scvkit.engagement.model import People, Source, UseCaseChoice
from scvkit.locale.words import load_words
from scvkit.records.evidence import not_assessed
from scvkit.report.answered_in import KEYS, answered_in

WORDS = load_words("en")
PARTS = {"sources": Source, "people": People, "use_cases": UseCaseChoice}


@pytest.mark.parametrize("key", sorted(set(KEYS.values())))
def test_every_key_exists_in_the_engagement_file(key: str) -> None:
    place, _, parts = key.partition(": ")
    model: object = Engagement
    for part in place.replace("sources.<id>", "sources").split("."):
        assert part in getattr(model, "model_fields", {})
        model = PARTS.get(part)
    assert all(part in Source.model_fields for part in parts.split(", ") if parts)


def test_what_nobody_was_asked_names_its_key_and_what_was_not_measured_none() -> None:
    asked = not_assessed("not_asked", method="sponsor")
    assert answered_in(asked, WORDS) == "In engagement.yaml: people.sponsor."
    assert answered_in(not_assessed("no_profile", method="sponsor"), WORDS) == ""
    assert answered_in(not_assessed("not_asked", method="latency"), WORDS) == ""
