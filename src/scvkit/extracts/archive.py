"""Gzip and zip: unpacked into the private work folder, within a declared limit."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from scvkit.errors import ExtractError, nearest
from scvkit.extracts.listing import is_series

LARGEST_UNPACKED = 8 << 30
# Tables shrink to a fiftieth; what grows beyond this was made to fill a disk.
_MOST_TIMES = 200
_ALWAYS_ALLOWED = 512 << 20
_MOST_MEMBERS = 20_000
_CHUNK = 1 << 20
_NO_TABLES = (".pdf", ".png", ".jpg", ".docx", ".html", ".md", ".xml", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The files of one table that came out of an archive, and the names of the others."""

    files: tuple[Path, ...]
    names: tuple[str, ...]
    others: tuple[str, ...]


def unpack_gzip(path: Path, scratch: Path) -> Path:
    """Return the file inside a gzip file; raises ExtractError."""
    target = scratch / (path.stem if path.suffix.lower() == ".gz" else f"{path.name}.unpacked")
    try:
        with gzip.open(path, "rb") as packed:
            _copy(packed, target, path, path.stat().st_size)
    except (OSError, EOFError, zlib.error):
        raise _damaged(path) from None
    return target


def unpack_zip(path: Path, scratch: Path, wanted: Sequence[str]) -> Unpacked:
    """Return a table of a zip: the parts of a series, or the largest file, or what is wanted."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if _is_table(m)]
            if not members:
                raise ExtractError(f"{path.name} holds no files. Ask for it again.")
            if len(members) > _MOST_MEMBERS:
                raise ExtractError(
                    f"{path.name} holds more than {_MOST_MEMBERS} files. Unpack it yourself and "
                    "deliver the ones that hold data."
                )
            chosen = _chosen(members, wanted, path)
            files = _unpack(archive, chosen, scratch, path)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, ValueError):
        raise _damaged(path) from None
    taken = {m.filename for m in chosen}
    return Unpacked(
        files=tuple(files),
        names=tuple(m.filename for m in chosen),
        others=tuple(m.filename for m in members if m.filename not in taken),
    )


def _is_table(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename)
    hidden = name.name.startswith((".", "~$")) or "__MACOSX" in name.parts
    return not (member.is_dir() or hidden or name.suffix.lower() in _NO_TABLES)


def _chosen(
    members: Sequence[zipfile.ZipInfo], wanted: Sequence[str], path: Path
) -> list[zipfile.ZipInfo]:
    names = [m.filename for m in members]
    for name in wanted:
        if name not in names:
            raise ExtractError(
                f"{path.name} holds no file '{name}'.{nearest(name, names)} Correct reading.sheets."
            )
    possible = [m for m in members if not wanted or m.filename in wanted]
    if is_series([m.filename for m in possible]):
        return sorted(possible, key=lambda m: m.filename)
    return [max(possible, key=lambda m: (m.file_size, m.filename))]


def _unpack(
    archive: zipfile.ZipFile, chosen: Sequence[zipfile.ZipInfo], scratch: Path, path: Path
) -> list[Path]:
    files = []
    for place, member in enumerate(chosen):
        if member.flag_bits & 1:
            raise ExtractError(
                f"{path.name} is protected by a password. Ask for a copy without one."
            )
        # Only the last part of the name: a member may try to climb out of the folder.
        folder = scratch / f"member-{place:05}"
        folder.mkdir()
        name = PurePosixPath(member.filename.replace("\\", "/")).name.replace("\0", "")
        target = folder / (name.encode()[-120:].decode(errors="ignore").strip(". ") or "member")
        with archive.open(member) as packed:
            _copy(packed, target, path, member.compress_size)
        files.append(target)
    return files


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, path: Path, packed_size: int) -> None:
    largest = min(LARGEST_UNPACKED, shutil.disk_usage(target.parent).free // 4)
    largest = min(largest, max(_ALWAYS_ALLOWED, _MOST_TIMES * packed_size))
    size = 0
    with target.open("wb") as copy:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > largest:
                copy.close()
                target.unlink()
                raise ExtractError(
                    f"{path.name} unpacks to more than {largest >> 20} MB. Unpack it yourself and "
                    "deliver the files."
                )
            copy.write(chunk)


def _damaged(path: Path) -> ExtractError:
    return ExtractError(
        f"{path.name} is a damaged archive: it breaks off or was changed on its way. "
        "Ask for it again."
    )
