"""Persons by the number of sources they are seen in, as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scvkit.records.linkage import Linkage

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from scvkit.locale.words import Words

TEAL, PALE, INK, SOFT = "#0b5d66", "#9fcac9", "#1d2433", "#545d70"
TEXT_SIZE = 11
HIDDEN_BELOW = 5  # a bar of fewer people is labelled "<5"


def seen_in_figure(linkage: Linkage, words: Words) -> Figure:
    """Return bars of persons per number of sources; the dark part is tied by tier A only."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 0.9 + 0.46 * max(1, len(linkage.seen_in))))
    axes = figure.add_subplot()
    most = max((seen.people for seen in linkage.seen_in), default=1)
    for seen in linkage.seen_in:
        shown = 0 if 0 < seen.people < HIDDEN_BELOW else seen.people
        # One source is no link at all: nothing there is sure or likely.
        sure = 0 if seen.sources == 1 or seen.sure < HIDDEN_BELOW else min(seen.sure, shown)
        axes.barh(seen.sources, shown, color=PALE, height=0.66)
        axes.barh(seen.sources, sure, color=TEAL, height=0.66)
        label = (
            words("common.less_than_five")
            if 0 < seen.people < HIDDEN_BELOW
            else words.number(seen.people)
        )
        axes.annotate(
            label,
            (shown, seen.sources),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=TEXT_SIZE,
            color=INK,
        )
    axes.set_xlim(0, most * 1.15)
    axes.set_yticks([seen.sources for seen in linkage.seen_in])
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.tick_params(length=0, labelsize=TEXT_SIZE, labelcolor=INK)
    axes.set_ylabel(words("linkage.seen_in.sources"), fontsize=TEXT_SIZE, color=SOFT)
    for side in axes.spines.values():
        side.set_visible(False)
    for position, (colour, key) in enumerate(((TEAL, "sure"), (PALE, "likely"))):
        left = 0.12 + 0.36 * position
        figure.text(left, 0.01, "\N{BLACK SQUARE}", color=colour, fontsize=TEXT_SIZE, va="bottom")
        figure.text(
            left + 0.03,
            0.01,
            words(f"linkage.seen_in.{key}"),
            color=SOFT,
            fontsize=TEXT_SIZE,
            va="bottom",
        )
    figure.tight_layout(rect=(0, 0.09, 1, 1))
    return figure
