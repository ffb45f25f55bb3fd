"""The language a client writes, as the headers of the extracts and the country tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scvkit.locale.words import WRITTEN_IN
from scvkit.sources.lexicon import has_phrase, header_language_words, tokens

_FEWEST = 3  # headers that have to speak it
_OF_COUNTRIES = {"DK": "da", "SE": "sv", "RO": "ro", "TW": "zh-Hant"}


def guess_language(headers: Iterable[str], country: str | None) -> str:
    """Return the language most headers speak, else the country's, else English.

    What one language of the list has and another too ("adresse" in Norway) says nothing where the
    country says otherwise.

    >>> guess_language(["Fornavn", "Efternavn", "Postnr", "Email"], None)
    'da'
    >>> guess_language(["Fornavn", "Etternavn", "Postnr", "Adresse"], "NO")
    'en'
    >>> guess_language(["first name", "email"], "SE"), guess_language(["first name"], None)
    ('sv', 'en')
    """
    spoken: Counter[str] = Counter()
    for header in headers:
        words = tokens(header)
        for language, phrases in header_language_words().items():
            spoken[language] += has_phrase(words, phrases)
    at_home = _OF_COUNTRIES.get(country or "", "")
    ranked = spoken.most_common(2)
    if country is not None:
        ranked = [(language, n) for language, n in ranked if language == at_home]
    if ranked and ranked[0][1] >= _FEWEST and (len(ranked) < 2 or ranked[0][1] > ranked[1][1]):
        return ranked[0][0]
    return at_home or WRITTEN_IN
