"""The log of a run: one event a line, as JSON, in the private work folder."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from pathlib import Path

LOG_FILE = "log.jsonl"
LARGEST = 4 << 20  # bytes; then the log is set aside once, and the one before it goes


class Log:
    """Events with a level; facts are names, numbers and sentences of the kit, never a cell."""

    def __init__(self, work: Path) -> None:
        self._file = work / LOG_FILE
        self._lock = threading.Lock()

    def info(self, event: str, **facts: object) -> None:
        """Note what happened as it should."""
        self._write("info", event, facts)

    def warning(self, event: str, **facts: object) -> None:
        """Note what the run can go on with and a reader should know."""
        self._write("warning", event, facts)

    def error(self, event: str, **facts: object) -> None:
        """Note what could not be done."""
        self._write("error", event, facts)

    def _write(self, level: str, event: str, facts: dict[str, object]) -> None:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        body = {"at": now, "level": level, "event": event, **facts}
        line = json.dumps(body, ensure_ascii=False, default=str) + "\n"
        with self._lock:
            try:
                if self._file.is_file() and self._file.stat().st_size > LARGEST:
                    self._file.replace(self._file.with_suffix(".1.jsonl"))
                handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    os.write(handle, line.encode())
                finally:
                    os.close(handle)
            except OSError:
                # A full disk stops the run with its own sentence; the log must not speak first.
                return
