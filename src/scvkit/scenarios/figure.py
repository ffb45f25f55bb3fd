"""An answer as range bars: now, then with its range, the ceiling, the usual sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from scvkit.records.scenarios import ANY, Predicted, WhatIf
from scvkit.scenarios.shown import gained, title_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from scvkit.locale.words import Words

_INK, _SOFT, _LINE, _HATCH = "#1d2433", "#545d70", "#dce0e8", "#8b93a5"
_TEAL, _PALE, _ORANGE = "#0b5d66", "#9fcac9", "#b4531a"
_BAR = 0.5


def what_if_figure(answer: WhatIf, words: Words, names: Mapping[str, str]) -> Figure:
    """Return one bar per source: teal found now, pale the 90 % range after, tick the best guess.

    The dashed line is the ceiling, the hollow ring the rate that everybody computes. Hatch: not
    predicted, only the ceiling is known.
    """
    shown = [p for p in answer.overlaps if p.after.assessed or p.now.value]
    height = 1.35 + 0.42 * max(len(shown), 1)
    figure = Figure(figsize=(10.4, height))
    figure.text(
        0.012, 1 - 0.28 / height, title_of(answer, words, names), color=_INK, fontsize=12,
        fontweight="bold", va="center",
    )  # fmt: skip
    axes = figure.add_axes((0.20, 0.50 / height, 0.46, 1 - 1.25 / height))
    for line, predicted in enumerate(shown):
        _bar(axes, line, predicted)
        _words(axes, line, predicted, words, names)
    for x, name, side in (
        (1.14, "after", "right"),
        (1.18, "range", "left"),
        (1.42, "more", "left"),
    ):
        head = words(f"scenarios.columns.{name}")
        axes.text(x, -0.62, head, ha=side, va="bottom", color=_SOFT, fontsize=8.5)
    figure.text(0.20, 0.16 / height, words("scenarios.figure_key"), color=_SOFT, fontsize=8.5)
    axes.set_xlim(0, 1)
    axes.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    axes.set_axis_off()
    return figure


def _bar(axes: Axes, line: int, predicted: Predicted) -> None:
    axes.barh(line, 1, height=_BAR, facecolor="white", edgecolor=_LINE, linewidth=0.8)
    now, after = predicted.now.value or 0.0, predicted.after
    if after.value is None or after.low is None or after.high is None:
        axes.barh(
            line, predicted.ceiling - now, left=now, height=_BAR, facecolor="white",
            edgecolor=_HATCH, hatch="////", linewidth=0.8,
        )  # fmt: skip
        axes.barh(line, now, height=_BAR, color=_TEAL, linewidth=0)
        return
    axes.barh(line, min(now, after.low), height=_BAR, color=_TEAL, linewidth=0)
    axes.barh(
        line, after.high - min(now, after.low), left=min(now, after.low), height=_BAR,
        color=_PALE, linewidth=0,
    )  # fmt: skip
    axes.plot([now] * 2, [line - _BAR / 2, line + _BAR / 2], color=_TEAL, linewidth=1.5)
    axes.plot([after.value] * 2, [line - 0.36, line + 0.36], color=_INK, linewidth=2.2)
    if predicted.naive is not None:
        axes.plot(
            [predicted.naive], [line], marker="o", markersize=6, markerfacecolor="white",
            markeredgecolor=_ORANGE, markeredgewidth=1.4, linestyle="none",
        )  # fmt: skip
    axes.plot(
        [predicted.ceiling] * 2, [line - 0.36, line + 0.36], color=_INK, linewidth=1,
        linestyle=(0, (3, 2)),
    )  # fmt: skip


def _words(
    axes: Axes, line: int, predicted: Predicted, words: Words, names: Mapping[str, str]
) -> None:
    any_other = predicted.target == ANY
    label = (
        words("scenarios.any_other") if any_other else names.get(predicted.target, predicted.target)
    )
    axes.text(
        -0.02, line, label, ha="right", va="center", color=_INK, fontsize=9,
        fontweight="bold" if any_other else "normal",
    )  # fmt: skip
    after = predicted.after
    if after.value is None or after.low is None or after.high is None:
        text = words("scenarios.at_most", share=words.percent(predicted.ceiling))
        axes.text(1.05, line, text, va="center", color=_SOFT, fontsize=9)
        return
    axes.text(
        1.14, line, words.percent(after.value), ha="right", va="center", color=_INK, fontsize=10.5,
        fontweight="bold",
    )  # fmt: skip
    spread = words.percent_range(after.low, after.high)
    axes.text(1.18, line, spread, va="center", color=_SOFT, fontsize=8.5)
    axes.text(1.42, line, gained(predicted, words), va="center", color=_SOFT, fontsize=8.5)
