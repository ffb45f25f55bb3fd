"""The commonest masks of a column, counted over every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scvkit.engine import Steps, text_literal
from scvkit.profile.counted import Counted
from scvkit.profile.facts import Facts
from scvkit.profile.masks import bare_mask_sql, readable_mask_sql, rows_of_masks
from scvkit.profile.shapes import SHAPES, Shapes, texts_of
from scvkit.records.profile import MaskCount

if TYPE_CHECKING:
    from scvkit.engine import Connection

MASKS_OF_COLUMN = 5
_FIRST_VALUES = 20_000


def column_masks(
    connection: Connection,
    scan: str,
    column: str,
    facts: Facts,
    counted: Counted,
    shapes: Shapes,
    *,
    diverse: bool,
) -> tuple[MaskCount, ...]:
    """Return the commonest masks of the filled values of a column, each with its rows.

    ``shapes`` are those of the column; ``diverse`` says that nearly every value has its own. The
    connection needs ``masks.add_mask_function``.
    """
    of_values = f"select {bare_mask_sql('value')} as mask, {{}} as rows from {{}} "
    steps = Steps()
    if shapes.edged or not shapes.counted:
        values = facts.plain_values()
        sql = of_values.format("sum(rows)", values) + "group by 1"
        if diverse:
            # Hardly any is common: those that show in the first rows are counted in all.
            sql = _counted_masks(connection, scan, column, facts, counted)
    else:
        # Counted already, of placeholders too.
        sql = f"select mask, rows from {SHAPES}"
        if counted.of("placeholder"):
            stand_in = f"where bits & {counted.bits('placeholder')} <> 0"
            sql += " union all " + of_values.format("-rows", facts.table) + stand_in
            sql = f"select mask, sum(rows) as rows from ({sql}) group by mask having sum(rows) > 0"
    steps.step("one_row_per_bare_mask", sql)
    found = steps.rows(
        connection,
        f"select {readable_mask_sql('mask')} as mask, rows from one_row_per_bare_mask "
        f"order by rows desc, 1 limit {MASKS_OF_COLUMN}",
    )
    return tuple(MaskCount(mask=mask, rows=int(rows)) for mask, rows in found)


def _counted_masks(
    connection: Connection, scan: str, column: str, facts: Facts, counted: Counted
) -> str:
    """SQL for the rows of the commonest masks among the first values."""
    mask = bare_mask_sql("value")
    first = connection.execute(
        f"select {mask} as mask from (select * from {facts.plain_values()} limit {_FIRST_VALUES}) "
        f"group by mask order by sum(rows) desc, mask limit {MASKS_OF_COLUMN}"
    ).fetchall()
    masks = [str(found) for (found,) in first]
    if counted.of("trimmed") or not masks:
        listed = ", ".join(map(text_literal, masks)) or "null"
        return (
            f"select {mask} as mask, sum(rows) as rows from {facts.plain_values()} "
            f"where {mask} in ({listed}) group by 1"
        )
    every = [rows_of_masks(texts, masks) for texts in texts_of(connection, scan, column)]
    rows = [sum(counts) for counts in zip(*every, strict=True)]
    if counted.of("placeholder"):
        stand_ins = dict(
            connection.execute(
                f"select {mask}, sum(rows) from {facts.table} "
                f"where bits & {counted.bits('placeholder')} <> 0 group by 1"
            ).fetchall()
        )
        rows = [n - int(stand_ins.get(mask, 0)) for n, mask in zip(rows, masks, strict=True)]
    pairs = zip(masks, rows, strict=True)
    listed = ", ".join(f"({text_literal(mask)}, {n})" for mask, n in pairs if n > 0)
    return f"select * from (values {listed}) t(mask, rows)"
