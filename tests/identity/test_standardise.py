"""One spelling per value, and the same value when standardised twice."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scvkit.engine import Connection, connect
from scvkit.identity.standardise import install_macros


@pytest.fixture(scope="module")
def connection() -> Connection:
    made = connect(threads=1)
    install_macros(made)
    return made


def standardised(connection: Connection, expression: str, *values: Any) -> Any:
    return connection.execute(f"select {expression}", list(values)).fetchall()[0][0]


@pytest.mark.parametrize(
    "written", ["Søren Åkjær", "SØREN ÅKJÆR", "Soeren Aakjaer", "Soren Akjaer", "SÃ¸ren Ã…kjÃ¦r"]
)
def test_a_name_meets_itself_however_its_letters_were_lost(
    connection: Connection, written: str
) -> None:
    assert standardised(connection, "scv_fold(?)", written) == "soren akjar"


def test_a_chinese_name_meets_itself_in_either_order(connection: Connection) -> None:
    together = standardised(connection, "scv_sorted(scv_name_words(?))", "王美玲")
    apart = standardised(connection, "scv_sorted(scv_words(concat_ws(' ', ?, ?)))", "美玲", "王")
    assert together == apart


def test_a_comma_puts_the_surname_last(connection: Connection) -> None:
    assert standardised(connection, "scv_name_words(?)", "Hansen, Peter") == ["peter", "hansen"]


@pytest.mark.parametrize(
    ("written", "country", "expected"),
    [
        ("+45 12 34 56 79", "DK", "12345679"),
        ("0045 12345679", "SE", "12345679"),
        ("4512345679", "DK", "12345679"),
        ("078-123 45 67", "SE", "781234567"),
        ("0781234567", "DK", "781234567"),
        ("+46(0)781234567", "DK", "781234567"),
        ("00000000", "DK", None),
        ("n/a", "DK", None),
    ],
)
def test_phones_lose_country_and_trunk_prefix(
    connection: Connection, written: str, country: str, expected: str | None
) -> None:
    assert standardised(connection, "scv_phone(?, ?)", written, country) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (" Anna+news@Mail.Example ", "anna@mail.example"),
        ("A.B@googlemail.com", "ab@gmail.com"),
        ("ingen@ingen.dk", None),
        ("faktura@mangler.example", None),
        ("no at sign", None),
    ],
)
def test_addresses_of_nobody_are_missing(
    connection: Connection, written: str, expected: str | None
) -> None:
    assert standardised(connection, "scv_email(?)", written) == expected


def test_a_lost_leading_zero_is_put_back_only_where_postcodes_have_one_length(
    connection: Connection,
) -> None:
    assert standardised(connection, "scv_postcode('23', 'NO')") == "0023"
    assert standardised(connection, "scv_postcode('12345', 'NO')") == "12345"
    assert standardised(connection, "scv_postcode('SW1A 1AA', 'GB')") == "SW1A1AA"


def test_the_house_number_is_split_from_the_street(connection: Connection) -> None:
    assert standardised(connection, "scv_street('Birkevej 12 B, 2. tv')") == "birkevej"
    assert standardised(connection, "scv_house_number('Birkevej 12 B, 2. tv')") == "12b"
    assert standardised(connection, "scv_street('12 High Street')") == "high street"
    assert standardised(connection, "scv_street('12B High Street')") == "high street"
    assert standardised(connection, "scv_house_number('12 B High Street')") == "12b"


@pytest.mark.parametrize("written", ["34 E. 61st St.", "34 e 61st st", "34, E. 61st St., New York"])
def test_a_direction_is_no_part_of_the_house_number(connection: Connection, written: str) -> None:
    assert standardised(connection, "scv_house_number(?)", written) == "34"
    assert standardised(connection, "scv_street(?)", written) == "e 61st st"


def test_a_counted_street_is_one_in_figures_and_in_words(connection: Connection) -> None:
    assert standardised(connection, "scv_street('102 Fifth Ave')") == "5th ave"
    assert standardised(connection, "scv_street('102 5th Ave')") == "5th ave"
    assert standardised(connection, "scv_street('5th Ave 102')") == "5th ave"
    assert standardised(connection, "scv_house_number('5th Ave 102')") == "102"


@pytest.mark.parametrize("name", ["Nielsen & Søn Byg A/S", "NIELSEN OG SØN BYG AS"])
def test_legal_forms_tell_an_organisation_and_leave_its_name(
    connection: Connection, name: str
) -> None:
    assert standardised(connection, "scv_has_legal_form(?)", name) is True
    assert standardised(connection, "scv_company(?)", name) == "nielsen son byg"


def test_a_vat_number_is_the_organisation_number(connection: Connection) -> None:
    assert standardised(connection, "scv_vat_number('SE556677889901')") == "5566778899"
    assert standardised(connection, "scv_vat_number('DK01234567')") == "01234567"


def test_placeholder_dates_are_missing(connection: Connection) -> None:
    assert standardised(connection, "scv_date(timestamp '1900-01-01')") is None


@settings(max_examples=40, deadline=None)
@given(written=st.text(max_size=30))
@pytest.mark.parametrize(
    "macro",
    [
        "scv_text({})",
        "scv_fold({})",
        "scv_email({})",
        "scv_number({})",
        "scv_org_number({})",
        "scv_company({})",
        "scv_city({})",
        "coalesce(array_to_string(scv_words({}), ' '), '')",
        "scv_postcode({}, 'NO')",
        "scv_street({})",
    ],
)
def test_standardising_twice_changes_nothing(
    connection: Connection, macro: str, written: str
) -> None:
    once = standardised(connection, macro.format("?"), written)
    assert standardised(connection, macro.format("?"), once) == once


@settings(max_examples=40, deadline=None)
@given(
    digits=st.text("0123456789", min_size=6, max_size=12),
    prefix=st.sampled_from(["", "+45", "0046 ", "+47"]),
    country=st.sampled_from(["DK", "SE", "NO"]),
)
def test_a_phone_stays_itself_when_standardised_again(
    connection: Connection, digits: str, prefix: str, country: str
) -> None:
    once = standardised(connection, "scv_phone(?, ?)", prefix + digits, country)
    if once is not None and not (country != "SE" and len(once) == 9):
        again = standardised(connection, "scv_phone(?, ?)", once, country)
        assert again is None or once.endswith(again)
