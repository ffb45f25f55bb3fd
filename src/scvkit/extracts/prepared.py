"""A text file made fit to be read: UTF-8, without stray control bytes, cut to its table."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scvkit.extracts.encoding import CHUNK, MIXED, Encoding, FileBytes

_HEAD = 1 << 19
_HEAD_LINES = 2000
_TAIL = 1 << 16
# DuckDB takes these in a file name for a pattern.
_PATTERN_SIGNS = frozenset("*?[]{}")


# Line ends of UTF-16 whose bytes were swapped or shifted by one.
_SHIFTED = ("\u0a00", "\u0d00", "\u0a0d")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedText:
    """UTF-8 text at ``path``; the client's own file where nothing had to be changed."""

    path: Path
    lines: int  # physical lines, a last one without line end included
    lost: int = 0  # characters that could not be decoded
    cleaned: bool = False  # NUL or ^Z taken out


def prepare_text(
    path: Path, facts: FileBytes, encoding: Encoding, *, scratch: Path
) -> PreparedText:
    """Return the text in UTF-8 with line feeds; copied into ``scratch`` only where needed."""
    dirty = facts.nul > 0 and not encoding.name.startswith(("utf-16", "utf-32"))
    dirty = dirty or facts.ends_with_eof_mark
    old_mac = facts.carriage_returns > 0 and facts.line_feeds == 0
    plain = encoding.name in {"utf-8", "utf-8-sig", "ascii"}
    odd_name = bool(_PATTERN_SIGNS & set(str(path)))
    if plain and not dirty and not old_mac and not odd_name and facts.valid_utf8:
        whole = facts.trailing_newlines > 0
        return PreparedText(path=path, lines=facts.line_feeds + (0 if whole else 1))
    target = scratch / "text.csv"
    lines = lost = 0
    last = ""
    wide = encoding.name.startswith("utf-16")
    with path.open("rb") as source, target.open("w", encoding="utf-8", newline="") as copy:
        for text in _decoded(source, encoding.name):
            lost += text.count("\N{REPLACEMENT CHARACTER}")
            if wide:
                lost += sum(map(text.count, _SHIFTED))
            if "\0" in text:
                text = text.replace("\0", "")
            if "\x1a" in text:
                text = text.replace("\x1a", "")
            if old_mac or (facts.line_feeds * 2 < facts.carriage_returns):
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            lines += text.count("\n")
            copy.write(text)
            last = text[-1:] or last
    return PreparedText(
        path=target, lines=lines + (last not in {"\n", ""}), lost=lost, cleaned=dirty
    )


def cut_text(text: PreparedText, start: int, end: int, *, scratch: Path) -> Path:
    """Return a copy of the bytes from ``start`` to ``end``, or to the end when that is 0."""
    target = scratch / "table.csv"
    with text.path.open("rb") as source, target.open("wb") as copy:
        source.seek(start)
        if not end:
            shutil.copyfileobj(source, copy, CHUNK)
            return target
        left = end - start
        while left > 0 and (chunk := source.read(min(CHUNK, left))):
            copy.write(chunk)
            left -= len(chunk)
    return target


def head_lines(path: Path) -> list[bytes]:
    """Return the first lines with their line ends; a line cut by the limit is left out."""
    with path.open("rb") as file:
        data = file.read(_HEAD)
        more = bool(file.read(1))
    lines = data.splitlines(keepends=True) if b"\n" not in data else _split(data)
    if more and len(lines) > 1:
        lines = lines[:-1]
    return lines[:_HEAD_LINES]


def tail_lines(path: Path) -> list[tuple[int, bytes]]:
    """Return the last lines, each with the byte at which it begins."""
    size = path.stat().st_size
    begins = max(0, size - _TAIL)
    with path.open("rb") as file:
        file.seek(begins)
        data = file.read()
    lines = _split(data)
    if begins:
        begins += len(lines[0])
        lines = lines[1:]
    found: list[tuple[int, bytes]] = []
    for line in lines:
        found.append((begins, line))
        begins += len(line)
    return found


def plain_line(line: bytes) -> str:
    """Return a line as text, without byte order mark and line end."""
    return line.decode("utf-8", errors="replace").removeprefix("\ufeff").rstrip("\r\n")


def _split(data: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _decoded(source: BinaryIO, encoding: str) -> Iterator[str]:
    if encoding == MIXED:
        for line in source:
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError:
                yield line.decode("cp1252", errors="replace")
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while chunk := source.read(CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
