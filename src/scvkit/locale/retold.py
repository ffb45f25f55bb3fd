"""Sentences kept in a result, told again in another language.

A result must not depend on the language of a report, so what a room says about an extract or a
model while it computes is kept in English. A page in another language finds the sentence it was
made from, and tells it again with the same values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from scvkit.locale.words import WRITTEN_IN, Words, load_words, sentences_of

# Where the sentences stand that rooms write while they compute.
_GROUPS = (
    "extracts.doubts",
    "extracts.in_part",
    "extracts.accept",
    "extracts.unread",
    "sources.reasons",
    "linkage.choice",
    "linkage.override",
    "linkage.refused",
)
# Values that are words themselves, by the end of their sentence's key and their name.
_WORDS_OF = {
    ("choice.records", "kind"): "linkage.kind",
    ("choice.comparisons", "names"): "linkage.comparison",
    ("choice.left_out", "names"): "linkage.column",
    ("doubts.second_delimiter", "delimiter"): "extracts.delimiters",
    ("doubts.second_delimiter", "other"): "extracts.delimiters",
    ("doubts.sniff_differs", "delimiter"): "extracts.delimiters",
    ("doubts.sniff_differs", "other"): "extracts.delimiters",
}
_WITHIN = frozenset({"sentence", "reason"})  # values that are such a sentence
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\w+)\}")
_NUMBER = re.compile(r"\d{1,3}(,\d{3})*")
_FORM = {"n": r"\d{1,3}(?:,\d{3})*"}  # a count is a number, so that it cannot swallow words
_PERCENT = re.compile(r"\d{1,3}%")
_DECIMAL = re.compile(r"-?\d+\.\d")


def retold(sentence: str, words: Words) -> str:
    """Return ``sentence``, kept in English, in ``words``; as it is when no locale wrote it.

    >>> retold(
    ...     "1 line before the header was left out. Settle it with reading: {header_row: 1}.",
    ...     load_words("en"),
    ... )
    '1 line before the header was left out. Settle it with reading: {header_row: 1}.'
    """
    if words.language == WRITTEN_IN or not sentence:
        return sentence
    for key, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found and words.has(key):
            values = {"n": "1", **found.groupdict()}  # "one line": its count is not written
            return words(key, **{name: _value(key, name, values[name], words) for name in values})
    return sentence


def _value(key: str, name: str, text: str, words: Words) -> object:
    if name in _WITHIN:
        return retold(text, words)
    group = next((g for (end, of), g in _WORDS_OF.items() if of == name and key.endswith(end)), "")
    if group:
        parts = [text] if _named(group, text) else text.split(", ")
        return words.listed(_in_words(group, part, words) for part in parts)
    if _NUMBER.fullmatch(text):
        return int(text.replace(",", ""))
    if _PERCENT.fullmatch(text):
        return words.percent(int(text[:-1]) / 100)
    return words.number(float(text)) if _DECIMAL.fullmatch(text) else text


def _in_words(group: str, text: str, words: Words) -> str:
    name = _named(group, text)
    return words(f"{group}.{name}") if name else text


def _named(group: str, text: str) -> str:
    """The key in ``group`` whose English is ``text``; empty when there is none."""
    english = load_words(WRITTEN_IN)
    return next(
        (n for n in _at(group) if "{" not in _at(group)[n] and english(f"{group}.{n}") == text), ""
    )


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(Key, pattern) of every such sentence, those that say most of themselves first."""
    found = [(key, sentence) for group in _GROUPS for key, sentence in _leaves(group, _at(group))]
    found.sort(key=lambda pair: (-len(_PLACEHOLDER.sub("", pair[1])), pair))
    return tuple((key, _pattern(sentence)) for key, sentence in found)


def _at(group: str) -> Any:
    part: Any = sentences_of(WRITTEN_IN)
    for name in group.split("."):
        part = part.get(name, {})
    return part


def _leaves(key: str, part: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(part, dict):
        yield key, str(part)
    elif set(part) <= {"one", "other"}:
        yield from ((key, str(sentence)) for sentence in part.values())
    else:
        for name, inside in part.items():
            yield from _leaves(f"{key}.{name}", inside)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts, at, seen = [], 0, set()
    for found in _PLACEHOLDER.finditer(sentence):
        parts.append(re.escape(sentence[at : found.start()]))
        name = found.group(1)
        if name is None:
            parts.append(re.escape(found.group()[0]))
        else:
            parts.append(
                f"(?P={name})" if name in seen else f"(?P<{name}>{_FORM.get(name, '.*?')})"
            )
            seen.add(name)
        at = found.end()
    return re.compile("".join([*parts, re.escape(sentence[at:])]), re.DOTALL)
