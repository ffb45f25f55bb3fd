"""A report in another language is told anew, never computed anew."""

import shutil
from pathlib import Path

import pytest

from scvkit.errors import EngagementError, ScvkitError
from scvkit.locale import LANGUAGES, load_words
from scvkit.workshop import open_desk
from tests.batch.conducted import client, play, results
from tests.locale.other import speak_every_language


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client whose report is in English, and the work folder of its run."""
    folder = tmp_path_factory.mktemp("whole")
    play(client(folder / "client"), folder / "work")
    return folder


@pytest.fixture
def place(whole_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, with every language there."""
    speak_every_language(monkeypatch)
    return shutil.copytree(whole_run, tmp_path / "place")


def spoken(place: Path, *languages: str) -> Path:
    """The engagement file, its client speaking these languages."""
    file = place / "client" / "engagement.yaml"
    named = f"client: {{name: Holm ApS, languages: [{', '.join(languages)}]}}"
    text = file.read_text("utf-8").splitlines()
    said = [named if line.startswith("client:") else line for line in text]
    file.write_text("\n".join(said), encoding="utf-8")
    return file


def test_a_further_language_runs_the_notebook_of_the_report_and_no_other(place: Path) -> None:
    before = results(place / "work")
    ran = play(spoken(place, "en", "da", "zh-Hant"), place / "work").ran
    # The first is told again too: it stands in the engagement file that it prints the run id of.
    assert ran == ["08_readiness", "08_readiness-da", "08_readiness-zh-Hant"]
    assert results(place / "work") == before
    assert play(spoken(place, "en", "da", "zh-Hant"), place / "work").ran == []


def test_a_language_that_is_gone_leaves_nothing_behind(place: Path) -> None:
    play(spoken(place, "en", "da"), place / "work")
    play(spoken(place, "en"), place / "work")
    assert not [p.name for p in (place / "work").rglob("*-da.*")]


def test_one_language_asked_for_tells_the_report_again_and_computes_nothing(place: Path) -> None:
    before = results(place / "work")
    file = place / "client" / "engagement.yaml"
    assert play(file, place / "work", language="sv").ran == ["08_readiness"]
    assert results(place / "work") == before


def test_without_the_assessment_no_language_has_a_report(place: Path) -> None:
    file = spoken(place, "en", "da")
    played = play(file, place / "work", failing={"08_readiness": "no rules"}, fresh=True)
    assert played.outcomes["08_readiness-da"].outcome == "skipped"


@pytest.mark.parametrize("language", ["xx", "EN", "../en", ""])
def test_an_unknown_language_is_one_error_that_names_the_known_ones(language: str) -> None:
    with pytest.raises(ScvkitError, match="There is no language") as problem:
        load_words(language)
    assert problem.value.exit_code == 2
    assert all(f"{code} ({name})" in str(problem.value) for code, name in LANGUAGES.items())


def test_an_unknown_language_of_the_client_is_an_error_of_the_engagement_file(place: Path) -> None:
    with pytest.raises(EngagementError, match=r"client\.languages\.1.*'dk'.*da"):
        open_desk(spoken(place, "en", "dk"))


def test_a_language_named_twice_gives_one_report(place: Path) -> None:
    assert open_desk(spoken(place, "da", "en", "da"), work=str(place / "w")).languages == (
        "da",
        "en",
    )


def test_a_translation_is_marked_until_a_native_has_read_it(place: Path) -> None:
    file = spoken(place, "en", "da", "sv], reviewed_languages: [sv")
    desk = open_desk(file, work=str(place / "w"))
    assert desk.words.mark == ""
    assert "review before client use" in desk.in_language("da").words.mark
    assert desk.in_language("sv").words.mark == ""


def test_the_marks_of_the_pages_compute_nothing(place: Path) -> None:
    before = results(place / "work")
    file = place / "client" / "engagement.yaml"
    file.write_text(file.read_text("utf-8") + "\nreport: {draft: true}\n", encoding="utf-8")
    # The run id, which the report prints, tells the engagement file.
    assert play(file, place / "work").ran == ["08_readiness"]
    assert results(place / "work") == before
