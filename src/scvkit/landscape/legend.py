"""The key of the map: each mark with its word, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Callable

from scvkit.landscape import marks
from scvkit.landscape.arcs import STROKES
from scvkit.landscape.geometry import TEXT
from scvkit.landscape.lettering import text_width
from scvkit.landscape.readings import USABLE
from scvkit.locale.words import Words
from scvkit.vocabulary import FlowKind

_ROW, _SAMPLE, _GAP = 26.0, 30.0, 22.0


def draw_legend(width: float, top: float, words: Words, id_: str) -> tuple[list[str], float]:
    """Return the legend below ``top`` and where the picture ends, in px."""
    svg = [marks.line(0, top - 14, width, top - 14)]
    x, y = 0.0, top + 6
    for name, sample in _samples(id_).items():
        said = words(f"landscape.legend.{name}", share=words.percent(USABLE))
        needed = _SAMPLE + 8 + text_width(said, TEXT)
        if x > 0 and x + needed > width:
            x, y = 0.0, y + _ROW
        svg += [sample(x, y), marks.text(x + _SAMPLE + 8, y + 4.5, said, colour=marks.SOFT)]
        x += needed + _GAP
    return svg, y + _ROW - 6


def _samples(id_: str) -> dict[str, Callable[[float, float], str]]:
    hatched = f"url(#{id_}-h)"

    def flow(how: FlowKind) -> Callable[[float, float], str]:
        colour, thick, dash = STROKES[how]
        dashes = f' stroke-dasharray="{dash}" stroke-linecap="round"' if dash else ""
        return lambda x, y: (
            f'<path d="M{marks.number(x)} {marks.number(y)} h{marks.number(_SAMPLE)}" fill="none"'
            f' stroke="{colour}" stroke-width="{thick}"{dashes}/>'
        )

    def bar(fill: str, edge: str = "") -> Callable[[float, float], str]:
        return lambda x, y: marks.box(x + 4, y - 6, 24, 12, fill, edge=edge)

    return {
        **{str(how): flow(how) for how in FlowKind},
        "key": lambda x, y: marks.ring(x + 16, y, 9, 0.5),
        "absent": lambda x, y: marks.dot(x + 20, y),
        "rail": lambda x, y: marks.line(x + 18, y - 10, x + 18, y + 10, marks.TEAL_PALE, 3),
        "failed": lambda x, y: marks.ring(x + 16, y, 9, 0.6, failed=True),
        "given": bar(marks.TEAL),
        "refused": bar(marks.ORANGE_PALE, marks.ORANGE),
        "unknown": bar(hatched, marks.HATCH),
        "wide": lambda x, y: (
            marks.diamond(x + 17, y, 6.5, marks.TEAL_PALE)
            + marks.diamond(x + 17, y, 10, "none", edge=marks.INK, dash="3 2.6")
        ),
    }
