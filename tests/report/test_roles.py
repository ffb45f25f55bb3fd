"""Every reader finds their question answered on one page, whatever is missing."""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scvkit.locale.words import LANGUAGES, load_words
from scvkit.readiness import estimate_value
from scvkit.records.evidence import Evidence, measured_count, measured_share, not_assessed
from scvkit.records.identity import KeyTest, SourceRecords
from scvkit.records.readiness import UseCaseVerdict
from scvkit.records.scenarios import AddKey, Predicted, Roadmap, RoadmapAction, WhatIf
from scvkit.records.stakes import PriceUsed, Value, ValueLine
from scvkit.records.usecases import Replay
from scvkit.report import ROLES, Found, role_links, role_pages
from scvkit.report import method as method_section
from scvkit.report.anchors import anchor
from scvkit.report.key_choice import captures, choice, chosen, lacking
from scvkit.report.look import report_css
from scvkit.report.mailable import mailable
from scvkit.report.numbers import seen_in_two
from scvkit.report.pen import Pen
from scvkit.report.role_stops import stops
from scvkit.report.role_tables import Row, grouped
from scvkit.report.use_case_row import use_case_row
from scvkit.report.use_cases import status_of
from scvkit.report.use_cases import use_cases as use_cases_section
from scvkit.report.value import value as value_section
from scvkit.scenarios.shown import title_of
from scvkit.vocabulary import Channel, GateState, Grade, Key, UseCaseStatus
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


def test_every_page_hides_an_end_that_the_funnel_hides() -> None:
    counts = ((685,) * 3, (305, 331, 573), *(((211, 260, 570),) * 4))
    fits = (
        records.funnel("U7", "contacts", counts, ("",) * 6),
        records.funnel("U1", "readers", counts, ("",) * 6),
    )
    served = replace(records.use_cases(), fits=fits)
    verdicts = tuple(
        UseCaseVerdict(fit=replace(f, function="service"), status=f.status) for f in fits
    )
    readiness = records.readiness(use_cases=verdicts)
    pages = " ".join(page(r, use_cases=served, readiness=readiness) for r in ROLES)
    section = use_cases_section(
        readiness=readiness, use_cases=served, linkage=None, names={}, words=WORDS
    )
    row = use_case_row(fits[0], {}, WORDS)
    told = " ".join((pages, html.unescape(visible(str(section))), row.range, row.value, row.how))
    assert "570" not in told
    assert "211–>568" in told
    assert "(31%–>82%)" in told


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


def test_of_one_source_nobody_says_that_no_one_is_seen_in_two() -> None:
    linkage = records.linkage()
    alone = replace(linkage, sources=linkage.sources[:1], newsletter=None)
    shown = seen_in_two(alone, WORDS, Pen("x"))
    assert not shown.quantity.assessed
    assert WORDS("report.reasons.one_source_only") in shown.note


def test_who_was_mailed_after_a_no_stands_among_what_must_stop() -> None:
    replay = Replay(sent=500, not_rebuilt=60, not_sent=0, said_no=41, refs=("sends/main",))
    told = page("dpo", use_cases=replace(records.use_cases(), replay=replay))
    assert "41 of the 500 on the last send list (sends) were mailed after their no" in told
    assert "41 counted" in told
    few = replace(replay, said_no=3)
    assert "<5 of the 500" in page("dpo", use_cases=replace(records.use_cases(), replay=few))


def test_one_count_of_people_does_not_stand_in_two_numbers_of_a_page() -> None:
    fits = replace(records.use_cases(), replay=None)
    permission = records.permission()
    same = replace(
        permission,
        withdrawn_but_mailable=_people(60),
        people_in_conflict=_people(60),
        past_retention=measured_share(70, 1000, method="x"),
    )
    label = WORDS("report.permission.people_in_conflict")
    assert label not in page("dpo", permission=same, use_cases=fits)
    other = replace(same, people_in_conflict=_people(90))
    assert label in page("dpo", permission=other, use_cases=fits)


