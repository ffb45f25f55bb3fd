"""What is asked of a run, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How to run; empty means the usual."""

    out: Path | None = None
    work: str = ""
    only: tuple[str, ...] = ()
    jobs: int = 2
    language: str = ""
    to_send: bool = False  # leave the analyst's pages out of the report folder
    pdf: bool = False  # print every report to a PDF, with a browser of the machine
    fresh: bool = False  # run every step, whatever an earlier run has made
    memory: str = ""  # most that one step may take ("4GB"); empty means its share of the machine
    minutes: float = 240.0  # longest that one step may take


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOutcome:
    """What became of one task; ``reason`` is the notebook's own sentence."""

    name: str
    outcome: str  # done | failed | skipped
    reason: str = ""
    seconds: float | None = None  # of the run that made it, this one or an earlier one
    kept: bool = False  # nothing it depends on has changed, so it was not run again
    lighter: bool = False  # made by a second, smaller try


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A finished run; ``complete`` is False when something could not be assessed."""

    index: Path
    run_id: str
    outcomes: tuple[TaskOutcome, ...]
    unread: tuple[str, ...]
    absent: tuple[str, ...] = ()  # columns that the engagement file names and no extract has
    told: tuple[str, ...] = ()  # what a reader of the terminal must know, in the client's language
    pages_kept: bool = False  # the report lay there already, made from the same

    @property
    def complete(self) -> bool:
        """True when every step ended well and every source and column was read."""
        return (
            not self.unread and not self.absent and all(o.outcome == "done" for o in self.outcomes)
        )

    @property
    def ran(self) -> tuple[str, ...]:
        """Names of the steps that were run now."""
        return tuple(o.name for o in self.outcomes if not o.kept and o.outcome != "skipped")
