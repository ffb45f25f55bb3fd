"""Stated permission by source as one bar each; unknown is hatch, not a pale colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from scvkit.consent.frames import hidden

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from scvkit.locale.words import Words
    from scvkit.records.consent import Permission, SourcePermission

_INK, _SOFT, _HATCH = "#1d2433", "#545d70", "#8b93a5"
_TEAL, _TEAL_PALE, _ORANGE, _ORANGE_PALE = "#0b5d66", "#9fcac9", "#b4531a", "#e2b48f"
_ROW = 0.42  # inches


def permission_figure(
    permission: Permission, words: Words, names: dict[str, str] | None = None
) -> Figure:
    """Return the shares of records that state yes, no, withdrawn or nothing, source by source.

    Solid teal is a yes that can be proven, pale teal a yes without proof, pale orange a no,
    slashed orange a withdrawal, hatch not stated. A source nobody explained is hatch throughout.
    """
    named = names or {}
    silent = [named.get(source, source) for source, _ in permission.not_assessed]
    count = len(permission.sources) + len(silent)
    figure = Figure(figsize=(9.2, 1.1 + _ROW * max(count, 1)), layout="constrained")
    axes = figure.add_subplot()
    labels: list[str] = []
    for line, row in enumerate(permission.sources):
        _bar(axes, line, row)
        labels.append(
            f"{named.get(row.source, row.source)} · {words(f'consent.channels.{row.channel}')}"
        )
        axes.text(1.02, line, hidden(row.records, words), va="center", color=_SOFT, fontsize=9)
    for line, name in enumerate(silent, start=len(labels)):
        _segment(axes, line, 0, 1, "unknown")
        axes.text(1.02, line, "–", va="center", color=_SOFT, fontsize=9)
        labels.append(name)
    axes.set_yticks(range(len(labels)), labels, color=_INK, fontsize=9)
    axes.set_xlim(0, 1.12)
    axes.set_ylim(max(count, 1) - 0.5, -0.5)
    axes.set_xticks([0, 0.5, 1], [words.percent(x) for x in (0, 0.5, 1)], color=_SOFT, fontsize=9)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    _key(figure, axes, words)
    return figure


def _bar(axes: Axes, line: int, row: SourcePermission) -> None:
    parts = (
        ("proven", row.proven),
        ("given", row.given - row.proven),
        ("refused", row.refused),
        ("withdrawn", row.withdrawn),
        ("unknown", row.unknown),
    )
    start = 0.0
    for kind, count in parts:
        width = count / row.records if row.records else 0.0
        if width:
            _segment(axes, line, start, width, kind)
        start += width


_FILLS: dict[str, dict[str, object]] = {
    "proven": {"facecolor": _TEAL, "edgecolor": "white"},
    "given": {"facecolor": _TEAL_PALE, "edgecolor": "white"},
    "refused": {"facecolor": _ORANGE_PALE, "edgecolor": _ORANGE},
    "withdrawn": {"facecolor": "white", "edgecolor": _ORANGE, "hatch": "\\\\\\\\"},
    "unknown": {"facecolor": "white", "edgecolor": _HATCH, "hatch": "////"},
}


def _segment(axes: Axes, line: int, start: float, width: float, kind: str) -> None:
    axes.barh(line, width, left=start, height=0.62, linewidth=0.8, **_FILLS[kind])  # type: ignore[arg-type]


def _key(figure: Figure, axes: Axes, words: Words) -> None:
    for kind in _FILLS:
        axes.barh(0, 0, label=words(f"consent.key.{kind}"), **_FILLS[kind])  # type: ignore[arg-type]
    figure.legend(loc="outside lower left", ncols=5, frameon=False, fontsize=9, labelcolor=_SOFT)
