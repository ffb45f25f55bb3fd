"""Rows that are wrong as a whole, as SQL that gives their line numbers."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.engine import Steps, quoted, text_literal
from scvkit.profile.catalogue import read_placeholders
from scvkit.profile.facts import blank_to_null
from scvkit.profile.placeholders import NAMES, placeholder_sql
from scvkit.records.extracts import ColumnMeaning
from scvkit.vocabulary import Attribute

LINE = "line_number"
# One of these ties a row to somebody; a name needs an address beside it.
KEYS = frozenset(
    {
        Attribute.EMAIL,
        Attribute.PHONE,
        Attribute.MOBILE,
        Attribute.CUSTOMER_NUMBER,
        Attribute.MEMBER_NUMBER,
        Attribute.ORDER_NUMBER,
        Attribute.LOGIN_ID,
        Attribute.NATIONAL_ID,
        Attribute.ORG_NUMBER,
        Attribute.VAT_NUMBER,
    }
)
PLACES = frozenset({Attribute.STREET, Attribute.POSTCODE})
_COMPANY = frozenset({Attribute.COMPANY_NAME})


def lines_of_nobody(scan: str, meanings: Sequence[ColumnMeaning]) -> str | None:
    """Return SQL for rows with no key and no name with an address; None when none could be told.

    A table of which no column could carry an identity accuses nobody.
    """
    keys = [m for m in meanings if m.attribute in KEYS]
    names = [m for m in meanings if m.attribute in NAMES]
    places = [m for m in meanings if m.attribute in PLACES]
    told = [_holds_value(m) for m in keys]
    if names and places:
        named = " or ".join(_holds_value(m) for m in names)
        placed = " or ".join(_holds_value(m) for m in places)
        told.append(f"(({named}) and ({placed}))")
    if not told:
        return None
    # One condition after the other: most rows are done with after the first.
    nobody = " and ".join(f"not {condition}" for condition in told)
    return f"select {quoted(LINE)} from {scan} where {nobody}"


def lines_of_tests(scan: str, meanings: Sequence[ColumnMeaning]) -> str | None:
    """Return SQL for rows whose name says that they are a test; None without a name."""
    lists = read_placeholders()["test_customers"]
    strong = ", ".join(text_literal(word) for word in lists["words"])
    weak = ", ".join(text_literal(word) for word in lists["only"])
    names = [m for m in meanings if m.attribute in NAMES and m.attribute not in _COMPANY]
    if not names:
        return None
    # Given name and surname are read as one name: "Kunde" alone is a surname, "Test Kunde" is not.
    whole = f"lower(concat_ws(' ', {', '.join(blank_to_null(m.column) for m in names)}))"
    steps = Steps().step(
        "one_row_per_record",
        f"select {quoted(LINE)}, "
        rf"list_filter(regexp_split_to_array({whole}, '[^\p{{L}}0-9]+'), "
        f"lambda word: word <> '') as words from {scan}",
    )
    tests = (
        f"list_has_any(words, [{strong}]) or (len(words) > 0 and list_contains(words, 'test') "
        f"and len(list_filter(words, lambda word: word not in ({weak}))) <= len(words) - 2) "
        f"or (len(words) > 0 and len(list_filter(words, lambda word: word not in ({weak}))) = 0 "
        "and list_has_any(words, ['test', 'tester', 'testing', 'dummy', 'asdf', 'qwerty']))"
    )
    return steps.sql(f"select {quoted(LINE)} from one_row_per_record where {tests}")


def lines_of_test_traffic(scan: str, meanings: Sequence[ColumnMeaning]) -> str | None:
    """Return SQL for rows that a column of the source itself marks as tests; None without one."""
    flags = set(read_placeholders()["test_customers"]["flags"])
    marked = [
        f"lower({blank_to_null(m.column)}) in ('true', '1', 'j', 'ja', 'y', 'yes', 't', 'sand')"
        for m in meanings
        if m.column.strip().lower() in flags
    ]
    return f"select {quoted(LINE)} from {scan} where {' or '.join(marked)}" if marked else None


def lines_of_repeats(scan: str, columns: Sequence[str]) -> str:
    """Return SQL for rows beyond the first of each group that agrees in every one of columns."""
    cells = ", ".join(quoted(column) for column in columns)
    return (
        f"select {quoted(LINE)} from (select {quoted(LINE)}, row_number() over "
        f"(partition by hash({cells}) order by {quoted(LINE)}) as place from {scan}) "
        "where place > 1"
    )


def lines_of_repeated_ids(scan: str, id_column: str, columns: Sequence[str]) -> str:
    """Return SQL for rows whose id stands in an earlier row that differs from them."""
    value = blank_to_null(id_column)
    return (
        f"select {quoted(LINE)} from (select {quoted(LINE)}, {value} as id, row_number() over "
        f"(partition by {value} order by {quoted(LINE)}) as place from {scan}) "
        "where id is not null and place > 1 "
        f"and {quoted(LINE)} not in ({lines_of_repeats(scan, columns)})"
    )


def _holds_value(meaning: ColumnMeaning) -> str:
    value = blank_to_null(meaning.column)
    placeholder = placeholder_sql(
        meaning.attribute, value=value, lowered=f"lower({value})", read_date="cast(null as date)"
    )
    return f"coalesce({value} is not null and not {placeholder}, false)"
