"""The texts of a column, read from its file without a query."""

import re
import tempfile
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engine import RowTables, column_texts, connect, has_long_number

CONNECTION = connect(threads=1)
CELLS = st.lists(st.one_of(st.none(), st.text("0123456789 -a€", max_size=9)), max_size=6)


@settings(max_examples=40, deadline=None)
@given(CELLS, st.integers(1, 400), st.integers(1, 8))
def test_a_column_is_read_as_a_query_reads_it(cells, times, digits):
    with tempfile.TemporaryDirectory() as folder:
        rows = RowTables(Path(folder))
        # Seldom and often: as they stand, and as a dictionary.
        batch = pa.record_batch({"a.b": pa.array(cells * times, pa.string())})
        rows.keep([batch], "extract", "s", "t")
        scan = rows.scan("extract", "s", "t")
        read = [
            value for texts in column_texts(CONNECTION, scan, "a.b") for value in texts.to_pylist()
        ]
        assert read == cells * times
        long = has_long_number(CONNECTION, scan, "a.b", digits=digits)
    assert long or not any(re.search(f"[0-9]{{{digits}}}", cell or "") for cell in cells)


def test_a_table_of_the_connection_is_read_by_a_query():
    values = "(values ('a'), (null), ('b')) t(v)"
    assert [v for texts in column_texts(CONNECTION, values, "v") for v in texts.to_pylist()] == [
        "a",
        None,
        "b",
    ]
