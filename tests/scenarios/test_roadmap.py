"""What to do first, and what is never told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from scvkit.errors import EngagementError
from scvkit.locale.words import load_words
from scvkit.records.readiness import Readiness
from scvkit.records.scenarios import AskedActions, Roadmap
from scvkit.scenarios import load_actions, plan_roadmap, roadmap_frame
from scvkit.vocabulary import GateState, UseCaseStatus, Verdict
from tests.readiness.clients import facts, use_case
from tests.report import records
from tests.scenarios.answers import answer, asked

WORDS = load_words("en")
FAILED = GateState.FAILED
WITHDRAWN = facts(
    gates={"G5": FAILED},
    use_cases=(use_case("U1", outbound=True, served=500, base=1000), use_case("U7")),
)
TRIED = asked(
    ("email_at_till", answer("club", "email", more=90)),
    ("number_in_service", answer("desk", "customer_number", more=40)),
    ("login_on_visits", answer("web", "login_id", more=None)),
)


def planned(
    readiness: Readiness | None = None, tried: AskedActions | None = TRIED, **changed: object
) -> Roadmap:
    fields: dict[str, object] = {
        "engagement": records.engagement(),
        "intake": records.intake(),
        "readiness": readiness or records.readiness(facts=WITHDRAWN),
        "asked": tried,
        "permission": None,
        "use_cases": None,
    }
    return plan_roadmap(**(fields | changed))  # type: ignore[arg-type]


def test_a_failed_gate_comes_before_everything_that_serves_people() -> None:
    first, *others = planned().actions
    assert first.action == "one_suppression_list"
    assert first.gate
    assert first.verdict is Verdict.V4
    assert "U1" in first.opens
    assert not any(a.gate for a in others)


def test_after_the_gates_the_people_served_for_the_effort_decide() -> None:
    """Forty people for a few days stand before ninety for weeks."""
    order = [a.action for a in planned().actions]
    assert order.index("number_in_service") < order.index("email_at_till")
    more = asked(
        ("email_at_till", answer("club", "email", more=900)),
        ("number_in_service", answer("desk", "customer_number", more=40)),
    )
    order = [a.action for a in planned(tried=more).actions]
    assert order.index("email_at_till") < order.index("number_in_service")


def test_of_two_that_serve_alike_the_one_at_the_source_comes_first() -> None:
    alike = asked(
        ("number_in_crm", answer("crm", "customer_number", more=30)),
        ("email_in_purchases", answer("erp", "email", more=30)),
    )
    order = [a.action for a in planned(tried=alike).actions]
    assert order.index("email_in_purchases") < order.index("number_in_crm")


def test_nothing_stands_before_what_it_needs_in_order_or_in_time() -> None:
    plan = planned(records.readiness(facts=replace(WITHDRAWN, recovery=0.5)))
    columns = ("first_30_days", "within_90_days", "within_a_year")
    place = {a.action: n for n, a in enumerate(plan.actions)}
    for action in plan.actions:
        for need in action.needs:
            if need in place and action.horizon != "stop":
                held = plan.actions[place[need]]
                assert place[need] < place[action.action]
                assert columns.index(held.horizon) <= columns.index(action.horizon)


def test_nothing_is_bought_before_basis_and_withdrawals_are_in_order() -> None:
    whole = records.readiness(facts=WITHDRAWN, verdict=Verdict.V5)
    assert "buy" not in {a.kind for a in planned(whole).actions}
    assert "two_layer_core" in planned(whole).waiting
    passed = records.readiness(facts=facts(), verdict=Verdict.V5)
    assert "two_layer_core" in {a.action for a in planned(passed).actions}


def test_what_is_not_predicted_promises_nobody() -> None:
    (login,) = [a for a in planned().actions if a.action == "login_on_visits"]
    assert login.serves == ()
    assert login.worth == 0


def test_without_anything_tried_the_gates_are_planned_all_the_same() -> None:
    assert planned(tried=None).actions[0].action == "one_suppression_list"


def test_the_days_are_the_clients_own() -> None:
    told = records.engagement(roadmap={"days": {"S": [1, 4]}})
    days = {a.effort: a.days for a in planned(engagement=told).actions}
    assert days["S"] == (1, 4)
    assert days["M"] is None


def test_every_shipped_action_has_a_reason_and_words_and_an_owner() -> None:
    for action in load_actions():
        assert WORDS(f"scenarios.actions.{action.id}.title", source="X")
        assert WORDS(f"scenarios.actions.{action.id}.first")
        assert WORDS(f"scenarios.owners.{action.owner}")


def test_no_action_retires_all_silos_or_begs_for_consent() -> None:
    for action in load_actions():
        said = " ".join(
            WORDS(f"scenarios.actions.{action.id}.{part}", source="") for part in ("title", "first")
        ).lower()
        assert "silo" not in said
        assert "ask for consent" not in said
        assert "mail the rest" not in said


def own_file(folder: Path, **changed: object) -> Path:
    """A client's file with one action of its own."""
    action = {
        "id": "badge_at_door",
        "title": "{source}: ask for the badge at the door",
        "first": "Put a reader up",
        "closes": ["4.1"],
        "kind": "at_the_source",
        "track": "culture",
        "effort": "S",
        "owner": "head of stores",
        "try": {"do": "add_key", "key": "phone", "domains": ["loyalty"], "share": 0.5},
        "reason": "judgement: people carry it",
    }
    file = folder / "actions.yaml"
    YAML(typ="safe").dump({"version": 1, "actions": [action | changed]}, file)
    return file


def test_an_action_is_added_by_data_alone(tmp_path: Path) -> None:
    actions = load_actions(own_file(tmp_path))
    tried = asked(("badge_at_door", answer("club", "phone", more=70)))
    frame = roadmap_frame(planned(tried=tried, actions=actions), WORDS, {"club": "Club"})
    (line,) = frame[frame.iloc[:, 1] == "Club: ask for the badge at the door"].to_numpy().tolist()
    assert line[0] == "First 30 days"
    assert line[2] == "head of stores"
    assert "70 more: U1" in line[4]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "buy"}, "needs the gates G2 and G5"),
        ({"needs": ["dig_a_well"]}, "needs 'dig_a_well'"),
        ({"reason": "because"}, "reason"),
        ({"efort": "S"}, "efort"),
    ],
)
def test_an_action_that_cannot_be_used_is_refused(
    tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    with pytest.raises(EngagementError, match=said):
        load_actions(own_file(tmp_path, **changed))


def test_a_document_that_blocked_use_cases_wait_for_as_well_comes_as_early_as_their_gate() -> None:
    both = facts(
        gates={"G3": GateState.OPEN, "G5": GateState.FAILED},
        use_cases=(use_case("U1", UseCaseStatus.READY, outbound=True, served=9),),
    )
    plan = planned(records.readiness(facts=both)).actions
    (dpia,) = [a for a in plan if a.action == "sign_dpia"]
    assert (dpia.horizon, dpia.opens) == ("first_30_days", ("U1",))


def test_a_use_case_that_only_waits_for_a_document_is_brought_nearer_by_it() -> None:
    unsigned = facts(
        gates={"G3": GateState.OPEN}, use_cases=(use_case("U3", UseCaseStatus.READY, served=9),)
    )
    (dpia,) = [
        a for a in planned(records.readiness(facts=unsigned)).actions if a.action == "sign_dpia"
    ]
    assert dpia.opens == ("U3",)
