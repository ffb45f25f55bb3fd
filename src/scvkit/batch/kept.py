"""What the steps of earlier runs made, with the key each was made under."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from scvkit.batch.fingerprint import EARLIER, Fingerprints, outputs
from scvkit.plan import Task
from scvkit.workshop.desk import Desk
from scvkit.workshop.folders import make_private

FOLDER = "steps"
# Writing the pages and searching each for personal values: the last line of the progress.
PAGES = "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A step that ended well: its key, how long it took, and the hash of each file it made."""

    key: str
    seconds: float
    made: dict[str, str]
    lighter: bool = False  # made by its second try, with the parameters of a smaller one


class KeptSteps:
    """The records of one work folder, one file a step."""

    def __init__(self, desk: Desk, fingerprints: Fingerprints) -> None:
        self._desk = desk
        self._fingerprints = fingerprints
        self._folder = make_private(desk.work / FOLDER)

    def current(self, task: Task, key: str) -> Kept | None:
        """The record of a task when it was made under ``key`` and all it made lies there, whole."""
        kept = self.find(task.name)
        if kept is None or kept.key != key or kept.made != self._made(task):
            return None
        return kept

    def record(self, task: Task, key: str, seconds: float, *, lighter: bool) -> None:
        """Keep what a task has made."""
        kept = Kept(key=key, seconds=seconds, made=self._made(task), lighter=lighter)
        self.write(task.name, kept)

    def find(self, name: str) -> Kept | None:
        """A record by name, whatever its key; None when there is none or it cannot be read."""
        try:
            body = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
            made = {str(k): str(v) for k, v in body["made"].items()}
            return Kept(
                key=str(body["key"]),
                seconds=float(body["seconds"]),
                made=made,
                lighter=bool(body["lighter"]),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # Cut off or tampered with: it is made again.
            return None

    def write(self, name: str, kept: Kept) -> None:
        """Write a record beside its place and swap it in."""
        target = self._folder / f"{name}.json"
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        beside.write_text(json.dumps(asdict(kept), sort_keys=True), encoding="utf-8")
        beside.replace(target)

    def forget(self, task: Task) -> None:
        """Take away what a task made: it must not fill in for a step that fails now."""
        (self._folder / f"{task.name}.json").unlink(missing_ok=True)
        for file in self._files(task):
            # An earlier extract is read by the key test, too, which may run at this moment.
            if not file.name.endswith(EARLIER):
                file.unlink(missing_ok=True)

    def forget_others(self, tasks: Iterable[Task]) -> None:
        """Take away what belongs to no task of the plan, and what a killed run left half made."""
        kept = list(tasks)
        wanted = {path for task in kept for path in self._files(task)}
        names = {PAGES, *(task.name for task in kept)}
        for record in self._folder.iterdir():
            if record.stem not in names:
                record.unlink(missing_ok=True)
        for name in ("results", "pages", "fix_lists", "notebooks", "rows"):
            for file in (self._desk.work / name).rglob("*"):
                if file.is_file() and file not in wanted:
                    file.unlink(missing_ok=True)
        for name in ("spill", "export", "tmp"):
            shutil.rmtree(self._desk.work / name, ignore_errors=True)

    def seconds(self, names: Iterable[str]) -> Mapping[str, float]:
        """How long steps took when they last ran, by name."""
        found = {name: self.find(name) for name in names}
        return {name: kept.seconds for name, kept in found.items() if kept is not None}

    def _made(self, task: Task) -> dict[str, str]:
        return self._fingerprints.of(p for p in self._files(task) if p.is_file())

    def _files(self, task: Task) -> list[Path]:
        executed = self._desk.work / "notebooks" / f"{task.name}.ipynb"
        if task.language is not None:
            return [executed]
        return [executed, *outputs(task.step, self._desk, task.source)]
