"""The meaning of a column: header words, value checks and distribution weighed together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scvkit.engine import Connection
from scvkit.locale.words import load_words
from scvkit.sources.checks import (
    is_consent_flag,
    is_long_text,
    looks_like_dates,
    speaks_of_consent,
    value_share,
)
from scvkit.sources.dates import DateReading, find_date_format
from scvkit.sources.facts import ColumnFacts
from scvkit.sources.forbidden import looks_like_national_ids
from scvkit.sources.headers import as_written, match_header
from scvkit.vocabulary import DATE_ATTRIBUTES, Attribute

LEAST_CONFIDENCE = 0.5
_DATE_VALUES = 400
_FEW = 30  # distinct values below which a low pass rate proves nothing

# Attributes whose values are so telling that a header which says otherwise is outweighed.
_BY_VALUES_ALONE = {Attribute.EMAIL: 0.95, Attribute.IP_ADDRESS: 0.8, Attribute.URL: 0.7}
_BY_DIGITS_OR_LENGTH = 0.6
_MOST_VALUES, _NEARLY_ALL_VALUES = 0.6, 0.9  # that have to fit what nothing else tells
# Below this share of fitting values the header is not believed.
_VETO = {
    Attribute.EMAIL: 0.3,
    Attribute.PHONE: 0.3,
    Attribute.MOBILE: 0.3,
    Attribute.AMOUNT: 0.5,
    Attribute.COUNTRY: 0.3,
    Attribute.POSTCODE: 0.3,
    Attribute.ORG_NUMBER: 0.35,
    Attribute.VAT_NUMBER: 0.3,
    Attribute.BIRTH_YEAR: 0.5,
    Attribute.GENDER: 0.5,
    Attribute.LANGUAGE: 0.4,
    Attribute.CURRENCY: 0.5,
    Attribute.IP_ADDRESS: 0.5,
    Attribute.GIVEN_NAME: 0.3,
    Attribute.SURNAME: 0.3,
    Attribute.FULL_NAME: 0.3,
    Attribute.CITY: 0.3,
    Attribute.UNIQUE_ID: 0.5,
    Attribute.CUSTOMER_NUMBER: 0.3,
    Attribute.MEMBER_NUMBER: 0.5,
    Attribute.ORDER_NUMBER: 0.3,
    Attribute.ACCOUNT_NUMBER: 0.3,
}
DIGITS_FAIL = 0.4  # confidence of nothing, where the header says it and the check digits do not
_ORG_NUMBERS = (Attribute.ORG_NUMBER, Attribute.VAT_NUMBER)
_SAYS_IT = 0.92  # the header says this and nothing else
_ORG_FORM = re.compile(r"(?:[A-Z]{2} ?)?(?:\d[ .-]?){7,10}\d")
_NAMES = frozenset({Attribute.FULL_NAME, Attribute.GIVEN_NAME, Attribute.SURNAME})
# Attributes whose values have a form of their own: others say nothing against a known export.
_SHOWN_BY_VALUES = frozenset(
    {Attribute.EMAIL, Attribute.PHONE, Attribute.MOBILE, Attribute.IP_ADDRESS, Attribute.AMOUNT}
)
_CONTRADICTED = 0.3


@dataclass(frozen=True, slots=True)
class Detected:
    """What detection says of a column, with confidence 0–1 and the reason in one sentence."""

    attribute: Attribute
    confidence: float
    reason: str
    dates: DateReading | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """The attribute a column has in an export that was recognised, and that export's title."""

    attribute: Attribute
    export: str


