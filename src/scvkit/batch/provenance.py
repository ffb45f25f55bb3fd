"""What a run was made from: hashes, versions, parameters."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Mapping
from pathlib import Path

import scvkit
from scvkit.extracts import extract_files
from scvkit.workshop.desk import Desk

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


def run_identity(
    engagement_file: Path, files: Mapping[str, str], only: tuple[str, ...] = ()
) -> str:
    """Return the run id: eight hex digits of the hash of all inputs; the clock is no input.

    ``files`` are the hashes of the extracts.
    """
    whole = hashlib.sha256(scvkit.__version__.encode())
    whole.update(_yaml_file(engagement_file).read_bytes())
    for name, digest in files.items():
        whole.update(f"{name}={digest}".encode())
    whole.update("|".join(only).encode())
    return whole.hexdigest()[:8]


def file_hashes(desk: Desk) -> dict[str, str]:
    """SHA-256 of every file that may be an extract, by its name in the folder.

    A file that cannot be opened has no hash; intake says why.
    """
    declared = (
        desk.folder / table.file
        for source in desk.engagement.sources.values()
        for table in source.tables.values()
    )
    hashes: dict[str, str] = {}
    for file in sorted({*extract_files(desk.folder), *declared}):
        # What lies outside the folder is not read, so its content is no input.
        if not file.resolve().is_relative_to(desk.folder):
            continue
        name = file.relative_to(desk.folder).as_posix()
        try:
            with file.open("rb") as stream:
                hashes[name] = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            hashes[name] = ""
    return hashes


def digests_in(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder, by its path in it; empty when there is none."""
    found: dict[str, str] = {}
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        found[file.relative_to(folder).as_posix()] = digest
    return found


def versions() -> dict[str, str]:
    """Versions of the kit, Python and the libraries that make numbers."""
    found = {"scvkit": scvkit.__version__, "python": platform.python_version()}
    found.update({name: importlib.metadata.version(name) for name in LIBRARIES})
    return found


def _yaml_file(engagement: Path) -> Path:
    return engagement / "engagement.yaml" if engagement.is_dir() else engagement
