"""Names for ids and files in plain letters, spelt the same wherever they are made."""

from __future__ import annotations

import re
import unicodedata

_SPELT = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ß": "ss", "đ": "d", "ł": "l"})


def ascii_name(text: str) -> str:
    """Return text in lower case as letters, digits and single underscores; "" where none is left.

    >>> ascii_name("Værkstedssystem"), ascii_name("Købte lister på æske")
    ('vaerkstedssystem', 'koebte_lister_paa_aeske')
    >>> ascii_name("Cod poștal!"), ascii_name("會員")
    ('cod_postal', '')
    """
    # A letter and its ring may come as two signs: one first, so that both spell the same.
    whole = unicodedata.normalize("NFC", text.lower()).translate(_SPELT)
    plain = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
