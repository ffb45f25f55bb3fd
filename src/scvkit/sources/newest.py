"""The day the extracts were made, as far as their dates tell."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable

from scvkit.engine import Connection, RowTables, quoted
from scvkit.records.extracts import SourceTable
from scvkit.sources.typed import chosen_columns
from scvkit.vocabulary import Attribute

# Dates a system writes when something happens; birth dates and promises say nothing of today.
_HAPPENED = (
    Attribute.CREATED_AT,
    Attribute.CHANGED_AT,
    Attribute.LAST_SEEN_AT,
    Attribute.LAST_PURCHASE_AT,
    Attribute.CONSENT_TIME,
    Attribute.WITHDRAWAL_TIME,
)
# A newest day with no other within this many days before it is a slip or a test.
_ALONE_DAYS = 31
_LOOKED_AT = 200


def newest_days(connection: Connection, rows: RowTables, table: SourceTable) -> tuple[dt.date, ...]:
    """Return the newest believable day of each date column of a source table."""
    chosen = chosen_columns(table.meanings, table.quarantined)
    scan = rows.scan("source", table.source, table.table)
    found: list[dt.date] = []
    for attribute in (a for a in _HAPPENED if a in chosen):
        day = f"cast({quoted(attribute.value)} as date)"
        days = [
            row[0]
            for row in connection.execute(
                f"select distinct {day} from {scan} where {day} is not null "
                f"order by 1 desc limit {_LOOKED_AT}"
            ).fetchall()
        ]
        found += _believable(days)[:1]
    return tuple(found)


def propose_as_of(days: Iterable[dt.date]) -> dt.date | None:
    """Return the day to measure ages against: the newest that more than one column comes near.

    >>> propose_as_of([dt.date(2099, 12, 31), dt.date(2026, 9, 30), dt.date(2026, 9, 28)])
    datetime.date(2026, 9, 30)
    """
    ranked = sorted(days, reverse=True)
    believable = _believable(ranked)
    return next(iter(believable or ranked), None)


def _believable(days: list[dt.date]) -> list[dt.date]:
    """Days, newest first, that another day lies close before; a single day stands by itself."""
    if len(days) == 1:
        return days
    return [day for day, before in itertools.pairwise(days) if (day - before).days <= _ALONE_DAYS]
