"""Gzip and zip: unpacked into the private work folder, within a declared limit."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from scvkit.errors import ExtractError, nearest

LARGEST_UNPACKED = 8 << 30
_CHUNK = 1 << 20
_NO_TABLES = (".pdf", ".png", ".jpg", ".docx", ".html", ".md", ".xml", ".yaml", ".yml")


def unpack_gzip(path: Path, scratch: Path) -> Path:
    """Return the file inside a gzip file; raises ExtractError."""
    target = scratch / (path.stem if path.suffix.lower() == ".gz" else f"{path.name}.unpacked")
    try:
        with gzip.open(path, "rb") as packed:
            _copy(packed, target, path)
    except (OSError, EOFError, zlib.error):
        raise _damaged(path) from None
    return target


def unpack_zip(path: Path, scratch: Path, wanted: Sequence[str]) -> tuple[Path, list[str]]:
    """Return the largest table of a zip, or the one wanted, and the names of the others."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if _is_table(m)]
            if not members:
                raise ExtractError(f"{path.name} holds no files. Ask for it again.")
            names = [m.filename for m in members]
            if wanted:
                if wanted[0] not in names:
                    raise ExtractError(
                        f"{path.name} holds no file '{wanted[0]}'.{nearest(wanted[0], names)} "
                        "Correct reading.sheets."
                    )
                chosen = next(m for m in members if m.filename == wanted[0])
            else:
                chosen = max(members, key=lambda m: (m.file_size, m.filename))
            if chosen.flag_bits & 1:
                raise ExtractError(
                    f"{path.name} is protected by a password. Ask for a copy without one."
                )
            # Only the last part of the name: a member may try to climb out of the folder.
            target = scratch / PurePosixPath(chosen.filename.replace("\\", "/")).name
            with archive.open(chosen) as packed:
                _copy(packed, target, path)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError):
        raise _damaged(path) from None
    return target, [n for n in names if n != chosen.filename]


def _is_table(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename)
    hidden = name.name.startswith((".", "~$")) or "__MACOSX" in name.parts
    return not (member.is_dir() or hidden or name.suffix.lower() in _NO_TABLES)


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, path: Path) -> None:
    largest = min(LARGEST_UNPACKED, shutil.disk_usage(target.parent).free // 4)
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
