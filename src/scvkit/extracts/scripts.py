"""Greek and Cyrillic text in one byte a letter, told apart by how often letters occur."""

from __future__ import annotations

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
