"""One row per distinct value of a column with each of its faults, to find the records that hold it.

The measures count faults; this names them value by value, for the one column a list is made of.
A test holds both to the same counts.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from scvkit.engine import Steps, text_literal
from scvkit.profile.catalogue import read_rules
from scvkit.profile.damage import damaged_sql, shouted_sql
from scvkit.profile.dates import DateOrder, date_part, date_sql
from scvkit.profile.facts import DATED, blank_to_null
from scvkit.profile.months import order_of_days
from scvkit.profile.placeholders import placeholder_sql
from scvkit.profile.rules import country_words_sql, needs_country, rule_for
from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.vocabulary import DATE_ATTRIBUTES, Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

FAULTY = "faulty_values_of_one_column"
_DAY = "[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}"
_SERIAL = "[1-6][0-9]{4}([.,][0-9]+)?"
_ZONE = "(Z|[+-][0-9]{2}:?[0-9]{2})$"


def write_faulty_values(
    connection: Connection,
    scan: str,
    table: SourceTable,
    meaning: ColumnMeaning,
    as_of: dt.date | None,
) -> DateOrder:
    """Make the temporary table ``faulty_values_of_one_column`` and return the order of its dates.

    Columns: value (trimmed), country, rows, stands_in (a placeholder), damaged, shouted, broken
    (kinds of faults by the rule of the attribute), serial, missing_hour, national_id.
    """
    attribute = meaning.attribute
    country = country_column(table, meaning)
    rule = rule_for(attribute, as_of=as_of, countries=_countries(connection, scan, country))
    order = DateOrder()
    if attribute in DATED:
        order = order_of_days(connection, scan, meaning.column)
    steps = _values(scan, meaning, country)
    part = date_part("value") if attribute in DATED else "''"
    steps.step(
        "values_in_parts", f"select *, lower(value) as lowered, {part} as part from {_VALUES}"
    )
    date = date_sql(
        "value",
        "part",
        month_first=order.reads_month_first,
        as_of=as_of,
        declared_date=attribute in DATE_ATTRIBUTES,
    )
    steps.step(
        "read_values",
        f"select *, {date if attribute in DATED else 'cast(null as date)'} as read_date, "
        f"regexp_extract(value, '^{_DAY}(.*)$', 1) as clock_time from values_in_parts",
    )
    last = "read_values"
    for name, sql in rule.columns if rule else ():
        steps.step(f"values_with_{name}", f"select *, {sql} as {name} from {last}")
        last = f"values_with_{name}"
    stands_in = placeholder_sql(attribute, value="value", lowered="lowered", read_date="read_date")
    steps.step(
        "values_by_state", f"select *, coalesce({stands_in}, false) as stands_in from {last}"
    )
    steps.step("filled_values", "select * from values_by_state where not stands_in")
    for name, sql in rule.steps if rule else ():
        steps.step(name, sql)
    broken = ", ".join(
        f"case when not stands_in and ({condition}) then {text_literal(kind)} end"
        for kind, condition in (rule.faults if rule else ())
    )
    inside = text_literal(str(read_rules()["national_id_inside"]))
    searched = attribute in {Attribute.FREE_TEXT, Attribute.OTHER, Attribute.TOPIC}
    final = (
        "select value, country, rows, stands_in, "
        f"coalesce({damaged_sql(attribute, 'value')}, false) as damaged, "
        f"coalesce({shouted_sql(attribute, 'value')}, false) as shouted, "
        f"[{broken or 'cast(null as varchar)'}] as broken, "
        f"read_date is not null and regexp_full_match(value, '{_SERIAL}') as serial, "
        f"coalesce({_MISSING_HOUR}, false) as missing_hour, "
        f"{f'regexp_matches(value, {inside})' if searched else 'false'} as national_id "
        "from values_by_state"
    )
    connection.execute(f"create or replace temp table {FAULTY} as {steps.sql(final)}")
    return order


def country_column(table: SourceTable, meaning: ColumnMeaning) -> str | None:
    """Return the column that says in which country a value of ``meaning`` is at home."""
    if not needs_country(meaning.attribute):
        return None
    if meaning.attribute is Attribute.COUNTRY:
        return meaning.column
    found = (m.column for m in table.meanings if m.attribute is Attribute.COUNTRY)
    return next(found, None)


_VALUES = "values_of_one_column"
# On the last Sunday of March clocks of Central Europe go from two to three (2000/84/EC).
_MISSING_HOUR = (
    f"read_date is not null and not regexp_matches(clock_time, '{_ZONE}') "
    "and regexp_matches(clock_time, '^[ T]0?2[:.]') and month(read_date) = 3 "
    "and day(read_date) >= 25 and dayofweek(read_date) = 0"
)


def _values(scan: str, meaning: ColumnMeaning, country: str | None) -> Steps:
    word = f"lower({blank_to_null(country)})" if country else "cast(null as varchar)"
    steps = Steps().step("country_words", country_words_sql())
    steps.step(
        "one_row_per_value",
        f"select {blank_to_null(meaning.column)} as value, {word} as country_word, "
        f"count(*) as rows from {scan} group by all",
    )
    return steps.step(
        _VALUES,
        "select value, iso as country, rows from one_row_per_value "
        "left join country_words on word = country_word where value is not null",
    )


def _countries(connection: Connection, scan: str, column: str | None) -> tuple[str, ...]:
    if column is None:
        return ()
    steps = Steps().step("country_words", country_words_sql())
    steps.step("one_row_per_word", f"select distinct lower({blank_to_null(column)}) w from {scan}")
    found = steps.rows(
        connection,
        "select distinct iso from country_words join one_row_per_word on word = w order by iso",
    )
    return tuple(str(iso) for (iso,) in found)
