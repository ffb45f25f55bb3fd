"""The client's colour in the charts: a solid, and tints of it that stay as legible as our own."""

from __future__ import annotations

import re
from colorsys import rgb_to_hls

# Our solid, and its tints from dark to pale, as every drawing of the kit writes them.
SOLID = "#0b5d66"
TINTS = ("#62a7a8", "#9fcac9", "#cfe3e1", "#e3efee", "#eef4f3")
_WARM = (350 / 360, 50 / 360)  # hues that would be taken for "may not" and "failed"
_APART = 3.0  # contrast of a solid part beside a pale one, WCAG 1.4.11
_PALE = TINTS[1]  # the part of a bar that stands beside the solid one


def recoloured(text: str, colour: str | None) -> str:
    """Return a page or drawing with ``colour`` in place of the kit's own.

    Every tint keeps the lightness it had, so that words on it stay as legible; the pale part of a
    bar is lighter where the colour itself is light. A warm colour would be taken for "may not":
    charts then keep their own.

    >>> recoloured('<rect fill="#0b5d66"/>', "#7a2e8e")
    '<rect fill="#7a2e8e"/>'
    >>> recoloured('<rect fill="#0b5d66"/>', "#a03010")
    '<rect fill="#0b5d66"/>'
    """
    if not colour or _is_warm(colour):
        return text
    least = _APART * (_luminance(colour) + 0.05) - 0.05
    taken = {SOLID: colour.lower()}
    for tint in TINTS:
        wanted = _luminance(tint)
        taken[tint] = _tint(colour, max(wanted, least) if tint == _PALE else wanted)
    return re.sub("|".join(taken), lambda found: taken[found.group()], text)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours by WCAG: 1 for the same, 21 for black on white."""
    a, b = sorted((_luminance(one), _luminance(other)))
    return (b + 0.05) / (a + 0.05)


def _tint(colour: str, luminance: float) -> str:
    """The colour mixed with white, or black, until it is as light as asked."""
    here = _luminance(colour)
    other = 255 if luminance > here else 0
    low, high = 0.0, 1.0
    for _ in range(20):
        part = (low + high) / 2
        lighter = _luminance(_mixed(colour, other, part)) > luminance
        if lighter == (other == 255):
            high = part
        else:
            low = part
    return _mixed(colour, other, high if other == 255 else low)


def _mixed(colour: str, other: int, part: float) -> str:
    return "#" + "".join(f"{round(c * (1 - part) + other * part):02x}" for c in _rgb(colour))


def _is_warm(colour: str) -> bool:
    hue, _, saturation = rgb_to_hls(*(c / 255 for c in _rgb(colour)))
    return saturation > 0.15 and not _WARM[1] < hue < _WARM[0]


def _luminance(colour: str) -> float:
    shares = [c / 255 for c in _rgb(colour)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue
