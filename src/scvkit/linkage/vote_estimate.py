"""From votes to shares: strata weighted, with Wilson intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scvkit.linkage.bundles import Bundle, missed_matches
from scvkit.records.evidence import Evidence, not_assessed
from scvkit.records.linkage import StratumVotes
from scvkit.vocabulary import Grade

Z = 1.96
APART = "apart"  # the bundles that are asked about; those of the tail are not


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Size of a stratum; where its pairs stayed apart, the bundles that one vote speaks for."""

    name: str
    joined: bool
    pairs: int
    bundles: tuple[Bundle, ...] = ()

    @property
    def questions(self) -> int:
        """How many questions there are in it."""
        return self.pairs if self.joined else sum(b.count for b in self.bundles)


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
    answers: Sequence[tuple[Bundle, bool]],
) -> Evidence:
    """Return matches joined among all matches that were compared.

    ``answers`` are the counted votes on pairs that stayed apart, each for the bundle it speaks
    for.
    """
    method = "linkage.method.voted_recall"
    joined = [s for s in counted if s.joined and s.decided]
    bundles = [b for s in found if not s.joined for b in s.bundles]
    if not joined or (not answers and any(s.questions for s in found if s.name == APART)):
        return not_assessed("strata_not_voted", method=method)
    share, low, high = stratified(joined)
    whole = sum(s.pairs for s in counted if s.joined)
    missed, fewest, most = missed_matches(answers, bundles)

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
