"""Pieces of the room: a widget while somebody looks, the same as words and tables on a page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import ipywidgets as widgets
from markupsafe import Markup

from scvkit.errors import EngagementError, ScvkitError
from scvkit.locale import Words

State = Mapping[str, str]
WIDE = "min(100%, 56em)"
LABEL = "18em"
# What is typed in the room is read at the back of it.
_STYLE = """<style>
.scv-form input, .scv-form select, .scv-form button, .scv-form .widget-label {
  font-size: 17px !important;
}
.scv-form .widget-text input, .scv-form .widget-dropdown select { height: 36px; }
/* A label is never cut: a long one goes on below. */
.scv-form .widget-label {
  line-height: 1.2; height: auto; min-height: 38px; overflow: visible; text-overflow: clip;
  white-space: normal; display: flex; align-items: center; justify-content: flex-end;
}
.scv-form .widget-hslider, .scv-form .widget-text, .scv-form .widget-dropdown {
  min-height: 38px; height: auto; overflow: visible;
}
.scv-form .widget-readout { font-size: 17px; min-width: 4em; }
.scv-form .widget-checkbox, .scv-form .widget-checkbox label { height: auto; min-height: 34px; }
.scv-form .widget-checkbox label {
  font-size: 17px; line-height: 1.35; white-space: normal; display: flex; align-items: flex-start;
}
.scv-form .widget-checkbox input {
  width: 20px; height: 20px; margin-right: 10px; flex: 0 0 auto;
}
.scv-form td, .scv-form th { padding: 4px 16px 4px 0; }
/* What is moved and what answers it stand on one screen of a projector. */
.scv-sliders { flex-flow: row wrap !important; gap: 0 2%; }
.scv-sliders > .widget-dropdown, .scv-sliders > .widget-hslider { width: 47% !important; }
.scv-sliders > .widget-html, .scv-sliders > .widget-hbox { width: 100%; }
.scv-sliders svg { max-height: 52vh; max-width: 100%; width: auto; }
.scv-loom svg { max-height: 70vh; max-width: 100%; width: auto; }
.scv-beside {
  display: grid !important; grid-template-columns: 3fr 2fr; grid-auto-rows: min-content;
  column-gap: 2em;
}
.scv-beside > :first-child { grid-column: 1 / 3; }
.scv-beside > :nth-child(2) { grid-column: 1; grid-row: 2 / 9; }
.scv-beside > :nth-child(n+3) { grid-column: 2; }
.scv-form .lm-TabBar-tab { font-size: 16px; flex: 0 0 auto !important; max-width: none !important; }
.scv-form .lm-TabBar-tabLabel { overflow: visible; }
</style>"""


class Piece(Protocol):
    """What a notebook shows: live as a widget, on a page as its twin with the same numbers."""

    def twin(self) -> Markup:
        """Return it without a script or a kernel."""

    def widget(self) -> widgets.Widget:
        """Return it for the room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """One blank of a form; with ``options`` (shown, kept) a list to choose from.

    Of ``many`` options several may be ticked; they are kept in one text, commas between them.
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""
    hint: str = ""
    many: bool = False


class Form(widgets.VBox):  # type: ignore[misc]  # ipywidgets carries no types
    """Blanks, one button, what it said, and the twin drawn anew after every entry.

    ``save`` takes what was filled in and returns a sentence; a ScvkitError is shown as it is and
    leaves the blanks as they are. Tab walks the blanks in their order, Enter or Space presses the
    button.
    """

    def __init__(
        self,
        blanks: Sequence[Blank],
        save: Callable[[State], str],
        *,
        button: str,
        twin: Callable[[], Markup] | None = None,
        wider: Sequence[widgets.Widget] = (),
    ) -> None:
        self._save, self._twin = save, twin
        self._blanks = {blank.name: (blank, _input(blank)) for blank in blanks}
        self._status = widgets.HTML()
        self._shown = widgets.HTML(str(twin()) if twin else "")
        press = widgets.Button(
            description=button,
            button_style="primary",
            layout=widgets.Layout(width="auto", min_width="12em", height="44px"),
        )
        press.on_click(lambda _: self.press())
        rows = [_labelled(blank, box) for blank, box in self._blanks.values()]
        super().__init__(
            [large_type(), *rows, widgets.HBox([press, *wider]), self._status, self._shown]
        )
        self.add_class("scv-form")

    def __repr__(self) -> str:
        """No state: a saved notebook keeps it."""
        return f"<Form of {len(self._blanks)} blanks>"

    @property
    def state(self) -> dict[str, str]:
        """What is filled in, by the blank's name."""
        return {name: str(box.value or "").strip() for name, (_, box) in self._blanks.items()}

    def fill(self, **values: str) -> None:
        """Fill in blanks by name."""
        for name, value in values.items():
            self._blanks[name][1].value = value

    def press(self) -> None:
        """Save what is filled in, as the button does."""
        try:
            told, failed = self._save(self.state), False
        except ScvkitError as problem:
            told, failed = str(problem), True
        self.tell(told, failed=failed)
        if not failed:
            for blank, box in self._blanks.values():
                if not blank.options:
                    box.value = blank.value
        self.redraw()

    def tell(self, sentence: str, *, failed: bool = False) -> None:
        """Say what became of it; a screen reader hears it."""
        self._status.value = str(told_html(sentence, failed=failed))

    def redraw(self) -> None:
        """Draw the twin anew."""
        if self._twin is not None:
            self._shown.value = str(self._twin())


