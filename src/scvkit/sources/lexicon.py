"""The words the detection knows, from the data files of this room."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel import Locale

from scvkit.shipped import shipped
from scvkit.vocabulary import Attribute

_LETTERS = str.maketrans({"æ": "a", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ü": "u", "ß": "s"})
_COUNTRY_LANGUAGES = ("en", "da", "sv", "nb", "fi", "ro", "de", "zh_Hant", "zh_Hans")
_OTHER_COUNTRY_NAMES = (
    "uk",
    "england",
    "usa",
    "holland",
    "tyskland",
    "danmark",
    "sverige",
    "norge",
)


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """Words of one attribute as folded token tuples, and the tokens that rule it out."""

    phrases: frozenset[tuple[str, ...]]
    joined: frozenset[str]
    whole: frozenset[str]  # must be the whole header
    ruled_out: frozenset[str]
    beside: frozenset[str]  # one of them must stand beside a phrase that is not the whole header


def tokens(header: str) -> tuple[str, ...]:
    """Return the words of a header, folded so that spellings of one word are equal.

    >>> tokens("foedselsDato"), tokens("Fødselsdato"), tokens("E-Mail_1")
    (('fodsels', 'dato'), ('fodselsdato',), ('e', 'mail', '1'))
    >>> tokens("Phone1"), tokens("omsaetning12m")
    (('phone', '1'), ('omsatning', '12', 'm'))
    """
    parted = re.sub(
        r"(?<=[a-zæøåäöü])(?=[A-ZÆØÅÄÖ])|(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)", " ", header
    )
    return tuple(t for t in re.split(r"[\W_]+", fold(parted)) if t)


def fold(text: str) -> str:
    """Return text without case, accents and double letters that stand for one.

    >>> fold("Beløb") == fold("BELOEB"), fold("Straße") == fold("strasse")
    (True, True)
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    for double, single in (("ae", "a"), ("oe", "o"), ("aa", "a"), ("ue", "u"), ("ss", "s")):
        plain = plain.replace(double, single)
    return plain


@cache
def header_words() -> dict[Attribute, HeaderWords]:
    """Return the header words per attribute, in the order of the file."""
    found: dict[Attribute, HeaderWords] = {}
    for name, entry in _load("headers.yaml").items():
        phrases = frozenset(tokens(str(word)) for word in entry["words"])
        found[Attribute(name)] = HeaderWords(
            phrases=phrases,
            joined=frozenset("".join(p) for p in phrases),
            whole=frozenset(fold(str(word)) for word in entry.get("whole", ())),
            ruled_out=frozenset(fold(str(word)) for word in entry.get("not", ())),
            beside=frozenset(fold(str(word)) for word in entry.get("beside", ())),
        )
    return found


@cache
def consent_words() -> dict[str, frozenset[str]]:
    """Return what a consent column may say: given, refused, withdrawn, unknown, telling."""
    return {k: _lower(v) for k, v in _load("vocabulary.yaml")["consent"].items()}


@cache
def value_words(kind: str) -> frozenset[str]:
    """Return a set of values in lower case: gender, languages, currencies."""
    return _lower(_load("vocabulary.yaml")[kind])


@cache
def header_phrases(kind: str) -> frozenset[tuple[str, ...]]:
    """Return phrases of headers as folded tokens: secrets, negated."""
    return frozenset(tokens(str(word)) for word in _load("vocabulary.yaml")[kind])


@cache
def header_language_words() -> dict[str, frozenset[tuple[str, ...]]]:
    """Return words of headers per language of the kit."""
    return _phrases(_load("vocabulary.yaml")["header_languages"])


@cache
def channel_phrases() -> dict[str, frozenset[tuple[str, ...]]]:
    """Return phrases that tell the channel of a consent column."""
    return _phrases(_load("vocabulary.yaml")["channels"])


@cache
def grain_phrases() -> dict[str, frozenset[tuple[str, ...]]]:
    """Return phrases in names that tell the grain."""
    return _phrases(_load("vocabulary.yaml")["grains"])


@cache
def domain_phrases() -> dict[str, tuple[frozenset[tuple[str, ...]], str]]:
    """Return phrases in names per domain, with the grain usual there."""
    return {
        name: (frozenset(tokens(str(w)) for w in entry["words"]), str(entry["grain"]))
        for name, entry in _load("vocabulary.yaml")["domains"].items()
    }


@cache
def country_values() -> frozenset[str]:
    """Return names and codes of countries in lower case, in the languages of the kit."""
    found = set(_OTHER_COUNTRY_NAMES)
    for language in _COUNTRY_LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found |= {code.lower(), str(name).lower()}
    return frozenset(found | {"dnk", "swe", "nor", "fin", "rou", "deu", "gbr", "twn", "chn"})


def has_phrase(words: tuple[str, ...], phrases: Iterable[tuple[str, ...]]) -> bool:
    """True when a phrase stands in the words, one word after the other.

    >>> has_phrase(("web", "shop", "dk"), {("web", "shop")})
    True
    """
    return any(
        words[start : start + len(phrase)] == phrase
        for phrase in phrases
        for start in range(len(words) - len(phrase) + 1)
    )


def _phrases(entry: dict[str, list[object]]) -> dict[str, frozenset[tuple[str, ...]]]:
    return {name: frozenset(tokens(str(w)) for w in words) for name, words in entry.items()}


def _lower(words: Iterable[object]) -> frozenset[str]:
    return frozenset(str(word).lower() for word in words)


@cache
def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = shipped("scvkit.sources", name)
    return loaded
