"""How fresh a table is: records touched lately, the rhythm of its days, its newest date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import exp
from typing import TYPE_CHECKING

from scvkit.engine import Steps, column_texts, quoted
from scvkit.profile.column import ColumnMeasure
from scvkit.profile.dates import FIRST_DAY, date_part, date_sql, day_literal
from scvkit.profile.facts import blank_to_null
from scvkit.profile.plain_dates import newest_days
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.profile import Gap
from scvkit.vocabulary import DATE_ATTRIBUTES, PLANNED_DATES, Attribute, Grade

if TYPE_CHECKING:
    from scvkit.engine import Connection

MONTHS = (12, 24, 36)
# A few dates in the future are mistakes; more of them are plans.
_FUTURE_SHARE = 0.02
_DAYS_A_MONTH = 365.25 / 12
_FEWEST_DAYS, _DENSE, _BY_CHANCE = 30, 0.9, 0.001
# Attributes that say when a record was last touched by anybody.
TOUCHES = (
    Attribute.CHANGED_AT,
    Attribute.LAST_SEEN_AT,
    Attribute.LAST_PURCHASE_AT,
    Attribute.CREATED_AT,
)


Days = tuple[tuple[dt.date, int], ...]


def last_touches(
    connection: Connection, scan: str, columns: Sequence[ColumnMeasure], as_of: dt.date | None
) -> Days:
    """Return rows by the newest plausible day of each, in order; none without a date of its own."""
    touching = [c for c in columns if c.profile.attribute in TOUCHES]
    return _last_touches(connection, scan, touching, as_of) if touching else ()


def touched(
    columns: Sequence[ColumnMeasure], days: Days, as_of: dt.date | None
) -> tuple[tuple[int, Evidence], ...]:
    """Return the share of records touched in the last 12, 24 and 36 months.

    Among the records that carry a date of change, visit, purchase or creation.
    """
    touching = [c for c in columns if c.profile.attribute in TOUCHES]
    refs = tuple(c.profile.column for c in touching)
    if as_of is None or not touching:
        reason = "no_as_of" if as_of is None else "no_touch_dates"
        return tuple(
            (months, not_assessed(reason, method="touched", refs=refs)) for months in MONTHS
        )
    dated = sum(rows for _, rows in days)
    since = {months: months_before(as_of, months) for months in MONTHS}
    return tuple(
        (
            months,
            measured_share(
                sum(rows for day, rows in days if day > since[months]),
                dated,
                method="touched",
                refs=refs,
            ),
        )
        for months in MONTHS
    )


def half_life(days: Days, as_of: dt.date | None) -> Evidence:
    """Return the months for which half of the records have lain untouched, over all dated rows.

    Half of the records were touched within this time; the other half are older than it.
    """
    dated = sum(rows for _, rows in days)
    if as_of is None or not dated:
        reason = "no_as_of" if as_of is None else "no_touch_dates"
        return not_assessed(reason, unit="number", method="half_life")
    seen = accumulate(rows for _, rows in reversed(days))
    middle = next(
        day for (day, _), so_far in zip(reversed(days), seen, strict=True) if so_far * 2 >= dated
    )
    months = (as_of - middle).days / _DAYS_A_MONTH
    return Evidence(
        grade=Grade.MEASURED, unit="number", value=months, tested=dated, method="half_life"
    )


def gaps(columns: Sequence[ColumnMeasure], as_of: dt.date | None) -> tuple[Gap, ...]:
    """Return stretches of days without a single row, in columns that have rows on nearly all days.

    Looked at is the year before the newest date. A stretch counts when it would come about by
    chance less than once in a thousand such columns (days filled independently, Poisson); where
    more than one day in ten is empty, as in a shop closed on Sundays, none does.
    """
    found: list[Gap] = []
    for column in columns:
        if not says_when(column) or column.profile.attribute in PLANNED_DATES:
            continue
        days = [(day, rows) for day, rows in column.days if plausible(day, as_of)]
        if not days:
            continue
        year_ago = months_before(days[-1][0], 12)
        lately = [(day, rows) for day, rows in days if day > year_ago]
        span = (lately[-1][0] - lately[0][0]).days + 1
        usual = sum(rows for _, rows in lately) / span
        if span < _FEWEST_DAYS or len(lately) < _DENSE * span:
            continue
        for (before, _), (after, _) in pairwise(lately):
            empty = (after - before).days - 1
            if empty and span * exp(-usual * empty) < _BY_CHANCE:
                first = before + dt.timedelta(days=1)
                found.append(Gap(column=column.profile.column, first=first.isoformat(), days=empty))
    return tuple(found)


def rhythm(
    columns: Sequence[ColumnMeasure], as_of: dt.date | None
) -> tuple[dt.date | None, int | None]:
    """Return the newest day something happened, and the longest usual pause before it in days.

    The pause is the longest between two such days in the year before the newest.
    """
    days = sorted(
        {
            day
            for column in columns
            if says_when(column)
            for day, _ in column.days
            if plausible(day, as_of)
        }
    )
    if not days:
        return None, None
    last = days[-1]
    year_ago = months_before(last, 12)
    year = [day for day in days if day > year_ago]
    pauses = [(after - before).days for before, after in pairwise(year)]
    return last, max(pauses, default=None)


def last_date(columns: Sequence[ColumnMeasure], as_of: dt.date | None) -> str | None:
    """Return the newest plausible date of a table, ISO; births and the future do not count."""
    newest = [
        day
        for column in columns
        if column.profile.inferred_type == "date"
        and column.profile.attribute is not Attribute.DATE_OF_BIRTH
        and (day := column.newest(as_of))
    ]
    return max(newest).isoformat() if newest else None


def says_when(column: ColumnMeasure) -> bool:
    """Return True for dates on which something happened, not for births, promises, deadlines."""
    profile = column.profile
    if profile.inferred_type != "date" or profile.attribute is Attribute.DATE_OF_BIRTH:
        return False
    return column.future <= _FUTURE_SHARE * column.dates


def plausible(day: dt.date, as_of: dt.date | None) -> bool:
    """Return True for a day that a system may really have written."""
    return day >= FIRST_DAY and (as_of is None or day <= as_of)


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day of an earlier month, its last day where it is shorter.

    >>> months_before(dt.date(2024, 3, 31), 1)
    datetime.date(2024, 2, 29)
    """
    month = day.year * 12 + day.month - 1 - months
    year, month = month // 12, month % 12 + 1
    longest = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, min(day.day, longest))


