"""The files of a delivery: which may be extracts, and which of them are parts of one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from scvkit.errors import ExtractError

_DEEPEST = 4
# Companions of a delivery that hold no rows.
_NO_EXTRACTS = {".yaml", ".yml", ".md", ".html", ".htm", ".py", ".ipynb", ".toml", ".ini", ".sql"}
_LOCK_NAMES = {"thumbs.db", "desktop.ini", "_success", "_committed", "_started"}
_PATTERN = re.compile(r"[*?]")


def extract_files(folder: Path) -> Iterator[Path]:
    """Files that may be extracts, sorted by name: no hidden, lock or companion files.

    Folders that the kit wrote are passed over: a report (``run.json``) and a private work folder
    (``.scvkit``).
    """
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*"), key=lambda p: p.as_posix().casefold()):
        inside = path.relative_to(folder)
        if _in_ours(folder, inside):
            continue
        hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in inside.parts)
        if hidden or len(inside.parts) > _DEEPEST or not path.is_file():
            continue
        if path.suffix.lower() in _NO_EXTRACTS or path.name.lower() in _LOCK_NAMES:
            continue
        yield path


def extract_units(folder: Path, skip: Collection[Path] = ()) -> Iterator[Path]:
    """Files that may be extracts, and folders whose files are parts of one, sorted by name.

    A folder is one extract when its files are named alike but for their numbers. ``skip`` holds
    files, resolved, that are read elsewhere.
    """
    given: set[Path] = set()
    for path in extract_files(folder):
        parent = path.parent
        if parent in given or path.resolve() in skip:
            continue
        if parent != folder and is_series([p.name for p in extract_files(parent)]):
            given.add(parent)
            yield parent
        else:
            yield path


def is_series(names: Sequence[str]) -> bool:
    """True for two or more names that differ only in their numbers.

    >>> is_series(["part-0001.csv", "part-0002.csv"]), is_series(["kunder.csv", "ordrer.csv"])
    (True, False)
    """
    stems = {re.sub(r"\d+|(?<=-)[0-9a-f-]{36}", "0", name.casefold()) for name in names}
    return len(names) > 1 and len(stems) == 1


def parts_of(path: Path) -> list[Path] | None:
    """Return the files of a folder or a pattern, sorted by name; None for a single file.

    Raises ExtractError when there are none, or when one lies outside the folder.
    """
    if path.is_dir():
        found, folder = list(extract_files(path)), path
        if not found:
            raise ExtractError(f"The folder {path.name} holds no files. Ask for the export again.")
    elif _PATTERN.search(path.name) and not path.exists():
        folder = path.parent
        wanted = {p for p in folder.glob(path.name) if p.is_file()}
        found = [p for p in extract_files(folder) if p in wanted]
        if not found:
            raise ExtractError(
                f"No file is called {path.name}. Correct the pattern in the engagement file."
            )
    else:
        return None
    for part in found:
        refuse_outside(part, folder)
    return found


def refuse_outside(path: Path, folder: Path) -> None:
    """Raise ExtractError for a path, or the target of a link, that lies outside the folder."""
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ExtractError(
            f"{path.name} lies outside the extracts folder. Copy it into that folder."
        )


def _in_ours(folder: Path, inside: Path) -> bool:
    above = (folder.joinpath(*inside.parts[:depth]) for depth in range(1, len(inside.parts)))
    return any((parent / mark).is_file() for parent in above for mark in ("run.json", ".scvkit"))
