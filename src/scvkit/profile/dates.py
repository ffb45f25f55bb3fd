"""SQL that reads dates written as text, and tells day-first from month-first columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scvkit.engine import Steps, quoted, text_literal

if TYPE_CHECKING:
    from scvkit.engine import Connection

FIRST_DAY = dt.date(1900, 1, 2)  # 1900-01-01 is what systems write when they have no date
PLAIN_DAY_MONTH = "[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}"


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


def date_orders(connection: Connection, scan: str, columns: Sequence[str]) -> dict[str, DateOrder]:
    """Return the day-and-month order of each of ``columns``, counted over all rows."""
    if not columns:
        return {}
    numbered = list(enumerate(columns))
    steps = Steps().step(
        "one_row_per_record",
        "select "
        + ", ".join(
            f"{date_part(f'trim({quoted(c)})')} as p{i}, contains({quoted(c)}, '/') as s{i}"
            for i, c in numbered
        )
        + f" from {scan}",
    )
    steps.step(
        "days_and_months",
        "select "
        + ", ".join(
            # The year stands last: what stands first is a day or a month.
            f"case when p{i}[-5:-5] = '-' then try_cast(split_part(p{i}, '-', 1) as integer) end "
            f"as a{i}, try_cast(split_part(p{i}, '-', 2) as integer) as b{i}, s{i}"
            for i, _ in numbered
        )
        + " from one_row_per_record",
    )
    counts = ", ".join(_order_counts(f"a{i}", f"b{i}", f"s{i}") for i, _ in numbered)
    found = steps.rows(connection, f"select {counts} from days_and_months")[0]
    return {
        column: DateOrder(
            day_first=int(found[4 * i]),
            month_first=int(found[4 * i + 1]),
            either=int(found[4 * i + 2]),
            slashed=int(found[4 * i + 3]),
        )
        for i, column in enumerate(columns)
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
    branches = [
        f"when regexp_full_match({part}, '[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}') "
        f"then try_cast({part} as date)",
        f"when regexp_full_match({part}, '{PLAIN_DAY_MONTH}') then cast(coalesce("
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
    return (
        f"translate(regexp_extract({value}, "
        "'^([0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4})([ T][0-9]{1,2}[:.][0-9]{2}.*)?$', 1), "
        "'./', '--')"
    )


def time_part(value: str) -> str:
    """Return SQL for what stands after the date in ``value``."""
    return f"regexp_extract({value}, '^[0-9]{{1,4}}[-./][0-9]{{1,2}}[-./][0-9]{{1,4}}(.*)$', 1)"


def _order_counts(first: str, second: str, slash: str) -> str:
    either = f"{first} between 1 and 12 and {second} between 1 and 12 and {first} <> {second}"
    return ", ".join(
        f"count(*) filter (where {condition})"
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
        f"when regexp_full_match({value}, '[1-6][0-9]{{4}}([.,][0-9]+)?') "
        f"then date '1899-12-30' + try_cast(left({value}, 5) as integer)",
        f"when regexp_full_match({value}, '1[0-9]{{9}}([0-9]{{3}})?') then "
        f"cast(make_timestamp(try_cast(left({value}, 10) as bigint) * 1000000) as date)",
    ]
