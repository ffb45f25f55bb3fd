"""What should never have left the system: national ids and secrets (gate G4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scvkit.engine import Connection, RowTables, has_long_number, quoted, text_literal
from scvkit.sources.lexicon import has_phrase, header_phrases, tokens
from scvkit.vocabulary import Attribute

_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0[1-9]|1[0-2])"
# With a sign between, the shape alone is enough: an impossible date is still held back. Digits
# that run on must name a day that exists, or every long number would be one.
_SHAPES = (
    r"\d{6}-\d{4}",  # Denmark, Sweden
    rf"\d{{2}}{_MONTH}{_DAY}\+\d{{4}}",  # Sweden, over a hundred years
    r"(?:19|20)\d{6}-\d{4}",  # Sweden with century
    rf"(?:19|20)\d{{2}}{_MONTH}{_DAY}\d{{4}}",
    rf"{_DAY}{_MONTH}\d{{2}} ?\d{{4}}",  # Denmark without a sign
    rf"{_DAY}{_MONTH}\d{{2}} ?\d{{5}}",  # Norway
    rf"{_DAY}{_MONTH}\d{{2}}[-+A]\d{{3}}[0-9A-FHJ-NPR-Y]",  # Finland
    rf"[1-8]\d{{2}}{_MONTH}{_DAY}(?:0[1-9]|[1-4]\d|5[0-2]|70)\d{{4}}",  # Romania
    r"[A-Z][12]\d{8}",  # Taiwan
)
NATIONAL_ID_INSIDE = rf"(?:^|[^0-9A-Za-z+./-])(?:{'|'.join(_SHAPES)})(?:$|[^0-9A-Za-z/-])"
_WHOLE = rf"\s*(?:{'|'.join(_SHAPES)}|{_DAY}{_MONTH}\d{{2}}\d{{4}})\s*"
_WHOLLY, _SHORTEST = re.compile(_WHOLE, re.ASCII), 10
# Share of the long numbers of a column above which their shape is no accident.
_BY_DESIGN = 0.5
_FEWEST_DIGITS = 6
_MANY = 200  # columns; more are looked at together first
# Attributes whose own numbers have such shapes, or whose values are codes.
_NOT_SEARCHED = frozenset(
    {
        Attribute.ORG_NUMBER,
        Attribute.VAT_NUMBER,
        Attribute.PHONE,
        Attribute.MOBILE,
        Attribute.EMAIL,
        Attribute.UNIQUE_ID,
        Attribute.CUSTOMER_NUMBER,
        Attribute.MEMBER_NUMBER,
        Attribute.ORDER_NUMBER,
        Attribute.ACCOUNT_NUMBER,
        Attribute.LOGIN_ID,
        Attribute.DEVICE_ID,
        Attribute.AMOUNT,
        Attribute.POSTCODE,
        Attribute.PRODUCT,
    }
)


def is_secret(header: str) -> bool:
    """True when a header names a secret.

    >>> is_secret("password_hash"), is_secret("shipping")
    (True, False)
    """
    words = tokens(header)
    phrases = header_phrases("secrets")
    if words in phrases or ("".join(words),) in phrases:
        return True
    # "pin" or "token" as one word of several is often innocent ("pin_town").
    return has_phrase(words, (p for p in phrases if len("".join(p)) >= 7))


def looks_like_national_ids(values: Iterable[tuple[str, int]]) -> float:
    """Share of values (with counts) that are wholly shaped like national ids.

    >>> looks_like_national_ids([("010580-2345", 3), ("tolv", 1)])
    0.75
    """
    shaped = total = 0
    for value, rows in values:
        total += rows
        if len(value) >= _SHORTEST and _WHOLLY.fullmatch(value):
            shaped += rows
    return shaped / total if total else 0.0


def columns_with_national_ids(
    connection: Connection,
    rows: RowTables,
    source: str,
    table: str,
    columns: Iterable[tuple[str, Attribute, bool]],
) -> dict[str, int]:
    """Return how many rows of a text column hold something shaped like a national id.

    ``columns`` are name, attribute and whether it holds dates; all rows are searched. Columns
    without any are left out.
    """
    searched = [
        name for name, attribute, dated in columns if attribute not in _NOT_SEARCHED and not dated
    ]
    scan = rows.scan("extract", source, table)
    if len(searched) > _MANY:
        searched = _shaped_somewhere(connection, scan, searched)
    # Every shape holds so many digits in a row.
    searched = [
        name for name in searched if has_long_number(connection, scan, name, digits=_FEWEST_DIGITS)
    ]
    if not searched:
        return {}
    shaped = _counted(connection, scan, [_shaped(c) for c in searched])
    suspected = {c: n for c, n in zip(searched, shaped, strict=True) if n}
    if not suspected:
        return {}
    # Of long numbers that mean nothing, one in 25 has the shape of somebody's by chance: a second
    # look, only at the columns that need one, tells those from numbers in text.
    numbers = _counted(connection, scan, [_number(c) for c in suspected])
    both = _counted(connection, scan, [f"{_number(c)} and {_shaped(c)}" for c in suspected])
    held: dict[str, int] = {}
    for (column, total), long, by_shape in zip(suspected.items(), numbers, both, strict=True):
        in_text = total - by_shape
        found = in_text + (by_shape if by_shape >= _BY_DESIGN * long else 0)
        if found:
            held[column] = found
    return held


def _shaped_somewhere(connection: Connection, scan: str, columns: Sequence[str]) -> list[str]:
    """The columns with such a cell: a condition for each of thousands takes minutes."""
    found: list[str] = []
    for first in range(0, len(columns), _MANY):
        some = columns[first : first + _MANY]
        listed = ", ".join(map(quoted, some))
        places = connection.execute(
            f"select distinct place from (select unnest(range({len(some)})) as place, "
            f"unnest([{listed}]) as value from {scan}) where length(value) >= 10 "
            f"and regexp_matches(value, {text_literal(NATIONAL_ID_INSIDE)}) order by place"
        ).fetchall()
        found += [some[int(place)] for (place,) in places]
    return found


def _shaped(column: str) -> str:
    """A cell that holds something shaped like a national id."""
    name = quoted(column)
    return f"length({name}) >= 10 and regexp_matches({name}, {text_literal(NATIONAL_ID_INSIDE)})"


def _number(column: str) -> str:
    """A cell that is one long number and nothing else."""
    name = quoted(column)
    return f"length({name}) between 9 and 13 and regexp_full_match({name}, '\\d+')"


def _counted(connection: Connection, scan: str, conditions: list[str]) -> list[int]:
    # case looks at the length first and at few values further, a filter at all of them.
    counts = ", ".join(f"sum(case when {c} then 1 else 0 end)" for c in conditions)
    (found,) = connection.execute(f"select {counts} from {scan}").fetchall()
    return [int(n or 0) for n in found]
