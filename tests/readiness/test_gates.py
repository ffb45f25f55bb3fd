"""Gates: states, what they say, and when they stay silent."""

from dataclasses import replace

import pytest

from scvkit.locale import load_words
from scvkit.readiness.frames import gate_sentence
from scvkit.readiness.gates import gate_states
from scvkit.readiness.indicators import measure_indicators
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.thresholds import load_thresholds
from scvkit.records.evidence import measured_share, wilson
from scvkit.records.linkage import PairVotes
from scvkit.records.readiness import TierVotes
from scvkit.vocabulary import Domain, EntityKind, GateState, Tier
from tests.readiness import clients

PASSED, OPEN, FAILED, UNKNOWN = (
    GateState.PASSED,
    GateState.OPEN,
    GateState.FAILED,
    GateState.NOT_ASSESSED,
)


def gate(name, **changed):
    given = Inputs(**(clients.steps() | changed))
    gates = gate_states(given, measure_indicators(given, load_thresholds()))
    assert [g.id for g in gates] == [f"G{n}" for n in range(10)]
    assert all(gate_sentence(g, load_words()) for g in gates)
    return next(g for g in gates if g.id == name)


def told(**changed):
    return clients.engagement(**changed)


def assessed(**changed):
    return told().model_copy(update={"assessment": told().assessment.model_copy(update=changed)})


def test_a_client_in_fair_shape_passes_all_but_the_votes():
    states = {f"G{n}": gate(f"G{n}").state for n in range(10)}
    assert states.pop("G6") is UNKNOWN
    assert set(states.values()) == {PASSED}


def test_without_the_four_facts_the_run_is_exploratory():
    found = gate("G0", engagement=assessed(purpose=None, delete_by=None))
    assert (found.state, found.detail) == (FAILED, "exploratory")
    assert found.values == (("missing", "purpose, delete_by"),)


def test_evidence_is_too_little_with_one_source_without_purchases_or_without_measurements():
    erp, mail, desk = clients.profiles()
    assert gate("G1", profiles=(erp,)).detail == "few_sources"
    assert gate("G1", profiles=(mail, desk)).detail == "no_purchase_source"
    assert gate("G1", linkage=None, permission=None).detail == "little_evidence"


@pytest.mark.parametrize(
    ("basis", "state", "detail"),
    [
        (None, OPEN, "unsaid"),
        ({"basis": "contract"}, OPEN, "unsaid"),
        ({"basis": "none"}, FAILED, "left_out"),
        ({"basis": "consent", "covers_scv": False}, FAILED, "left_out"),
    ],
)
def test_a_source_needs_a_basis_that_covers_the_single_view(basis, state, detail):
    sources = clients.engagement().model_dump(by_alias=True)["sources"]
    sources["desk"]["legal_basis"] = basis
    found = gate("G2", engagement=told(sources=sources))
    assert (found.state, found.detail) == (state, detail)
    assert ("sources", "Desk") in found.values


@pytest.mark.parametrize(
    ("dpia", "state", "detail"),
    [
        (None, UNKNOWN, "not_asked"),
        ("none", OPEN, "prepare_only"),
        ("drafted", OPEN, "drafted"),
        ("signed", PASSED, "signed_declared"),
    ],
)
def test_the_dpia_is_open_until_it_is_signed(dpia, state, detail):
    engagement = told(assessment={"controller": "x", "dpia": {"status": dpia} if dpia else None})
    found = gate("G3", engagement=engagement)
    assert (found.state, found.detail) == (state, detail)


@pytest.mark.parametrize(
    ("grade", "basis", "dpia"),
    [("shown", "documented", "signed"), ("declared", "declared", "signed_declared")],
)
def test_what_was_only_told_passes_as_told_and_never_as_a_document(grade, basis, dpia):
    sources = clients.engagement().model_dump(by_alias=True)["sources"]
    for card in sources.values():
        card["legal_basis"] = {"basis": "contract", "covers_scv": True, "grade": grade}
    assessment = {"controller": "x", "dpia": {"status": "signed", "grade": grade}}
    engagement = told(sources=sources, assessment=assessment)
    assert gate("G2", engagement=engagement).detail == basis
    assert gate("G3", engagement=engagement).detail == dpia


def test_where_some_documents_were_seen_the_gate_says_how_many_and_who_only_told():
    sources = clients.engagement().model_dump(by_alias=True)["sources"]
    for name, card in sources.items():
        grade = "shown" if name == "desk" else "declared"
        card["legal_basis"] = {"basis": "contract", "covers_scv": True, "grade": grade}
    found = gate("G2", engagement=told(sources=sources))
    assert (found.state, found.detail) == (PASSED, "partly_shown")
    assert {("seen", "1"), ("all", "3")} < set(found.values)
    assert "Desk" not in dict(found.values)["sources"]


def test_quarantined_columns_are_named():
    intake = clients.intake()
    erp = intake.sources[0]
    held = replace(erp, tables=(replace(erp.tables[0], quarantined=("cpr",)),))
    found = gate("G4", intake=replace(intake, sources=(held, *intake.sources[1:])))
    assert found.state is OPEN  # nothing of it was used, and in the source it still stands
    assert ("where", "erp/rows.cpr") in found.values


