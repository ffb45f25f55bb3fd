"""The texts of one column as they lie in the file, for what is quicker done to all at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from scvkit.engine.rows import Scan
from scvkit.engine.sql import quoted

if TYPE_CHECKING:
    from scvkit.engine.duck import Connection

_BATCH = 100_000
_BY_DICTIONARY = {"RLE_DICTIONARY", "PLAIN_DICTIONARY"}


def column_texts(connection: Connection, scan: str, column: str) -> Iterator[pa.Array]:
    """Yield the values of a text column in the order of its rows, some rows at a time.

    ``scan`` is what ``RowTables.scan`` returns, whose file is read directly, in a third of the
    time; or a table or query of the connection. Where the file holds a dictionary of the values
    the arrays are dictionary arrays.

    >>> from scvkit.engine import connect
    >>> [a.to_pylist() for a in column_texts(connect(), "(values ('a'), (null)) t(v)", "v")]
    [['a', None]]
    """
    if not isinstance(scan, Scan):
        for batch in connection.sql(f"select {quoted(column)} from {scan}").to_arrow_reader(_BATCH):
            yield batch.column(0)
        return
    with pq.ParquetFile(scan.file) as held:
        place = held.schema_arrow.get_field_index(column)
        groups = held.num_row_groups
        listed = groups and _BY_DICTIONARY & set(held.metadata.row_group(0).column(place).encodings)
    with pq.ParquetFile(scan.file, read_dictionary=[column] if listed else None) as held:
        for group in range(groups):
            read = held.read_row_group(group, columns=[column], use_threads=False)
            yield from read.column(column).chunks
