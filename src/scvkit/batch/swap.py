"""Put a finished folder in the place of the previous one, so that there is a whole one always."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
from pathlib import Path

from scvkit.errors import OutputError

PRIVATE = "restricted"


def swap_in(beside: Path, out: Path) -> Path:
    """Put ``beside`` in place of ``out`` and take the previous one away.

    Raises OutputError when the disk is full or the folder cannot be written; ``out`` is then as
    it was. A process that is ended at any moment leaves the old folder or the new one, whole.
    """
    arriving, leaving = _names(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for leftover in (arriving, leaving):
            shutil.rmtree(leftover, ignore_errors=True)
        shutil.copytree(beside, arriving)
        _open_to_readers(arriving)
        _settle(arriving)
        _put_in_place(arriving, leaving, out)
        for leftover in (arriving, leaving):
            shutil.rmtree(leftover, ignore_errors=True)
        shutil.rmtree(beside, ignore_errors=True)
    except OSError as problem:
        shutil.rmtree(arriving, ignore_errors=True)
        raise OutputError(
            f"The report could not be written to {out} ({problem.strerror}). The previous one is "
            f"as it was; the new one lies in {beside}. Free space or name another folder with "
            "--out, and run again: nothing is computed twice."
        ) from None
    return out


def recover(out: Path) -> None:
    """Bring back the previous report when a run was ended between two renames."""
    arriving, leaving = _names(out)
    with contextlib.suppress(OSError):
        if leaving.is_dir() and not out.exists():
            leaving.replace(out)
    for leftover in (arriving, leaving):
        shutil.rmtree(leftover, ignore_errors=True)


def _names(out: Path) -> tuple[Path, Path]:
    return out.with_name(f".{out.name}.new"), out.with_name(f".{out.name}.old")


def _open_to_readers(folder: Path) -> None:
    """A report is made to be opened; what the analyst alone may see keeps its mode."""
    for path in (folder, *folder.rglob("*")):
        if PRIVATE not in path.relative_to(folder).parts:
            path.chmod(0o755 if path.is_dir() else 0o644)


def _settle(folder: Path) -> None:
    """Have the system put the files on the disk: a power cut may spare a rename and lose them."""
    if os.name != "posix":
        return
    for path in (*folder.rglob("*"), folder, folder.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _put_in_place(arriving: Path, leaving: Path, out: Path) -> None:
    if not out.exists():
        arriving.replace(out)
    elif not _exchange(arriving, out):
        out.replace(leaving)
        arriving.replace(out)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    paths = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*paths, 2) == 0)  # RENAME_SWAP
        here = -100  # AT_FDCWD: paths are taken as they are
        return bool(library.renameat2(here, paths[0], here, paths[1], 2) == 0)  # RENAME_EXCHANGE
    except (AttributeError, OSError, TypeError):
        return False
