"""Headers that speak of a prohibition, a permission, a block, a failed delivery or a test."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from scvkit.shipped import shipped


def is_mark(header: str) -> bool:
    """Return whether the column may forbid, allow, block or mark something; by its header.

    >>> is_mark("DoNotMail"), is_mark("account_blocked"), is_mark("shoe_size")
    (True, True, False)
    """
    stems, words = _known()
    said = _words(header)
    whole = "".join(said)
    return any(word in words for word in said) or any(stem in whole for stem in stems)


def _words(header: str) -> list[str]:
    """The words of a header, folded: small letters without accents."""
    parted = re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", " ", header).lower()
    for letter, written in (("æ", "ae"), ("ø", "o"), ("ß", "ss")):
        parted = parted.replace(letter, written)
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", parted) if not unicodedata.combining(c)
    )
    return re.findall(r"[^\W_]+", plain)


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    read = shipped("scvkit.usecases", "marks.yaml")
    stems, words = (
        frozenset(str(word) for line in read[name] for word in line) for name in ("stems", "words")
    )
    return stems, words
