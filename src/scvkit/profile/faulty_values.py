"""One row per distinct value of a column with each of its faults: who holds it is to be found."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from scvkit.profile.column import countries_present
from scvkit.profile.conditions import DATED
from scvkit.profile.dates import DateOrder, date_orders
from scvkit.profile.facts import fact_steps
from scvkit.profile.rules import needs_country, rule_for
from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

FAULTY = "faulty_values_of_one_column"


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
    country = country_column(table, meaning)
    countries = frozenset(countries_present(connection, scan, country).values())
    rule = rule_for(meaning.attribute, as_of=as_of, countries=countries)
    order = DateOrder()
    if meaning.attribute in DATED:
        order = date_orders(connection, scan, [meaning.column])[meaning.column]
    steps = fact_steps(scan, meaning, rule, country, order, as_of)
    final = (
        "select value, country, rows, state = 'placeholder' as stands_in, damaged, shouted, "
        "broken, serial, missing_hour, national_id from facts where value is not null"
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
