"""What is run again and what is not: nothing twice, nothing stale, nothing lost by a kill."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scvkit.errors import ExtractError
from scvkit.plan import STEPS
from scvkit.workshop.vote_box import VoteBox
from tests.batch.conducted import SOURCES, Killed, client, play, results

ALL = 9 + len(SOURCES)
assert len(STEPS) == 10


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client and the work folder of an undisturbed run, to be copied."""
    folder = tmp_path_factory.mktemp("whole")
    assert len(play(client(folder / "client"), folder / "work").ran) == ALL
    return folder


@pytest.fixture
def engagement(whole_run: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole_run / "client", tmp_path / "client")
    return tmp_path / "client" / "engagement.yaml"


@pytest.fixture
def work(whole_run: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole_run / "work", tmp_path / "work")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_nothing_changed_runs_nothing(engagement: Path, work: Path) -> None:
    again = play(engagement, work)
    assert again.ran == []
    assert {(o.outcome, o.kept) for o in again.outcomes.values()} == {("done", True)}


def test_fresh_runs_everything(engagement: Path, work: Path) -> None:
    assert len(play(engagement, work, fresh=True).ran) == ALL


def test_a_comment_in_the_engagement_file_repeats_only_what_prints_the_run_id(
    engagement: Path, work: Path
) -> None:
    edit(engagement, "version: 1", "# seen by the client\nversion: 1")
    assert play(engagement, work).ran == ["08_readiness"]


def test_a_changed_source_repeats_its_own_profile_and_what_joins_all_sources(
    engagement: Path, work: Path
) -> None:
    edit(engagement.parent / "shop.csv", "P7 E7", "P7 E8")
    ran = play(engagement, work).ran
    profiles = {name for name in ran if name.startswith("02")}
    assert profiles == {"02_profile_source-shop"}
    assert len(ran) == ALL - (len(SOURCES) - 1)


def test_a_choice_of_use_cases_never_links_or_profiles_again(engagement: Path, work: Path) -> None:
    edit(engagement, "sources:", "use_cases: {none_wanted: true}\nsources:")
    ran = play(engagement, work).ran
    assert ran
    assert not [name for name in ran if name[:2] in {"01", "02", "03", "04"}]


def test_another_card_of_a_source_repeats_its_profile_alone_among_profiles(
    engagement: Path, work: Path
) -> None:
    edit(engagement, "{name: erp,", "{name: The ERP,")
    profiles = [n for n in play(engagement, work).ran if n.startswith("02")]
    assert profiles == ["02_profile_source-erp"]


def test_a_vote_or_a_list_of_links_repeats_the_linkage_and_what_follows_from_it(
    engagement: Path, work: Path
) -> None:
    VoteBox(work / "votes").add(
        kind="person", pair="9f", voter="A", answer="same", shown="name: alike"
    )
    voted = play(engagement, work).ran
    assert "04_link_records" in voted
    assert not [name for name in voted if name[:2] in {"01", "02", "03"}]
    assert play(engagement, work).ran == []
    links = engagement.parent / "same.csv"
    links.write_text("left,right\nerp/t/1,shop/t/1\n", encoding="utf-8")
    edit(engagement, "sources:", f"linkage: {{must_link: {links}}}\nsources:")
    assert "04_link_records" in play(engagement, work).ran
    links.write_text("left,right\nerp/t/2,shop/t/2\n", encoding="utf-8")
    ran = play(engagement, work).ran
    assert "04_link_records" in ran
    assert not [name for name in ran if name.startswith("02")]


def test_an_earlier_extract_repeats_the_profile_of_its_own_source(
    engagement: Path, work: Path, tmp_path: Path
) -> None:
    earlier = tmp_path / "spring"
    earlier.mkdir()
    shutil.copy(engagement.parent / "erp.csv", earlier)
    edit(engagement, "sources:", "earlier: ../spring\nsources:")
    play(engagement, work)
    assert play(engagement, work).ran == []
    edit(earlier / "erp.csv", "P7 E7", "P7 E8")
    profiles = [n for n in play(engagement, work).ran if n[:2] in {"01", "02"}]
    assert profiles == ["02_profile_source-erp"]


def test_a_table_of_a_database_is_read_every_time_since_nobody_can_see_it_change(
    engagement: Path, work: Path
) -> None:
    edit(engagement, "{file: club.csv}", "{file: 'postgres:club/public.members'}")
    play(engagement, work)
    assert play(engagement, work).ran == ["01_intake"]


def test_a_source_that_is_gone_leaves_nothing_behind(engagement: Path, work: Path) -> None:
    lines = [x for x in engagement.read_text("utf-8").splitlines() if not x.startswith("  club")]
    engagement.write_text("\n".join(lines), encoding="utf-8")
    play(engagement, work)
    left = [p.name for p in work.rglob("*") if "club" in p.as_posix() and p.is_file()]
    assert [name for name in left if "undeclared" not in name and name != "club.parquet"] == []


