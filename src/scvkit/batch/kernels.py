"""Run a notebook in a kernel of its own, within a budget of memory and time."""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
import psutil
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from papermill.exceptions import PapermillExecutionError

from scvkit.batch.budget import Budget
from scvkit.batch.notebook_page import is_ours
from scvkit.batch.warm import WARM, Managers, warm_managers
from scvkit.locale import WRITTEN_IN, Words
from scvkit.locale.notebooks import in_language
from scvkit.plan import Task, notebooks_folder

GLANCE = 0.25  # seconds between two looks at what the kernels use
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = ("No space left on device", "Disk quota exceeded")
_NO_MEMORY = {"MemoryError", "OutOfMemoryException", "ArrowMemoryError"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one execution of a notebook ended; an empty ``reason`` means well."""

    reason: str = ""
    over_budget: bool = False
    died: bool = False
    disk_full: bool = False


@dataclass(slots=True)
class _Running:
    since: float
    kernels: list[AsyncKernelManager]
    over: str = ""


class Kernels:
    """Kernels of one run; make with ``open_kernels``."""

    def __init__(self, managers: Managers, budget: Budget, words: Words) -> None:
        self._managers = managers
        self._budget = budget
        self._words = words
        self._running: dict[str, _Running] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def warm_up(self, group: str) -> None:
        """Start importing what notebooks of a group need; call from the main thread."""
        self._managers[group]

    def run(
        self, task: Task, folder: Path, parameters: Mapping[str, object]
    ) -> tuple[Attempt, bool]:
        """Execute a notebook; return how it ended and whether a lighter try made it.

        A kernel that was killed gets one more chance, started cold; one that went over its
        budget gets one more with the step's lighter parameters, where it has some.
        """
        group = "profile" if task.step.per_source else "line"
        attempt = self._attempt(task, folder, parameters, self._managers[group])
        if attempt.died and not self._stop.is_set():
            attempt = self._attempt(task, folder, parameters, self._managers.cold)
        if attempt.over_budget and task.step.lighter and not self._stop.is_set():
            smaller = {**parameters, **dict(task.step.lighter)}
            return self._attempt(task, folder, smaller, self._managers[group]), True
        return attempt, False

    def end_all(self) -> None:
        """Kill every kernel, so that a run that has to stop stops now."""
        self._stop.set()
        with self._lock:
            running = list(self._running.values())
        for one in running:
            _kill(one)

    def watch(self) -> None:
        """Look at memory and time of every kernel until the run has ended."""
        while not self._stop.wait(GLANCE):
            with self._lock:
                running = list(self._running.values())
            for one in running:
                one.over = one.over or self._over(one)
                if one.over:
                    # At every glance: the first may have come before the kernel was there.
                    _kill(one)

    def _over(self, one: _Running) -> str:
        if time.monotonic() - one.since > self._budget.seconds:
            return self._words("batch.over_time", minutes=round(self._budget.seconds / 60, 1))
        used = _memory(one)
        if used > self._budget.memory_bytes:
            return self._words("batch.over_memory", megabytes=self._budget.memory_bytes >> 20)
        return ""

    def _attempt(
        self,
        task: Task,
        folder: Path,
        parameters: Mapping[str, object],
        manager: type[AsyncKernelManager],
    ) -> Attempt:
        one = _Running(since=time.monotonic(), kernels=[])
        with self._lock:
            self._running[task.name] = one
        try:
            executed = folder / f"{task.name}.ipynb"
            _write_told(task, str(parameters.get("language") or WRITTEN_IN), executed)
            papermill.execute_notebook(
                str(executed),
                str(executed),
                parameters=dict(parameters),
                kernel_name="python3",
                kernel_manager_class=_seen(manager, one.kernels),
                progress_bar=False,
                log_output=False,
            )
        except PapermillExecutionError as problem:
            return self._failed(problem)
        except Exception as problem:  # noqa: BLE001  # a killed kernel ends in many ways
            # It must not take the run with it.
            if one.over:
                return Attempt(reason=one.over, over_budget=True)
            full = isinstance(problem, OSError) and problem.errno in _FULL
            reason = self._words("batch.died", kind=type(problem).__name__)
            return Attempt(reason=reason, died=not full, disk_full=full)
        finally:
            with self._lock:
                self._running.pop(task.name, None)
            # nbclient makes an event loop for each thread and leaves it open.
            ensure_event_loop().close()
        return Attempt()

    def _failed(self, problem: PapermillExecutionError) -> Attempt:
        """A cell raised; messages of other libraries may quote a client, so only ours are told."""
        if is_ours(problem.ename):
            return Attempt(reason=problem.evalue)
        if problem.ename in _NO_MEMORY:
            megabytes = self._budget.memory_bytes >> 20
            return Attempt(
                reason=self._words("batch.over_memory", megabytes=megabytes), over_budget=True
            )
        full = any(word in problem.evalue for word in _FULL_WORDS)
        return Attempt(reason=self._words("batch.raised", kind=problem.ename), disk_full=full)


@contextlib.contextmanager
def open_kernels(budget: Budget, words: Words, *, sockets: str) -> Iterator[Kernels]:
    """Yield kernels that are watched, and end with the block."""
    with warm_managers(WARM, sockets=sockets) as managers:
        kernels = Kernels(managers, budget, words)
        watcher = threading.Thread(target=kernels.watch, daemon=True)
        watcher.start()
        try:
            yield kernels
        finally:
            kernels.end_all()
            watcher.join()


def _write_told(task: Task, language: str, place: Path) -> None:
    """The step's notebook in the language of its pages, where it will be executed.

    Without the committed outputs, which are the sample client's.
    """
    file = notebooks_folder() / f"{task.step.name}.ipynb"
    document = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    told = in_language(document, task.step.name, language)
    for cell in told.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(told, place)  # type: ignore[no-untyped-call]


def _seen(
    manager: type[AsyncKernelManager], kernels: list[AsyncKernelManager]
) -> type[AsyncKernelManager]:
    """The manager class, which also tells which kernel papermill made with it."""

    class Seen(manager):  # type: ignore[valid-type, misc]
        def __init__(self, **settings: object) -> None:
            super().__init__(**settings)
            kernels.append(self)

    return Seen


def _process(one: _Running) -> psutil.Process | None:
    provisioner = one.kernels[0].provisioner if one.kernels else None
    pid = getattr(provisioner, "pid", None)
    if not pid:
        return None
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def _memory(one: _Running) -> int:
    process = _process(one)
    if process is None:
        return 0
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _kill(one: _Running) -> None:
    process = _process(one)
    if process is not None:
        with contextlib.suppress(psutil.Error):
            process.kill()
