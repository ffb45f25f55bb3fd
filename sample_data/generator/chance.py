"""Seeded chance: named streams, weighted picks and exact quotas.

Only `random.Random` is used; its sequence for a given seed is stable over Python versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


def stream(seed: int, name: str) -> Random:
    """One independent sequence per stage, so that a change in one silo leaves the others alone."""
    return Random(f"{seed}/{name}")


class Picker(Generic[T]):
    """Draws from a fixed list with fixed weights."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        if len(items) != len(weights):
            raise ValueError(f"{len(items)} items but {len(weights)} weights: give one weight each")
        self.items = list(items)
        self._cumulative = list(accumulate(weights))

    def draw(self, rng: Random) -> T:
        """One item by weight."""
        return rng.choices(self.items, cum_weights=self._cumulative)[0]


def zipf(items: Sequence[T], *, exponent: float = 1.0, offset: float = 2.7) -> Picker[T]:
    """A long-tailed picker: the item at rank r has weight 1 / (r + offset) ** exponent."""
    return Picker(items, [1.0 / (rank + offset) ** exponent for rank in range(1, len(items) + 1)])


def quota(rate: float, base: int, minimum: int) -> int:
    """How many of `base` carry a fault: at least `minimum`, never over base; rate 0: none."""
    return min(base, max(minimum, round(rate * base))) if rate else 0


def sample(rng: Random, eligible: Sequence[T], count: int) -> list[T]:
    """`count` of the eligible, in their own order; all of them when there are fewer."""
    if count >= len(eligible):
        return list(eligible)
    return [eligible[i] for i in sorted(rng.sample(range(len(eligible)), count))]
