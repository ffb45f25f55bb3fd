"""The tasks of one run as they go: run as soon as what they wait for has ended, or kept."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from scvkit.batch.fingerprint import Fingerprints
from scvkit.batch.inputs import Inputs, inputs_of
from scvkit.batch.kept import KeptSteps
from scvkit.batch.log import Log
from scvkit.batch.outcome import RunOptions, TaskOutcome
from scvkit.batch.progress import Progress
from scvkit.batch.provenance import run_identity
from scvkit.errors import ExtractError, OutputError
from scvkit.plan import Task, made_before, step_that_writes, waits_for
from scvkit.records.extracts import Intake
from scvkit.workshop.desk import Desk
from scvkit.workshop.folders import make_private

if TYPE_CHECKING:
    from scvkit.batch.kernels import Attempt, Kernels

READINGS = 3  # times that extracts which change while they are read are read again
LEAST_FREE = 8 << 20  # bytes below which a disk counts as full


@dataclass(slots=True, kw_only=True)
class Conduct:
    """One run of some tasks of the plan."""

    desk: Desk
    engagement: Path
    chosen: tuple[Task, ...]
    options: RunOptions
    progress: Progress
    log: Log
    fingerprints: Fingerprints
    kept: KeptSteps
    outside: Inputs
    outcomes: dict[str, TaskOutcome] = field(default_factory=dict)
    _began: dict[str, float] = field(default_factory=dict)
    _ways: dict[str, float] = field(default_factory=dict)
    _readings: int = 0

    @property
    def run_id(self) -> str:
        """Names what the run was made from; known for sure once the extracts were read."""
        return run_identity(self.engagement, self.outside.flat(), self.options.only)

    def execute(self, start: Callable[[], Kernels]) -> tuple[TaskOutcome, ...]:
        """Settle every task; ``start`` makes the kernels when the first notebook has to run.

        Raises ExtractError when nothing can be read or the extracts never stop changing, and
        OutputError when the disk is full.
        """
        waiting = list(self.chosen)
        running: dict[Future[tuple[Attempt, bool]], Task] = {}
        kernels: Kernels | None = None
        with ThreadPoolExecutor(max_workers=self.options.jobs) as pool:
            try:
                while waiting or running:
                    task = self._next(waiting) if len(running) < self.options.jobs else None
                    if task is not None:
                        waiting.remove(task)
                        if self._settled(task):
                            continue
                        kernels = kernels or start()
                        running[self._begin(task, pool, kernels)] = task
                        continue
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        ended = running.pop(future)
                        if not self._ended(ended, *future.result()):
                            waiting.append(ended)
            except BaseException:
                if kernels is not None:
                    kernels.end_all()
                raise
        return tuple(self.outcomes[task.name] for task in self.chosen)

    def stale(self, before: Iterable[Task]) -> list[str]:
        """Steps outside a partial run whose results were made from something else."""
        names = {step.name for task in self.chosen for step in made_before(task.step)}
        others = [task for task in before if task.step.name in names and task not in self.chosen]
        return [task.name for task in others if self.kept.current(task, self._key(task)) is None]

    def gone(self, before: Iterable[Task]) -> frozenset[str]:
        """Steps outside a partial run of which no earlier run has left a record."""
        names = (task.name for task in before if task not in self.chosen)
        return frozenset(name for name in names if self.kept.find(name) is None)

    def _next(self, waiting: list[Task]) -> Task | None:
        """The ready task with the longest way to the end."""
        ready = [
            task
            for task in waiting
            if all(before.name in self.outcomes for before in waits_for(task, self.chosen))
        ]
        return max(ready, key=self._way_to_end, default=None)

    def _way_to_end(self, task: Task) -> float:
        if task.name not in self._ways:
            later = [other for other in self.chosen if task in waits_for(other, self.chosen)]
            longest = max((self._way_to_end(other) for other in later), default=0.0)
            self._ways[task.name] = task.step.seconds + longest
        return self._ways[task.name]

    def _settled(self, task: Task) -> bool:
        """True when a task needs no kernel: something it needs is missing, or it lies there."""
        cause = _lacks(task, self.desk)
        if cause:
            self.kept.forget(task)
            title = self.desk.words(f"steps.{cause}.title")
            reason = self.desk.words("batch.skipped_step", cause=title)
            self._note(TaskOutcome(name=task.name, outcome="skipped", reason=reason))
            return True
        again = self.options.fresh or ("extracts" in task.step.reads and self.outside.databases)
        kept = None if again else self.kept.current(task, self._key(task))
        if kept is None:
            return False
        self._note(
            TaskOutcome(
                name=task.name,
                outcome="done",
                seconds=kept.seconds,
                kept=True,
                lighter=kept.lighter,
            )
        )
        return True

    def _begin(
        self, task: Task, pool: ThreadPoolExecutor, kernels: Kernels
    ) -> Future[tuple[Attempt, bool]]:
        self.kept.forget(task)
        kernels.warm_up("profile" if task.step.per_source else "line")
        if "intake" in task.step.writes:
            # What it reads is likely to change every profile: import what those need meanwhile.
            kernels.warm_up("profile")
        self.progress.start(task.name)
        self.log.info("step_started", step=task.name)
        self._began[task.name] = time.monotonic()
        given = {
            "engagement": str(self.engagement.resolve()),
            "work": str(self.desk.work),
            **self._parameters(task),
        }
        folder = make_private(self.desk.work / "notebooks")
        return pool.submit(kernels.run, task, folder, given)

    def _parameters(self, task: Task) -> dict[str, str]:
        """Parameters that can change a result; the run id is printed by one step only."""
        # The report is told in the language asked for; the analysis is not made again for it.
        first = str(self.desk.engagement.client.languages[0])
        told = self.desk.words.language if task.step.per_language else first
        own = {"language": task.language or told}
        if task.source is not None:
            own["source"] = task.source
        return {**own, "run_id": self.run_id} if task.step.prints_run_id else own

    def _key(self, task: Task) -> str:
        return self.fingerprints.key(task, self._parameters(task), self.outside)

    def _ended(self, task: Task, attempt: Attempt, lighter: bool) -> bool:
        """Note how a notebook ended; False when it has to run again."""
        seconds = round(time.monotonic() - self._began.pop(task.name), 2)
        self._refuse_full_disk(attempt)
        if attempt.reason:
            self.kept.forget(task)
            self._note(
                TaskOutcome(
                    name=task.name, outcome="failed", reason=attempt.reason, seconds=seconds
                )
            )
        else:
            if "intake" in task.step.writes and not self._read_what_lies_there():
                return False
            self.kept.record(task, self._key(task), seconds, lighter=lighter)
            self._note(
                TaskOutcome(name=task.name, outcome="done", seconds=seconds, lighter=lighter)
            )
        if "intake" in task.step.writes:
            _refuse_nothing(self.desk.find("intake", Intake))
        return True

    def _note(self, outcome: TaskOutcome) -> None:
        self.outcomes[outcome.name] = outcome
        state = "kept" if outcome.kept else outcome.outcome
        self.progress.end(outcome.name, state)
        facts = {"step": outcome.name, "seconds": outcome.seconds}
        if outcome.outcome == "done":
            self.log.info(f"step_{state}", **facts)
            return
        self.log.warning(f"step_{state}", **facts, reason=outcome.reason)
        self.progress.say(
            self.desk.words("batch.failed_step", name=outcome.name, reason=outcome.reason)
        )

    def _read_what_lies_there(self) -> bool:
        """False when an extract was changed, added or deleted while the extracts were read."""
        outside = inputs_of(self.desk)
        if outside.extracts == self.outside.extracts:
            return True
        now, then = outside.extracts, self.outside.extracts
        changed = sorted(n for n in {*now, *then} if now.get(n) != then.get(n))
        self.outside = outside
        self._readings += 1
        self.log.warning("extracts_changed", files=changed)
        if self._readings >= READINGS:
            raise ExtractError(
                f"The extracts change while they are read: {', '.join(changed[:5])}. Run again "
                "when the export has finished; the previous report is as it was."
            )
        self.progress.say(self.desk.words("batch.changed", files=", ".join(changed[:5])))
        return False

    def _refuse_full_disk(self, attempt: Attempt) -> None:
        # A thin report made on a full disk would stand in the place of a good one.
        free = shutil.disk_usage(self.desk.work).free
        if attempt.disk_full or free < LEAST_FREE:
            raise OutputError(
                f"The disk that holds the work folder {self.desk.work} is full ({free >> 20} MB "
                "free). The previous report is as it was. Free space or name another folder with "
                "--work, and run again: it goes on where it stood."
            )


def _lacks(task: Task, desk: Desk) -> str:
    """The notebook whose result a task needs and that gave none, or an empty string."""
    made = desk.results.names()
    # A further language tells what the first one found: without it there is nothing to tell.
    needed = task.step.needs if task.language is None else (*task.step.needs, *task.step.writes)
    missing = [result for result in needed if result not in made]
    if missing:
        return step_that_writes(missing[0])
    if task.source is not None and task.source not in desk.intake().readable():
        return "01_intake"
    return ""


def _refuse_nothing(intake: Intake | None) -> None:
    """Nothing readable at all is an error of the configuration (exit 2), not a thin report."""
    if intake is None or intake.readable():
        return
    reasons = " ".join(f.reason for s in intake.sources for f in s.unread)
    problem = ExtractError(f"No source could be read, so there is nothing to assess. {reasons}")
    problem.exit_code = 2
    raise problem
