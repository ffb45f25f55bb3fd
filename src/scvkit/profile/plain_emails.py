"""E-mail addresses of which a look at their signs tells that nothing is wrong before the "@".

Nearly every address is plain: small letters, digits and a few signs around one "@". What stands
after it repeats from row to row and is judged once; only the others are asked one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scvkit.profile.catalogue import read_placeholders
from scvkit.profile.masks import octets_of, offsets_of, translated

_AT, _DOT = ord("@"), ord(".")
_IS_DOT, _IS_AT, _IS_ODD = 1, 2, 3
_PLAIN = b"abcdefghijklmnopqrstuvwxyz0123456789_%+-"
_KINDS = bytes(
    {_DOT: _IS_DOT, _AT: _IS_AT}.get(sign, 0 if sign in _PLAIN else _IS_ODD) for sign in range(256)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainEmails:
    """The addresses of a column, sorted by what has to be asked of them."""

    domains: dict[str, int]  # rows of plain addresses by what stands after their "@"
    shortest: int | None  # of those, in signs
    longest: int | None
    blank: int  # rows without a value
    others: Any  # Arrow array of all other values, a row each

    @property
    def rows(self) -> int:
        """Rows of plain addresses."""
        return sum(self.domains.values())


def sort_emails(texts: Iterable[Any], *, asked: Collection[str] = ()) -> PlainEmails:
    """Return the addresses of Arrow arrays of text, those of the domains ``asked`` as others.

    >>> found = sort_emails([pa.array(["a@b.example", "Bo@b.example", "ingen@b.example", None])])
    >>> found.domains, found.others.to_pylist(), found.blank
    ({'b.example': 1}, ['Bo@b.example', 'ingen@b.example'], 1)
    """
    counted: dict[str, int] = {}
    others: list[Any] = []
    sizes: list[tuple[int, int]] = []
    blank = 0
    for batch in texts:
        offsets = offsets_of(batch)
        filled = np.diff(offsets) > 0
        plain, at = _plain(batch, filled)
        domains = _domains(batch, plain, at)
        if asked:
            wanted = pc.is_in(domains, value_set=pa.array(sorted(asked), pa.string()))
            plain[np.flatnonzero(plain)[wanted.to_numpy(zero_copy_only=False)]] = False
            domains = domains.filter(pc.invert(wanted))
        for found in pc.value_counts(domains).to_pylist():
            counted[found["values"]] = counted.get(found["values"], 0) + found["counts"]
        long = np.diff(offsets)[plain]
        if len(long):
            sizes.append((int(long.min()), int(long.max())))
        blank += int(len(filled) - filled.sum())
        others.append(batch.filter(pa.array(filled & ~plain)))
    return PlainEmails(
        domains=counted,
        shortest=min((least for least, _ in sizes), default=None),
        longest=max((most for _, most in sizes), default=None),
        blank=blank,
        others=pa.chunked_array(others, pa.string()),
    )


def _plain(texts: Any, filled: Any) -> tuple[Any, Any]:
    """Which values are plain before their only "@", and where in the octets every "@" stands."""
    octets, offsets = octets_of(texts), offsets_of(texts)
    kinds = translated(octets, _KINDS)
    places = np.flatnonzero(kinds)
    kinds = kinds[places]
    at = places[kinds == _IS_AT]
    plain = filled & (np.bincount(_owners(offsets, at), minlength=len(filled)) == 1)
    # Two dots, or a dot before the "@".
    dotted = (kinds[:-1] == _IS_DOT) & (kinds[1:] <= _IS_AT) & (np.diff(places) == 1)
    plain[_owners(offsets, places[:-1][dotted])] = False
    plain[_owners(offsets, places[kinds == _IS_ODD])] = False
    firsts = octets[offsets[:-1][plain]]
    plain[np.flatnonzero(plain)[(firsts == _DOT) | (firsts == _AT)]] = False
    return plain & ~_stand_in(texts), at


def _owners(offsets: Any, places: Any) -> Any:
    """The value in which each place of the octets lies."""
    filled = np.flatnonzero(np.diff(offsets))
    # Nearly always one in each; then nobody has to be searched for.
    if len(places) == len(filled) and bool(
        ((offsets[filled] <= places) & (places < offsets[filled + 1])).all()
    ):
        return filled
    return np.searchsorted(offsets, places, side="right") - 1


def _stand_in(texts: Any) -> Any:
    """Which values may be placeholders by what stands before their "@"."""
    patterns = read_placeholders()["patterns"]["email"]
    # What begins with the "@" is judged with the domain.
    alone = "|".join(f"(?:{pattern})" for pattern in patterns if not pattern.startswith("@"))
    if not alone:
        return np.zeros(len(texts), np.bool_)
    found = pc.fill_null(pc.match_substring_regex(texts, alone), False)
    return found.to_numpy(zero_copy_only=False)


def _domains(texts: Any, plain: Any, at: Any) -> Any:
    """What stands after the "@" of the plain values."""
    octets, offsets = octets_of(texts), offsets_of(texts)
    rows = np.flatnonzero(plain)
    if not len(rows):
        return pa.array([], pa.string())
    begins = offsets[:-1].copy()
    begins[_owners(offsets, at)] = at + 1
    # Every value in two, up to its "@" and after it, without moving a sign.
    halves = np.empty(2 * len(plain) + 1, np.int32)
    halves[0::2], halves[1::2] = offsets, begins
    both = pa.StringArray.from_buffers(2 * len(plain), pa.py_buffer(halves), pa.py_buffer(octets))
    return both.take(pa.array(2 * rows + 1))
