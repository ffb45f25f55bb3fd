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
# One for every octet that is not plain.
_ODD = bytes(sign not in b"abcdefghijklmnopqrstuvwxyz0123456789._%+-@" for sign in range(256))


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
        plain = _plain(batch, filled)
        domains = _domains(batch, plain)
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


def _plain(texts: Any, filled: Any) -> Any:
    """Which values are plain before their only "@"."""
    octets, offsets = octets_of(texts), offsets_of(texts)
    plain = filled.copy()
    if not len(octets):
        return plain
    plain[_owners(offsets, np.flatnonzero(translated(octets, _ODD)))] = False
    at, owners = _ats(octets, offsets)
    plain &= np.bincount(owners, minlength=len(plain)) == 1
    dots = octets == _DOT
    plain[_owners(offsets, np.flatnonzero(dots[:-1] & dots[1:]))] = False
    plain[_owners(offsets, at[dots[at - 1]])] = False
    firsts = octets[offsets[:-1][plain]]
    plain[np.flatnonzero(plain)[(firsts == _DOT) | (firsts == _AT)]] = False
    return plain & ~_stand_in(texts)


def _ats(octets: Any, offsets: Any) -> tuple[Any, Any]:
    """The places of every "@", and the values in which they lie."""
    at = np.flatnonzero(octets == _AT)
    filled = np.flatnonzero(np.diff(offsets))
    # Nearly always one in each; then nobody has to be searched for.
    if len(at) == len(filled) and bool(
        ((offsets[filled] <= at) & (at < offsets[filled + 1])).all()
    ):
        return at, filled
    return at, _owners(offsets, at)


def _owners(offsets: Any, places: Any) -> Any:
    """The value in which each place of the octets lies."""
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


def _domains(texts: Any, plain: Any) -> Any:
    """What stands after the "@" of the plain values."""
    octets, offsets = octets_of(texts), offsets_of(texts)
    rows = np.flatnonzero(plain)
    if not len(rows):
        return pa.array([], pa.string())
    at, owners = _ats(octets, offsets)
    begins = offsets[:-1].copy()
    begins[owners] = at + 1
    # Every value in two, up to its "@" and after it, without moving a sign.
    halves = np.empty(2 * len(plain) + 1, np.int32)
    halves[0::2], halves[1::2] = offsets, begins
    both = pa.StringArray.from_buffers(2 * len(plain), pa.py_buffer(halves), pa.py_buffer(octets))
    return both.take(pa.array(2 * rows + 1))
