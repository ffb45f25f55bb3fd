"""Columns that follow from another: the town from the postcode, the group from the number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from scvkit.engine import Steps, quoted
from scvkit.profile.column import ColumnMeasure
from scvkit.records.profile import Dependence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scvkit.engine import Connection

_LOOKED_AT = 5_000  # rows that choose which pairs are worth counting over all rows
_MOST_COLUMNS = 12
_MOST_PAIRS = 12
_FOLLOWS = 0.97
_BETTER = 5  # times fewer misses than by always guessing the commonest value
_ROWS_A_VALUE = 3


def dependences(
    connection: Connection, scan: str, columns: Sequence[ColumnMeasure]
) -> tuple[Dependence, ...]:
    """Return the columns whose value follows from another's in at least 97 of 100 rows.

    A few thousand rows choose the pairs; the counts are over all rows. Left out are columns that
    hardly vary, for which every column would do, and those that hardly repeat.
    """
    groups = sorted((c for c in columns if _groups(c)), key=lambda c: c.profile.distinct)
    groups = groups[:_MOST_COLUMNS]
    if len(groups) < 2:
        return ()
    found = []
    for source, target in _likely(connection, scan, groups)[:_MOST_PAIRS]:
        passed, tested, commonest = _counted(connection, scan, source, target)
        missed, by_guess = tested - passed, tested - commonest
        if tested and passed >= _FOLLOWS * tested and missed * _BETTER < by_guess:
            found.append(
                Dependence(column=target, follows_from=source, passed=passed, tested=tested)
            )
    return tuple(found)


def _groups(column: ColumnMeasure) -> bool:
    profile = column.profile
    return (
        profile.distinct > 1
        and profile.filled * 2 >= profile.rows
        and profile.distinct * _ROWS_A_VALUE <= profile.filled
        and profile.inferred_type != "date"
    )


def _likely(
    connection: Connection, scan: str, columns: Sequence[ColumnMeasure]
) -> list[tuple[str, str]]:
    """Pairs of which the first tells the second in a sample spread over the table."""
    names = [c.profile.column for c in columns]
    step = max(1, columns[0].profile.rows // _LOOKED_AT)
    cells = ", ".join(f"hash({quoted(name)}) as c{i}" for i, name in enumerate(names))
    looked_at = connection.sql(f"select {cells} from {scan} where line_number % {step} = 0")
    table = looked_at.to_arrow_table()
    rows = table.num_rows
    # Each value by its place among the values, so that two places make one number.
    places = [np.unique(c.to_numpy(), return_inverse=True)[1] for c in table.columns]
    values = [_different(place) for place in places]
    together = {
        (i, j): _different(places[i] * values[j] + places[j])
        for i in range(len(names))
        for j in range(i + 1, len(names))
    }
    return [
        (names[i], names[j])
        for i, j in permutations(range(len(names)), 2)
        # One more combination than values is already an exception; a few are allowed.
        if values[j] > 1
        and values[i] * _ROWS_A_VALUE <= rows
        and together[min(i, j), max(i, j)] <= 1.5 * values[i]
    ]


def _different(places: NDArray[np.int64]) -> int:
    """How many different numbers there are."""
    return len(np.unique(places))


def _counted(connection: Connection, scan: str, source: str, target: str) -> tuple[int, int, int]:
    """Rows with the usual value of their group, rows tested, rows of the commonest value."""
    steps = Steps().step(
        "one_row_per_pair",
        f"select {quoted(source)} as a, {quoted(target)} as b, count(*) as rows from {scan} "
        f"where {quoted(source)} <> '' and {quoted(target)} <> '' group by all",
    )
    steps.step(
        "one_row_per_source",
        "select max(rows) as usual, sum(rows) as rows from one_row_per_pair group by a",
    )
    steps.step("one_row_per_target", "select sum(rows) as rows from one_row_per_pair group by b")
    [(passed, tested, commonest)] = steps.rows(
        connection,
        "select (select sum(usual) from one_row_per_source), "
        "(select sum(rows) from one_row_per_source), (select max(rows) from one_row_per_target)",
    )
    return int(passed or 0), int(tested or 0), int(commonest or 0)
