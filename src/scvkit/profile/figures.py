"""How full a table is, as one picture that can be read from the back of the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

from scvkit.locale import Words
from scvkit.profile.frames import shown_percent
from scvkit.records.profile import ColumnProfile, TableProfile

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, SOFT, LINE = "#1d2433", "#545d70", "#dce0e8"
TEAL, ORANGE, ORANGE_PALE = "#0b5d66", "#b4531a", "#e2b48f"
POINTS = 11
ROW_INCHES = 0.30
STYLE = {
    "font.family": ["Segoe UI", "Roboto", "Helvetica Neue", "Arial", "DejaVu Sans"],
    "font.size": POINTS,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": SOFT,
    "ytick.color": INK,
    # A column may be called "a$b$c"; that is no formula.
    "text.parse_math": False,
}


def fill_figure(table_profile: TableProfile, words: Words) -> Figure:
    """Return one bar per column: filled, placeholder with an outline, blank as an empty track.

    The number at the right of a bar is the filled share; columns stand in the order of the file.
    """
    columns = table_profile.columns
    with mpl.rc_context(_known_fonts(STYLE)):
        # Made without pyplot: nothing is left open, no backend is chosen for the notebook.
        figure = Figure(figsize=(9.0, 1.1 + ROW_INCHES * max(1, len(columns))), dpi=110)
        axes = figure.subplots()
        for place, column in enumerate(columns):
            _draw_column(axes, place, column, words)
        _dress(axes, columns, words, table_profile)
        figure.tight_layout()
    return figure


def _known_fonts(style: dict[str, object]) -> dict[str, object]:
    """The style with fonts this machine has: matplotlib warns for every other."""
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    families = style["font.family"]
    assert isinstance(families, list)
    return {**style, "font.family": [name for name in families if name in known]}


def _draw_column(axes: Axes, place: int, column: ColumnProfile, words: Words) -> None:
    rows = max(1, column.rows)
    filled, placeholder = column.filled / rows, column.placeholder / rows
    axes.barh(place, 1, height=0.55, facecolor="white", edgecolor=LINE, linewidth=0.8)
    axes.barh(place, filled, height=0.55, color=TEAL)
    if column.placeholder:
        axes.barh(
            place,
            placeholder,
            left=filled,
            height=0.55,
            facecolor=ORANGE_PALE,
            edgecolor=ORANGE,
            linewidth=0.8,
        )
    axes.text(1.015, place, shown_percent(filled, words), va="center", ha="left", color=INK)


def _dress(
    axes: Axes, columns: tuple[ColumnProfile, ...], words: Words, profile: TableProfile
) -> None:
    axes.set_ylim(max(1, len(columns)) - 0.5, -0.5)
    axes.set_xlim(0, 1.09)
    axes.set_yticks(range(len(columns)), [_short(column.column) for column in columns])
    axes.set_xticks([])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_title(
        words("profile.fill_title", table=profile.table, rows=profile.rows),
        loc="left",
        fontsize=POINTS + 2,
        fontweight="bold",
        color=INK,
        pad=26,
    )
    _key(axes, words)


def _key(axes: Axes, words: Words) -> None:
    from matplotlib.patches import Patch

    axes.legend(
        handles=[
            Patch(facecolor=TEAL, label=words("profile.columns.filled")),
            Patch(
                facecolor=ORANGE_PALE, edgecolor=ORANGE, label=words("profile.columns.placeholder")
            ),
            Patch(facecolor="white", edgecolor=LINE, label=words("profile.columns.blank")),
        ],
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=3,
        frameon=False,
        fontsize=POINTS,
        handlelength=1.4,
        borderaxespad=0.2,
    )


def _short(name: str) -> str:
    return name if len(name) <= 28 else name[:27] + "…"
