"""SQL expressions for what a consent column states: a status, a time, a filled proof."""

from __future__ import annotations

import re
from typing import Literal

from scvkit.engagement import Consent
from scvkit.engine import quoted, text_literal
from scvkit.vocabulary import ConsentStatus

# What exports write where there is no value; a withdrawal "at" one of these never happened.
_BLANKS = ("", "-", "--", "n/a", "na", "null", "none", "nan", "nat", "0", "0000-00-00")
_BLANK_TIMES = (*_BLANKS, "0000-00-00 00:00:00", "00-00-0000")
_FORMATS = (
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%Y%m%d",
)
_STRICTNESS = ((3, ConsentStatus.WITHDRAWN), (2, ConsentStatus.REFUSED), (1, ConsentStatus.GIVEN))
_SAFE_FORMAT = re.compile(r"(?:[^%]|%[YymdHMSfbBjpI])+")


def filled(column: str | None, *, blanks: tuple[str, ...] = _BLANKS) -> str:
    """Return a boolean: the column holds something; false when there is no column."""
    if column is None:
        return "false"
    listed = ", ".join(text_literal(b) for b in blanks)
    return f"coalesce(lower(trim(e.{quoted(column)})) not in ({listed}), false)"


def stated_time(column: str | None, date_format: str | None) -> str:
    """Return a timestamp, null when blank or unreadable; ``date_format`` is tried first.

    Day before month where a format leaves it open, and the day numbers of a spreadsheet.
    """
    if column is None:
        return "null::timestamp"
    text = f"trim(e.{quoted(column)})"
    first = (date_format,) if date_format and _SAFE_FORMAT.fullmatch(date_format) else ()
    formats = ", ".join(text_literal(f) for f in (*first, *_FORMATS))
    serial = f"try_cast({text} as double)"
    return (
        f"coalesce(try_strptime({text}, [{formats}]), try_cast({text} as timestamp), "
        f"case when {serial} between 20000 and 80000 "
        f"then timestamp '1899-12-30' + to_seconds(round({serial} * 86400)) end)"
    )


def withdrawn(column: str | None) -> str:
    """Return a boolean: a withdrawal is recorded, whether or not its time can be read."""
    return filled(column, blanks=_BLANK_TIMES)


def says(consent: Consent, state: Literal["given", "refused", "withdrawn"]) -> str:
    """Return a boolean: the row states ``state``, by its column or by the table it stands in."""
    if consent.column is None:
        return "true" if consent.state == state else "false"
    values = {
        "given": consent.given,
        "refused": consent.refused,
        "withdrawn": consent.withdrawn,
    }
    return listed(consent.column, values[state])


def listed(column: str, values: tuple[str, ...]) -> str:
    """Return a boolean: the trimmed value is one of ``values``, whatever the case.

    >>> print(listed("ok", (" J ",)))
    (lower(trim(coalesce(e."ok", ''))) in ('j'))
    """
    if not values:
        return "false"
    words = ", ".join(text_literal(value) for value in sorted({v.strip().lower() for v in values}))
    return f"(lower(trim(coalesce(e.{quoted(column)}, ''))) in ({words}))"


def rank(status: str) -> str:
    """Return the strictness of a status column: 3 withdrawn, 2 refused, 1 given, 0 unknown."""
    whens = " ".join(f"when {text_literal(s)} then {n}" for n, s in _STRICTNESS)
    return f"(case {status} {whens} else 0 end)"


def status_of_rank(strictness: str) -> str:
    """Return the status that belongs to a strictness."""
    whens = " ".join(f"when {n} then {text_literal(s)}" for n, s in _STRICTNESS)
    return f"(case {strictness} {whens} else {text_literal(ConsentStatus.UNKNOWN)} end)"
