"""One run at a time on one engagement."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scvkit.errors import OutputError

LOCK_FILE = "run.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A held engagement; ``unfinished`` tells of a run that ended without letting go."""

    handle: int
    unfinished: str

    def note(self, **facts: str) -> None:
        """Write down what the next run has to take away should this one be ended by force."""
        _write(self.handle, {"pid": os.getpid(), "started": _now(), **facts})


@contextlib.contextmanager
def one_run(work: Path) -> Iterator[Hold]:
    """Hold ``work`` until the block ends; the system lets go of it when the process dies.

    Raises OutputError when another run holds it. A lock that a dead process left behind is no
    obstacle: it holds nothing, and what it says goes into ``unfinished``.
    """
    handle = os.open(work / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _take(handle):
            said = _read(handle)
            raise OutputError(
                f"This engagement is being run already (process {said.get('pid', 'unknown')}, "
                f"since {said.get('started', 'a moment ago')}; work folder {work}). Wait until it "
                "has ended, or name another folder with --work and another report with --out."
            )
        before = _read(handle)
        _take_away(before.get("sockets", ""))
        hold = Hold(handle=handle, unfinished=str(before.get("started", "")))
        hold.note()
        try:
            yield hold
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def is_held(work: Path) -> bool:
    """True while a run holds ``work``."""
    file = work / LOCK_FILE
    if not file.is_file():
        return False
    handle = os.open(file, os.O_RDWR)
    try:
        return not _take(handle)
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            # Far behind the text, which others must still be able to read.
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(handle: int) -> dict[str, Any]:
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        found = json.loads(os.read(handle, 1 << 12) or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _write(handle: int, body: dict[str, Any]) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, json.dumps(body).encode())


def _take_away(sockets: object) -> None:
    """Remove the folder of sockets of a run that was killed."""
    folder = Path(str(sockets))
    # Only what a run makes itself: the lock file could say anything.
    if folder.name.startswith("scv-") and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
