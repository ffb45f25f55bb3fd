"""The life of a table by month: every dated record once, no month left out."""

from hypothesis import given
from hypothesis import strategies as st

from scvkit.profile.months import _without_gaps
from scvkit.vocabulary import Attribute

MEANS = {"oprettet": Attribute.CREATED_AT, "ændret": Attribute.CHANGED_AT}


def test_a_record_counts_when_it_was_made_and_when_it_was_last_touched(desk):
    table = desk.write(
        {
            "oprettet": ["01-02-2024", "15-02-2024", "2024-05-01 10:00", "", "01-01-1900"],
            "ændret": ["03-05-2024", "", "", "01-04-2024", "31-12-2030"],
        },
        **MEANS,
    )
    trend = desk.profile(table).source.trends[0]
    assert trend.created_column == "oprettet"
    assert [(m.month, m.created, m.touched) for m in trend.months] == [
        ("2024-02", 2, 1),
        ("2024-03", 0, 0),
        ("2024-04", 0, 1),
        ("2024-05", 1, 2),
    ]
    assert (trend.made, trend.dated) == (3, 4)


def test_a_table_without_dates_of_its_own_has_no_months(desk):
    table = desk.write({"født": ["01-02-1980"]}, født=Attribute.DATE_OF_BIRTH)
    trend = desk.profile(table).source.trends[0]
    assert (trend.months, trend.created_column, trend.touched_columns) == ((), None, ())


def test_months_written_month_first_are_read_so(desk):
    table = desk.write({"oprettet": ["12/31/2024", "01/02/2025", "11/30/2024"]}, **MEANS)
    trend = desk.profile(table).source.trends[0]
    assert [m.month for m in trend.months if m.created] == ["2024-11", "2024-12", "2025-01"]


@given(
    st.dictionaries(
        st.tuples(st.integers(1990, 2026), st.integers(1, 12)),
        st.tuples(st.integers(0, 9), st.integers(0, 9)),
        min_size=1,
        max_size=12,
    )
)
def test_months_follow_each_other_and_lose_nothing(counted):
    months = _without_gaps(counted)
    places = [int(m.month[:4]) * 12 + int(m.month[5:]) for m in months]
    assert places == list(range(places[0], places[-1] + 1))
    assert sum(m.created for m in months) == sum(made for made, _ in counted.values())
    assert sum(m.touched for m in months) == sum(touched for _, touched in counted.values())
