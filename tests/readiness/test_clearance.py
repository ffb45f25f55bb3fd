"""Use cases after the gates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit.readiness.clearance import cleared, usable
from scvkit.vocabulary import GateState, UseCaseStatus
from tests.readiness.clients import facts, use_case

FAILED, UNKNOWN, OPEN = GateState.FAILED, GateState.NOT_ASSESSED, GateState.OPEN
GATES = [f"G{n}" for n in range(10)]
READY, LIMITS, FIX = (
    UseCaseStatus.READY,
    UseCaseStatus.READY_WITH_LIMITS,
    UseCaseStatus.FIX_FIRST,
)


def test_withdrawals_block_outbound_use_cases_only():
    failed = facts(gates={"G5": FAILED})
    assert cleared(use_case("U1", outbound=True), failed) == (UseCaseStatus.BLOCKED, ("G5",))
    assert cleared(use_case("U7"), failed) == (READY, ())


@pytest.mark.parametrize("state", [OPEN, FAILED, UNKNOWN])
def test_until_the_dpia_is_signed_linked_use_cases_wait_for_it(state):
    unsigned = facts(gates={"G3": state})
    once = (UseCaseStatus.READY_ONCE, ("G3",))
    assert cleared(use_case("U7", READY), unsigned) == once
    assert cleared(use_case("U7", LIMITS), unsigned) == once
    assert cleared(use_case("U7", FIX), unsigned) == (FIX, ("G3",))
    assert cleared(use_case("U9", READY, needs_linkage=False), unsigned) == (READY, ())


def test_a_source_without_basis_takes_its_use_cases_with_it():
    left_out = facts(gates={"G2": FAILED}, left_out_sources=("club",))
    assert cleared(use_case("U3", sources=("club", "erp")), left_out)[1] == ("G2",)
    assert cleared(use_case("U7", sources=("erp",)), left_out) == (READY, ())


def test_analytics_without_consent_is_left_out():
    no_state = facts(gates={"G9": FAILED}, analytics_sources=("web",))
    assert cleared(use_case("U5", sources=("web",)), no_state) == (UseCaseStatus.BLOCKED, ("G9",))
    assert cleared(use_case("U7", sources=("erp",)), no_state) == (READY, ())


def test_links_that_nobody_voted_on_are_good_for_aggregates_only():
    unvoted, false = facts(gates={"G6": UNKNOWN}), facts(gates={"G6": FAILED})
    assert cleared(use_case("U7"), unvoted) == (UseCaseStatus.READY_ONCE, ("G6",))
    assert cleared(use_case("U7"), false) == (UseCaseStatus.BLOCKED, ("G6",))
    counted = use_case("U18", needs_linkage=False)
    assert cleared(counted, unvoted) == cleared(counted, false) == (READY, ())


@pytest.mark.parametrize("gate", ["G0", "G1"])
def test_nothing_starts_before_the_assessment_is_lawful_and_rests_on_enough(gate):
    missing = facts(gates={gate: FAILED})
    once = (UseCaseStatus.READY_ONCE, (gate,))
    assert cleared(use_case("U18", needs_linkage=False), missing) == once


def test_a_basis_nobody_spoke_of_is_waited_for_by_those_who_link_that_source():
    unsaid = facts(gates={"G2": OPEN}, unsaid_sources=("club",))
    assert cleared(use_case("U3", sources=("club", "erp")), unsaid)[1] == ("G2",)
    assert cleared(use_case("U7", sources=("erp",)), unsaid) == (READY, ())


@given(states=st.dictionaries(st.sampled_from(GATES), st.sampled_from(list(GateState))))
def test_a_use_case_that_links_people_starts_only_where_its_gates_have_passed(states):
    known = facts(gates=states, left_out_sources=("club",), unsaid_sources=("club",))
    linked = use_case("U3", sources=("club",), outbound=True)
    if cleared(linked, known)[0] in (READY, LIMITS):
        assert all(known.gate(g) is GateState.PASSED for g in ("G0", "G1", "G3", "G6"))
        assert known.gate("G5") is not FAILED


def test_every_gate_in_the_way_is_named_the_first_to_close_first():
    mailing = use_case("U3", outbound=True, sources=("club",))
    several = facts(gates={"G2": FAILED, "G3": OPEN, "G5": FAILED}, left_out_sources=("club",))
    assert cleared(mailing, several) == (UseCaseStatus.BLOCKED, ("G5", "G2", "G3"))


def test_what_was_not_assessed_stays_so_behind_a_failed_gate():
    unknown = use_case("U1", UseCaseStatus.NOT_ASSESSED, outbound=True)
    assert cleared(unknown, facts(gates={"G5": FAILED})) == (UseCaseStatus.NOT_ASSESSED, ())


def test_blocked_use_cases_are_not_usable_and_waiting_ones_are():
    cases = (use_case("U1", outbound=True), use_case("U7"), use_case("U8", FIX))
    states = facts(gates={"G5": FAILED, "G3": OPEN}, use_cases=cases)
    assert [u.id for u in usable(states)] == ["U7"]
