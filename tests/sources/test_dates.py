import datetime as dt

import pytest

from scvkit.engine import connect
from scvkit.sources.dates import EXCEL_SERIAL, date_sql, find_date_format

MOMENTS = [dt.datetime(2024, 12, 31, 13, 5, 9), dt.datetime(2020, 2, 1, 0, 0, 0)]


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d",
        "%d-%m-%Y",
        "%d/%m/%Y",
        "%d.%m.%Y",
        "%m/%d/%Y",
        "%Y%m%d",
        "%d.%m.%y",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%SZ",
        "%d-%m-%Y %H:%M",
        "%d/%m/%Y %H:%M:%S",
        "%d %B %Y",
    ],
)
def test_a_format_is_found_and_read_back(form: str) -> None:
    connection = connect(threads=1)
    values = [(moment.strftime(form), 1) for moment in MOMENTS]
    found = find_date_format(connection, values)
    assert found is not None
    assert found.main == form
    assert found.share == 1
    sql = date_sql("value", found.formats)
    for text, _ in values:
        read = connection.execute(f"select {sql} from (select ? as value)", [text]).fetchall()
        assert read == [(dt.datetime.strptime(text, form),)]


def test_a_time_with_an_offset_is_kept_as_it_stands() -> None:
    connection = connect(threads=1)
    text = "2024-06-01T12:00:00+02:00"
    found = find_date_format(connection, [(text, 1)])
    assert found is not None
    assert found.main == "%Y-%m-%dT%H:%M:%S%z"
    sql = date_sql("value", found.formats)
    read = connection.execute(f"select {sql} from (select ? as value)", [text]).fetchall()
    assert read == [(dt.datetime(2024, 6, 1, 12),)]


def test_serials_of_excel_among_dates_are_read_too() -> None:
    connection = connect(threads=1)
    found = find_date_format(connection, [("31/12/2020", 40), ("43831", 10)])
    assert found is not None
    assert found.formats == ("%d/%m/%Y", EXCEL_SERIAL)
    sql = date_sql("value", found.formats)
    read = connection.execute(f"select {sql} from (select '43831' as value)").fetchall()
    assert read == [(dt.datetime(2020, 1, 1),)]


def test_day_and_month_are_never_swapped_within_a_column() -> None:
    found = find_date_format(connect(threads=1), [("31/12/2020", 5), ("01/02/2020", 5)])
    assert found is not None
    assert found.formats == ("%d/%m/%Y",)


def test_what_is_no_date_has_no_format() -> None:
    assert find_date_format(connect(threads=1), [("Bo", 3), ("Ib", 1)]) is None
    assert find_date_format(connect(threads=1), []) is None
