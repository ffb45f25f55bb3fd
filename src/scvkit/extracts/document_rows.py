"""Records with keys of their own become rows of one table of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scvkit.engine import Connection, RowTables, quoted, text_literal
from scvkit.errors import ExtractError
from scvkit.extracts.naming import column_names
from scvkit.extracts.tables import TableRead

_BATCH = 20_000
_MOST_COLUMNS = 20_000
Numbered = tuple[int, Mapping[str, str | None]]


def write_documents(
    connection: Connection,
    rows: RowTables,
    documents: Iterator[Numbered],
    name: tuple[str, str, str],
    *,
    file: str,
    scratch: Path,
) -> TableRead:
    """Write documents in the order received; columns in the order they first appear.

    Raises ExtractError when they have more keys than a table can have columns.
    """
    order: dict[str, None] = {}
    parts: list[Path] = []
    for batch in _batches(documents):
        for _, document in batch:
            order.update(dict.fromkeys(document))
        if len(order) > _MOST_COLUMNS:
            raise ExtractError(
                f"{file} has more than {_MOST_COLUMNS} different keys: its keys are values. Ask "
                "for a list of records that share their keys."
            )
        columns = [pa.array([line for line, _ in batch], pa.int64())]
        columns += [_strings([d.get(key) for _, d in batch]) for key in order]
        # Keys may repeat in another case: the parts carry places, names come at the end.
        labels = ["line_number", *(f"c{place}" for place in range(len(order)))]
        part = scratch / f"part-{len(parts):06}.parquet"
        pq.write_table(pa.table(columns, names=labels), part)
        parts.append(part)
    names = column_names(list(order))
    if not parts or not order:
        return TableRead(names=names, rows=0)
    renamed = ", ".join(f"c{i} as {quoted(n)}" for i, n in enumerate(names.names))
    listed = ", ".join(text_literal(str(part)) for part in parts)
    count = rows.write(
        connection,
        f"select line_number, {renamed} from read_parquet([{listed}], union_by_name = true) "
        "order by line_number",
        *name,
    )
    for part in parts:
        part.unlink()
    return TableRead(names=names, rows=count)


def _batches(documents: Iterator[Numbered]) -> Iterator[list[Numbered]]:
    batch: list[Numbered] = []
    for item in documents:
        batch.append(item)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _strings(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can spell
        clean = (v and v.encode("utf-8", "replace").decode() for v in values)
        return pa.array(list(clean), pa.string())
