"""Tables of other rooms, ready to print: headings and cells as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table of text with its caption."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def text_table(frame: pd.DataFrame, caption: str) -> TextTable:
    """Return a data frame of ready text as a table."""
    return TextTable(
        caption=caption,
        head=tuple(str(name) for name in frame.columns),
        rows=tuple(tuple(str(cell) for cell in row) for row in frame.itertuples(index=False)),
    )
