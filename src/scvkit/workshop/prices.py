"""What things are worth, said by the client's own finance people as a range; the kit has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import ipywidgets as widgets
from markupsafe import Markup

from scvkit import report
from scvkit.engagement import Entry
from scvkit.engagement.wishes import Price
from scvkit.errors import EngagementError
from scvkit.readiness import estimate_value
from scvkit.records.consent import Permission
from scvkit.records.linkage import Linkage
from scvkit.records.stakes import PeopleCounts
from scvkit.records.usecases import UseCases
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import Blank, Form, State, amount_of, table


@dataclass(frozen=True, slots=True)
class PriceRanges:
    """The price ranges of `07_use_cases`, and which of them matters most.

    ``use_cases`` and ``people`` are the counts that the prices are multiplied by.
    """

    desk: Desk
    use_cases: UseCases | None = None
    people: PeopleCounts | None = None

    def twin(self) -> Markup:
        """The ranges said so far, what they come to, and which assumption moves it most."""
        words = self.desk.words
        said = self.desk.engagement.value
        rows = [
            (price_name(self.desk, name), words.number(p.low), words.number(p.high), p.said_by)
            for name, p in (said.prices.items() if said else ())
        ]
        head = [words(f"workshop.prices.{n}") for n in ("price", "low", "high")]
        prices = table(
            [*head, words("workshop.role")],
            rows,
            caption=words("workshop.prices.title"),
            nothing=words("workshop.prices.none"),
        )
        return Markup("{}{}").format(prices, self._worth() if rows else "")

    def _worth(self) -> Markup:
        desk = self.desk
        worth = estimate_value(
            engagement=desk.engagement,
            linkage=desk.find("linkage", Linkage),
            permission=desk.find("permission", Permission),
            use_cases=self.use_cases or desk.find("use_cases", UseCases),
            people=self.people or desk.find("people_counts", PeopleCounts),
        )
        return report.styled(report.value(value=worth, words=desk.words))

    def widget(self) -> widgets.Widget:
        """One price at a time, low and high."""
        words, desk = self.desk.words, self.desk
        options = tuple((price_name(desk, name), name) for name in price_names())

        def save(state: State) -> str:
            say_price(desk, state)
            return words("workshop.kept")

        return Form(
            (
                Blank(name="price", label=words("workshop.prices.price"), options=options),
                Blank(name="low", label=words("workshop.prices.low")),
                Blank(name="high", label=words("workshop.prices.high")),
                Blank(name="currency", label=words("workshop.prices.currency"), hint="DKK"),
                Blank(name="role", label=words("workshop.role")),
            ),
            save,
            button=words("workshop.keep"),
            twin=self.twin,
        )


def say_price(desk: Desk, state: State) -> Entry:
    """Write a price range into the journal; raises EngagementError for what is no number."""
    words = desk.words
    ends = [
        amount_of(state[end], words(f"workshop.prices.{end}"), words) for end in ("low", "high")
    ]
    if ends[0] > ends[1]:
        raise EngagementError(desk.words("workshop.prices.turned"))
    if not state.get("role"):
        raise EngagementError(desk.words("workshop.missing", blank=desk.words("workshop.role")))
    known = desk.engagement.value
    currency = state.get("currency", "").strip().upper()
    if known is None or (currency and currency != known.currency):
        if not currency:
            blank = desk.words("workshop.prices.currency")
            raise EngagementError(desk.words("workshop.missing", blank=blank))
        desk.say("price", currency, part=("value", "currency"), role=state["role"])
    content = {"low": ends[0], "high": ends[1], "said_by": state["role"]}
    return desk.say("price", content, part=("value", "prices", state["price"]), role=state["role"])


def price_names() -> tuple[str, ...]:
    """The prices the engagement file knows.

    >>> "cost_per_hour" in price_names()
    True
    """
    return tuple(str(name) for name in get_args(Price))


def price_name(desk: Desk, name: str) -> str:
    """What a price is called, in the words of the value estimate."""
    return desk.words(f"value.prices.{name}")