@pytest.mark.parametrize("harm", ["result", "row table", "notebook", "record", "empty record"])
def test_what_was_damaged_is_made_again_and_equal(engagement: Path, work: Path, harm: str) -> None:
    whole = results(work)
    damaged = {
        "result": work / "results" / "linkage.json",
        "row table": work / "rows" / "pairs.parquet",
        "notebook": work / "notebooks" / "04_link_records.ipynb",
        "record": work / "steps" / "04_link_records.json",
        "empty record": work / "steps" / "04_link_records.json",
    }[harm]
    damaged.write_bytes(b"" if harm == "empty record" else damaged.read_bytes()[:-3] + b"xyz")
    assert play(engagement, work).ran == ["04_link_records"]
    assert results(work) == whole


def test_another_version_of_the_kit_or_a_library_repeats_everything(
    engagement: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scvkit.batch.fingerprint.versions", lambda: {"duckdb": "0.0.1"})
    assert len(play(engagement, work).ran) == ALL


def test_a_failed_step_is_tried_again_and_what_needs_it_is_skipped(
    engagement: Path, work: Path, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"
    first = play(engagement, fresh, failing={"03_identity_keys": "no key at all"})
    assert first.outcomes["03_identity_keys"].reason == "no key at all"
    skipped = {n for n, o in first.outcomes.items() if o.outcome == "skipped"}
    assert skipped == {"04_link_records", "05_permission", "07_use_cases"}
    again = play(engagement, fresh)
    assert "03_identity_keys" in again.ran
    assert not [name for name in again.ran if name.startswith("02")]
    assert results(fresh) == results(work)


def test_a_result_of_an_earlier_run_never_fills_in_for_a_step_that_fails_now(
    engagement: Path, work: Path
) -> None:
    edit(engagement.parent / "erp.csv", "P7 E7", "P7 E8")
    play(engagement, work, failing={"03_identity_keys": "x"})
    assert not {"identity.json", "linkage.json", "permission.json"} & set(results(work))
    assert not (work / "rows" / "clusters.parquet").exists()


@given(kills=st.lists(st.integers(0, ALL), min_size=1, max_size=3), changed=st.booleans())
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_run_that_was_killed_any_number_of_times_ends_as_if_undisturbed(
    engagement: Path,
    work: Path,
    tmp_path_factory: pytest.TempPathFactory,
    kills: list[int],
    changed: bool,
) -> None:
    disturbed = tmp_path_factory.mktemp("disturbed") / "work"
    ran: list[str] = []
    for count in kills:
        try:
            ran += play(engagement, disturbed, kill_after=count).ran
        except Killed:
            continue
    if changed:
        (disturbed / "spill").mkdir(exist_ok=True, parents=True)
        (disturbed / "results").mkdir(exist_ok=True)
        (disturbed / "results" / ".linkage.json.77").write_text("{half")
    play(engagement, disturbed)
    assert results(disturbed) == results(work)
    assert not list((disturbed / "results").glob(".*"))
    assert play(engagement, disturbed).ran == []


def test_an_extract_that_changes_while_it_is_read_is_read_again(
    engagement: Path, tmp_path: Path
) -> None:
    lines = iter(["99;Late Comer;late@f.example\n"])

    def meanwhile() -> None:
        with (engagement.parent / "erp.csv").open("a", encoding="utf-8") as file:
            file.write(next(lines, ""))

    played = play(engagement, tmp_path / "moving", meanwhile=meanwhile)
    assert played.ran.count("01_intake") == 2
    assert "erp.csv changed" in played.said
    calm = play(engagement, tmp_path / "calm")
    assert results(tmp_path / "moving") == results(tmp_path / "calm")
    assert played.run_id == calm.run_id


def test_an_extract_that_never_stops_changing_ends_the_run_with_its_name(
    engagement: Path, tmp_path: Path
) -> None:
    def meanwhile() -> None:
        with (engagement.parent / "erp.csv").open("a", encoding="utf-8") as file:
            file.write("99;Late Comer;late@f.example\n")

    with pytest.raises(ExtractError, match=r"change while they are read: erp\.csv"):
        play(engagement, tmp_path / "moving", meanwhile=meanwhile)


def test_an_extract_deleted_while_the_others_are_read_is_not_assessed(
    engagement: Path, tmp_path: Path
) -> None:
    played = play(
        engagement,
        tmp_path / "work",
        meanwhile=lambda: (engagement.parent / "shop.csv").unlink(missing_ok=True),
    )
    assert played.outcomes["02_profile_source-shop"].outcome == "skipped"
    assert played.outcomes["02_profile_source-erp"].outcome == "done"


def test_a_partial_run_says_what_was_made_from_something_else(engagement: Path, work: Path) -> None:
    from scvkit.batch.conduct import Conduct

    edit(engagement.parent / "erp.csv", "P7 E7", "P7 E8")
    told: list[list[str]] = []
    plain = Conduct.execute

    def spy(self: Conduct, start: object) -> object:
        from scvkit.plan import tasks

        told.append(self.stale(tasks(SOURCES)))
        return plain(self, start)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Conduct, "execute", spy)
        assert play(engagement, work, only=("05",)).ran == []
    assert told == [["01_intake"]]


def test_the_clock_and_the_number_of_jobs_are_in_no_key(
    engagement: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock may go backwards between two runs: nothing is decided by it."""
    for file in [*work.rglob("*"), engagement]:
        if file.is_file():
            os.utime(file, (1, 1))
    monkeypatch.setattr("scvkit.batch.conduct.time.monotonic", lambda: -5.0)
    assert play(engagement, work).ran == []
