"""Headers that speak of a prohibition, a permission, a block, a failed delivery or a test."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

from ruamel.yaml import YAML


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
    file = resources.files("scvkit.usecases") / "marks.yaml"
    read = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    stems, words = (
        frozenset(str(word) for line in read[name] for word in line) for name in ("stems", "words")
    )
    return stems, words
