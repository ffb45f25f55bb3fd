"""The encoding of a text file, found from all of its bytes."""

from __future__ import annotations

import codecs
import hashlib
import re
import struct
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
from charset_normalizer import from_bytes

from scvkit.extracts.scripts import other_alphabet, other_script

CHUNK = 1 << 20
_LINE_FEED = 0x0A
_SAMPLE = 400_000  # bytes of lines with other than ASCII that are looked at
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MIXED = "utf-8 and cp1252"

# Letters of European languages by how freely they occur beside ASCII letters. What a wrong
# single-byte reading yields (º þ › †) scores low or negative.
_COMMON = frozenset("æøåäöüéèßçñóíáúà" + "ÆØÅÄÖÜÉÈÇÑÓÍÁÚÀ" + "ăâîșțşţ" + "ĂÂÎȘȚŞŢ")
_KNOWN = frozenset("êëïôûìòùõãýðþšžčćřěůłńśźżąęőűđ" + "ÊËÏÔÛÌÒÙÕÃÝÐÞŠŽČĆŘĚŮŁŃŚŹŻĄĘŐŰĐ")
_PUNCTUATION = frozenset("–—‘’‚“”„…€£§°©®·«» ´½¼¾²³µ•")
# Earlier wins a tie.
_SINGLE_BYTE = ("cp1252", "cp865", "cp850", "cp1250", "iso8859-2", "mac_roman")
_DOS_NAMES = {"cp865", "cp850"}
# First bytes of the characters in daily use, in each encoding.
_FREQUENT_LEAD_BYTES = {
    "euc_kr": (0xB0, 0xC8),  # first: its range lies within that of the next
    "gb18030": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "shift_jis": (0x82, 0x97),
    "euc_jp": (0xA4, 0xCF),
}


@dataclass(frozen=True, slots=True)
class FileBytes:
    """What one pass over all bytes of a file found."""

    size: int
    sha256: str
    line_feeds: int
    carriage_returns: int
    nul: int
    even_nul: int  # NUL at an even offset
    bom: str | None
    valid_utf8: bool
    ascii_only: bool
    accented: bytes  # lines with other than ASCII, at most _SAMPLE bytes
    trailing_newlines: int
    ends_with_eof_mark: bool  # ^Z


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding by Python's name; ``guessed`` when nothing in the bytes proves it."""

    name: str
    guessed: bool = False
    other: str | None = None  # the next likely one


def scan_bytes(path: Path) -> FileBytes:
    """Return what all bytes of a file say, in one pass."""
    digest = hashlib.sha256()
    size = line_feeds = carriage_returns = nul = even_nul = 0
    valid, ascii_only = True, True
    head = tail = begun = b""
    accented = bytearray()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if not size:
                head = chunk[:4]
            digest.update(chunk)
            # In half the time of bytes.count.
            line_feeds += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == _LINE_FEED))
            # Most files hold neither: a look is cheaper than a count.
            if b"\r" in chunk:
                carriage_returns += chunk.count(b"\r")
            if b"\0" in chunk:
                nul += chunk.count(b"\0")
                even_nul += chunk[size % 2 :: 2].count(b"\0")
            if not chunk.isascii():
                ascii_only = False
                if len(accented) < _SAMPLE:
                    accented += _accented_lines(chunk, first=not size)
            if valid and (begun or not chunk.isascii()):
                valid, begun = _still_utf8(begun + chunk)
            size += len(chunk)
            tail = (tail[-4096:] if len(chunk) < 4096 else b"") + chunk[-4096:]
    valid = valid and not begun
    text_tail = tail.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return FileBytes(
        size=size,
        sha256=digest.hexdigest(),
        line_feeds=line_feeds,
        carriage_returns=carriage_returns,
        nul=nul,
        even_nul=even_nul,
        bom=next((name for mark, name in _BOMS if head.startswith(mark)), None),
        valid_utf8=valid,
        ascii_only=ascii_only,
        accented=bytes(accented[:_SAMPLE]),
        trailing_newlines=len(text_tail) - len(text_tail.rstrip(b"\n")),
        ends_with_eof_mark=tail.rstrip(b"\r\n").endswith(b"\x1a"),
    )


def find_encoding(facts: FileBytes) -> Encoding:
    r"""Return the encoding: byte order mark, NUL pattern, UTF-8, mixed lines, DOS, Windows, Asian.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> f = Path(folder.name, "a.csv")
    >>> _ = f.write_bytes("navn;by\nSøren;Århus\n".encode("cp1252"))
    >>> find_encoding(scan_bytes(f)).name
    'cp1252'
    >>> _ = f.write_bytes("navn;by\nSøren;Århus\n".encode("cp865"))
    >>> find_encoding(scan_bytes(f)).name
    'cp865'
    >>> folder.cleanup()
    """
    if facts.bom:
        return Encoding(facts.bom)
    if facts.nul * 5 > facts.size:
        little = facts.even_nul * 2 < facts.nul
        return Encoding("utf-16-le" if little else "utf-16-be")
    if facts.valid_utf8:
        return Encoding("utf-8")
    sample = facts.accented
    if _damaged_utf8(sample):
        return Encoding("utf-8")  # what was damaged is counted as lost
    if _mixed(sample):
        return Encoding(MIXED)
    return _single_or_double_byte(sample)


