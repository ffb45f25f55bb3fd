"""What a header says by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scvkit.sources.lexicon import HeaderWords, fold, header_phrases, header_words, tokens
from scvkit.vocabulary import DATE_ATTRIBUTES, Attribute

# A short word inside a compound ("by" in "byggeri") proves nothing.
_SHORTEST_COMPOUND = 4
# Of a header that says nothing else but that it is a date.
_BARE = 0.96
# Fewer columns than this share a first word by chance.
_SHARED_BY = 3


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """An attribute a header speaks of; ``strength`` 0–1, ``word`` as it was found.

    ``whole``: the word counts only because it is all the header says.
    """

    attribute: Attribute
    strength: float
    word: str
    whole: bool


@lru_cache(maxsize=4096)
def match_header(header: str) -> tuple[HeaderMatch, ...]:
    """Return the attributes a header speaks of, strongest first.

    >>> match_header("Faktura_Email")[0].attribute.value
    'email'
    >>> match_header("erp_customer_no")[0].attribute.value
    'customer_number'
    >>> match_header("kundenavn")[0].attribute.value
    'full_name'
    >>> [match_header(h)[0].attribute.value for h in ("Oprettet den", "Rettet d.")]
    ['created_at', 'changed_at']
    """
    words = tokens(header)
    found = [
        HeaderMatch(attribute, strength, word, "".join(word.split()) in known.whole)
        for attribute, known in header_words().items()
        for strength, word in [_strength(words, known, attribute in DATE_ATTRIBUTES)]
        if strength > 0
    ]
    # A stable sort: among equals the attribute named first in the file wins.
    return tuple(sorted(found, key=lambda match: -match.strength))


def as_written(header: str, word: str) -> str:
    """Return the words of a match as they stand in the client's own header.

    >>> as_written("Kundens E-Mail", "e mail"), as_written("Kundeemail", "email")
    ('E-Mail', 'Kundeemail')
    """
    parts = [found.span() for found in re.finditer(r"[^\W_]+", header)]
    wanted = "".join(word.split())
    for first in range(len(parts)):
        for last in range(first, len(parts)):
            written = header[parts[first][0] : parts[last][1]]
            if "".join(tokens(written)) == wanted:
                return written
    return header


def bare_headers(columns: Sequence[str]) -> dict[str, str]:
    """Return headers without a first word that all of them share, such as the table's name.

    >>> bare_headers(["Person - Name", "Person - Email - Work", "Person - ID"])["Person - Name"]
    'Name'
    """
    parted = {column: re.split(r"\s*(?: - |[.:/])\s*", column, maxsplit=1) for column in columns}
    firsts = {fold(parts[0]) for parts in parted.values()}
    shared = len(columns) >= _SHARED_BY and len(firsts) == 1
    if not shared or any(len(parts) < 2 or not parts[1] for parts in parted.values()):
        return {column: column for column in columns}
    return {column: parts[1] for column, parts in parted.items()}


def _strength(words: tuple[str, ...], known: HeaderWords, dated: bool) -> tuple[float, str]:
    joined = "".join(words)
    bare = _without_small_words(words) if dated else words
    plain = tuple(w for w in words if not w.isdigit())
    if words in known.phrases or joined in known.joined | known.whole:
        return 1.0, " ".join(words)
    if known.ruled_out & set(words):
        return 0.0, ""
    if plain in known.phrases or "".join(plain) in known.joined | known.whole:
        return 0.92, " ".join(plain)
    if bare in known.phrases or "".join(bare) in known.joined:
        return _BARE, " ".join(bare)
    best, word = _phrase_inside(words, known)
    if best and known.beside and not known.beside & (set(words) - set(word.split())):
        return 0.0, ""
    if best:
        return best, word
    return _compound(joined, known)


def _without_small_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a date without those that only say that it is one: "oprettet den"."""
    small = header_phrases("small_words_of_dates")
    return tuple(word for word in words if (word,) not in small) or words


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
        if joined[: -len(known_word)] in known.ruled_out:
            continue
        strength = 0.45 + 0.3 * len(known_word) / len(joined)
        if strength > best:
            best, word = strength, known_word
    return best, word
