"""The page of a source and the page across sources: what stands on them, and what never does."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from scvkit import report
from scvkit.locale.words import load_words
from scvkit.records.evidence import measured_share, not_assessed
from scvkit.records.identity import SourceRecords
from scvkit.records.profile import Alert, DeepDive, DimensionScore, SourceProfile
from scvkit.records.upkeep import ColumnThenNow, FixList, MonthCount, SinceEarlier, Trend
from scvkit.records.usecases import Replay
from scvkit.report import source_trend
from scvkit.report.pages import page as whole_page
from scvkit.vocabulary import Grain
from tests.report import records, test_sections
from tests.report.test_sections import HOSTILE, Outline

WORDS = load_words("en")
MONTHS = tuple(
    MonthCount(month=f"{2018 + i // 12}-{i % 12 + 1:02d}", created=12, touched=i)
    for i in range(105)
)


def visible(markup: Markup) -> str:
    """The words of a page, without tags and styles."""
    bare = re.sub(r"<style>.*?</style>", "", str(markup), flags=re.DOTALL)
    return test_sections.visible(Markup(bare))


def profile(**changed: object) -> SourceProfile:
    whole = records.profiles()[0]
    table = replace(
        whole.tables[0],
        touched=((24, measured_share(2500, 3022, method="touched", refs=("created",))),),
    )
    trend = Trend(
        table="main",
        rows=3022,
        created_column="created",
        touched_columns=("created", "changed"),
        months=MONTHS,
    )
    fields: dict[str, object] = {"tables": (table,), "trends": (trend,)}
    return replace(whole, **(fields | changed))  # type: ignore[arg-type]


def evidence(source: str = "erp", **changed: object) -> report.SourceEvidence:
    identity = replace(
        records.identity(),
        sources=(
            SourceRecords(
                source="erp", persons=2508, organisations=514, with_strong_key=2750, unlinkable=21
            ),
        ),
    )
    fields: dict[str, object] = {
        "engagement": records.engagement(),
        "intake": records.intake(),
        "profiles": (profile(),),
        "identity": identity,
        "linkage": records.linkage(),
        "permission": records.permission(),
        "use_cases": records.use_cases(),
        "needed_by": {"email": ("U1", "U17")},
    }
    found = report.gathered(**(fields | changed))  # type: ignore[arg-type]
    return next(e for e in found if e.id == source)


def page(source: str = "erp", *, restricted: bool = True, **changed: object) -> Markup:
    return report.source_page(
        evidence(source, **changed),
        words=WORDS,
        run_id="7f3a",
        report="report.en.html",
        restricted=restricted,
    )


def across(**changed: object) -> Markup:
    fields: dict[str, object] = {
        "engagement": records.engagement(),
        "intake": records.intake(),
        "profiles": (profile(),),
        "identity": records.identity(),
        "linkage": records.linkage(),
        "use_cases": replace(records.use_cases(), dark_columns=("erp/main.navn2",)),
    }
    sources = report.gathered(**(fields | changed))  # type: ignore[arg-type]
    return report.across_page(
        sources,
        engagement=records.engagement(),
        intake=records.intake(),
        words=WORDS,
        report="report.en.html",
    )


@pytest.mark.parametrize("made", [page, across])
def test_a_page_stands_alone_and_is_well_formed(made) -> None:
    text = str(made())
    outline = Outline(text)
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.tags.count("h1") == 1
    assert outline.tags.count("main") == 1
    assert "Content-Security-Policy" in text
    assert "<script" not in text
    assert not re.search(r'(src|href)="(https?:)?//', text)
    assert len(text) < 1_500_000


def test_links_on_a_page_lead_to_something_on_it() -> None:
    outline = Outline(str(page()))
    inside = {href[1:] for href in outline.hrefs if href.startswith("#")}
    assert inside <= set(outline.ids)
    assert "all-sources.html" in outline.hrefs
    assert "../report.en.html" in outline.hrefs


def test_the_title_says_whether_to_trust_the_source_and_what_to_know() -> None:
    assert "ERP: usable for identity, though two faults may hit the wrong person" in page()
    weak = SourceRecords(
        source="erp", persons=3022, organisations=0, with_strong_key=800, unlinkable=9
    )
    identity = replace(records.identity(), sources=(weak,))
    assert "of little use for identity" in page(identity=identity)
    assert "not yet tested for identity" in page(identity=None)


def test_repeats_are_told_before_anything_else() -> None:
    entities = replace(records.linkage().sources[2], source="erp", low=2661, mid=2702, high=2754)
    text = visible(page(linkage=replace(records.linkage(), sources=(entities,))))
    assert "though one record in nine is a repeat" in text
    assert "2,702 2,661–2,754" in text


def test_faults_stand_by_harm_and_each_has_its_fix_and_somebody_to_do_it() -> None:
    text = visible(page())
    titles = [
        WORDS(f"findings.{kind}.title", column=column)
        for kind, column in (
            ("placeholder_key", "faktura_email"),
            ("damaged_text", "navn"),
            ("lost_leading_zero", "postnr"),
        )
    ]
    places = [text.index(title) for title in titles]
    assert places == sorted(places)
    assert WORDS("findings.placeholder_key.fix") in text
    assert WORDS("findings.placeholder_key.who") in text
    assert "aaaaa@aaaaaaa.aaaaaaa" in text


def test_one_to_four_rows_are_not_told() -> None:
    text = str(page())
    row = text[text.index(WORDS("findings.lost_leading_zero.title", column="postnr")) :]
    assert "&lt;5 rows" in row[:700]
    assert ">3 rows" not in text


def test_names_from_a_clients_file_are_inert() -> None:
    table = profile().tables[0]
    column = replace(table.columns[0], column=HOSTILE)
    bad = profile(
        tables=(replace(table, table=HOSTILE, columns=(column,)),),
        fix_lists=(FixList(table=HOSTILE, file=HOSTILE, rows=9, records=9),),
        deep_dives=(
            DeepDive(
                table=HOSTILE,
                page="x.html",
                sampled_rows=9,
                rows=9,
                alerts=(Alert(kind="zeros", columns=(HOSTILE,), told=False),),
            ),
        ),
    )
    for text in (str(page(profiles=(bad,))), str(across(profiles=(bad,)))):
        assert "<script" not in text
        assert "\u202e" not in text
        assert Outline(text).open == []


def test_a_source_that_was_not_read_says_so_and_shows_no_number() -> None:
    text = visible(page("desk"))
    assert "Service desk could not be read" in text
    assert "desk.csv could not be read: The file is empty" in text
    assert "0%" not in text


def test_a_source_that_was_not_profiled_is_not_called_clean() -> None:
    text = visible(page(profiles=()))
    assert "and not profiled yet" in text
    assert WORDS("report.reasons.profile_not_run") in text
    assert WORDS("report.source_page.nothing_wrong") not in text


def test_the_deep_dive_is_linked_only_where_it_is_exported() -> None:
    dive = DeepDive(
        table="main",
        page="erp-main.html",
        sampled_rows=500,
        rows=3022,
        comparison="erp-main-earlier.html",
        alerts=(
            Alert(kind="zeros", columns=("points",), told=True),
            Alert(kind="few_large", columns=("sum",), told=False, rows=9, tested=90),
            Alert(kind="one_answer", columns=("niveau",), told=True, rows=40, tested=90),
        ),
    )
    shown = page(profiles=(profile(deep_dives=(dive,)),))
    assert 'href="../restricted/erp-main.html"' in shown
    assert 'href="../restricted/erp-main-earlier.html"' in shown
    told = visible(shown)
    for became in ("told_above", "new_finding", "not_borne_out"):
        assert WORDS(f"report.source_page.{became}") in told
    assert "restricted/" not in page(profiles=(profile(deep_dives=(dive,)),), restricted=False)


def test_a_deep_dive_that_failed_says_why() -> None:
    dive = DeepDive(table="main", page=None, sampled_rows=0, rows=9, reason="profiler_failed")
    text = visible(page(profiles=(profile(deep_dives=(dive,)),)))
    assert WORDS("profile.no_page.profiler_failed") in text


def test_the_fix_list_is_told_by_length_and_place() -> None:
    listed = FixList(table="main", file="fix_lists/erp-main.csv", rows=1204, records=980, cut=True)
    text = visible(page(profiles=(profile(fix_lists=(listed,)),)))
    assert "1,204 rows for 980 records" in text
    assert "fix_lists/erp-main.csv" in text
    assert 'href="fix_lists' not in str(page(profiles=(profile(fix_lists=(listed,)),)))


def test_what_changed_since_an_earlier_extract_stands_beside_the_key() -> None:
    since = SinceEarlier(
        table="main",
        file="old.csv",
        rows_then=2900,
        rows_now=3022,
        ids_kept=2800,
        ids_gone=100,
        ids_new=222,
        columns=(
            ColumnThenNow(
                column="email", state="kept", filled_then=2000, filled_now=2100, changed=280
            ),
            ColumnThenNow(
                column="fax", state="gone", filled_then=100, filled_now=None, changed=None
            ),
        ),
    )
    text = visible(page(profiles=(profile(since=(since,)),)))
    assert "2,800 records are in both, 222 are new, 100 are gone" in text
    assert "column is gone" in text
    keys = text[text.index("Can it be used") : text.index("What is wrong, worst")]
    assert "90%" in keys


def test_an_earlier_extract_that_could_not_be_read_is_a_reason() -> None:
    since = SinceEarlier(
        table="main", file="old.csv", rows_then=0, rows_now=9, reason="old.csv is empty."
    )
    assert "old.csv is empty." in visible(page(profiles=(profile(since=(since,)),)))


def test_events_do_not_age() -> None:
    table = replace(profile().tables[0], grain=Grain.ORDER)
    text = visible(page(profiles=(profile(tables=(table,)),)))
    assert "3,022 main, Jan 2018 to Sep 2026" in text
    assert "untouched" not in text


def test_a_table_that_dates_only_the_making_is_not_called_untouched() -> None:
    made = replace(profile().trends[0], touched_columns=("created",))
    text = visible(page(profiles=(profile(trends=(made,)),)))
    assert "Records made, by month" in text
    assert "untouched" not in text


def test_many_tickets_of_one_person_are_no_repeats() -> None:
    entities = replace(records.linkage().sources[2], source="erp", low=2000, mid=2100, high=2200)
    told = records.intake()
    tickets = replace(
        told,
        sources=tuple(
            replace(s, tables=tuple(replace(t, grain=Grain.TICKET) for t in s.tables))
            for s in told.sources
        ),
    )
    linkage = replace(records.linkage(), sources=(entities,))
    text = visible(page(linkage=linkage, intake=tickets))
    assert "2,100" in text
    assert "is a repeat" not in text
    assert "too many" not in text


def test_a_table_without_dates_says_that_its_age_is_not_assessed() -> None:
    bare = Trend(table="main", rows=3022, created_column=None, touched_columns=())
    text = visible(page(profiles=(profile(trends=(bare,)),)))
    assert WORDS("report.source_page.life.no_dates") in text


def test_a_silence_after_a_busy_year_is_told() -> None:
    months = tuple(
        replace(month, created=0) if month.month in {"2022-04", "2022-05"} else month
        for month in MONTHS
    )
    trend = replace(profile().trends[0], months=months)
    text = visible(page(profiles=(profile(trends=(trend,)),)))
    assert "No record was made from Apr 2022 to May 2022" in text


@given(
    st.lists(st.integers(min_value=0, max_value=50), min_size=1, max_size=200).filter(
        lambda counts: sum(counts) > 0
    )
)
def test_records_only_lie_longer_with_age(counts: list[int]) -> None:
    months = tuple(
        MonthCount(month=f"{2000 + i // 12}-{i % 12 + 1:02d}", created=n, touched=n)
        for i, n in enumerate(counts)
    )
    trend = Trend(
        table="t", rows=sum(counts), created_column="c", touched_columns=("c",), months=months
    )
    lain = source_trend._untouched(trend, 2000 * 12 + len(counts) - 1)
    assert lain == sorted(lain, reverse=True)
    assert all(0 <= share <= 1 for share in lain)


def test_each_source_leads_to_its_page_and_back() -> None:
    outline = Outline(str(across()))
    assert {f"{source}.html" for source in records.SOURCES} <= set(outline.hrefs)
    assert "../index.html" in outline.hrefs


def test_a_cell_tells_absent_from_unknown_from_measured() -> None:
    text = str(across())
    heat = text[text.index('id="heat"') : text.index('id="dark"')]
    cells = re.findall(r'<td class="scv-(\w+)"', heat)
    # E-mail is declared in every source that was read; one of them was profiled.
    assert cells.count("present") == 1
    assert cells.count("unknown") == 4
    assert "45" in visible(Markup(heat))


def test_no_number_in_the_heatmap_stands_by_colour_alone() -> None:
    text = str(across())
    heat = text[text.index('id="heat"') : text.index('id="dark"')]
    for cell in re.findall(r'<td class="scv-\w+"[^>]*>(.*?)</td>', heat):
        assert visible(Markup(cell)), cell


def test_mail_after_a_no_is_a_breach_on_the_page_of_the_list_it_was_sent_from() -> None:
    own = profile()
    for source, told in ((own.source, True), ("elsewhere", False)):
        replay = Replay(sent=50, not_rebuilt=9, not_sent=0, said_no=9, refs=(f"{source}/main",))
        cases = replace(records.use_cases(), replay=replay)
        sources = report.gathered(
            engagement=records.engagement(),
            intake=records.intake(),
            profiles=(own,),
            use_cases=cases,
        )
        kinds = [f.kind for s in sources for f in s.findings if f.harm == 3]
        assert ("mailed_after_no" in kinds) is told
        listed = test_sections.visible(test_sections.sources(profiles=(own,), use_cases=cases))
        title = WORDS("findings.mailed_after_no.title", n=9, rows="9")
        assert (title in listed) is told


def test_dark_columns_are_named_and_silence_about_them_is_not_zero() -> None:
    assert "main.navn2" in visible(across())
    assert "One filled column serves no use case" in visible(across())
    unknown = visible(across(use_cases=None))
    assert WORDS("report.reasons.use_cases_not_run") in unknown


def test_a_section_for_a_notebook_is_part_of_the_page() -> None:
    life = report.source_life(evidence(), words=WORDS)
    assert Outline(str(life)).open == []
    assert visible(life) in visible(page())
    heat = report.attribute_map([evidence()], words=WORDS)
    assert Outline(str(whole_page([heat], title="t", client="c", words=WORDS))).open == []


def test_dimensions_are_named_twice_and_never_added_up() -> None:
    scores = (
        DimensionScore(
            dimension="validity",
            iso_25012="Accuracy (syntactic)",
            evidence=measured_share(9990, 10000, method="dimension_validity"),
        ),
        DimensionScore(
            dimension="accuracy",
            iso_25012="Accuracy (semantic)",
            evidence=not_assessed("no_reference", method="dimension_accuracy"),
        ),
    )
    text = visible(page(profiles=(profile(dimensions=scores),)))
    # All but ten is not all.
    assert "Validity Accuracy (syntactic) 99%" in text
    assert "not assessed: whether values are true can only be told beside a reference" in text


def test_clocks_that_differ_between_sources_are_told_and_alike_ones_are_not() -> None:
    def timed(source: str, zoned: int) -> SourceProfile:
        whole = profile(source=source)
        column = replace(whole.tables[0].columns[0], clock_times=100, zoned_times=zoned)
        return replace(whole, tables=(replace(whole.tables[0], columns=(column,)),))

    said = "The clocks differ"
    first, second = (s.source for s in records.intake().sources[:2])
    assert said in visible(across(profiles=(timed(first, 100), timed(second, 0))))
    assert said not in visible(across(profiles=(timed(first, 0), timed(second, 0))))


def test_whom_records_stand_for_is_never_guessed_to_be_customers() -> None:
    whole = records.intake()
    first = next(source for source in whole.sources if source.source == "erp")
    visits = replace(
        first, tables=tuple(replace(table, grain=Grain.VISIT) for table in first.tables)
    )
    intake = replace(
        whole, sources=tuple(visits if s.source == "erp" else s for s in whole.sources)
    )
    assert "visitors (devices or browsers) behind the" in visible(page(intake=intake))
    for source in ("erp", "news"):
        assert "customers behind" not in visible(page(source))
