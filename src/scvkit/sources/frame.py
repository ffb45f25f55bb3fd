"""What the columns of a source mean, as a table for a notebook."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from scvkit.locale.retold import retold
from scvkit.locale.words import Words
from scvkit.records.extracts import SourceIntake

# A date format is shown by a day written in it.
_A_DAY = dt.datetime(2026, 12, 31, 13, 45, tzinfo=dt.UTC)


def meaning_frame(intake: SourceIntake, words: Words) -> pd.DataFrame:
    """Return one line per column: its meaning, who decided it, and what detection says."""
    names = (
        "table column attribute decided_by confidence detected reason date_format held_back"
    ).split()
    lines = [
        (
            table.table,
            meaning.column,
            words(f"report.attributes.{meaning.attribute}"),
            words(f"sources.decided_by.{meaning.decided_by}"),
            words.percent(meaning.confidence),
            words(f"report.attributes.{meaning.detected}"),
            retold(meaning.reason, words),
            _A_DAY.strftime(meaning.date_format) if meaning.date_format else "",
            words(f"sources.held_back.{'yes' if meaning.column in table.quarantined else 'no'}"),
        )
        for table in intake.tables
        for meaning in table.meanings
    ]
    return pd.DataFrame(lines, columns=[words(f"sources.columns.{name}") for name in names])
