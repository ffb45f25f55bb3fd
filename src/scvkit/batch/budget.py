"""How much memory and time one step may take."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from scvkit.engine import memory_bytes

SHARE = 0.8  # of the machine, for all steps that run side by side
LEAST = 1 << 30  # bytes: a notebook with its libraries takes a third of this before it begins
_GROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits of one step. The engine spills to disk below it, so that few steps ever meet it."""

    memory_bytes: int
    seconds: float


def budget(*, memory: str, minutes: float, jobs: int) -> Budget:
    """The budget of a step; without ``memory`` its share of the machine.

    >>> budget(memory="2GB", minutes=5, jobs=2)
    Budget(memory_bytes=2000000000, seconds=300)
    """
    share = max(LEAST, int(_memory_of_machine() * SHARE / jobs))
    return Budget(memory_bytes=memory_bytes(memory) if memory else share, seconds=minutes * 60)


def _memory_of_machine() -> int:
    """Bytes of memory, or of what the container may take of it."""
    whole = int(psutil.virtual_memory().total)
    if os.name == "posix":
        with contextlib.suppress(OSError, ValueError):
            return min(whole, int(_GROUP_LIMIT.read_text(encoding="ascii")))
    return whole
