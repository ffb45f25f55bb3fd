"""Birth dates as eight digits, also those that are no dates."""

import pytest

from scvkit.engine import connect
from scvkit.identity.standardise import install_macros


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("1975-13-04", "19751304"),
        ("04.12.1975", "19751204"),
        ("1630-08-01", "16300801"),
        ("1900-01-01", None),
        ("1975", None),
        ("n/a", None),
    ],
)
def test_a_birth_date_with_a_slip_is_kept_as_written(written: str, digits: str | None) -> None:
    connection = connect()
    install_macros(connection)
    found = connection.execute(
        "select scv_birth_digits(try_cast($1 as timestamp), $1)", [written]
    ).fetchall()
    assert found == [(digits,)]
