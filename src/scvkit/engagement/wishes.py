"""What the client wishes to know beyond the verdict: worth, segments, days of an effort."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scvkit.engagement.part import Name, Part, SaidGrade

Days = tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]]


class PriceRange(Part):
    """A price as a range, said by a role; the kit ships none."""

    low: float = Field(ge=0)
    high: float = Field(ge=0)
    said_by: str = ""
    grade: SaidGrade = "declared"

    @model_validator(mode="after")
    def _low_first(self) -> PriceRange:
        if self.high < self.low:
            raise ValueError("the low end of a price stands first")
        return self


Price = Literal[
    "fitted_message",  # a message that fits, per reader and year
    "message_to_others",  # the same for a reader not found among customers
    "cost_per_send",
    "sends_a_year",  # a number, not money
    "margin_per_customer",  # of a customer who can be written to, a year
    "minutes_per_contact",  # a number: searched on a contact without its order
    "cost_per_hour",
    "cost_per_day",  # of work on the actions
    "lists_a_year",  # a number: lists built by hand
]


class ValueOptions(Part):
    """What the client's own finance people say things are worth."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    prices: dict[Price, PriceRange] = Field(default_factory=dict)


BUILT_IN_SEGMENTS = ("active", "lapsed", "business_contacts", "not_found_among_customers")


class Segment(Part):
    """A segment: one of the kit's own by its id alone, or one with conditions, all of which hold.

    ``seen_in`` and ``not_seen_in`` name sources.
    """

    id: Name
    name: str = ""
    bought_within_months: int | None = Field(default=None, gt=0)
    bought_before_months: int | None = Field(default=None, gt=0)
    seen_in: tuple[str, ...] = ()
    not_seen_in: tuple[str, ...] = ()

    @property
    def built_in(self) -> bool:
        """True for one of the kit's own, without conditions of its own."""
        return self.id in BUILT_IN_SEGMENTS and not self._conditions

    @property
    def _conditions(self) -> bool:
        return bool(
            self.bought_within_months
            or self.bought_before_months
            or self.seen_in
            or self.not_seen_in
        )

    @model_validator(mode="after")
    def _says_something(self) -> Segment:
        if self.id not in BUILT_IN_SEGMENTS and not self._conditions:
            known = ", ".join(BUILT_IN_SEGMENTS)
            raise ValueError(f"a segment of your own needs a condition; the kit's own are {known}")
        return self


class RoadmapOptions(Part):
    """What the client says about doing things.

    ``days`` is the client's own range for a small, middle and large effort; ``actions`` names a
    YAML file of own actions, beside the engagement file.
    """

    days: dict[Literal["S", "M", "L"], Days] = Field(default_factory=dict)
    actions: str | None = None
