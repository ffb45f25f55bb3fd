"""Text as it may stand in a YAML file that people read and correct."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Words that YAML readers take for something else than text.
_NOT_TEXT = frozenset("true false null yes no on off y n nan inf".split())


def scalar(text: str) -> str:
    """Return text as a YAML scalar, in quotes where NO, 007 or a colon would be read otherwise.

    >>> scalar("Fornavn"), scalar("NO"), scalar("007")
    ('Fornavn', '"NO"', '"007"')
    """
    plain = re.fullmatch(r"[A-Za-zæøåÆØÅäöÄÖ][\w .-]{0,60}", text)
    if plain and not text.endswith((" ", ".")) and text.lower() not in _NOT_TEXT:
        return text
    return '"' + "".join(_escaped(c) for c in text) + '"'


def sequence(values: Iterable[str]) -> str:
    """Return values as a YAML list in one line."""
    return f"[{', '.join(scalar(value) for value in values)}]"


def comment(text: str) -> str:
    """Return text in one line without signs that would end or steer it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\U{ord(character):08x}"
