"""Doubts about a reading, as sentences."""

from __future__ import annotations

from scvkit.locale.words import load_words

_SIGNS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def doubt(kind: str, /, **values: object) -> str:
    """Return the sentence for a kind of doubt.

    >>> doubt("preamble", n=1)
    '1 line before the header was left out.'
    """
    return load_words("en")(f"extracts.doubts.{kind}", **values)


def delimiter_in_words(delimiter: str | None) -> str:
    r"""Return a delimiter as it is spoken of.

    >>> delimiter_in_words(";"), delimiter_in_words("\t"), delimiter_in_words(None)
    ('a semicolon', 'a tab', 'nothing')
    """
    words = load_words("en")
    if not delimiter:
        return words("extracts.delimiters.nothing")
    if delimiter in _SIGNS:
        return words(f"extracts.delimiters.{_SIGNS[delimiter]}")
    sign = delimiter if delimiter.isprintable() else f"U+{ord(delimiter[0]):04X}"
    return words("extracts.delimiters.other", sign=sign)
