"""A step that takes too much ends with the reason, and only the step."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from jupyter_client.manager import AsyncKernelManager

from scvkit.batch import conduct as conducting
from scvkit.batch import kernels as running
from scvkit.batch.budget import Budget, budget
from scvkit.batch.kernels import Attempt, Kernels
from scvkit.batch.warm import can_fork, warm_managers
from scvkit.engine import MEMORY_VARIABLE
from scvkit.errors import OutputError
from scvkit.locale import load_words
from scvkit.plan import Step, Task
from scvkit.workshop import open_desk
from tests.batch.conducted import client, play
from tests.stress.kills import outlive

WORDS = load_words("en")
AMPLE = Budget(memory_bytes=1 << 40, seconds=600.0)
SAYS = {
    "hungry": "held = bytearray(250_000_000)\nfor at in range(0, len(held), 4096): held[at] = 1\n"
    "import time\ntime.sleep(60)",
    "slow": "import time\ntime.sleep(60)",
    "memory_error": "raise MemoryError",
    "disk_full": "raise OSError(28, 'No space left on device')",
    "quoting": "raise ValueError('jens@holm.example')",
    "suicide": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "lighter": "import time\nif rows > 100: time.sleep(60)",
    "good": "1 + 1",
}


@pytest.fixture
def notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name, code in SAYS.items():
        given = nbformat.v4.new_code_cell("rows = 1000", metadata={"tags": ["parameters"]})
        document = nbformat.v4.new_notebook(cells=[given, nbformat.v4.new_code_cell(code)])
        document.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(document, folder / f"{name}.ipynb")
    monkeypatch.setattr(running, "notebooks_folder", lambda: folder)
    return folder


class Forked:
    """Kernels forked from a process that has imported nothing of ours: quick to start."""

    def __init__(self, manager: type) -> None:
        self.cold = manager

    def __getitem__(self, group: str) -> type:
        return self.cold


@pytest.fixture(scope="module")
def managers() -> Iterator[Forked]:
    with warm_managers({"line": ()}) as made:
        yield Forked(made["line"])


def run(
    managers: Forked,
    name: str,
    folder: Path,
    *,
    limit: Budget = AMPLE,
    lighter: bool = False,
    language: str = "",
) -> tuple[Attempt, bool]:
    kernels = Kernels(managers, limit, WORDS)
    watcher = threading.Thread(target=kernels.watch, daemon=True)
    watcher.start()
    step = Step(name=name, lighter=(("rows", 10),) if lighter else ())
    try:
        given = {"language": language} if language else {}
        return kernels.run(Task(step=step), folder, given)
    finally:
        kernels.end_all()
        watcher.join()


def test_a_notebook_is_executed_in_the_language_of_its_pages_and_holds_no_other_output(
    notebooks: Path, managers: Forked, tmp_path: Path
) -> None:
    document = nbformat.read(notebooks / "good.ipynb", as_version=4)
    document.cells.append(nbformat.v4.new_markdown_cell("## The map", id="02315600"))
    document.cells[1].outputs = [nbformat.v4.new_output("stream", text="of the sample client")]
    nbformat.write(document, notebooks / "06_landscape_map.ipynb")
    attempt, _ = run(managers, "06_landscape_map", tmp_path, language="da")
    assert attempt == Attempt()
    executed = nbformat.read(tmp_path / "06_landscape_map.ipynb", as_version=4)
    assert executed.cells[-1].source == "## Kortet"
    assert "sample client" not in (tmp_path / "06_landscape_map.ipynb").read_text("utf-8")
    assert executed.cells[2].outputs[0]["data"]["text/plain"] == "2"


def test_a_step_over_its_time_says_so(notebooks: Path, managers: Forked, tmp_path: Path) -> None:
    limit = Budget(memory_bytes=1 << 40, seconds=1.0)
    attempt, _ = run(managers, "slow", tmp_path, limit=limit)
    assert attempt.over_budget
    assert "over budget: it took longer" in attempt.reason


def test_a_step_over_its_memory_says_so(notebooks: Path, managers: Forked, tmp_path: Path) -> None:
    limit = Budget(memory_bytes=200 << 20, seconds=600.0)
    attempt, _ = run(managers, "hungry", tmp_path, limit=limit)
    assert attempt.over_budget
    assert "more than the 200 MB" in attempt.reason


def test_a_step_with_a_lighter_way_takes_it_and_is_marked(
    notebooks: Path, managers: Forked, tmp_path: Path
) -> None:
    limit = Budget(memory_bytes=1 << 40, seconds=3.0)
    assert run(managers, "lighter", tmp_path, limit=limit, lighter=True) == (Attempt(), True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("good", Attempt()),
        ("disk_full", Attempt(reason=WORDS("batch.raised", kind="OSError"), disk_full=True)),
        ("quoting", Attempt(reason=WORDS("batch.raised", kind="ValueError"))),
    ],
)
def test_what_a_notebook_ends_with_is_told_without_quoting_it(
    notebooks: Path, managers: Forked, tmp_path: Path, name: str, expected: Attempt
) -> None:
    assert run(managers, name, tmp_path)[0] == expected


def test_an_engine_without_memory_is_over_budget(
    notebooks: Path, managers: Forked, tmp_path: Path
) -> None:
    attempt, _ = run(managers, "memory_error", tmp_path)
    assert attempt.over_budget
    assert attempt.reason.startswith("over budget")


def test_a_killed_kernel_gets_one_more_chance_and_then_a_reason(
    notebooks: Path, managers: Forked, tmp_path: Path
) -> None:
    attempt, _ = run(managers, "suicide", tmp_path)
    assert attempt.died
    assert "ended from outside twice" in attempt.reason


@pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only")
def test_a_kernel_ends_with_the_process_it_was_forked_from() -> None:
    async def outlived(manager: AsyncKernelManager) -> bool:
        await manager.start_kernel()
        kernel = psutil.Process(manager.provisioner.pid)
        parent = kernel.parent()
        assert parent is not None
        os.kill(parent.pid, signal.SIGKILL)
        alive = outlive([kernel], seconds=10.0)
        await manager.cleanup_resources()
        return bool(alive)

    with warm_managers({"line": ()}) as managers:
        assert not asyncio.run(outlived(managers["line"]()))


def test_a_full_disk_ends_the_run_and_keeps_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, work = client(tmp_path / "client"), tmp_path / "work"
    usage = shutil.disk_usage(tmp_path)
    states = iter([usage._replace(free=1 << 30)] * 3)
    full = usage._replace(free=1 << 20)
    monkeypatch.setattr(conducting.shutil, "disk_usage", lambda _: next(states, full))
    with pytest.raises(OutputError, match="is full"):
        play(file, work)
    monkeypatch.undo()
    again = play(file, work)
    assert len(again.ran) == 9 + 3 - 3


def test_the_engine_takes_the_share_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "600MB")
    desk = open_desk(client(tmp_path / "client"), work=str(tmp_path / "work"))
    told = desk.connection.execute("select current_setting('memory_limit')").fetchall()[0][0]
    assert told == "572.2 MiB"


def test_steps_that_run_side_by_side_share_the_machine() -> None:
    one, four = (budget(memory="", minutes=1, jobs=jobs) for jobs in (1, 4))
    whole = psutil.virtual_memory().total
    assert four.memory_bytes <= one.memory_bytes <= whole
    assert budget(memory="700MB", minutes=1, jobs=4).memory_bytes == 700_000_000


def test_errors_that_mean_a_full_disk_are_known_on_this_system() -> None:
    for number in (errno.ENOSPC, errno.EDQUOT):
        assert any(word in os.strerror(number) for word in running._FULL_WORDS)
