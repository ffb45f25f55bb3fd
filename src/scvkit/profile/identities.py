"""Rows that point at nobody, and rows that point at a tester."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scvkit.engine import Steps, quoted, text_literal
from scvkit.profile.catalogue import read_placeholders
from scvkit.profile.column import ColumnMeasure
from scvkit.profile.facts import blank_to_null
from scvkit.profile.placeholders import NAMES
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

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
TELLING = KEYS | NAMES | PLACES
_PERSONS = NAMES - {Attribute.COMPANY_NAME}


def without_identity(
    connection: Connection, scan: str, columns: Sequence[ColumnMeasure]
) -> int | None:
    """Return rows with no key and no name with an address; None when no column could carry one."""
    if any(c.profile.filled == c.profile.rows for c in columns if c.profile.attribute in KEYS):
        return 0
    lines = lines_of_nobody(scan, columns)
    return None if lines is None else _count(connection, lines)


def lines_of_nobody(scan: str, columns: Sequence[ColumnMeasure]) -> str | None:
    """Return SQL for rows with no key and no name with an address; None when none could be told.

    Needs the stand-ins of each column (``ColumnMeasure.stand_ins``).
    """
    keys = [c for c in columns if c.profile.attribute in KEYS]
    names = [c for c in columns if c.profile.attribute in NAMES]
    places = [c for c in columns if c.profile.attribute in PLACES]
    told = [_holds_value(c) for c in keys]
    if names and places:
        named = " or ".join(_holds_value(c) for c in names)
        placed = " or ".join(_holds_value(c) for c in places)
        told.append(f"(({named}) and ({placed}))")
    if not told:
        return None
    # One condition after the other: most rows are done with after the first.
    nobody = " and ".join(f"not {condition}" for condition in told)
    return f"select line_number from {scan} where {nobody}"


def test_customers(connection: Connection, scan: str, columns: Sequence[ColumnMeasure]) -> int:
    """Return the rows whose name says that they are a test."""
    lines = lines_of_tests(scan, columns)
    if lines is None or not _any_suspect(connection, scan, columns):
        return 0
    return _count(connection, lines)


def lines_of_tests(scan: str, columns: Sequence[ColumnMeasure]) -> str | None:
    """Return SQL for the rows whose name says that they are a test; None without a name."""
    lists = read_placeholders()["test_customers"]
    strong = ", ".join(text_literal(word) for word in lists["words"])
    weak = ", ".join(text_literal(word) for word in lists["only"])
    names = _persons(columns)
    if not names:
        return None
    texts = [blank_to_null(c.profile.column, trimmed=c.trimmed) for c in names]
    # Few names hold such letters at all; only their words are looked at.
    looks = " or ".join(f"coalesce({_suspect(c)}, false)" for c in names)
    steps = Steps().step("suspect_records", f"select * from {scan} where {looks}")
    # Given name and surname are read as one name: "Kunde" alone is a surname, "Test Kunde" is not.
    name = f"lower(concat_ws(' ', {', '.join(texts)}))"
    steps.step(
        "one_row_per_suspect",
        rf"select line_number, list_filter(regexp_split_to_array({name}, '[^\p{{L}}0-9]+'), "
        "lambda word: word <> '') as words from suspect_records",
    )
    known = ", ".join(text_literal(word) for word in _TESTS)
    tests = (
        f"list_has_any(words, [{strong}]) or (len(words) > 0 and list_contains(words, 'test') "
        f"and len(list_filter(words, lambda word: word not in ({weak}))) <= len(words) - 2) "
        f"or (len(words) > 0 and len(list_filter(words, lambda word: word not in ({weak}))) = 0 "
        f"and list_has_any(words, [{known}]))"
    )
    return steps.sql(f"select line_number from one_row_per_suspect where {tests}")


def test_traffic(connection: Connection, scan: str, columns: Sequence[ColumnMeasure]) -> int:
    """Return the rows that a column of the source itself marks as tests."""
    lines = lines_of_test_traffic(scan, [c.profile.column for c in columns])
    return 0 if lines is None else _count(connection, lines)


def lines_of_test_traffic(scan: str, columns: Sequence[str]) -> str | None:
    """Return SQL for the rows that a column of the source itself marks as tests."""
    flags = set(read_placeholders()["test_customers"]["flags"])
    marked = [
        f"lower({blank_to_null(column)}) in ('true', '1', 'j', 'ja', 'y', 'yes', 't', 'sand')"
        for column in columns
        if column.strip().lower() in flags
    ]
    return f"select line_number from {scan} where {' or '.join(marked)}" if marked else None


def _any_suspect(connection: Connection, scan: str, columns: Sequence[ColumnMeasure]) -> bool:
    """Whether a name holds such letters; names that repeat are looked at once."""
    for column in _persons(columns):
        name = quoted(column.profile.column)
        values = f"(select distinct {name} from {scan})"
        if column.profile.distinct * 2 > column.profile.filled:
            values = scan
        # A condition would be asked of every row before the values are told apart.
        asked = f"select bool_or({_suspect(column)}) from {values}"
        [(found,)] = connection.execute(asked).fetchall()
        if found:
            return True
    return False


def _suspect(column: ColumnMeasure) -> str:
    pattern = "|".join([*read_placeholders()["test_customers"]["words"], *_TESTS])
    return f"regexp_matches({quoted(column.profile.column)}, {text_literal(f'(?i){pattern}')})"


def _persons(columns: Sequence[ColumnMeasure]) -> list[ColumnMeasure]:
    return [c for c in columns if c.profile.attribute in _PERSONS]


_TESTS = ("test", "tester", "testing", "dummy", "asdf", "qwerty")


def _holds_value(column: ColumnMeasure) -> str:
    value = blank_to_null(column.profile.column, trimmed=column.trimmed)
    if column.stand_ins is None:
        return f"({value} is not null)"
    return f"coalesce({value} not in (select value from {quoted(column.stand_ins)}), false)"


def _count(connection: Connection, lines: str) -> int:
    [(found,)] = connection.execute(f"select count(*) from ({lines})").fetchall()
    return int(found)
