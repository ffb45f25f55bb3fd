"""The sections: what stands on them, and what stands there when an input is missing."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from scvkit import report
from scvkit.consent import unexplained_lines
from scvkit.landscape import build_map, draw_map, map_as_text
from scvkit.locale.words import load_words
from scvkit.plan import STEPS
from scvkit.readiness import draw_blueprint, estimate_value
from scvkit.records.consent import UnexplainedValues
from scvkit.records.evidence import measured_count, not_assessed
from scvkit.records.extracts import Intake
from scvkit.records.readiness import Gate, Readiness
from scvkit.records.stakes import Value
from scvkit.records.usecases import MissingInput
from scvkit.vocabulary import GateState, UseCaseStatus
from tests.report import records

WORDS = load_words("en")
HOSTILE = '<script>alert("x")</script>\u202e\'"&'


def answer(**changed: object) -> Markup:
    fields: dict[str, object] = {
        "readiness": records.readiness(),
        "linkage": records.linkage(),
        "permission": records.permission(),
        "use_cases": records.use_cases(),
        "intake": records.intake(),
        "engagement": records.engagement(),
        "words": WORDS,
        "run_id": "7f3a",
    }
    return report.answer(**(fields | changed))  # type: ignore[arg-type]


def landscape(**changed: object) -> Markup:
    drawn = build_map(
        changed.get("engagement", records.engagement()),  # type: ignore[arg-type]
        changed.get("intake", records.intake()),  # type: ignore[arg-type]
        records.identity(),
        records.linkage(),
        records.permission(),
    )
    return report.landscape_map(
        svg=draw_map(drawn, WORDS), text=map_as_text(drawn, WORDS), map=drawn, words=WORDS
    )


def method(**changed: object) -> Markup:
    fields: dict[str, object] = {
        "readiness": records.readiness(),
        "linkage": records.linkage(),
        "permission": records.permission(),
        "use_cases": records.use_cases(),
        "identity": records.identity(),
        "intake": records.intake(),
        "names": records.NAMES,
        "words": WORDS,
    }
    return report.method(**(fields | changed))  # type: ignore[arg-type]


def sources(**changed: object) -> Markup:
    fields: dict[str, object] = {
        "intake": records.intake(),
        "profiles": records.profiles(),
        "identity": records.identity(),
        "engagement": records.engagement(),
        "words": WORDS,
    }
    return report.sources(**(fields | changed))  # type: ignore[arg-type]


def use_cases(**changed: object) -> Markup:
    fields: dict[str, object] = {
        "readiness": records.readiness(),
        "use_cases": records.use_cases(),
        "linkage": records.linkage(),
        "names": records.NAMES,
        "words": WORDS,
    }
    return report.use_cases(**(fields | changed))  # type: ignore[arg-type]


def who(**changed: object) -> Markup:
    fields: dict[str, object] = {
        "linkage": records.linkage(),
        "identity": records.identity(),
        "names": records.NAMES,
        "words": WORDS,
    }
    return report.who_is_who(**(fields | changed))  # type: ignore[arg-type]


def permission(**changed: object) -> Markup:
    fields: dict[str, object] = {
        "permission": records.permission(),
        "names": records.NAMES,
        "words": WORDS,
    }
    return report.permission(**(fields | changed))  # type: ignore[arg-type]


def whole_report() -> list[Markup]:
    readiness = records.readiness()
    return [
        answer(),
        use_cases(),
        landscape(),
        who(),
        permission(),
        sources(),
        report.dimensions(readiness=readiness, words=WORDS),
        report.verdict_rules(readiness=readiness, words=WORDS),
        report.case_against(
            identity=records.identity(), use_cases=records.use_cases(), words=WORDS
        ),
        method(value=worth()),
        *decisions(readiness),
    ]


def worth() -> Value:
    return estimate_value(
        engagement=records.engagement(),
        linkage=records.linkage(),
        permission=records.permission(),
        use_cases=records.use_cases(),
        people=None,
    )


def decisions(readiness: Readiness) -> list[Markup]:
    """The sections that tell what could be done, with nothing tried, priced or counted yet."""
    value = worth()
    blueprint = draw_blueprint(
        engagement=records.engagement(),
        profiles=records.profiles(),
        identity=records.identity(),
        people=None,
    )
    return [
        report.what_if(asked=None, names=records.NAMES, words=WORDS),
        report.roadmap(roadmap=None, names=records.NAMES, words=WORDS),
        report.value(value=value, words=WORDS),
        report.core(blueprint=blueprint, names=records.NAMES, words=WORDS),
        report.segments(counts=None, words=WORDS),
        report.five_vs(
            readiness=readiness,
            profiles=records.profiles(),
            linkage=records.linkage(),
            use_cases=records.use_cases(),
            words=WORDS,
        ),
    ]


class Outline(HTMLParser):
    """Tags in order, their ids, and whether every opened tag is closed."""

    VOID = frozenset({"meta", "br", "rect", "line", "circle", "path", "polygon", "link", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.ids += [named["id"]] if named.get("id") else []  # type: ignore[list-item]
        self.hrefs += [named["href"]] if named.get("href") else []  # type: ignore[list-item]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def visible(markup: Markup) -> str:
    """The words of a section, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", str(markup)).split())


