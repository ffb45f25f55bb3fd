"""Tables whose columns are told apart by place, or by several signs: given one sign instead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from scvkit.extracts.prepared import PreparedText

SIGN = "\x1f"
_LONG = re.compile(r"(?:\|~\||~\|~|[|;~^:#$@!%&*§¤,\t]{2,3})")
_RULER = re.compile(r"\s*[-=]{2,}(?:\s+[-=]{2,})+\s*\Z")
_LEAST_LINES = 4
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Cuts:
    """How lines are cut: by a delimiter of several signs, or before each of the places."""

    delimiter: str = ""
    places: tuple[int, ...] = ()
    sign: str = SIGN

    @property
    def written(self) -> str:
        """The delimiter as the engagement file would name it; a blank for columns by place."""
        return self.delimiter or " "

    def applied(self, text: PreparedText, *, scratch: Path) -> PreparedText:
        """Return a copy of the text with one sign between cells; lines keep their numbers."""
        target = scratch / "cut.csv"
        with (
            text.path.open("r", encoding="utf-8-sig", errors="replace", newline="\n") as source,
            target.open("w", encoding="utf-8", newline="\n") as copy,
        ):
            for line in source:
                copy.write(self._cut(line.rstrip("\r\n")) + "\n")
        return PreparedText(path=target, lines=text.lines, lost=text.lost, cleaned=text.cleaned)

    def _cut(self, line: str) -> str:
        if self.delimiter:
            return line.replace(self.delimiter, SIGN)
        if not line.strip():
            return ""
        ends = (*self.places[1:], len(line))
        return SIGN.join(line[a:b].strip() for a, b in zip(self.places, ends, strict=True))


def long_delimiter_cuts(lines: Sequence[str], delimiter: str | None) -> Cuts | None:
    """Return the cuts of a delimiter of several signs that stands equally often in every line.

    >>> long_delimiter_cuts(["id||navn||by", "1||Bo||Ribe", "2||Ib||Vejle"], None).delimiter
    '||'
    >>> long_delimiter_cuts(["id,navn,,", "1,Bo,,", "2,Ib,x,"], None) is None
    True
    """
    if delimiter:
        return Cuts(delimiter=delimiter) if len(delimiter) > 1 else None
    filled = [line for line in lines[:_LOOKED_AT] if line.strip()]
    if len(filled) < 2:
        return None
    for sign, _ in Counter(_LONG.findall(filled[0])).most_common(3):
        count = filled[0].count(sign)
        alike = sum(line.count(sign) == count for line in filled)
        # ",," is two delimiters around a blank cell wherever its parts stand alone as well.
        alone = any(part in line.replace(sign, "") for part in set(sign) for line in filled)
        if alike >= 0.9 * len(filled) and not alone and count > 0:
            return Cuts(delimiter=sign)
    return None


def split_columns(lines: Sequence[str]) -> Cuts | None:
    """Return the places at which columns begin in lines padded with blanks; None if they do not.

    >>> split_columns(
    ...     ["id   navn    by", "7    Bo Ho  Ribe", "12   Ib      Vejle", "3    Al"]
    ... ).places
    (0, 5, 12)
    """
    filled = [line for line in lines[:_LOOKED_AT] if line.strip()]
    ruler = next((line for line in filled[:20] if _RULER.match(line)), None)
    if ruler is not None:
        return Cuts(places=tuple(m.start() for m in re.finditer(r"\S+", ruler)))
    if len(filled) < _LEAST_LINES or any("\t" in line for line in filled):
        return None
    width = max(len(line) for line in filled)
    if width > 4000 or not any("  " in line.strip() for line in filled):
        return None
    blank = [
        all(place >= len(line) or line[place] == " " for line in filled) for place in range(width)
    ]
    places = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(blank)) if a and not b)]
    if blank[0]:
        places = places[1:]
    columns = [
        [line[a:b].strip() for line in filled]
        for a, b in zip(places, (*places[1:], width), strict=True)
    ]
    usual = sum(sum(map(bool, cells)) * 10 >= 3 * len(filled) for cells in columns)
    padded = any("  " in line.strip() for line in filled[1:])
    if len(places) < 2 or usual < len(columns) or not padded:
        return None
    return Cuts(places=tuple(places))