def _last_touches(
    connection: Connection,
    scan: str,
    columns: Sequence[ColumnMeasure],
    as_of: dt.date | None,
) -> Days:
    """Rows by the newest plausible day of each."""
    if len(columns) == 1:
        return tuple((day, rows) for day, rows in columns[0].days if plausible(day, as_of))
    if all(not c.trimmed and (c.iso_dates or _day_first(c)) for c in columns):
        # A look at their signs, where all of them have the one form.
        listed = [
            (column_texts(connection, scan, c.profile.column), not c.iso_dates) for c in columns
        ]
        count = columns[0].profile.rows
        days = newest_days(listed, rows=count, first=FIRST_DAY, last=as_of or dt.date.max)
        if days is not None:
            return tuple(days)
    names = range(len(columns))
    # Nothing reads as no date: a column as it stands is read once per entry of its dictionary.
    texts = ", ".join(
        f"{blank_to_null(c.profile.column) if c.trimmed else quoted(c.profile.column)} as t{i}"
        for i, c in enumerate(columns)
    )
    parts = ", ".join(
        f"{'null' if c.iso_dates or _day_first(c) else date_part(f't{i}')} as p{i}"
        for i, c in enumerate(columns)
    )
    dates = ", ".join(f"{_date(i, c, as_of)} as r{i}" for i, c in enumerate(columns))
    known = f">= {day_literal(FIRST_DAY)}"
    if as_of:
        known = f"between {day_literal(FIRST_DAY)} and {day_literal(as_of)}"
    newest = ", ".join(f"case when r{i} {known} then r{i} end" for i in names)
    steps = Steps().step("one_row_per_record", f"select {texts} from {scan}")
    steps.step("records_in_parts", f"select *, {parts} from one_row_per_record")
    steps.step("read_records", f"select {dates} from records_in_parts")
    steps.step("last_touches", f"select greatest({newest}) as day from read_records")
    # Asked for known days alone, the query would work out each of them a second time.
    found = steps.rows(
        connection, "select day, count(*) from last_touches group by day order by day"
    )
    return tuple((day, int(rows)) for day, rows in found if day is not None)


def _date(place: int, column: ColumnMeasure, as_of: dt.date | None) -> str:
    if column.iso_dates:
        return f"try_cast(left(t{place}, 10) as date)"
    if _day_first(column):
        return f"cast(try_strptime(t{place}, '%d-%m-%Y') as date)"
    return date_sql(
        f"t{place}",
        f"p{place}",
        month_first=column.order.reads_month_first,
        as_of=as_of,
        declared_date=column.profile.attribute in DATE_ATTRIBUTES,
    )


def _day_first(column: ColumnMeasure) -> bool:
    """True when every filled value is written 31-12-2020."""
    masks = {mask.mask for mask in column.profile.masks}
    return masks == {"99-99-9999"} and not column.order.month_first
