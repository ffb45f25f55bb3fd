"""JupyterLab on the notebooks, bound to one engagement: `scvkit lab`."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbformat.sign import NotebookNotary

from scvkit.locale import WRITTEN_IN, Words, load_words
from scvkit.locale.notebooks import in_language
from scvkit.plan import STEPS, notebooks_folder, sample_engagement
from scvkit.workshop.desk import ENGAGEMENT_VARIABLE, STARTED_IN_VARIABLE, open_desk
from scvkit.workshop.folders import ONE_WORK_VARIABLE, make_private, private_places, refuse_overdue
from scvkit.workshop.room import MODE_VARIABLE, privacy_mode

KEEP_OUTPUTS_VARIABLE = "SCVKIT_KEEP_OUTPUTS"  # of the sample client, which is invented
CONFIG = Path(__file__).parent / "lab_config"  # outputs of a client are not saved
# Readable from the back of the room; whoever likes it smaller changes it, and it stays changed.
LARGE_TYPE = {
    "theme": "JupyterLab Light",
    "overrides": {"code-font-size": "17px", "content-font-size1": "20px", "ui-font-size1": "15px"},
}
# No news pop-up and no look for updates: nothing leaves the room.
TWICE = "ignore:Overriding existing pre_save_hook"
QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LabApp.custom_css=True",  # outputs at the size that the back of the room reads
    "--ServerApp.log_level=ERROR",  # the address is told at a level above
    "--LabApp.log_level=ERROR",
    "--ServerApp.answer_yes=True",  # one Ctrl-C ends it, without a question
)


def start_lab(
    engagement: str,
    *,
    work: str = "",
    browser: bool = True,
    mode: str = "",
    today: dt.date | None = None,
) -> int:
    """Open JupyterLab on a private copy of the notebooks and return its exit code.

    ``mode`` is projector (default), room or analyst: how much the notebooks show. Raises
    EngagementError when the date of deletion is past ``today``.

    A copy, so that outputs with a client's numbers never land among the kit's own files; edits
    are kept from one start to the next.
    """
    desk = open_desk(engagement, work=work)
    refuse_overdue(desk.engagement, today or dt.datetime.now(dt.UTC).date())
    folder = make_private(desk.work / "lab")
    kept = copy_notebooks(folder, outputs=not engagement, words=desk.words)
    if kept:
        names = desk.words.listed(kept)
        sys.stderr.write(desk.words("workshop.lab.kept", names=names, folder=folder) + "\n")
    # What Jupyter and IPython keep (what was typed, connections, temporary files) is the
    # client's too: it lies in the work folder and goes with it.
    places = {name: str(make_private(place)) for name, place in private_places(desk.work).items()}
    environment = {
        **os.environ,
        **places,
        "JUPYTERLAB_WORKSPACES_DIR": str(make_private(desk.work / "lab-workspaces")),
        "JUPYTERLAB_SETTINGS_DIR": str(_settings(desk.work)),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(
            [str(CONFIG), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
        ),
        MODE_VARIABLE: privacy_mode(mode),
        # Jupyter reads the kit's settings twice and wonders at the second time.
        "PYTHONWARNINGS": ",".join(filter(None, [os.environ.get("PYTHONWARNINGS"), TWICE])),
        STARTED_IN_VARIABLE: str(Path.cwd()),
    }
    if engagement:
        environment[ENGAGEMENT_VARIABLE] = str(Path(engagement).expanduser().resolve())
    else:
        # What is said in the room is written beside the engagement file: the kit's own stays as
        # it is, and what was run on it is found.
        environment[ENGAGEMENT_VARIABLE] = str(copy_sample(desk.work / "client"))
        environment[KEEP_OUTPUTS_VARIABLE] = "1"
    if work or not engagement:
        environment[ONE_WORK_VARIABLE] = str(desk.work)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.default_url=/lab/tree/00_start.ipynb",
        *QUIET,
    ]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    ahead = [sys.executable, "-m", "scvkit.workshop.ahead", environment[ENGAGEMENT_VARIABLE]]
    return _run(command, [*ahead, "--work", str(desk.work)], environment)


def copy_notebooks(folder: Path, *, outputs: bool, words: Words | None = None) -> tuple[str, ...]:
    """Copy the notebooks that are missing, or that nobody has changed since they were copied.

    A copy speaks the language of ``words``; the kit's own stay English. The committed outputs are
    the sample client's, in English: without ``outputs``, or in another language, they are left
    out, so that nobody reads them as another client's. Return the names of those that somebody
    has changed and that are other than the kit's: they are kept as they are, in the language
    they were changed in.
    """
    spoken = words or load_words()
    record = folder / ".copied.json"
    copied = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    notary = NotebookNotary()  # type: ignore[no-untyped-call]
    kept = []
    for step in STEPS:
        name = f"{step.name}.ipynb"
        theirs = folder / name
        document = _told(step.name, spoken, outputs=outputs)
        if theirs.is_file() and _cells(theirs) not in (copied.get(name), _digest(document)):
            kept.append(step.name)
            continue
        nbformat.write(document, theirs)  # type: ignore[no-untyped-call]
        # Signed, or JupyterLab strips pictures and style from outputs it did not make itself.
        notary.sign(document)  # type: ignore[no-untyped-call]
        copied[name] = _digest(document)
    record.write_text(json.dumps(copied, sort_keys=True, indent=1), encoding="utf-8")
    return tuple(kept)


def copy_sample(folder: Path) -> Path:
    """Copy the sample client's engagement file and extracts, once; return the copied file."""
    ours, theirs = sample_engagement(), make_private(folder) / "engagement.yaml"
    if not theirs.is_file():
        shutil.copytree(ours.parent / "extracts", folder / "extracts", dirs_exist_ok=True)
        shutil.copyfile(ours, theirs)
    return theirs


