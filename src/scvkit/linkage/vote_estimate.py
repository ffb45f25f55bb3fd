"""From votes to shares: strata weighted, Wilson intervals, and a curve where pairs thin out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scvkit.records.evidence import Evidence, not_assessed
from scvkit.records.linkage import StratumVotes
from scvkit.vocabulary import Grade

# A bit of evidence moves the log odds by ln 2 if the model is right; over many sets a little
# less. What the votes say counts from there.
SLOPE, SLOPE_SPREAD = 0.6, 0.05
START, START_SPREAD = -0.7, 1.0
HIGHEST, LOWEST = 9.0, -12.0
Z = 1.96
TAIL = "tail"  # pairs of so little weight that nobody is asked: only the curve speaks for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Size of a stratum; ``weights`` counts its pairs by match weight where a curve is drawn."""

    name: str
    joined: bool
    pairs: int
    weights: tuple[tuple[float, int], ...] = ()


def voted_precision(counted: Sequence[StratumVotes]) -> Evidence:
    """Return the share of joined pairs that are right, weighted by stratum."""
    method = "linkage.method.voted_precision"
    joined = [s for s in counted if s.joined and s.decided]
    decided = sum(s.decided for s in joined)
    if not decided:
        return not_assessed("nobody_voted", method=method)
    share, low, high = stratified(joined)
    return Evidence(
        grade=Grade.MEASURED,
        value=share,
        low=low,
        high=high,
        passed=sum(s.same for s in joined),
        tested=decided,
        method=method,
        refs=("votes", "clusters"),
    )


def stratified(counted: Sequence[StratumVotes]) -> tuple[float, float, float]:
    """Return the share weighted by stratum and its Wilson interval at the effective size.

    The effective size is that of a plain sample with the same variance: questions spread over
    strata by something else than their sizes are worth less than their number.
    """
    whole = sum(s.pairs for s in counted)
    share = sum(s.pairs / whole * s.same / s.decided for s in counted)
    decided = sum(s.decided for s in counted)
    drawn, variance = 0.0, 0.0
    for s in counted:
        # Two more of each answer: three votes that agree do not make a stratum certain.
        p = (s.same + 2) / (s.decided + 4)
        left = 1 - s.decided / s.pairs  # a stratum that was asked whole is known
        drawn += s.pairs / whole * p
        variance += (s.pairs / whole) ** 2 * p * (1 - p) / s.decided * left
    if not variance:
        return share, share, share
    effective = min(float(decided), drawn * (1 - drawn) / variance)
    low, high = _wilson(share, effective)
    return share, min(low, share), max(high, share)


def _wilson(share: float, size: float) -> tuple[float, float]:
    """The Wilson interval at a size that need not be whole."""
    centre = (share + Z * Z / (2 * size)) / (1 + Z * Z / size)
    half = Z * math.sqrt(share * (1 - share) / size + Z * Z / (4 * size * size))
    half /= 1 + Z * Z / size
    return max(0.0, centre - half), min(1.0, centre + half)


def voted_recall(
    counted: Sequence[StratumVotes],
    found: Sequence[Stratum],
    told: Mapping[str, Sequence[tuple[float, bool]]],
) -> Evidence:
    """Return matches joined among all matches that were compared.

    Matches apart are counted by stratum, those of the open strata along a curve. ``told`` holds
    (match weight, same) of each counted vote by stratum.
    """
    method = "linkage.method.voted_recall"
    joined = [s for s in counted if s.joined and s.decided]
    apart = [s for s in counted if not s.joined]
    unasked = [s for s in apart if s.stratum != TAIL and not s.decided]
    if not joined or unasked:
        return not_assessed("strata_not_voted", method=method)
    share, low, high = stratified(joined)
    whole = sum(s.pairs for s in counted if s.joined)
    missed, fewest, most = _missed(apart, found, told)

    def recall(right: float, missing: float) -> float:
        return right * whole / (right * whole + missing) if right * whole + missing else 1.0

    value = recall(share, missed)
    down = math.hypot(value - recall(low, missed), value - recall(share, most))
    up = math.hypot(recall(high, missed) - value, recall(share, fewest) - value)
    return Evidence(
        grade=Grade.MEASURED,
        value=value,
        low=max(0.0, value - down),
        high=min(1.0, value + up),
        passed=round(share * whole),
        tested=round(share * whole + missed),
        method=method,
        refs=("votes", "pairs", "clusters"),
    )


def _missed(
    apart: Sequence[StratumVotes],
    found: Sequence[Stratum],
    told: Mapping[str, Sequence[tuple[float, bool]]],
) -> tuple[float, float, float]:
    """Matches among the pairs apart, with their range: strata by themselves, and the curve."""
    missed, below, above = 0.0, 0.0, 0.0
    for s in apart:
        if not s.stratum.startswith("open") and s.decided:
            share, low, high = stratified([s])
            missed += s.pairs * share
            below += (s.pairs * (share - low)) ** 2
            above += (s.pairs * (high - share)) ** 2
    weights = [w for s in found if not s.joined for w in s.weights]
    if weights:
        answers = [a for name, each in told.items() if name.startswith("open") for a in each]
        matches, spread = curve(answers, weights)
        missed += matches
        # Where nobody saw a match among them there may be none: the curve alone speaks of some.
        fewest = matches / spread if any(same for _, same in answers) else 0.0
        below += (matches - fewest) ** 2
        above += (matches * spread - matches) ** 2
    return missed, max(0.0, missed - math.sqrt(below)), missed + math.sqrt(above)


def curve(
    answers: Sequence[tuple[float, bool]], weights: Sequence[tuple[float, int]]
) -> tuple[float, float]:
    """Return the expected matches among ``weights`` and the factor of their 95 % range.

    A logistic curve of "same" over match weight, fitted to the answers; its slope starts from
    what bits are worth, so that it reaches sensibly below the last weight that was asked.
    """
    import numpy as np

    x = np.clip(np.array([w for w, _ in answers], dtype=float), LOWEST, HIGHEST)
    y = np.array([same for _, same in answers], dtype=float)
    prior = np.array([1 / START_SPREAD**2, 1 / SLOPE_SPREAD**2])
    at = np.array([START, SLOPE])
    first = at.copy()
    design = np.column_stack([np.ones_like(x), x])
    information = np.diag(prior)
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ at))
        information = design.T @ (design * (p * (1 - p))[:, None]) + np.diag(prior)
        step = np.linalg.solve(information, design.T @ (y - p) - prior * (at - first))
        at = at + step
        if float(np.abs(step).max()) < 1e-9:
            break
    places = np.clip(np.array([w for w, _ in weights], dtype=float), LOWEST, HIGHEST)
    pairs = np.array([n for _, n in weights], dtype=float)
    p = 1 / (1 + np.exp(-(at[0] + at[1] * places)))
    matches = float((pairs * p).sum())
    slope = np.array([(pairs * p * (1 - p)).sum(), (pairs * p * (1 - p) * places).sum()])
    variance = float(slope @ np.linalg.solve(information, slope))
    if matches <= 0:
        return 0.0, 1.0
    return matches, math.exp(Z * math.sqrt(variance) / matches)
