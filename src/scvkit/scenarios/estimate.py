"""How many would be found with a key: recovery on the records that have it, turned round."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

DRAWS = 200
RANGE = (0.05, 0.95)
# A stratum as thin as this leans on its neighbours: so many records of theirs count in it.
LENT = 8.0
# Below this recovery the found say too little about the hidden.
INFORMATIVE = 0.15
LEAST_HIDDEN = 10
# Records with and without a key resemble each other only so far: part of the gain, in addition
# to chance. Set by benchmarks/what_if.py, see docs/benchmarks.md.
UNLIKE = 0.20
# Of those asked and not found, so many may be found for reasons that hiding does not show: their
# number is of another kind than the numbers already there. It widens the range upwards alone.
UNSEEN = 0.05
# The same where the values held now agree with hardly anybody's in the same cluster.
UNSEEN_IN_DOUBT = 0.30
# Linking anew moves shares a little whatever is changed.
RELINKED = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The records of one source, one entry each.

    ``person`` numbers the cluster, ``has`` says whether the record holds the key, ``lacking``
    whether it is one of those without that may be asked, ``stratum`` and
    ``family`` (coarser) what other evidence it holds, ``found`` whether it is found in the target
    now, ``still`` the same with the key hidden on this record and half of the others.
    """

    person: Array
    has: Array
    lacking: Array
    stratum: Array
    family: Array
    found: Array
    still: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Shares of all records of the source, 0–1; None where nothing can be predicted."""

    now: float
    after: float | None
    low: float
    high: float
    naive: float | None
    ceiling: float
    hidden: int  # links hidden
    survived: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """What asking everybody without the key would gain, as a share of all records.

    ``gain`` is None where nothing can be predicted; it and its range do not depend on how many
    are asked, so that a slider is answered from here.
    """

    records: int
    now: float
    lacking: int
    lacking_found: int
    found_with: float | None  # share found of the records that hold the key
    gain: float | None
    gain_low: float
    gain_high: float
    hidden: int
    survived: int


def estimate_gain(sample: Sample, *, share: float, reach: float, seed: int = 1) -> Estimate:
    """Return the share found once ``share`` of the records without the key have it."""
    return at_share(possible_gain(sample, seed=seed), share=share, reach=reach)


def possible_gain(sample: Sample, *, seed: int = 1) -> Possible:
    """Return what could be gained, by hiding the key where it is.

    In each stratum of other evidence, recovery ρ is the share of links of records with the key
    that survive when it is hidden. Records without the key that are found are then the share ρ of
    those that could be: only the missing ones can be gained. Strata where next to nothing
    survives are taken to hold as many as the others. The range draws persons again.
    """
    records = len(sample.has)
    has, found = sample.has.astype(bool), sample.found.astype(bool)
    open_ = sample.lacking.astype(bool)
    survives = sample.still.astype(bool)
    hidden, survived = int((has & found).sum()), int((has & found & survives).sum())
    known = Possible(
        records=records,
        now=float(found.mean()) if records else 0.0,
        lacking=int(open_.sum()),
        lacking_found=int((found & open_).sum()),
        found_with=float(found[has].mean()) if has.any() else None,
        gain=None,
        gain_low=0.0,
        gain_high=0.0,
        hidden=hidden,
        survived=survived,
    )
    if hidden < LEAST_HIDDEN or not known.lacking:
        return known
    strata = _strata(sample)
    gain = float(_possible_gain(strata, np.ones((1, records)))[0])
    if np.isnan(gain):
        return known
    draws = _draws(seed, int(sample.person.max()) + 1)
    drawn = _possible_gain(strata, draws[:, sample.person].astype(np.float64))
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return known
    low, high = (float(np.quantile(drawn, q)) for q in RANGE)
    return replace(known, gain=gain, gain_low=min(low, gain), gain_high=max(high, gain))


# One source is asked about all its targets in a row; more would only hold memory.
@lru_cache(maxsize=1)
def _draws(seed: int, persons: int) -> Array:
    """How often each person is drawn, by draw."""
    return np.random.default_rng(seed).poisson(1.0, (DRAWS, persons))


def at_share(possible: Possible, *, share: float, reach: float, in_doubt: bool = False) -> Estimate:
    """Return the share found when ``share`` of those within ``reach`` (0–1) are asked.

    ``in_doubt`` says that the values held now may name something else than persons.
    """
    part, records = share * reach, max(possible.records, 1)
    now = possible.now
    naive = None
    if possible.found_with is not None:
        others = now * records - part * possible.lacking_found
        naive = (others + part * possible.lacking * possible.found_with) / records
    bound = now + reach * (possible.lacking - possible.lacking_found) / records
    if possible.gain is None:
        return Estimate(
            now=now, after=None, low=now, high=bound, naive=naive, ceiling=bound,
            hidden=possible.hidden, survived=possible.survived,
        )  # fmt: skip
    gain, high = possible.gain, possible.gain_high
    after = min(bound, now + part * gain)
    below, above = _spread(part * gain, part * possible.gain_low, part * high, records)
    unseen = (
        (UNSEEN_IN_DOUBT if in_doubt else UNSEEN)
        * (possible.lacking - possible.lacking_found)
        / records
    )
    ceiling = max(after, min(bound, now + reach * (high * (1 + UNLIKE) + unseen)))
    # A key that is asked for loses nobody, and chance of who answers finds nobody past the ceiling.
    return Estimate(
        now=now,
        after=after,
        low=max(now, after - below),
        high=min(ceiling, after + float(np.hypot(above, part * unseen))),
        naive=naive,
        ceiling=ceiling,
        hidden=possible.hidden,
        survived=possible.survived,
    )


@dataclass(frozen=True, slots=True)
class _Strata:
    """Records by stratum: ``order`` puts those of one side by side, ``starts`` where each begins.

    What is counted is marked per record in that order; ``family`` has a column per family of
    strata.
    """

    order: Array
    starts: Array
    tested: Array
    passed: Array
    lacking: Array
    lacking_found: Array
    family: Array

    def sums(self, weights: Array, counted: Array) -> Array:
        """Weights of the counted records, by draw and stratum."""
        return np.add.reduceat(weights * counted, self.starts, axis=1)


def _strata(sample: Sample) -> _Strata:
    has, found = sample.has.astype(bool), sample.found.astype(bool)
    still, open_ = sample.still.astype(bool), sample.lacking.astype(bool)
    codes, member = np.unique(sample.stratum, return_inverse=True)
    order = np.argsort(member, kind="stable")
    starts = np.searchsorted(member[order], np.arange(len(codes)))
    family_of = np.zeros(len(codes), dtype=np.int64)
    family_of[member] = sample.family
    families, number = np.unique(family_of, return_inverse=True)
    family = np.zeros((len(codes), len(families)))
    family[np.arange(len(codes)), number] = 1.0
    return _Strata(
        order=order,
        starts=starts,
        tested=(has & found)[order],
        passed=(has & found & still)[order],
        lacking=open_[order],
        lacking_found=(open_ & found)[order],
        family=family,
    )


def _possible_gain(strata: _Strata, weights: Array) -> Array:
    """What could be gained at most by asking everybody, as a share of all records; by draw."""
    weights = weights[:, strata.order]
    tested, passed, lacking, found = (
        strata.sums(weights, counted)
        for counted in (strata.tested, strata.passed, strata.lacking, strata.lacking_found)
    )
    recovery = _recovery(strata, tested, passed)
    informative = (recovery >= INFORMATIVE) & (lacking > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        held = np.where(informative, np.minimum(lacking, found / recovery), 0.0)
        known = (lacking * informative).sum(axis=1)
        mean = held.sum(axis=1) / known
    # With nothing but the key in a record, its fellows with other evidence must speak for it.
    speaks = known >= 0.05 * lacking.sum(axis=1)
    held = np.where(informative, held, np.maximum(found, lacking * mean[:, None]))
    gain = (held - found).sum(axis=1) / weights.sum(axis=1)
    return np.where(speaks, np.maximum(0.0, gain), np.nan)


def _recovery(strata: _Strata, tested: Array, passed: Array) -> Array:
    """Share that survives per stratum; thin strata lean on their family, that on the whole."""
    whole_tested = tested.sum(axis=1, keepdims=True)
    whole = passed.sum(axis=1, keepdims=True) / np.maximum(whole_tested, 1.0)
    family_tested, family_passed = tested @ strata.family, passed @ strata.family
    family = (family_passed + LENT * whole) / (family_tested + LENT)
    lent = family @ strata.family.T
    return (passed + LENT * lent) / (tested + LENT)  # type: ignore[no-any-return]


def _spread(gain: float, low: float, high: float, records: int) -> tuple[float, float]:
    """How far below and above: chance of the draw, chance of who answers, and unlikeness."""
    answers = 1.645 * np.sqrt(max(gain, 1 / records) * (1 - min(gain, 1.0)) / records)
    other = np.hypot(answers, np.hypot(UNLIKE * gain, 1.645 * RELINKED))
    return float(np.hypot(gain - low, other)), float(np.hypot(high - gain, other))
