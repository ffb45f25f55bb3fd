"""A table beside its earlier extract: who came, who went, what was changed."""

from dataclasses import replace

from scvkit.profile import since_earlier
from scvkit.profile.since_earlier import compare_with_earlier
from scvkit.records.extracts import SourceIntake, UnreadFile
from scvkit.vocabulary import Attribute, Domain

NOW = {"nr": ["1", "2", "3", "4"], "tlf": ["10", "20", None, "40"], "ny": ["x"] * 4}
THEN = {"nr": ["2", "3", "4", "9"], "tlf": ["20", "30", "41", "90"], "fax": ["5", None, "", "6"]}


def written(desk, then=THEN, now=NOW):
    earlier = desk.write(then, nr=Attribute.CUSTOMER_NUMBER)
    desk.rows.path("extract", "s", "t").rename(desk.rows.path("extract", "s", "t.earlier"))
    assert earlier.table == "t"
    return replace(desk.write(now, nr=Attribute.CUSTOMER_NUMBER), id_column="nr")


def test_records_are_followed_by_their_id(desk):
    since = compare_with_earlier(desk.connection, desk.rows, written(desk), file="old.csv")
    assert (since.rows_then, since.rows_now) == (4, 4)
    assert (since.ids_kept, since.ids_gone, since.ids_new) == (3, 1, 1)
    columns = {c.column: c for c in since.columns}
    assert columns["tlf"].changed == 2
    assert (columns["tlf"].filled_then, columns["tlf"].filled_now) == (4, 3)
    assert (columns["ny"].state, columns["ny"].filled_then) == ("new", None)
    assert (columns["fax"].state, columns["fax"].filled_then) == ("gone", 2)


def test_ids_that_never_meet_follow_nobody(desk):
    table = written(desk, then={**THEN, "nr": ["a", "b", "c", "d"]})
    since = compare_with_earlier(desk.connection, desk.rows, table, file="old.csv")
    assert (since.ids_kept, since.ids_gone, since.ids_new) == (None, None, None)
    assert all(column.changed is None for column in since.columns)


def test_a_table_without_an_id_is_compared_by_its_fill(desk):
    table = replace(written(desk), id_column=None)
    since = compare_with_earlier(desk.connection, desk.rows, table, file="old.csv")
    assert since.ids_kept is None
    assert {c.column: c.filled_now for c in since.columns}["tlf"] == 3


def test_an_earlier_extract_that_was_not_read_is_a_reason(desk):
    table = written(desk)
    intake = SourceIntake(
        source="s", name="S", domain=Domain.OTHER, readings=(), unread=(), tables=(table,)
    )
    unread = UnreadFile(source="s", table="t", file="old.csv", reason="old.csv is empty.")
    [since] = since_earlier(desk.connection, desk.rows, intake, (unread,))
    assert (since.reason, since.rows_now) == ("old.csv is empty.", 4)
