"""Every key that the room can hand out has its sentence, and the frames print."""

import ast
import inspect
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.locale import load_words
from scvkit.readiness import (
    assess,
    dimension_frame,
    flip_frame,
    gate_frame,
    gates,
    headline,
    indicator_frame,
    measures,
    rule_frame,
    use_case_frame,
    verdict,
)
from scvkit.readiness.frames import changes_text, indicator_name, value_text
from scvkit.readiness.thresholds import load_thresholds
from scvkit.records.evidence import measured_count
from scvkit.records.readiness import FiredRule, TierVotes
from scvkit.scenarios import with_flips
from scvkit.usecases import load_catalogue
from scvkit.vocabulary import Dimension, GateState, Grade, Tier, UseCaseStatus, Verdict
from tests.readiness import clients

WORDS = load_words("en")


VOTED = tuple(TierVotes(tier=t, same=100, decided=100) for t in (Tier.A, Tier.B, Tier.C))


def assessed(**changed):
    return with_flips(assess(**(clients.steps() | {"votes": VOTED} | changed)))


def calls(module, name):
    """Arguments of every call of ``name`` in the source of a module."""
    tree = ast.parse(inspect.getsource(module))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name
    ]


def texts(node):
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and n.value]


def missing(keys):
    return [key for key in keys if not WORDS.has(key)]


def test_dimensions_grades_states_and_statuses_have_words():
    assert not missing(
        [f"dimensions.{d.value}.{part}" for d in Dimension for part in ("name", "question")]
        + [f"grades.{g.value}" for g in Grade]
        + [f"gates.states.{s.value}" for s in GateState]
        + [f"readiness.statuses.{s.value}" for s in UseCaseStatus]
        + [f"verdicts.{v.value}.title" for v in Verdict]
        + [f"gates.G{n}.name" for n in range(10)]
    )


@pytest.mark.parametrize("shipped", load_thresholds(), ids=lambda t: t.id)
def test_every_indicator_has_its_name_its_changes_and_its_reason(shipped):
    key = f"i{shipped.id.replace('.', '_')}"
    assert not missing(
        [
            f"indicators.{key}",
            f"changes.raise.{key}",
            f"changes.low.{key}",
            f"threshold_reasons.{shipped.reason}",
        ]
    )
    assert indicator_name(shipped.id, WORDS) != shipped.id


def test_every_state_of_a_gate_has_its_sentence_and_no_sentence_is_left_over():
    written = {
        f"gates.{texts(call.args[0])[0]}.{detail}"
        for call in calls(gates, "_gate")
        if call.args and isinstance(call.args[2], ast.Constant | ast.IfExp)
        for detail in texts(call.args[2])
    }
    assert len(written) > 25
    assert not missing(written)


def test_every_reason_of_a_rule_has_its_sentence():
    reasons = [
        part.elts[0].value
        for call in calls(verdict, "_kept")
        for part in call.args
        if isinstance(part, ast.Tuple)
    ]
    others = ["no_other_rule", "core_shared", "all_three_or_more"]
    assert len(reasons) == 14
    assert not missing([f"rules.{reason}" for reason in [*reasons, *others]])
    assert not missing([f"rules.{part}" for part in verdict.unevaluated(clients.facts())])


def test_every_reason_for_not_assessing_and_every_method_has_its_sentence():
    modules = [
        getattr(measures, name)
        for name in dir(measures)
        if inspect.ismodule(getattr(measures, name))
    ]
    reasons = {
        texts(call.args[0])[0] for module in modules for call in calls(module, "not_assessed")
    }
    methods = {
        text
        for module in modules
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.keyword) and node.arg == "method"
        for text in texts(node.value)
    }
    assert len(reasons) > 10
    assert len(methods) > 30
    assert not missing([f"reasons.{r}" for r in reasons | {"too_few_answers", "no_measure"}])
    assert not missing([f"methods.{method}" for method in methods])


def test_every_use_case_of_the_catalogue_has_a_name_that_fits_a_sentence():
    assert not missing([f"verdicts.use_cases.{use_case.id}" for use_case in load_catalogue()])


