"""SQL that reads dates written as text, and tells day-first from month-first columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scvkit.engine import Steps, quoted, text_literal

if TYPE_CHECKING:
    from scvkit.engine import Connection

FIRST_DAY = dt.date(1900, 1, 2)  # 1900-01-01 is what systems write when they have no date
SERIAL = "[1-6][0-9]{4}([.,][0-9]+)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOrder:
    """What the rows of a column say about the order of day and month.

    Counts are rows of the form 31-12-2020 in any separator: ``day_first`` can only be read day
    first, ``month_first`` only month first, ``either`` both ways with different results.
    """

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    slashed: int = 0  # rows of ``either`` written with a slash, which both orders use

    @property
    def reads_month_first(self) -> bool:
        """True when the rows that can be read one way only are mostly month first."""
        return self.month_first > self.day_first

    @property
    def against_the_rest(self) -> int:
        """Rows that can only be read in the order the other rows are not written in."""
        return min(self.day_first, self.month_first)

    @property
    def in_doubt(self) -> int:
        """Rows that nobody can date for sure.

        Both orders occur, or the slash is used and no row settles the order. A column in which
        every telling row is day first is not in doubt.

        >>> DateOrder(day_first=40, month_first=2, either=10).in_doubt
        10
        >>> DateOrder(day_first=40, either=10, slashed=10).in_doubt
        0
        """
        if self.day_first and self.month_first:
            return self.either
        return 0 if self.day_first or self.month_first else self.slashed


def date_order(connection: Connection, values: str) -> DateOrder:
    """Return the day-and-month order of a table of values (value, rows), counted over all rows."""
    found = _order_steps(values).rows(
        connection, f"select {_order_counts('a', 'b', 'slashed')} from days_and_months"
    )
    return _order_of(found[0])


def date_orders_of_many(connection: Connection, values: str) -> dict[int, DateOrder]:
    """Return the order of each ``place`` in a table of values; of those without dates none."""
    found = _order_steps(values, "place, ").rows(
        connection,
        f"select place, {_order_counts('a', 'b', 'slashed')} from days_and_months group by place",
    )
    return {int(place): _order_of(counts) for place, *counts in found}


def date_orders(connection: Connection, scan: str, columns: Sequence[str]) -> dict[str, DateOrder]:
    """Return the day-and-month order of each of ``columns``, counted over all rows."""
    return {
        column: date_order(
            connection, f"(select trim({quoted(column)}) as value, 1 as rows from {scan})"
        )
        for column in columns
    }


def date_sql(
    value: str, part: str, *, month_first: bool, as_of: dt.date | None, declared_date: bool
) -> str:
    """Return SQL for the date in the text ``value``, null where there is none.

    ``part`` names a column made by ``date_part`` in an earlier step. Reads ISO and Nordic forms
    with or without a time; where the column is ``declared_date`` also two-digit years, 20201231,
    Excel serial numbers and Unix seconds, which elsewhere are numbers.
    """
    first, second = ("%m-%d-%Y", "%d-%m-%Y") if month_first else ("%d-%m-%Y", "%m-%d-%Y")
    # ``part`` is digits and two dashes: the place of the first tells where the year stands.
    dash = f"strpos({part}, '-')"
    branches = [
        f"when {dash} = 5 and length({part}) <= 10 then try_cast({part} as date)",
        f"when {dash} in (2, 3) and {part}[-5] = '-' and length({part}) <= 10 then cast(coalesce("
        f"try_strptime({part}, '{first}'), try_strptime({part}, '{second}')) as date)",
    ]
    if declared_date:
        branches += _loose_branches(value, part, first, second, as_of)
    return f"case {' '.join(branches)} end"


def day_literal(day: dt.date) -> str:
    """Return a date literal.

    >>> day_literal(dt.date(2026, 9, 30))
    "date '2026-09-30'"
    """
    return f"date {text_literal(day.isoformat())}"


def date_part(value: str) -> str:
    """Return SQL for the date at the start of a text, its separators made dashes.

    Empty when there is none, or when something else than a time follows.

    >>> from scvkit.engine import connect
    >>> cells = "(values ('31/12/2020 10:30'), ('31.12.2020'), ('12.5')) t(v)"
    >>> connect().sql(f"select {date_part('v')} from {cells}").fetchall()
    [('31-12-2020',), ('31-12-2020',), ('',)]
    """
    time = "([ T][0-9]{1,2}[:.][0-9]{2}.*)?"
    return (
        # The common form needs no taking apart.
        f"case when regexp_full_match({value}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{time}') "
        f"then left({value}, 10) else replace(replace(regexp_extract({value}, "
        f"'^([0-9]{{1,4}}[-./][0-9]{{1,2}}[-./][0-9]{{1,4}}){time}$', 1), "
        "'.', '-'), '/', '-') end"
    )


def time_part(value: str, part: str) -> str:
    """Return SQL for what stands after the date in ``value``; empty where there is no date."""
    return f"case when {part} <> '' then substr({value}, length({part}) + 1) else '' end"


def _order_steps(values: str, kept: str = "") -> Steps:
    steps = Steps().step(
        "dates_with_the_year_last",
        f"select {kept}{date_part('value')} as part, contains(value, '/') as slashed, rows "
        f"from {values} where value[2] in ('-', '.', '/') or value[3] in ('-', '.', '/')",
    )
    return steps.step(
        "days_and_months",
        f"select {kept}try_cast(split_part(part, '-', 1) as integer) as a, "
        "try_cast(split_part(part, '-', 2) as integer) as b, slashed, rows "
        "from dates_with_the_year_last where part[-5] = '-' and length(part) <= 10",
    )


def _order_of(counts: Sequence[Any]) -> DateOrder:
    day_first, month_first, either, slashed = (int(n) for n in counts)
    return DateOrder(day_first=day_first, month_first=month_first, either=either, slashed=slashed)


def _order_counts(first: str, second: str, slash: str) -> str:
    either = f"{first} between 1 and 12 and {second} between 1 and 12 and {first} <> {second}"
    return ", ".join(
        f"coalesce(sum(rows) filter (where {condition}), 0)"
        for condition in (
            f"{first} between 13 and 31 and {second} between 1 and 12",
            f"{second} between 13 and 31 and {first} between 1 and 12",
            either,
            f"{either} and {slash}",
        )
    )


def _loose_branches(
    value: str, part: str, first: str, second: str, as_of: dt.date | None
) -> list[str]:
    # A two-digit year lies in the hundred years before the assessment: births of 1945 stay there.
    newest = as_of.year % 100 if as_of else 68
    century = f"case when try_cast(right({part}, 2) as integer) <= {newest} then '20' else '19' end"
    long = f"concat(left({part}, length({part}) - 2), {century}, right({part}, 2))"
    return [
        f"when regexp_full_match({part}, '[0-9]{{1,2}}-[0-9]{{1,2}}-[0-9]{{2}}') "
        f"then cast(coalesce(try_strptime({long}, '{first}'), "
        f"try_strptime({long}, '{second}')) as date)",
        f"when regexp_full_match({value}, '(19|20)[0-9]{{6}}') "
        f"then cast(try_strptime({value}, '%Y%m%d') as date)",
        # Excel counts days from 1899-12-30.
        f"when regexp_full_match({value}, '{SERIAL}') "
        f"then date '1899-12-30' + try_cast(left({value}, 5) as integer)",
        f"when regexp_full_match({value}, '1[0-9]{{9}}([0-9]{{3}})?') then "
        f"cast(make_timestamp(try_cast(left({value}, 10) as bigint) * 1000000) as date)",
    ]
