"""What a run was made from: hashes, versions, parameters."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path

import scvkit
from scvkit.extracts import earlier_paths
from scvkit.workshop.desk import Desk
from scvkit.workshop.vote_box import VoteBox

LIBRARIES = ("duckdb", "pandas", "papermill", "pyarrow", "splink", "ydata-profiling")


def run_identity(engagement_file: Path, desk: Desk, only: tuple[str, ...] = ()) -> str:
    """Return the run id: eight hex digits of the hash of all inputs; the clock is no input."""
    whole = hashlib.sha256(scvkit.__version__.encode())
    whole.update(_yaml_file(engagement_file).read_bytes())
    for name, digest in file_hashes(desk).items():
        whole.update(f"{name}={digest}".encode())
    for place, file in sorted(desk.engagement.linkage.files().items()):
        digest = hashlib.sha256(Path(file).read_bytes()).hexdigest()
        whole.update(f"{'.'.join(place)}={digest}".encode())
    if desk.own_actions is not None:
        whole.update(desk.own_actions.read_bytes())
    whole.update(VoteBox(desk.work / "votes").digest().encode())
    whole.update("|".join(only).encode())
    return whole.hexdigest()[:8]


def file_hashes(desk: Desk) -> dict[str, str]:
    """SHA-256 of every file in the extracts folder and every earlier extract, by name."""
    hashes = {}
    inside = sorted(p for p in desk.folder.rglob("*") if p.is_file())
    earlier = [p for p in earlier_paths(desk.engagement, desk.folder) if p.is_file()]
    for file in [*inside, *(p for p in earlier if not p.is_relative_to(desk.folder))]:
        digest = hashlib.sha256()
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
        within = file.is_relative_to(desk.folder)
        name = (
            file.relative_to(desk.folder).as_posix()
            if within
            else f"earlier/{file.parent.name}/{file.name}"
        )
        hashes[name] = digest.hexdigest()
    return hashes


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