def _still_utf8(data: bytes) -> tuple[bool, bytes]:
    """Whether the bytes are UTF-8 so far, and the letter that the last of them begin."""
    last = 0
    for back in range(1, min(4, len(data)) + 1):
        octet = data[-back]
        if octet < 0x80:
            break
        if octet >= 0xC0:
            # A letter of two, three or four bytes begins here; whole letters need no waiting.
            wanted = 2 if octet < 0xE0 else 3 if octet < 0xF0 else 4
            last = back if back < wanted else 0
            break
    whole = data[: len(data) - last]
    checked = pa.StringArray.from_buffers(
        1, pa.py_buffer(struct.pack("<2i", 0, len(whole))), pa.py_buffer(whole)
    )
    try:
        checked.validate(full=True)
    except pa.ArrowInvalid:
        return False, b""
    return True, data[len(data) - last :]


def _accented_lines(chunk: bytes, *, first: bool) -> bytes:
    # Whole lines only: half a multibyte letter would look like another encoding.
    kept = [line for line in chunk.split(b"\n")[0 if first else 1 : -1] if not line.isascii()]
    if not kept:
        kept = [line for line in chunk.split(b"\n") if not line.isascii()]
    return b"\n".join(kept) + b"\n"


def _damaged_utf8(sample: bytes) -> bool:
    """True when nearly all of the bytes beyond ASCII pair up as letters of UTF-8."""
    beyond = sum(byte > 0x7F for byte in sample)
    paired = 2 * len(re.findall(rb"[\xc3-\xc5][\x80-\xbf]", sample))
    by_line = [line for line in sample.split(b"\n") if not line.isascii()]
    whole = sum(_is_utf8(line) for line in by_line)
    return paired >= 0.8 * beyond > 0 and (whole == 0 or whole >= 0.97 * len(by_line))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mixed(sample: bytes) -> bool:
    utf8 = other = 0
    for line in sample.split(b"\n"):
        if line.isascii():
            continue
        if _is_utf8(line):
            utf8 += 1
        else:
            other += 1
    # A short line of Windows-1252 is valid UTF-8 by chance very seldom.
    return utf8 > 0 and utf8 >= max(1, (utf8 + other) * 0.03)


def _single_or_double_byte(sample: bytes) -> Encoding:
    dense = _double_byte(sample)
    if dense:
        return Encoding(dense, guessed=True)
    scores = {name: _letter_score(sample, name) for name in _SINGLE_BYTE}
    ranked = sorted(_SINGLE_BYTE, key=lambda name: -scores[name])
    best = ranked[0]
    if scores["cp1252"] >= scores[best] - 0.15:
        best = "cp1252"
    if best in {"cp1252", "cp1250", "iso8859-2"}:
        eastern = other_alphabet(sample)
        if eastern is not None:
            return Encoding(eastern, guessed=True, other="cp1252")
    if scores[best] >= 0.5:
        other = next(name for name in ranked if name != best)
        return Encoding(best, guessed=best not in {"cp1252", *_DOS_NAMES}, other=other)
    script = other_script(sample)
    if script:
        return Encoding(script, guessed=True)
    found = from_bytes(sample[:60_000]).best()
    if found is not None and found.encoding not in {"utf_8", "ascii", "cp1252"}:
        name = found.encoding.replace("_", "-")
        if scores["cp1252"] < 0.2 and _decodes(sample, name):
            return Encoding(name, guessed=True)
    return Encoding("cp1252", guessed=True, other=next(n for n in ranked if n != "cp1252"))


def _double_byte(sample: bytes) -> str | None:
    """The East Asian encoding whose pairs of bytes are mostly frequent characters, if any is."""
    best, most = None, 0.0
    for name, (first, last) in _FREQUENT_LEAD_BYTES.items():
        text = sample.decode(name, errors="replace")
        wide = [c for c in text if not c.isascii()]
        if not wide or text.count("\N{REPLACEMENT CHARACTER}") * 100 > len(wide):
            continue
        # Letters of one byte (Bjørn in a DOS table) stand alone among ASCII letters.
        together = sum(not a.isascii() and not b.isascii() for a, b in pairwise(text))
        if together < 0.4 * len(wide):
            continue
        frequent = 0
        for character in wide:
            code = character.encode(name, errors="ignore")
            frequent += len(code) == 2 and first <= code[0] <= last and _usual_trail(name, code[1])
        share = frequent / len(wide)
        if share > most:
            best, most = name, share
    return best if most >= 0.6 else None


def _usual_trail(name: str, trail: int) -> bool:
    if name == "gb18030":  # below lie characters that GB2312 left out
        return trail >= 0xA1
    return name != "shift_jis" or trail != 0x7F


def _decodes(sample: bytes, name: str) -> bool:
    try:
        text = sample.decode(name, errors="replace")
    except LookupError:
        return False
    return text.count("\N{REPLACEMENT CHARACTER}") * 200 <= len(text)


def _letter_score(sample: bytes, name: str) -> float:
    """Mean plausibility (−1 to 1) of the other than ASCII characters in a reading."""
    text = sample.decode(name, errors="replace")
    # The same few letters stand in the same few places again and again.
    places = Counter(re.findall(r"(?s)(?<=(.))([^\x00-\x7f])(?=(.))", f" {text} "))
    count = sum(places.values())
    total = sum(n * _plausibility(*around) for around, n in places.items())
    return total / count if count else 0.0


def _plausibility(before: str, character: str, after: str) -> float:
    if character in _COMMON or character in _KNOWN:
        worth = 1.0 if character in _COMMON else 0.6
        crowded = sum(1 for c in (before, after) if c.isalpha() and not c.isascii())
        # Capitals amid small letters are the mark of a wrong table.
        if character.isupper() and before.islower():
            worth -= 1.2
        return worth - 0.75 * crowded
    if character in _PUNCTUATION:
        return -0.5 if before.isalpha() and after.isalpha() and character not in "’–" else 0.5
    return -1.0
