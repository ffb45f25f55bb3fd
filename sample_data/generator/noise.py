"""What systems and people do to text: typing errors, folding, mojibake, lost zeros."""

from __future__ import annotations

import unicodedata
from random import Random

_FOLD_WIDE = str.maketrans(
    {"ø": "oe", "Ø": "OE", "æ": "ae", "Æ": "AE", "å": "aa", "Å": "AA", "ö": "oe", "Ö": "OE",
     "ä": "ae", "Ä": "AE"}
)  # fmt: skip
_FOLD_NARROW = str.maketrans(
    {"ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "å": "a", "Å": "A", "ö": "o", "Ö": "O", "ä": "a",
     "Ä": "A", "ß": "ss"}
)  # fmt: skip
_NEAR = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o",
    "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "y": "tu", "z": "x",
}  # fmt: skip


def folded(text: str, *, wide: bool = True) -> str:
    """Danish and Swedish letters as ASCII: ø as "oe" (wide) or "o" (narrow)."""
    flat = text.translate(_FOLD_WIDE if wide else _FOLD_NARROW)
    kept = unicodedata.normalize("NFKD", flat)
    return "".join(c for c in kept if not unicodedata.combining(c))


def mojibake(text: str) -> str:
    """UTF-8 bytes read as Windows-1252."""
    return text.encode("utf-8").decode("cp1252", errors="replace").replace("\ufffd", "?")


def can_be_mojibake(text: str) -> bool:
    """Whether misreading the bytes gives text that Windows-1252 can hold without loss."""
    if text.isascii():
        return False
    try:
        text.encode("utf-8").decode("cp1252").encode("cp1252")
    except UnicodeError:
        return False
    return True


def typo(rng: Random, text: str) -> str:
    """One slip of the finger inside a word: swapped, dropped, doubled or neighbouring letter."""
    inner = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    if not inner:
        return text
    i = rng.choice(inner)
    kind = rng.randrange(4)
    if kind == 0 and text[i] != text[i + 1]:
        return text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    if kind == 1:
        return text[:i] + text[i + 1 :]
    if kind == 2:
        return text[: i + 1] + text[i] + text[i + 1 :]
    near = rng.choice(_NEAR.get(text[i].lower(), "e"))
    return text[:i] + (near.upper() if text[i].isupper() else near) + text[i + 1 :]


def domain_typo(rng: Random, email: str) -> str:
    """A slip in the mail domain; the reserved ending `.example` stays whole."""
    local, domain = email.split("@")
    stem = domain.removesuffix(".example")
    wrong = stem
    while wrong == stem:
        wrong = typo(rng, stem)
    return f"{local}@{wrong}.example"


def maybe_typo(rng: Random, text: str, rate: float) -> str:
    """The text, with one slip at the given rate."""
    return typo(rng, text) if text and rng.random() < rate else text
