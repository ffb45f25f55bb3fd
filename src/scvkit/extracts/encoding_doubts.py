"""What to look at in the encoding of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scvkit.engagement import Reading
from scvkit.extracts.doubts import Doubt, doubt
from scvkit.extracts.encoding import MIXED, Encoding, FileBytes
from scvkit.extracts.prepared import PreparedText
from scvkit.vocabulary import DoubtKind

_LETTERS_SHOWN = 6


def encoding_doubts(
    encoding: Encoding, text: PreparedText, reading: Reading, facts: FileBytes
) -> Iterator[Doubt]:
    """Yield what is not sure about the letters of a file, and what was lost of them."""
    if encoding.name == MIXED:
        yield doubt(DoubtKind.MIXED_ENCODING)
    elif encoding.guessed and not reading.encoding:
        other = encoding.other or "cp1252"
        yield doubt(
            DoubtKind.GUESSED_ENCODING,
            encoding=encoding.name,
            letters=_letters(facts.accented, encoding.name),
            other=other,
            other_letters=_letters(facts.accented, other),
        )
    if text.lost:
        yield doubt(DoubtKind.LOSSY_ENCODING, n=text.lost, encoding=encoding.name)
    if text.cleaned:
        yield doubt(DoubtKind.CONTROL_BYTES)
    if facts.valid_utf8 and "\N{REPLACEMENT CHARACTER}".encode() in facts.accented:
        yield doubt(DoubtKind.REPLACEMENT_CHARACTERS)


def _letters(sample: bytes, encoding: str) -> str:
    """The most frequent characters beyond ASCII; single signs tell nothing about a person."""
    text = sample.decode(encoding, errors="replace")
    counted = Counter(c for c in text if not c.isascii() and c.isprintable())
    return " ".join(sign for sign, _ in counted.most_common(_LETTERS_SHOWN)) or "none"
