"""The first rows of a large text file, for a look before the whole is read."""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path

from scvkit.extracts.formats import find_format
from scvkit.extracts.listing import parts_of

# Below this a file is read whole: cutting would save nothing.
_SMALL = 1 << 20
_WIDE_NEWLINES = (b"\xff\xfe", b"\xfe\xff")  # UTF-16: a line feed is not one byte


def head_of(path: Path, rows: int, folder: Path) -> Path:
    """Return a copy of the first ``rows`` lines in ``folder``, or ``path`` itself when small.

    Only text whose lines can be told by bytes is cut; other formats are read whole. Of a folder
    or a pattern every part is cut.
    """
    if path.is_dir() or "*" in path.name:
        parts = parts_of(path) or []
        if sum(part.stat().st_size for part in parts) <= _SMALL:
            return path
        beside = folder / path.name.replace("*", "_")
        beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in parts:
            head = head_of(part, rows, beside)
            if head == part:
                shutil.copyfile(part, beside / part.name)
        return beside
    if not path.is_file() or path.stat().st_size <= _SMALL or find_format(path) != "csv":
        return path
    with path.open("rb") as file:
        if file.read(2) in _WIDE_NEWLINES:
            return path
        file.seek(0)
        lines = list(islice(file, rows + 1))
    if len(lines) < 2:
        return path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    head = folder / path.name
    head.write_bytes(b"".join(lines))
    return head