def _run(command: list[str], ahead: list[str], environment: dict[str, str]) -> int:
    """Run JupyterLab to its end, and beside it what works out answers ahead."""
    mask = 0o077 if os.name == "posix" else -1
    null = subprocess.DEVNULL
    with (
        subprocess.Popen(ahead, env=environment, umask=mask, stdout=null, stderr=null) as worker,
        subprocess.Popen(command, env=environment, umask=mask) as lab,
    ):
        # Ended from outside, the lab goes too: it would keep its port, its token and its kernels.
        before = signal.signal(signal.SIGTERM, lambda *_: lab.terminate())
        try:
            while True:
                try:
                    return lab.wait()
                except KeyboardInterrupt:
                    # Ctrl-C reached JupyterLab too. Killed instead of awaited, it would leave its
                    # kernels no time to delete the rows of a file they looked at in passing.
                    continue
        finally:
            signal.signal(signal.SIGTERM, before)
            worker.terminate()


def _told(step: str, words: Words, *, outputs: bool) -> Any:
    """The kit's notebook in the language of ``words``, marked where a machine helped."""
    file = notebooks_folder() / f"{step}.ipynb"
    document = in_language(nbformat.read(file, as_version=4), step, words.language)  # type: ignore[no-untyped-call]
    if words.mark:
        document.cells[0].source += f"\n\n*{words.mark}*"
    if not outputs or words.language != WRITTEN_IN:
        for cell in document.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
    return document


def _cells(file: Path) -> str:
    try:
        return _digest(nbformat.read(file, as_version=4))  # type: ignore[no-untyped-call]
    except (ValueError, AttributeError):
        return ""  # cut off or no notebook: somebody's own, to be looked at


def _digest(document: Any) -> str:
    """Tells what somebody wrote; running and saving alone changes neither text nor kind."""
    written = [(cell.cell_type, cell.source) for cell in document.cells]
    return hashlib.sha256(json.dumps(written).encode()).hexdigest()


def _settings(work: Path) -> Path:
    folder = work / "lab-settings"
    ours = _settings_of(folder, "apputils-extension")
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (ours / "notification.jupyterlab-settings").write_text(json.dumps(quiet), encoding="utf-8")
    files = _settings_of(folder, "filebrowser-extension") / "browser.jupyterlab-settings"
    if not files.exists():
        # Names of notebooks are read whole where no time stands beside them.
        files.write_text(json.dumps({"showLastModifiedColumn": False}), encoding="utf-8")
    look = ours / "themes.jupyterlab-settings"
    if not look.exists():
        look.write_text(json.dumps(LARGE_TYPE), encoding="utf-8")
    return folder


def _settings_of(folder: Path, extension: str) -> Path:
    place = folder / "@jupyterlab" / extension
    place.mkdir(parents=True, exist_ok=True)
    return place
