"""Delete what the kit holds of a client, and leave a receipt: `scvkit purge`."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import scvkit
from scvkit.batch.lock import LOCK_FILE, one_run
from scvkit.engagement import load_engagement
from scvkit.errors import OutputError
from scvkit.workshop.folders import MARK, work_folder

# What the kit writes into a work folder, for one that held other things before.
OURS = (
    "client",
    "export",
    "fix_lists",
    "ipython",
    "jupyter",
    "lab",
    "lab-settings",
    "lab-workspaces",
    "log.1.jsonl",
    "log.jsonl",
    "notebooks",
    "pages",
    "results",
    "rows",
    "spill",
    "splink-settings.json",
    "steps",
    "timings.json",
    "tmp",
    "votes",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What was deleted; ``left`` are entries of the folder that the kit did not write."""

    receipt: Path
    files: int
    size: int
    left: tuple[str, ...]


def purge_engagement(engagement: Path, *, work: str = "", now: dt.datetime | None = None) -> Purged:
    """Delete the private work folder and write a receipt beside the engagement file.

    The receipt says when, how much, and the hash of every file; hashes and kinds only, no name
    and no value. The extracts and the report are not the kit's to delete. Raises OutputError
    while a run holds the engagement, when the receipt cannot be written (nothing is deleted
    then), or when a file cannot be deleted.
    """
    file = engagement / "engagement.yaml" if engagement.is_dir() else engagement
    said = load_engagement(file)
    folder = work_folder(file, said.slug, work)
    moment = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC)
    receipt = file.resolve().parent / f"purge-receipt-{moment:%Y%m%dT%H%M%SZ}.yaml"
    _try_receipt(receipt)
    with one_run(folder):  # also takes away the sockets of a run that was killed
        doomed = _doomed(folder)
        files = [p for entry in doomed for p in _files(entry)]
        listed = sorted(
            (_kind(p, folder), p.lstat().st_size, _digest(p)) for p in files if not p.is_symlink()
        )
        for entry in doomed:
            _delete(entry)
    (folder / LOCK_FILE).unlink(missing_ok=True)
    (folder / MARK).unlink(missing_ok=True)
    left = tuple(sorted(p.name for p in folder.iterdir()))
    if not left:
        folder.rmdir()
    size = sum(entry[1] for entry in listed)
    body = {
        "schema": 1,
        "what": "the private work folder of one engagement",
        "engagement_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "delete_by": str(said.assessment.delete_by) if said.assessment.delete_by else None,
        "deleted_at": moment.isoformat(timespec="seconds"),
        "kit": scvkit.__version__,
        "files": len(listed),
        "bytes": size,
        "by_kind": dict(sorted(Counter(entry[0] for entry in listed).items())),
        "not_deleted": "the extracts, the engagement file, the report folder, backups of any",
        "entries_of_others": len(left),
        "deleted": [
            {"kind": kind, "bytes": bytes_, "sha256": digest} for kind, bytes_, digest in listed
        ],
    }
    # JSON is YAML too, and no reader of extracts takes a .yaml for a table.
    receipt.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    return Purged(receipt=receipt, files=len(listed), size=size, left=left)


def _try_receipt(receipt: Path) -> None:
    """Refuse before anything is deleted: a deletion nobody can show is worth half."""
    try:
        receipt.touch(mode=0o600)
    except OSError as problem:
        raise OutputError(
            f"The receipt {receipt} cannot be written ({problem.strerror}), so nothing was "
            "deleted. Make the engagement's folder writable and purge again."
        ) from None


def _doomed(folder: Path) -> list[Path]:
    """Everything in a folder the kit made; in a folder of somebody else only what is the kit's."""
    keep = {LOCK_FILE, MARK}
    made_by_us = (folder / MARK).is_file()
    entries = sorted(folder.iterdir())
    return [p for p in entries if p.name not in keep and (made_by_us or p.name in OURS)]


def _files(entry: Path) -> list[Path]:
    if entry.is_symlink() or not entry.is_dir():
        return [entry]
    found = (Path(top) / name for top, _, names in os.walk(entry) for name in names)
    return sorted(p for p in found if p.is_file() or p.is_symlink())


def _kind(path: Path, folder: Path) -> str:
    first = path.relative_to(folder).parts[0]
    return first if first in OURS else "other"


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _delete(entry: Path) -> None:
    try:
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            # A link is taken away, never followed.
            entry.unlink()
    except OSError as problem:
        raise OutputError(
            f"{entry} could not be deleted ({problem.strerror}), so the purge is not complete. "
            "Close what has it open, or change its permissions, and purge again."
        ) from None
