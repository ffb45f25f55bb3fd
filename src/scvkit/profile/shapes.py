"""The shapes of a column that hardly repeats, counted before anything is asked of a value.

What none of its shapes allows need not be asked of a million values: a column of eight digits
holds no word, no date and no damaged letter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scvkit.engine import Steps, quoted, text_literal
from scvkit.profile.masks import ELLIPSIS, MASK_LENGTH, OTHER_SIGN, bare_mask_sql, plain_masks

if TYPE_CHECKING:
    from scvkit.engine import Connection

SHAPES = "shapes_of_one_column"
# A date that may be written month first: 31-12-2020 in any separator.
YEAR_LAST = "9{1,2}[-./].*"
_LOOKED_AT = 20_000
_FEW = 10_000
_BATCH, _MOST_PLAIN = 100_000, 24
_TOO_LONG = "x" * (MASK_LENGTH + 1)
_MOST_SHAPES = 500  # more are not worth asking one by one
_BLANK_SIGN = r"[ \t\n\r\x{a0}\x{200b}\x{feff}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """What the values of a column look like as received.

    ``listed`` are their bare masks (``masks.bare_mask_sql``); None where there are too many, or
    where nobody looked.
    """

    listed: tuple[str, ...] | None = None
    edged: bool = True  # some value has blanks at its ends
    accented: bool = True  # some value holds a sign beyond ASCII
    shortest: int = 0
    counted: bool = False  # in the temporary table

    def some(self, pattern: str, *, cut: bool = True, longest: int | None = None) -> bool:
        """True when a value may have a shape that the pattern matches wholly.

        Of a shape that was cut nobody knows how it goes on: ``cut`` is the answer for those.
        ``longest`` is the length beyond which nothing can match.
        """
        if longest is not None and self.shortest > longest:
            return False
        return self.listed is None or any(
            cut if shape.endswith(ELLIPSIS) else re.fullmatch(pattern, shape)
            for shape in self.listed
        )

    def every(self, pattern: str) -> bool:
        """True when every value has a shape that the pattern matches wholly."""
        return self.listed is not None and all(
            not shape.endswith(ELLIPSIS) and re.fullmatch(pattern, shape) for shape in self.listed
        )


UNKNOWN = Shapes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a column is believed to be like; a wrong guess costs time and changes no measure."""

    repeats: bool  # its values stand in two rows or more on average
    diverse: bool  # of those that do not, most have a shape of their own


def find_habits(connection: Connection, scan: str, columns: Sequence[str]) -> tuple[Habits, ...]:
    """Return what each column is like, judged by the first rows.

    The connection needs ``masks.add_mask_function``.
    """
    [(rows,)] = connection.execute(f"select count(*) from {scan}").fetchall()
    connection.execute(
        f"create or replace temp table first_rows as select * from {scan} limit {_LOOKED_AT}"
    )
    found = tuple(_habits(connection, column, int(rows)) for column in columns)
    connection.execute("drop table first_rows")
    return found


def find_shapes(connection: Connection, scan: str, column: str, *, diverse: bool) -> Shapes:
    """Return the shapes of a column, counted in the temporary table ``shapes_of_one_column``.

    ``diverse`` says that nearly every value has a shape of its own: they are not listed then.
    The connection needs ``masks.add_mask_function``.
    """
    received = f"select {quoted(column)} as received from {scan} where {quoted(column)} <> ''"
    quick = None if diverse else _plain_shapes(connection, received)
    if quick is not None:
        return quick
    told = (
        "min(length(received)) as shortest, bool_or(length(received) <> strlen(received)) "
        "as accented, bool_or({}) as edged"
    )
    edged_cells = edged_sql("received")
    if diverse:
        [(shortest, accented, edged)] = connection.execute(
            f"select {told.format(edged_cells)} from ({received})"
        ).fetchall()
        return Shapes(edged=bool(edged), accented=bool(accented), shortest=int(shortest or 0))
    # The ends of short values show in their shapes.
    long_cells = f"case when strlen(received) > {MASK_LENGTH} then {edged_cells} else false end"
    connection.execute(
        f"create or replace temp table {SHAPES} as select {bare_mask_sql('received')} as mask, "
        f"count(*) as rows, {told.format(long_cells)} from ({received}) group by mask"
    )
    [(count, shortest, edged, accented)] = connection.execute(
        "select count(*), min(shortest), coalesce(bool_or(edged or "
        f"regexp_matches(mask, '^[ {OTHER_SIGN}]|[ {OTHER_SIGN}]$')), false), "
        f"coalesce(bool_or(accented), false) from {SHAPES}"
    ).fetchall()
    listed = None
    if int(count) <= _MOST_SHAPES:
        found = connection.execute(f"select mask from {SHAPES} order by mask").fetchall()
        listed = tuple(str(mask) for (mask,) in found)
    return Shapes(
        listed=listed,
        edged=bool(edged),
        accented=bool(accented),
        shortest=int(shortest or 0),
        counted=True,
    )


