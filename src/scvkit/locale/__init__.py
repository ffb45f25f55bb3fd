"""Sentences, numbers and dates per language; below every room that draws or writes text."""

from scvkit.locale.retold import retold
from scvkit.locale.words import LANGUAGES, WRITTEN_IN, Words, load_words, plural_classes

__all__ = ["LANGUAGES", "WRITTEN_IN", "Words", "load_words", "plural_classes", "retold"]
