"""Sliders over any function: each move asks it again and shows its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ipywidgets as widgets
from markupsafe import Markup

from scvkit.errors import ScvkitError
from scvkit.workshop.form import LABEL, WIDE, large_type, told_html

Values = Mapping[str, float]
Choices = Mapping[str, str]
Answer = Callable[[Values, Choices], Markup]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """One slider; its end is what can honestly be reached, not what would be nice."""

    name: str
    label: str
    low: float = 0.0
    high: float = 1.0
    step: float = 0.05
    value: float = 1.0
    percent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """One choice among several, (shown, kept) each."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliders:
    """Sliders and switches over ``answer``; on a page the answers to a few steps of each.

    ``answer`` takes {slider: value} and {switch: choice} and returns what is shown; a
    ScvkitError is shown as its sentence. ``keep`` is called by the button, if there is one.
    """

    slides: tuple[Slide, ...]
    switches: tuple[Switch, ...] = ()
    answer: Answer
    keep: Callable[[Values, Choices], str] | None = None
    keep_label: str = ""

    def twin(self) -> Markup:
        """The answer to the settings as they open."""
        return self.asked(
            {slide.name: slide.value for slide in self.slides},
            {switch.name: switch.options[0][1] for switch in self.switches},
        )

    def asked(self, values: Values, choices: Choices) -> Markup:
        """The answer, or why there is none."""
        try:
            return self.answer(values, choices)
        except ScvkitError as problem:
            return told_html(str(problem), failed=True)

    def widget(self) -> widgets.Widget:
        """The sliders above their answer."""
        slides = {slide.name: _slider(slide) for slide in self.slides}
        switches = {
            switch.name: widgets.Dropdown(
                options=list(switch.options),
                description=switch.label,
                style={"description_width": LABEL},
                layout=widgets.Layout(width=WIDE),
            )
            for switch in self.switches
        }
        shown = widgets.HTML()

        def read() -> tuple[Values, Choices]:
            return (
                {name: float(box.value) for name, box in slides.items()},
                {name: str(box.value) for name, box in switches.items()},
            )

        def draw(_: object = None) -> None:
            shown.value = str(self.asked(*read()))

        controls: Sequence[widgets.Widget] = [*switches.values(), *slides.values()]
        for control in controls:
            control.observe(draw, names="value")
        draw()
        parts = [*controls]
        if self.keep is not None:
            parts.append(self._keeper(read))
        box = widgets.VBox([large_type(), *parts, shown])
        box.add_class("scv-form")
        box.add_class("scv-sliders")
        return box

    def _keeper(self, read: Callable[[], tuple[Values, Choices]]) -> widgets.Widget:
        told = widgets.HTML()
        press = widgets.Button(
            description=self.keep_label,
            button_style="primary",
            layout=widgets.Layout(width="auto", min_width="12em", height="44px"),
        )

        def save(_: object) -> None:
            assert self.keep is not None
            try:
                told.value = str(told_html(self.keep(*read())))
            except ScvkitError as problem:
                told.value = str(told_html(str(problem), failed=True))

        press.on_click(save)
        return widgets.HBox([press, told])


def _slider(slide: Slide) -> widgets.FloatSlider:
    return widgets.FloatSlider(
        min=slide.low,
        max=slide.high,
        step=slide.step,
        value=min(max(slide.value, slide.low), slide.high),
        description=slide.label,
        readout_format=".0%" if slide.percent else ".1f",
        # The answer follows the handle, and a slow answer does not queue up behind it.
        continuous_update=False,
        style={"description_width": LABEL},
        layout=widgets.Layout(width=WIDE),
    )
