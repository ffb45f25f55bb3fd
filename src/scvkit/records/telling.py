"""Which counts of a falling row may be told: no two may differ by one to four people."""

from __future__ import annotations

from collections.abc import Sequence

FEWEST = 5


def too_near(counts: Sequence[int | None], *, whole: int | None = None) -> list[int | None]:
    """Return for each count the told number that it lies within 1 to 4 of; None where it is told.

    A count of 1 to 4 is told by nobody, so none is measured against it. Every page and file that
    tells a funnel goes by this.

    >>> too_near([100, 98, 96, 90, 3], whole=101)
    [101, 101, None, None, None]
    """
    near: list[int | None] = []
    told: int | None = None
    for count in counts:
        beside = next(
            (
                n
                for n in (told, whole)
                if None not in (n, count) and is_few((n or 0) - (count or 0))
            ),
            None,
        )
        near.append(beside)
        if beside is None and count is not None and not is_few(count):
            told = count
    return near


def as_told(counts: Sequence[int | None], *, whole: int | None = None) -> list[int | None]:
    """Return the counts to within four people: a hidden one as the number it lies so near to.

    What is computed from these gives no hidden count away.

    >>> as_told([100, 98, 90, None])
    [100, 100, 90, None]
    """
    pairs = zip(counts, too_near(counts, whole=whole), strict=True)
    return [count if near is None else near for count, near in pairs]


def is_few(count: int) -> bool:
    """Return True for 1 to 4."""
    return 1 <= count < FEWEST
