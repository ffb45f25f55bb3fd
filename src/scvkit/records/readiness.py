"""Dimensions, gates, verdict, nearest flip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scvkit.records.evidence import Evidence
from scvkit.records.usecases import UseCaseFit
from scvkit.vocabulary import Dimension, GateState, Tier, UseCaseStatus, Verdict


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
    of: Literal["people", "things"] = "people"  # small counts of things point at nobody

    def __post_init__(self) -> None:
        if not isinstance(self.evidence, Evidence):
            raise TypeError("an indicator is built from Evidence, never from a bare number")
        if not self.evidence.assessed and self.score is not None:
            raise ValueError("not assessed is not a score: score must be None")
        if not 0 <= self.score_low <= self.score_high <= 4:
            raise ValueError("scores lie between 0 and 4, the low end first")
        if self.score is not None and not self.score_low <= self.score <= self.score_high:
            raise ValueError("the score lies outside its range")


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
    values: tuple[tuple[str, str], ...] = ()  # further words for the sentences of the changes
    once: tuple[str, ...] = ()  # open gates that whoever starts then still waits for


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCaseVerdict:
    """A use case after the gates."""

    fit: UseCaseFit
    status: UseCaseStatus
    gates: tuple[str, ...] = ()  # the gates that block or limit it, the first to close first

    @property
    def gate(self) -> str | None:
        """The first gate to close, or None."""
        return self.gates[0] if self.gates else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the rules need of an indicator: its place in a dimension, its score and range."""

    id: str
    dimension: Dimension
    weight: float
    critical: bool
    score: float | None
    low: float  # 0 when not assessed
    high: float  # 4 when not assessed


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCaseFact:
    """What the rules need of a use case; ``fitted`` is its status before any gate."""

    id: str
    chosen: bool
    functions: tuple[str, ...]
    fitted: UseCaseStatus
    outbound: bool
    needs_linkage: bool
    sources: tuple[str, ...]
    served: int | None = None  # people, mid
    base: int | None = None
    value_high: float | None = None  # most it may be worth in declared prices; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts that the verdict rules read; None is unknown and never counts as a "no".

    Gates are the states of G0–G9. ``seen_in_two_high`` is the highest share of people that may
    be in two sources or more, hidden links included. ``after_suppression`` holds the marks that
    would change if one suppression list existed. Names fill the sentences of changes.
    """

    gates: tuple[tuple[str, GateState], ...]
    marks: tuple[Mark, ...]
    use_cases: tuple[UseCaseFact, ...]
    purchase_sources: tuple[str, ...] = ()
    left_out_sources: tuple[str, ...] = ()  # no lawful basis (G2)
    unsaid_sources: tuple[str, ...] = ()  # nobody said whether the basis covers the purpose (G2)
    analytics_sources: tuple[str, ...] = ()
    service_chosen: bool | None = None
    seen_in_two_high: float | None = None
    purchase_strong_key: float | None = None
    recovery: float | None = None
    recovery_low: float | None = None
    missing_extracts: tuple[str, ...] = ()  # domains that would settle a missing verdict
    after_suppression: tuple[Mark, ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    def gate(self, name: str) -> GateState:
        """State of a gate; a gate nobody tested is not assessed."""
        return dict(self.gates).get(name, GateState.NOT_ASSESSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TierVotes:
    """Blind votes on pairs of one tier: how many said "same", of those decided."""

    tier: Tier
    same: int
    decided: int


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
    facts: Facts | None = None  # what the rules read; the search for flips starts here
    chain: tuple[Flip, ...] = ()  # what follows after the nearest flip, step by step
    unevaluated: tuple[str, ...] = ()  # rule parts that could not be tried (keys under rules)
