"""How many questions each kind of pair gets: where an answer tells most about the estimate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from scvkit.linkage.vote_estimate import (
    HIGHEST,
    LOWEST,
    SLOPE,
    SLOPE_SPREAD,
    START,
    START_SPREAD,
    Stratum,
)

# How unsure pairs of a stratum are: a share of joined pairs that are wrong, or of pairs apart
# that are right. The open strata follow the curve.
DOUBT = {
    "joined_a": 0.02,
    "joined_b": 0.05,
    "joined_b_low": 0.1,
    "joined_c": 0.05,
    "joined_weak": 0.1,
    "apart_sure": 0.5,
    "apart_x": 0.15,
    "apart_lead_high": 0.5,
}
OPEN = "open"
FEWEST_OF_A_STRATUM = 3


def shares_of(found: Iterable[Stratum], n: int) -> dict[str, int]:
    """Return how many pairs of each stratum are asked, about ``n`` in all.

    One question after the other goes where it takes most from the variances of precision and
    recall. More questions only ever add to fewer.

    >>> sizes = [
    ...     Stratum(name="joined_a", joined=True, pairs=900),
    ...     Stratum(name="open_2", joined=False, pairs=40, weights=((3.0, 40),)),
    ... ]
    >>> shares_of(sizes, 60)
    {'joined_a': 57, 'open_2': 3}
    """
    strata = [s for s in found if s.name in DOUBT or s.name.startswith(OPEN)]
    shares = {s.name: min(s.pairs, FEWEST_OF_A_STRATUM) for s in strata}
    curve = _Curve([s for s in strata if s.name.startswith(OPEN)])
    for name, asked in shares.items():
        curve.ask(name, asked)
    joined = sum(s.pairs for s in strata if s.joined)
    right = sum(s.pairs * (1 - DOUBT[s.name]) for s in strata if s.joined)
    missed = sum(s.pairs * DOUBT[s.name] for s in strata if not s.joined and s.name in DOUBT)
    missed += curve.matches
    # Variance of a count of pairs, as variance of the share that it moves.
    scale = {True: 1 / max(joined, 1) ** 2, False: (right / max(right + missed, 1) ** 2) ** 2}
    for _ in range(n - sum(shares.values())):
        gains = {
            s.name: scale[s.joined] * _gain(s, shares[s.name], curve)
            for s in strata
            if shares[s.name] < s.pairs
        }
        if not gains:
            break
        best = max(sorted(gains), key=lambda name: gains[name])
        shares[best] += 1
        curve.ask(best, 1)
    return shares


def _gain(stratum: Stratum, asked: int, curve: _Curve) -> float:
    """What one more answer takes from the variance of a stratum's count of matches."""
    if stratum.name.startswith(OPEN):
        return curve.gain(stratum.name)
    doubt = DOUBT[stratum.name]
    return stratum.pairs**2 * doubt * (1 - doubt) * (1 / asked - 1 / (asked + 1))


class _Curve:
    """What the answers so far tell about the curve that runs through the open strata."""

    def __init__(self, strata: Sequence[Stratum]) -> None:
        self._information = (1 / START_SPREAD**2, 0.0, 1 / SLOPE_SPREAD**2)
        self._slope = (0.0, 0.0)
        self.matches = 0.0
        self._answer: dict[str, tuple[float, float, float]] = {}
        for s in strata:
            told = [0.0, 0.0, 0.0]
            for weight, pairs in s.weights:
                x = min(HIGHEST, max(LOWEST, weight))
                p = 1 / (1 + math.exp(-(START + SLOPE * x)))
                self.matches += pairs * p
                for power in range(3):
                    told[power] += pairs * p * (1 - p) * x**power
            self._slope = (self._slope[0] + told[0], self._slope[1] + told[1])
            whole = max(1, sum(pairs for _, pairs in s.weights))
            self._answer[s.name] = (told[0] / whole, told[1] / whole, told[2] / whole)

    def ask(self, name: str, n: int) -> None:
        """Count ``n`` answers of a stratum; a stratum without a curve changes nothing."""
        if name in self._answer:
            self._information = self._with(name, n)

    def gain(self, name: str) -> float:
        """Return what one more answer takes from the variance of the expected matches."""
        return self._variance(self._information) - self._variance(self._with(name, 1))

    def _with(self, name: str, n: int) -> tuple[float, float, float]:
        a, b, c = self._information
        x, y, z = self._answer[name]
        return a + n * x, b + n * y, c + n * z

    def _variance(self, information: tuple[float, float, float]) -> float:
        a, b, c = information
        one, x = self._slope
        return (one * one * c - 2 * one * x * b + x * x * a) / (a * c - b * b)
