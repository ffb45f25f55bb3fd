"""The commonest masks of a column, counted over every row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scvkit.engine import Steps, text_literal
from scvkit.profile.counted import Counted
from scvkit.profile.facts import Facts
from scvkit.profile.masks import (
    bare_mask_sql,
    readable_mask,
    readable_mask_sql,
    rows_of_masks,
)
from scvkit.profile.shapes import Shapes, texts_of
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
    if shapes.masks is not None and not (diverse or shapes.edged):
        return _commonest(shapes.masks, _masks_of_stand_ins(connection, facts, counted))
    sql = (
        f"select {bare_mask_sql('value')} as mask, sum(rows) as rows "
        f"from {facts.plain_values()} group by 1"
    )
    if diverse:
        # Hardly any is common: those that show in the first rows are counted in all.
        sql = _counted_masks(connection, scan, column, facts, counted)
    steps = Steps().step("one_row_per_bare_mask", sql)
    found = steps.rows(
        connection,
        f"select {readable_mask_sql('mask')} as mask, rows from one_row_per_bare_mask "
        f"order by rows desc, 1 limit {MASKS_OF_COLUMN}",
    )
    return tuple(MaskCount(mask=mask, rows=int(rows)) for mask, rows in found)


def _commonest(masks: Any, stand_ins: Mapping[str, int]) -> tuple[MaskCount, ...]:
    """The commonest of an Arrow table of masks, when the rows of placeholders are taken away."""
    names, rows = masks.column("mask"), masks.column("rows").to_numpy().copy()
    for mask, held in stand_ins.items():
        rows[pc.index(names, mask).as_py()] -= held
    least = 1
    if len(rows) > MASKS_OF_COLUMN:
        least = max(least, np.partition(rows, -MASKS_OF_COLUMN)[-MASKS_OF_COLUMN])
    common = np.flatnonzero(rows >= least)
    shown = map(readable_mask, names.take(pa.array(common)).to_pylist())
    found = sorted(zip(rows[common].tolist(), shown, strict=True), key=lambda n: (-n[0], n[1]))
    return tuple(MaskCount(mask=mask, rows=n) for n, mask in found[:MASKS_OF_COLUMN])


def _masks_of_stand_ins(connection: Connection, facts: Facts, counted: Counted) -> dict[str, int]:
    """The rows of placeholders by their bare masks."""
    if not counted.of("placeholder"):
        return {}
    found = connection.execute(
        f"select {bare_mask_sql('value')} as mask, sum(rows) from {facts.table} "
        f"where bits & {counted.bits('placeholder')} <> 0 group by 1"
    ).fetchall()
    return {str(mask): int(rows) for mask, rows in found}


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
    stand_ins = _masks_of_stand_ins(connection, facts, counted)
    pairs = ((mask, n - stand_ins.get(mask, 0)) for mask, n in zip(masks, rows, strict=True))
    listed = ", ".join(f"({text_literal(mask)}, {n})" for mask, n in pairs if n > 0)
    return f"select * from (values {listed}) t(mask, rows)"
