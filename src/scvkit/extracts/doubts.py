"""Doubts about a reading, as sentences that name the line that settles them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scvkit.locale.words import load_words
from scvkit.vocabulary import DoubtKind

_SIGNS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}
# What reading.delimiter says of a table of one column.
ONE_COLUMN = "none"
_MASKED_CELLS = 6
_MASK_LENGTH = 16
_NAMED = 8


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to look at, and the sentence that shows it."""

    kind: DoubtKind
    sentence: str


def doubt(kind: DoubtKind, /, **values: object) -> Doubt:
    """Return a doubt in words; it ends with the line of the engagement file that settles it.

    >>> doubt(DoubtKind.PREAMBLE, n=1, line="1").sentence
    '1 line before the header was left out. Settle it with reading: {header_row: 1}.'
    >>> doubt(DoubtKind.REPAIRED, n=1).sentence.rpartition(". ")[2]
    'Accept it with reading: {accept: [repaired]}.'
    """
    words = load_words("en")
    # Names of files and sheets may hold signs that steer a terminal or turn a line around.
    safe = {k: _printable(v) if isinstance(v, str) else v for k, v in values.items()}
    sentence = words(f"extracts.doubts.{kind.value}", **safe)
    if "reading: {" not in sentence:
        sentence = words("extracts.accept", sentence=sentence, kind=kind.value)
    return Doubt(kind, sentence)


def in_part(one: Doubt, part: str, parts: int) -> Doubt:
    """Return the doubt with the part of a stacked table that it was found in."""
    words = load_words("en")
    return Doubt(
        one.kind, words("extracts.in_part", part=_printable(part), n=parts, sentence=one.sentence)
    )


def other_tables(taken: Sequence[str], others: Sequence[str]) -> Doubt:
    """Return the doubt that a file holds other tables than the one that was read."""
    shown = ", ".join(_printable(name) for name in others[:_NAMED])
    more = f", … ({len(others)})" if len(others) > _NAMED else ""
    return doubt(
        DoubtKind.OTHER_TABLES, names=shown + more, written=list_as_written(taken[:_NAMED])
    )


def open_doubts(doubts: Iterable[Doubt], accepted: Sequence[DoubtKind]) -> tuple[str, ...]:
    """Return the sentences of the doubts that nobody accepted."""
    return tuple(d.sentence for d in doubts if d.kind not in accepted)


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
    return words("extracts.delimiters.other", sign=_printable(delimiter))


def delimiter_as_written(delimiter: str | None) -> str:
    r"""Return a delimiter as it is written in YAML; "none" for a table of one column.

    >>> delimiter_as_written("\t"), delimiter_as_written(None)
    ('"\\t"', 'none')
    """
    if not delimiter:
        return ONE_COLUMN
    return '"' + delimiter.replace("\\", "\\\\").replace("\t", "\\t") + '"'


def list_as_written(names: Sequence[str]) -> str:
    """Return names as a list in YAML.

    >>> list_as_written(["DK", "Noter 2024"])
    '["DK", "Noter 2024"]'
    """
    escaped = (name.replace("\\", "\\\\").replace('"', '\\"') for name in names)
    return "[" + ", ".join(f'"{_printable(name)}"' for name in escaped) + "]"


def masked_row(cells: Sequence[str | None]) -> str:
    """Return the shapes of a row's cells, never their values.

    >>> masked_row(["007", "Åse Ø.", None])
    '[999 | Aaa A. | ]'
    """
    shown = [mask(cell or "") for cell in cells[:_MASKED_CELLS]]
    more = " | …" if len(cells) > _MASKED_CELLS else ""
    return "[" + " | ".join(shown) + more + "]"


def mask(cell: str) -> str:
    """Return the shape of a value: A upper, a lower, 9 digit; ASCII punctuation stays.

    >>> mask("31/12-2024")
    '99/99-9999'
    """
    signs = "".join(_shape(character) for character in cell[:_MASK_LENGTH])
    return signs + ("…" if len(cell) > _MASK_LENGTH else "")


def _shape(character: str) -> str:
    if character.isdigit():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character if " " <= character <= "~" else "•"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text)
