"""Dates as text: which format a column is written in, and the SQL that reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from scvkit.engine import Connection, text_literal

EXCEL_SERIAL = "excel_serial"
_DATES = (
    "%Y-%m-%d",
    "%d-%m-%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d%m%Y",
    "%d-%m-%y",
    "%d/%m/%y",
    "%d.%m.%y",
    "%m/%d/%y",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
    "%B %d, %Y",
)
_TIMES = (
    "",
    " %H:%M:%S",
    " %H:%M",
    "T%H:%M:%S",
    "T%H:%M",
    " %H.%M",
    " %H:%M:%S.%f",
    "T%H:%M:%S.%f",
)
_OTHER = ("%Y%m%dT%H%M%S", "%Y%m%d%H%M%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p")
FORMATS = tuple(day + time for day in _DATES for time in _TIMES) + _OTHER
# An offset is left out: times stay as they stand, the profile says what zone they speak of.
_ZONE = r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
_CODES = {
    "%Y": r"\d{4}",
    "%y": r"\d{2}",
    "%m": r"\d{1,2}",
    "%d": r"\d{1,2}",
    "%H": r"\d{1,2}",
    "%I": r"\d{1,2}",
    "%M": r"\d{1,2}",
    "%S": r"\d{1,2}",
    "%f": r"\d{1,9}",
    "%p": "[AP]M",
    "%B": r"[^\W\d_]+",
    "%b": r"[^\W\d_]+",
}
_GIVEN = "(select unnest($1::varchar[]) as value, unnest($2::bigint[]) as n)"
_MONTH_FIRST = ("%m/%d", "%m-%d")


@dataclass(frozen=True, slots=True)
class DateReading:
    """How a column of dates is read. ``formats`` begins with the one that parses most."""

    formats: tuple[str, ...]
    parsed: int  # values that any of the formats parses, among those looked at
    looked_at: int
    zone: str  # "", "Z" or "%z": what follows the time in most values

    @property
    def share(self) -> float:
        """Share of the values looked at that parse, 0–1."""
        return self.parsed / self.looked_at if self.looked_at else 0.0

    @property
    def main(self) -> str:
        """The strptime format of most values, with the zone as written."""
        return self.formats[0] + (self.zone if "%H" in self.formats[0] else "")


def find_date_format(
    connection: Connection, values: Sequence[tuple[str, int]], *, month_first: bool = False
) -> DateReading | None:
    """Return how values (with their counts) are read as dates, or None when few of them can be.

    ``month_first`` settles a column in which every value can be read both ways.

    >>> from scvkit.engine import connect
    >>> find_date_format(connect(), [("31-12-2024", 1), ("01-02-2023", 1)]).main
    '%d-%m-%Y'
    """
    looked_at = sum(count for _, count in values)
    if not looked_at:
        return None
    bound = [[value for value, _ in values], [count for _, count in values]]
    possible = _possible([value for value, _ in values])
    (counted,) = connection.execute(_counting(possible), bound).fetchall()
    zoned, zulu = int(counted[-2] or 0), int(counted[-1] or 0)
    usable = {f: int(n) for f, n in zip((*possible, EXCEL_SERIAL), counted, strict=False) if n}
    if not usable:
        return None
    order = sorted(usable, key=lambda f: (-usable[f], _preference(f, month_first)))
    main = order[0]
    formats = (main, *(f for f in order[1:] if _agrees(main, f)))
    ((parsed,),) = connection.execute(
        f"select sum(n) from {_GIVEN} where ({date_sql('value', formats)}) is not null", bound
    ).fetchall()
    zone = ""
    if zoned * 2 > looked_at:
        zone = "Z" if zulu * 2 > zoned else "%z"
    return DateReading(
        formats=_useful(formats, usable),
        parsed=int(parsed or 0),
        looked_at=looked_at,
        zone=zone,
    )


def date_sql(column: str, formats: Sequence[str]) -> str:
    """Return SQL that reads a text column (already quoted) as a timestamp, null where it cannot.

    An Excel serial counts days from 30 December 1899.
    """
    plain = (
        f"(case when {column} < '!' or suffix({column}, ' ') then trim({column}) else {column} end)"
    )
    # Most times name no zone: looking for one is cheaper than taking it away.
    bare = (
        f"(case when regexp_matches({plain}, {text_literal(_ZONE)}) "
        f"then regexp_replace({plain}, {text_literal(_ZONE)}, '') else {plain} end)"
    )
    ways = []
    for form in formats:
        if form == EXCEL_SERIAL:
            number = f"try_cast(replace(trim({column}), ',', '.') as double)"
            ways.append(
                f"case when {number} between 1 and 80000 then timestamp '1899-12-30' "
                f"+ to_seconds(round({number} * 86400)) end"
            )
        else:
            source = bare if "%H" in form else plain
            ways.append(f"try_strptime({source}, {text_literal(form)})")
    return f"coalesce({', '.join(ways)})" if len(ways) > 1 else ways[0]


def _possible(values: Sequence[str]) -> tuple[str, ...]:
    """The formats that have the shape of some value: trying all of them costs too much."""
    plain = {re.sub(r"\d", "9", value.strip()) for value in values}
    # "-9999" at the end of a date is its year; at the end of a time it is a zone.
    shapes = plain | {re.sub(_ZONE, "", value) for value in plain if ":" in value or "T" in value}
    return tuple(f for f in FORMATS if any(map(_shape(f).match, shapes)))


@cache
def _shape(form: str) -> re.Pattern[str]:
    pattern = re.escape(form)
    for code, digits in _CODES.items():
        pattern = pattern.replace(code, digits)
    return re.compile(pattern + r"\Z", re.IGNORECASE)


def _counting(possible: Sequence[str]) -> str:
    bare = f"regexp_replace(trim(value), {text_literal(_ZONE)}, '')"
    parts = []
    for form in possible:
        source = "bare" if "%H" in form else "plain"
        parts.append(
            f"sum(n) filter (where try_strptime({source}, {text_literal(form)}) "
            "between timestamp '1850-01-01' and timestamp '2150-01-01')"
        )
    # Whole days within a century; a bare number beyond that is a number.
    parts.append(
        r"sum(n) filter (where regexp_full_match(plain, '\d{5}([.,]\d+)?') "
        "and try_cast(replace(plain, ',', '.') as double) between 10000 and 80000)"
    )
    parts.append("sum(n) filter (where bare <> plain)")
    parts.append("sum(n) filter (where right(plain, 1) = 'Z')")
    return (
        f"select {', '.join(parts)} from "
        f"(select trim(value) as plain, {bare} as bare, n from {_GIVEN})"
    )


def _preference(form: str, month_first: bool) -> tuple[int, int]:
    wrong_order = form.startswith(_MONTH_FIRST) != month_first and form.startswith(
        (*_MONTH_FIRST, "%d/%m", "%d-%m")
    )
    # Two digits of a year never win over four.
    return (int(wrong_order) + 2 * ("%y" in form), FORMATS.index(form) if form in FORMATS else 999)


def _agrees(main: str, form: str) -> bool:
    """A second format may help only where it cannot read a value the other way round."""
    main_first, form_first = main[:2], form[:2]
    numeric_month = {"%d", "%m"}
    if {main_first, form_first} == numeric_month and "%b" not in form.lower():
        return False
    return not ("%y" in form and "%Y" in main and form[2:3] == main[2:3])


def _useful(formats: Sequence[str], usable: dict[str, int]) -> tuple[str, ...]:
    most = usable[formats[0]]
    # A handful of stray values is an error in them, not a format.
    return tuple(f for f in formats if usable[f] * 500 >= most or usable[f] >= 3) or (formats[0],)
