"""Dates that a look at their signs can read: 2020-12-31 with or without a time, 31-12-2020.

A column of times has about as many values as rows, but only the day and a few of the hours tell
anything: values that agree in those are judged once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from scvkit.profile.masks import octets_of, offsets_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DASH = ord("-")
# Octets of "00", "02" and "0000" as one number, and those that part a digit from other signs.
_NOUGHT, _TWO, _ZEROS = 0x3030, 0x3230, 0x30303030
_SIX, _UPPER = 0x06060606, 0xF0F0F0F0
_DAY, _MINUTE, _SECOND = 10, 16, 19  # octets of a value that ends there
# What of the time tells: that there is none, midnight, the hour no clock shows in March, others.
_CLOCKS = ("", " 00:00", " 02:00", " 12:00", " 00:00:00", " 02:00:00", " 12:00:00")
_FIRST_CLOCK = {_DAY: 0, _MINUTE: 1, _SECOND: 4}
_YEAR_FIRST, _DAY_FIRST = (0, 5, 8), (6, 3, 0)  # where year, month and day begin
_KINDS = 8  # as many as there are clocks, made a power of two
_MONTHS, _DAYS, _EPOCH = 12, 31, 1970
_NONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainTimes:
    """The times of a column, sorted by what has to be asked of them."""

    values: tuple[str, ...]  # one that stands for all which agree in what tells
    rows: tuple[int, ...]  # of each
    blank: int  # rows without a value
    others: Any  # Arrow array of all other values, a row each


def sort_times(texts: Iterable[Any], *, asked: Collection[str] = ()) -> PlainTimes:
    """Return the times of Arrow arrays of text of the forms 2020-12-31 and 2020-12-31 10:30[:59].

    Every value must have one of these forms, whatever its digits. Those for which a value in
    ``asked`` would stand are returned as others, as are those of months and days that never are.

    >>> some = [pa.array(["2020-12-31 10:30", "2020-12-31 11:45", None, "2020-13-01"])]
    >>> found = sort_times(some)
    >>> found.values, found.rows, found.others.to_pylist(), found.blank
    (('2020-12-31 12:00',), (2,), ['2020-13-01'], 1)
    """
    wanted = np.array([_kinds(pa.array([value]))[0] for value in asked], np.int32)
    found, counts = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    others: list[Any] = []
    blank = 0
    for batch in texts:
        kinds = _kinds(batch)
        if len(wanted):
            kinds[np.isin(kinds, wanted)] = _NONE
        filled = np.diff(offsets_of(batch)) > 0
        told = kinds > _NONE
        some = kinds if told.all() else kinds[told]
        if len(some):
            first = int(some.min())
            counted = np.bincount(some - np.int32(first))
            found.append(np.flatnonzero(counted) + first)
            counts.append(counted[found[-1] - first])
        blank += int(len(filled) - filled.sum())
        left = filled & ~told
        if left.any():
            others.append(batch.filter(pa.array(left)))
    listed, places = np.unique(np.concatenate(found), return_inverse=True)
    rows = np.zeros(len(listed), np.int64)
    np.add.at(rows, places, np.concatenate(counts))
    return PlainTimes(
        values=tuple(map(_stands_for, listed.tolist())),
        rows=tuple(rows.tolist()),
        blank=blank,
        others=pa.chunked_array(others, pa.string()),
    )


def newest_days(
    columns: Iterable[tuple[Iterable[Any], bool]], *, rows: int, first: dt.date, last: dt.date
) -> list[tuple[dt.date, int]] | None:
    """Return rows by the newest day of each, in order; days before first and after last are none.

    Each of the columns are the Arrow arrays of its texts, dictionary arrays too, and whether its
    dates are written 31-12-2020; else they begin as 2020-12-31 does. None where a value has
    another form.

    >>> made, used = pa.array(["2020-12-31", None, "2020-02-31"]), pa.array(["01-02-2021", "", ""])
    >>> columns = [([made], False), ([used], True)]
    >>> newest_days(columns, rows=3, first=dt.date(1900, 1, 1), last=dt.date(2021, 12, 31))
    [(datetime.date(2021, 2, 1), 1)]
    """
    days = np.arange(first, np.datetime64(last) + 1, dtype="datetime64[D]")
    numbers = _codes_of(days)
    lowest = int(numbers[0]) - 1
    # What lies outside is cut to the two ends, which stand for no day.
    known = np.full(int(numbers[-1]) - lowest + 2, _NONE, np.int32)
    known[numbers - lowest] = np.arange(len(days), dtype=np.int32)
    newest = np.full(rows, _NONE, np.int32)
    for texts, day_first in columns:
        place = 0
        for batch in texts:
            listed = pa.types.is_dictionary(batch.type)
            codes = _day_codes(batch.dictionary if listed else batch, day_first=day_first)
            if codes is None or place + len(batch) > rows:
                return None
            found = known[np.clip(codes - np.int32(lowest), 0, len(known) - 1)]
            if listed:
                entries = batch.indices.fill_null(len(codes)).to_numpy()
                found = np.append(found, np.int32(_NONE))[entries]
            part = newest[place : place + len(batch)]
            np.maximum(part, found, out=part)
            place += len(batch)
        if place != rows:
            return None
    counts = np.bincount(newest + np.int32(1), minlength=len(days) + 1)[1:]
    held = np.flatnonzero(counts)
    return list(zip(days[held].tolist(), counts[held].tolist(), strict=True))


def _kinds(texts: Any) -> NDArray[np.int32]:
    """The day and the clock of each value as one number; -1 where there is none."""
    kinds = np.full(len(texts), _NONE, np.int32)
    for size, places, signs in _by_size(texts):
        if size not in _FIRST_CLOCK:
            continue
        day = _code(signs, _YEAR_FIRST)
        clock = np.int32(_FIRST_CLOCK[size])
        if size > _DAY:
            hour = _pair(signs, 11)
            later = (hour != _NOUGHT) | (_pair(signs, 14) != _NOUGHT)
            if size == _SECOND:
                later |= _pair(signs, 17) != _NOUGHT
            # Two to the hour that no clock shows, and one back for it.
            clock = clock + 2 * later.astype(np.int32) - (hour == _TWO)
        found = day * np.int32(_KINDS) + clock
        found[day == _NONE] = _NONE
        kinds[places] = found
    return kinds


def _stands_for(kind: int) -> str:
    code, clock = divmod(kind, _KINDS)
    rest, day = divmod(code, _DAYS)
    year, month = divmod(rest, _MONTHS)
    return f"{year:04d}-{month + 1:02d}-{day + 1:02d}{_CLOCKS[clock]}"


def _day_codes(texts: Any, *, day_first: bool) -> NDArray[np.int32] | None:
    """The number of the day of each value, -1 where there is none; None where it is not told."""
    codes = np.full(len(texts), _NONE, np.int32)
    form = _DAY_FIRST if day_first else _YEAR_FIRST
    for size, places, signs in _by_size(texts):
        if size < _DAY or (day_first and size > _DAY) or not _has_form(signs, form):
            return None
        codes[places] = _code(signs, form)
    return codes


def _by_size(texts: Any) -> Iterator[tuple[int, Any, Any]]:
    """The filled values by how many octets they have: those, which they are, their octets."""
    octets, offsets = octets_of(texts), offsets_of(texts)
    sizes = np.diff(offsets)
    for size in np.flatnonzero(np.bincount(sizes)).tolist() if len(sizes) else ():
        if not size:
            continue
        if len(sizes) * size == len(octets):
            yield size, slice(None), octets.reshape(-1, size)
            return
        places = np.flatnonzero(sizes == size)
        if len(places) * size == len(octets):
            yield size, places, octets.reshape(-1, size)
        else:
            yield size, places, octets[offsets[places][:, None] + np.arange(size)]


def _has_form(signs: Any, form: tuple[int, int, int]) -> bool:
    """Whether digits and dashes stand where the form has them."""
    year, month, day = form
    for place in set(range(_DAY)) - {*range(year, year + 4), month, month + 1, day, day + 1}:
        if (signs[:, place] != _DASH).any():
            return False
    four = _four(signs, year)
    # Of the octets "0" to "9" alone the upper half stays as it is when six is added.
    if (((four + np.uint32(_SIX)) | four) & np.uint32(_UPPER) != _ZEROS).any():
        return False
    for place in (month, day):
        two = _pair(signs, place)
        if (((two + np.uint16(_SIX & 0xFFFF)) | two) & np.uint16(_UPPER & 0xFFFF) != _NOUGHT).any():
            return False
    return True


def _code(signs: Any, form: tuple[int, int, int]) -> Any:
    """A number that grows with the day; -1 where there is no such month, or none that long."""
    four = _four(signs, form[0]) & np.uint32(0x0F0F0F0F)
    four = (four * np.uint32(10) + (four >> np.uint32(8))) & np.uint32(0x00FF00FF)
    year = ((four * np.uint32(100) + (four >> np.uint32(16))) & np.uint32(0xFFFF)).view(np.int32)
    month, day = _two_digits(signs, form[1]), _two_digits(signs, form[2])
    code = year * np.int32(_MONTHS * _DAYS) + (month - np.int32(1)) * np.int32(_DAYS)
    code += day - np.int32(1)
    code[(month < 1) | (month > _MONTHS) | (day < 1) | (day > _DAYS)] = _NONE
    return code


def _two_digits(signs: Any, place: int) -> Any:
    two = _pair(signs, place) & np.uint16(0x0F0F)
    return ((two * np.uint16(10) + (two >> np.uint16(8))) & np.uint16(0xFF)).astype(np.int32)


def _four(signs: Any, place: int) -> Any:
    """Four octets of each value as one number, the first the lowest."""
    return _octets(signs, place, "<u4")


def _pair(signs: Any, place: int) -> Any:
    """Two octets of each value as one number, the first the lowest."""
    return _octets(signs, place, "<u2")


def _octets(signs: Any, place: int, kind: str) -> Any:
    held = np.ndarray(len(signs), kind, signs, place, (signs.shape[1],))
    return np.ascontiguousarray(held).astype(kind[1:], copy=False)


def _codes_of(days: NDArray[np.datetime64]) -> Any:
    """The number of each day, as ``_code`` makes it."""
    months = days.astype("datetime64[M]")
    since = months.astype(np.int64) + _EPOCH * _MONTHS
    return since * _DAYS + (days - months.astype("datetime64[D]")).astype(np.int64)
