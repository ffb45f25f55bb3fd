"""The shapes of a column that hardly repeats, counted before anything is asked of a value.

What none of its shapes allows need not be asked of a million values: a column of eight digits
holds no word, no date and no damaged letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scvkit.engine import column_texts, listed_columns, quoted, values_in_all
from scvkit.profile.masks import (
    ELLIPSIS,
    counted_masks,
    joined_masks,
    octets_of,
    offsets_of,
)

if TYPE_CHECKING:
    from scvkit.engine import Connection

# A date that may be written month first: 31-12-2020 in any separator.
YEAR_LAST = "9{1,2}[-./].*"
_LOOKED_AT = 20_000
_FEW = 10_000
_AT_ONCE = 200_000  # masks
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
    capitals: bool = True  # some value may hold a capital of ASCII
    entities: bool = True  # some value may hold the sign that begins "&amp;"
    shortest: int = 0
    # Arrow table of every bare mask and its rows, placeholders too; None: not counted
    masks: Any | None = field(default=None, compare=False, repr=False)

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
    """Return what each column is like, judged by the first rows."""
    [(rows,)] = connection.execute(f"select count(*) from {scan}").fetchall()
    if int(rows) < _FEW:
        # Next to nothing either way.
        return (Habits(repeats=True, diverse=False),) * len(columns)
    repeating = listed_columns(scan)
    asked = ", ".join(quoted(column) for column in columns if column not in repeating) or "null"
    first_rows = connection.sql(f"select {asked} from {scan} limit {_LOOKED_AT}").to_arrow_table()
    found = iter(first_rows.columns)
    return tuple(
        Habits(repeats=True, diverse=False)
        if column in repeating
        else _habits(next(found).combine_chunks(), int(rows))
        for column in columns
    )


def find_shapes(connection: Connection, scan: str, column: str, *, diverse: bool) -> Shapes:
    """Return the shapes of a column, row by row.

    ``diverse`` says that nearly every value has a shape of its own: they are not counted then.
    """
    seen = _Signs()
    counted: list[Any] = []
    for texts in texts_of(connection, scan, column):
        seen.look(texts)
        if diverse:
            continue
        counted.append(counted_masks(texts))
        if sum(table.num_rows for table in counted) > _AT_ONCE:
            counted = [joined_masks(counted)]
    return seen.shapes(joined_masks(counted) if counted else None)


def repeated_values(connection: Connection, scan: str, column: str) -> Any | None:
    """Return a table of the values of a column: value, rows; None where the file lists them not.

    A file lists what repeats; counting its list costs a fraction of looking at every row.
    """
    counted: list[Any] = []
    for texts in column_texts(connection, scan, column):
        if not (pa.types.is_dictionary(texts.type) or len(texts) < _FEW):
            return None
        counted.append(_counted_values(texts))
    if not counted:
        return None
    summed = pa.concat_tables(counted).group_by("value", use_threads=False)
    return summed.aggregate([("rows", "sum")]).rename_columns(["value", "rows"])


def _counted_values(texts: Any) -> Any:
    """A table of value and rows of an Arrow array of text, or of its dictionary."""
    if not pa.types.is_dictionary(texts.type):
        values, rows = pc.value_counts(texts).flatten()
        return pa.table({"value": values, "rows": rows})
    # What is missing counts as one more entry.
    listed = pa.concat_arrays([texts.dictionary, pa.nulls(1, texts.dictionary.type)])
    places = texts.indices.fill_null(len(listed) - 1).to_numpy()
    rows = np.bincount(places, minlength=len(listed))
    held = np.flatnonzero(rows)
    return pa.table({"value": listed.take(pa.array(held)), "rows": rows[held]})


def shapes_of(values: Any) -> Shapes:
    """Return the shapes of a table of values and their rows."""
    texts, rows = (column.combine_chunks() for column in values.columns)
    seen = _Signs()
    seen.look(texts)
    return seen.shapes(counted_masks(texts, rows))


def texts_of(connection: Connection, scan: str, column: str) -> Iterator[Any]:
    """Yield the values of a column as Arrow arrays of text."""
    for texts in column_texts(connection, scan, column):
        yield texts.dictionary_decode() if pa.types.is_dictionary(texts.type) else texts


@dataclass(slots=True)
class _Signs:
    """What signs the values seen so far hold, and which at their ends."""

    edged: bool = False
    accented: bool = False
    capitals: bool = False
    entities: bool = False
    shortest: int | None = None

    def shapes(self, masks: Any | None) -> Shapes:
        few = masks is not None and masks.num_rows <= _MOST_SHAPES
        return Shapes(
            listed=tuple(masks.column(0).to_pylist()) if masks is not None and few else None,
            masks=masks,
            edged=self.edged,
            accented=self.accented,
            capitals=self.capitals,
            entities=self.entities,
            shortest=self.shortest or 0,
        )

    def look(self, texts: Any) -> None:
        octets, offsets = octets_of(texts), offsets_of(texts)
        filled = np.flatnonzero(np.diff(offsets))
        if not len(filled):
            return
        firsts, ends = offsets[:-1], offsets[1:]
        if len(filled) < len(firsts):
            firsts, ends = firsts[filled], ends[filled]
        if octets.max() < _BEYOND_ASCII:
            beyond, shortest = None, int((ends - firsts).min())
        else:
            beyond = texts.filter(pc.invert(pc.string_is_ascii(texts)))
            shortest = int(pc.min(pc.utf8_length(texts.take(filled))).as_py())
            self.accented = True
        self.shortest = shortest if self.shortest is None else min(shortest, self.shortest)
        self.entities = self.entities or bool((octets == ord("&")).any())
        self.capitals = self.capitals or bool((octets - np.uint8(ord("A")) < _LETTERS).any())
        # The condition of ``edged_sql``.
        self.edged = (
            self.edged
            or bool((octets[firsts] < ord("!")).any())
            or bool(_EDGES[octets[ends - 1]].any())
            or (beyond is not None and bool(pc.any(_edged_beyond_ascii(beyond)).as_py()))
        )


def _edged_beyond_ascii(texts: Any) -> Any:
    return pc.match_substring_regex(texts, f"^{_BLANK_SIGN}|{_BLANK_SIGN}$")


_BEYOND_ASCII, _LETTERS = 0x80, 26
_EDGES = np.zeros(256, np.bool_)
_EDGES[list(b" \t\n\r")] = True


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


def _habits(texts: Any, rows: int) -> Habits:
    filled = texts.filter(pc.greater(pc.binary_length(texts), 0))
    in_all = len(filled) * rows // min(rows, _LOOKED_AT)
    if in_all < _FEW or pc.count_distinct(filled).as_py() * 2 <= len(filled):
        return Habits(repeats=True, diverse=False)
    # What stands twice in neighbouring rows tells how the file was sorted, and of few others.
    new = pc.not_equal(filled.slice(1), filled.slice(0, len(filled) - 1))
    if values_in_all(filled.slice(1).filter(new)) * 2 <= in_all:
        return Habits(repeats=True, diverse=False)
    few = texts.slice(0, _LOOKED_AT // 10).drop_null()
    return Habits(repeats=False, diverse=counted_masks(few).num_rows * 2 > len(few))
