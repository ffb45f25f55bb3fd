"""A funnel of people as six falling bars; only the largest loss is orange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from scvkit.records.usecases import FunnelStep, UseCaseFit
from scvkit.usecases.frames import cause_text, range_texts, step_name, use_case_name
from scvkit.usecases.shown import shown_loss, shown_steps

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from scvkit.locale.words import Words

_INK, _SOFT, _LINE, _HATCH = "#1d2433", "#545d70", "#dce0e8", "#8b93a5"
_TEAL, _TEAL_PALE, _ORANGE, _ORANGE_MIST = "#0b5d66", "#9fcac9", "#b4531a", "#fbf1e8"
_BAR = 0.62  # of a row
# Columns beside the bars, in widths of the bars' own area.
_PEOPLE, _RANGE, _LOST = 1.14, 1.17, 1.50


def funnel_figure(fit: UseCaseFit, words: Words) -> Figure:
    """Return the funnel of one use case on one scale, that of everybody asked for.

    Solid teal is at least, pale teal up to, the ink tick the best estimate, hatch not assessed;
    the largest loss is outlined from the best estimate to the one before, with its cause.
    """
    figure = Figure(figsize=(10.4, 2.9))
    axes = figure.add_axes((0.17, 0.04, 0.38, 0.78))
    figure.text(0.012, 0.93, use_case_name(fit, words), color=_INK, fontsize=12, fontweight="bold")
    status = words(f"usecases.status.{fit.status}")
    figure.text(0.988, 0.93, status, color=_INK, fontsize=10, ha="right")
    whole = max((step.high or 0 for step in fit.steps), default=0) or 1
    for line, step in enumerate(fit.steps):
        _bar(axes, line, step, whole)
    _largest_loss(axes, fit, whole)
    _words(axes, fit, words)
    axes.set_xlim(0, 1)
    axes.set_ylim(len(fit.steps) - 0.5, -0.85)
    axes.set_axis_off()
    return figure


def _bar(axes: Axes, line: int, step: FunnelStep, whole: int) -> None:
    axes.barh(line, 1, height=_BAR, facecolor="white", edgecolor=_LINE, linewidth=0.8, zorder=0.5)
    if step.mid is None or step.low is None or step.high is None:
        if step.high is None or step.high:
            width = 1.0 if step.high is None else step.high / whole
            axes.barh(
                line, width, height=_BAR, facecolor="white", edgecolor=_HATCH, hatch="////",
                linewidth=0.8,
            )  # fmt: skip
        return
    axes.barh(line, step.high / whole, height=_BAR, color=_TEAL_PALE, linewidth=0)
    axes.barh(line, step.low / whole, height=_BAR, color=_TEAL, linewidth=0)
    if step.low != step.high:
        axes.plot(
            [step.mid / whole] * 2, [line - 0.42, line + 0.42], color=_INK, linewidth=2,
            solid_capstyle="butt",
        )  # fmt: skip


def _largest_loss(axes: Axes, fit: UseCaseFit, whole: int) -> None:
    worst = fit.largest_loss
    if worst is None or worst.mid is None:
        return
    line = fit.steps.index(worst)
    before = fit.steps[line - 1].mid
    if before is None:
        return
    # Under the bars: what is still possible stays teal, what is lost shows orange.
    axes.barh(
        line, (before - worst.mid) / whole, left=worst.mid / whole, height=_BAR,
        facecolor=_ORANGE_MIST, edgecolor=_ORANGE, linewidth=1.4, zorder=0.9,
    )  # fmt: skip
    axes.barh(
        line, (before - worst.mid) / whole, left=worst.mid / whole, height=_BAR,
        facecolor="none", edgecolor=_ORANGE, linewidth=1.4, zorder=3,
    )  # fmt: skip


def _words(axes: Axes, fit: UseCaseFit, words: Words) -> None:
    for x, name, side in (
        (-0.03, "step", "right"),
        (_PEOPLE, "people", "right"),
        (_RANGE, "range", "left"),
        (_LOST, "lost", "left"),
    ):
        head = words(f"usecases.columns.{name}")
        axes.text(x, -0.95, head, ha=side, va="bottom", color=_SOFT, fontsize=8.5)
    people = shown_steps([step.mid for step in fit.steps], words)
    ranges = range_texts(fit, words)
    stopped = next((line for line, step in enumerate(fit.steps) if step.mid is None), None)
    worst = fit.largest_loss
    last = len(fit.steps) - 1
    for line, step in enumerate(fit.steps):
        weight = "bold" if line == last else "normal"
        label = step_name(fit, step, words)
        axes.text(
            -0.03, line, label, ha="right", va="center", color=_INK, fontsize=9, fontweight=weight
        )
        axes.text(
            _PEOPLE, line, people[line], ha="right", va="center", color=_INK, fontsize=10.5,
            fontweight=weight,
        )  # fmt: skip
        axes.text(_RANGE, line, ranges[line], va="center", color=_SOFT, fontsize=8.5)
        note = ""
        if stopped is None or line < stopped:
            before = fit.steps[line - 1].mid if line else None
            parts = (shown_loss(before, step.mid, words), cause_text(fit, step, words))
            note = " · ".join(part for part in parts if part)
        elif line == stopped:
            note = cause_text(fit, step, words)
        largest = worst is not None and step is worst
        axes.text(
            _LOST, line, note, va="center", fontsize=8.5,
            color=_ORANGE if largest else _SOFT, fontweight="bold" if largest else "normal",
        )  # fmt: skip
