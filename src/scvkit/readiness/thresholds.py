"""Thresholds as data: what a value must reach, why, and what the client changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scvkit.errors import EngagementError, nearest
from scvkit.records.evidence import Unit
from scvkit.shipped import shipped
from scvkit.vocabulary import Dimension


class Threshold(BaseModel):
    """One indicator as data: its dimension, weight and the values needed for 1, 2, 3, 4."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[1-8]\.\d+$")
    dimension: Dimension
    weight: float = Field(ge=0)
    critical: bool = False
    kind: Literal["M", "D", "MD"]
    unit: Unit
    of: Literal["people", "things"] = "people"
    steps: tuple[float, ...]
    lower_is_better: bool = False
    fewest: int = Field(default=0, ge=0)
    reason: Literal["law", "arithmetic", "convention", "judgement"]
    version: int = Field(ge=1)
    # An indicator without a function of its own: where its evidence stands in the results, or
    # which answer of the engagement file it is.
    evidence: str = Field(
        default="", pattern=r"^((identity|linkage|permission|use_cases)\.[a-z_]+)?$"
    )
    answer: str = ""

    @model_validator(mode="after")
    def _steps_run_one_way(self) -> Threshold:
        if self.steps:
            problem = _problem(self.steps, self.unit, self.lower_is_better)
            if problem:
                raise ValueError(f"indicator {self.id}: {problem}")
        elif self.weight:
            raise ValueError(f"indicator {self.id} has a weight but no steps")
        return self


def thresholds_in_use(
    changed: Mapping[str, Sequence[float]] | None = None,
) -> tuple[tuple[Threshold, ...], tuple[str, ...]]:
    """Return the thresholds with the client's own steps laid over, and the ids that changed.

    Raises EngagementError for an unknown indicator or steps that do not run one way.

    >>> _, changed = thresholds_in_use({"3.1": (0.6, 0.8, 0.9, 0.95)})
    >>> changed
    ('3.1',)
    """
    shipped = load_thresholds()
    overrides = dict(changed or {})
    known = {threshold.id: threshold for threshold in shipped}
    for name, steps in overrides.items():
        if name not in known:
            raise EngagementError(
                f"engagement.yaml, thresholds: there is no indicator '{name}'."
                f"{nearest(name, known)}"
            )
        problem = _problem(tuple(steps), known[name].unit, known[name].lower_is_better)
        if problem:
            raise EngagementError(f"engagement.yaml, thresholds.{name}: {problem}.")
    in_use = tuple(
        threshold.model_copy(update={"steps": tuple(overrides[threshold.id])})
        if threshold.id in overrides
        else threshold
        for threshold in shipped
    )
    moved = tuple(t.id for t, old in zip(in_use, shipped, strict=True) if t.steps != old.steps)
    return in_use, moved


@cache
def load_thresholds() -> tuple[Threshold, ...]:
    """Return the thresholds shipped with the kit, in the order of the file."""
    tree = shipped("scvkit.readiness", "thresholds.yaml")
    return tuple(Threshold.model_validate(entry) for entry in tree["indicators"])


def _problem(steps: tuple[float, ...], unit: str, lower_is_better: bool) -> str:
    if len(steps) != 4:
        return "four values are needed, for the scores 1, 2, 3 and 4"
    if list(steps) != sorted(steps, reverse=lower_is_better):
        return f"the values must {'fall' if lower_is_better else 'rise'} from the first to the last"
    if min(steps) < 0 or (unit == "share" and max(steps) > 1):
        return "shares lie between 0 and 1 (write 0.85, not 85), counts are not negative"
    return ""
