"""The tiny client again: unchanged, changed in one source, and every step from its inputs alone."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scvkit.batch import RunOptions, run_engagement
from scvkit.batch.budget import Budget
from scvkit.batch.fingerprint import outputs, said_to
from scvkit.batch.kernels import Kernels, open_kernels
from scvkit.batch.log import LOG_FILE
from scvkit.engagement import load_engagement
from scvkit.locale import load_words
from scvkit.plan import Task, made_before, tasks
from scvkit.workshop import open_desk
from tests.batch.conducted import play
from tests.end_to_end.conftest import Run

PLAN = tasks(["erp"])


def test_unchanged_it_runs_no_step_and_leaves_the_report_alone(tiny_run: Run) -> None:
    before = {p: p.stat().st_mtime_ns for p in tiny_run.out.rglob("*")}
    options = RunOptions(out=tiny_run.out, work=str(tiny_run.work))
    again = run_engagement(tiny_run.client / "engagement.yaml", options)
    assert again.ran == ()
    assert again.pages_kept
    assert again.complete
    assert {p: p.stat().st_mtime_ns for p in tiny_run.out.rglob("*")} == before


def test_with_one_source_changed_only_its_profile_and_what_joins_the_sources_run(
    tiny_client: Path, tmp_path: Path
) -> None:
    client = shutil.copytree(tiny_client, tmp_path / "client")
    first = play(client / "engagement.yaml", tmp_path / "work")
    tickets = client / "extracts" / "tickets.csv"
    lines = tickets.read_bytes().splitlines(keepends=True)
    tickets.write_bytes(b"".join(lines[:-1]))
    ran = set(play(client / "engagement.yaml", tmp_path / "work").ran)
    profiles = {name for name in first.ran if name.startswith("02")}
    assert len(profiles) == 8
    assert set(first.ran) - ran == profiles - {"02_profile_source-desk"}


@pytest.fixture(scope="module")
def kernels() -> Iterator[Kernels]:
    ample = Budget(memory_bytes=1 << 34, seconds=600)
    with (
        tempfile.TemporaryDirectory(prefix="scv-") as sockets,
        open_kernels(ample, load_words("en"), sockets=sockets) as opened,
    ):
        for group in ("line", "profile"):
            opened.warm_up(group)
        yield opened


def alone(tiny_run: Run, task: Task, folder: Path) -> Path:
    """A work folder and an engagement file that hold what the task is keyed by, nothing else."""
    desk = open_desk(tiny_run.client, work=str(tiny_run.work))
    said = load_engagement(tiny_run.client / "engagement.yaml")
    parts = said_to(said.model_dump(mode="json", by_alias=True), task)
    parts["extracts"] = str((tiny_run.client / said.extracts).resolve())
    (folder / "engagement.yaml").write_text(json.dumps(parts), encoding="utf-8")
    read = [p for step in made_before(task.step) for p in outputs(step, desk)]
    if task.source is not None:
        read = [p for p in read if task.source in p.parts]
    work = folder / "work"
    for file in read:
        target = work / file.relative_to(tiny_run.work)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    if task.source is not None:
        _intake_of_one(tiny_run.work, work, task.source)
    (work / "notebooks").mkdir(parents=True, exist_ok=True)
    return work


def _intake_of_one(whole: Path, work: Path, source: str) -> None:
    body = json.loads((whole / "results" / "intake.json").read_text("utf-8"))
    sources = body["result"]["sources"]
    body["result"]["sources"] = [entry for entry in sources if entry["source"] == source]
    (work / "results").mkdir(parents=True, exist_ok=True)
    (work / "results" / "intake.json").write_text(json.dumps(body), encoding="utf-8")


@pytest.mark.parametrize("task", PLAN, ids=[task.name for task in PLAN])
def test_made_again_from_only_what_it_is_keyed_by_a_step_gives_the_same_bytes(
    tiny_run: Run, kernels: Kernels, tmp_path: Path, task: Task
) -> None:
    work = alone(tiny_run, task, tmp_path)
    given = {
        "engagement": str(tmp_path),
        "work": str(work),
        "language": "en",
        **({"source": task.source} if task.source else {}),
        **({"run_id": tiny_run.result.run_id} if task.step.prints_run_id else {}),
    }
    attempt, lighter = kernels.run(task, work / "notebooks", given)
    assert (attempt.reason, lighter) == ("", False)
    for result in task.writes:
        made = (work / "results" / f"{result}.json").read_bytes()
        assert made == (tiny_run.work / "results" / f"{result}.json").read_bytes()


def test_the_log_is_one_event_a_line_with_a_level_and_no_personal_value(tiny_run: Run) -> None:
    text = (tiny_run.work / LOG_FILE).read_text("utf-8")
    events = [json.loads(line) for line in text.splitlines()]
    assert {e["level"] for e in events} <= {"info", "warning", "error"}
    named = [e["event"] for e in events]
    assert named[0] == "run_started"
    assert named.count("step_done") == len(tiny_run.result.outcomes)
    assert "@" not in text


def test_run_json_and_the_report_say_how_it_was_made(tiny_run: Run) -> None:
    body = json.loads((tiny_run.out / "run.json").read_text("utf-8"))
    assert body["seeds"] == {"04_link_records": 1}
    assert body["parameters"]["02_profile_source-erp"]["deep_dive_rows"] == 5000
    assert body["thresholds_changed"] == {}
    assert len(body["files"]) >= 10
    text = json.dumps(body)
    assert str(tiny_run.client) not in text
    assert str(tiny_run.work) not in text
    page = (tiny_run.out / "report.en.html").read_text("utf-8")
    assert "How this report was made" in page
    assert f"duckdb {body['versions']['duckdb']}" in page


def test_every_file_of_the_work_folder_is_for_its_owner_only(tiny_run: Run) -> None:
    files = [p for p in tiny_run.work.rglob("*") if p.is_file()]
    open_ = [p.name for p in files if p.stat().st_mode & 0o077]
    assert len(files) > 50
    # IPython copies its own read-me with the mode it was installed with.
    assert set(open_) <= {"README"}