def test_the_first_screen_gives_three_numbers_of_people_with_their_ranges() -> None:
    words = visible(answer())
    assert "47% 41–52% of newsletter readers found among customers" in words
    assert "112 people 96–139 withdrew in one system, still mailable in another" in words
    assert "34% counted of recent service contacts lead to the right order" in words


def test_hidden_readers_are_called_an_estimate() -> None:
    assert "Dashed: a further 17% (13–21%) are probably customers" in visible(answer())


def test_keys_of_the_engagement_file_are_for_the_consultant_alone() -> None:
    whole = records.permission()
    bounced = UnexplainedValues(
        source="news", table="main", column="status", rows=40, values=(("bounced", 40),)
    )
    stated = replace(whole.sources[0], source="news", unexplained=(bounced,))
    told = visible(permission(permission=replace(whole, sources=(stated,))))
    assert "‘bounced’ in 40 rows" in told
    assert "sources.news" not in told
    (line,) = unexplained_lines(replace(whole, sources=(stated,)), WORDS, {})
    assert "engagement.yaml under sources.news.consent" in line


def test_the_headline_of_the_readiness_room_is_the_heading() -> None:
    class Sentence:
        title = "Permission first: one suppression list."
        lead = "Two can start."

    page = answer(headline=Sentence())
    assert '<h1 id="r1-h">Permission first: one suppression list.</h1>' in page


@pytest.mark.parametrize("missing", ["linkage", "permission", "use_cases"])
def test_a_missing_step_is_hatched_and_named_on_the_first_screen(missing: str) -> None:
    page = answer(**{missing: None})
    assert "not assessed: the " in visible(page)
    assert "url(#scv-hatch-answer)" in page


def test_nobody_mailable_after_a_no_is_not_orange() -> None:
    held = records.permission()
    none = replace(
        held,
        withdrawn_but_mailable=measured_count(0, unit="people", method="withdrawn", tested=2412),
    )
    number = str(answer(permission=none)).split("scv-number")[3]
    assert "0</a> people" in number
    assert "scv-orange" not in number


def test_three_people_are_fewer_than_five_on_the_first_screen_and_in_its_gate() -> None:
    few = measured_count(3, unit="people", method="withdrawn", tested=2412)
    gate = Gate(
        id="G5",
        state=GateState.PASSED,
        detail="look",
        values=(("n", "3"), ("tested", "2412")),
        evidence=few,
    )
    words = visible(
        answer(
            permission=replace(records.permission(), withdrawn_but_mailable=few),
            readiness=records.readiness(gates=(gate,)),
        )
    )
    assert "&lt;5 people" in words
    assert "fewer than five people" in words


def test_without_newsletter_and_service_desk_people_seen_twice_take_their_place() -> None:
    told = records.engagement().model_dump(by_alias=True)
    told["sources"] = {k: v for k, v in told["sources"].items() if k in {"shop", "erp"}}
    told["flows"] = told["claims"] = []
    words = visible(answer(engagement=records.engagement(**told)))
    assert "of people are seen in two or more sources" in words
    assert "newsletter" not in words


def test_people_in_two_sources_carry_one_range_wherever_they_are_told() -> None:
    title, row = visible(who()), visible(method())
    told = re.search(r"\((\d+–\d+%)\) of the people are seen in two or more", title)
    assert told is not None
    assert told[1] in row


