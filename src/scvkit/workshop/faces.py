"""Type faces of pictures: what is missing in the first face is measured in the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib import font_manager
from matplotlib.text import Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FACE = "DejaVu Sans"  # comes with matplotlib, so that a picture is the same on every machine
# A missing letter is drawn by the browser all the same, but measured too narrow, so that labels
# run into each other. Chinese letters are equally wide in all of these.
_CHINESE = (
    "PingFang TC",
    "Microsoft JhengHei",
    "Noto Sans CJK TC",
    "Noto Sans TC",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
)


def faces(*, chinese: bool) -> list[str]:
    """Return the faces to set pictures in, the first first; Chinese ones where they are installed.

    >>> faces(chinese=False)
    ['sans-serif']
    """
    if not chinese:
        return ["sans-serif"]
    there = {font.name for font in font_manager.fontManager.ttflist}
    return [_FACE, *(name for name in _CHINESE if name in there)]


def holds_chinese(figure: Figure) -> bool:
    """True when some text of the figure has Chinese letters."""
    texts = (text.get_text() for text in figure.findobj(Text))
    return any("\u2e80" <= letter <= "\u9fff" for text in texts for letter in text)
