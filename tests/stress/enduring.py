"""One odd file after the other: each ends rightly or in one sentence, and soon."""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from scvkit.errors import ScvkitError

LONGEST = 60  # seconds for one file


@dataclass(slots=True)
class Endured:
    """How the files ended."""

    files: int = 0
    passed: int = 0
    refused: int = 0
    slowest: float = 0.0


def endure(
    one: Callable[[int], object], seeds: Iterable[int], *, until: float = float("inf")
) -> Endured:
    """Call ``one`` with each seed, until a moment of ``time.monotonic``.

    A traceback, a refusal that is not one paragraph and a minute for one file are failures
    that name the seed.
    """
    found = Endured()
    for seed in seeds:
        if time.monotonic() > until:
            break
        began = time.monotonic()
        try:
            one(seed)
            found.passed += 1
        except ScvkitError as refused:
            if not str(refused).strip() or "\n\n" in str(refused):
                raise AssertionError(f"seed {seed}: not one paragraph") from refused
            found.refused += 1
        except Exception as problem:
            raise AssertionError(f"seed {seed} ended in {type(problem).__name__}") from problem
        took = time.monotonic() - began
        assert took < LONGEST, f"seed {seed} took {took:.0f} s"
        found.slowest = max(found.slowest, took)
        found.files += 1
    return found


def endure_for_minutes(one: Callable[[Path, int], object]) -> None:
    """Go on for so many minutes, as the command line says, and tell how it went."""
    minutes, first = (*map(float, sys.argv[1:3]), *(10.0, 0.0)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as folder:
        until = time.monotonic() + minutes * 60
        seeds = itertools.count(int(first))
        print(endure(lambda seed: one(Path(folder), seed), seeds, until=until))
