"""Which records share a key, told by hashes."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engine import connect, count_repeats, write_shared

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
        nobody = "select 7 union all select 8"
        write_shared(CONNECTION, "shared", [("records", "k", nobody)], rows=len(keys), most=most)
    found = CONNECTION.execute("select line from shared order by line").fetchall()
    counts = Counter(keys)
    wanted = [n for n, k in enumerate(keys) if k not in {None, 7, 8} and 2 <= counts[k] <= most]
    assert [line for (line,) in found] == wanted


@settings(max_examples=60, deadline=None)
@given(keys=st.lists(st.none() | st.integers(0, 6), max_size=30), but=st.sets(st.integers(0, 8)))
def test_repeats_are_counted_and_the_commonest_is_none_that_was_named(
    keys: list[int | None], but: set[int]
) -> None:
    CONNECTION.execute("create or replace temp table named as select unnest($1::integer[])", [keys])
    listed = f"select unnest({sorted(but)}::integer[])"
    found = count_repeats(CONNECTION, "named t(v)", "v", len(keys), but=listed)
    counts = Counter(key for key in keys if key is not None)
    assert (found.rows, found.distinct) == (counts.total(), len(counts))
    assert found.most_common == max((n for key, n in counts.items() if key not in but), default=0)
