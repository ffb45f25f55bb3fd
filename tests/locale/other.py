"""Languages for tests: the English sentences under another code, each in brackets that tell it."""

from __future__ import annotations

import re
import string
from typing import Any

import pytest

from scvkit.locale import words

_VALUE = re.compile(r"(?<!\{)\{\w+\}(?!\})")
OPEN, CLOSE = "\u27e6", "\u27e7"


def wrapped(sentences: Any) -> Any:
    """Every sentence in double brackets, its values outside of them.

    What stands outside came from no locale: a number, a value of the client, or a fault.
    """
    if isinstance(sentences, dict):
        return {key: wrapped(value) for key, value in sentences.items()}
    text = _VALUE.sub(lambda found: f"{CLOSE}{found.group()}{OPEN}", str(sentences))
    return f"{OPEN}{text}{CLOSE}"


def speak_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every language there is, for a test that does not care what it says."""
    plain = words.sentences_of
    monkeypatch.setattr(
        words,
        "sentences_of",
        lambda language: (
            plain(words.WRITTEN_IN) if language in words.LANGUAGES else plain(language)
        ),
    )


def speak_in_brackets(monkeypatch: pytest.MonkeyPatch, *languages: str) -> None:
    """English in brackets under these codes."""
    plain = words.sentences_of
    sentences = wrapped(plain(words.WRITTEN_IN))
    monkeypatch.setattr(
        words,
        "sentences_of",
        lambda language: sentences if language in languages else plain(language),
    )


def placeholders(of: words.Words, key: str) -> set[str]:
    """Names of the values a sentence takes, those of its plurals together."""
    found: Any = of._sentences
    for part in key.split("."):
        found = found[part]
    texts = found.values() if isinstance(found, dict) else [found]
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
