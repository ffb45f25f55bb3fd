"""Progress of a run: step, elapsed, remaining; a bar on a terminal, plain lines in a pipe."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from typing import TextIO

from scvkit.locale import Words

BAR_WIDTH = 24


class Progress:
    """Tells what runs, how long it has taken and about how long it will.

    ``expected`` gives the seconds each task took last time, or a first guess.
    """

    def __init__(
        self,
        expected: Mapping[str, float],
        words: Words,
        *,
        jobs: int,
        stream: TextIO | None = None,
    ) -> None:
        self._expected = dict(expected)
        self._words = words
        self._jobs = jobs
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._started = time.monotonic()
        self._running: dict[str, float] = {}
        self._done: dict[str, float] = {}
        self._took: dict[str, float] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        if self._live:
            self._ticker.start()

    def start(self, name: str) -> None:
        """Note that a task has begun."""
        with self._lock:
            self._running[name] = time.monotonic()
            if self._live:
                self._draw()

    def end(self, name: str, outcome: str) -> None:
        """Note that a task has ended; ``outcome`` is done, failed or skipped."""
        with self._lock:
            now = time.monotonic()
            took = now - self._running.pop(name, now)
            self._done[name] = took
            if outcome == "done":
                self._took[name] = round(took, 2)
            state = self._words(f"progress.{outcome}")
            line = (
                f"{len(self._done):>3}/{len(self._expected)}  {name:<34} {state:<8} {took:6.1f} s"
            )
            if self._live:
                self._stream.write(f"\r\033[K{line}\n")
                self._draw()
            else:
                left = _clock(self._remaining())
                elapsed = _clock(time.monotonic() - self._started)
                tail = self._words("progress.times", elapsed=elapsed, remaining=left)
                self._stream.write(f"{line}   {tail}\n")
                self._stream.flush()

    def say(self, sentence: str) -> None:
        """Print a line without disturbing the bar."""
        with self._lock:
            self._stream.write(f"\r\033[K{sentence}\n" if self._live else f"{sentence}\n")
            self._stream.flush()

    def close(self) -> None:
        """Take the bar away."""
        self._stop.set()
        if self._live:
            self._ticker.join()
            self._stream.write("\r\033[K")
            self._stream.flush()

    def durations(self) -> dict[str, float]:
        """Seconds of the tasks that ended well, for the next run's estimate."""
        return dict(self._took)

    def _remaining(self) -> float:
        now = time.monotonic()
        open_work = sum(s for n, s in self._expected.items() if n not in self._done)
        running = sum(
            min(now - since, self._expected.get(name, 0.0)) for name, since in self._running.items()
        )
        return max(0.0, open_work - running) / self._jobs

    def _draw(self) -> None:
        share = len(self._done) / max(1, len(self._expected))
        bar = "█" * round(share * BAR_WIDTH)
        elapsed = _clock(time.monotonic() - self._started)
        tail = self._words("progress.times", elapsed=elapsed, remaining=_clock(self._remaining()))
        names = ", ".join(self._running) or "…"
        self._stream.write(f"\r\033[K{bar:·<{BAR_WIDTH}} {tail}  {names}")
        self._stream.flush()

    def _tick(self) -> None:
        while not self._stop.wait(0.5):
            with self._lock:
                self._draw()


def _clock(seconds: float) -> str:
    """Minutes and seconds.

    >>> _clock(75)
    '1:15'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
