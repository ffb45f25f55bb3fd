"""What a table says as a whole: dimensions, decay, repeats, shifted cells, dependences."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engine import connect
from scvkit.profile.currency import half_life, months_before
from scvkit.profile.dates import DateOrder
from scvkit.profile.facts import fact_steps
from scvkit.profile.letters import folded_sql
from scvkit.profile.rules import rule_for
from scvkit.vocabulary import Attribute, Grain

from .conftest import AS_OF, meaning

SURNAMES = ("Berg", "Lind", "Dahl", "Holm", "Falk", "Kvist", "Strand", "Vang")
GIVEN = ("Anna", "Birger", "Cecilie", "Dagny", "Egil", "Frida", "Gustav")


def tidy(count=300):
    """A small clean client: everything filled, valid, fresh, nobody twice."""
    towns = [("2100", "Nyby"), ("5000", "Gammelby"), ("8000", "Vesterby")]
    days = [AS_OF - dt.timedelta(days=i % 200) for i in range(count)]
    return {
        "nr": [str(10_000 + i) for i in range(count)],
        "fornavn": [GIVEN[i % 7] for i in range(count)],
        "efternavn": [f"{SURNAMES[i % 8]}{SURNAMES[i // 8 % 8].lower()}" for i in range(count)],
        "mail": [f"kunde{i}@post{i % 3}kasse.example" for i in range(count)],
        "tlf": [f"01{234_567 + 37 * i:06d}" for i in range(count)],
        "vej": [f"{SURNAMES[i % 8]}vej {i + 1}" for i in range(count)],
        "postnr": [towns[i % 3][0] for i in range(count)],
        "by": [towns[i % 3][1] for i in range(count)],
        "land": ["DK" if i % 5 else "SE" for i in range(count)],
        "oprettet": [f"{day:%Y-%m-%d}T10:00:00Z" for day in days],
        "ja": ["J" if i % 3 else "N" for i in range(count)],
    }


MEANS = {
    "nr": Attribute.CUSTOMER_NUMBER,
    "fornavn": Attribute.GIVEN_NAME,
    "efternavn": Attribute.SURNAME,
    "mail": Attribute.EMAIL,
    "tlf": Attribute.PHONE,
    "vej": Attribute.STREET,
    "postnr": Attribute.POSTCODE,
    "by": Attribute.CITY,
    "land": Attribute.COUNTRY,
    "oprettet": Attribute.CREATED_AT,
    "ja": Attribute.CONSENT_FLAG,
}


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    from scvkit.engine import RowTables

    from .conftest import Desk

    desk = Desk(connect(threads=1), RowTables(tmp_path_factory.mktemp("clean")))
    cells = tidy()
    # Swedish postcodes have five digits: whoever lives there writes them so.
    cells["postnr"] = ["11122" if land == "SE" else "2100" for land in cells["land"]]
    cells["by"] = ["Sydby" if land == "SE" else "Nyby" for land in cells["land"]]
    table = replace(desk.write(cells, **MEANS), id_column="nr")
    return desk.profile(table)


def test_nothing_of_a_tidy_client_is_accused(clean):
    assert clean.kinds == set()
    assert clean.table.excess_records == clean.table.shifted_rows == 0


def test_a_tidy_client_scores_full_in_every_dimension_that_can_be_told(clean):
    shares = {d.dimension: d.evidence.value for d in clean.table.dimensions}
    assert shares.pop("accuracy") is None
    assert set(shares.values()) == {1.0}
    assert [d.dimension for d in clean.source.dimensions] == [*shares, "accuracy"]
    assert {d.iso_25012.split(" ")[0] for d in clean.table.dimensions} == {
        "Completeness",
        "Consistency",
        "Accuracy",
        "Currentness",
    }


def test_the_town_follows_from_the_postcode(clean):
    told = {(d.follows_from, d.column): (d.passed, d.tested) for d in clean.table.dependences}
    assert told["postnr", "by"] == (300, 300)


def test_values_are_shown_for_groups_and_never_for_people(clean):
    shown = {c.column: [v.value for v in c.values] for c in clean.table.columns if c.values}
    assert shown == {"land": ["DK", "SE"], "ja": ["J", "N"]}


def test_the_five_vs_count_rows_months_meanings_and_people(clean):
    found = clean.source.five_vs
    assert (found.rows, found.columns, found.tables) == (300, 11, 1)
    assert found.rows_per_month.value == 25
    assert found.rhythm_days == 1
    assert set(found.attributes) == set(MEANS.values())
    assert (found.veracity.value, found.value.value) == (1.0, 1.0)


def test_candidate_keys_are_filled_and_different_in_every_row(clean):
    assert {"nr", "mail", "tlf", "vej"} <= set(clean.table.candidate_keys)
    assert "fornavn" not in clean.table.candidate_keys


def test_somebody_made_twice_at_the_counter_is_found_whatever_the_spelling(desk):
    cells = {
        "navn": ["Søren Ågård", "AAGAARD SOEREN", "Anna Berg", "Bo Berg", "Per Lind", "Per Lind"],
        "mail": ["s@a.example", "S@a.example", "fam@b.example", "fam@b.example", None, None],
        "født": [None, None, None, None, "01-02-1950", "01-02-1980"],
        "vej": [None, None, None, None, "Vej 1", "Vej 1"],
        "postnr": [None, None, None, None, "2100", "2100"],
    }
    seen = desk.profile(
        desk.write(
            cells,
            navn=Attribute.FULL_NAME,
            mail=Attribute.EMAIL,
            født=Attribute.DATE_OF_BIRTH,
            vej=Attribute.STREET,
            postnr=Attribute.POSTCODE,
        )
    )
    # A household shares its mailbox, and a father his address with his son.
    assert seen.table.excess_records == 1
    assert seen.rows_of("counter_duplicates") == 1


def test_a_ticket_is_no_record_of_somebody(desk):
    table = desk.write(
        {"navn": ["A B", "A B"], "mail": ["a@b.example"] * 2},
        navn=Attribute.FULL_NAME,
        mail=Attribute.EMAIL,
    )
    assert desk.profile(replace(table, grain=Grain.TICKET)).table.excess_records is None


def test_cells_moved_one_column_are_found_and_single_faults_are_not(desk):
    cells = tidy(40)
    cells["mail"][-1], cells["land"][-1] = "kunde.example", "7"
    assert desk.profile(desk.write(cells, **MEANS)).table.shifted_rows == 0
    moved = ("efternavn", "mail", "tlf", "vej", "postnr", "by")
    row = {column: cells[column][3] for column in moved}
    for left, right in pairwise(moved):
        cells[right][3] = row[left]
    seen = desk.profile(desk.write(cells, **MEANS))
    assert seen.rows_of("shifted_cells") == 1


def test_days_on_which_nothing_was_recorded_are_told_once(desk):
    days = [dt.date(2026, 3, 1) + dt.timedelta(days=i) for i in range(120)]
    kept = [f"{day}" for day in days if not 60 <= (day - days[0]).days < 63 for _ in range(6)]
    seen = desk.profile(
        desk.write({"a": kept, "b": kept}, a=Attribute.CREATED_AT, b=Attribute.CHANGED_AT)
    )
    assert dict(seen.finding("missing_days").values) == {
        "column": "",
        "columns": "a, b",
        "days": "3",
        "first": "2026-04-30",
    }


def test_a_shop_closed_on_sundays_has_no_gaps(desk):
    days = [dt.date(2026, 3, 1) + dt.timedelta(days=i) for i in range(120)]
    kept = [f"{day}" for day in days if day.weekday() < 6 for _ in range(20)]
    assert desk.profile(desk.write({"a": kept}, a=Attribute.CREATED_AT)).table.gaps == ()


def test_two_columns_that_say_the_same_are_named(profiled):
    seen = profiled({"a": ["x", "y", None], "b": ["x", "y", None], "c": ["x", "z", None]})
    assert seen.table.same_columns == (("a", "b"),)


def test_a_name_mostly_written_with_its_letter_lacks_it_elsewhere(profiled):
    seen = profiled(
        {"navn": ["Søren Holm"] * 4 + ["Soeren Lind", "Soren Falk"]}, navn=Attribute.FULL_NAME
    )
    assert seen.column("navn").lost_letters == 2
    families = profiled({"navn": ["Møller", "Moller", "Moller", "Moller"]}, navn=Attribute.SURNAME)
    assert families.column("navn").lost_letters == 0


def test_half_of_the_records_are_older_than_the_half_life(desk):
    table = desk.write(
        {"t": ["2026-09-01", "2026-03-31", "2020-01-01", None]}, t=Attribute.CHANGED_AT
    )
    assert desk.profile(table).table.half_life.value == pytest.approx(6, abs=0.1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=20))
def test_at_least_half_are_younger_or_as_old_as_the_half_life(ages):
    days = tuple(sorted((AS_OF - dt.timedelta(days=age), 1) for age in ages))
    months = half_life(days, AS_OF).value
    younger = sum(age <= months * 365.25 / 12 + 1e-6 for age in ages)
    assert younger * 2 >= len(ages)


@settings(max_examples=50, deadline=None)
@given(st.dates(dt.date(1950, 1, 1), dt.date(2090, 12, 31)), st.integers(0, 60))
def test_months_before_agrees_with_the_engine(day, months):
    sql = f"select cast(date '{day}' - interval {months} month as date)"
    assert connect().execute(sql).fetchall() == [(months_before(day, months),)]


@pytest.mark.parametrize("name", ["Søren", "SOEREN", "soren", "Sören"])
def test_every_spelling_of_a_name_folds_to_one(name):
    assert connect().execute(f"select {folded_sql('$1')}", [name]).fetchall() == [("soren",)]


def test_facts_by_name_agree_with_what_was_counted(desk):
    cells = ["ingen@x.example", "a@gmial.com", "b@c.example", "b@c.example", None, "x"]
    table = desk.write({"mail": cells}, mail=Attribute.EMAIL)
    seen = desk.profile(table)
    scan = desk.rows.scan("extract", "s", "t")
    rule = rule_for(Attribute.EMAIL, as_of=AS_OF)
    steps = fact_steps(scan, meaning("mail", Attribute.EMAIL), rule, None, DateOrder(), AS_OF)
    found = dict(steps.rows(desk.connection, "select state, sum(rows) from facts group by state"))
    column = seen.column("mail")
    assert found == {
        "filled": column.filled,
        "placeholder": column.placeholder,
        "blank": column.blank,
    }
    broken = steps.rows(
        desk.connection,
        "select kind, sum(rows) from (select rows, unnest(broken) as kind from facts) "
        "group by kind order by kind",
    )
    assert broken == [("email_form", 1), ("email_typo", 1)]


def test_a_table_of_very_many_columns_is_measured_like_any_other(desk, monkeypatch):
    cells = {
        "land": ["DK", "NO", "DK"],
        "postnr": ["2100", "150", "8000"],
        "mail": ["a@x.example", "ingen@x.example", None],
    }
    means = {"land": Attribute.COUNTRY, "postnr": Attribute.POSTCODE, "mail": Attribute.EMAIL}
    table = desk.write(cells, **means)
    at_once = desk.profile(table)
    monkeypatch.setattr("scvkit.profile.table._AT_ONCE", 1)
    assert desk.profile(table) == at_once