def test_a_served_number_can_be_followed_from_the_people_asked_for() -> None:
    readiness = records.readiness()
    first = readiness.use_cases[0]
    fit = replace(first.fit, looked_in=(("erp", "shop"), ("news",)), tier="C")
    told = visible(
        method(readiness=replace(readiness, use_cases=(replace(first, fit=fit),))),
    )
    by = WORDS("report.methods.by.C")
    assert f"Found means: also in ERP or Web shop and in Newsletter, {by}." in told
    steps = [WORDS(f"report.steps.{step.name}") for step in fit.steps[1:]]
    assert told.count(" → ") >= len(steps)
    assert [told.index(f"→ {step} ") for step in steps] == sorted(
        told.index(f"→ {step} ") for step in steps
    )


def test_an_exploratory_run_says_which_facts_are_missing() -> None:
    told = records.engagement(assessment={"controller": "client"})
    page = visible(answer(engagement=told, readiness=records.readiness(exploratory=True)))
    assert "does not name the processor agreement, the purpose, the deletion date" in page


def test_a_changed_threshold_is_printed_on_page_one() -> None:
    page = answer(readiness=records.readiness(changed_thresholds=("4.1",)))
    assert "Thresholds changed for this client: 4.1." in page


def test_only_the_largest_loss_of_a_funnel_is_orange() -> None:
    page = str(use_cases())
    funnel = page[page.index('id="use-u1"') : page.index('id="use-u17"')]
    assert funnel.count("scv-worst") == 1
    assert f"−1,517 · {WORDS('usecases.losses.only_an_email')}" in funnel


def test_after_a_step_that_was_not_assessed_every_bar_is_hatch_up_to_the_last_high() -> None:
    page = str(use_cases())
    funnel = page[page.index('id="use-u6"') : page.index("scv-strip")]
    hatched = re.findall(r'width="([\d.]+)%"[^>]*fill="url\(#scv-hatch-use-cases\)"', funnel)
    assert hatched == ["43.66"] * 3
    assert "Serves at most 44% of people who contacted service" in funnel


def test_a_use_case_nobody_was_counted_for_is_one_line_and_says_what_is_missing() -> None:
    blind = records.funnel(
        "U6", "contacts", (None,) * 6, ("source_missing",) * 6, status=UseCaseStatus.NOT_ASSESSED
    )
    blind = replace(blind, missing=(MissingInput(kind="source", any_of=("service",)),))
    found = replace(records.use_cases(), fits=(blind,))
    page = str(use_cases(readiness=None, use_cases=found))
    assert "Missing: an extract of service desk." in page
    assert "scv-funnel" not in page


def test_a_loss_of_three_people_is_not_told() -> None:
    counts = ((100,) * 3, (60, 80, 90), (60, 77, 90), (60, 70, 90), (60, 70, 90), (60, 70, 90))
    tight = records.funnel("U1", "readers", counts, ("", *["no_date"] * 5))
    page = visible(use_cases(readiness=None, use_cases=replace(records.use_cases(), fits=(tight,))))
    assert ">75" in page.replace("&gt;", ">")
    assert "77" not in page
    assert "−3" not in page


def test_sources_that_were_not_read_say_why() -> None:
    assert "desk.csv could not be read: The file is empty" in visible(sources())


def test_a_list_nobody_declared_is_named_with_what_it_holds() -> None:
    assert "kampagne_jul.xlsx: 412 rows with e-mail, full name" in visible(sources())


def test_dimensions_without_enough_evidence_have_no_dot_and_no_number() -> None:
    page = str(report.dimensions(readiness=records.readiness(), words=WORDS))
    row = page[page.index("Flow and timing") : page.index("Use across the business")]
    assert "<circle" not in row
    assert "<b>–</b>" in row
    assert "less than 60% assessed" in row


def test_nothing_is_added_up() -> None:
    words = " ".join(visible(section) for section in whole_report()).lower()
    assert "total score" not in words
    assert "non-customer" not in words


def test_every_link_to_evidence_finds_its_row() -> None:
    outline = Outline("".join(whole_report()))
    wanted = {href[1:] for href in outline.hrefs if href.startswith("#")}
    assert wanted
    assert wanted - set(outline.ids) == set()


def test_ids_are_unique_and_tags_are_closed() -> None:
    outline = Outline("".join(whole_report()))
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))


def test_there_is_one_first_heading_and_no_script() -> None:
    outline = Outline("".join(whole_report()))
    assert outline.tags.count("h1") == 1
    assert "script" not in outline.tags


