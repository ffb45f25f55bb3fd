"""The whole agenda in a real browser: what is said is captured, and nobody is on the wall."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from scvkit.engagement import journal_file, load_engagement
from scvkit.engagement.journal import read_journal
from scvkit.plan import notebooks_folder
from scvkit.workshop.agenda import AGENDA, WHEN_ASKED
from tests.browser.lab import Room, running_lab
from tests.canaries import canaries, leaks, left_behind

playwright = pytest.importorskip("playwright.sync_api", reason="no browser is installed")
CHROMIUM = os.environ.get("SCVKIT_CHROMIUM") or shutil.which("chromium") or ""
ROOT = Path(__file__).parents[2]
# A client that was run already, to walk again without the minutes a run takes.
PREPARED = os.environ.get("SCVKIT_WALK", "")

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small client and its work folder, run once as a consultant does the week before."""
    if PREPARED:
        return Path(PREPARED) / "client", Path(PREPARED) / "work"
    home = tmp_path_factory.mktemp("walk")
    make = [sys.executable, str(ROOT / "sample_data" / "make.py"), "--preset", "tiny"]
    subprocess.run([*make, "--out", str(home / "client")], check=True)
    run = [sys.executable, "-m", "scvkit", "run", str(home / "client")]
    done = subprocess.run([*run, "--work", str(home / "work"), "--out", str(home / "out")])
    assert done.returncode in (0, 1)
    return home / "client", home / "work"


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    """What drives browsers: a process can have one alone."""
    with playwright.sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def room(
    places: tuple[Path, Path], driver: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Room]:
    """The lab of that client in a browser."""
    shots = Path(os.environ.get("SCVKIT_SHOTS", "") or tmp_path_factory.mktemp("shots"))
    with running_lab(*places) as address:
        opened = Room(driver, CHROMIUM, address, shots)
        yield opened
        opened.close()


def kinds(places: tuple[Path, Path]) -> list[str]:
    return [entry.kind for entry in read_journal(journal_file(places[0])).entries]


def test_the_day_opens_on_the_agenda_in_projector_mode(
    room: Room, places: tuple[Path, Path]
) -> None:
    room.open("00_start")
    room.shot("00-start")
    assert room.notebook.get_by_text("Projector:").first.is_visible()
    cell = room.cell("AgreedList")
    room.fill(cell, "We stop when", "nobody owns the result")
    room.fill(cell, "Said by (role)", "CFO")
    room.press(cell, "Keep this")
    cell.get_by_text("nobody owns the result").wait_for()
    room.shot("00-stop")
    cell = room.cell("PeopleCards")
    room.fill(cell, "Sponsor (role)", "Head of retail")
    room.fill(cell, "Functions the mandate covers", "retail, service")
    room.fill(cell, "Said by (role)", "Board")
    room.press(cell, "Keep this")
    cell.get_by_text("Head of retail, retail, service").wait_for()
    room.shot("00-people")
    assert kinds(places) == ["stop_condition", "people"]


def test_a_block_is_one_click_away_also_the_first_time(room: Room) -> None:
    # One heading deep in its notebook, two on its first screen, where JupyterLab does not scroll.
    for block in (AGENDA[-2], AGENDA[-1], WHEN_ASKED[-1]):
        room.open("00_start")
        cell = room.cell("agenda(")
        cell.locator(f'a[href*="/{block.notebook}.ipynb"][href$="={block.cell}"]').first.click()
        document = nbformat.read(notebooks_folder() / f"{block.notebook}.ipynb", as_version=4)
        (target,) = (c for c in document.cells if c.id == block.cell)
        heading = target.source.splitlines()[0].removeprefix("## ")
        opened = room.notebook.locator("h2", has_text=heading)
        opened.wait_for()
        time.sleep(3)  # what is drawn above it may still move it
        box = opened.bounding_box()
        assert box is not None
        assert 0 < box["y"] < 1080 * 3 / 4, block.notebook


def test_claims_are_locked_before_a_number_is_shown(room: Room, places: tuple[Path, Path]) -> None:
    room.open("01_intake")
    cell = room.cell("ClaimCards")
    room.fill(cell, "Of what", "e-mail")
    room.fill(cell, "Expected", "90 %")
    room.fill(cell, "Said by (role)", "Finance")
    room.press(cell, "Lock this claim")
    cell.get_by_text("is locked at").wait_for()
    room.press(cell, "Lock all as they stand")
    cell.get_by_text("claims are locked").wait_for()
    room.shot("01-claims")
    assert kinds(places).count("claim") == len(load_engagement(places[0]).claims)


def test_a_source_told_of_stands_on_the_loom_within_two_seconds(
    room: Room, places: tuple[Path, Path]
) -> None:
    room.open("06_landscape_map")
    cell = room.cell("LandscapeEditor")
    room.fill(cell, "Name", "Paper forms")
    room.fill(cell, "Owner (role)", "Shop manager")
    began = time.monotonic()
    room.press(cell, "Keep this")
    cell.locator("svg text", has_text="Paper forms").first.wait_for()
    took = time.monotonic() - began
    cell.locator("svg").last.scroll_into_view_if_needed()
    room.shot("06-loom")
    print(f"loom drawn anew in {took:.2f} s")
    assert "paper_forms" in load_engagement(places[0]).sources


