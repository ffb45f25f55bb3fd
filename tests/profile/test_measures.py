"""What columns and tables are, counted over all rows."""

import pytest

from scvkit.vocabulary import Attribute


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "22", "-3"], "integer"),
        (["1,5", "2.000,25", "3"], "decimal"),
        (["1.5", "2,000.25", "3"], "decimal"),
        (["31-12-2020", "01-02-2021"], "date"),
        (["2020-12-31T10:00:00Z", "2021-01-01 09:00"], "date"),
        (["J", "N", "J"], "boolean"),
        (["0123", "0456"], "text"),
        (["31-31-2020", "x"], "text"),
        ([None, " "], "empty"),
    ],
)
def test_the_type_is_what_the_values_parse_as(profiled, values, kind):
    assert profiled({"c": values}).column("c").inferred_type == kind


def test_ranges_are_shown_for_amounts_and_hidden_for_whatever_may_be_a_number_of_somebody(profiled):
    seen = profiled(
        {
            "sum": ["1.000,50", "20", "3"],
            "nr": ["1001", "1002", "1003"],
            "født": ["01-02-1980"] * 3,
        },
        sum=Attribute.AMOUNT,
        født=Attribute.DATE_OF_BIRTH,
    )
    assert (seen.column("sum").smallest, seen.column("sum").largest) == ("3", "1000.5")
    assert seen.column("nr").smallest is None
    assert seen.column("født").largest is None


def test_dates_are_ordered_as_dates(profiled):
    seen = profiled({"t": ["31-01-2020", "01-12-2019", "02-02-2020"]}, t=Attribute.CREATED_AT)
    assert (seen.column("t").smallest, seen.column("t").largest) == ("2019-12-01", "2020-02-02")
    assert seen.table.last_date == "2020-02-02"


def test_two_digit_years_are_never_after_the_assessment(profiled):
    seen = profiled({"født": ["31-12-45", "01-02-03"]}, født=Attribute.DATE_OF_BIRTH)
    assert seen.column("født").valid == 2


def test_touched_is_a_share_of_the_records_that_carry_a_date(profiled):
    seen = profiled(
        {"a": ["30-09-2026", "01-01-2025", None, "x"], "b": ["01-01-2020", None, None, None]},
        a=Attribute.CHANGED_AT,
        b=Attribute.CREATED_AT,
    )
    shares = dict(seen.table.touched)
    assert (shares[12].passed, shares[12].tested) == (1, 2)
    assert (shares[24].passed, shares[24].tested) == (2, 2)


def test_rows_that_agree_in_every_column_are_repeats(profiled):
    seen = profiled({"a": ["x", "x", "x", None], "b": ["y", "y", None, None]})
    assert seen.table.duplicate_rows == 1


def test_an_id_that_repeats_is_told_once(desk):
    from dataclasses import replace

    table = replace(
        desk.write({"nr": ["1", "1", "2", "2"], "x": ["a", "a", "b", "c"]}), id_column="nr"
    )
    seen = desk.profile(table, rejected=3)
    assert seen.rows_of("duplicate_rows") == 1
    assert seen.rows_of("repeated_id") == 1
    assert seen.rows_of("rejected_rows") == 3


def test_constant_and_empty_columns_are_named(profiled):
    seen = profiled({"a": ["x", "x"], "b": [None, " "], "c": ["1", "2"]})
    assert seen.table.constant_columns == ("a",)
    assert seen.table.empty_columns == ("b",)


def test_a_table_without_rows_or_columns_has_measures(profiled):
    nothing = profiled({"a": [], "b": []}, a=Attribute.EMAIL, b=Attribute.CREATED_AT)
    assert (nothing.table.rows, nothing.column("a").filled) == (0, 0)
    assert not nothing.table.ambiguous_dates.assessed
    assert profiled({}).table.columns == ()


def test_columns_may_be_called_like_the_steps_that_measure_them(profiled):
    seen = profiled({'value" or 1': ["a"], "rows": ["b"], "facts": ["c"], "state": ["d"]})
    assert [c.filled for c in seen.table.columns] == [1, 1, 1, 1]
