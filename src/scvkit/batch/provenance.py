"""What a run was made from: hashes, versions, parameters."""

from __future__ import annotations

import hashlib
import importlib.metadata
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
    choice = desk.engagement.use_cases
    if choice is not None and choice.catalogue:
        whole.update(hashlib.sha256(Path(choice.catalogue).read_bytes()).digest())
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


def versions() -> dict[str, str]:
    """Versions of the kit, Python and the libraries that make numbers."""
    found = {"scvkit": scvkit.__version__, "python": platform.python_version()}
    found.update({name: importlib.metadata.version(name) for name in LIBRARIES})
    return found


def _yaml_file(engagement: Path) -> Path:
    return engagement / "engagement.yaml" if engagement.is_dir() else engagement
