"""What a step depends on, as one hash: its inputs, its parameters and the code that runs it.

Equal keys mean that running the step again would give what lies there already. Everything a step
may read is in its key: results and row tables of the steps before it, the parts of the engagement
file it looks at, the extracts for the one step that reads them, the notebook's cells, every source
file of the kit, and the versions of the libraries that make numbers. Clocks, paths, the number of
jobs and memory limits are not: they change no result.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import scvkit
from scvkit.batch.inputs import Inputs
from scvkit.batch.provenance import versions
from scvkit.engine.rows import WRITERS
from scvkit.plan import Step, Task, made_before, notebooks_folder
from scvkit.store import sql_of
from scvkit.workshop.desk import Desk

_NOT_CODE = {".pyc", ".pyo"}
# Earlier extracts lie among the rows of the intake and are read by the profile of their source.
EARLIER = ".earlier.parquet"


class Fingerprints:
    """Keys of the steps of one run; a file is read again only when it was replaced."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._digests: dict[tuple[str, int, int, int], str] = {}
        self._said = desk.engagement.model_dump(mode="json", by_alias=True)
        self._kit = _kit_digest()

    def key(self, task: Task, parameters: Mapping[str, str], outside: Inputs) -> str:
        """Key of a task; ``outside`` are the hashes of the client's files."""
        inputs = {
            "kit": self._kit,
            "notebook": _cells_digest(notebooks_folder() / f"{task.step.name}.ipynb"),
            "task": task.name,
            "parameters": dict(sorted(parameters.items())),
            "said": said_to(self._said, task),
            "outside": outside.of(task),
            "made": self._made_before(task),
        }
        return _digest_of(inputs)

    def of_work(self, folders: Iterable[str]) -> dict[str, str]:
        """Hashes of all files in folders of the work folder, by their path in it."""
        found = (p for name in folders for p in (self._desk.work / name).rglob("*"))
        return self.of(p for p in found if p.is_file() and not p.name.startswith("."))

    def of(self, files: Iterable[Path]) -> dict[str, str]:
        """Hashes of files of the work folder that are there, by their path in it."""
        work = self._desk.work
        return {p.relative_to(work).as_posix(): self.digest(p) for p in sorted(files)}

    def digest(self, file: Path) -> str:
        """SHA-256 of a file."""
        state = file.stat()
        # Files are replaced, never written in place: another file has another inode or time.
        mark = (str(file), state.st_ino, state.st_mtime_ns, state.st_size)
        if mark not in self._digests:
            with file.open("rb") as stream:
                self._digests[mark] = hashlib.file_digest(stream, "sha256").hexdigest()
        return self._digests[mark]

    def whole(self, **facts: object) -> str:
        """Key of what is made of everything: the kit, the whole engagement file and ``facts``."""
        return _digest_of({"kit": self._kit, "said": self._said, **facts})

    def _made_before(self, task: Task) -> dict[str, str]:
        if task.source is not None:
            return self._of_one_source(task.source)
        found: dict[str, str] = {}
        for step in made_before(task.step):
            found |= self.of(outputs(step, self._desk))
        return found

    def _of_one_source(self, source: str) -> dict[str, str]:
        """A profile reads what was received from its own source, and of nothing else."""
        intake = self._desk.results.path("intake")
        if not intake.is_file():
            return {}
        sources = json.loads(intake.read_text(encoding="utf-8"))["result"]["sources"]
        own = [entry for entry in sources if entry["source"] == source]
        rows = self.of_work(f"rows/{name}/{source}" for name in ("extract", "source"))
        received = {name: digest for name, digest in rows.items() if not name.endswith(EARLIER)}
        return {**received, "intake": _digest_of(own)}


def said_to(said: Mapping[str, Any], task: Task) -> dict[str, Any]:
    """The parts of an engagement file, as JSON, that a task may look at."""
    # Languages and marks of the pages change no step; the language it is told in is a parameter.
    of_pages = {"languages", "reviewed_languages"}
    client = {name: fact for name, fact in said["client"].items() if name not in of_pages}
    if task.step.said is None:
        return {**said, "client": client, "report": None}
    parts = {name: said[name] for name in ("version", "extracts", *task.step.said)}
    parts["client"] = client
    parts["assessment"] = {"as_of": said["assessment"]["as_of"]}
    cards = said["sources"]
    parts["sources"] = cards if task.source is None else {task.source: cards[task.source]}
    return parts


def outputs(step: Step, desk: Desk, source: str | None = None) -> list[Path]:
    """Files of results, row tables and pages that a step has made, for one source or all."""
    found: list[Path] = []
    for result in step.writes:
        for name in (result, sql_of(result)):
            pattern = f"{name}-{source or '*'}.json" if step.per_source else f"{name}.json"
            found += (desk.work / "results").glob(pattern)
    rows = desk.work / "rows"
    if step.per_source:
        found += (desk.work / "pages").glob(f"{source or '*'}-*.html")
        found += (desk.work / "fix_lists").glob(f"{source or '*'}-*.csv")
        found += rows.glob(f"extract/{source or '*'}/*{EARLIER}")
    for name in (table for table, writer in WRITERS.items() if writer == step.name):
        found += rows.glob(f"{name}.parquet")
        found += (p for p in (rows / name).rglob("*.parquet") if not p.name.endswith(EARLIER))
    return sorted(p for p in found if not p.name.startswith("."))


def _kit_digest() -> str:
    """One hash of every file of the package and of the libraries' versions."""
    package = Path(scvkit.__file__).parent
    whole = hashlib.sha256(json.dumps(versions(), sort_keys=True).encode())
    for file in sorted(p for p in package.rglob("*") if p.is_file()):
        if file.suffix not in _NOT_CODE:
            whole.update(file.relative_to(package).as_posix().encode() + b"\0")
            whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _cells_digest(notebook: Path) -> str:
    """Hash of a notebook's cells without their outputs."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return _digest_of([(cell["cell_type"], "".join(cell["source"])) for cell in cells])


def _digest_of(body: object) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
