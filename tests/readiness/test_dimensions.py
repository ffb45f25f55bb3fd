"""Dimensions: bars that are as wide as what is not known, and no total anywhere."""

import inspect

from hypothesis import given
from hypothesis import strategies as st

import scvkit.readiness
from scvkit.readiness.dimensions import dimension_scores
from scvkit.records.readiness import DimensionScore, Mark, Readiness
from scvkit.vocabulary import Dimension


def mark(name, score, *, weight=1.0, critical=False, low=None, high=None):
    return Mark(
        id=name,
        dimension=Dimension.IDENTITY,
        weight=weight,
        critical=critical,
        score=score,
        low=(0 if score is None else score) if low is None else low,
        high=(4 if score is None else score) if high is None else high,
    )


def identity_bar(marks):
    return next(b for b in dimension_scores(marks) if b.dimension is Dimension.IDENTITY)


@st.composite
def known(draw, name="x"):
    low, score, high = sorted(draw(st.tuples(*[st.floats(0, 4)] * 3)))
    weight = draw(st.sampled_from([1.0, 2.0, 3.0]))
    return mark(name, score, weight=weight, critical=draw(st.booleans()), low=low, high=high)


@st.composite
def several(draw):
    marks = draw(st.lists(known(), min_size=1, max_size=6))
    silent = draw(st.lists(st.booleans(), min_size=len(marks), max_size=len(marks)))
    return [
        mark(m.id, None, weight=m.weight, critical=m.critical) if quiet else m
        for m, quiet in zip(marks, silent, strict=True)
    ]


@given(several(), known())
def test_adding_evidence_never_widens_a_bar(marks, evidence):
    unknown = mark(evidence.id, None, weight=evidence.weight, critical=evidence.critical)
    before, after = identity_bar([*marks, unknown]), identity_bar([*marks, evidence])
    assert before.low <= after.low + 1e-9
    assert after.high <= before.high + 1e-9


@given(several())
def test_the_score_lies_inside_its_bar(marks):
    bar = identity_bar(marks)
    assert 0 <= bar.low <= bar.high + 1e-9 <= 4 + 2e-9
    if bar.score is not None:
        assert bar.low - 1e-9 <= bar.score <= bar.high + 1e-9
        assert bar.evidence_low - 1e-9 <= bar.score <= bar.evidence_high + 1e-9


def test_a_dimension_is_never_better_than_its_lowest_critical_indicator_and_one():
    bar = identity_bar([mark("4.1", 0.5, critical=True), mark("4.4", 4, weight=9)])
    assert bar.score == bar.high == 1.5
    assert bar.held_back_by == "4.1"


def test_below_sixty_per_cent_assessed_there_is_no_number():
    bar = identity_bar([mark("4.1", 4, weight=59), mark("4.2", None, weight=41)])
    assert (bar.score, bar.evidence_low) == (None, None)
    assert (bar.assessed_weight, bar.total_weight) == (59, 100)
    assert identity_bar([mark("4.1", 4, weight=6), mark("4.2", None, weight=4)]).score == 4


def test_a_dimension_nobody_looked_at_is_wholly_unknown():
    bar = next(b for b in dimension_scores([mark("4.1", 4)]) if b.dimension is Dimension.FLOW)
    assert (bar.score, bar.low, bar.high) == (None, 0, 4)


def test_nothing_in_the_room_adds_dimensions_up():
    names = {*dir(scvkit.readiness), *dir(Readiness), *dir(DimensionScore)}
    assert not {n for n in names if "total" in n.lower() or "overall" in n.lower()} - {
        "total_weight"
    }
    assert not [n for n in inspect.signature(Readiness).parameters if "score" in n]
