"""Dimensions, gates, verdict, nearest flip."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.records.evidence import Evidence
from scvkit.records.usecases import UseCaseFit
from scvkit.vocabulary import Dimension, GateState, UseCaseStatus, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """An indicator with its evidence; ``score`` is 0–4 or None when not assessed."""

    id: str
    dimension: Dimension
    weight: float
    critical: bool
    evidence: Evidence
    score: float | None
    score_low: float  # 0 when not assessed
    score_high: float  # 4 when not assessed
    thresholds: tuple[float, ...]  # value needed for 1, 2, 3, 4
    lower_is_better: bool
    reason: str  # law | arithmetic | convention | judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionScore:
    """A dimension: weighted mean of assessed indicators, capped at lowest critical + 1.

    ``score`` is None below 60 % of weight assessed. ``low``–``high`` is the bar with what is not
    assessed counted as 0 and as 4.
    """

    dimension: Dimension
    score: float | None
    low: float
    high: float
    evidence_low: float | None  # range of the assessed part alone
    evidence_high: float | None
    assessed_weight: float
    total_weight: float
    held_back_by: str  # id of the lowest indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A gate with its state; ``detail`` fills the sentence in the locale."""

    id: str
    state: GateState
    detail: str  # locale key under gates.<id>
    values: tuple[tuple[str, str], ...] = ()
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredRule:
    """A verdict rule that fired, with the reasons that made it fire (locale keys)."""

    verdict: Verdict
    reasons: tuple[str, ...]
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """The smallest set of changed facts that would give another verdict."""

    changes: tuple[str, ...]  # locale keys under changes
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCaseVerdict:
    """A use case after the gates."""

    fit: UseCaseFit
    status: UseCaseStatus
    gate: str | None  # the gate that blocks or limits it


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """The assessment: no total score exists."""

    verdict: Verdict
    fired: tuple[FiredRule, ...]  # all rules that fired, first one decides
    gates: tuple[Gate, ...]
    dimensions: tuple[DimensionScore, ...]
    indicators: tuple[Indicator, ...]
    use_cases: tuple[UseCaseVerdict, ...]
    flips: tuple[Flip, ...]
    changed_thresholds: tuple[str, ...]
    exploratory: bool  # G0 not met: pages are marked, verdict is V0
    measured_weight: float  # shares of indicator weight by grade, summing to 1
    shown_weight: float
    declared_weight: float
    not_assessed_weight: float
