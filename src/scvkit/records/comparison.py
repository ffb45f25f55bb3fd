"""What changed between two runs: the data, the configuration, the kit; and what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scvkit.records.evidence import Evidence
from scvkit.vocabulary import GateState, UseCaseStatus, Verdict

Cause = Literal["data", "configuration", "kit", "nothing"]
Direction = Literal["better", "worse", "same", "newly_assessed", "no_longer_assessed"]
Done = Literal["done", "under_way", "not_yet", "cannot_tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """One of the two runs."""

    run_id: str
    client: str
    as_of: str  # ISO date, "" when nobody said
    started: str
    kit: str  # version
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs in what the runs were made from; names only, never content."""

    files_added: tuple[str, ...]
    files_removed: tuple[str, ...]
    files_changed: tuple[str, ...]
    files_same: int
    configuration: tuple[str, ...]  # parts of the engagement file, "sources.erp"
    configuration_known: bool  # False for runs of a kit that did not write it down
    kit: tuple[tuple[str, str, str], ...]  # (name, before, after)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What can have moved a number at all."""
        found: list[Cause] = []
        if self.files_added or self.files_removed or self.files_changed:
            found.append("data")
        if self.configuration:
            found.append("configuration")
        if self.kit:
            found.append("kit")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedIndicator:
    """One indicator before and after; scores 0–4, None where not assessed."""

    id: str
    value_before: float | None
    value_after: float | None
    score_before: float | None
    score_after: float | None
    unit: str
    direction: Direction
    evidence_before: Evidence | None  # what the report prints the number from
    evidence_after: Evidence | None
    causes: tuple[Cause, ...]  # one: it is known what moved it; several: it is one of these
    things: bool = False  # it counts sources, flows or roles: small counts point at nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedGate:
    """One gate whose state changed."""

    id: str
    before: GateState
    after: GateState


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedUseCase:
    """One use case before and after; people served, None where not assessed."""

    id: str
    title: str
    before: int | None
    after: int | None
    base_before: int | None
    base_after: int | None
    status_before: UseCaseStatus | None
    status_after: UseCaseStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionProgress:
    """One action of the earlier roadmap, and whether the later data show that it was done."""

    action: str
    source: str
    title: str
    done: Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs side by side."""

    before: RunFacts
    after: RunFacts
    changes: Changes
    indicators: tuple[MovedIndicator, ...]
    gates: tuple[MovedGate, ...]
    use_cases: tuple[MovedUseCase, ...]
    actions: tuple[ActionProgress, ...]
