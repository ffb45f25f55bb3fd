"""What a run sets around itself, so that what it leaves lies in one private place."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scvkit.batch.budget import Budget
from scvkit.engine import MEMORY_LIMIT, MEMORY_VARIABLE, memory_bytes
from scvkit.workshop.folders import make_private, private_places
from scvkit.workshop.room import LIVE_VARIABLE, MODE_VARIABLE

ENGINE_SHARE = 0.6  # of a step's memory; the rest is for the libraries and pandas


@contextlib.contextmanager
def private_surroundings(work: Path, budget: Budget) -> Iterator[None]:
    """Have every process of the run write for its owner only, and below ``work``.

    The working folder is then ``work/notebooks``: paths must be absolute before.
    """
    # Asked for before it is changed: sockets need the short path of the system's own folder.
    tempfile.gettempdir()
    before, folder_before = dict(os.environ), Path.cwd()
    mask = os.umask(0o077)
    # Once for all: papermill would change it back and forth, for all threads at a time.
    os.chdir(make_private(work / "notebooks"))
    for name, folder in private_places(work).items():
        os.environ[name] = str(make_private(folder))
    os.environ.pop(MODE_VARIABLE, None)
    os.environ[LIVE_VARIABLE] = "0"  # a run started from a notebook is no room
    usual = memory_bytes(os.environ.get(MEMORY_VARIABLE) or MEMORY_LIMIT)
    share = int(budget.memory_bytes * ENGINE_SHARE)
    os.environ[MEMORY_VARIABLE] = f"{min(usual, share) // 1_000_000}MB"
    try:
        yield
    finally:
        os.chdir(folder_before)
        os.umask(mask)
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def private_sockets() -> Iterator[str]:
    """A folder with a short path for the kernels' sockets; empty where there are none."""
    if os.name != "posix":
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="scv-", ignore_cleanup_errors=True) as folder:
        yield folder