def test_frames_print_one_row_each_and_leave_the_unknown_empty():
    found = assessed()
    assert len(dimension_frame(found, WORDS)) == 8
    assert len(gate_frame(found, WORDS)) == 10
    assert len(indicator_frame(found, WORDS)) == 43
    assert len(use_case_frame(found, WORDS)) == 1
    told_only = assessed(use_cases=None)
    assert dimension_frame(told_only, WORDS)["Score (0–4)"][5] is None
    assert "not tried" in set(rule_frame(found, WORDS)["Decides"])


def test_the_headline_names_the_first_step_and_where_it_leads():
    withdrawn = clients.permission(withdrawn=30, conflict=30)
    found = assessed(permission=withdrawn)
    assert headline(found, WORDS).title == (
        "Permission first: one suppression list, then start with telling customers from others in"
        " the newsletter."
    )
    assert "one waits for one suppression list." in headline(found, WORDS).lead
    assert next(iter(flip_frame(found, WORDS)["If"])) == "one suppression list"


@pytest.mark.parametrize(
    ("changed", "title"),
    [
        ({}, "Start with telling customers from others in the newsletter."),
        (
            {"engagement": clients.engagement(use_cases={"none_wanted": True})},
            "Do not build a single customer view now.",
        ),
        (
            {"engagement": clients.engagement(use_cases=None)},
            "Cannot say yet: nobody has been asked what a single view would be for.",
        ),
        (
            {"profiles": clients.profiles()[:1]},
            "Cannot say yet: what is missing most is an extract of the newsletter list and"
            " an extract of service contacts, if the client has them.",
        ),
        (
            {"identity": clients.identity(with_strong_key=50)},
            "Mend the sources first: a strong key captured for the records without one, then start"
            " with telling customers from others in the newsletter.",
        ),
        (
            {"use_cases": clients.use_cases(clients.fit(status=UseCaseStatus.NOT_NOW))},
            "Nothing can start today; telling customers from others in the newsletter is nearest.",
        ),
        (
            {"use_cases": clients.use_cases(clients.fit("own_1"))},
            "Start with the use case “own_1”.",
        ),
    ],
)
def test_each_verdict_is_one_sentence(changed, title):
    assert headline(assessed(**changed), WORDS).title == title


def test_where_no_extract_is_missing_the_gates_that_decide_are_named():
    found = assessed()
    reasons = ("little_evidence", "use_cases_not_asked")
    fired = (FiredRule(verdict=Verdict.V0, reasons=reasons, values=()),)
    facts = replace(found.facts, missing_extracts=())
    undecided = replace(found, verdict=Verdict.V0, fired=fired, facts=facts)
    assert "these gates: Evidence, Use." in headline(undecided, WORDS).lead
    wanting = replace(undecided, facts=replace(facts, missing_extracts=("crm",)))
    assert "these gates" not in headline(wanting, WORDS).lead


def test_beside_missing_facts_the_extracts_that_would_settle_most_are_named():
    found = assessed()
    reasons = ("not_lawful", "little_evidence")
    fired = (FiredRule(verdict=Verdict.V0, reasons=reasons, values=()),)
    facts = replace(found.facts, missing_extracts=("purchases", "service"))
    undecided = replace(found, verdict=Verdict.V0, fired=fired, facts=facts)
    lead = headline(undecided, WORDS).lead
    assert "an extract of purchases and an extract of service contacts would settle most" in lead
    one = replace(undecided, facts=replace(facts, missing_extracts=("purchases",)))
    assert "Beside these facts, an extract of purchases would" in headline(one, WORDS).lead


def test_use_cases_that_wait_for_a_signature_do_not_start_today():
    unsigned = clients.engagement()
    assessment = unsigned.assessment.model_copy(update={"dpia": None})
    found = assessed(engagement=unsigned.model_copy(update={"assessment": assessment}))
    assert headline(found, WORDS).title.endswith("once there is a signed impact assessment.")
    assert headline(found, WORDS).lead == (
        "The one use case cannot start today: one waits for a signed impact assessment."
    )


