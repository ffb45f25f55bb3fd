"""Width of lettering, so that no name ever runs into its neighbour.

Estimated for DejaVu Sans, the widest face of the font stack: what fits there fits everywhere.
"""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
BOLD = 1.17  # the widest ratio of the bold to the plain face over whole words

# Advance widths in hundredths of the font size (DejaVu Sans 2.37).
_WIDTHS = {
    28: "ijl'",
    29: "IJ",
    32: " ,.·’\N{NO-BREAK SPACE}",
    34: "/:;\\|f",
    39: "()[]t-",
    41: "r!",
    46: '"',
    50: "*_`–",
    53: "szc?",
    58: "FkL",
    61: "vxyPTYaoø",
    64: "eESbdghnpquß$0123456789{}",
    68: "AVK",
    70: "BRXZC",
    75: "UHN",
    79: "DG&OQØ",
    84: "w#+<=>^~≈−×",
    86: "M",
    100: "%mÆæW@—…",
}
_BY_LETTER = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_UNKNOWN, _IDEOGRAPH = 70, 104
# What stays on one line: a word, or an ideograph with the signs that open or close beside it.
_WIDE = r"\u2e80-\u9fff\uff00-\uffef"
_UNIT = re.compile(rf"(\s*)([（「]*[{_WIDE}][、，。：；！？）」]*|[^\s{_WIDE}]+)")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in px that ``text`` needs at ``size`` px, on the safe side.

    >>> round(text_width("ERP", 10), 1)
    19.5
    >>> text_width("顧客", 10) == 2 * text_width("顧", 10)
    True
    """
    hundredths = sum(_letter(letter) for letter in text)
    return hundredths / 100 * size * (BOLD if bold else 1)


def fitted(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """Return ``text``, cut and closed with an ellipsis where it is wider than ``room`` px.

    >>> fitted("Loyalty club", 40, 13)
    'Loy…'
    """
    if text_width(text, size, bold=bold) <= room:
        return text
    kept = text
    while kept and text_width(kept.rstrip() + ELLIPSIS, size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS if kept else ELLIPSIS


def lines(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Return ``text`` broken at spaces, Chinese at any sign, into lines of at most ``room`` px.

    >>> lines("Shared customers, measured", 120, 13)
    ['Shared', 'customers,', 'measured']
    >>> lines("共同客戶，占較小來源", 80, 13)
    ['共同客戶，', '占較小來源']
    """
    broken: list[str] = []
    for space, word in _UNIT.findall(text.strip()):
        longer = f"{broken[-1]}{' ' if space else ''}{word}" if broken else word
        if broken and text_width(longer, size, bold=bold) <= room:
            broken[-1] = longer
        else:
            broken.append(word)
    return [fitted(line, room, size, bold=bold) for line in broken]


def plain(text: str) -> str:
    r"""Return ``text`` on one line without control and direction-changing characters.

    A name from a client's file may hold a right-to-left override, which would turn the rest of
    the line around.

    >>> plain("ERP\u202e\n  live")
    'ERP live'
    """
    kept = (c if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs"} else " " for c in text)
    return " ".join("".join(kept).split())


def _letter(letter: str) -> int:
    if letter in _BY_LETTER:
        return _BY_LETTER[letter]
    if unicodedata.east_asian_width(letter) in "WF":
        return _IDEOGRAPH
    base = unicodedata.normalize("NFD", letter)[0]
    if unicodedata.combining(letter):
        return 0
    return _BY_LETTER.get(base, _UNKNOWN)
