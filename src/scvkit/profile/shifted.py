"""Rows whose cells stand one column beside their own, as a stray delimiter leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scvkit.engine import quoted
from scvkit.profile.column import ColumnMeasure
from scvkit.profile.facts import blank_to_null
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

_SHAPES = {
    Attribute.EMAIL: "[^@ ]+@[^@ ]+[.][^@ ]+",
    Attribute.PHONE: "[+(]?[0-9][0-9 ()./-]{5,}",
    Attribute.MOBILE: "[+(]?[0-9][0-9 ()./-]{5,}",
    Attribute.POSTCODE: "([A-Z]{1,2}-)?[0-9]{3,6}( [0-9]{2})?",
    Attribute.COUNTRY: "[A-Z]{2,3}",
}
_TYPES = {
    "date": "[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}.*",
    "integer": "[+-]?[0-9]+",
    "decimal": "[+-]?[0-9][0-9., ]*",
    "boolean": "[A-Za-z]{1,5}|[01]",
}
_TELLING = 2  # cells that must fit the neighbour before a row is called shifted


def shape_of(column: ColumnMeasure) -> str | None:
    """Return the pattern that the values of a strict column have, None for free ones."""
    profile = column.profile
    return _SHAPES.get(profile.attribute) or _TYPES.get(profile.inferred_type)


def shifted_rows(connection: Connection, scan: str, columns: Sequence[ColumnMeasure]) -> int:
    """Return the rows in which two cells or more do not fit their column but its neighbour's do.

    Costs nothing where no two strict columns hold a value that does not fit.
    """
    lines = lines_of_shifted(scan, columns)
    if lines is None:
        return 0
    [(found,)] = connection.execute(f"select count(*) from ({lines})").fetchall()
    return int(found)


def lines_of_shifted(scan: str, columns: Sequence[ColumnMeasure]) -> str | None:
    """Return SQL for the rows whose cells stand beside their own; None when none could.

    Both neighbours on the same side.
    """
    strict = [(place, c) for place, c in enumerate(columns) if c.misfits]
    if len(strict) < _TELLING:
        return None
    misfit = {place: _misfits(c) for place, c in strict}
    sides = []
    for side in (1, -1):
        told = [
            f"case when {misfit[place]} and coalesce(regexp_full_match("
            f"{_text(columns[place + side])}, '{shape_of(c)}'), false) then 1 else 0 end"
            for place, c in strict
            if 0 <= place + side < len(columns)
        ]
        if len(told) >= _TELLING:
            sides.append(f"{' + '.join(told)} >= {_TELLING}")
    if not sides:
        return None
    several = " + ".join(f"case when {sql} then 1 else 0 end" for sql in misfit.values())
    return (
        f"select line_number from {scan} where {several} >= {_TELLING} and ({' or '.join(sides)})"
    )


def _misfits(column: ColumnMeasure) -> str:
    assert column.misfits is not None
    return f"coalesce({_text(column)} in (select value from {quoted(column.misfits)}), false)"


def _text(column: ColumnMeasure) -> str:
    return blank_to_null(column.profile.column, trimmed=column.trimmed)
