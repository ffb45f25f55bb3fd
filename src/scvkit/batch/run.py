"""Run the plan for one engagement and swap the finished report in."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import papermill
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillException, PapermillExecutionError

from scvkit.batch.export import export_run, is_ours
from scvkit.batch.progress import Progress
from scvkit.batch.provenance import run_identity
from scvkit.batch.warm import WARM, warm_managers
from scvkit.errors import ExtractError, OutputError
from scvkit.plan import Task, notebooks_folder, step_that_writes, tasks, waits_for
from scvkit.records.extracts import Intake
from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.folders import make_private

# Writing the pages and searching each for personal values: the last line of the progress.
PAGES = "pages"
PAGES_SECONDS = 12.0  # the sample client's, as a first guess


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How to run; empty means the usual."""

    out: Path | None = None
    work: str = ""
    only: tuple[str, ...] = ()
    jobs: int = 2
    language: str = ""
    to_send: bool = False  # leave the analyst's pages out of the report folder


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOutcome:
    """What became of one task; ``reason`` is the notebook's own sentence."""

    name: str
    outcome: str  # done | failed | skipped
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A finished run; ``complete`` is False when something could not be assessed."""

    index: Path
    run_id: str
    outcomes: tuple[TaskOutcome, ...]
    unread: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """True when every step ended well and every source was read."""
        return not self.unread and all(o.outcome == "done" for o in self.outcomes)


def run_engagement(
    engagement: Path, options: RunOptions, *, stream: TextIO | None = None
) -> RunResult:
    """Run every notebook of the plan, export, search for personal values, swap the report in.

    A failed step is marked and what does not depend on it goes on. Raises EngagementError and
    OutputError before anything runs, ExtractError when no source can be read, PrivacyBreach when
    a page would leak; the previous report then stays as it was.
    """
    desk = open_desk(engagement, work=options.work, language=options.language)
    # Named by the folder, not by the client: a copy made to try a variant must not replace it.
    home = engagement if engagement.is_dir() else engagement.parent
    out = _writable(options.out or Path("reports") / home.resolve().name)
    if not options.only:
        _clear(desk.work)
    chosen = tasks(desk.engagement.sources, options.only)
    timings = _last_timings(desk.work)
    progress = Progress(
        {task.name: timings.get(task.name, task.step.seconds) for task in chosen}
        | {PAGES: timings.get(PAGES, PAGES_SECONDS)},
        desk.words,
        jobs=options.jobs,
        stream=stream,
    )
    started = dt.datetime.now(dt.UTC)
    try:
        _announce(desk, chosen, options, progress)
        run_id = run_identity(engagement, desk, options.only)
        outcomes = _execute(desk, engagement, chosen, options, progress, run_id)
        intake = desk.find("intake", Intake)
        progress.say(desk.words("batch.exporting"))
        progress.start(PAGES)
        index = export_run(
            desk,
            out,
            run_id=run_id,
            outcomes=outcomes,
            seconds=progress.durations(),
            started=started,
            to_send=options.to_send,
        )
        progress.end(PAGES, "done")
        _remember_timings(desk.work, {**timings, **progress.durations()})
    finally:
        progress.close()
    unread = tuple(
        f"{f.source}: {f.reason}" for s in (intake.sources if intake else ()) for f in s.unread
    )
    return RunResult(index=index, run_id=run_id, outcomes=outcomes, unread=unread)


def _writable(out: Path) -> Path:
    """Check before the work, not after it, that the report can be written."""
    out = out.expanduser().resolve()
    parent = next((p for p in (out, *out.parents) if p.exists()), Path("/"))
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise OutputError(
            f"The report cannot be written to {out}: {parent} is not a folder you may write to. "
            "Name another folder with --out."
        )
    if out.is_dir() and any(out.iterdir()) and not (out / "run.json").is_file():
        raise OutputError(
            f"The folder {out} holds files that scvkit did not write, and a report replaces what "
            "is there. Name an empty or new folder with --out."
        )
    return out


def _clear(work: Path) -> None:
    # Results of an earlier run must not fill in for a step that fails now.
    for name in ("rows", "results", "pages", "fix_lists", "notebooks", "spill"):
        shutil.rmtree(work / name, ignore_errors=True)


def _announce(
    desk: Desk, chosen: tuple[Task, ...], options: RunOptions, progress: Progress
) -> None:
    said = desk.engagement
    progress.say(
        desk.words(
            "batch.reading",
            client=said.client.name,
            n=len(said.sources),
            tasks=len(chosen),
            jobs=options.jobs,
        )
    )
    if desk.exploratory:
        facts = ", ".join(said.missing_lawful_facts)
        progress.say(desk.words("batch.exploratory", facts=facts))


@dataclass(slots=True)
class _Board:
    """What has ended so far; shared by the threads that run notebooks."""

    outcomes: dict[str, TaskOutcome] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def _execute(
    desk: Desk,
    engagement: Path,
    chosen: tuple[Task, ...],
    options: RunOptions,
    progress: Progress,
    run_id: str,
) -> tuple[TaskOutcome, ...]:
    """Run tasks as soon as what they wait for has ended, ``jobs`` at a time."""
    board = _Board()
    folder = make_private(desk.work / "notebooks")
    parameters = {
        "engagement": str(engagement.resolve()),
        "work": str(desk.work),
        "language": desk.words.language,
    }
    waiting = list(chosen)
    running: dict[Future[None], Task] = {}
    # Threads, not processes: two processes that start kernels collide on a port and hang.
    with (
        warm_managers(WARM) as managers,
        ThreadPoolExecutor(max_workers=options.jobs) as pool,
    ):
        while waiting or running:
            for task in _ready(waiting, chosen, board):
                if len(running) >= options.jobs:
                    break
                waiting.remove(task)
                if cause := _lacks(task, desk):
                    _skip(desk, task, cause, board, progress)
                    continue
                progress.start(task.name)
                manager = managers["profile" if task.step.per_source else "line"]
                given = {**parameters, **_own_parameters(task, run_id)}
                started = pool.submit(_run, task, folder, given, board, manager)
                running[started] = task
            if running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    ended = running.pop(future)
                    _report(desk, ended, board, progress)
                    future.result()
                    if "intake" in ended.step.writes:
                        _refuse_nothing(desk.find("intake", Intake))
    return tuple(board.outcomes[task.name] for task in chosen)


def _own_parameters(task: Task, run_id: str) -> dict[str, str]:
    own = {} if task.source is None else {"source": task.source}
    return {**own, "run_id": run_id} if task.step.prints_run_id else own


def _ready(waiting: list[Task], chosen: tuple[Task, ...], board: _Board) -> list[Task]:
    """Tasks whose predecessors have ended, the longest way to the end first."""
    ready = [
        task
        for task in waiting
        if all(before.name in board.outcomes for before in waits_for(task, chosen))
    ]
    return sorted(ready, key=lambda task: -_way_to_end(task, chosen))


def _way_to_end(task: Task, chosen: tuple[Task, ...]) -> float:
    later = [other for other in chosen if task in waits_for(other, chosen)]
    return task.step.seconds + max((_way_to_end(other, chosen) for other in later), default=0.0)


def _lacks(task: Task, desk: Desk) -> str:
    """The notebook whose result a task needs and that gave none, or an empty string."""
    made = desk.results.names()
    missing = [result for result in task.step.needs if result not in made]
    if missing:
        return step_that_writes(missing[0])
    if task.source is not None:
        intake = desk.intake()
        if task.source not in intake.readable():
            return "01_intake"
    return ""


def _skip(desk: Desk, task: Task, cause: str, board: _Board, progress: Progress) -> None:
    reason = desk.words("batch.skipped_step", name=task.name, cause=cause)
    board.outcomes[task.name] = TaskOutcome(name=task.name, outcome="skipped", reason=reason)
    progress.end(task.name, "skipped")


def _run(
    task: Task,
    folder: Path,
    parameters: dict[str, str],
    board: _Board,
    manager: type[AsyncKernelManager],
) -> None:
    outcome = TaskOutcome(name=task.name, outcome="done")
    try:
        papermill.execute_notebook(
            str(notebooks_folder() / f"{task.step.name}.ipynb"),
            str(folder / f"{task.name}.ipynb"),
            parameters=parameters,
            kernel_name="python3",
            kernel_manager_class=manager,
            progress_bar=False,
            log_output=False,
            cwd=str(folder),
        )
    except PapermillExecutionError as problem:
        # Messages of other libraries may quote a cell of a client; only ours are passed on.
        reason = problem.evalue if is_ours(problem.ename) else problem.ename
        outcome = TaskOutcome(name=task.name, outcome="failed", reason=reason)
    except (PapermillException, DeadKernelError, OSError, RuntimeError) as problem:
        # A kernel that died must not take the run with it.
        reason = f"the notebook could not be run ({type(problem).__name__})"
        outcome = TaskOutcome(name=task.name, outcome="failed", reason=reason)
    finally:
        # nbclient makes an event loop for each thread and leaves it open.
        ensure_event_loop().close()
    with board.lock:
        board.outcomes[task.name] = outcome


def _report(desk: Desk, task: Task, board: _Board, progress: Progress) -> None:
    outcome = board.outcomes[task.name]
    progress.end(task.name, outcome.outcome)
    if outcome.reason:
        progress.say(desk.words("batch.failed_step", name=task.name, reason=outcome.reason))


def _refuse_nothing(intake: Intake | None) -> None:
    """Nothing readable at all is an error of the configuration (exit 2), not a thin report."""
    if intake is None or intake.readable():
        return
    reasons = " ".join(f.reason for s in intake.sources for f in s.unread)
    problem = ExtractError(f"No source could be read, so there is nothing to assess. {reasons}")
    problem.exit_code = 2
    raise problem


def _last_timings(work: Path) -> dict[str, float]:
    file = work / "timings.json"
    try:
        return {str(k): float(v) for k, v in json.loads(file.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError):
        return {}


def _remember_timings(work: Path, timings: dict[str, float]) -> None:
    (work / "timings.json").write_text(json.dumps(timings, sort_keys=True), encoding="utf-8")
