"""Comparisons per attribute, as Splink reads them: levels from the strongest agreement down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Keys agree or say nothing: people have two addresses and three phones. Levels of similarity on
# an e-mail address would count the name twice (john.smith12 and john.smith77).
KEY_COLUMNS = ("email", "phone", "customer_number", "member_number", "login_id", "org_number")
NEUTRAL = "neutral"

# From the strongest agreement down; the last word is the column whose frequency counts.
ADDRESS_LEVELS = (
    ("same door", ("street", "number", "postcode"), ""),
    ("same street and number", ("street", "number"), ""),
    ("same street, same postcode", ("street", "postcode"), ""),
    ("same street, same town", ("street", "town"), ""),
    ("same number, same postcode", ("number", "postcode"), ""),
    ("same postcode, same town", ("postcode", "town"), "postcode"),
    ("same postcode", ("postcode",), "postcode"),
    ("same street", ("street",), ""),
    ("postcode nearly the same, same town", ("nearby", "town"), ""),
    ("same town", ("city",), "city"),
    ("town nearly the same", ("town",), ""),
    ("postcode nearly the same", ("nearby",), ""),
)
# Most pairs share neither the first letter nor the end: they are spared the costly comparison.
LIKE = (
    "(({a})[1] = ({b})[1] or right({a}, 2) = right({b}, 2))"
    " and (jaro_winkler_similarity({a}, {b}) >= 0.92 or"
    " (least(len({a}), len({b})) > 3 and abs(len({a}) - len({b})) <= 1"
    " and damerau_levenshtein({a}, {b}) <= 1))"
)
SIMILAR = "jaro_winkler_similarity({c}_l, {c}_r) >= 0.8"


def _like(column: str, other: str = "") -> str:
    return "(" + LIKE.format(a=f"{column}_l", b=f"{other or column}_r") + ")"


# Copies of the names: Splink drops a comparison from a training session by the columns it uses.
ACROSS = (
    f"coalesce({_like('given_copy', 'surname_copy')}, false)",
    f"coalesce({_like('surname_copy', 'given_copy')}, false)",
)
SWAPPED = f"({ACROSS[0]} and {ACROSS[1]} and given_copy_l <> given_copy_r)"
# One word stands in the other's place, and the names do not agree in their own.
CROSSED = (
    f"(({ACROSS[0]} or {ACROSS[1]}) and not coalesce({_like('given_copy')}, false)"
    f" and not coalesce({_like('surname_copy')}, false))"
)


def comparisons_for(columns: Iterable[str]) -> list[dict[str, Any]]:
    """Return one Splink comparison per fact that the filled columns can show.

    >>> [c["output_column_name"] for c in comparisons_for(["email", "surname", "given_name"])]
    ['given_name', 'surname', 'email']
    """
    filled = set(columns)
    comparisons = []
    if "given_name" in filled:
        comparisons.append(_given_name(swap="surname" in filled))
    if "surname" in filled:
        comparisons.append(_surname(swap="given_name" in filled))
    if "company" in filled:
        comparisons.append(_company())
    if "date_of_birth" in filled:
        comparisons.append(_date_of_birth())
    if filled & {"postcode", "street", "city"}:
        comparisons.append(_address(filled))
    comparisons += [_key(key) for key in KEY_COLUMNS if key in filled]
    return comparisons


def _level(condition: str, label: str, **options: Any) -> dict[str, Any]:
    return {"sql_condition": condition, "label_for_charts": label, **options}


def _null(condition: str) -> dict[str, Any]:
    return _level(condition, "missing", is_null_level=True)


def _either_null(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


def _exact(column: str) -> dict[str, Any]:
    return _level(f"{column}_l = {column}_r", "same", **_frequent(column))


def _comparison(name: str, levels: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "output_column_name": name,
        "comparison_description": name,
        "comparison_levels": levels,
    }


def _given_name(*, swap: bool) -> dict[str, Any]:
    column = "given_name"
    initial = "least(len(given_name_l), len(given_name_r)) = 1"
    prefix = "starts_with(given_name_l, given_name_r) or starts_with(given_name_r, given_name_l)"
    missing = f"({_either_null(column)})" + (f" and not {CROSSED}" if swap else "")
    levels = [_null(missing)]
    if swap:
        levels.append(_level(SWAPPED, "names swapped"))
        levels.append(_level(CROSSED, "one name in the other's place"))
    levels += [
        _exact(column),
        _level(f"({initial}) and ({prefix})", "initial"),
        _level(_like(column), "nearly the same"),
        _level(prefix, "short form"),
        _level(SIMILAR.format(c=column), "similar"),
        _level("ELSE", "different"),
    ]
    return _comparison(column, levels)


def _surname(*, swap: bool) -> dict[str, Any]:
    column = "surname"
    # The swap is evidence once: the given name counts it.
    missing = _either_null(column) + (f" or {SWAPPED} or {CROSSED}" if swap else "")
    return _comparison(
        column,
        [
            _null(missing),
            _exact(column),
            _level(_like(column), "nearly the same"),
            _level(SIMILAR.format(c=column), "similar"),
            _level("ELSE", "different"),
        ],
    )


def _company() -> dict[str, Any]:
    column = "company"
    return _comparison(
        column,
        [
            _null(_either_null(column)),
            _exact(column),
            _level("jaro_winkler_similarity(company_l, company_r) >= 0.95", "nearly the same"),
            _level(
                "starts_with(company_l, company_r || ' ')"
                " or starts_with(company_r, company_l || ' ')",
                "short form",
            ),
            _level("jaro_winkler_similarity(company_l, company_r) >= 0.88", "similar"),
            _level("ELSE", "different"),
        ],
    )


def _date_of_birth() -> dict[str, Any]:
    column = "date_of_birth"
    first_of_january = "date_of_birth_l = date_of_birth_r and ends_with(date_of_birth_l, '0101')"
    day_month = (
        "date_of_birth_l = substr(date_of_birth_r, 1, 4) || substr(date_of_birth_r, 7, 2)"
        " || substr(date_of_birth_r, 5, 2)"
    )
    return _comparison(
        column,
        [
            _null(_either_null(column)),
            # Where only the year is known the day is often written as the first of January.
            _level(first_of_january, "same, first of January"),
            _level("date_of_birth_l = date_of_birth_r", "same"),
            _level(
                f"damerau_levenshtein(date_of_birth_l, date_of_birth_r) <= 1 or {day_month}",
                "nearly the same",
            ),
            _level("damerau_levenshtein(date_of_birth_l, date_of_birth_r) <= 2", "two digits off"),
            _level("substr(date_of_birth_l, 1, 4) = substr(date_of_birth_r, 1, 4)", "same year"),
            _level("ELSE", "different"),
        ],
    )


def _address(filled: set[str]) -> dict[str, Any]:
    """One nested comparison: two separate ones would count one fact twice."""
    agree = {
        # What follows the name of a street is often no part of it: a building, a corner, a part.
        "street": "(jaro_winkler_similarity(street_l, street_r) >= 0.9"
        " or starts_with(street_l, street_r || ' ') or starts_with(street_r, street_l || ' '))",
        "number": "house_number_l = house_number_r",
        "postcode": "postcode_l = postcode_r",
        "nearby": "damerau_levenshtein(postcode_l, postcode_r) <= 1",
        "city": "city_l = city_r",
        "town": f"({_like('city')} or contains(city_l, city_r) or contains(city_r, city_l))",
    }
    columns = {"number": "house_number", "nearby": "postcode", "town": "city"}
    known = [c for c in ("postcode", "street", "city") if c in filled]
    levels = [_null(" and ".join(f"({_either_null(c)})" for c in known))]
    for label, parts, frequency in ADDRESS_LEVELS:
        if all(columns.get(part, part) in filled for part in parts):
            condition = " and ".join(agree[part] for part in parts)
            options = _frequent(frequency) if frequency else {}
            levels.append(_level(condition, label, **options))
    levels.append(_level("ELSE", "different"))
    return _comparison("address", levels)


def _frequent(column: str) -> dict[str, Any]:
    """The level's own u is that of an exact match: Splink need not parse every level to find it.

    It would, for each level and each time it scores, and takes longer over that than scoring.
    """
    return {
        "tf_adjustment_column": column,
        "tf_adjustment_weight": 1.0,
        "tf_minimum_u_value": 1e-5,
        "disable_tf_exact_match_detection": True,
    }


def _key(column: str) -> dict[str, Any]:
    return _comparison(
        column,
        [
            _null(_either_null(column)),
            _level(f"{column}_l = {column}_r", "same"),
            _level("ELSE", NEUTRAL),
        ],
    )