def test_visits_that_said_no_are_told_beside_those_without_an_answer() -> None:
    permission = records.permission()
    visits = replace(
        permission.sources[0], channel=Channel.ANALYTICS, records=1000, given=600, refused=300,
        withdrawn=0, unknown=100,
    )  # fmt: skip
    told = page("dpo", permission=replace(permission, sources=(visits,)))
    assert "analytics rows that said no: 300 of 1,000 (30%)" in told


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
    assert "First: the e-mail, captured in Service desk. 300 more records then find" in told
    assert "Second: the e-mail, captured in Loyalty club. 100 more records then find" in told
    first = told.index(WORDS("report.roles.steps"))
    assert told.index("Service desk: A", first) < told.index("Loyalty club: A", first)


def test_the_second_key_is_named_as_the_first_is_and_what_ties_with_it_beside_it() -> None:
    tried = (("desk", 0.3, 0.05), ("club", 0.11, 0.04), ("shop", 0.1, 0.04))
    actions = tuple(_capture(source, gain, spread) for source, gain, spread in tried)
    told = page("cio", roadmap=Roadmap(actions=actions, waiting=(), version=1))
    first = "First: the e-mail, captured in Service desk. 300 more records then find their person"
    assert f"{first} (250–350)." in told
    assert "Second: the e-mail, captured in Loyalty club. 110 more records" in told
    tie = "cannot rank it against the e-mail in Web shop (100; 60–140): the ranges overlap."
    assert tie in told
    both = tuple(_capture(source, 0.1, 0.05) for source in ("desk", "club"))
    told = page("cio", roadmap=Roadmap(actions=both, waiting=(), version=1))
    assert "First: the e-mail, captured in Loyalty club" in told
    assert "Second: the e-mail, captured in Service desk" in told
    assert "cannot rank" not in told


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 30)), max_size=6))
def test_no_key_stands_in_two_places_and_none_is_passed_over(drawn: list[tuple[int, int]]) -> None:
    actions = [_capture(f"s{n}", g / 100, w / 100) for n, (g, w) in enumerate(drawn)]
    ranked = captures(actions)
    places = choice(ranked)
    taken = [c for place in places for c in place]
    assert len(taken) == len({c.source for c in taken})
    assert (sum(map(len, places)) >= 2) == (len(ranked) >= 2)
    for place in places:
        left = [c for c in ranked if c not in taken[: taken.index(place[0])]]
        assert place[0] == left[0]


def test_keys_of_a_tie_stand_by_what_is_due_first_and_why_one_is_named_is_told() -> None:
    most = _capture("erp", 0.5, 0.01)
    late = replace(_capture("club", 0.12, 0.05), horizon="within_90_days")
    soon = replace(_capture("desk", 0.1, 0.05), horizon="first_30_days")
    assert [c.source for c in chosen((late, soon))] == ["desk", "club"]
    told = page("cio", roadmap=Roadmap(actions=(most, late, soon), waiting=(), version=1))
    assert "Second: the e-mail, captured in Service desk" in told
    assert WORDS("report.roles.cio.easiest") in told
    alike = (most, replace(late, horizon="first_30_days"), soon)
    told = page("cio", roadmap=Roadmap(actions=alike, waiting=(), version=1))
    assert "Second: the e-mail, captured in Loyalty club" in told
    assert WORDS("report.roles.cio.most") in told


def test_the_share_that_can_be_proven_names_the_yeses_it_does_not_count() -> None:
    whole = records.permission()
    kept = replace(
        whole.sources[0], source="shop", channel=Channel.EMAIL, records=1000, given=600,
        proven=400, undated=50,
    )  # fmt: skip
    bare = replace(kept, source="club", channel=Channel.SMS, given=70, proven=0, undated=70)
    permission = replace(
        whole, sources=(kept, bare), proof=measured_share(400, 600, method="consent.methods.proof")
    )
    told = page("dpo", permission=permission)
    assert "Counted are the yeses of Web shop: e-mail." in told
    sms = WORDS(f"report.channels.{Channel.SMS}")
    assert f"For 70 other yeses no proof is kept at all (Loyalty club: {sms})." in told
    unsure = replace(permission, proof=measured_share(400, 670, method="consent.methods.proof"))
    assert "no proof is kept" not in page("dpo", permission=unsure)


