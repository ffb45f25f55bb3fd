"""SQL that tells a placeholder from a value: "ingen@…", 00000000, 1900-01-01, "ukendt"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from scvkit.engine import text_literal
from scvkit.profile.catalogue import read_placeholders
from scvkit.profile.dates import day_literal
from scvkit.profile.shapes import UNKNOWN, Shapes
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute

PERSON_NAMES = frozenset({Attribute.GIVEN_NAME, Attribute.MIDDLE_NAME, Attribute.SURNAME})
NAMES = PERSON_NAMES | {Attribute.FULL_NAME, Attribute.COMPANY_NAME}
NUMBERS = frozenset(
    {
        Attribute.CUSTOMER_NUMBER,
        Attribute.MEMBER_NUMBER,
        Attribute.ORDER_NUMBER,
        Attribute.ACCOUNT_NUMBER,
        Attribute.LOGIN_ID,
        Attribute.UNIQUE_ID,
        Attribute.DEVICE_ID,
        Attribute.NATIONAL_ID,
    }
)
_PATTERNS_OF = {
    **dict.fromkeys(NAMES, "name"),
    **dict.fromkeys(NUMBERS, "number"),
    Attribute.EMAIL: "email",
    Attribute.PHONE: "phone",
    Attribute.MOBILE: "phone",
    Attribute.ORG_NUMBER: "organisation",
    Attribute.VAT_NUMBER: "organisation",
    Attribute.POSTCODE: "postcode",
    Attribute.STREET: "street",
    Attribute.CITY: "street",
}
# The shapes that the patterns of a kind can have.
_SHAPES_OF = {
    "number": "9+|[Aa]+",
    "phone": "[+]?[9 ]+|[Aa]+",
    "organisation": "9+",
    "postcode": "9+|[Aa]+",
}
# Columns about a person or a place, in which "unknown" is no answer.
_ABOUT_SOMEBODY = (IDENTIFYING_ATTRIBUTES - {Attribute.FREE_TEXT}) | {
    Attribute.CITY,
    Attribute.POSTCODE,
    Attribute.COUNTRY,
    Attribute.REGION,
}


def placeholder_sql(
    attribute: Attribute,
    *,
    value: str,
    lowered: str,
    read_date: str,
    shapes: Shapes = UNKNOWN,
) -> str:
    """Return the condition under which a value that is not blank is a placeholder.

    ``shapes`` are those of the column, where they are known.

    >>> from scvkit.engine import connect
    >>> sql = placeholder_sql(Attribute.EMAIL, value="v", lowered="v", read_date="null::date")
    >>> cells = "(values ('ingen@mail.example'), ('inger@mail.example'), ('n/a')) t(v)"
    >>> connect().sql(f"select {sql} from {cells}").fetchall()
    [(True,), (False,), (True,)]
    """
    lists = read_placeholders()
    words: list[str] = []
    if attribute not in PERSON_NAMES:
        words += lists["nulls"]
    else:
        # Null and Nan are people's names: only signs are meant as "no value" there.
        words += [word for word in lists["nulls"] if not word.isalpha()]
    if attribute in _ABOUT_SOMEBODY:
        words += lists["unknown"]
    if attribute in NAMES:
        words += lists["names"]
    conditions = []
    # No such word holds a digit.
    longest = max(map(len, words), default=0)
    if shapes.some("[^9]*", cut=False, longest=longest):
        conditions.append(f"{lowered} in ({_literals(words)})")
    kind = _PATTERNS_OF.get(attribute, "")
    patterns = lists["patterns"].get(kind, [])
    if patterns and shapes.some(_SHAPES_OF.get(kind, ".*")):
        alternatives = "|".join(f"(?:{pattern})" for pattern in patterns)
        conditions.append(f"regexp_matches({lowered}, {text_literal(alternatives)})")
    if attribute in DATE_ATTRIBUTES:
        # An unreadable zero is a date left empty by a system that stores numbers.
        conditions.append(f"regexp_full_match({value}, '[0/.: -]+')")
        return (
            f"(case when {read_date} is not null then {read_date} in ({_days(attribute)}) "
            f"else {' or '.join(conditions)} end)"
        )
    return "(" + (" or ".join(conditions) or "false") + ")"


def _days(attribute: Attribute) -> str:
    lists = read_placeholders()
    days = list(lists["dates"])
    if attribute is not Attribute.DATE_OF_BIRTH:
        days += lists["times"]
    return ", ".join(day_literal(dt.date.fromisoformat(str(day))) for day in days)


def _literals(words: Iterable[str]) -> str:
    return ", ".join(text_literal(str(word)) for word in sorted(set(words)))
