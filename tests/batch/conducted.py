"""Runs of the plan whose notebooks are played by a few lines: what runs, not what it finds."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field
from pathlib import Path

from scvkit.batch.conduct import Conduct
from scvkit.batch.fingerprint import Fingerprints, outputs
from scvkit.batch.inputs import inputs_of
from scvkit.batch.kept import KeptSteps
from scvkit.batch.log import Log
from scvkit.batch.outcome import RunOptions, TaskOutcome
from scvkit.batch.progress import Progress
from scvkit.engine.rows import WRITERS
from scvkit.extracts import read_delivery
from scvkit.plan import Task, made_before, tasks
from scvkit.sources import understand_delivery
from scvkit.workshop import Desk, open_desk

CUSTOMERS = "nr;navn;email\n" + "".join(f"{n};P{n} E{n};p{n}@f.example\n" for n in range(40))
SOURCES = ("club", "erp", "shop")


class Killed(BaseException):
    """What a run meets that is ended by force."""


@dataclass
class Attempt:
    reason: str = ""
    over_budget: bool = False
    died: bool = False
    disk_full: bool = False


@dataclass
class PlayedKernels:
    """Writes for each task what depends on all it may read, and on nothing else."""

    desk: Desk
    failing: dict[str, str] = field(default_factory=dict)
    kill_after: int = 1000
    ran: list[str] = field(default_factory=list)
    meanwhile: object = None

    def warm_up(self, group: str) -> None:
        """Nothing to import."""

    def end_all(self) -> None:
        """Nothing runs."""

    def run(self, task: Task, folder: Path, parameters: dict[str, str]) -> tuple[Attempt, bool]:
        if len(self.ran) >= self.kill_after:
            raise Killed
        self.ran.append(task.name)
        (folder / f"{task.name}.ipynb").write_text(json.dumps({"ran": task.name}))
        if task.name in self.failing:
            return Attempt(reason=self.failing[task.name]), False
        if task.step.name == "01_intake":
            self._intake()
        else:
            self._play(task)
        return Attempt(), False

    def _intake(self) -> None:
        desk = self.desk
        delivery = read_delivery(desk.connection, desk.rows, desk.engagement, desk.folder)
        if callable(self.meanwhile):
            self.meanwhile()
        desk.save(
            "intake", understand_delivery(desk.connection, desk.rows, desk.engagement, delivery)
        )

    def _play(self, task: Task) -> None:
        own = self.desk.work / "rows" / "source" / str(task.source)
        before = [file for step in made_before(task.step) for file in outputs(step, self.desk)]
        read = sorted(own.glob("*.parquet")) if task.source else before
        digest = hashlib.sha256(b"".join(file.read_bytes() for file in read)).hexdigest()
        for result in task.writes:
            body = {"schema": 1, "record": "Played", "result": digest}
            (self.desk.work / "results" / f"{result}.json").write_text(json.dumps(body))
        for table, writer in WRITERS.items():
            if writer == task.step.name and task.source is None:
                (self.desk.work / "rows" / f"{table}.parquet").write_text(digest)


@dataclass
class Played:
    outcomes: dict[str, TaskOutcome]
    ran: list[str]
    said: str
    run_id: str


def client(folder: Path) -> Path:
    """An engagement of three sources with the same forty customers."""
    folder.mkdir(parents=True)
    lines = ["version: 1", "client: {name: Holm ApS}", "sources:"]
    for source in SOURCES:
        (folder / f"{source}.csv").write_text(CUSTOMERS, encoding="utf-8")
        lines.append(f"  {source}: {{name: {source}, tables: {{t: {{file: {source}.csv}}}}}}")
    file = folder / "engagement.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def play(
    engagement: Path,
    work: Path,
    *,
    failing: dict[str, str] | None = None,
    kill_after: int = 1000,
    meanwhile: object = None,
    **options: object,
) -> Played:
    """Run the plan in ``work``, with played notebooks."""
    desk = open_desk(engagement, work=str(work), language=str(options.get("language", "")))
    chosen = tasks(desk.engagement.sources, options.get("only", ()), desk.languages[1:])
    prints = Fingerprints(desk)
    kept = KeptSteps(desk, prints)
    stream = io.StringIO()
    if not options.get("only"):
        kept.forget_others(chosen)
    kernels = PlayedKernels(desk, failing=failing or {}, kill_after=kill_after, meanwhile=meanwhile)
    conduct = Conduct(
        desk=desk,
        engagement=engagement,
        chosen=chosen,
        options=RunOptions(work=str(work), jobs=1, **options),
        progress=Progress({t.name: 1.0 for t in chosen}, desk.words, jobs=1, stream=stream),
        log=Log(work),
        fingerprints=prints,
        kept=kept,
        outside=inputs_of(desk),
    )
    outcomes = conduct.execute(lambda: kernels)
    return Played(
        outcomes={o.name: o for o in outcomes},
        ran=kernels.ran,
        said=stream.getvalue(),
        run_id=conduct.run_id,
    )


def results(work: Path) -> dict[str, bytes]:
    """Every result by name."""
    return {p.name: p.read_bytes() for p in sorted((work / "results").glob("*.json"))}
