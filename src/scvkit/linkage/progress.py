"""How far a linkage is: which stage, how long it has run, about how long it still will."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

# Stage → its share of the whole time, measured on a million records of seven sources. On small
# sets the shares differ, but then nobody waits.
SHARES = {
    "choose_person": 0.10,
    "link_person": 0.47,
    "choose_organisation": 0.03,
    "link_organisation": 0.08,
    "write": 0.10,
    "recover": 0.15,
    "assess": 0.07,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the linkage as it starts; times in seconds.

    ``remaining`` is None until a stage has ended, because nothing is known before.
    """

    name: str
    number: int
    of: int
    elapsed: float
    remaining: float | None


class Stages:
    """Tells each stage as it starts, and keeps how long the ended ones took.

    >>> clock = iter([0.0, 0.0, 10.0, 57.0])
    >>> told = []
    >>> stages = Stages(told.append, clock=lambda: next(clock))
    >>> stages.start("choose_person")
    >>> stages.start("link_person")
    >>> told[1].number, told[1].elapsed, round(told[1].remaining)
    (2, 10.0, 90)
    >>> stages.end()
    {'choose_person': 10.0, 'link_person': 47.0}
    """

    def __init__(
        self,
        tell: Callable[[Stage], None] | None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._began = clock()
        self._running: tuple[str, float] | None = None
        self._took: dict[str, float] = {}

    def start(self, name: str) -> None:
        """End the stage that runs, if any, and tell that ``name`` starts."""
        now = self._clock()
        self._close(now)
        self._running = (name, now)
        if self._tell is not None:
            elapsed, done = now - self._began, sum(SHARES[ended] for ended in self._took)
            self._tell(
                Stage(
                    name=name,
                    number=len(self._took) + 1,
                    of=len(SHARES),
                    elapsed=elapsed,
                    remaining=elapsed * (1 - done) / done if done else None,
                )
            )

    def end(self) -> dict[str, float]:
        """End the last stage; return the seconds of each."""
        self._close(self._clock())
        return dict(self._took)

    def _close(self, now: float) -> None:
        if self._running is not None:
            name, since = self._running
            self._took[name] = now - since
            self._running = None