def test_without_a_gain_the_keys_that_sources_share_and_lack_are_named() -> None:
    def held(source: str, key: Key, usable: int) -> KeyTest:
        return replace(
            records.identity().keys[0], source=source, key=key, present=True, records=1000,
            usable=usable,
        )  # fmt: skip

    tests = [
        held("erp", Key.CUSTOMER_NUMBER, 1000),  # ties the system to no other
        held("erp", Key.EMAIL, 700),
        held("news", Key.EMAIL, 1000),
        held("desk", Key.EMAIL, 0),
    ]
    assert [(test.source, count) for test, count in lacking(tests)] == [("erp", 300)]
    told = page("cio", identity=replace(records.identity(), keys=tuple(tests)))
    assert "E-mail in ERP: 300 of 1,000 records without a usable one" in told


def test_a_page_that_stands_alone_says_that_it_may_not_be_relied_on() -> None:
    silent = records.engagement(assessment={"controller": "client"})
    readiness = replace(records.readiness(), exploratory=True)
    for role in ROLES:
        assert WORDS("report.exploratory.title") in page(
            role, engagement=silent, readiness=readiness
        )
        assert WORDS("report.exploratory.title") not in page(role)


def test_nobody_may_be_written_to_as_a_customer_while_a_gate_holds_it() -> None:
    told = page("cmo")
    assert "As customers: nobody as the extracts stand." in told
    assert "checked against every system, until there is: one list of withdrawals" in told
    ready = records.readiness()
    free = tuple(
        replace(v, gates=(), status=UseCaseStatus.READY) if v.fit.id == "U1" else v
        for v in ready.use_cases
    )
    passed = tuple(replace(g, state=GateState.PASSED) for g in ready.gates)
    told = page("cmo", readiness=replace(ready, use_cases=free, gates=passed))
    assert "As customers, as the extracts stand:" in told
    assert "checked against every system" not in told


def test_whoever_said_no_in_another_system_is_not_among_those_who_may_be_written_to() -> None:
    permission = records.permission()
    stated = next(
        p for p in permission.sources if p.source == "news" and p.channel is Channel.EMAIL
    )

    def told(contradicted: int | None) -> str:
        entry = replace(stated, no_elsewhere=contradicted, no_elsewhere_in=("shop",))
        held = replace(permission, sources=(entry,))
        shown = mailable(found(permission=held))
        assert shown is not None
        assert shown.now == stated.given - (contradicted or 0)
        return page("cmo", permission=held)

    assert "Of these yeses, 40 belong to people who say no in another system (Web shop)" in told(40)
    assert "without them 1,860 are left" in told(40)
    assert "None of these yeses belongs" in told(0)
    assert "1,897" not in told(3)
    assert "without them >1,895 are left" in told(3)
    assert WORDS("report.roles.cmo.none_taken_off") not in told(None)
    assert mailable(found(permission=replace(permission, sources=()))) is None


def test_use_cases_that_wait_for_the_same_are_told_under_one_line() -> None:
    rows = [
        Row(name=name, cells=("",), group=group)
        for name, group in (("a", "x"), ("b", "x"), ("c", "y"))
    ]
    assert [(group, len(held)) for group, held in grouped(rows)] == [("x", 2), ("y", 1)]


def test_a_stop_names_the_role_that_ends_it_and_the_owner_of_its_source() -> None:
    action = replace(_capture("", 0.1), action="one_suppression_list", owner="consent_owner")
    permission = replace(records.permission(), to_suppress=(("club", 112),))
    roadmap = Roadmap(actions=(action,), waiting=(), version=1)
    first = stops(found(permission=permission, roadmap=roadmap), WORDS)[0]
    assert first.what.startswith("Mail from Loyalty club to ")
    assert first.who == "owner of permission; Loyalty club: Marketing"


