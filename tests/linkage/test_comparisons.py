"""The level that a comparison gives two records."""

import re

import pytest

from scvkit.engine import connect, text_literal
from scvkit.linkage.comparisons import KEY_COLUMNS, comparisons_for
from scvkit.locale import LANGUAGES, load_words

NAMES = ("given_name", "surname")
ADDRESS = ("street", "house_number", "postcode", "city")


def level(
    name: str, columns: tuple[str, ...], left: tuple[str, ...], right: tuple[str, ...]
) -> str:
    """Label of the first level whose condition holds; an empty text is a missing value."""
    values = []
    for column, a, b in zip(columns, left, right, strict=True):
        for copy in (column, column.replace("given_name", "given").split("_")[0] + "_copy"):
            for side, value in (("l", a), ("r", b)):
                known = text_literal(value) if value else "cast(null as varchar)"
                values.append(f"{known} as {copy}_{side}")
    (comparison,) = [c for c in comparisons_for(columns) if c["output_column_name"] == name]
    cases = " ".join(
        f"when {each['sql_condition']} then {text_literal(each['label_for_charts'])}"
        for each in comparison["comparison_levels"]
        if each["sql_condition"] != "ELSE"
    )
    found = (
        connect()
        .execute(f"select case {cases} else 'different' end from (select {', '.join(values)})")
        .fetchall()
    )
    return str(found[0][0])


@pytest.mark.parametrize(
    ("left", "right", "given", "surname"),
    [
        (("lise", "lund"), ("lise", "lund"), "same", "same"),
        (("lund", "lise"), ("lise", "lund"), "names swapped", "missing"),
        (("lund", "lisa"), ("lise", "lund"), "names swapped", "missing"),
        (("lund", ""), ("lise", "lund"), "one name in the other's place", "missing"),
        (("l", "lund"), ("lise", "lund"), "initial", "same"),
        (("", "lund"), ("lise", "lunt"), "missing", "nearly the same"),
    ],
)
def test_names_are_compared_across_their_places(
    left: tuple[str, str], right: tuple[str, str], given: str, surname: str
) -> None:
    assert level("given_name", NAMES, left, right) == given
    assert level("surname", NAMES, left, right) == surname


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        ("19750412", "19750412", "same"),
        ("19750101", "19750101", "same, first of January"),
        ("19751304", "19750413", "nearly the same"),
        ("19751204", "19750412", "nearly the same"),
    ],
)
def test_a_birth_date_tolerates_a_slip(left: str, right: str, label: str) -> None:
    assert level("date_of_birth", ("date_of_birth",), (left,), (right,)) == label


@pytest.mark.parametrize(
    ("right", "label"),
    [
        (("birkevej", "12", "2100", "lilleby"), "same door"),
        (("birkevej", "14", "2100", "lilleby"), "same street, same postcode"),
        (("", "", "2100", "lilleby"), "same postcode, same town"),
        (("birkevej ved torvet i storby", "12", "", "storby"), "same street and number"),
        (("birkevejen syd", "12", "", "storby"), "same street and number"),
        (("bi", "12", "", "storby"), "different"),
        (("elmevej", "3", "9999", "storby"), "different"),
    ],
)
def test_an_address_is_one_fact(right: tuple[str, ...], label: str) -> None:
    assert level("address", ADDRESS, ("birkevej", "12", "2100", "lilleby"), right) == label


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_the_kit_compares_by_has_words(language: str) -> None:
    words = load_words(language)
    columns = (*NAMES, *ADDRESS, "company", "date_of_birth", *KEY_COLUMNS)
    labels = {
        level["label_for_charts"]
        for comparison in comparisons_for(columns)
        for level in comparison["comparison_levels"]
    }
    assert {"names swapped", "same postcode, same town", "missing"} <= labels
    told = {part for label in labels for part in label.lower().split(", ")}
    assert {p for p in told if not words.has("linkage.level." + re.sub(r"\W+", "_", p))} == set()