def test_what_waits_for_a_list_and_a_signature_is_said_to_wait_for_both():
    unsigned = clients.engagement()
    assessment = unsigned.assessment.model_copy(update={"dpia": None})
    found = assessed(
        engagement=unsigned.model_copy(update={"assessment": assessment}),
        permission=clients.permission(withdrawn=30, conflict=30),
    )
    told = headline(found, WORDS)
    assert told.lead.endswith("one waits for one suppression list and a signed impact assessment.")
    if found.chain and found.chain[0].changes == ("one_suppression_list",):
        assert told.title.endswith("once there is a signed impact assessment.")


def test_while_nobody_voted_on_pairs_no_use_case_that_links_people_is_said_to_start():
    """The gate says "aggregates until 60 pairs are voted": the answer says the same."""
    told = headline(assessed(votes=()), WORDS)
    assert told.title.endswith("once there is a vote on sixty pairs.")
    assert told.lead == (
        "The one use case cannot start today: one waits for a vote on sixty pairs."
    )


@pytest.fixture(scope="module")
def fair():
    return assessed()


@settings(deadline=None)
@given(
    drawn=st.lists(
        st.tuples(
            st.sampled_from(list(UseCaseStatus)),
            st.sampled_from([(), ("G3",), ("G5",), ("G5", "G3")]),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_the_lead_counts_every_use_case_once_and_names_no_code(fair, drawn):
    cases = tuple(
        replace(fair.use_cases[0], fit=clients.fit(f"u{n}"), status=status, gates=gates)
        for n, (status, gates) in enumerate(drawn)
    )
    told = headline(replace(fair, use_cases=cases), WORDS).lead
    numbers = [
        int(n)
        for n in re.findall(r"(?<![\w“])(\d+) (?:can|wait|need|would|could|of(?! them))", told)
    ]
    ones = len(re.findall(r"\b[Oo]ne (?:can|waits|needs|would|could|of(?! them))", told))
    today = sum(s in (UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS) for s, _ in drawn)
    if today == len(drawn):
        assert told.startswith(f"All {today} use cases can start today")
    else:
        assert sum(numbers) + ones == len(drawn)
    assert today <= 3 or not re.search(r"\bu\d", told)


def test_what_most_wait_for_is_said_once_and_what_some_wait_for_beside(fair):
    blocked, both = UseCaseStatus.BLOCKED, ("G3", "G5")
    states = [(UseCaseStatus.READY_ONCE, ("G3",)), (blocked, both), (blocked, both)]
    mended, few = (UseCaseStatus.FIX_FIRST, ("G3",)), (UseCaseStatus.NOT_NOW, ("G3",))
    cases = tuple(
        replace(fair.use_cases[0], status=status, gates=gates)
        for status, gates in (*states, mended, few)
    )
    assert headline(replace(fair, use_cases=cases), WORDS).lead == (
        "None of the 5 use cases can start today: 3 wait for a signed impact assessment, 2 of them"
        " also for one suppression list; one needs data mended and a signed impact assessment; one"
        " would reach too few people today."
    )


def test_small_counts_of_people_are_not_printed():
    assert value_text(measured_count(3, unit="people", method="m"), WORDS) == "<5"
    assert value_text(measured_count(0, unit="people", method="m"), WORDS) == "0"
    few = replace(clients.permission(withdrawn=4, conflict=3))
    table = indicator_frame(assessed(permission=few), WORDS).set_index("")
    assert table.loc["5.3", "Counted"] == "<5 of 100"
    assert table.loc["5.4", "Value"] == "<5"


def test_several_changes_make_one_phrase():
    text = changes_text(("one_suppression_list", "dpia_signed", "raise.i4_2"), WORDS)
    assert text.startswith("one suppression list, and the impact assessment signed, and a second")


def test_those_that_wait_and_lack_data_besides_are_said_to_need_it_mended_too(fair):
    mend = replace(clients.fit("U1"), status=UseCaseStatus.FIX_FIRST)
    waits = replace(fair.use_cases[0], status=UseCaseStatus.BLOCKED, gates=("G3",))
    cases = (waits, replace(waits, fit=mend), replace(waits, fit=mend))
    assert "3 wait for a signed impact assessment, 2 of the 3 also need data mended." in (
        headline(replace(fair, use_cases=cases), WORDS).lead
    )
    alone = headline(replace(fair, use_cases=cases[1:2]), WORDS).lead
    assert "one waits for a signed impact assessment, and also needs data mended." in alone
