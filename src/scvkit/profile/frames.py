"""Profiles as pandas tables for a notebook: one row per column, one row per finding."""

from __future__ import annotations

import pandas as pd

from scvkit.locale import Words
from scvkit.records.profile import ColumnProfile, Finding, MaskCount, SourceProfile, TableProfile


def column_frame(table_profile: TableProfile, words: Words) -> pd.DataFrame:
    """Return one row per column in the order of the file; shares 0–1, None where not assessed."""
    titles = [words(f"profile.columns.{name}") for name in _COLUMN_FRAME]
    cells = [_column_cells(column, words) for column in table_profile.columns]
    return pd.DataFrame(cells, columns=titles, dtype="object")


def finding_frame(profile: SourceProfile, words: Words) -> pd.DataFrame:
    """Return one row per finding, worst harm first: what and whom it hurts, how many, the fix."""
    titles = [words(f"profile.finding_columns.{name}") for name in _FINDING_FRAME]
    cells = [_finding_cells(finding, words) for finding in profile.findings]
    return pd.DataFrame(cells, columns=titles, dtype="object")


def share(part: int | None, whole: int) -> float | None:
    """Return part ÷ whole, None when nothing was tested."""
    return None if part is None or whole == 0 else part / whole


def shown_percent(value: float | None, words: Words) -> str:
    """Return a whole per cent in words; all but a few is not all, and a few are not none.

    >>> from scvkit.locale import load_words
    >>> [shown_percent(value, load_words("en")) for value in (None, 0.004, 0.5, 0.998, 1.0)]
    ['–', '<1%', '50%', '99%', '100%']
    """
    if value is None:
        return words("profile.no_rule")
    if 0 < value < 0.01:
        return words("profile.under_one_percent")
    return words.percent(min(value, 0.99) if value < 1 else 1)


def shown_masks(masks: tuple[MaskCount, ...], most: int) -> str:
    """Return masks one after the other, the commonest first."""
    return "  ".join(mask.mask for mask in masks[:most])


_COLUMN_FRAME = (
    "column",
    "attribute",
    "decided_by",
    "filled",
    "placeholder",
    "blank",
    "valid",
    "distinct",
    "type",
    "damaged",
    "smallest",
    "largest",
    "masks",
)
_FINDING_FRAME = ("title", "where", "rows", "share", "sentence", "masks", "fix", "who")


def _column_cells(column: ColumnProfile, words: Words) -> list[object]:
    return [
        column.column,
        column.attribute.value,
        words(
            f"profile.decided_by.{column.decided_by}", confidence=words.percent(column.confidence)
        ),
        share(column.filled, column.rows),
        share(column.placeholder, column.rows),
        share(column.blank, column.rows),
        share(column.valid, column.filled),
        column.distinct,
        words(f"profile.types.{column.inferred_type}"),
        column.damaged,
        column.smallest,
        column.largest,
        shown_masks(column.masks, 3),
    ]


def _finding_cells(finding: Finding, words: Words) -> list[object]:
    values = dict(finding.values)
    said = {
        part: words(f"findings.{finding.kind}.{part}", n=finding.rows, **values)
        for part in ("title", "sentence", "fix", "who")
    }
    where = f"{finding.table}.{finding.column}" if finding.column else finding.table
    return [
        said["title"],
        where,
        finding.rows,
        share(finding.rows, finding.tested),
        said["sentence"],
        shown_masks(finding.masks, 2),
        said["fix"],
        said["who"],
    ]