def test_the_first_ninety_days_are_told_in_days_and_in_money_only_at_a_price_of_a_day() -> None:
    asked = tuple(
        replace(_capture(source, 0.1), days=days, horizon=horizon)
        for source, days, horizon in (
            ("shop", (1.0, 5.0), "first_30_days"),
            ("club", (10.0, 30.0), "within_90_days"),
            ("desk", (60.0, 90.0), "within_a_year"),
        )
    )
    roadmap = Roadmap(actions=asked, waiting=(), version=1)
    told = page("cfo", roadmap=roadmap)
    assert "The 2 actions of the first 90 days ask 11–35 days of work." in told
    assert "One further action, to be stopped or of the year, is not counted" in told
    assert "No price of a day was declared" in told
    prices = {"currency": "DKK", "prices": {"cost_per_day": {"low": 1000, "high": 2000}}}
    priced = page("cfo", roadmap=roadmap, engagement=records.engagement(value=prices))
    assert "11,000–70,000 DKK" in priced
    silent = tuple(replace(a, days=None) for a in asked)
    told = page("cfo", roadmap=replace(roadmap, actions=silent))
    assert "nobody said how many days they take" in told


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


def _capture(source: str, gain: float, width: float = 0.0) -> RoadmapAction:
    now = Evidence(grade=Grade.MEASURED, unit="share", value=0.2, tested=1000, method="x")
    value = 0.2 + gain
    after = replace(now, value=value, low=value - width, high=value + width)
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


@pytest.mark.parametrize(("both_ways", "said"), [(0, "no address says yes"), (12, "another: 12.")])
def test_where_one_source_alone_answers_its_own_yes_and_no_are_told(
    both_ways: int, said: str
) -> None:
    whole = records.permission()
    one = replace(whole.sources[2], both_ways=both_ways)
    assert said in page("dpo", permission=replace(whole, sources=(one,), conflicts=()))
    assert said not in page("dpo", permission=replace(whole, sources=(one, *whole.sources[:2])))


def test_where_people_may_be_written_to_their_records_are_told_beside_them() -> None:
    persons, _ = records.linkage().entities_of("news")
    assert persons
    assert f"records in Newsletter, which are {WORDS.number(persons)} people" in page("cmo")


def test_the_lines_of_the_finance_page_lead_to_their_evidence() -> None:
    line = ValueLine(
        id="unreachable",
        quantity=measured_count(120, unit="people", method="usecases.methods.unreachable"),
        prices=(),
        missing=("margin_per_customer",),
        low=None,
        mid=None,
        high=None,
    )
    value = Value(currency="DKK", lines=(line,), counts=(), swings=())
    text = str(role_pages(found(value=value), WORDS))
    assert '<a class="scv-e" href="#e-value-unreachable">120</a>' in text


def test_yeses_of_which_no_proof_is_kept_are_told_beside_those_without_proof() -> None:
    whole = records.permission()
    bare = replace(whole.sources[0], channel=Channel.SMS, proven=0, undated=whole.sources[0].given)
    permission = replace(whole, sources=(*whole.sources, bare))
    value = estimate_value(
        engagement=records.engagement(),
        linkage=None,
        permission=permission,
        use_cases=None,
        people=None,
    )
    shown = html.unescape(visible(str(value_section(value=value, words=WORDS))))
    assert "1,700 further yeses for which no proof is kept at all" in shown


def test_a_gate_that_nobody_closed_yet_stops_a_use_case_too() -> None:
    fit = records.use_cases().fits[0]
    held = tuple(
        UseCaseVerdict(fit=replace(fit, id=id_), status=status, gates=("G3",))
        for id_, status in (
            ("U1", UseCaseStatus.BLOCKED),
            ("U7", UseCaseStatus.READY_ONCE),
            ("U17", UseCaseStatus.FIX_FIRST),
        )
    )
    section = use_cases_section(
        readiness=records.readiness(use_cases=held),
        use_cases=records.use_cases(),
        linkage=None,
        names={},
        words=WORDS,
    )
    assert WORDS("report.use_cases.blocked_title", n=3, all=3) in visible(str(section))


def test_what_is_kept_too_long_names_its_sources_and_hides_few_of_them() -> None:
    late = replace(
        records.permission(),
        past_retention=measured_share(73, 3022, method="retention"),
        kept_too_long=(("erp", 50), ("news", 20), ("desk", 3)),
    )
    names = found().names
    told = page("dpo", permission=late)
    assert f"{names['erp']}: >45" in told
    assert f"{names['news']}: 20" in told
    assert f"{names['desk']}: <5" in told


