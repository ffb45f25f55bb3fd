"""The nearest flip, and what follows after it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.locale.words import load_words
from scvkit.readiness import decide
from scvkit.records.readiness import Mark
from scvkit.report.answer import flip_verdict
from scvkit.scenarios import flip_chain, nearest_flips
from scvkit.scenarios.changes import improvements, revelations
from scvkit.vocabulary import Dimension, GateState, UseCaseStatus, Verdict
from tests.readiness.clients import facts, marks, use_case

FAILED, UNKNOWN = GateState.FAILED, GateState.NOT_ASSESSED
FIX = UseCaseStatus.FIX_FIRST


def test_one_suppression_list_leads_from_permission_first_to_a_start():
    withdrawn = facts(
        gates={"G5": FAILED},
        use_cases=(use_case("U1", outbound=True), use_case("U7")),
    )
    flips = nearest_flips(withdrawn)
    assert flips[0].changes == ("one_suppression_list",)
    assert flips[0].verdict is Verdict.V4
    assert all(len(flip.changes) == 1 for flip in flips)


def test_a_start_that_still_waits_for_a_signature_says_so_wherever_it_is_promised():
    waiting = {"G5": FAILED, "G3": GateState.OPEN}
    cases = (use_case("U1", outbound=True), use_case("U7"))
    flip = nearest_flips(facts(gates=waiting, use_cases=cases))[0]
    assert flip == flip_chain(facts(gates=waiting, use_cases=cases))[0]
    assert flip.once == ("G3",)
    words = load_words("en")
    assert flip_verdict(flip, words).endswith(", once there is a signed impact assessment")
    signed = nearest_flips(facts(gates={"G5": FAILED}, use_cases=cases))[0]
    assert signed.once == ()
    assert "once" not in flip_verdict(signed, words)


def test_a_suppression_list_mends_only_the_conflicts_that_withdrawals_make():
    """5.3 stays as bad as the other conflicts make it, and permission stays first."""

    def permission(name, score):
        return Mark(
            id=name,
            dimension=Dimension.PERMISSION,
            weight=1,
            critical=True,
            score=score,
            low=score,
            high=score,
        )

    others = tuple(m for m in marks() if m.dimension is not Dimension.PERMISSION)
    before = (*others, permission("5.3", 0.0), permission("5.4", 0.0))
    for left, first in ((0.5, "V2"), (3.0, "V5")):
        after = (permission("5.3", left), permission("5.4", 4.0))
        told = facts(gates={"G5": FAILED}, marks=before, after_suppression=after)
        single = [f for f in nearest_flips(told) if f.changes == ("one_suppression_list",)]
        assert bool(single) is (first != "V2")


def test_pairs_are_tried_when_no_single_fact_will_do():
    silent = facts(gates={"G0": FAILED, "G8": UNKNOWN})
    assert nearest_flips(silent)[0].changes == ("lawful_facts_named", "use_cases_chosen")
    assert {len(flip.changes) for flip in nearest_flips(silent)} == {2}


def test_too_little_evidence_has_no_flip_but_the_missing_extracts():
    assert nearest_flips(facts(gates={"G1": FAILED})) == ()


def test_the_chain_goes_on_from_where_the_flip_ends():
    start = facts(
        gates={"G5": FAILED},
        recovery=0.7,
        marks=(*marks(), replace(marks(D4=1.0)[3], id="4.2")),
        use_cases=(use_case("U1", outbound=True), use_case("U7"), use_case("U3", FIX)),
    )
    chain = flip_chain(start)
    assert [step.verdict for step in chain] == [Verdict.V4, Verdict.V5]
    assert chain[0].changes == ("one_suppression_list",)
    assert set(chain[1].changes) == {"raise.i4_2", "nearest_use_case"}


def test_a_step_of_the_chain_may_take_more_than_two_changes_but_none_too_many():
    start = facts(
        recovery=0.7,
        marks=tuple(
            Mark(
                id=name,
                dimension=dimension,
                weight=1,
                critical=False,
                score=score,
                low=score,
                high=score,
            )
            for name, dimension, score in (
                ("4.2", Dimension.IDENTITY, 1.0),
                ("8.1", Dimension.PEOPLE, 1.0),
                ("3.1", Dimension.SOURCE_QUALITY, 2.5),
                ("5.1", Dimension.PERMISSION, 2.5),
            )
        ),
        use_cases=(use_case("U1"), use_case("U7"), use_case("U3", FIX)),
    )
    chain = flip_chain(start)
    assert chain[0].verdict is Verdict.V5
    assert set(chain[0].changes) == {"raise.i4_2", "raise.i8_1", "nearest_use_case"}


def test_what_may_turn_out_worse_is_a_flip_too():
    unsure = tuple(
        m if m.dimension is not Dimension.SOURCE_QUALITY else raised_range(m) for m in marks()
    )
    flips = nearest_flips(facts(marks=unsure))
    assert (flips[0].changes, flips[0].verdict) == (("low.iD3",), Verdict.V3)


def test_recovery_at_its_low_end_counts_in_the_rules_that_read_it():
    recovery = replace(marks(D4=2.5)[3], id="4.2", low=2.4)
    unsure = facts(recovery=0.62, recovery_low=0.58, marks=(*marks(), recovery))
    assert decide(unsure)[0].verdict is Verdict.V4
    down = [f for f in nearest_flips(unsure) if f.verdict is Verdict.V3]
    assert [flip.changes for flip in down] == [("low.i4_2",)]


def raised_range(mark):
    return Mark(
        id=mark.id,
        dimension=mark.dimension,
        weight=mark.weight,
        critical=mark.critical,
        score=2.5,
        low=1.5,
        high=3.0,
    )


states = st.sampled_from(list(GateState))


@st.composite
def any_facts(draw):
    scores = st.one_of(st.none(), st.floats(0, 4))
    return facts(
        gates={f"G{n}": draw(states) for n in range(10)},
        marks=marks(**{f"D{n}": draw(scores) for n in range(1, 9)}),
        recovery=draw(st.one_of(st.none(), st.floats(0, 1))),
        purchase_strong_key=draw(st.one_of(st.none(), st.floats(0, 1))),
        use_cases=tuple(
            use_case(f"U{n}", draw(st.sampled_from(list(UseCaseStatus))), outbound=n % 2 == 0)
            for n in range(4)
        ),
    )


@settings(max_examples=60, deadline=None)
@given(any_facts())
def test_every_flip_really_gives_its_other_verdict_and_is_as_small_as_it_can_be(found):
    now = decide(found)[0].verdict
    flips = nearest_flips(found)
    assert len(flips) <= 3
    changes = {c.key: c for c in (*improvements(found), *revelations(found))}
    for flip in flips:
        changed = found
        for key in flip.changes:
            changed = changes[key].apply(changed)
        assert decide(changed)[0].verdict is flip.verdict is not now
    if flips and len(flips[0].changes) == 2:
        assert all(decide(c.apply(found))[0].verdict is now for c in changes.values())
    assert nearest_flips(found) == flips


@settings(max_examples=60, deadline=None)
@given(any_facts())
def test_each_step_of_the_chain_gives_a_better_verdict_than_the_one_before(found):
    verdicts = [decide(found)[0].verdict, *(step.verdict for step in flip_chain(found))]
    assert verdicts == sorted(set(verdicts))
