"""What if, value, roadmap, core and segments: what stands on them, and what never does."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from markupsafe import Markup

from scvkit import report
from scvkit.locale.words import load_words
from scvkit.readiness import draw_blueprint, estimate_value
from scvkit.records.evidence import measured_count, measured_share, not_assessed
from scvkit.records.scenarios import AskedActions
from scvkit.records.stakes import Coverage, PeopleCounts, SegmentCount
from scvkit.scenarios import plan_roadmap
from scvkit.vocabulary import GateState
from tests.readiness.clients import facts
from tests.report import records
from tests.scenarios.answers import answer, asked

WORDS = load_words("en")
TRIED = asked(
    ("email_at_till", answer("club", "email", more=90)),
    ("number_in_service", answer("desk", "customer_number", more=2)),
    ("login_on_visits", answer("news", "login_id", more=None)),
)


def text(markup: Markup) -> str:
    """The words of a section, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", str(markup))).split())


def what_if(tried: AskedActions | None = TRIED) -> str:
    return text(report.what_if(asked=tried, names=records.NAMES, words=WORDS))


def people(count: int = 3) -> PeopleCounts:
    """Two segments, one of them of a few people."""
    share = measured_share(600, 800, method="m")
    few = measured_share(1, count, method="m")
    return PeopleCounts(
        contacted_twice=measured_count(100, unit="people", method="m"),
        unreachable=not_assessed("no_as_of", unit="people"),
        segments=(
            SegmentCount(id="active", title="", people=800, with_key=share, recognised=share,
                         agreed=share, reachable=share),
            SegmentCount(id="mine", title="Our few", people=count, with_key=few, recognised=few,
                         agreed=few, reachable=few),
        ),
        coverage=(Coverage(role="marketer", attribute="email", known=share),),
    )  # fmt: skip


def test_a_what_if_shows_now_after_range_and_ceiling() -> None:
    said = what_if()
    assert (
        "What if Loyalty club asked for the e-mail in 60% of the records without it (360 of 600)?"
        in said
    )
    assert "50% 59% 54–64%" in said
    assert "No more than 95%" in said
    assert "serves 90 more" in said
    assert "The usual sum would say 90%." in said


def test_two_people_are_no_reason_to_act_and_are_not_told() -> None:
    assert "serves <5 more" not in what_if()
    assert "serves 2 more" not in what_if()


def test_what_cannot_be_predicted_is_hatched_and_told_as_at_most() -> None:
    said = what_if()
    assert "at most 95%" in said
    assert "Only the ceiling is known." in said
    assert "was not run" in what_if(None)


def test_the_roadmap_has_a_first_step_and_somebody_for_each_action() -> None:
    plan = plan_roadmap(
        engagement=records.engagement(),
        intake=records.intake(),
        readiness=records.readiness(facts=facts(gates={"G5": GateState.FAILED})),
        asked=TRIED,
        permission=None,
        use_cases=None,
    )
    said = text(report.roadmap(roadmap=plan, names=records.NAMES, words=WORDS))
    assert said.index("One suppression list") < said.index("Loyalty club: offer the receipt")
    assert "head of service" in said
    assert "Try it in two shops" in said
    assert "Not before the gates are passed: Build the two-layer core" in said
    none = report.roadmap(roadmap=None, names={}, words=WORDS)
    assert "Nothing was planned." in text(none)


def test_money_stands_only_beside_a_declared_price() -> None:
    def shown(**told: object) -> str:
        found = estimate_value(
            engagement=records.engagement(**told),
            linkage=records.linkage(),
            permission=records.permission(),
            use_cases=records.use_cases(),
            people=people(),
        )
        return text(report.value(value=found, words=WORDS))

    silent = shown()
    assert "No line has all the prices it needs" in silent
    assert "EUR" not in silent
    prices = {"sends_a_year": {"low": 40, "high": 60}, "cost_per_send": {"low": 1, "high": 2}}
    told = shown(value={"currency": "EUR", "prices": prices})
    assert "EUR a year" in told
    assert "4,000–12,000" in told
    assert "What moves it most" in told
    assert "total" not in told.lower()


def test_a_segment_of_a_few_people_is_counted_under_five_and_has_no_shares() -> None:
    said = text(report.segments(counts=people(), words=WORDS))
    assert "Bought in the last 24 months 800 75%" in said
    assert "Our few <5 <5 of <5" in said
    assert "No segment was counted." in text(report.segments(counts=None, words=WORDS))


def test_a_segment_nobody_could_count_says_why_and_never_nought() -> None:
    nothing = not_assessed("no_purchase_dates")
    lapsed = SegmentCount(id="lapsed", title="", people=None, with_key=nothing, recognised=nothing,
                          agreed=nothing, reachable=nothing, reason=nothing.reason)  # fmt: skip
    said = text(report.segments(counts=replace(people(), segments=(lapsed,)), words=WORDS))
    assert "Last bought longer ago – not assessed: no purchase dates" in said
    assert "0" not in said.split("Last bought longer ago")[1]


def test_the_core_names_source_key_and_owner_and_the_cards_their_coverage() -> None:
    plan = draw_blueprint(
        engagement=records.engagement(),
        profiles=records.profiles(),
        identity=records.identity(),
        people=people(),
    )
    said = text(report.core(blueprint=plan, names=records.NAMES, words=WORDS))
    assert "Identity" in said
    assert "Permission" in said
    assert "nobody holds it" in said
    assert "Marketer e-mail 75%" in said


def test_the_five_vs_stand_beside_their_need_and_unknown_is_not_zero() -> None:
    def shown(**changed: object) -> str:
        fields = {
            "readiness": records.readiness(),
            "profiles": records.profiles(),
            "linkage": records.linkage(),
            "use_cases": records.use_cases(),
            "words": WORDS,
        } | changed
        return text(report.five_vs(**fields))  # type: ignore[arg-type]

    said = shown()
    assert said.index("Volume") < said.index("Variety") < said.index("Veracity")
    assert "people behind them" in said
    silent = shown(readiness=records.readiness(indicators=()))
    assert "Veracity" in silent
    assert " 0%" not in silent


def test_a_usual_sum_below_what_is_found_already_is_not_told() -> None:
    (first, *_) = TRIED.asked
    overlaps = tuple(replace(found, naive=0.01) for found in first.answer.overlaps)
    low = replace(first, answer=replace(first.answer, overlaps=overlaps))
    assert "The usual sum" not in what_if(replace(TRIED, asked=(low,)))
