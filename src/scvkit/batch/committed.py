"""Re-make the outputs of the committed notebooks, so that a changed number shows in a diff."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from scvkit.batch.warm import WARM, warm_managers
from scvkit.extracts import read_delivery
from scvkit.plan import STEPS, notebooks_folder
from scvkit.profile import profile_source
from scvkit.sources import understand_delivery
from scvkit.workshop import open_desk
from scvkit.workshop.folders import WORK_VARIABLE


def remake_notebooks(only: tuple[str, ...] = ()) -> Iterator[str]:
    """Execute each committed notebook with its own parameters; yield the names made.

    Rows go to a temporary private folder, or to the one SCVKIT_WORK names.
    """
    with (
        tempfile.TemporaryDirectory(prefix="scvkit-") as private,
        warm_managers(WARM) as managers,
    ):
        os.environ.setdefault(WORK_VARIABLE, private)
        profile_every_source()
        for step in STEPS:
            if only and step.name not in only and step.name[:2] not in only:
                continue
            manager = managers["profile" if step.per_source else "line"]
            _remake(notebooks_folder() / f"{step.name}.ipynb", manager)
            yield step.name


def profile_every_source() -> None:
    """Make the sample client's intake and profiles: 08_readiness needs more than the one of 02.

    Run by itself a committed 02_profile_source profiles one source; the committed outputs are
    those of the whole client. Writes where SCVKIT_WORK says.
    """
    desk = open_desk()
    delivery = read_delivery(desk.connection, desk.rows, desk.engagement, desk.folder)
    intake = understand_delivery(desk.connection, desk.rows, desk.engagement, delivery)
    desk.save("intake", intake)
    for source in intake.sources:
        profile = profile_source(desk.connection, desk.rows, source, as_of=desk.as_of)
        desk.save(f"profile-{source.source}", profile)


def _remake(path: Path, manager: type[AsyncKernelManager]) -> None:
    document = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        document,
        kernel_name="python3",
        kernel_manager_class=manager,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    for cell in document.cells:
        # Times and machine traces would make every re-make a diff.
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [
                o for o in cell.outputs if not (o.output_type == "stream" and o.name == "stderr")
            ]
    document.metadata = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    nbformat.write(document, path)  # type: ignore[no-untyped-call]
