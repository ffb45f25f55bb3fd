"""Evidence: a number with its grade, its counts, its range and how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from scvkit.vocabulary import Grade

Unit = Literal["share", "people", "organisations", "records", "rows", "sources", "number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One number as it may be printed.

    ``value``, ``low`` and ``high`` are shares 0–1 when ``unit`` is "share", else counts.
    ``passed`` and ``tested`` are the counts behind a share. A number that is not assessed has no
    value and says in ``reason`` which input is missing. ``method`` names the sentence in the
    locale that says in words how it was made; ``refs`` name the tables and columns it was made
    from ("erp/debtors.kundenr"). ``said_by`` is a role, for shown and declared numbers only.
    """

    grade: Grade
    unit: Unit = "share"
    value: float | None = None
    low: float | None = None
    high: float | None = None
    passed: int | None = None
    tested: int | None = None
    method: str = ""
    refs: tuple[str, ...] = ()
    reason: str = ""
    said_by: str = ""

    def __post_init__(self) -> None:
        if self.grade is Grade.NOT_ASSESSED:
            if self.value is not None or not self.reason:
                raise ValueError("not assessed means no value and a reason")
            return
        if self.value is None:
            raise ValueError("a value is missing: use not_assessed(reason)")
        if self.grade is Grade.MEASURED and not self.method:
            raise ValueError("a measured number names its method")
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        # A range that misses its own value would be printed as a contradiction.
        if not low - 1e-9 <= self.value <= high + 1e-9:
            raise ValueError("value lies outside its range")

    @property
    def assessed(self) -> bool:
        """True when there is a value to print."""
        return self.grade is not Grade.NOT_ASSESSED


def measured_share(
    passed: int,
    tested: int,
    *,
    method: str,
    refs: tuple[str, ...] = (),
    low: float | None = None,
    high: float | None = None,
) -> Evidence:
    """Return the share passed ÷ tested, or "not assessed" when nothing was tested.

    >>> measured_share(3, 4, method="fill").value
    0.75
    >>> measured_share(0, 0, method="fill").grade.value
    'not_assessed'
    """
    if tested == 0:
        return not_assessed("nothing_to_test", method=method, refs=refs)
    share = passed / tested
    return Evidence(
        grade=Grade.MEASURED,
        value=share,
        low=None if low is None else min(low, share),
        high=None if high is None else max(high, share),
        passed=passed,
        tested=tested,
        method=method,
        refs=refs,
    )


def measured_count(
    value: int,
    *,
    unit: Unit,
    method: str,
    refs: tuple[str, ...] = (),
    low: int | None = None,
    high: int | None = None,
    tested: int | None = None,
) -> Evidence:
    """Return a counted number; ``tested`` is the base it was counted among."""
    return Evidence(
        grade=Grade.MEASURED,
        unit=unit,
        value=value,
        low=low,
        high=high,
        tested=tested,
        method=method,
        refs=refs,
    )


def not_assessed(
    reason: str, *, unit: Unit = "share", method: str = "", refs: tuple[str, ...] = ()
) -> Evidence:
    """Return "not assessed": ``reason`` is a locale key under ``reasons`` or a plain sentence."""
    return Evidence(grade=Grade.NOT_ASSESSED, unit=unit, reason=reason, method=method, refs=refs)


def wilson(passed: int, tested: int, z: float = 1.96) -> tuple[float, float]:
    """Return the Wilson score interval of passed ÷ tested (Wilson 1927), 95 % by default.

    >>> [round(x, 3) for x in wilson(60, 60)]
    [0.94, 1.0]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if tested == 0:
        return 0.0, 1.0
    share = passed / tested
    scale = 1 + z * z / tested
    centre = (share + z * z / (2 * tested)) / scale
    half = z * sqrt(share * (1 - share) / tested + z * z / (4 * tested * tested)) / scale
    return max(0.0, centre - half), min(1.0, centre + half)
