"""What a client can do: a typed data file, each entry with what is tried on the data."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scvkit.engagement import read_part
from scvkit.errors import EngagementError
from scvkit.records.scenarios import ActionKind, Effort, Track
from scvkit.shipped import shipped
from scvkit.vocabulary import Domain, Verdict

PersonKey = Literal["email", "phone", "customer_number", "member_number", "login_id"]


class Part(BaseModel):
    """A part of the file; a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TryAddKey(Part):
    """A key asked for in every source of these domains."""

    do: Literal["add_key"]
    key: PersonKey
    domains: tuple[Domain, ...] = Field(min_length=1)
    share: float = Field(gt=0, le=1)
    reach: float = Field(default=1.0, gt=0, le=1)


class TryFixValues(Part):
    """Unusable values of a key mended, in every source that has them."""

    do: Literal["fix_values"]
    key: PersonKey
    domains: tuple[Domain, ...] = ()
    share: float = Field(gt=0, le=1)


class TrySuppression(Part):
    """One suppression list for all sources."""

    do: Literal["one_suppression_list"]


class TryFact(Part):
    """A fact that the rules read, made good; its name is a key under changes in the locale."""

    do: Literal["fact"]
    fact: str


class TryIndicator(Part):
    """An indicator brought to its third step."""

    do: Literal["indicator"]
    indicator: str = Field(pattern=r"^\d\.\d$")


class TryCount(Part):
    """Something counted that need not be there."""

    do: Literal["count"]
    count: Literal["dark_columns", "shadow_lists", "past_retention", "forbidden_columns"]


class TryVerdict(Part):
    """Told only from this verdict on."""

    do: Literal["verdict"]
    at_least: Verdict


Try = Annotated[
    TryAddKey | TryFixValues | TrySuppression | TryFact | TryIndicator | TryCount | TryVerdict,
    Field(discriminator="do"),
]


class Action(Part):
    """One thing to do. ``title`` and ``first`` are for actions the locale does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: str = ""
    first: str = ""
    closes: tuple[str, ...] = ()
    kind: ActionKind
    track: Track
    effort: Effort
    owner: str
    needs: tuple[str, ...] = ()
    needs_gates: tuple[str, ...] = ()
    tried: Try = Field(alias="try")
    reason: str = Field(pattern=r"^(law|arithmetic|convention|judgement): .+")

    @model_validator(mode="after")
    def _nothing_is_bought_too_early(self) -> Action:
        if self.kind == "buy" and not {"G2", "G5"} <= set(self.needs_gates):
            raise ValueError("an action of kind 'buy' needs the gates G2 and G5")
        return self


class EffortWeights(Part):
    """How much more a larger effort counts against an action."""

    S: float = Field(gt=0)
    M: float = Field(gt=0)
    L: float = Field(gt=0)
    reason: str

    def of(self, effort: Effort) -> float:
        """Weight of one effort."""
        return {"S": self.S, "M": self.M, "L": self.L}[effort]


class _Actions(Part):
    version: int
    effort_weights: EffortWeights
    actions: tuple[Action, ...]


class _OwnActions(Part):
    version: int
    actions: tuple[Action, ...]


def load_actions(own: Path | None = None) -> tuple[Action, ...]:
    """Return the shipped actions, and those of the client's ``own`` file after them.

    An action of the file replaces one of the same id. Raises EngagementError naming the file and
    the key that cannot be used, or an action that is needed and not there.

    >>> len({action.id for action in load_actions()}) == len(load_actions())
    True
    """
    actions = {action.id: action for action in _shipped().actions}
    if own is not None:
        actions |= {a.id: a for a in read_part(own, _OwnActions).actions}
    for action in actions.values():
        for needed in action.needs:
            if needed not in actions:
                raise EngagementError(
                    f"The action '{action.id}' needs '{needed}', which is not there. "
                    f"Known: {', '.join(sorted(actions))}."
                )
    return tuple(actions.values())


def effort_weights() -> EffortWeights:
    """Return how much more a larger effort counts."""
    return _shipped().effort_weights


def actions_version() -> int:
    """Return the version of the shipped file."""
    return _shipped().version


@cache
def _shipped() -> _Actions:
    return _Actions.model_validate(shipped("scvkit.scenarios", "actions.yaml"))
