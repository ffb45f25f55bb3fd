"""Dates read by a look at their signs are measured as if each had been asked."""

import datetime as dt

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scvkit.engine import connect
from scvkit.profile.dates import FIRST_DAY, DateOrder
from scvkit.profile.facts import write_facts
from scvkit.profile.plain_dates import newest_days
from scvkit.profile.rules import rule_for
from scvkit.profile.shapes import find_shapes
from scvkit.profile.sorted_facts import write_sorted_facts
from scvkit.records.extracts import ColumnMeaning
from scvkit.vocabulary import Attribute

AS_OF = dt.date(2024, 6, 30)
DAYS = st.sampled_from(
    "2023-03-26 2024-02-29 2023-02-29 2024-13-01 0000-00-00 1970-01-01 2030-01-01".split()
)
CLOCKS = st.sampled_from(["", " 00:00", " 02:30", " 02:00:00", " 00:00:00", " 23:59:59", " 99:99"])
TIMES = st.one_of(st.none(), st.just(""), st.builds("{}{}".format, DAYS, CLOCKS))


def _facts(values, write, **more):
    connection = connect()
    connection.from_arrow(pa.table({"changed": pa.array(values, pa.string())})).create("cells")
    meaning = ColumnMeaning(
        column="changed",
        attribute=Attribute.CHANGED_AT,
        confidence=1.0,
        decided_by="detected",
        detected=Attribute.CHANGED_AT,
        reason="",
    )
    shapes = find_shapes(connection, "cells", "changed", diverse=False)
    rule = rule_for(Attribute.CHANGED_AT, as_of=AS_OF, countries=frozenset())
    given = {"order": DateOrder(), "as_of": AS_OF, "shapes": shapes, **more}
    facts = write(connection, "cells", meaning, rule, **given)
    return facts.names, connection.execute(f"from {facts.table} order by all").fetchall()


@settings(max_examples=15, deadline=None)
@given(st.lists(TIMES, min_size=1, max_size=12))
@example(["2023-03-26 02:30:00", "2023-03-26 02:59:59", "2023-03-26 03:00:00", None])
def test_times_that_agree_in_what_tells_are_counted_as_if_each_had_been_asked(values):
    one_by_one = _facts(values, write_facts, country_column=None, grouped=False)
    assert _facts(values, write_sorted_facts) == one_by_one


WRITTEN = st.one_of(st.dates(dt.date(1890, 1, 1), dt.date(2030, 1, 1)), st.none())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WRITTEN, WRITTEN), max_size=20))
def test_the_newest_plausible_day_of_every_row_is_counted(rows):
    made = pa.array([day and f"{day.isoformat()} 10:00" for day, _ in rows], pa.string())
    used = pa.array([day and day.strftime("%d-%m-%Y") for _, day in rows], pa.string())
    columns = [([made], False), ([used.dictionary_encode()], True)]
    found = newest_days(columns, rows=len(rows), first=FIRST_DAY, last=AS_OF)
    plausible = [[day for day in row if day and FIRST_DAY <= day <= AS_OF] for row in rows]
    newest = [max(days) for days in plausible if days]
    assert found == [(day, newest.count(day)) for day in sorted(set(newest))]


def test_a_day_that_never_was_is_none_and_another_form_is_left_to_others():
    def days(*texts):
        columns = [([pa.array(texts)], False)]
        return newest_days(columns, rows=len(texts), first=FIRST_DAY, last=AS_OF)

    assert days("2023-02-29", "2023-00-10", "2024-02-29") == [(dt.date(2024, 2, 29), 1)]
    assert {str(days(text)) for text in ("2023/02/28", "2023-02-2", "2o23-02-28")} == {"None"}
