"""What a header says by its words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scvkit.sources.lexicon import HeaderWords, header_words, tokens
from scvkit.vocabulary import Attribute

# A short word inside a compound ("by" in "byggeri") proves nothing.
_SHORTEST_COMPOUND = 4


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """An attribute a header speaks of; ``strength`` 0–1, ``word`` as it was found."""

    attribute: Attribute
    strength: float
    word: str


@lru_cache(maxsize=4096)
def match_header(header: str) -> tuple[HeaderMatch, ...]:
    """Return the attributes a header speaks of, strongest first.

    >>> match_header("Faktura_Email")[0].attribute.value
    'email'
    >>> match_header("erp_customer_no")[0].attribute.value
    'customer_number'
    >>> match_header("kundenavn")[0].attribute.value
    'full_name'
    """
    words = tokens(header)
    found = [
        HeaderMatch(attribute, strength, word)
        for attribute, known in header_words().items()
        for strength, word in [_strength(words, known)]
        if strength > 0
    ]
    # A stable sort: among equals the attribute named first in the file wins.
    return tuple(sorted(found, key=lambda match: -match.strength))


def _strength(words: tuple[str, ...], known: HeaderWords) -> tuple[float, str]:
    joined = "".join(words)
    plain = tuple(w for w in words if not w.isdigit())
    if words in known.phrases or joined in known.joined | known.whole:
        return 1.0, " ".join(words)
    if plain in known.phrases or "".join(plain) in known.joined | known.whole:
        return 0.92, " ".join(plain)
    if known.ruled_out & set(words):
        return 0.0, ""
    best, word = _phrase_inside(words, known)
    if best:
        return best, word
    return _compound(joined, known)


def _phrase_inside(words: tuple[str, ...], known: HeaderWords) -> tuple[float, str]:
    best, word = 0.0, ""
    for phrase in known.phrases:
        size = len(phrase)
        if size >= len(words):
            continue
        for start in range(len(words) - size + 1):
            if words[start : start + size] != phrase:
                continue
            # More words of the header explained is better; its last word carries the meaning.
            at_end = start + size == len(words)
            strength = 0.5 + 0.3 * size / len(words) + (0.12 if at_end else 0.0)
            short = len("".join(phrase)) < 3
            strength -= 0.25 if short else 0.0
            if (strength, len(phrase)) > (best, len(word.split())):
                best, word = strength, " ".join(phrase)
    return best, word


def _compound(joined: str, known: HeaderWords) -> tuple[float, str]:
    """Words written together, as Danish, Swedish and German do: "kundeemail"."""
    best, word = 0.0, ""
    for known_word in known.joined:
        if len(known_word) < _SHORTEST_COMPOUND or not joined.endswith(known_word):
            continue
        strength = 0.45 + 0.3 * len(known_word) / len(joined)
        if strength > best:
            best, word = strength, known_word
    return best, word
