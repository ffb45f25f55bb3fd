"""Rows that repeat others, as SQL that gives their line numbers."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.engine import quoted
from scvkit.profile.facts import blank_to_null

LINE = "line_number"


def lines_of_repeats(scan: str, columns: Sequence[str]) -> str:
    """Return SQL for rows beyond the first of each group that agrees in every one of columns."""
    cells = ", ".join(quoted(column) for column in columns)
    return (
        f"select {quoted(LINE)} from (select {quoted(LINE)}, row_number() over "
        f"(partition by hash({cells}) order by {quoted(LINE)}) as place from {scan}) "
        "where place > 1"
    )


def lines_of_repeated_ids(scan: str, id_column: str, columns: Sequence[str]) -> str:
    """Return SQL for rows whose id stands in an earlier row that differs from them."""
    value = blank_to_null(id_column)
    return (
        f"select {quoted(LINE)} from (select {quoted(LINE)}, {value} as id, row_number() over "
        f"(partition by {value} order by {quoted(LINE)}) as place from {scan}) "
        "where id is not null and place > 1 "
        f"and {quoted(LINE)} not in ({lines_of_repeats(scan, columns)})"
    )