def test_sections_come_out_the_same_twice() -> None:
    assert whole_report() == whole_report()


def _hostile_intake() -> Intake:
    intake = records.intake()
    first = replace(
        intake.sources[0],
        name=HOSTILE,
        readings=(replace(intake.sources[0].readings[0], file=HOSTILE),),
    )
    undeclared = (replace(intake.undeclared[0], file=HOSTILE),)
    return replace(intake, sources=(first, *intake.sources[1:]), undeclared=undeclared)


def _hostile_sections() -> list[Callable[[], Markup]]:
    told = records.engagement().model_dump(by_alias=True)
    told["client"]["name"] = told["sources"]["shop"]["name"] = HOSTILE
    told["sources"]["shop"]["owner"] = told["gaps"][0]["name"] = HOSTILE
    engagement, intake = records.engagement(**told), _hostile_intake()
    names = dict.fromkeys(records.NAMES, HOSTILE)
    profile = records.profiles()[0]
    finding = replace(profile.findings[0], column=HOSTILE, table=HOSTILE)
    bad = not_assessed(HOSTILE + " a sentence")
    linked = replace(records.linkage(), recovery=bad)
    return [
        lambda: answer(engagement=engagement, intake=intake, run_id=HOSTILE),
        lambda: landscape(engagement=engagement, intake=intake),
        lambda: sources(
            engagement=engagement,
            intake=intake,
            profiles=(replace(profile, findings=(finding,)),),
        ),
        lambda: who(names=names, linkage=linked),
        lambda: permission(names=names, permission=replace(records.permission(), proof=bad)),
        lambda: method(names=names, intake=intake, linkage=linked),
    ]


@pytest.mark.parametrize("draw", _hostile_sections())
def test_hostile_names_stay_text(draw: Callable[[], Markup]) -> None:
    page = draw()
    outline = Outline(page)
    assert outline.open == []
    assert "script" not in outline.tags
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "draw",
    [
        lambda: use_cases(readiness=None, use_cases=None, linkage=None),
        lambda: who(linkage=None, identity=None),
        lambda: permission(permission=None),
        lambda: sources(profiles=(), identity=None),
        lambda: method(linkage=None, permission=None, use_cases=None, identity=None),
        lambda: report.case_against(identity=None, use_cases=None, words=WORDS),
        lambda: report.dimensions(readiness=records.readiness(dimensions=()), words=WORDS),
    ],
)
def test_a_section_without_its_inputs_still_stands(draw: Callable[[], Markup]) -> None:
    page = draw()
    assert Outline(page).open == []
    assert "None" not in visible(page)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: use_cases(readiness=None, use_cases=None),
        lambda: who(linkage=None),
        lambda: permission(permission=None),
    ],
)
def test_a_missing_step_is_named_by_the_title_of_its_notebook(draw: Callable[[], Markup]) -> None:
    named = re.search(r"not assessed: the step “(.+?)” was not run", visible(draw()))
    assert named is not None
    assert named[1] in {WORDS(f"steps.{step.name}.title") for step in STEPS}


def test_a_line_of_three_people_is_told_together_with_its_neighbour() -> None:
    seen = records.linkage().seen_in
    few = replace(seen[3], people=3, sure=1)
    page = visible(who(linkage=replace(records.linkage(), seen_in=(*seen[:3], few))))
    assert "3 sources or more 703" in page
    assert "4 sources" not in page


def test_a_hidden_count_does_not_follow_from_the_losses_beside_it() -> None:
    counts = ((338,) * 3, (66, 162, 182), (66, 158, 177), (66, 158, 177), (49, 127, 139))
    tight = records.funnel("U1", "readers", (*counts, (49, 127, 139)), ("", *["no_date"] * 5))
    page = visible(use_cases(readiness=None, use_cases=replace(records.use_cases(), fits=(tight,))))
    assert "158" not in page
    assert "−31" not in page
    assert "about −30" in page


def test_an_estimate_is_rounded_wherever_it_is_printed() -> None:
    odd = replace(
        records.linkage().newsletter,
        hidden=replace(
            records.linkage().newsletter.hidden,
            value=483,
            low=371,
            high=604,  # type: ignore[union-attr]
        ),
    )
    linked = replace(records.linkage(), newsletter=odd)
    words = " ".join([visible(use_cases(linkage=linked)), visible(method(linkage=linked))])
    assert "about 480" in words
    assert "483" not in words