def _plain_shapes(connection: Connection, received: str) -> Shapes | None:
    """The shapes of a column of short ASCII values in few shapes; None when it is not one.

    Their bytes are looked at as they lie in memory, which costs half of a mask for each.
    """
    counted: Counter[str] = Counter()
    # Of a long value its length is enough to know: notes of many pages fill no array.
    short = f"case when strlen(received) <= {MASK_LENGTH} then received else '{_TOO_LONG}' end"
    values = connection.sql(f"select {short} as received from ({received})")
    for batch in values.to_arrow_reader(_BATCH):
        found = plain_masks(batch.column(0), most=_MOST_PLAIN)
        if found is None:
            return None
        counted.update(found)
        if len(counted) > _MOST_PLAIN:
            return None
    if not counted:
        return None
    listed = tuple(sorted(counted))
    rows = ", ".join(f"({text_literal(mask)}, {counted[mask]})" for mask in listed)
    connection.execute(
        f"create or replace temp table {SHAPES} as select * from (values {rows}) t(mask, rows)"
    )
    return Shapes(
        listed=listed,
        edged=any(mask != mask.strip(f" {OTHER_SIGN}") for mask in listed),
        accented=False,
        shortest=min(map(len, listed)),
        counted=True,
    )


def edged_sql(value: str) -> str:
    """Return the condition under which a value has blanks at its ends."""
    ends = "".join(
        f" or suffix({value}, {sign})" for sign in ("' '", "chr(9)", "chr(10)", "chr(13)")
    )
    return (
        f"(({value} < '!' and {value} <> ''){ends} "
        # case, because "or" works out both of its sides for every value
        f"or case when length({value}) <> strlen({value}) "
        f"then regexp_matches({value}, '^{_BLANK_SIGN}|{_BLANK_SIGN}$') else false end)"
    )


def _habits(connection: Connection, column: str, rows: int) -> Habits:
    if rows < _FEW:
        # Next to nothing either way.
        return Habits(repeats=True, diverse=False)
    steps = Steps().step(
        "one_row_per_value",
        f"select count(*) as n from first_rows where {quoted(column)} <> '' "
        f"group by hash({quoted(column)})",
    )
    [(filled, different, once, twice)] = steps.rows(
        connection,
        "select coalesce(sum(n), 0), count(*), count(*) filter (where n = 1), "
        "count(*) filter (where n = 2) from one_row_per_value",
    )
    in_all = int(filled) * rows // min(rows, _LOOKED_AT)
    if in_all < _FEW or _values_in_all(different, once, twice) * 2 <= in_all:
        return Habits(repeats=True, diverse=False)
    [(shapes, shown)] = connection.execute(
        f"select count(distinct {bare_mask_sql(quoted(column))}), count({quoted(column)}) "
        f"from (from first_rows limit {_LOOKED_AT // 10})"
    ).fetchall()
    return Habits(repeats=False, diverse=int(shapes) * 2 > int(shown))


def _values_in_all(different: int, once: int, twice: int) -> float:
    """How many values a column has, at least, by those seen once and twice (Chao 1984).

    >>> _values_in_all(17_400, 15_100, 2_100) < 75_000
    True
    """
    return different + once * (once - 1) / (2 * (twice + 1))
