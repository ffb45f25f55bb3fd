"""What a run was made from: hashes, versions, parameters."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

import scvkit
from scvkit.batch.outcome import TaskOutcome
from scvkit.plan import STEPS, made_before
from scvkit.readiness.thresholds import load_thresholds
from scvkit.report import Making, StepMade
from scvkit.vocabulary import EntityKind
from scvkit.workshop.desk import Desk
from scvkit.workshop.vote_box import VoteBox

# Those that read, count, link, draw or write what stands in a report.
LIBRARIES = (
    "babel",
    "charset-normalizer",
    "duckdb",
    "fastexcel",
    "ipykernel",
    "jinja2",
    "matplotlib",
    "nbconvert",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "pydantic",
    "python-stdnum",
    "ruamel.yaml",
    "splink",
    "sqlglot",
    "ydata-profiling",
)


_OF_THIS_MACHINE = {"engagement", "work", "path"}


def run_identity(
    engagement_file: Path, files: Mapping[str, str], only: tuple[str, ...] = ()
) -> str:
    """Return the run id: eight hex digits of the hash of all inputs; the clock is no input.

    ``files`` are the hashes of what lies outside the work folder.
    """
    whole = hashlib.sha256(scvkit.__version__.encode())
    whole.update(_yaml_file(engagement_file).read_bytes())
    for name, digest in files.items():
        whole.update(f"{name}={digest}".encode())
    whole.update("|".join(only).encode())
    return whole.hexdigest()[:8]


def digests_in(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder, by its path in it; empty when there is none."""
    found: dict[str, str] = {}
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        found[file.relative_to(folder).as_posix()] = digest
    return found


def failed_before(
    outcome: TaskOutcome, outcomes: Sequence[TaskOutcome]
) -> tuple[tuple[str, str], ...]:
    """Steps that gave nothing and that a page would have used, with the reasons."""
    own = next(step for step in STEPS if step.name == outcome.name.split("-")[0])
    before = {step.name for step in made_before(own)}
    return tuple(
        (o.name, o.reason)
        for o in outcomes
        if o.outcome != "done" and o.name.split("-")[0] in before
    )


def made_from(desk: Desk, outcomes: Sequence[TaskOutcome]) -> Making:
    """What a run was made from: versions, parameters, seeds, thresholds, samples, durations."""
    steps = tuple(
        StepMade(name=o.name, parameters=_parameters(desk, o), seconds=o.seconds, kept=o.kept)
        for o in outcomes
        if o.outcome == "done"
    )
    own = desk.engagement.thresholds
    usual = {threshold.id: threshold.steps for threshold in load_thresholds()}
    return Making(
        versions=versions(),
        steps=steps,
        seeds={s.name: s.parameters["seed"] for s in steps if "seed" in s.parameters},
        thresholds={n: (usual.get(n, ()), own[n]) for n in sorted(own) if own[n] != usual.get(n)},
        linkage=_decided(desk),
        sampled=tuple(
            (f"{profile.source}.{dive.table}", dive.sampled_rows, dive.rows)
            for profile in desk.profiles()
            for dive in profile.deep_dives
            if dive.page and dive.sampled_rows < dive.rows
        ),
    )


def _decided(desk: Desk) -> dict[str, object]:
    """From which weight and tier a pair counts, where the engagement or the room said it."""
    options = desk.engagement.linkage
    said: dict[str, object] = {"threshold": options.threshold}
    for kind in EntityKind:
        own = options.of(kind)
        said[f"{kind}.threshold"] = own.threshold
        said[f"{kind}.counted"] = own.counted and own.counted.model_dump(mode="json")
    return {place: value for place, value in said.items() if value is not None}


def _parameters(desk: Desk, outcome: TaskOutcome) -> dict[str, object]:
    """Parameters a notebook ran with: its own, and over them what the run gave it.

    Read from the cells of the executed notebook; the paths of this machine are left out.
    """
    executed = desk.work / "notebooks" / f"{outcome.name}.ipynb"
    try:
        cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return {}
    found: dict[str, object] = {}
    for tag in ("parameters", "injected-parameters"):
        for cell in cells:
            if tag in cell["metadata"].get("tags", ()):
                found |= _literals("".join(cell["source"]))
    return {name: value for name, value in found.items() if name not in _OF_THIS_MACHINE}


def _literals(source: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found[statement.targets[0].id] = ast.literal_eval(statement.value)
    return found


def engagement_hashes(desk: Desk) -> dict[str, str]:
    """A hash of each part of the engagement file, a source at a time, and of the votes.

    Two runs are told apart by them without keeping what the file says.
    """
    told = desk.engagement.model_dump(mode="json")
    sources = told.pop("sources")
    parts = {**told, **{f"sources.{name}": card for name, card in sources.items()}}
    # Files are named from the engagement's folder, wherever that lies.
    for place, file in desk.engagement.linkage.files().items():
        held = parts["linkage"]
        for part in place[:-1]:
            held = held[part]
        held[place[-1]] = hashlib.sha256(Path(file).read_bytes()).hexdigest()
    own = desk.own_actions
    if own is not None:
        parts["roadmap"]["actions"] = hashlib.sha256(own.read_bytes()).hexdigest()
    parts["votes"] = VoteBox(desk.work / "votes").digest()
    return {
        name: hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:16]
        for name, part in sorted(parts.items())
    }


def versions() -> dict[str, str]:
    """Versions of the kit, Python and the libraries that make numbers."""
    found = {"scvkit": scvkit.__version__, "python": platform.python_version()}
    found.update({name: importlib.metadata.version(name) for name in LIBRARIES})
    return found


def _yaml_file(engagement: Path) -> Path:
    return engagement / "engagement.yaml" if engagement.is_dir() else engagement
