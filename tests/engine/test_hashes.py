"""Which records share a key, told by hashes."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engine import connect, write_shared

CONNECTION = connect(threads=1)


@pytest.mark.parametrize("places", [1 << 24, 2])
@settings(max_examples=40, deadline=None)
@given(keys=st.lists(st.none() | st.integers(0, 12), max_size=40), most=st.integers(2, 5))
def test_the_records_of_every_key_that_few_share_are_found(
    places: int, keys: list[int | None], most: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("scvkit.engine.hashes._PLACES", places)
        CONNECTION.execute(
            "create or replace temp table records as "
            "select unnest(range(len($1))) as line_number, unnest($1::integer[]) as k",
            [keys],
        )
        write_shared(CONNECTION, "shared", [("records", "k")], rows=len(keys), most=most)
    found = CONNECTION.execute("select line from shared order by line").fetchall()
    counts = Counter(keys)
    wanted = [n for n, k in enumerate(keys) if k is not None and 2 <= counts[k] <= most]
    assert [line for (line,) in found] == wanted
