"""What stops an assessment, said so that somebody can go and fetch it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scvkit.locale.words import Words
from scvkit.records.usecases import MissingInput


def missing_inputs(
    missing: Iterable[MissingInput], words: Words, *, sources: Mapping[str, str] | None = None
) -> str:
    """Return the missing inputs in words, alternatives joined by "or", each named once.

    ``sources`` gives a source's name for its id.

    >>> from scvkit.locale import load_words
    >>> missing_inputs([MissingInput(kind="column", any_of=("stock",))], load_words("en"))
    'a column with stock'
    """
    parts = (_named(one, words, sources or {}) for one in missing)
    return words.clauses(dict.fromkeys(parts))


def _named(one: MissingInput, words: Words, sources: Mapping[str, str]) -> str:
    names = []
    for name in one.any_of:
        key = f"usecases.inputs.{name}"
        of_a_source = one.kind in {"dates", "times", "legal_basis"}
        named = sources.get(name, name) if of_a_source or not words.has(key) else words(key)
        names.append(named)
    return words(f"usecases.missing.{one.kind}", names=words("usecases.or").join(names))
