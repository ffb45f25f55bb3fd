"""Which use cases can be served: funnels of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scvkit.vocabulary import UseCaseStatus

StepName = Literal["asked_for", "found", "complete", "fresh", "permitted", "reachable"]
STEP_NAMES: tuple[StepName, ...] = (
    "asked_for",
    "found",
    "complete",
    "fresh",
    "permitted",
    "reachable",
)


# The two layers of a core, what surrounds it, what only the law asks to keep, and the rest.
Layer = Literal["identity", "permission", "context", "legal", "neither"]

MissingKind = Literal[
    "source", "gap", "column", "links", "as_of", "dates", "times", "legal_basis", "permission"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingInput:
    """An input that stops an assessment: any one of ``any_of`` would do.

    ``source`` lists domains, ``gap`` those the client says it has none of, ``column`` attributes,
    ``permission`` channels; ``dates`` (days), ``times`` (times of day) and ``legal_basis`` name
    one source that was read and lacks them; ``links`` and ``as_of`` stand alone.
    """

    kind: MissingKind
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStep:
    """People still in after this step; None from the first step that could not be assessed."""

    name: StepName
    low: int | None
    mid: int | None
    high: int | None
    reason: str = ""  # locale key under losses (why people fall out) or the missing input
    # Columns there for what the lost lack, and mostly blank: "source/table.column".
    blank: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCaseFit:
    """Fitness of one use case: fit = served ÷ base, by tiers low–mid–high."""

    id: str
    chosen: bool
    base_word: str  # locale key: what is counted (readers, buyers, contacts …)
    steps: tuple[FunnelStep, ...]
    status: UseCaseStatus  # before gates; readiness applies the gates
    outbound: bool  # writes to people, so a failed withdrawals gate blocks it
    needs_linkage: bool
    function: str
    title: str = ""  # the client's own words, for a use case the locale does not know
    missing: tuple[MissingInput, ...] = ()
    refs: tuple[str, ...] = ()
    need_hours: float | None = None  # how old the data may be
    lag_days: int | None = None  # how old its slowest feed is, at most; None: not dated
    told_hours: float | None = None  # what was told of the same
    # Whether the data comes in time for nearly all of its people; None: their feeds cannot tell.
    in_time: bool | None = None
    value: tuple[str, ...] = ()  # lines of the value estimate that it moves
    # Sources where a person is looked for: found is who is in one source of each group.
    looked_in: tuple[tuple[str, ...], ...] = ()
    tier: str = ""  # the weakest tier of links that counts at the best estimate; "none": no link

    @property
    def base(self) -> int | None:
        """People asked for."""
        return self.steps[0].mid if self.steps else None

    @property
    def served(self) -> FunnelStep | None:
        """The last step, or None when it was not assessed."""
        return self.steps[-1] if self.steps and self.steps[-1].mid is not None else None

    @property
    def largest_loss(self) -> FunnelStep | None:
        """The assessed step that loses most people, or None when none is lost."""
        losses = [
            (before.mid - after.mid, -index, after)
            for index, (before, after) in enumerate(zip(self.steps, self.steps[1:], strict=False))
            if before.mid is not None and after.mid is not None and before.mid > after.mid
        ]
        return max(losses, key=lambda loss: loss[:2])[2] if losses else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The last campaign and its rebuilt audience, as counts of addresses."""

    sent: int
    not_rebuilt: int  # mailed, and not in the rebuilt list
    not_sent: int  # in the rebuilt list, and not mailed
    said_no: int = 0  # mailed, with a dated no before the send and no later yes before it
    refs: tuple[str, ...] = ()  # the tables of sends


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """Result of the use-case step."""

    fits: tuple[UseCaseFit, ...]
    dark_columns: tuple[str, ...] = ()  # filled, needed by no use case
    marks: tuple[str, ...] = ()  # likewise, and read like a prohibition, a block or a test
    columns_used: int = 0
    columns_filled: int = 0
    needed_attributes: tuple[str, ...] = ()
    present_attributes: tuple[str, ...] = ()
    order_found: tuple[int, int] | None = None  # service contacts with the right order, tested
    order_missing: str = ""  # why no contact could be tested: the key of a reason
    layers: tuple[tuple[str, Layer], ...] = ()  # filled column ("source/table.column") → its layer
    right_name: tuple[int, int] | None = None  # service contacts whose full name is intact, tested
    replay: Replay | None = None  # None: no send list, or no explained permissions
