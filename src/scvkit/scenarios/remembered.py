"""What was worked out for one question, kept for the next start: no key is hidden twice."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scvkit.engagement import Engagement
from scvkit.engine import RowTables
from scvkit.records.extracts import Intake
from scvkit.store import code_digest, file_digest

# What a question rests on, beside the cards of the sources.
TABLES = ("records", "clusters", "kept_records", "kept_pairs", "permissions", "positions")
# Of a source card, what a funnel looks at.
CARD = ("domain", "legal_basis", "retention_months", "available_after_hours", "country")
FILE = "asked.json"


@dataclass(eq=False)
class Remembered:
    """Answers in parts, by kind and place, in one private file of the work folder.

    Counts and shares only. A file that was made of other tables, another engagement or another
    version of the kit is not read, and is written over. Two notebooks may write at the same
    moment: what one of them loses is worked out again.
    """

    rows: RowTables
    engagement: Engagement
    intake: Intake
    _key: str = field(default="", repr=False)
    _known: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    _seen: int = field(default=-1, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def get(self, kind: str, *place: object) -> Any:
        """Return what was worked out, or None."""
        name = _name(place)
        with self._lock:
            if name not in self._known.get(kind, {}):
                self._read()
            return self._known.get(kind, {}).get(name)

    def put(self, kind: str, *place: object, content: object) -> None:
        """Keep what was worked out; it is on the disk when this returns."""
        with self._lock:
            self._read()
            self._known.setdefault(kind, {})[_name(place)] = content
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self._file.with_name(f".{FILE}.{os.getpid()}")
            beside.write_text(json.dumps({"key": self.key, "known": self._known}), encoding="utf-8")
            beside.chmod(0o600)
            beside.replace(self._file)

    @property
    def key(self) -> str:
        """One hash of everything an answer rests on."""
        if not self._key:
            self._key = _digest(self.rows, self.engagement, self.intake)
        return self._key

    @property
    def _file(self) -> Path:
        return self.rows.folder / "tried" / FILE

    def _read(self) -> None:
        """Take what another notebook, or an earlier start, has written since."""
        if not self._file.is_file() or self._file.stat().st_mtime_ns == self._seen:
            return
        self._seen = self._file.stat().st_mtime_ns
        try:
            held = json.loads(self._file.read_text(encoding="utf-8"))
            if held["key"] == self.key:
                for kind, entries in held["known"].items():
                    self._known.setdefault(kind, {}).update(entries)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return  # cut by a crash: it is written anew


def _name(place: tuple[object, ...]) -> str:
    return "/".join(str(part) for part in place)


def _digest(rows: RowTables, engagement: Engagement, intake: Intake) -> str:
    said: Mapping[str, Any] = engagement.model_dump(mode="json", by_alias=True)
    read = {s.source for s in intake.sources if s.tables}
    choice = said["use_cases"] or {}
    asked = {
        "code": code_digest(),
        "tables": [file_digest(rows.held(name)) for name in TABLES if rows.exists(name)],
        "as_of": said["assessment"]["as_of"],
        "cards": {
            name: [card[part] for part in CARD]
            for name, card in said["sources"].items()
            if name in read
        },
        "cases": sorted(case["id"] for case in choice.get("chosen", ())),
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
