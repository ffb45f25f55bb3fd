"""Languages for tests: the English sentences under another code, each in brackets that tell it."""

from __future__ import annotations

from typing import Any

import pytest

from scvkit.locale import words

OPEN, CLOSE = "\u27e6", "\u27e7"


def wrapped(sentences: Any) -> Any:
    """Every sentence in double brackets: what stands outside of them came from no locale."""
    if isinstance(sentences, dict):
        return {key: wrapped(value) for key, value in sentences.items()}
    return f"{OPEN}{sentences}{CLOSE}"


def speak_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every language there is, for a test that does not care what it says."""
    plain = words._sentences
    monkeypatch.setattr(
        words,
        "_sentences",
        lambda language: plain(words.WRITTEN_IN) if language in words.LANGUAGES else plain(language),
    )


def speak_in_brackets(monkeypatch: pytest.MonkeyPatch, *languages: str) -> None:
    """English in brackets under these codes."""
    plain = words._sentences
    sentences = wrapped(plain(words.WRITTEN_IN))
    monkeypatch.setattr(
        words,
        "_sentences",
        lambda language: sentences if language in languages else plain(language),
    )
