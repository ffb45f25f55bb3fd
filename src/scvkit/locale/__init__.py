"""Sentences, numbers and dates per language; below every room that draws or writes text."""

from scvkit.locale.words import Words, load_words

__all__ = ["Words", "load_words"]
