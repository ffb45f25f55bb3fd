"""The marks of the map as SVG: text, bars, rings, diamonds, hatch. Two hues and greys.

Orange never stands alone: it comes with a slash, an outline or a word. Hatch is "not assessed".
"""

from __future__ import annotations

from math import sqrt

from markupsafe import escape

INK, SOFT, RAIL, LINE = "#1d2433", "#545d70", "#b9c0cd", "#dce0e8"
TEAL, TEAL_PALE, ORANGE, ORANGE_PALE = "#0b5d66", "#9fcac9", "#b4531a", "#e2b48f"
HATCH = "#8b93a5"
WHITE = "#ffffff"

# Share from which a diamond takes this ground, and the ink that is legible on it.
_SHADES = (
    (0.75, TEAL, WHITE),
    (0.5, "#62a7a8", INK),
    (0.35, TEAL_PALE, INK),
    (0.2, "#cfe3e1", INK),
)
_PALEST = ("#eef4f3", INK)


def number(value: float) -> str:
    """Return a coordinate with at most one decimal, the same on every machine.

    >>> number(12.0), number(12.34), number(-0.01)
    ('12', '12.3', '0')
    """
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def text(
    x: float,
    y: float,
    words: object,
    *,
    size: float = 13.0,
    bold: bool = False,
    colour: str = INK,
    anchor: str = "start",
    turn: float = 0.0,
) -> str:
    """Return a text element; ``turn`` rotates it around its anchor, in degrees."""
    marks = [f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{colour}"']
    if bold:
        marks.append('font-weight="700"')
    if anchor != "start":
        marks.append(f'text-anchor="{anchor}"')
    if turn:
        marks.append(f'transform="rotate({number(turn)} {number(x)} {number(y)})"')
    return f"<text {' '.join(marks)}>{escape(words)}</text>"


def line(x1: float, y1: float, x2: float, y2: float, colour: str = LINE, width: float = 1) -> str:
    """Return a straight line."""
    return (
        f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
        f' stroke="{colour}" stroke-width="{number(width)}"/>'
    )


def box(
    x: float, y: float, width: float, height: float, fill: str, *, edge: str = "", dash: str = ""
) -> str:
    """Return a rectangle; the edge is drawn inside it."""
    if not edge:
        return (
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}"'
            f' height="{number(height)}" fill="{fill}"/>'
        )
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="{number(x + 0.5)}" y="{number(y + 0.5)}" width="{number(max(0, width - 1))}"'
        f' height="{number(max(0, height - 1))}" fill="{fill}" stroke="{edge}"{dashes}/>'
    )


def hatch(id_: str) -> str:
    """Return the pattern for what was not assessed; ``id_`` is unique on the page."""
    return (
        f'<pattern id="{id_}" width="6" height="6" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)"><rect width="6" height="6" fill="{WHITE}"/>'
        f'<line x1="0" y1="0" x2="0" y2="6" stroke="{HATCH}" stroke-width="2.4"/></pattern>'
    )


def ring(x: float, y: float, radius: float, share: float, *, failed: bool = False) -> str:
    """Return a key: the ring says it is there, the area of the disc is the usable share."""
    colour = ORANGE if failed else TEAL
    disc = (radius - 2.2) * sqrt(min(1.0, max(0.0, share)))
    marks = [
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{WHITE}"'
        f' stroke="{colour}" stroke-width="1.6"/>'
    ]
    if disc > 0:
        marks.append(
            f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(max(1.0, disc))}"'
            f' fill="{colour}"/>'
        )
    if failed:
        reach = radius * 0.95
        marks.append(line(x - reach, y + reach, x + reach, y - reach, WHITE, 4))
        marks.append(line(x - reach - 2, y + reach + 2, x + reach + 2, y - reach - 2, ORANGE, 1.8))
    return "".join(marks)


def dot(x: float, y: float) -> str:
    """Return the tiny dot of a key that a source does not have."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="1.8" fill="{RAIL}"/>'


def diamond(x: float, y: float, half: float, fill: str, *, edge: str = "", dash: str = "") -> str:
    """Return a square on its point."""
    points = " ".join(
        f"{number(px)},{number(py)}"
        for px, py in ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
    )
    stroke = f' stroke="{edge}" stroke-width="{1.4 if half > 14 else 1}"' if edge else ""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polygon points="{points}" fill="{fill}"{stroke}{dashes}/>'


def shade(share: float) -> tuple[str, str]:
    """Return the ground of a diamond and the ink for its number; darker is more.

    >>> shade(0.8)
    ('#0b5d66', '#ffffff')
    """
    for least, ground, ink in _SHADES:
        if share >= least:
            return ground, ink
    return _PALEST


def titled(title: str, *marks: str) -> str:
    """Return marks as one group that says ``title`` when the pointer rests on it."""
    return f"<g><title>{escape(title)}</title>{''.join(marks)}</g>"
