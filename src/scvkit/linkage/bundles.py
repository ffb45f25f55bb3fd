"""How many matches stayed apart: what votes on bundles of pairs say of all bundles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What is expected of the log odds that a bundle is a match before anybody has voted, and how far
# it may be wrong: the votes decide. A bit is worth ln 2 if the model is right. The best of twice
# as many pairs is better by chance alone; pairs that were not even compared have nothing in
# common; two clusters with records in one source are mostly two, because a source mostly has a
# customer once; what contradicts is seldom one.
BIT = math.log(2)
LEVEL = (-2.5, 2.0)
COVARIATES = {
    "bits": (BIT, 0.2),
    "choice": (-BIT, 0.4),
    "uncompared": (-0.5, 0.5),
    "one_source": (-1.0, 0.7),
    "more_sources": (-3.0, 1.5),
    "contradicts": (-1.5, 0.7),
}
# Bits between which bundles are in doubt: the level is that of their mean.
MIDDLE = (-2.0, 4.0)
Z = 1.96
MOST_STEPS = 60
# Bundles whose best pair is below this are never asked: one in hundreds is a match, and a vote
# learns nothing. The curve reaches them, but it may be wrong by as much as a bit is worth.
LOWEST = -8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Compared pairs between two clusters that one vote speaks for; ``count`` of them are alike.

    ``bits`` is the match weight of the best pair, ``choice`` the binary logarithm of the pairs
    that the two clusters have between them, ``uncompared`` that of these over the compared ones;
    the others are 1 or 0: both have records in one source, in several, the best pair contradicts.
    """

    pairs: int
    bits: float
    choice: float = 0.0
    uncompared: float = 0.0
    one_source: float = 0.0
    more_sources: float = 0.0
    contradicts: float = 0.0
    count: int = 1


def missed_matches(
    answers: Sequence[tuple[Bundle, bool]], bundles: Sequence[Bundle]
) -> tuple[float, float, float]:
    """Return the matches among ``bundles`` and their 95 % range.

    ``answers`` are those of some of them. They count for themselves; for the others speaks a
    logistic curve fitted to the answers, which starts from what is expected before a vote.
    """
    import numpy as np

    if not bundles:
        return 0.0, 0.0, 0.0
    centre = _centre(bundles)
    every, asked = _design(bundles, centre), _design([b for b, _ in answers], centre)
    same = np.array([float(s) for _, s in answers])
    at, spread = _fitted(asked, same)
    pairs = np.array([b.pairs for b in bundles], dtype=float)
    counts = np.array([b.count for b in bundles], dtype=float)
    told = np.array([b.pairs for b, _ in answers], dtype=float)
    p, known = _chance(every @ at), _chance(asked @ at)
    doubt, settled = pairs * p * (1 - p), told * known * (1 - known)
    matches = float((counts * pairs * p).sum() + (told * (same - known)).sum())
    slope = (counts * doubt) @ every - settled @ asked
    own = float((counts * pairs * doubt).sum() - (told * settled).sum())
    low = np.array([b.bits < LOWEST for b in bundles])
    tail = float((counts * pairs * p)[low].sum())
    variance = float(slope @ spread @ slope) + max(0.0, own) + (BIT * tail) ** 2
    least = float((told * same).sum())
    matches = max(matches, least)
    if matches <= 0:
        return 0.0, 0.0, 0.0
    factor = math.exp(Z * math.sqrt(variance) / matches)
    # Where nobody saw a match among them there may be none: the curve alone speaks of some.
    fewest = max(least, matches / factor) if least else 0.0
    most = min(matches * factor, float((counts * pairs).sum()))
    return min(matches, most), min(fewest, most), most


def _centre(bundles: Sequence[Bundle]) -> NDArray[np.float64]:
    """The mean bundle of those in doubt."""
    import numpy as np

    low, high = MIDDLE
    middle = [b for b in bundles if low <= b.bits < high]
    if not middle:
        return np.zeros(len(COVARIATES))
    weight = np.array([b.count for b in middle], dtype=float)
    found: NDArray[np.float64] = weight @ _covariates(middle) / weight.sum()
    return found


def _covariates(bundles: Sequence[Bundle]) -> NDArray[np.float64]:
    import numpy as np

    rows = [[getattr(b, name) for name in COVARIATES] for b in bundles]
    return np.array(rows, dtype=float).reshape(len(bundles), len(COVARIATES))


def _design(bundles: Sequence[Bundle], centre: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return np.column_stack([np.ones(len(bundles)), _covariates(bundles) - centre])


def _chance(odds: Any) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))


def _fitted(
    design: NDArray[np.float64], same: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The curve that answers and expectation agree on best, and its covariance."""
    import numpy as np

    expected = np.array([LEVEL[0], *(mean for mean, _ in COVARIATES.values())])
    precision = np.array([LEVEL[1], *(spread for _, spread in COVARIATES.values())]) ** -2.0
    at = expected.copy()
    information = np.diag(precision)
    for _ in range(MOST_STEPS):
        p = _chance(design @ at)
        information = design.T @ (design * (p * (1 - p))[:, None]) + np.diag(precision)
        step = np.linalg.solve(information, design.T @ (same - p) - precision * (at - expected))
        longest = float(np.abs(step).max())
        at = at + step * min(1.0, 2.0 / max(longest, 1e-12))
        if longest < 1e-8:
            break
    return at, np.linalg.inv(information).astype(np.float64)
