"""The texts of one column as they lie in the file, for what is quicker done to all at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scvkit.engine.rows import Scan
from scvkit.engine.sql import quoted

if TYPE_CHECKING:
    from scvkit.engine.duck import Connection

_BATCH = 100_000
_BY_DICTIONARY = {"RLE_DICTIONARY", "PLAIN_DICTIONARY"}
_ZERO, _DIGITS = ord("0"), 10


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
        metadata = held.metadata
        place = held.schema_arrow.get_field_index(column)
    groups = metadata.num_row_groups
    listed = groups and _BY_DICTIONARY & set(metadata.row_group(0).column(place).encodings)
    with pq.ParquetFile(
        scan.file, metadata=metadata, read_dictionary=[column] if listed else None
    ) as held:
        for group in range(groups):
            read = held.read_row_group(group, columns=[column], use_threads=False)
            yield from read.column(column).chunks


def listed_columns(scan: str) -> frozenset[str]:
    """Return the columns of which the file of a table lists the values: they repeat."""
    if not isinstance(scan, Scan):
        return frozenset()
    metadata = pq.read_metadata(scan.file)
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    return frozenset(
        name
        for place, name in enumerate(metadata.schema.to_arrow_schema().names)
        if groups and all(_BY_DICTIONARY & set(g.column(place).encodings) for g in groups)
    )


def has_long_number(connection: Connection, scan: str, column: str, *, digits: int) -> bool:
    """Return False when no value of a text column can hold so many digits in a row.

    The signs of all values are looked at as one text: a tenth of a pattern's cost. True may be
    wrong where one value ends in digits and the next begins with them.

    >>> from scvkit.engine import connect
    >>> cells = "(values ('sag 12345'), ('12-3456'), (null)) t(v)"
    >>> [has_long_number(connect(), cells, "v", digits=n) for n in (5, 8)]
    [True, False]
    """
    for texts in column_texts(connection, scan, column):
        values = texts.dictionary if pa.types.is_dictionary(texts.type) else texts
        _, places, signs = values.buffers()
        if signs is None or not len(values):
            continue
        ends = np.frombuffer(places, np.int32)
        held = np.frombuffer(signs, np.uint8)
        held = held[ends[values.offset] : ends[values.offset + len(values)]]
        run = held - np.uint8(_ZERO) < _DIGITS
        long = 1
        while long < digits and len(run):
            more = min(long, digits - long)
            run = run[:-more] & run[more:]
            long += more
        if run.any():
            return True
    return False