def test_evidence_is_uncovered_claim_by_claim(room: Room, places: tuple[Path, Path]) -> None:
    room.open("03_identity_keys")
    cell = room.cell("Reveal(")
    claims = [claim.id for claim in load_engagement(places[0]).claims]
    for n, claim in enumerate(claims, 1):
        room.press(cell, "Reveal the next claim")
        cell.get_by_text(f"{claim} beside its measurement").wait_for()
        cell.locator("tbody tr").nth(n - 1).wait_for()
        assert cell.locator("tbody tr").count() == n
    # A claim that nothing can measure has no dot to draw.
    assert 0 < cell.locator(".scv-barcell svg").count() <= len(claims)
    cell.locator("table").last.scroll_into_view_if_needed()
    room.shot("03-reveal")
    assert kinds(places).count("reveal") == len(claims)


def test_twelve_pairs_are_voted_on_and_the_threshold_moves(
    room: Room, places: tuple[Path, Path]
) -> None:
    room.open("04_link_records")
    cell = room.cell("VotingBooth(")
    cast = places[1] / "votes" / "votes.jsonl"
    earlier = len(cast.read_text().splitlines()) if cast.is_file() else 0
    for n in range(12):
        cell.get_by_text(f"Pair {n + 1} of").wait_for()
        room.press(cell, ("Yes, the same", "No, two different", "Not sure")[n % 3])
    cell.get_by_text("Pair 13 of").wait_for()
    room.shot("04-vote")
    assert len(cast.read_text().splitlines()) == earlier + 12
    cell = room.cell("Threshold(")
    handle = cell.locator(".noUi-handle").first
    handle.focus()
    before = cell.locator("table").first.inner_text()
    waits = []
    for _ in range(10):
        began = time.monotonic()
        room.page.keyboard.press("ArrowRight")
        for _ in range(500):
            if cell.locator("table").first.inner_text() != before:
                break
            time.sleep(0.01)
        waits.append(time.monotonic() - began)
        before = cell.locator("table").first.inner_text()
    print("threshold to counts, s:", sorted(round(wait, 2) for wait in waits))
    room.press(cell, "Keep this threshold")
    cell.get_by_text("The next run links so").wait_for()
    room.shot("04-threshold")
    counted = load_engagement(places[0]).linkage.person.counted
    assert counted is not None
    assert counted.weight is not None


def test_the_values_of_a_consent_column_are_explained(
    room: Room, places: tuple[Path, Path]
) -> None:
    room.open("05_permission")
    cell = room.cell("ConsentCards(")
    room.fill(cell, "Channel", "text message")
    cell.locator(".widget-dropdown", has_text="says nothing").nth(1).wait_for()
    time.sleep(1)  # the values are laid out anew for the channel
    cell.locator(".widget-dropdown:visible select").nth(2).select_option(label="yes")
    room.fill(cell, "Said by (role)", "E-commerce")
    room.press(cell, "Keep this")
    cell.get_by_text("Kept in the journal.").wait_for()
    room.shot("05-consent")
    assert kinds(places)[-1] == "consent"


def test_a_what_if_is_set_by_its_slider_and_tells_the_verdict(
    room: Room, places: tuple[Path, Path]
) -> None:
    room.open("07_use_cases")
    cell = room.cell("what_if_sliders(")
    handle = cell.locator(".noUi-handle").first
    handle.focus()
    waits = []
    for _ in range(8):
        before = cell.locator(".scv-picture:visible").first.inner_html()
        began = time.monotonic()
        room.page.keyboard.press("ArrowLeft")
        for _ in range(500):
            if cell.locator(".scv-picture:visible").first.inner_html() != before:
                break
            time.sleep(0.01)
        waits.append(time.monotonic() - began)
    print("what-if slider to picture, s:", sorted(round(wait, 2) for wait in waits))
    room.shot("07-what-if")
    room.press(cell, "Keep this")
    cell.get_by_text("If it came true, the verdict would be").wait_for()
    room.shot("07-kept")
    assert kinds(places)[-1] == "what_if"


def test_a_use_case_is_chosen_with_its_problem_and_priced(
    room: Room, places: tuple[Path, Path]
) -> None:
    cell = room.cell("UseCaseChoice(")
    case = cell.locator("select option").first.text_content()
    room.fill(cell, "Use case", case)
    room.fill(cell, "Problem at the front line", "said in the room")
    room.fill(cell, "Sponsor (role)", "CMO")
    room.fill(cell, "Where it starts", "2 %")
    room.press(cell, "Choose this use case")
    cell.get_by_text("The verdict as it stands").wait_for()
    room.shot("07-choice")
    said = load_engagement(places[0]).use_cases
    assert said is not None
    assert "said in the room" in {case.problem for case in said.chosen}
    cell = room.cell("PriceRanges(")
    room.fill(cell, "Price", "cost of one send")
    for label, value in {"Low": "0.1", "High": "0.4", "Currency": "DKK"}.items():
        room.fill(cell, label, value)
    room.fill(cell, "Said by (role)", "CFO")
    room.press(cell, "Keep this")
    cell.locator("td", has_text="cost of one send").first.wait_for()
    room.shot("07-prices")


