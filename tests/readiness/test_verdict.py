"""The verdict rules, one by one."""

import pytest

from scvkit.readiness import decide
from scvkit.readiness.verdict import unevaluated
from scvkit.vocabulary import GateState, UseCaseStatus, Verdict
from tests.readiness.clients import PASSED, facts, marks, use_case

FAILED, UNKNOWN, OPEN = GateState.FAILED, GateState.NOT_ASSESSED, GateState.OPEN
NOT_NOW = UseCaseStatus.NOT_NOW


def fired(**changed):
    return [(rule.verdict.value, rule.reasons) for rule in decide(facts(**changed))]


@pytest.mark.parametrize(
    ("changed", "verdict", "reason"),
    [
        ({"gates": {"G0": FAILED}}, "V0", "not_lawful"),
        ({"gates": {"G1": FAILED}}, "V0", "little_evidence"),
        ({"gates": {"G8": UNKNOWN}}, "V0", "use_cases_not_asked"),
        ({"gates": {"G8": FAILED}}, "V1", "no_use_case"),
        ({"seen_in_two_high": 0.09, "service_chosen": False}, "V1", "few_shared_people"),
        ({"use_cases": (use_case("U1", value_high=0.0),)}, "V1", "no_value"),
        (
            {"gates": {"G2": FAILED}, "left_out_sources": ("erp",)},
            "V2",
            "purchase_without_basis",
        ),
        ({"gates": {"G5": FAILED}}, "V2", "withdrawals"),
        ({"marks": marks(D5=1.9)}, "V2", "permission_low"),
        ({"marks": marks(D3=1.9)}, "V3", "quality_low"),
        ({"purchase_strong_key": 0.84}, "V3", "purchase_key_low"),
        ({"recovery": 0.59}, "V3", "recovery_low"),
        ({"use_cases": (use_case("U1"), use_case("U3"))}, "V4", "few_share_a_core"),
        ({"marks": marks(D8=1.9)}, "V4", "mandate_low"),
        ({"recovery": 0.79}, "V4", "no_other_rule"),
        ({"use_cases": (use_case("U1", NOT_NOW),)}, "V4", "no_other_rule"),
        ({"gates": {"G7": FAILED}}, "V4", "no_other_rule"),
        ({}, "V5", "core_shared"),
    ],
)
def test_a_rule_fires_on_its_own_fact_and_decides(changed, verdict, reason):
    assert fired(**changed)[0] == (verdict, (reason,))


SIX = tuple(
    use_case(f"U{n}", functions=(function,))
    for n, function in enumerate(("marketing", "service", "sales") * 2)
)
ALL_GOOD = {"marks": marks(**{f"D{n}": 3.0 for n in range(1, 9)}), "use_cases": SIX}


def test_a_full_view_needs_everything_and_is_then_the_answer():
    assert fired(**ALL_GOOD) == [("V6", ("all_three_or_more",))]


@pytest.mark.parametrize(
    "short",
    [
        {"marks": marks(**{f"D{n}": 3.0 for n in range(1, 9)} | {"D6": 2.9})},
        {"marks": marks(**{f"D{n}": 3.0 for n in range(1, 9)} | {"D6": None})},
        {"use_cases": SIX[:5]},
        {"use_cases": tuple(use_case(f"U{n}") for n in range(6))},
        {"gates": {"G6": UNKNOWN}},
        {"gates": {"G3": OPEN}},
    ],
)
def test_one_thing_short_of_a_full_view_is_the_core(short):
    assert fired(**(ALL_GOOD | short))[0][0] == "V5"


def test_the_first_rule_decides_and_all_that_fired_are_listed():
    found = fired(
        gates={"G5": FAILED}, recovery=0.5, marks=marks(D3=1.0, D8=1.0), use_cases=(use_case("U7"),)
    )
    assert found == [
        ("V2", ("withdrawals",)),
        ("V3", ("quality_low", "recovery_low")),
        ("V4", ("few_share_a_core", "mandate_low")),
    ]


def test_silence_is_never_a_no():
    silent = facts(
        gates={f"G{n}": UNKNOWN for n in range(10)},
        marks=marks(**{f"D{n}": None for n in range(1, 9)}),
        use_cases=(),
        service_chosen=None,
        seen_in_two_high=None,
        purchase_strong_key=None,
        recovery=None,
    )
    assert [rule.verdict for rule in decide(silent)] == [Verdict.V0]


def test_a_low_overlap_alone_is_no_reason_to_stop():
    assert fired(seen_in_two_high=0.01)[0][0] == "V5"
    assert fired(seen_in_two_high=0.01, service_chosen=None)[0][0] == "V5"
    assert fired(seen_in_two_high=None, service_chosen=False)[0][0] == "V5"


def test_no_value_is_only_said_when_the_worth_of_every_chosen_use_case_is_known():
    for worth, found in (
        ((0.0, 0.0), "V1"),
        ((0.0, None), "V4"),
        ((None, None), "V4"),
        ((0.0, 12.5), "V4"),
    ):
        cases = tuple(use_case(f"U{n}", value_high=high) for n, high in enumerate(worth))
        assert fired(use_cases=cases)[0][0] == found, worth
    beside = (use_case("U1", value_high=7.0), use_case("U2", chosen=False, value_high=0.0))
    assert fired(use_cases=beside)[0][0] == "V4"


def test_a_wide_bar_does_not_make_a_verdict():
    """D5 unknown: its high end is 4, so "permission first" does not fire on ignorance."""
    assert fired(marks=marks(D5=None)) == [("V4", ("no_other_rule",))]


def test_a_basis_missing_elsewhere_than_in_purchases_does_not_decide():
    assert fired(gates={"G2": FAILED}, left_out_sources=("club",))[0][0] == "V5"


def test_an_unsigned_dpia_changes_no_verdict_but_the_full_view():
    assert fired(gates={"G3": OPEN}) == fired()
    assert fired(**ALL_GOOD, gates={"G3": OPEN})[0][0] == "V5"


def test_what_could_not_be_tried_is_named():
    assert unevaluated(facts()) == ("value_not_evaluated",)
    assert unevaluated(facts(recovery=None, purchase_strong_key=None, service_chosen=None)) == (
        "value_not_evaluated",
        "overlap_not_evaluated",
        "purchase_key_not_evaluated",
        "recovery_not_evaluated",
    )


def test_gates_not_listed_are_not_assessed():
    assert facts(gates={}).gate("G5") is GateState.PASSED
    assert facts().gate("G99") is GateState.NOT_ASSESSED
    assert len(PASSED) == 10