def large_type() -> Any:
    """Return the style that makes what is typed readable from the back of the room."""
    return widgets.HTML(_STYLE, layout=widgets.Layout(display="none"))


def told_html(sentence: str, *, failed: bool = False) -> Markup:
    """Return a sentence that is read aloud when it changes."""
    style = "color:#b4531a;font-weight:700" if failed else "color:#0b5d66"
    return Markup(
        '<div role="status" aria-live="polite" style="font-size:16px;{}">{}</div>'
    ).format(style, sentence)


def day_of(said: str, words: Words) -> dt.date:
    """Return the day somebody typed; raises EngagementError saying how a day is written."""
    try:
        return dt.date.fromisoformat(said.strip())
    except ValueError:
        raise EngagementError(words("workshop.no_date", said=said)) from None


def amount_of(said: str, blank: str, words: Words) -> float:
    """Return the number, not below 0, typed into ``blank``; raises EngagementError for another."""
    try:
        found = float(said.strip().replace(",", "."))
    except ValueError:
        found = -1.0
    if not 0 <= found < float("inf"):
        raise EngagementError(words("workshop.no_number", blank=blank))
    return found


def table(
    head: Sequence[str], rows: Sequence[Sequence[object]], *, caption: str, nothing: str
) -> Markup:
    """Return a table to be read from the back of the room; without rows one sentence.

    >>> table(["a"], [["<b>"]], caption="c", nothing="none").count("&lt;b&gt;")
    1
    """
    if not rows:
        return Markup("<p>{}</p>").format(nothing)
    cell = Markup('<td style="text-align:left;padding:6px 16px 6px 0{}">{}</td>')
    top = Markup('<th scope="col" style="text-align:left;padding:6px 16px 6px 0">{}</th>')
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(cell.format(_kept(v), v) for v in row))
        for row in rows
    )
    return Markup(
        '<table class="scv-piece" style="font-size:16px;text-align:left;border-collapse:collapse">'
        '<caption style="text-align:left;font-weight:700;white-space:nowrap">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(caption, Markup("").join(top.format(h) for h in head), body)


def _kept(value: object) -> str:
    """A date or a number stays on one line."""
    return ";white-space:nowrap" if re.fullmatch(r"[\d.,:%\s–−-]{1,16}", str(value)) else ""


class _Ticks(widgets.HBox):  # type: ignore[misc]  # ipywidgets carries no types
    """A tick for each option; ``value`` is the text of those that are ticked."""

    def __init__(self, blank: Blank) -> None:
        self._boxes = {
            kept: widgets.Checkbox(
                description=shown, indent=False, layout=widgets.Layout(width="auto")
            )
            for shown, kept in blank.options
        }
        self._label = widgets.Label(blank.label, layout=widgets.Layout(width=LABEL))
        ticks = widgets.VBox(list(self._boxes.values()))
        super().__init__([self._label, ticks])
        self.value = blank.value

    @property
    def value(self) -> str:
        return ",".join(kept for kept, box in self._boxes.items() if box.value)

    @value.setter
    def value(self, ticked: str) -> None:
        for kept, box in self._boxes.items():
            box.value = kept in ticked.split(",")


def _input(blank: Blank) -> Any:
    layout = widgets.Layout(width="30em")
    if blank.many:
        return _Ticks(blank)
    if blank.options:
        chosen = blank.value or blank.options[0][1]
        box: Any = widgets.Dropdown(options=list(blank.options), value=chosen, layout=layout)
    else:
        box = widgets.Text(value=blank.value, placeholder=blank.hint, layout=layout)
    return box


def _labelled(blank: Blank, box: Any) -> Any:
    if blank.many:
        return box
    box.description = blank.label
    box.style.description_width = LABEL
    box.layout.width = WIDE
    return box
