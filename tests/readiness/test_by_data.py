"""A new indicator is an entry of a data file: no line of code knows it."""

import pytest
from pydantic import ValidationError

from scvkit.readiness import assess
from scvkit.readiness.indicators import measure_indicators
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.thresholds import Threshold
from scvkit.vocabulary import Grade
from tests.readiness import clients

ENTRY = {
    "id": "4.9",
    "dimension": "D4",
    "weight": 1,
    "kind": "M",
    "unit": "share",
    "steps": [0.6, 0.8, 0.9, 0.95],
    "reason": "judgement",
    "version": 1,
}


def measured(entry, **changed):
    inputs = Inputs(**(clients.steps() | changed))
    (found,) = measure_indicators(inputs, [Threshold.model_validate(ENTRY | entry)])
    return found


def test_an_entry_that_names_evidence_of_a_result_is_measured_and_scored():
    found = measured({"evidence": "linkage.stability"})
    assert found.evidence == clients.steps()["linkage"].stability
    assert found.score is not None


def test_an_entry_that_names_an_answer_is_told_and_stays_under_its_ceiling():
    told = clients.engagement(answers={"returns_known": 0.97})
    found = measured({"answer": "returns_known", "kind": "D"}, engagement=told)
    assert (found.evidence.grade, found.score) == (Grade.DECLARED, 3)


def test_what_nobody_answered_or_no_result_holds_is_not_assessed():
    assert measured({"answer": "returns_known"}).evidence.reason == "not_asked"
    assert measured({"evidence": "linkage.nothing"}).evidence.reason == "no_measure"
    assert not measured({"evidence": "linkage.stability"}, linkage=None).evidence.assessed


def test_an_entry_cannot_point_outside_the_results():
    with pytest.raises(ValidationError):
        Threshold.model_validate(ENTRY | {"evidence": "engagement.client"})


def test_a_client_moves_a_threshold_in_its_own_file():
    stricter = clients.engagement(thresholds={"3.1": (0.9, 0.95, 0.98, 0.99)})
    found = assess(**(clients.steps() | {"engagement": stricter}))
    assert found.changed_thresholds == ("3.1",)