@pytest.mark.parametrize(
    ("people", "state", "detail"),
    [
        (0, PASSED, "only_leads"),  # up to three on links that are never counted
        (4, OPEN, "look"),
        (5, FAILED, "withdrawn_but_mailable"),
        (30, FAILED, "withdrawn_but_mailable"),
    ],
)
def test_five_sure_withdrawals_trip_the_gate_and_fewer_are_to_be_looked_at(people, state, detail):
    found = gate("G5", permission=clients.permission(withdrawn=people))
    assert (found.state, found.detail) == (state, detail)
    small = {value for name, value in found.values if name == "n" and 0 < int(value) < 5}
    assert not small


def test_weak_links_alone_never_trip_the_withdrawals_gate():
    many = replace(clients.permission().withdrawn_but_mailable, value=200, low=4, high=400)
    found = gate("G5", permission=replace(clients.permission(), withdrawn_but_mailable=many))
    assert (found.state, found.detail) == (OPEN, "look")  # each is to be stopped all the same


def test_withdrawals_are_not_assessed_when_nobody_is_in_two_sources():
    nobody = replace(clients.permission(), tested_for_withdrawal=0)
    assert gate("G5", permission=nobody).state is UNKNOWN
    assert gate("G5", permission=None).state is UNKNOWN


@pytest.mark.parametrize(
    ("same", "decided", "state", "detail"),
    [
        (59, 59, UNKNOWN, "model_beside"),
        (60, 60, PASSED, "voted"),
        (80, 100, FAILED, "aggregates_only"),
    ],
)
def test_false_merges_are_judged_by_sixty_votes_or_not_at_all(same, decided, state, detail):
    votes = (TierVotes(tier=Tier.A, same=same, decided=decided),)
    found = gate("G6", votes=votes)
    assert (found.state, found.detail) == (state, detail)


@pytest.mark.parametrize(
    ("same", "decided", "state"),
    [(12, 12, UNKNOWN), (59, 59, UNKNOWN), (80, 80, PASSED), (80, 100, FAILED)],
)
def test_votes_on_pairs_of_the_linkage_settle_false_merges(same, decided, state):
    low, high = wilson(same, decided)
    share = measured_share(same, decided, method="votes", low=low, high=high)
    voted = PairVotes(
        kind=EntityKind.PERSON,
        asked=120,
        answered=decided,
        decided=decided,
        unsure=0,
        voters=2,
        strata=(),
        precision=share,
        recall=share,
        agreement=share,
        kappa=None,
    )
    found = gate("G6", linkage=replace(clients.linkage(), votes=voted))
    assert found.state is state
    if state is UNKNOWN:
        assert found.detail == "voted_some"
        assert dict(found.values) == {"n": str(decided), "of": "60"}


def test_the_models_own_precision_stands_beside_a_gate_without_votes():
    found = gate("G6")
    assert found.evidence == clients.linkage().kinds[0].precision
    assert found.values == (("model", "0.970"),)


def test_an_answered_nobody_fails_the_owner_gate_and_silence_does_not():
    people = clients.engagement().people
    nobody = told(people=people.model_dump() | {"sponsor": {"role": ""}})
    unasked = told(people=people.model_dump() | {"sponsor": None})
    assert gate("G7", engagement=nobody).detail == "no_sponsor"
    assert gate("G7", engagement=unasked).state is UNKNOWN
    assert gate("G7", engagement=clients.silent_engagement()).detail == "not_asked"


@pytest.mark.parametrize(
    ("use_cases", "state", "detail"),
    [
        (None, UNKNOWN, "not_asked"),
        ({"chosen": []}, UNKNOWN, "not_asked"),
        ({"none_wanted": True}, FAILED, "none_wanted"),
        ({"chosen": [{"id": "U1", "sponsor": ""}]}, FAILED, "no_sponsor"),
        ({"chosen": [{"id": "U1"}]}, OPEN, "sponsor_not_named"),
        ({"chosen": [{"id": "U1", "sponsor": "CMO"}]}, PASSED, "chosen"),
    ],
)
def test_only_an_answered_none_fails_the_use_gate(use_cases, state, detail):
    found = gate("G8", engagement=told(use_cases=use_cases))
    assert (found.state, found.detail) == (state, detail)


@pytest.mark.parametrize(
    ("without", "state", "detail"),
    [
        (100, FAILED, "no_state"),
        (20, OPEN, "some_unknown"),
        (0, PASSED, "known"),
        (None, FAILED, "no_column"),
    ],
)
def test_analytics_is_left_out_without_a_consent_state(without, state, detail):
    sources = clients.engagement().model_dump(by_alias=True)["sources"]
    sources["desk"]["domain"] = Domain.WEB_ANALYTICS
    permission = clients.permission()
    if without is not None:
        share = measured_share(without, 100, method="analytics_without_consent")
        permission = replace(permission, analytics_without_consent=share)
    found = gate("G9", engagement=told(sources=sources), permission=permission)
    assert (found.state, found.detail) == (state, detail)
