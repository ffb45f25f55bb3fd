"""What is compared, and how it agrees, in the words of a reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scvkit.locale.words import Words


def comparison_word(name: str, words: Words) -> str:
    """Return what is compared; a comparison of somebody's own settings has the name given there.

    >>> from scvkit.locale import load_words
    >>> [comparison_word(name, load_words()) for name in ("given_name", "shoe_size")]
    ['given name', 'shoe size']
    """
    key = f"linkage.comparison.{name}"
    return words(key) if words.has(key) else name.replace("_", " ")


def level_word(label: str, words: Words) -> str:
    """Return how two values agree; labels of somebody's own settings stand as they are.

    >>> from scvkit.locale import load_words
    >>> level_word("same postcode, same town", load_words("da"))
    'samme postnummer, samme by'
    """
    return words.listed(_part(part, words) for part in label.split(", "))


def _part(label: str, words: Words) -> str:
    key = "linkage.level." + re.sub(r"\W+", "_", label.lower())
    return words(key) if words.has(key) else label
