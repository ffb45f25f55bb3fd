"""Columns that the engagement file names and the extracts do not have."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.engagement import Engagement
from scvkit.errors import nearest
from scvkit.locale import Words
from scvkit.records.extracts import SourceIntake


def absent_columns(
    engagement: Engagement, sources: Sequence[SourceIntake], words: Words
) -> tuple[str, ...]:
    """Return one sentence a column, in the order of the engagement file."""
    return tuple(line for source in sources for line in _of_source(engagement, source, words))


def _of_source(engagement: Engagement, source: SourceIntake, words: Words) -> list[str]:
    card = engagement.sources[source.source]
    found = []
    for reading in source.readings:
        table = card.tables[reading.table]
        named = [*table.columns, *([table.id] if table.id else []), *table.left_out]
        named += table.one_per
        for consent in card.consent:
            if consent.table == reading.table:
                parts = (consent.column, consent.time, consent.source, consent.text)
                named += [column for column in (*parts, consent.withdrawal_time) if column]
        found += [
            words(
                "check.absent",
                source=source.source,
                column=column,
                file=reading.file,
                hint=nearest(column, reading.columns),
            )
            for column in dict.fromkeys(named)
            if column not in reading.columns
        ]
    return found
