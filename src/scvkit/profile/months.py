"""The life of a table by month: when records were made, and when each was last touched."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from scvkit.engine import Steps
from scvkit.profile.dates import FIRST_DAY, date_orders, date_part, date_sql, day_literal
from scvkit.profile.facts import blank_to_null
from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.records.upkeep import MonthCount, Trend
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection, RowTables

# Columns that say when a record was last touched by anybody.
_TOUCHES = (
    Attribute.CREATED_AT,
    Attribute.CHANGED_AT,
    Attribute.LAST_SEEN_AT,
    Attribute.LAST_PURCHASE_AT,
)
LONGEST = 1200  # months; a hundred years are no trend


def measure_months(
    connection: Connection, rows: RowTables, table: SourceTable, *, as_of: dt.date | None
) -> Trend:
    """Return records made and last touched in each month, over all rows of a table.

    Dates before 1900 and after ``as_of`` are not counted. A table without a date of its own gives
    a trend without months.
    """
    scan = rows.scan("extract", table.source, table.table)
    there = {str(row[0]) for row in connection.execute(f"describe select * from {scan}").fetchall()}
    touching = [m for m in table.meanings if m.attribute in _TOUCHES and m.column in there]
    created = next((m for m in touching if m.attribute is Attribute.CREATED_AT), None)
    counted = _counted(connection, scan, touching, created, as_of) if touching else {}
    return Trend(
        table=table.table,
        rows=table.rows,
        created_column=created.column if created else None,
        touched_columns=tuple(m.column for m in touching),
        months=_without_gaps(counted),
    )


def _counted(
    connection: Connection,
    scan: str,
    touching: list[ColumnMeaning],
    created: ColumnMeaning | None,
    as_of: dt.date | None,
) -> dict[tuple[int, int], tuple[int, int]]:
    """(year, month) → records made, records last touched."""
    orders = date_orders(connection, scan, [m.column for m in touching])
    texts = ", ".join(f"{blank_to_null(m.column)} as t{i}" for i, m in enumerate(touching))
    parts = ", ".join(f"{date_part(f't{i}')} as p{i}" for i in range(len(touching)))
    dates = ", ".join(
        date_sql(
            f"t{i}",
            f"p{i}",
            month_first=orders[m.column].reads_month_first,
            as_of=as_of,
            declared_date=True,
        )
        + f" as r{i}"
        for i, m in enumerate(touching)
    )
    latest = f" and r{{0}} <= {day_literal(as_of)}" if as_of else ""
    plausible = ", ".join(
        f"case when r{i} >= {day_literal(FIRST_DAY)}{latest.format(i)} then r{i} end as d{i}"
        for i in range(len(touching))
    )
    made = f"d{touching.index(created)}" if created else "cast(null as date)"
    newest = f"greatest({', '.join(f'd{i}' for i in range(len(touching)))})"
    steps = Steps().step("one_row_per_record", f"select {texts} from {scan}")
    steps.step("records_in_parts", f"select *, {parts} from one_row_per_record")
    steps.step("read_records", f"select {dates} from records_in_parts")
    steps.step("dated_records", f"select {plausible} from read_records")
    steps.step("lives", f"select {made} as made, {newest} as touched from dated_records")
    steps.step(
        "one_row_per_event",
        "select made as day, 1 as made, 0 as touched from lives where made is not null "
        "union all select touched, 0, 1 from lives where touched is not null",
    )
    found = steps.rows(
        connection,
        "select year(day) as y, month(day) as m, sum(made), sum(touched) from one_row_per_event "
        "group by all order by y, m",
    )
    return {(int(year), int(month)): (int(n), int(m)) for year, month, n, m in found}


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
