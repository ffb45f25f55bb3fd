"""The room's lists: what stands for nothing, how letters and countries are spelt."""

from __future__ import annotations

from functools import cache
from typing import Any

from scvkit.engine import text_literal
from scvkit.shipped import shipped


@cache
def load_list(name: str) -> dict[str, Any]:
    """Return the content of ``<name>.yaml`` of this room.

    >>> load_list("countries")["DK"]["calling"]
    '45'
    """
    content: dict[str, Any] = shipped("scvkit.identity", f"{name}.yaml")
    return content


def words_of(name: str) -> list[str]:
    """Return one list of ``values.yaml`` as lower-case text."""
    return [str(word).lower() for word in load_list("values")[name]]


def in_list(words: list[str]) -> str:
    """Return the words as the right side of ``in``.

    >>> in_list(["a", "o'b"])
    "('a', 'o''b')"
    """
    return "(" + ", ".join(text_literal(word) for word in words) + ")"
