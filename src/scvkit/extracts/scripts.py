"""Alphabets in one byte a letter, told apart by the letters that occur together."""

from __future__ import annotations

from collections.abc import Sequence

_GREEK = frozenset("αοιετσνηυρπκμλςωίάέήόύώ" + "ΑΟΙΕΤΣΝΗΥΡΠΚΜΛΩ")
_CYRILLIC = frozenset("оеаинтсрвлкмдпуяыьгзбч" + "ОЕАИНТСРВЛКМДПУЯГЗБ")
_SCRIPTS = {
    "iso8859-7": _GREEK,
    "cp1253": _GREEK,
    "cp1251": _CYRILLIC,
    "koi8-r": _CYRILLIC,
    "cp866": _CYRILLIC,
    "iso8859-5": _CYRILLIC,
}
_LEAST = 0.6
# The letters beyond a–z of languages, by the table they are written in.
_WESTERN = (
    "æøåäöéüðþáíóúýÆØÅÄÖÉÜÐÞÁÍÓÚÝ",  # the North
    "äöüßéÄÖÜÉ",
    "éèêëàâçîïôûùœÉÈÊËÀÂÇÎÏÔÛÙŒ",
    "ñáéíóúüçãõâêôàÑÁÉÍÓÚÜÇÃÕÂÊÔÀªº",
    "àèéìòùÀÈÉÌÒÙ",
)
_EASTERN = {
    "cp1250": (
        "áčďéěíňóřšťúůýžäôľĺŕÁČĎÉĚÍŇÓŘŠŤÚŮÝŽÄÔĽĹŔ",
        "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
        "áéíóöőúüűÁÉÍÓÖŐÚÜŰ",
        "ăâîşţĂÂÎŞŢ",
        "čćđšžČĆĐŠŽ",
    ),
    "cp1254": ("çğıöşüâîÇĞİÖŞÜÂÎ",),
    "cp1257": ("āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ", "ąčęėįšųūžĄČĘĖĮŠŲŪŽ"),
}
_CLEARLY = 0.15
_LEAST_LETTERS = 5


def other_alphabet(sample: bytes) -> str | None:
    """Return the Central European, Turkish or Baltic table that fits clearly better than cp1252.

    >>> other_alphabet("Dvořák;Plzeň;Černý;Děčín;Kučerová".encode("cp1250"))
    'cp1250'
    >>> other_alphabet("Søren;Århus;Näslund;Müller;Ærø".encode("cp1252")) is None
    True
    """
    letters = bytes(byte for byte in sample if byte > 0x7F)
    if len(letters) < _LEAST_LETTERS:
        return None
    western = _covered(letters, "cp1252", _WESTERN)
    shares = {name: _covered(letters, name, sets) for name, sets in _EASTERN.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= max(0.8, western + _CLEARLY) else None


def _covered(letters: bytes, encoding: str, alphabets: Sequence[str]) -> float:
    """Share of the letters that the best of the alphabets knows."""
    text = [c for c in letters.decode(encoding, errors="replace") if c.isalpha() or c == "\ufffd"]
    most = max(sum(c in alphabet for c in text) for alphabet in alphabets)
    return most / len(text) if text else 0.0


def other_script(sample: bytes) -> str | None:
    """Return the encoding that makes likely Greek or Cyrillic words of the bytes, if one does.

    >>> other_script("Ελένη;Αθήνα".encode("iso8859-7"))
    'iso8859-7'
    >>> other_script("Мария;Москва".encode("cp1251"))
    'cp1251'
    """
    scores = {name: _score(sample, name) for name in _SCRIPTS}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= _LEAST else None


def _score(sample: bytes, name: str) -> float:
    """Share of the other than ASCII characters that are frequent letters in a likely place."""
    text = sample.decode(name, errors="replace")
    frequent = _SCRIPTS[name]
    count = 0
    total = 0.0
    for before, letter, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if letter.isascii():
            continue
        count += 1
        total += letter in frequent
        total -= 1.5 * (letter.isupper() and before.islower())
        # The final sigma stands at the end of a word, and only there.
        total -= letter == "ς" and after.isalpha()
    return total / count if count else 0.0
