"""The ydata-profiling page: it is written, holds no value, loads nothing, and never raises."""

import contextlib
import re
import time
from dataclasses import replace

import pytest

from scvkit.profile import deep_dive
from scvkit.profile.deep_dive import write_deep_dive
from scvkit.profile.safe_sample import LONGEST_TEXT, sampled
from scvkit.vocabulary import Attribute

PEOPLE = {
    "navn": [f"Person{i} Efternavn{i}" for i in range(40)],
    "mail": [f"kunde.nummer{i}@firma{i}.example" for i in range(40)],
    "nr": [str(7310000001 + i * 7) for i in range(40)],
    "ukendt": [f"Hemmelig Tekst{i}" for i in range(40)],
    "cpr": ["010190-1234"] * 40,
    "født": [f"{1 + i % 28:02d}-03-19{40 + i}" for i in range(40)],
    "sum": [f"{i % 7},5" for i in range(40)],
    "oprettet": [f"{1 + i % 28:02d}-05-2021" for i in range(40)],
    '<script>alert("x")</script>': ["<img src=x onerror=1>", "=cmd|calc"] * 20,
    "a&b": ["x" * 5000, "y"] * 20,
}
MEANS = {
    "navn": Attribute.FULL_NAME,
    "mail": Attribute.EMAIL,
    "nr": Attribute.CUSTOMER_NUMBER,
    "født": Attribute.DATE_OF_BIRTH,
    "sum": Attribute.AMOUNT,
    "oprettet": Attribute.CREATED_AT,
}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    from scvkit.engine import RowTables, connect

    from .conftest import Desk

    folder = tmp_path_factory.mktemp("deep")
    desk = Desk(connect(threads=1), RowTables(folder / "work"))
    table = replace(desk.write(PEOPLE, **MEANS), quarantined=("cpr",))
    dive = write_deep_dive(
        desk.connection, desk.rows, "s", table, folder=folder / "pages", sample_rows=30
    )
    assert (dive.page, dive.reason) == ("s-t.html", "")
    return (folder / "pages" / dive.page).read_text(encoding="utf-8")


@pytest.mark.parametrize("column", ["navn", "mail", "nr", "ukendt", "cpr", "født"])
def test_no_value_of_an_identifying_column_stands_on_the_page(page, column):
    lowered = page.lower()
    assert [value for value in PEOPLE[column] if value.lower() in lowered] == []


def test_the_columns_themselves_are_there(page):
    assert all(name in page for name in ("navn", "mail", "sum", "oprettet"))


def test_names_and_cells_are_inert(page):
    assert '<script>alert("x")' not in page
    assert "‹script›alert(”x”)" in page
    assert "<img src=x" not in page
    assert "x" * (LONGEST_TEXT + 1) not in page


def test_the_page_loads_nothing_and_says_so_itself(page):
    assert re.findall(r"(?:src|href)\s*=\s*[\"']?https?:", page) == []
    assert "default-src 'none'" in page


def test_the_title_says_that_it_is_a_sample(page):
    assert "sample of 30 of 40 rows" in page


def test_a_page_that_would_show_a_value_is_not_written(desk, tmp_path, monkeypatch):
    leaking = "<html><head></head>" + PEOPLE["mail"][3] + "</html>"
    monkeypatch.setattr(deep_dive, "_rendered", lambda *_, **__: (leaking, ()))
    table = desk.write(PEOPLE, **MEANS)
    dive = write_deep_dive(desk.connection, desk.rows, "s", table, folder=tmp_path / "p")
    assert (dive.page, dive.reason) == (None, "personal_value")
    assert not (tmp_path / "p").exists()


def test_a_page_over_the_budget_is_tried_smaller_and_then_not_written(desk, tmp_path, monkeypatch):
    asked = []

    def rendered(safe, title, *, minimal):
        asked.append(minimal)
        return "x" * (deep_dive.PAGE_BYTES + 1), ()

    monkeypatch.setattr(deep_dive, "_rendered", rendered)
    table = desk.write({"a": ["1", "2"]})
    dive = write_deep_dive(desk.connection, desk.rows, "s", table, folder=tmp_path)
    assert (asked, dive.reason) == ([False, True], "too_large")


