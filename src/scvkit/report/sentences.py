"""Sentences of other rooms found by key: names, reasons, and text made safe for a page."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable

from scvkit.errors import ScvkitError
from scvkit.locale.retold import retold
from scvkit.locale.words import Words

# Where the rooms keep why something is not assessed, and how a number was made.
_REASONS = (
    "reasons",
    "readiness.reasons",
    "linkage.reasons",
    "consent.reasons",
    "identity.reasons",
    "usecases.reasons",
    "usecases.losses",
    "profile.reasons",
    "landscape.reasons",
    "scenarios.reasons",
    "report.reasons",
)
_METHODS = (
    "methods",
    "readiness.methods",
    "linkage.methods",
    "consent.methods",
    "identity.methods",
    "usecases.methods",
    "profile.methods",
    "scenarios.methods",
    "report.methods",
    "identity",
)
_SHARE = re.compile(r"^\d\.\d{3}$")
_WHOLE = re.compile(r"^\d+$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_LIST = re.compile(r"^\w+(,\w+)+$")


def plain(value: object) -> str:
    r"""Return text without control and direction-changing characters.

    >>> plain("ERP\u202elive")
    'ERPlive'
    """
    return "".join(
        c if c in "\n\t" else "" if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs"} else c
        for c in str(value)
    )


def named(words: Words, group: str, id_: str, **values: object) -> str:
    """Return the name of a thing: ``group.id.title``, ``group.id.name`` or ``group.id``."""
    id_ = id_.removeprefix(f"{group}.")
    return first(words, (f"{group}.{id_}.title", f"{group}.{id_}.name", f"{group}.{id_}"), **values)


def first(words: Words, keys: Iterable[str], **values: object) -> str:
    """Return the first sentence that is there; raises ScvkitError naming the keys."""
    tried = list(keys)
    for key in tried:
        if words.has(key):
            return words(key, **values)
    raise ScvkitError(f"The locale '{words.language}' has none of: {', '.join(tried)}.")


def purpose_word(purpose: str, words: Words) -> str:
    """Return a purpose in words: the usual ones of the language, any other as the client wrote."""
    key = f"report.purposes.{purpose.strip().lower()}"
    return words(key) if words.has(key) else purpose


def use_case(words: Words, id_: str, title: str = "") -> str:
    """Return "U1 Newsletter: …"; the client's own title where the locale knows none."""
    key = f"usecases.names.{id_}"
    return f"{id_} {title or (words(key) if words.has(key) else '')}".strip()


def said(words: Words, values: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Return the values of a gate or rule as a sentence takes them: numbers, per cents, lists."""
    return {name: _value(words, text) for name, text in values}


def reason(words: Words, text: str) -> str:
    """Return why something is not assessed: a sentence of the locale, or ``text`` as it is."""
    for key in (text, *(f"{group}.{text}" for group in _REASONS)):
        if text and words.has(key):
            return lowered(words(key).rstrip(".。"))
    if not text:
        return words("report.no_reason")
    # A bare word is a column, an attribute or a source that is not there.
    return unread(text, words, lower=True) if " " in text else attribute_word(text, words)


def unread(text: str, words: Words, *, lower: bool = False) -> str:
    """Return a kept sentence, such as why a file was not read, without its full stop."""
    said = retold(text, words).rstrip(".。")
    return lowered(said) if lower else said


def attribute_word(name: str, words: Words) -> str:
    """Return the name of an attribute as a client says it; another word with its dashes out."""
    key = f"report.attributes.{name}"
    return words(key) if words.has(key) else name.replace("_", " ")


def lowered(text: str) -> str:
    """Return ``text`` as it stands inside a sentence; abbreviations keep their capitals.

    >>> lowered("Nobody was asked"), lowered("CRM export")
    ('nobody was asked', 'CRM export')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def not_assessed(words: Words, text: str) -> str:
    """Return "not assessed: <missing input>"."""
    return words("report.not_assessed_because", reason=reason(words, text))


def method(words: Words, text: str) -> str:
    """Return in words how a number was made."""
    for key in (text, *(f"{group}.{text}" for group in _METHODS)):
        if text and words.has(key):
            return words(key)
    return text.replace("_", " ")


def _value(words: Words, text: str) -> object:
    if _SHARE.match(text):
        return words.percent(float(text))
    if _WHOLE.match(text):
        return int(text)
    if _DAY.fullmatch(text):
        return words.date(dt.date.fromisoformat(text))
    return words.listed(text.split(",")) if _LIST.match(text) else text


def tiers_told(words: Words) -> str:
    """Return what each letter of evidence means, in one sentence: it stands before any letter."""
    tiers = words.clauses(f"{letter} = {words(f'report.tiers.{letter}')}" for letter in "ABCDX")
    return words("report.tiers_told", tiers=tiers)
