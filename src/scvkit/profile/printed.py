"""A profile as plain text for the command line, at most a hundred signs wide."""

from __future__ import annotations

import textwrap
import unicodedata

from scvkit.locale import Words
from scvkit.profile.frames import share, shown_masks, shown_percent
from scvkit.records.extracts import ReadingReport
from scvkit.records.profile import ColumnProfile, TableProfile

WIDTH = 100
_WIDTHS = (24, 18, 7, 7, 7, 9)
_RULE = "─"


def printed_profile(reading: ReadingReport, table_profile: TableProfile, words: Words) -> str:
    """Return the reading, its doubts, and one line per column; no line is over 100 signs."""
    lines = [*_heading(reading, table_profile, words), ""]
    titles = ("column", "attribute", "filled", "placeholder_short", "valid", "distinct", "mask")
    lines.append(_row([words(f"profile.columns.{title}") for title in titles]))
    lines.append(_RULE * WIDTH)
    lines += [_row(_cells(column, words)) for column in table_profile.columns]
    lines += ["", *_closing(table_profile, words)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(reading: ReadingReport, profile: TableProfile, words: Words) -> list[str]:
    sentences = [
        words(
            "profile.printed.read",
            file=_inert(reading.file),
            rows=profile.rows,
            columns=len(profile.columns),
        )
    ]
    if reading.rejected_rows:
        sentences.append(words("profile.printed.rejected", n=reading.rejected_rows))
    if reading.dialect and reading.dialect.encoding:
        delimiter = reading.dialect.delimiter or ""
        sentences.append(
            words(
                "profile.printed.dialect",
                encoding=reading.dialect.encoding,
                delimiter={"\t": "tab"}.get(delimiter, delimiter),
            )
        )
    sentences += [words("profile.printed.doubt", doubt=_inert(d)) for d in reading.doubts]
    return [line for sentence in sentences for line in textwrap.wrap(sentence, WIDTH)]


def _closing(profile: TableProfile, words: Words) -> list[str]:
    sentences = []
    if profile.duplicate_rows:
        sentences.append(words("profile.printed.duplicates", n=profile.duplicate_rows))
    for key, columns in (
        ("empty", profile.empty_columns),
        ("constant", profile.constant_columns),
    ):
        if columns:
            listed = ", ".join(map(_inert, columns))
            sentences.append(words(f"profile.printed.{key}", n=len(columns), columns=listed))
    if profile.last_date:
        sentences.append(words("profile.printed.last_date", date=profile.last_date))
    sentences.append(words("profile.printed.masks"))
    return [line for sentence in sentences for line in textwrap.wrap(sentence, WIDTH)]


def _cells(column: ColumnProfile, words: Words) -> list[str]:
    return [
        _inert(column.column),
        column.attribute.value if column.confidence else "–",
        shown_percent(share(column.filled, column.rows), words),
        shown_percent(share(column.placeholder, column.rows), words) if column.placeholder else "",
        shown_percent(share(column.valid, column.filled), words),
        words.number(column.distinct),
        shown_masks(column.masks, 1),
    ]


def _row(cells: list[str]) -> str:
    fitted = [_fit(cells[0], _WIDTHS[0]), _fit(cells[1], _WIDTHS[1])]
    fitted += [
        _fit(cell, width, right=True) for cell, width in zip(cells[2:6], _WIDTHS[2:], strict=True)
    ]
    used = sum(_WIDTHS) + len(_WIDTHS)
    return " ".join([*fitted, _fit(cells[6], WIDTH - used)])


def _fit(text: str, width: int, *, right: bool = False) -> str:
    """Text of exactly ``width`` places on a terminal, where Chinese signs take two."""
    kept = ""
    for sign in text:
        if _places(kept + sign) > width - (1 if _places(text) > width else 0):
            break
        kept += sign
    if kept != text:
        kept += "…"
    pad = " " * (width - _places(kept))
    return pad + kept if right else kept + pad


def _places(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _inert(text: str) -> str:
    """Text without signs that would steer the terminal."""
    return "".join(
        sign if unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs"} else "•" for sign in text
    )
