"""What the columns of a source mean, as a table for a notebook."""

from __future__ import annotations

import pandas as pd

from scvkit.locale.retold import retold
from scvkit.locale.words import Words
from scvkit.records.extracts import SourceIntake


def meaning_frame(intake: SourceIntake, words: Words) -> pd.DataFrame:
    """Return one line per column: its meaning, who decided it, and what detection says."""
    names = (
        "table column attribute decided_by confidence detected reason date_format held_back"
    ).split()
    lines = [
        (
            table.table,
            meaning.column,
            meaning.attribute.value,
            words(f"sources.decided_by.{meaning.decided_by}"),
            words.percent(meaning.confidence),
            meaning.detected.value,
            retold(meaning.reason, words),
            meaning.date_format or "",
            words(f"sources.held_back.{'yes' if meaning.column in table.quarantined else 'no'}"),
        )
        for table in intake.tables
        for meaning in table.meanings
    ]
    return pd.DataFrame(lines, columns=[words(f"sources.columns.{name}") for name in names])
