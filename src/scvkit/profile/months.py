"""The life of a table by month: when records were made, and when each was last touched."""

from __future__ import annotations

import datetime as dt

from scvkit.profile.currency import TOUCHES, plausible
from scvkit.profile.table import TableMeasure
from scvkit.records.upkeep import MonthCount, Trend
from scvkit.vocabulary import Attribute

LONGEST = 1200  # months; a hundred years are no trend


def measure_months(measure: TableMeasure, *, as_of: dt.date | None) -> Trend:
    """Return records made and last touched in each month, over all rows of a table.

    Dates before 1900 and after ``as_of`` are not counted. A table without a date of its own gives
    a trend without months.
    """
    touching = [c for c in measure.columns if c.profile.attribute in TOUCHES]
    created = next((c for c in touching if c.profile.attribute is Attribute.CREATED_AT), None)
    counted: dict[tuple[int, int], tuple[int, int]] = {}
    for day, rows in created.days if created else ():
        if plausible(day, as_of):
            made, touched = counted.get((day.year, day.month), (0, 0))
            counted[day.year, day.month] = (made + rows, touched)
    for day, rows in measure.touches:
        made, touched = counted.get((day.year, day.month), (0, 0))
        counted[day.year, day.month] = (made, touched + rows)
    return Trend(
        table=measure.profile.table,
        rows=measure.profile.rows,
        created_column=created.profile.column if created else None,
        touched_columns=tuple(c.profile.column for c in touching),
        months=_without_gaps(counted),
    )


def _without_gaps(counted: dict[tuple[int, int], tuple[int, int]]) -> tuple[MonthCount, ...]:
    if not counted:
        return ()
    places = [year * 12 + month - 1 for year, month in counted]
    first = max(min(places), max(places) - LONGEST)
    months = []
    for place in range(first, max(places) + 1):
        year, month = divmod(place, 12)
        made, touched = counted.get((year, month + 1), (0, 0))
        months.append(
            MonthCount(month=f"{year:04d}-{month + 1:02d}", created=made, touched=touched)
        )
    return tuple(months)
