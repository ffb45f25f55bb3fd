"""The five Vs of a source: volume, velocity, variety, veracity, value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from scvkit.profile.currency import months_before, plausible, says_when
from scvkit.profile.table import TableMeasure
from scvkit.records.evidence import Evidence, measured_count, measured_share, not_assessed
from scvkit.records.extracts import SourceIntake
from scvkit.records.profile import FiveVs
from scvkit.vocabulary import Attribute

_MONTHS = 12


def five_vs(
    intake: SourceIntake, measures: Sequence[TableMeasure], *, as_of: dt.date | None
) -> FiveVs:
    """Return how much a source holds, how fast it grows, how mixed, how sound and how usable."""
    means = {m.attribute for measure in measures for m in measure.meanings} - {Attribute.OTHER}
    columns = [c.profile for measure in measures for c in measure.columns]
    ruled = [c for c in columns if c.valid is not None]
    named = [m for m in measures if m.without_identity is not None]
    return FiveVs(
        rows=sum(m.profile.rows for m in measures),
        bytes=sum({reading.file: reading.bytes for reading in intake.readings}.values()),
        rows_per_month=_rows_per_month(measures, as_of),
        rhythm_days=_rhythm_days(measures, as_of),
        tables=len(measures),
        columns=len(columns),
        attributes=tuple(a for a in Attribute if a in means),
        formats=tuple(sorted({reading.format for reading in intake.readings})),
        veracity=measured_share(
            sum(c.valid or 0 for c in ruled),
            sum(c.filled for c in ruled),
            method="dimension_validity",
        ),
        value=measured_share(
            sum(m.profile.rows - (m.without_identity or 0) for m in named),
            sum(m.profile.rows for m in named),
            method="tied_to_somebody",
        ),
    )


def _rows_per_month(measures: Sequence[TableMeasure], as_of: dt.date | None) -> Evidence:
    """Records made in the year before the newest of them, by month."""
    made = [
        (day, rows)
        for measure in measures
        for column in measure.columns
        if column.profile.attribute is Attribute.CREATED_AT
        for day, rows in column.days
        if plausible(day, as_of)
    ]
    if not made:
        return not_assessed("no_creation_dates", unit="number", method="rows_per_month")
    year_ago = months_before(max(day for day, _ in made), _MONTHS)
    lately = sum(rows for day, rows in made if day > year_ago)
    return measured_count(round(lately / _MONTHS), unit="rows", method="rows_per_month")


def _rhythm_days(measures: Sequence[TableMeasure], as_of: dt.date | None) -> int | None:
    """The usual count of days from one day with something new to the next, in the last year."""
    days = sorted(
        {
            day
            for measure in measures
            for column in measure.columns
            if says_when(column)
            for day, _ in column.days
            if plausible(day, as_of)
        }
    )
    if len(days) < 3:
        return None
    year_ago = months_before(days[-1], _MONTHS)
    lately = [day for day in days if day > year_ago]
    pauses = [(after - before).days for before, after in pairwise(lately)]
    return round(median(pauses)) if pauses else None
