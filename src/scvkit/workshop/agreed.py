"""What the room agrees on: stop conditions at the start, three first steps at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import ipywidgets as widgets
from markupsafe import Markup

from scvkit.engagement import Entry
from scvkit.errors import EngagementError
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import Blank, Form, State, day_of, table

Agreed = Literal["stop_condition", "first_step", "veto", "note"]
BLANKS: dict[str, tuple[str, ...]] = {
    "stop_condition": ("what", "role"),
    "first_step": ("what", "role", "until"),
    "veto": ("what", "role"),
    "note": ("what", "role"),
}
MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class AgreedList:
    """A list that the room fills: stop conditions, first steps, a veto of the DPO, notes."""

    desk: Desk
    kind: Agreed

    def twin(self) -> Markup:
        """What was said so far, by which role."""
        return agreed_table(self.desk, self.kind)

    def widget(self) -> widgets.Widget:
        """One line more."""
        words, desk, kind = self.desk.words, self.desk, self.kind
        blanks = tuple(
            Blank(
                name=name,
                label=words(_label(kind, name)),
                hint="2027-01-31" if name == "until" else "",
            )
            for name in BLANKS[kind]
        )

        def save(state: State) -> str:
            say_agreed(desk, kind, state)
            return words("workshop.kept")

        return Form(blanks, save, button=words("workshop.keep"), twin=self.twin)


def say_agreed(desk: Desk, kind: Agreed, state: State) -> Entry:
    """Write one line into the journal; raises EngagementError for an empty blank or a wrong date.

    A first step has a role and a day, and there are three: a fourth is refused.
    """
    words = desk.words
    for name in BLANKS[kind]:
        if not state.get(name, "").strip():
            raise EngagementError(words("workshop.missing", blank=words(_label(kind, name))))
    content = {"what": state["what"]}
    if kind == "first_step":
        if len(desk.said(kind)) >= MOST_STEPS:
            raise EngagementError(words("workshop.first_step.enough", n=MOST_STEPS))
        content["until"] = day_of(state["until"], words).isoformat()
    return desk.say(kind, content, role=state["role"])


def agreed_table(desk: Desk, kind: Agreed) -> Markup:
    """Return what was said of one kind, in the order it was said."""
    words = desk.words
    head = [words(_label(kind, name)) for name in BLANKS[kind]]
    rows = [
        [entry.content["what"], entry.role]
        + ([entry.content["until"]] if "until" in BLANKS[kind] else [])
        for entry in desk.said(kind)
    ]
    return table(
        head, rows, caption=words(f"workshop.{kind}.title"), nothing=words(f"workshop.{kind}.none")
    )


def _label(kind: Agreed, blank: str) -> str:
    if blank == "what" or (kind == "first_step" and blank == "role"):
        return f"workshop.{kind}.{blank}"
    return f"workshop.{blank}"
