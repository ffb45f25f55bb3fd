"""Every reader finds their question answered on one page, whatever is missing."""

import html
import re
from dataclasses import replace

import pytest

from scvkit.locale.words import LANGUAGES, load_words
from scvkit.records.evidence import Evidence, measured_count, measured_share, not_assessed
from scvkit.records.identity import SourceRecords
from scvkit.records.readiness import UseCaseVerdict
from scvkit.records.scenarios import AddKey, Predicted, Roadmap, RoadmapAction, WhatIf
from scvkit.records.stakes import PriceUsed, Value, ValueLine
from scvkit.records.usecases import Replay
from scvkit.report import ROLES, Found, role_links, role_pages
from scvkit.report.look import report_css
from scvkit.report.numbers import seen_in_two
from scvkit.report.pen import Pen
from scvkit.report.readers import readers_found
from scvkit.report.use_cases import status_of
from scvkit.vocabulary import Channel, Grade, UseCaseStatus
from tests.report import records
from tests.report.test_sections import Outline, visible

WORDS = load_words("en")


def found(**changed: object) -> Found:
    fields: dict[str, object] = {
        "engagement": records.engagement(),
        "intake": records.intake(),
        "readiness": records.readiness(),
        "identity": records.identity(),
        "linkage": records.linkage(),
        "permission": records.permission(),
        "use_cases": records.use_cases(),
    }
    return Found(**{**fields, **changed})  # type: ignore[arg-type]


def page(role: str, **changed: object) -> str:
    whole = str(role_pages(found(**changed), WORDS))
    start = whole.index(f'id="{role}"')
    part = whole[whole.rindex("<section", 0, start) : whole.index("</section>", start)]
    return html.unescape(visible(part))


NOTHING = dict.fromkeys(("identity", "linkage", "permission", "use_cases"))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("missing", [{}, NOTHING])
def test_every_role_has_its_question_an_answer_and_something_to_decide(
    role: str, missing: dict[str, None]
) -> None:
    told = page(role, **missing)
    assert WORDS(f"report.roles.{role}.question") in told
    assert WORDS(f"report.roles.{role}.decide.0") in told
    assert "None" not in told


def test_pages_are_whole_and_each_leads_to_the_others_and_back() -> None:
    text = str(role_pages(found(), WORDS))
    assert Outline(text).open == []
    for role, _ in role_links(WORDS):
        assert text.count(f'href="#{role}"') == len(ROLES) - 1
    assert text.count('href="#r1"') >= len(ROLES)


def test_a_page_that_is_reached_stands_alone_and_needs_no_script() -> None:
    css = report_css()
    assert ".scv-role:not(:target){display:none}" in css
    assert ".scv-page:has(.scv-role:target)>.scv:not(.scv-role:target)" in css


def test_what_must_stop_is_named_with_its_count_and_few_people_are_hidden() -> None:
    permission = records.permission()
    few = replace(permission, withdrawn_but_mailable=_people(3))
    assert "<5 people who withdrew" in page("dpo", permission=few)
    assert "3 people who withdrew" not in page("dpo", permission=few)
    none = Evidence(grade=Grade.MEASURED, unit="share", value=0.0, method="x")
    calm = replace(
        permission,
        withdrawn_but_mailable=_people(0),
        analytics_without_consent=none,
        past_retention=none,
    )
    intake = replace(records.intake(), undeclared=())
    assert WORDS("report.roles.dpo.nothing") in page("dpo", permission=calm, intake=intake)
    blind = replace(calm, withdrawn_but_mailable=not_assessed("consent.reasons.nobody_in_two"))
    told = page("dpo", permission=blind, intake=intake)
    assert WORDS("report.roles.dpo.nothing_seen") in told
    assert WORDS("report.roles.dpo.nothing") not in told


def test_what_must_stop_is_a_list_whose_length_is_told() -> None:
    whole = str(role_pages(found(), WORDS))
    (stops,) = re.findall(r'<ol class="scv-stops">(.*?)</ol>', whole, re.DOTALL)
    assert WORDS("report.roles.dpo.answer", n=stops.count("<li>")) in page("dpo")


def test_no_reader_meets_the_name_of_a_gate_as_a_reason_to_wait() -> None:
    gates = [f"G{n}" for n in range(10)]
    for language in LANGUAGES:
        words = load_words(language)
        names = {words(f"gates.{gate}.name") for gate in gates}
        assert not names & {words(f"report.gate_needs.{gate}") for gate in gates}
    held = UseCaseVerdict(
        fit=records.use_cases().fits[0], status=UseCaseStatus.BLOCKED, gates=("G3", "G5")
    )
    told = status_of(held, records.readiness(), WORDS)
    assert "a signed impact assessment" in told
    assert "Withdrawals" not in told


def test_readers_found_have_one_range_wherever_they_stand() -> None:
    linkage, fits = records.linkage(), records.use_cases().fits
    split = linkage.newsletter
    assert split is not None
    step = replace(fits[0].steps[1], mid=round(split.found.value or 0), low=1, high=2800)
    steps = (fits[0].steps[0], step, *fits[0].steps[2:])
    letter = replace(fits[0], id="U1", steps=steps)
    wide = readers_found(split, letter)
    assert (wide.value, wide.low, wide.high) == (split.found.value, 1, 2800)
    assert readers_found(split, None) == split.found
    other = replace(letter, steps=(steps[0], replace(step, mid=step.mid - 1), *steps[2:]))
    assert readers_found(split, other) == split.found  # another number has its own range


