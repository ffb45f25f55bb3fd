"""How often the values of a column repeat, told by their hashes of 64 bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from scvkit.engine.sql import quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scvkit.engine.duck import Connection

# Hashes held at once, 128 MB of them; of more values, one part after the other.
_AT_ONCE = 16_000_000
_BATCH = 200_000
# The lowest bits of a hash, in which its place among the others fits.
_PLACES = 1 << 24
_PLACE_BITS = np.uint64(_PLACES - 1)
_BROUGHT = "lines_brought_here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """Values of a column and the rows of the commonest; no two values in ten million share one."""

    rows: int  # with a value
    distinct: int
    most_common: int


def count_repeats(
    connection: Connection, values: str, expression: str, rows: int, *, but: str = ""
) -> Repeats:
    """Return how often ``expression`` repeats in ``values``, a table or query of ``rows`` rows.

    ``but`` is a query of values of which none is taken for the commonest. Sorting hashes costs a
    third of counting them in a table, and eight bytes a value.

    >>> from scvkit.engine import connect
    >>> count_repeats(connect(), "(values ('a'), ('b'), ('a'), (null)) t(v)", "v", 4)
    Repeats(rows=3, distinct=2, most_common=2)
    """
    parts = -(-rows // _AT_ONCE) or 1
    passed_over = np.empty(0, np.uint64)
    if but:
        passed_over = _hashes(connection, f"select distinct hash(v) from ({but}) t(v)", 0)
    counted = filled = most_common = 0
    for part in range(parts):
        kept = f"and hash({expression}) % {parts} = {part}" if parts > 1 else ""
        hashes = _hashes(
            connection,
            f"select hash({expression}) as h from {values} where {expression} is not null {kept}",
            rows // parts,
        )
        distinct, most = _runs(hashes, passed_over)
        filled += len(hashes)
        counted += distinct
        most_common = max(most_common, most)
    return Repeats(rows=filled, distinct=counted, most_common=most_common)


def write_shared(
    connection: Connection,
    table: str,
    keys: Sequence[tuple[str, str, str]],
    *,
    rows: int,
    most: int,
) -> None:
    """Write a temporary table of the records that share a key with others: line, kind, key.

    Each of ``keys`` is a table or query of ``rows`` rows with a ``line_number``, the expression
    of the key, and a query of keys that stand for nobody, or nothing; ``kind`` is its place among
    them, ``key`` its hash. Keys in more than ``most`` records are left out, and nulls.
    """
    connection.execute(
        f"create or replace temp table {quoted(table)} (line bigint, kind integer, key ubigint)"
    )
    parts = -(-rows // _AT_ONCE) or 1
    for kind, (records, key, nobody) in enumerate(keys):
        listed = "select null" + (f" union all ({nobody})" if nobody else "")
        nothing = _hashes(connection, f"select hash(v) from ({listed}) t(v)", 1)
        for part in range(parts):
            kept = f"where hash({key}) % {parts} = {part}" if parts > 1 else ""
            # A condition on the key would have it worked out twice for every record.
            lines, hashes = _columns(
                connection,
                f"select line_number, hash({key}) from {records} {kept}",
                rows // parts,
                (np.int64, np.uint64),
            )
            places = _places_of_shared(hashes, most, nothing)
            shared = pa.table({"line": lines[places], "key": hashes[places]})
            connection.from_arrow(shared).create_view(_BROUGHT, replace=True)
            connection.execute(
                f"insert into {quoted(table)} select line, {kind}, key from {_BROUGHT}"
            )
            connection.execute(f"drop view {_BROUGHT}")


def _places_of_shared(
    hashes: NDArray[np.uint64], most: int, nothing: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Where those stand that stand two times to ``most`` times, in order; ``nothing`` nowhere.

    Sorting hashes with their places in the lowest bits costs a quarter of ordering them; the few
    whose other bits agree are looked at whole.
    """
    if len(hashes) < 2:
        return np.empty(0, np.int64)
    if len(hashes) <= _PLACES:
        packed = hashes & ~_PLACE_BITS
        packed |= np.arange(len(hashes), dtype=np.uint64)
        packed.sort()
        same = (packed[1:] ^ packed[:-1]) <= _PLACE_BITS
        twice = np.zeros(len(hashes), np.bool_)
        twice[1:] = same
        twice[:-1] |= same
        some = (packed[twice] & _PLACE_BITS).astype(np.int64)
    else:
        some = np.arange(len(hashes))
    some = some[~np.isin(hashes[some], nothing)]
    order = some[np.argsort(hashes[some])]
    ordered = hashes[order]
    if len(ordered) < 2:
        return np.empty(0, np.int64)
    begins = np.concatenate(([0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1))
    sizes = np.diff(np.append(begins, len(ordered)))
    return np.sort(order[np.repeat((sizes >= 2) & (sizes <= most), sizes)])


def _hashes(connection: Connection, sql: str, expected: int) -> NDArray[np.uint64]:
    """The hashes of a query, sorted."""
    [found] = _columns(connection, sql, expected, (np.uint64,))
    found.sort()
    return found


def _columns(
    connection: Connection, sql: str, expected: int, types: Sequence[type]
) -> tuple[NDArray[Any], ...]:
    """The columns of a query, each one array that grows where more rows come than expected."""
    found: list[NDArray[Any]] = [np.empty(expected + 1, kind) for kind in types]
    count = 0
    for batch in connection.sql(sql).to_arrow_reader(_BATCH):
        after = count + batch.num_rows
        for place, values in enumerate(found):
            if after > len(values):
                more = np.empty(after + len(values) // 4, values.dtype)
                more[:count] = values[:count]
                found[place] = values = more
            values[count:after] = batch.column(place).to_numpy(zero_copy_only=False)
        count = after
    return tuple(values[:count] for values in found)


def _runs(hashes: NDArray[np.uint64], but: NDArray[np.uint64]) -> tuple[int, int]:
    """How many different ones there are, and how often the commonest stands that is not ``but``."""
    same = hashes[1:] == hashes[:-1]
    distinct = len(hashes) - int(np.count_nonzero(same))
    again = np.flatnonzero(same)
    # The first of each that stands more than once, and how often it does.
    begins = np.flatnonzero(np.diff(again, prepend=-2) != 1)
    repeated = hashes[again[begins]]
    counts = np.diff(begins, append=len(again)) + 1
    most = int(counts[~np.isin(repeated, but)].max(initial=0))
    places = np.searchsorted(hashes, but, side="right") - np.searchsorted(hashes, but)
    left = distinct - int(np.count_nonzero(places))
    return distinct, max(most, min(1, left))
