"""The key test as a picture: how many records of each source a key could tie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scvkit.records.identity import Identity
from scvkit.vocabulary import Key

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from scvkit.locale.words import Words

TEAL, PALE, INK, SOFT = "#0b5d66", "#9fcac9", "#1d2433", "#545d70"
TEXT_SIZE = 11
LARGEST_DISC = 900.0  # square points


def key_figure(identity: Identity, words: Words) -> Figure:
    """Return discs per source and key: pale where filled, dark where usable."""
    from matplotlib.figure import Figure

    sources = [s.source for s in identity.sources]
    keys = [k for k in Key if any(t.key is k and t.present for t in identity.keys)]
    figure = Figure(figsize=(2.4 + 1.5 * len(keys), 1.2 + 0.72 * len(sources)))
    axes = figure.add_subplot()
    for test in identity.keys:
        if not test.present or not test.records or test.key not in keys:
            continue
        at = (keys.index(test.key), sources.index(test.source))
        for count, colour in ((test.filled, PALE), (test.usable, TEAL)):
            area = LARGEST_DISC * count / test.records
            axes.scatter(*at, s=area, color=colour, linewidths=0)
        axes.annotate(
            words.percent(test.usable / test.records),
            at,
            xytext=(0, -19),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=TEXT_SIZE,
            color=SOFT,
        )
    axes.set_xticks(range(len(keys)), [words(f"identity.key.{k}") for k in keys])
    axes.set_yticks(range(len(sources)), sources)
    axes.set_xlim(-0.6, len(keys) - 0.4)
    axes.set_ylim(len(sources) - 0.4, -0.6)
    axes.tick_params(length=0, labelsize=TEXT_SIZE, labelcolor=INK)
    axes.xaxis.tick_top()
    for side in axes.spines.values():
        side.set_visible(False)
    figure.text(
        0.01, 0.01, words("identity.figure_note"), fontsize=TEXT_SIZE, color=SOFT, va="bottom"
    )
    figure.tight_layout(rect=(0, 0.06, 1, 1))
    return figure
