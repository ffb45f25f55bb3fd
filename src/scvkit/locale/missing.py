"""What stops an assessment, said so that somebody can go and fetch it."""

from __future__ import annotations

from collections.abc import Iterable

from scvkit.locale.words import Words
from scvkit.records.usecases import MissingInput


def missing_inputs(missing: Iterable[MissingInput], words: Words) -> str:
    """Return the missing inputs in words, alternatives joined by "or", each named once.

    >>> from scvkit.locale import load_words
    >>> missing_inputs([MissingInput(kind="column", any_of=("stock",))], load_words("en"))
    'a column with stock'
    """
    parts = (_named(one, words) for one in missing)
    return "; ".join(dict.fromkeys(parts))


def _named(one: MissingInput, words: Words) -> str:
    names = []
    for name in one.any_of:
        key = f"usecases.inputs.{name}"
        # A source's id and a name the locale has no other word for stand as they are.
        named = one.kind not in {"dates", "times", "legal_basis"} and words.has(key)
        names.append(words(key) if named else name)
    return words(f"usecases.missing.{one.kind}", names=words("usecases.or").join(names))
