"""What would change: the questions asked of the data, and the answers as ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scvkit.records.evidence import Evidence

ChangeKind = Literal["add_key", "lose_key", "one_suppression_list", "fix_values"]
ANY = ""  # the target "any other source"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddKey:
    """A key asked for where a source has none.

    ``share`` (0–1) of the records without it are asked and answer; ``reach`` (0–1) is the part
    of them that can be asked at all, for example the visits with a login.
    """

    source: str
    key: str
    share: float = 1.0
    reach: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseKey:
    """A key that is no longer there; in every source when ``source`` is empty."""

    key: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSuppressionList:
    """Every withdrawal reaches every source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixValues:
    """Values of a key that cannot be right, mended: misspelt mail domains, fillers, bad form.

    ``share`` (0–1) of the fillers and unreadable values are asked for again; misspelt domains
    are all mended, since the right one is known.
    """

    source: str
    key: str
    share: float = 1.0


Change = AddKey | LoseKey | OneSuppressionList | FixValues


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """Records of a source found in another, now and after; ``target`` is "" for any other.

    ``now`` and ``after`` are shares of the source's person records. ``naive`` is what everybody
    computes: records with the key as they are, all others at the rate of those without.
    ``ceiling`` is the most that could be reached, and why no more is a key under
    scenarios.ceilings.
    """

    target: str
    now: Evidence
    after: Evidence  # 90 % range
    naive: float | None
    ceiling: float
    ceiling_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedUse:
    """People a use case serves, now and after; counts, None where it cannot be assessed."""

    id: str
    title: str
    base: int | None
    now: int | None
    after: Evidence  # people; 90 % range
    ceiling: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The answer to one question: before, after with its range, and the most it could reach.

    ``records`` are the person records of the source, ``filled`` those that hold the key,
    ``asked`` those that would come to hold it. ``recovery`` is the share of the links of records
    with the key that survive on other evidence when it is hidden. ``reason`` says why nothing
    can be predicted (a key under scenarios.reasons). ``assumptions`` are keys under
    scenarios.assumptions.
    """

    kind: ChangeKind
    source: str
    key: str
    share: float
    reach: float
    records: int
    filled: int
    asked: int
    recovery: Evidence
    overlaps: tuple[Predicted, ...] = ()
    use_cases: tuple[PredictedUse, ...] = ()
    people: tuple[tuple[str, int], ...] = ()  # further counts by key under scenarios.counts
    reason: str = ""
    assumptions: tuple[str, ...] = ()

    def found_in(self, target: str = ANY) -> Predicted | None:
        """The prediction for one target; None when there is none."""
        return next((p for p in self.overlaps if p.target == target), None)