def test_the_verdict_is_read_and_the_first_step_agreed(
    room: Room, places: tuple[Path, Path]
) -> None:
    room.open("08_readiness")
    cell = room.cell("VerdictBoard(")
    cell.get_by_text("The nearest change that would give another").first.wait_for()
    room.shot("08-verdict")
    before = cell.locator("[role=status]").first.inner_text()
    cell.get_by_text("One suppression list", exact=True).first.click()
    for _ in range(300):
        if cell.locator("[role=status]").first.inner_text() != before:
            break
        time.sleep(0.01)
    assert cell.locator("[role=status]").first.inner_text() != before
    room.shot("08-ticked")
    cell = room.cell("AgreedList(desk, kind)")
    room.fill(cell, "First step", "ask for the e-mail at the till")
    room.fill(cell, "Who does it (role)", "Head of shops")
    room.fill(cell, "By when", "2027-01-31")
    room.press(cell, "Keep this")
    cell.get_by_text("ask for the e-mail at the till").wait_for()
    room.shot("08-steps")
    clipped = "boxes => boxes.filter(b => b.scrollHeight > b.clientHeight + 4).length"
    assert cell.locator(".widget-html").evaluate_all(clipped) == 0
    assert kinds(places)[-1] == "first_step"


def test_nothing_of_a_person_was_saved_and_nothing_asked_outside(
    room: Room, places: tuple[Path, Path]
) -> None:
    room.page.keyboard.press("Control+s")
    time.sleep(2)
    assert {host.split(":")[0] for host in room.hosts if host} == {"localhost"}
    written = left_behind(*places)
    names = {file.name for file in written}
    assert names >= {"journal.jsonl", "votes.jsonl", "history.sqlite", "08_readiness.ipynb"}
    assert any(".ipynb_checkpoints" in file.parts for file in written)
    assert leaks(written, canaries(places[0])) == {}
    saved = json.loads((places[1] / "lab" / "08_readiness.ipynb").read_text(encoding="utf-8"))
    assert not any(cell.get("outputs") for cell in saved["cells"])


def test_a_room_shows_masks_and_the_analyst_is_warned(
    places: tuple[Path, Path], driver: Any, tmp_path: Path
) -> None:
    shots = Path(os.environ.get("SCVKIT_SHOTS", "") or tmp_path)
    for mode, banner in (("room", "Room:"), ("analyst", "ANALYST MODE")):
        with running_lab(*places, "--mode", mode) as address:
            opened = Room(driver, CHROMIUM, address, shots)
            opened.open("04_link_records")
            assert opened.notebook.get_by_text(banner).first.is_visible()
            cell = opened.cell("VotingBooth(")
            cell.get_by_text("Are these two the same?").wait_for()
            assert ("••" in cell.inner_text()) == (mode == "room")
            opened.shot(f"04-{mode}")
            opened.page.keyboard.press("Control+s")
            time.sleep(2)
            opened.close()
        saved = json.loads((places[1] / "lab" / "04_link_records.ipynb").read_text("utf-8"))
        assert not any(cell.get("outputs") for cell in saved["cells"])


def test_the_next_run_reports_what_was_captured(places: tuple[Path, Path], tmp_path: Path) -> None:
    run = [sys.executable, "-m", "scvkit", "run", str(places[0]), "--work", str(places[1])]
    done = subprocess.run([*run, "--out", str(tmp_path / "out")])
    assert done.returncode in (0, 1)
    report = (tmp_path / "out" / "report.en.html").read_text(encoding="utf-8")
    minutes = (tmp_path / "out" / "minutes.html").read_text(encoding="utf-8")
    assert "Paper forms" in report
    assert "before its number was shown" in report
    for told in (
        "nobody owns the result",
        "Head of retail",
        "said in the room",
        "cost of one send",
        "ask for the e-mail at the till",
        "Paper forms",
    ):
        assert told in minutes, told
    results = tmp_path / "out" / "results"
    assert "Head of retail" in (results / "readiness.json").read_text(encoding="utf-8")
    linked = json.loads((results / "linkage.json").read_text(encoding="utf-8"))["result"]
    kept = load_engagement(places[0]).linkage.person.counted
    assert kept is not None
    told = [choice for kind in linked["kinds"] for choice in kind["choices"]]
    assert any(f"from {kept.weight:.1f} bits on. Every other pair" in choice for choice in told)
    for said in ("nobody owns the result", "ask for the e-mail at the till"):
        assert said in report, said
    assert linked["votes"]["asked"]
    assert "what-if" in minutes