def test_of_one_source_nobody_says_that_no_one_is_seen_in_two() -> None:
    linkage = records.linkage()
    alone = replace(linkage, sources=linkage.sources[:1], newsletter=None)
    shown = seen_in_two(alone, WORDS, Pen("x"))
    assert not shown.quantity.assessed
    assert WORDS("report.reasons.one_source_only") in shown.note


def test_who_was_mailed_after_a_no_stands_among_what_must_stop() -> None:
    replay = Replay(sent=500, not_rebuilt=60, not_sent=0, said_no=41, refs=("sends/main",))
    told = page("dpo", use_cases=replace(records.use_cases(), replay=replay))
    assert "Mail to 41 of the 500 addresses of the last send list" in told
    few = replace(replay, said_no=3)
    assert "Mail to <5 of the" in page("dpo", use_cases=replace(records.use_cases(), replay=few))


def test_visits_that_said_no_are_told_beside_those_without_an_answer() -> None:
    permission = records.permission()
    visits = replace(
        permission.sources[0], channel=Channel.ANALYTICS, records=1000, given=600, refused=300,
        withdrawn=0, unknown=100,
    )  # fmt: skip
    told = page("dpo", permission=replace(permission, sources=(visits,)))
    assert "30% of the analytics rows, which said no" in told


def test_what_was_set_aside_and_what_nobody_declared_is_named() -> None:
    intake = records.intake()
    source = next(s for s in intake.sources if s.tables)
    table = replace(source.tables[0], quarantined=("body",))
    held = replace(intake, sources=(replace(source, tables=(table,)),))
    told = page("dpo", intake=held)
    assert f"{table.source}/{table.table}.body" in told
    assert all(f.file in told for f in intake.undeclared if f.customer_columns)


def test_without_a_price_there_is_no_money_and_with_one_there_is_a_range() -> None:
    line = ValueLine(
        id="newsletter_found",
        quantity=_people(800),
        prices=(),
        missing=("fitted_message",),
        low=None,
        mid=None,
        high=None,
    )
    value = Value(currency="DKK", lines=(line,), counts=(), swings=())
    assert "DKK" not in page("cfo", value=value)
    price = PriceUsed(name="fitted_message", low=1.0, high=3.0, said_by="CFO")
    priced = replace(line, prices=(price,), missing=(), low=812.0, mid=1623.0, high=2434.0)
    told = page("cfo", value=replace(value, lines=(priced,)))
    assert "1,600" in told
    assert "810–2,400 DKK" in told


def test_the_keys_to_capture_are_those_that_tie_most_records_when_tried() -> None:
    actions = tuple(
        _capture(source, gain) for source, gain in (("shop", 0.05), ("desk", 0.3), ("club", 0.1))
    )
    roadmap = Roadmap(actions=actions, waiting=(), version=1)
    told = page("cio", roadmap=roadmap)
    assert "The same key in two places: the e-mail in Service desk (300 more records" in told
    assert "then the e-mail in Loyalty club (100 more records" in told
    first = told.index(WORDS("report.roles.steps"))
    assert told.index("Service desk: A", first) < told.index("Loyalty club: A", first)


def test_a_share_of_records_names_its_base_and_what_it_leaves_out() -> None:
    inside, outside = "news", "web"
    rows = [
        SourceRecords(
            source=name, persons=1000, organisations=0, with_strong_key=970, unlinkable=10
        )
        for name in (inside, outside)
    ]
    identity = replace(records.identity(), sources=tuple(rows))
    share = measured_share(970, 1000, method="strong_key", refs=(inside,))
    readiness = records.readiness()
    one = replace(readiness.indicators[0], id="4.1", evidence=share)
    told = page("cio", readiness=replace(readiness, indicators=(one,)), identity=identity)
    assert "Of 1,000 records" in told
    assert f"{records.NAMES.get(outside, outside)} is left out" in told


def test_estimated_people_are_rounded_and_few_who_are_left_out_are_not_told() -> None:
    line = ValueLine(
        id="newsletter_hidden",
        quantity=measured_count(
            288, unit="people", method="value.methods.as_often_as_the_newsletter", low=142, high=439
        ),
        prices=(),
        missing=("fitted_message",),
        low=None,
        mid=None,
        high=None,
    )
    few = replace(
        line, id="newsletter_found", quantity=_people(800),
        left_out=(("may_not", 100), ("lacks_fact", 2)),
    )  # fmt: skip
    told = page("cfo", value=Value(currency="", lines=(line, few), counts=(), swings=()))
    assert "about 290" in told
    assert "140–440" in told
    assert "102 who may not" in told
    assert "<5 of whom" not in told


def _people(count: int) -> Evidence:
    return measured_count(count, unit="people", method="x")


def _capture(source: str, gain: float) -> RoadmapAction:
    now, after = (
        Evidence(grade=Grade.MEASURED, unit="share", value=v, tested=1000, method="x")
        for v in (0.2, 0.2 + gain)
    )
    asked = AddKey(source=source, key="email")
    predicted = Predicted(
        target="", now=now, after=after, naive=None, ceiling=0.9, ceiling_reason="others"
    )
    answer = WhatIf(
        kind="add_key",
        source=asked.source,
        key=asked.key,
        share=1.0,
        reach=1.0,
        records=1000,
        filled=400,
        asked=600,
        recovery=now,
        overlaps=(predicted,),
    )
    return RoadmapAction(
        action="ask_for_email",
        source=source,
        title="Ask for it",
        first="",
        kind="at_the_source",
        track="technology",
        effort="S",
        days=None,
        owner="nobody here",
        closes=(),
        needs=(),
        horizon="first_30_days",
        gate=False,
        serves=(),
        opens=(),
        verdict=None,
        count=None,
        counted="",
        answer=answer,
        worth=1.0,
        reason="judgement",
    )
