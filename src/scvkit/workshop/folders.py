"""Where an engagement keeps its private rows: outside every repository, for its owner only."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
import sys
from pathlib import Path

from scvkit.engagement import Engagement
from scvkit.errors import EngagementError, OutputError

WORK_VARIABLE = "SCVKIT_WORK"  # folder that holds the work folders of all engagements
MARK = ".scvkit"  # in a work folder that the kit made itself, and may delete whole
ONE_WORK_VARIABLE = "SCVKIT_WORK_FOLDER"  # the work folder of the one the lab was opened for


def work_folder(engagement_file: Path, slug: str, chosen: str = "") -> Path:
    """Make and return the private work folder (mode 0700).

    ``chosen`` wins over the environment (SCVKIT_WORK_FOLDER, then SCVKIT_WORK), which wins over
    the user's data folder. Raises OutputError when it lies inside a git repository or cannot be
    written.
    """
    chosen = chosen or os.environ.get(ONE_WORK_VARIABLE, "")
    if chosen:
        folder = Path(chosen).expanduser().resolve()
    else:
        mark = hashlib.sha256(str(engagement_file.resolve()).encode()).hexdigest()[:8]
        folder = _data_home() / "work" / f"{slug}-{mark}"
    _refuse_repository(folder)
    ours = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    make_private(folder)
    if ours:
        (folder / MARK).touch(mode=0o600)
    return folder


def typed_path(place: Path, started: str | None = None) -> str:
    """Return the shorter way to a place, as it is typed in the folder ``started``, else here."""
    whole = str(place.resolve())
    try:
        near = os.path.relpath(whole, started or Path.cwd())
    except ValueError:  # on another drive
        return whole
    return min(near, whole, key=len)


def make_folder(folder: Path) -> None:
    """Make ``folder``; raises OutputError where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(
            f"The folder {folder} cannot be made ({type(problem).__name__}). Name another place "
            "that you may write to."
        ) from problem


def make_private(folder: Path) -> Path:
    """Make ``folder`` with mode 0700, or tighten it when it is there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) != 0o700:
            folder.chmod(0o700)
    except OSError as problem:
        raise OutputError(
            f"The private work folder {folder} cannot be made ({problem.strerror}). "
            "Name another one with --work."
        ) from None
    if not os.access(folder, os.W_OK):
        raise OutputError(
            f"The private work folder {folder} cannot be written. Name another with --work."
        )
    return folder


def private_places(work: Path) -> dict[str, Path]:
    """Folders below ``work`` for what libraries leave elsewhere, by their environment variable.

    IPython keeps what was typed, Jupyter its connection files, everybody temporary files: all of
    it may hold rows of a client, and all of it has to go with the work folder.
    """
    return {
        "IPYTHONDIR": work / "ipython",
        "JUPYTER_RUNTIME_DIR": work / "jupyter",
        "TMPDIR": work / "tmp",
    }


def refuse_overdue(engagement: Engagement, today: dt.date) -> None:
    """Raise EngagementError when the copies should have been deleted before ``today``."""
    until = engagement.assessment.delete_by
    if until is None or today <= until:
        return
    raise EngagementError(
        f"The engagement says that the client's data are deleted by {until} "
        f"(assessment.delete_by), and today is {today}. Delete the rows with: scvkit purge, and "
        "the extracts yourself. If a later date was agreed, write it into the engagement file."
    )


def _data_home() -> Path:
    if os.environ.get(WORK_VARIABLE):
        return Path(os.environ[WORK_VARIABLE]).expanduser().resolve()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "scvkit"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "scvkit"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "scvkit"


def _refuse_repository(folder: Path) -> None:
    # Rows of a client inside a repository are one `git add` away from being published. A home
    # folder that is itself a repository (dotfiles) is the user's own choice and not refused.
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists() and parent != Path.home():
            raise OutputError(
                f"The work folder {folder} lies inside a git repository ({parent}); it will hold "
                "personal data. Name a folder outside any repository with --work."
            )
