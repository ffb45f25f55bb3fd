"""Dates and numbers that can be read in two ways, and whether any value tells which is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scvkit.engagement import Reading
from scvkit.engine import Connection, quoted
from scvkit.extracts.doubts import Doubt, doubt, mask
from scvkit.extracts.tables import TableRead
from scvkit.vocabulary import DoubtKind

_SAMPLE_ROWS = 500
_MOST_COLUMNS = 300
_SHOWN = 3
# Only slashes: with points or hyphens the day stands first wherever we know of.
_DATE = re.compile(r"\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?!\d)")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[.,]\d{3})?\Z")
_LEAST_SHARE = 0.8


def locale_doubts(
    connection: Connection, scan: str, read: TableRead, reading: Reading
) -> Iterator[Doubt]:
    """Yield a doubt for dates, and one for numbers, that no value of the table settles.

    Columns are found in the first rows; every row of those is asked for a value that tells.
    """
    columns = read.names.names[:_MOST_COLUMNS]
    listed = ", ".join(map(quoted, columns))
    head = connection.execute(f"select {listed} from {scan} limit {_SAMPLE_ROWS}").fetchall()
    across = dict(zip(columns, zip(*head, strict=True), strict=True)) if head else {}
    values = {c: [str(v).strip() for v in cells if v] for c, cells in across.items()}
    if reading.date_order is None:
        yield from _dates(connection, scan, values)
    if reading.decimal is None:
        yield from _numbers(connection, scan, values)


def _dates(connection: Connection, scan: str, values: dict[str, list[str]]) -> Iterator[Doubt]:
    dated = [column for column, cells in values.items() if _mostly(_DATE, cells)]
    # One system writes one order: a column that tells speaks for the others.
    if dated and not _any_tells(
        connection, scan, dated, (r"^\s*(1[3-9]|[23]\d)/", r"^\s*\d+/(1[3-9]|[23]\d)/")
    ):
        yield _shown(DoubtKind.DATE_ORDER, dated, values)


def _numbers(connection: Connection, scan: str, values: dict[str, list[str]]) -> Iterator[Doubt]:
    grouped = [
        column
        for column, cells in values.items()
        if _mostly(_GROUPED, cells) and any("." in cell or "," in cell for cell in cells)
    ]
    if not grouped:
        return
    fractions = re.compile(r"[-+]?\d+[.,]\d{1,2}\Z|[-+]?\d{1,3}(?:[.,]\d{3})+[.,]\d+\Z")
    others = [c for c, cells in values.items() if _mostly(fractions, cells)]
    telling = (
        r"^\s*[-+]?\d*[.,]\d{1,2}\s*$",
        r"^\s*[-+]?\d{4,}[.,]",
        r"[.,]\d+[.,]",
        r"[.,]\d{4,}",
    )
    if not _any_tells(connection, scan, [*grouped, *others], telling):
        yield _shown(DoubtKind.DECIMAL, grouped, values)


def _mostly(pattern: re.Pattern[str], cells: Sequence[str]) -> bool:
    fitting = sum(bool(pattern.match(cell)) for cell in cells)
    return bool(cells) and fitting >= _LEAST_SHARE * len(cells)


def _any_tells(
    connection: Connection, scan: str, columns: Sequence[str], patterns: Sequence[str]
) -> bool:
    tests = " or ".join(
        f"bool_or(regexp_matches({quoted(column)}, '{pattern}'))"
        for column in columns
        for pattern in patterns
    )
    ((found,),) = connection.execute(f"select {tests} from {scan}").fetchall()
    return bool(found)


def _shown(kind: DoubtKind, columns: Sequence[str], values: dict[str, list[str]]) -> Doubt:
    first = next(
        cell for cell in values[columns[0]] if not cell.isdigit() or kind is DoubtKind.DATE_ORDER
    )
    more = f", … ({len(columns)})" if len(columns) > _SHOWN else ""
    return doubt(kind, columns=", ".join(columns[:_SHOWN]) + more, mask=mask(first))
