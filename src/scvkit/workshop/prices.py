"""What things are worth, said by the client's own finance people as a range; the kit has none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

import ipywidgets as widgets
from markupsafe import Markup

from scvkit.engagement import Engagement, Entry
from scvkit.errors import EngagementError
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import Blank, Form, State, table


@dataclass(frozen=True, slots=True)
class PriceRanges:
    """The price ranges of `07_use_cases`."""

    desk: Desk

    def twin(self) -> Markup:
        """The ranges said so far."""
        words = self.desk.words
        value = getattr(self.desk.engagement, "value", None)
        rows = [
            (price_name(self.desk, name), words.number(p.low), words.number(p.high), p.said_by)
            for name, p in (value.prices.items() if value else ())
        ]
        head = [words(f"workshop.prices.{n}") for n in ("price", "low", "high")]
        return table(
            [*head, words("workshop.role")],
            rows,
            caption=words("workshop.prices.title"),
            nothing=words("workshop.prices.none"),
        )

    def widget(self) -> widgets.Widget:
        """One price at a time, low and high."""
        words, desk = self.desk.words, self.desk
        options = tuple((price_name(desk, name), name) for name in price_names())
        if not options:
            return widgets.HTML(str(self.twin()))

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
    ends = []
    for end in ("low", "high"):
        try:
            ends.append(float(state[end].replace(",", ".")))
        except ValueError:
            blank = desk.words(f"workshop.prices.{end}")
            raise EngagementError(desk.words("workshop.no_number", blank=blank)) from None
    if not state.get("role"):
        raise EngagementError(desk.words("workshop.missing", blank=desk.words("workshop.role")))
    known = getattr(desk.engagement, "value", None)
    currency = state.get("currency", "").strip().upper()
    if known is None or (currency and currency != known.currency):
        if not currency:
            blank = desk.words("workshop.prices.currency")
            raise EngagementError(desk.words("workshop.missing", blank=blank))
        desk.say("price", currency, part=("value", "currency"), role=state["role"])
    content = {"low": ends[0], "high": ends[1], "said_by": state["role"]}
    return desk.say("price", content, part=("value", "prices", state["price"]), role=state["role"])


def price_names() -> tuple[str, ...]:
    """The prices the engagement file knows; none while it knows no value part."""
    field = Engagement.model_fields.get("value")
    for part in _parts(field.annotation if field else None):
        prices = part.model_fields.get("prices")
        if prices is not None:
            keys = get_args(prices.annotation)[0]
            return tuple(str(name) for name in get_args(keys))
    return ()


def price_name(desk: Desk, name: str) -> str:
    """What a price is called, in the words of the value estimate."""
    key = f"workshop.prices.names.{name}"
    return desk.words(key) if desk.words.has(key) else name.replace("_", " ")


def _parts(annotation: Any) -> Iterator[Any]:
    for held in (annotation, *get_args(annotation)):
        if hasattr(held, "model_fields"):
            yield held