def test_mail_after_a_no_has_a_row_of_its_own_in_the_evidence() -> None:
    replay = Replay(sent=1480, not_rebuilt=1, not_sent=1, said_no=87, refs=("list/main",))
    cases = replace(records.use_cases(), replay=replay)
    markup = str(role_pages(found(use_cases=cases), WORDS))
    rows = str(
        method_section(
            readiness=records.readiness(),
            linkage=None,
            permission=None,
            use_cases=cases,
            identity=None,
            intake=records.intake(),
            names={},
            words=WORDS,
        )
    )
    assert f'href="#{anchor("mailed_after_no")}"' in markup
    row = rows[rows.index(f'id="{anchor("mailed_after_no")}"') :].partition("</tr>")[0]
    assert "87 of 1,480" in visible(row)


def test_each_number_of_the_service_page_says_by_which_links_it_is_counted() -> None:
    verdicts = tuple(
        replace(verdict, fit=replace(verdict.fit, tier="A"))
        for verdict in records.readiness().use_cases
    )
    told = page(
        "service",
        readiness=records.readiness(use_cases=verdicts),
        use_cases=replace(records.use_cases(), right_name=(80, 100)),
    )
    assert told.count(WORDS("report.methods.by.A")) >= 1
    assert told.count(WORDS("report.methods.by.C")) >= 2


def test_a_lawful_basis_is_not_called_documented_where_it_may_be_told() -> None:
    assert "told" in WORDS("indicators.i5_1")


def test_a_what_if_that_may_not_ask_everybody_does_not_say_all_of_those_without() -> None:
    answer = _capture("crm", 0.1).answer
    assert answer is not None
    everybody = title_of(answer, WORDS, {})
    some = title_of(replace(answer, reach=0.5, asked=300), WORDS, {})
    assert "100%" in everybody
    assert "all 300 records that may be asked" in some
    assert "100%" not in some


def test_what_can_be_proven_stands_under_both_columns_so_that_paper_takes_one_sheet() -> None:
    markup = str(role_pages(found(), WORDS))
    opening = markup[markup.index('id="dpo"') :].partition('<div class="scv-three')[0]
    before, _, _ = opening.partition('<p class="scv-lead scv-proven">')
    assert before != opening
    assert before.count("<div") - before.count("</div>") == 1
    assert ".scv-opening .scv-proven{grid-column:1/-1" in report_css()


def test_each_line_of_worth_has_the_days_before_its_start_beside_it_and_a_step_counts_once() -> (
    None
):
    counted = measured_count(300, unit="people", method="value.methods.may_be_written_to")
    lines = tuple(
        ValueLine(id=name, quantity=counted, prices=(), missing=(), low=None, mid=None, high=None)
        for name in ("newsletter_found", "unreachable", "lists_by_hand")
    )
    first, *others = records.readiness().use_cases
    moved = replace(
        first, gates=("G3", "G5"), fit=replace(first.fit, value=("newsletter_found", "unreachable"))
    )
    steps = tuple(
        replace(_capture("", 0.1), action=name, owner=owner, closes=(gate,), days=days)
        for name, owner, gate, days in (
            ("sign_dpia", "dpo", "G3", (10.0, 30.0)),
            ("one_suppression_list", "consent_owner", "G5", (1.0, 5.0)),
            ("keep_proof", "consent_owner", "5.2", (60.0, 90.0)),
        )
    )
    told = page(
        "cfo",
        value=Value(currency="DKK", lines=lines, counts=(), swings=()),
        readiness=records.readiness(use_cases=(moved, *others)),
        roadmap=Roadmap(actions=steps, waiting=(), version=1),
    )
    table = told[told.index(WORDS("report.roles.heads.value.3")) :]
    assert table.count("11–35") == 3  # two lines, and once together
    assert "22–70" not in told
    assert "71–125" in told  # all of the ninety days
    assert WORDS("report.roles.no_price") in table
