"""What would change: the questions asked of the data, and the answers as ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scvkit.records.evidence import Evidence
from scvkit.vocabulary import Verdict

ChangeKind = Literal["add_key", "lose_key", "one_suppression_list", "fix_values"]
RangeEnd = Literal["low", "value", "high"]
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

    def gain(self, end: RangeEnd = "value") -> float:
        """Share of the records found more, by the best estimate or an end of its range."""
        after: float | None = getattr(self.after, end)
        return 0.0 if after is None else after - (self.now.value or 0.0)

    def more(self, end: RangeEnd = "value") -> int:
        """Records found more, never below 0."""
        return max(0, round(self.gain(end) * (self.now.tested or 0)))


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

    @property
    def question(self) -> str:
        """Which question it is, a key under scenarios.questions: some cannot ask everybody."""
        if self.kind != "add_key" or self.reach >= 1:
            return self.kind
        return "add_key_of_those_all" if self.share >= 1 else "add_key_of_those"

    def found_in(self, target: str = ANY) -> Predicted | None:
        """The prediction for one target; None when there is none."""
        return next((p for p in self.overlaps if p.target == target), None)


ActionKind = Literal[
    "at_the_source", "fix_data", "link", "permission", "people", "stop_collecting", "buy"
]
Track = Literal["technology", "culture", "skills"]
Effort = Literal["S", "M", "L"]
Horizon = Literal["first_30_days", "within_90_days", "within_a_year", "stop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAction:
    """One action put to the data: the source it applies to and the answer, where there is one."""

    action: str
    source: str
    answer: WhatIf


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedActions:
    """Every action that changes links or values, put to the data of this client."""

    asked: tuple[AskedAction, ...]
    version: int  # of the file of actions


@dataclass(frozen=True, slots=True, kw_only=True)
class NewlyServed:
    """People a use case serves once an action is done, beyond those of now."""

    use_case: str
    title: str
    low: int
    mid: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapAction:
    """One action in its place: who does it, by when, and what it would change.

    ``opens`` are use cases that could start and now cannot; ``verdict`` the verdict after it
    alone, None where it stays. ``count`` is how many things are stopped or mended, None where
    nothing is counted. ``worth`` orders the actions and is never printed.
    """

    action: str
    source: str
    title: str  # of an action the locale does not know
    first: str
    kind: ActionKind
    track: Track
    effort: Effort
    days: tuple[float, float] | None
    owner: str
    closes: tuple[str, ...]
    needs: tuple[str, ...]
    horizon: Horizon
    gate: bool  # it closes a gate that has failed
    serves: tuple[NewlyServed, ...]
    opens: tuple[str, ...]
    verdict: Verdict | None
    count: int | None
    counted: str  # what the count counts, a key under report.roadmap.counts
    answer: WhatIf | None
    worth: float
    reason: str
    once: tuple[str, ...] = ()  # open gates that whoever starts at that verdict still waits for


@dataclass(frozen=True, slots=True, kw_only=True)
class Roadmap:
    """What to do first, in order."""

    actions: tuple[RoadmapAction, ...]
    waiting: tuple[str, ...]  # actions that wait for a gate, by id: told, not planned
    version: int

    def within(self, horizon: Horizon) -> tuple[RoadmapAction, ...]:
        """Actions of one column, in order."""
        return tuple(a for a in self.actions if a.horizon == horizon)