def detect_column(
    connection: Connection,
    facts: ColumnFacts,
    *,
    country: str,
    expected: Expected | None = None,
) -> Detected:
    """Return the attribute a column most likely carries.

    OTHER, with a confidence below 0.5, when neither words nor values tell. What is ``expected``
    of a recognised export holds unless the values speak against it.
    """
    matches = match_header(facts.header)
    date_named = any(m.attribute in DATE_ATTRIBUTES and m.strength >= 0.6 for m in matches[:3])
    date_named |= expected is not None and expected.attribute in DATE_ATTRIBUTES
    dates = None
    if date_named or looks_like_dates(facts):
        values = facts.values[:_DATE_VALUES]
        dates = find_date_format(connection, values, month_first=country == "US")
        if dates is not None and dates.share < 0.3:
            dates = None
    codes = _codes(facts)
    attribute, confidence, reason = _weigh(facts, dates, expected)
    if attribute not in DATE_ATTRIBUTES and not (dates and looks_like_dates(facts)):
        dates = None
    return Detected(
        attribute=attribute,
        confidence=confidence,
        reason=reason,
        dates=dates,
        # Yes and no under a header that tells nothing may be a permission: that must be asked.
        codes=codes
        if attribute is Attribute.CONSENT_FLAG
        or (attribute is Attribute.OTHER and is_consent_flag(facts))
        else (),
    )


def flag_codes(facts: ColumnFacts) -> tuple[str, ...]:
    """Return the values of a column with few values, most frequent first; none when many."""
    return _codes(facts)


def _codes(facts: ColumnFacts) -> tuple[str, ...]:
    if not 0 < facts.distinct <= 8:
        return ()
    ranked = sorted(facts.values, key=lambda pair: (-pair[1], pair[0]))
    return tuple(value for value, _ in ranked if len(value) <= 30)


def _weigh(
    facts: ColumnFacts,
    dates: DateReading | None,
    expected: Expected | None,
) -> tuple[Attribute, float, str]:
    words = load_words("en")
    by_header = _by_export(facts, dates, expected) or _by_header(facts, dates)
    national = _national_id(facts, by_header)
    if national is not None:
        return national
    if expected and by_header and by_header[0] is expected.attribute:
        return by_header
    by_values = _by_values(facts, by_header[1] if by_header else 0.0)
    if by_header and (by_values is None or by_header[1] >= by_values[1]):
        return by_header
    if by_values:
        return by_values
    if not facts.filled:
        return Attribute.OTHER, 0.0, words("sources.reasons.empty")
    return _failing_digits(facts) or (Attribute.OTHER, 0.2, words("sources.reasons.nothing"))


def _by_export(
    facts: ColumnFacts, dates: DateReading | None, expected: Expected | None
) -> tuple[Attribute, float, str] | None:
    """What the recognised export says, unless most values are of another form."""
    if expected is None:
        return None
    reason = load_words("en")("sources.reasons.export", export=expected.export)
    share = _share(expected.attribute, facts, dates)
    if expected.attribute in _SHOWN_BY_VALUES | DATE_ATTRIBUTES and share is not None:
        if share < _CONTRADICTED:
            return None
        return expected.attribute, round(0.9 + 0.09 * share, 3), reason
    return expected.attribute, 0.95, reason


def _by_header(
    facts: ColumnFacts, dates: DateReading | None
) -> tuple[Attribute, float, str] | None:
    """The best attribute the header speaks of that the values do not contradict."""
    words = load_words("en")
    best: tuple[Attribute, float, str] | None = None
    for match in match_header(facts.header):
        share = _share(match.attribute, facts, dates)
        if match.whole and match.attribute is Attribute.CONSENT_FLAG and share not in {1.0, None}:
            continue  # "Email" is a consent only where yes and no stand under it
        if match.attribute in _NAMES and is_consent_flag(facts):
            continue  # "Kontakt" is no name where yes and no stand under it
        if match.attribute is Attribute.TOPIC and _numbers_rows(facts):
            continue  # "Sag" and "Ärende" are no topic where every row has its own number
        veto = 0.3 if match.attribute in DATE_ATTRIBUTES else _VETO.get(match.attribute, 0.0)
        if share is not None and share < veto and (facts.distinct >= _FEW or share == 0):
            continue
        if share is None:
            confidence = 0.85 * match.strength
            reason = words("sources.reasons.header", word=as_written(facts.header, match.word))
        else:
            confidence = match.strength * (0.55 + 0.43 * share)
            reason = words(
                "sources.reasons.header_and_values",
                word=as_written(facts.header, match.word),
                share=words.percent(share),
            )
        if confidence >= LEAST_CONFIDENCE and (best is None or confidence > best[1] + 1e-9):
            best = (match.attribute, round(confidence, 3), reason)
    return best


