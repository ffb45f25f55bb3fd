"""Scores: straight lines between steps, ceilings, ranges; not assessed is not 0."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit.errors import EngagementError
from scvkit.readiness.scoring import ceiling, indicator, score
from scvkit.readiness.thresholds import load_thresholds, thresholds_in_use
from scvkit.records.evidence import Evidence, measured_count, measured_share, not_assessed
from scvkit.records.readiness import Indicator
from scvkit.vocabulary import Dimension, Grade
from tests.readiness.clients import threshold

SCORED = [t for t in load_thresholds() if t.steps]
anything = st.floats(min_value=0, max_value=100, allow_nan=False)
thresholds = st.sampled_from(SCORED)


def scored(chosen, value):
    return score(
        value,
        chosen.steps,
        lower_is_better=chosen.lower_is_better,
        share=chosen.unit == "share",
    )


@pytest.mark.parametrize("shipped", SCORED, ids=lambda t: t.id)
def test_the_value_of_a_step_scores_that_step(shipped):
    for step, needed in enumerate(shipped.steps, 1):
        highest = max(n for n, other in enumerate(shipped.steps, 1) if other == needed)
        assert scored(shipped, needed) == pytest.approx(highest), step


@given(thresholds, anything, anything)
def test_a_better_value_never_scores_less(chosen, one, other):
    worse, better = sorted((one, other), reverse=chosen.lower_is_better)
    assert 0 <= scored(chosen, worse) <= scored(chosen, better) <= 4


def test_not_assessed_is_not_nought():
    for shipped in load_thresholds():
        unknown = indicator(shipped, not_assessed("not_asked"))
        assert unknown.score is None
        assert (unknown.score_low, unknown.score_high) == (0, 4)


def test_a_measured_nought_is_a_score():
    filled = next(t for t in load_thresholds() if t.id == "3.1")
    assert indicator(filled, measured_share(0, 100, method="m")).score == 0


def test_told_where_it_could_be_measured_scores_at_most_two():
    assert ceiling("M", Grade.DECLARED) == 2
    assert ceiling("D", Grade.DECLARED) == ceiling("MD", Grade.DECLARED) == 3
    assert ceiling("D", Grade.SHOWN) == ceiling("M", Grade.MEASURED) == 4
    told = indicator(threshold("1.1", kind="M"), Evidence(grade=Grade.DECLARED, value=1.0))
    assert (told.score, told.score_high) == (2, 2)


def test_the_range_of_the_evidence_becomes_the_range_of_the_score():
    excess = next(t for t in load_thresholds() if t.id == "3.3")
    found = indicator(excess, measured_share(7, 100, method="m", low=0.03, high=0.15))
    assert (found.score_low, found.score, found.score_high) == (1, 2, 3)


def test_a_share_of_fewer_than_thirty_rows_has_no_score():
    filled = next(t for t in load_thresholds() if t.id == "3.1")
    few = indicator(filled, measured_share(29, 29, method="m"))
    assert few.score is None
    assert few.evidence.value == 1


@pytest.mark.parametrize("number", [0, 0.5, 3, None, "4"])
def test_no_indicator_can_be_built_from_a_bare_number(number):
    with pytest.raises(TypeError, match="bare number"):
        Indicator(
            id="3.1",
            dimension=Dimension.SOURCE_QUALITY,
            weight=1,
            critical=False,
            evidence=number,
            score=3,
            score_low=3,
            score_high=3,
            thresholds=(),
            lower_is_better=False,
            reason="law",
        )


def test_not_assessed_cannot_carry_a_score():
    with pytest.raises(ValueError, match="not assessed"):
        Indicator(
            id="3.1",
            dimension=Dimension.SOURCE_QUALITY,
            weight=1,
            critical=False,
            evidence=not_assessed("not_asked"),
            score=0,
            score_low=0,
            score_high=4,
            thresholds=(),
            lower_is_better=False,
            reason="law",
        )


def test_every_shipped_threshold_has_a_weight_a_reason_and_a_version():
    shipped = load_thresholds()
    assert len({t.id for t in shipped}) == len(shipped) == 43
    assert {t.id for t in shipped if t.critical} == {
        *("1.2", "3.1", "4.1", "4.2", "4.3", "5.1", "5.3", "5.4", "8.1", "8.2")
    }
    assert [t.id for t in shipped if not t.weight] == ["5.9"]
    assert all(t.version >= 1 for t in shipped)


def test_a_clients_own_steps_are_used_and_named():
    in_use, changed = thresholds_in_use({"3.1": (0.1, 0.2, 0.3, 0.4)})
    assert changed == ("3.1",)
    assert next(t for t in in_use if t.id == "3.1").steps == (0.1, 0.2, 0.3, 0.4)
    assert thresholds_in_use({"3.1": (0.5, 0.75, 0.9, 0.98)})[1] == ()


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"3.11": (0.1, 0.2, 0.3, 0.4)}, "no indicator '3.11'. Did you mean '3.1'"),
        ({"3.1": (50, 75, 90, 98)}, "write 0.85, not 85"),
        ({"3.1": (0.9, 0.8, 0.7, 0.6)}, "must rise"),
        ({"3.3": (0.1, 0.2, 0.3, 0.4)}, "must fall"),
    ],
)
def test_steps_that_cannot_be_meant_are_refused_in_one_sentence(own, sentence):
    with pytest.raises(EngagementError, match=r"engagement\.yaml") as refused:
        thresholds_in_use(own)
    assert sentence in str(refused.value)


def test_a_small_count_of_people_still_scores():
    withdrawn = next(t for t in load_thresholds() if t.id == "5.4")
    scores = [
        indicator(withdrawn, measured_count(n, unit="people", method="m")).score
        for n in (0, 1, 4, 5, 10)
    ]
    assert scores == [4, 3, 2, 1, 0]
