"""How a source is kept: its months, what changed since an earlier extract, what to mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCount:
    """Records made in a month, and records nobody has touched since that month."""

    month: str  # ISO, "2026-09"
    created: int
    touched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The life of a table by month, over all rows; the months follow each other without gaps.

    A record counts once under ``created``, in the month it was made, and once under ``touched``,
    in the month of its newest date of any kind. Dates that cannot be are left out.
    """

    table: str
    rows: int
    created_column: str | None  # None: no column says when a record was made
    touched_columns: tuple[str, ...]
    months: tuple[MonthCount, ...] = ()

    @property
    def dated(self) -> int:
        """Records that carry at least one date."""
        return sum(month.touched for month in self.months)

    @property
    def made(self) -> int:
        """Records that carry the date they were made."""
        return sum(month.created for month in self.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixList:
    """Records of a table with what is wrong in each, for whoever mends them at the source.

    The rows lie in the private work folder and are never exported; ``file`` is their place in it.
    """

    table: str
    file: str
    rows: int  # one for each record and fault
    records: int
    cut: bool = False  # a fault in very many rows is listed for the first of them only


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnThenNow:
    """One column of a table in the earlier extract and in this one, as counts of rows."""

    column: str
    state: Literal["kept", "new", "gone"]
    filled_then: int | None  # None: the column was not there
    filled_now: int | None
    changed: int | None  # records in both extracts whose value differs; None: no id to follow


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceEarlier:
    """A table beside its earlier extract; records are followed by the id of the table."""

    table: str
    file: str  # name of the earlier file, never a path
    rows_then: int
    rows_now: int
    ids_kept: int | None = None  # None: the table has no id that both extracts carry
    ids_gone: int | None = None
    ids_new: int | None = None
    columns: tuple[ColumnThenNow, ...] = ()
    reason: str = ""  # why nothing could be compared