def _failing_digits(facts: ColumnFacts) -> tuple[Attribute, float, str] | None:
    """Why a column whose header says a company's number, in its form, is not taken for one."""
    said = next((m for m in match_header(facts.header) if m.attribute in _ORG_NUMBERS), None)
    if said is None or said.strength < _SAYS_IT:
        return None
    formed = sum(n for value, n in facts.values if _ORG_FORM.fullmatch(value))
    if formed < 0.8 * sum(n for _, n in facts.values):
        return None
    words = load_words("en")
    return (
        Attribute.OTHER,
        DIGITS_FAIL,
        words(
            "sources.reasons.check_digits_fail",
            word=as_written(facts.header, said.word),
            share=words.percent(value_share(said.attribute, facts) or 0.0),
            attribute=said.attribute.value,
        ),
    )


def _numbers_rows(facts: ColumnFacts) -> bool:
    """Whether nearly every row has a value of its own, and it is a number or a code with one."""
    codes = sum(any(map(str.isdigit, v)) and " " not in v for v, _ in facts.values)
    many = facts.distinct >= _FEW and facts.uniqueness >= 0.8
    return many and codes > 0.9 * len(facts.values)


def _share(attribute: Attribute, facts: ColumnFacts, dates: DateReading | None) -> float | None:
    if not facts.filled:
        return None
    if attribute in DATE_ATTRIBUTES:
        return dates.share if dates else 0.0
    if attribute is Attribute.CONSENT_FLAG:
        return 1.0 if is_consent_flag(facts) else 0.0 if facts.distinct > 12 else 0.4
    if attribute is Attribute.FREE_TEXT:
        return 1.0 if is_long_text(facts) else None
    if attribute in {Attribute.SEGMENT, Attribute.CHANNEL, Attribute.TOPIC}:
        # Groups repeat; a column of ever new values is something else.
        return None if facts.uniqueness < 0.8 or facts.distinct < _FEW else 0.3
    if attribute is Attribute.UNIQUE_ID and facts.uniqueness < 0.3:
        return 0.0  # the number of something that many rows share
    return value_share(attribute, facts)


def _by_values(facts: ColumnFacts, least: float) -> tuple[Attribute, float, str] | None:
    """What the values alone tell; of what tells less than ``least`` not all is asked."""
    words = load_words("en")
    for attribute, worth in _BY_VALUES_ALONE.items():
        share = value_share(attribute, facts, least=_MOST_VALUES) or 0.0
        if share >= _MOST_VALUES:
            reason = words("sources.reasons.values", share=words.percent(share))
            return attribute, round(worth * share, 3), reason
    if speaks_of_consent(facts):
        return Attribute.CONSENT_FLAG, 0.8, words("sources.reasons.consent_values")
    if least >= _BY_DIGITS_OR_LENGTH:
        return None
    share = value_share(Attribute.ORG_NUMBER, facts, least=_NEARLY_ALL_VALUES) or 0.0
    if share >= _NEARLY_ALL_VALUES and facts.distinct >= _FEW:
        reason = words("sources.reasons.check_digits", share=words.percent(share))
        return Attribute.ORG_NUMBER, _BY_DIGITS_OR_LENGTH, reason
    if is_long_text(facts):
        return Attribute.FREE_TEXT, _BY_DIGITS_OR_LENGTH, words("sources.reasons.sentences")
    return None


def _national_id(
    facts: ColumnFacts,
    by_header: tuple[Attribute, float, str] | None,
) -> tuple[Attribute, float, str] | None:
    """Better one column too many held back than one too few; a header that explains is heard."""
    words = load_words("en")
    named = any(
        m.attribute is Attribute.NATIONAL_ID and m.strength >= 0.9
        for m in match_header(facts.header)
    )
    if named:
        return Attribute.NATIONAL_ID, 0.95, words("sources.reasons.national_id_header")
    if not facts.filled or (by_header and by_header[0] is not Attribute.NATIONAL_ID):
        return None
    share = looks_like_national_ids(facts.values)
    if share >= 0.8 and facts.distinct >= 5:
        reason = words("sources.reasons.national_id_values", share=words.percent(share))
        return Attribute.NATIONAL_ID, round(0.7 * share, 3), reason
    return None
