"""The journal of an engagement: what was said in the room, line by line, only ever added to.

``journal.jsonl`` lies beside the engagement file. A line holds its kind, time and role, where in
the engagement file it belongs (``part``), its content, and a hash over all of this and the line
before it: a line that was changed or taken out later shows.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from scvkit.errors import EngagementError, OutputError, nearest

JOURNAL_FILE = "journal.jsonl"
ARCHIVED = "journal-*.jsonl"  # folded into the engagement file, kept for the minutes
KINDS = (
    "claim",
    "reveal",
    "source",
    "flow",
    "gap",
    "consent",
    "use_cases",
    "price",
    "people",
    "threshold",
    "what_if",
    "first_step",
    "stop_condition",
    "veto",
    "note",
)
SHORT = 12  # letters of a hash that a page shows
# A step into a list is a mapping: the fields that tell its entries apart.
Step = str | Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal.

    ``part`` leads to its place in the engagement file, for example ``("sources", "erp",
    "owner")`` or ``("claims", {"id": "C9"})``; None for what has no place there. ``content`` is
    what stands there from now on; None takes it away.
    """

    line: int  # from 1
    kind: str
    at: str  # UTC, ISO 8601
    role: str
    part: tuple[Step, ...] | None
    content: Any
    hash: str

    @property
    def short_hash(self) -> str:
        """The head of the hash, for a page."""
        return self.hash[:SHORT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The entries of a journal and what is wrong with its lines, a sentence each."""

    entries: tuple[Entry, ...] = ()
    faults: tuple[str, ...] = ()

    def of(self, *kinds: str) -> tuple[Entry, ...]:
        """Entries of these kinds, in the order they were said."""
        return tuple(entry for entry in self.entries if entry.kind in kinds)


def journal_file(engagement_file: Path) -> Path:
    """Where the journal of an engagement lies."""
    home = engagement_file if engagement_file.is_dir() else engagement_file.parent
    return home / JOURNAL_FILE


def read_journal(file: Path) -> Journal:
    """Return the entries of a journal; one that is not there is empty.

    A last line that a crash has cut is left out without a word, since nobody was told that it was
    kept. A line in between that cannot be read, or whose hash does not fit, is told.
    """
    if not file.is_file():
        return Journal()
    texts = file.read_bytes().split(b"\n")
    whole, tail = texts[:-1], texts[-1]
    lines = [*whole, tail] if _entry(tail, 0) is not None else whole
    entries: list[Entry] = []
    faults: list[str] = []
    before = ""
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        entry = _entry(text, number)
        if entry is None:
            # The line after a crash: appending has closed the cut line, and the chain goes on
            # from the last whole one.
            faults.append(f"{file.name}, line {number} cannot be read and is left out.")
            continue
        if entry.hash != _hash(before, entry):
            faults.append(
                f"{file.name}, line {number}: its hash does not fit the lines before it, so "
                "something was changed after it was written."
            )
        before = entry.hash
        entries.append(entry)
    return Journal(entries=tuple(entries), faults=tuple(faults))


def read_with_archive(engagement_file: Path) -> tuple[Journal, ...]:
    """Return the journals that were folded in, oldest first, and the one in use at the end."""
    return tuple(read_journal(file) for file in journal_files(engagement_file))


def journal_files(engagement_file: Path | None) -> tuple[Path, ...]:
    """Return the files of the journals that are there, folded ones first."""
    if engagement_file is None:
        return ()
    live = journal_file(engagement_file)
    return tuple(f for f in (*sorted(live.parent.glob(ARCHIVED)), live) if f.is_file())


def append(
    file: Path,
    *,
    kind: str,
    content: object,
    role: str = "",
    part: Iterable[Step] | None = None,
    at: str = "",
) -> Entry:
    """Add one line, see it on the disk, and return it as an entry.

    Raises EngagementError for a kind that the journal does not know, OutputError when the folder
    cannot be written.
    """
    if kind not in KINDS:
        raise EngagementError(
            f"The journal has no kind '{kind}'.{nearest(kind, KINDS)} Kinds: {', '.join(KINDS)}."
        )
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as problem:
        raise OutputError(
            f"The journal {file} cannot be written ({problem.strerror}). Make the folder of the "
            "engagement file writable; nothing of this was kept."
        ) from None
    with os.fdopen(handle, "rb+") as stream, _alone(stream):
        _close_cut_line(stream)
        known = read_journal(file).entries
        entry = Entry(
            line=len(known) + 1,
            kind=kind,
            at=at or dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            role=role,
            part=None if part is None else tuple(part),
            content=json.loads(json.dumps(content, default=str)),
            hash="",
        )
        entry = replace(entry, hash=_hash(known[-1].hash if known else "", entry))
        text = json.dumps({**_said(entry), "hash": entry.hash}, ensure_ascii=False)
        stream.write(text.encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    return entry


def _entry(text: bytes, number: int) -> Entry | None:
    try:
        line = json.loads(text)
        part = line["part"]
        return Entry(
            line=number,
            kind=str(line["kind"]),
            at=str(line["at"]),
            role=str(line["role"]),
            part=None if part is None else tuple(part),
            content=line["content"],
            hash=str(line["hash"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _said(entry: Entry) -> dict[str, Any]:
    part = None if entry.part is None else list(entry.part)
    return {
        "kind": entry.kind,
        "at": entry.at,
        "role": entry.role,
        "part": part,
        "content": entry.content,
    }


def _hash(before: str, entry: Entry) -> str:
    said = json.dumps(_said(entry), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{said}".encode()).hexdigest()


def _close_cut_line(stream: IO[bytes]) -> None:
    """A line that was cut by a crash must not swallow the next one; cut bytes are dropped."""
    end = stream.seek(0, os.SEEK_END)
    if not end:
        return
    stream.seek(0)
    whole = stream.read()
    tail = whole.rsplit(b"\n", 1)[-1]
    if not tail:
        return
    if _entry(tail, 0) is None:
        stream.truncate(end - len(tail))
        stream.seek(0, os.SEEK_END)
    else:
        stream.seek(0, os.SEEK_END)
        stream.write(b"\n")


@contextlib.contextmanager
def _alone(stream: IO[bytes]) -> Iterator[None]:
    """Two notebooks of one room may write at the same moment: one line after the other.

    The lock goes with the file.
    """
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX)
    yield
