"""The whole assessment, from records to verdict."""

import pytest
from pydantic import TypeAdapter

from scvkit.engagement import Gap
from scvkit.locale import load_words
from scvkit.readiness import assess, headline
from scvkit.readiness.facts import seen_in_two_high
from scvkit.readiness.inputs import Inputs
from scvkit.records.evidence import measured_share, not_assessed
from scvkit.records.readiness import Readiness
from scvkit.store import Store
from scvkit.vocabulary import GateState, UseCaseStatus, Verdict
from tests.readiness import clients

NOTHING = dict.fromkeys(("identity", "linkage", "permission", "use_cases"))


def assessed(**changed):
    return assess(**(clients.steps() | changed))


def test_nothing_declared_means_cannot_say():
    found = assessed(engagement=clients.silent_engagement())
    assert found.verdict is Verdict.V0
    assert found.exploratory
    assert {rule.verdict for rule in found.fired}.isdisjoint({Verdict.V1, Verdict.V2, Verdict.V3})


def test_nothing_measured_means_cannot_say_and_names_two_extracts():
    found = assessed(profiles=(), **NOTHING)
    assert found.verdict is Verdict.V0
    assert found.facts.missing_extracts == ("purchases", "newsletter")


def test_withdrawn_but_mailable_people_mean_permission_first():
    found = assessed(permission=clients.permission(withdrawn=30, conflict=30))
    assert found.verdict is Verdict.V2
    assert (found.use_cases[0].status, found.use_cases[0].gate) == (UseCaseStatus.BLOCKED, "G5")


def test_an_answered_no_use_case_means_do_not():
    none_wanted = clients.engagement(use_cases={"none_wanted": True})
    found = assessed(engagement=none_wanted, use_cases=clients.use_cases(clients.fit(chosen=False)))
    assert found.verdict is Verdict.V1


def test_one_off_buyers_without_a_service_use_case_mean_do_not():
    assert assessed(linkage=clients.linkage(shared=8)).verdict is Verdict.V1


def test_hidden_links_count_before_a_low_overlap_decides():
    """4 % found, but as few as three links in ten are found again: up to 13 % may be shared."""
    half = measured_share(50, 100, method="recovery", low=0.3, high=0.6)
    low = Inputs(**(clients.steps() | {"linkage": clients.linkage(half, shared=8)}))
    assert seen_in_two_high(low) == pytest.approx(0.04 / 0.3)
    assert assessed(linkage=clients.linkage(half, shared=8)).verdict is not Verdict.V1


def test_an_overlap_nobody_could_have_found_decides_nothing():
    unknown = clients.linkage(not_assessed("too_few_links"), shared=0)
    assert seen_in_two_high(Inputs(**(clients.steps() | {"linkage": unknown}))) is None
    assert "overlap_not_evaluated" in assessed(linkage=unknown).unevaluated


def test_a_handful_of_hidden_links_decides_nothing():
    found = assessed(linkage=clients.linkage(measured_share(1, 9, method="recovery")))
    assert found.facts.recovery is None
    assert Verdict.V3 not in {rule.verdict for rule in found.fired}
    assert next(i for i in found.indicators if i.id == "4.2").score is None


def test_changed_thresholds_are_named_and_used():
    own = clients.engagement(thresholds={"3.1": (0.1, 0.2, 0.3, 0.4)})
    found = assessed(engagement=own)
    assert found.changed_thresholds == ("3.1",)
    assert next(i for i in found.indicators if i.id == "3.1").score == 4


def test_every_indicator_that_is_not_assessed_says_why():
    for found in (assessed(), assessed(engagement=clients.silent_engagement(), **NOTHING)):
        missing = [i for i in found.indicators if not i.evidence.assessed]
        assert missing
        assert all(i.evidence.reason and i.score is None for i in missing)


def test_grades_are_shares_of_all_weight():
    found = assessed()
    shares = (
        found.measured_weight,
        found.shown_weight,
        found.declared_weight,
        found.not_assessed_weight,
    )
    assert sum(shares) == pytest.approx(1)
    assert found.measured_weight > found.declared_weight > 0


def test_the_result_survives_the_store_and_is_the_same_twice(tmp_path):
    store = Store(tmp_path)
    first = store.save("readiness", assessed()).read_bytes()
    kept = store.load("readiness", Readiness, made_by="08_readiness")
    assert kept.verdict is assessed().verdict
    assert TypeAdapter(Readiness).validate_python(kept) == kept
    assert store.save("readiness", assessed()).read_bytes() == first


def test_gates_reach_the_facts():
    assert assessed().facts.gate("G6") is GateState.NOT_ASSESSED
    assert assessed().facts.gate("G0") is GateState.PASSED


def test_a_source_the_client_does_not_have_is_no_missing_extract():
    def named(*gaps):
        engagement = clients.engagement().model_copy(update={"gaps": gaps})
        return assessed(profiles=(), engagement=engagement, **NOTHING)

    both = (Gap(name="Kundeklub", domain="purchases"), Gap(name="A newsletter"))
    assert named(both[0]).facts.missing_extracts[0] == "newsletter"
    assert named(*both).facts.missing_extracts == ("service", "loyalty")
    assert named(*both, Gap(name="Kundklubb")).facts.missing_extracts == ("service", "crm")
    every = tuple(Gap(name="none", domain=d) for d in ("purchases", "newsletter", "service",
                                                       "loyalty", "crm"))  # fmt: skip
    found = named(*every)
    assert found.facts.missing_extracts == ()
    said = headline(found, load_words("en"))
    assert "missing most" not in said.title
    # Then what weighs most and was not assessed is named, for an extract would not settle it.
    assert "Weighing most, and not assessed:" in said.lead