def test_a_profiler_that_fails_is_a_reason_and_not_an_error(desk, tmp_path, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("kunde@firma.example")

    monkeypatch.setattr(deep_dive, "_rendered", fails)
    table = desk.write({"a": ["1", "2"]})
    dive = write_deep_dive(desk.connection, desk.rows, "s", table, folder=tmp_path)
    assert (dive.page, dive.reason, dive.rows) == (None, "profiler_failed", 2)


def test_an_empty_table_and_a_missing_one_have_no_page(desk, tmp_path):
    empty = desk.write({"a": []})
    assert (
        write_deep_dive(desk.connection, desk.rows, "s", empty, folder=tmp_path).reason == "no_rows"
    )
    missing = replace(empty, table="other")
    dive = write_deep_dive(desk.connection, desk.rows, "s", missing, folder=tmp_path)
    assert dive.reason == "not_read"


def test_the_same_rows_are_sampled_every_time(desk):
    table = desk.write(PEOPLE, **MEANS)
    first = sampled(desk.connection, desk.rows, table, 5, 1)
    assert first.equals(sampled(desk.connection, desk.rows, table, 5, 1))
    assert not first.equals(sampled(desk.connection, desk.rows, table, 5, 2))


def test_columns_that_differ_only_in_signs_that_are_taken_away_keep_apart(desk, tmp_path):
    table = desk.write({"a\u202e": ["1", "2"], "a": ["3", "3"], "": [None, None]})
    assert write_deep_dive(desk.connection, desk.rows, "s", table, folder=tmp_path).reason == ""


def test_a_page_that_takes_too_long_is_tried_smaller_and_then_given_up(desk, tmp_path, monkeypatch):
    asked = []

    def never_ends(safe, title, *, minimal):
        asked.append(minimal)
        while True:
            # A library that catches everything must not catch the end of its time.
            with contextlib.suppress(Exception):
                time.sleep(5)

    monkeypatch.setattr(deep_dive, "_rendered", never_ends)
    table = desk.write({"a": ["1", "2"]})
    dive = write_deep_dive(desk.connection, desk.rows, "s", table, folder=tmp_path, seconds=0.05)
    assert (asked, dive.page, dive.reason) == ([False, True], None, "too_slow")


def test_a_smaller_page_is_labelled_as_such(desk, tmp_path, monkeypatch):
    def rendered(safe, title, *, minimal):
        return "<html></html>" if minimal else "x" * (deep_dive.PAGE_BYTES + 1), ()

    monkeypatch.setattr(deep_dive, "_rendered", rendered)
    table = desk.write({"a": ["1", "2"]})
    dive = write_deep_dive(desk.connection, desk.rows, "s", table, folder=tmp_path)
    assert (dive.page, dive.reduced) == ("s-t.html", True)


@pytest.fixture
def with_earlier(desk):
    """A table and its earlier extract, in which one column was still text."""
    earlier = {**PEOPLE, "sum": ["ukendt"] * 40, "navn": [f"Gammel{i} Navn{i}" for i in range(40)]}
    desk.write(earlier, **MEANS)
    desk.rows.path("extract", "s", "t").rename(desk.rows.path("extract", "s", "t.earlier"))
    return replace(desk.write(PEOPLE, **MEANS), quarantined=("cpr",)), earlier


def test_an_earlier_extract_stands_beside_this_one_without_a_value(desk, tmp_path, with_earlier):
    table, earlier = with_earlier
    dive = write_deep_dive(desk.connection, desk.rows, "s", table, folder=tmp_path)
    assert (dive.comparison, dive.no_comparison) == ("s-t-earlier.html", "")
    page = (tmp_path / dive.comparison).read_text(encoding="utf-8")
    assert "Earlier extract" in page
    assert "default-src 'none'" in page
    assert re.findall(r"(?:src|href)\s*=\s*[\"']?https?:", page) == []
    lowered = page.lower()
    for column in ("navn", "mail", "nr", "cpr"):
        for value in (*PEOPLE[column], *earlier[column]):
            assert value.lower() not in lowered


def test_a_comparison_that_fails_leaves_the_page_as_it_is(
    desk, tmp_path, with_earlier, monkeypatch
):
    def fails(*_, **__):
        raise RuntimeError("kunde@firma.example")

    monkeypatch.setattr(deep_dive, "_rendered", lambda *_, **__: ("<html></html>", ()))
    monkeypatch.setattr(deep_dive, "_compared", fails)
    dive = write_deep_dive(desk.connection, desk.rows, "s", with_earlier[0], folder=tmp_path)
    assert (dive.page, dive.comparison) == ("s-t.html", None)
    assert dive.no_comparison == "profiler_failed"


def test_a_comparison_that_would_show_an_earlier_value_is_not_written(
    desk, tmp_path, with_earlier, monkeypatch
):
    table, earlier = with_earlier
    monkeypatch.setattr(deep_dive, "_rendered", lambda *_, **__: ("<html></html>", ()))
    monkeypatch.setattr(deep_dive, "_compared", lambda *_: f"<html>{earlier['navn'][3]}</html>")
    dive = write_deep_dive(desk.connection, desk.rows, "s", table, folder=tmp_path)
    assert (dive.comparison, dive.no_comparison) == (None, "personal_value")
