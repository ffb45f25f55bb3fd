"""What the values of a column say about its meaning, attribute by attribute."""

from __future__ import annotations

import re
from collections.abc import Callable

from scvkit.sources.facts import ColumnFacts
from scvkit.sources.lexicon import consent_words, country_values, value_words
from scvkit.sources.numbers import is_org_number, is_vat_number
from scvkit.vocabulary import Attribute

Check = Callable[[str], bool]

_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+(?:\.[^\s@,;<>]+)*\.?[^\s@]{2,}\Z")
_PHONE = re.compile(r"(?:\+|00)?[\d(][\d\s()./-]{4,22}\d\Z")
_DATE_LIKE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[ .-]+[A-Za-z]{3,9}[ .,-]+\d{2,4}")
_NUMBER = re.compile(
    r"[-+]?(?:\d+|\d{1,3}(?:[., ']\d{3})+)(?:[.,]\d+)?\s?(?:kr\.?|€|\$|DKK|SEK|%)?\Z"
)
_POSTCODE = re.compile(
    r"(?:[A-Z]{1,2}[- ])?\d{3,6}(?:\.0)?\Z|\d{3} \d{2}\Z"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\Z|\d{4} [A-Z]{2}\Z"
)
_HOUSE = re.compile(r"\d{1,4}\s?[A-Za-zÆØÅ]?(?:\s?[-/]\s?\d{1,4})?\Z")
_STREET = re.compile(r"\D+\s?\d{1,4}\s?[A-Za-z]?\b|\d{1,5}\s\D+|.*(?:路|街|巷|號|号)")
_URL = re.compile(r"(?:https?://|www\.|/)[^\s]*\Z", re.IGNORECASE)
_IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}\Z|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}\Z")
_NAME = re.compile(r"[^\W\d_][^\d@<>{}_]*\Z")
_YEAR = re.compile(r"(?:18|19|20)\d\d\Z")
_ID = re.compile(
    r"[A-Za-zÆØÅæøå]{0,12}[-_./: ]?[\w.\-/:]*\d[\w.\-/:]*\Z|[0-9a-fA-F-]{16,}\Z|[\w-]{8,}\Z"
)
_CODE = re.compile(r"[A-Za-z]{2,3}\Z")


def value_share(attribute: Attribute, facts: ColumnFacts, *, least: float = 0.0) -> float | None:
    """Share of filled rows whose value fits the attribute, 0–1; None: nothing to check by.

    A share below ``least`` is told as 0, without a look at every value. Dates are checked apart,
    by parsing.
    """
    if not facts.values:
        return None
    check = _CHECKS.get(attribute)
    if check is None:
        return None
    total = sum(count for _, count in facts.values)
    fits = total
    for value, count in facts.values:
        if not check(value):
            fits -= count
            if fits / total < least:
                return 0.0
    return fits / total


def looks_like_dates(facts: ColumnFacts) -> bool:
    """True when at least a third of the values are shaped like dates."""
    total = sum(count for _, count in facts.values)
    dated = sum(count for value, count in facts.values if _DATE_LIKE.match(value))
    return total > 0 and dated * 3 >= total


def is_consent_flag(facts: ColumnFacts) -> bool:
    """True when the few values of the column all say yes, no or something about consent."""
    if not 0 < facts.distinct <= 8:
        return False
    words = consent_words()
    known = words["given"] | words["refused"] | words["withdrawn"] | words["unknown"]
    total = sum(count for _, count in facts.values)
    return sum(count for value, count in facts.values if value.lower() in known) >= 0.8 * total


def speaks_of_consent(facts: ColumnFacts) -> bool:
    """True when the values alone tell that the column is about consent ("subscribed")."""
    telling = consent_words()["telling"]
    return is_consent_flag(facts) and any(v.lower() in telling for v, _ in facts.values)


def is_long_text(facts: ColumnFacts) -> bool:
    """True for sentences: long, with blanks, hardly repeated."""
    if not facts.values or facts.mean_length < 25:
        return False
    spaced = sum(1 for value, _ in facts.values if value.count(" ") >= 3)
    return spaced >= 0.5 * len(facts.values)


def _phone(value: str) -> bool:
    digits = sum(c.isdigit() for c in value)
    return 6 <= digits <= 15 and bool(_PHONE.match(value)) and not _DATE_LIKE.match(value)


def _amount(value: str) -> bool:
    return bool(_NUMBER.match(value))


def _name(value: str) -> bool:
    return bool(_NAME.match(value)) and len(value) <= 80


def _one_name(value: str) -> bool:
    return _name(value) and len(value.split()) <= 3 and len(value) <= 40


def _identifier(value: str) -> bool:
    return len(value) <= 64 and bool(_ID.match(value)) and " " not in value.strip()


def _in(kind: str) -> Check:
    return lambda value: value.lower() in value_words(kind)


_CHECKS: dict[Attribute, Check] = {
    Attribute.EMAIL: lambda v: bool(_EMAIL.match(v)),
    Attribute.PHONE: _phone,
    Attribute.MOBILE: _phone,
    Attribute.POSTCODE: lambda v: bool(_POSTCODE.match(v.upper())),
    Attribute.COUNTRY: lambda v: v.lower().strip(". ") in country_values(),
    Attribute.HOUSE_NUMBER: lambda v: bool(_HOUSE.match(v)),
    Attribute.STREET: lambda v: bool(_STREET.match(v)),
    Attribute.CITY: _name,
    Attribute.GIVEN_NAME: _one_name,
    Attribute.MIDDLE_NAME: _one_name,
    Attribute.SURNAME: _one_name,
    Attribute.FULL_NAME: _name,
    Attribute.BIRTH_YEAR: lambda v: bool(_YEAR.match(v)),
    Attribute.ORG_NUMBER: is_org_number,
    Attribute.VAT_NUMBER: lambda v: is_vat_number(v) or is_org_number(v),
    Attribute.UNIQUE_ID: _identifier,
    Attribute.CUSTOMER_NUMBER: _identifier,
    Attribute.MEMBER_NUMBER: _identifier,
    Attribute.ORDER_NUMBER: _identifier,
    Attribute.ACCOUNT_NUMBER: _identifier,
    Attribute.AMOUNT: _amount,
    Attribute.CURRENCY: _in("currencies"),
    Attribute.LANGUAGE: _in("languages"),
    Attribute.GENDER: _in("gender"),
    Attribute.URL: lambda v: bool(_URL.match(v)),
    Attribute.IP_ADDRESS: lambda v: bool(_IP.match(v)),
    Attribute.DEVICE_ID: _identifier,
}
