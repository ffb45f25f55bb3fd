"""One row per distinct value of a column: what it is, and what is wrong with it.

Everything that depends on a value alone is worked out once per distinct value and counted with
the rows that hold it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scvkit.engine import Steps, quoted, text_literal
from scvkit.profile.conditions import (
    BITS,
    NUMBERED,
    VALUES,
    bit_conditions,
    number_reading,
    reading_steps,
)
from scvkit.profile.dates import DateOrder
from scvkit.profile.masks import plain_mask_sql
from scvkit.profile.numerals import number_sql
from scvkit.profile.rules import Rule, country_words_sql, needs_country
from scvkit.profile.shapes import UNKNOWN, Shapes, edged_sql
from scvkit.records.extracts import ColumnMeaning
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

FACTS = "facts_of_one_column"
_COUNTED = "values_counted_before"
BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(65279)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one column: the names of their bits, and where its values are to be had."""

    names: tuple[str, ...]  # of the bits, the lowest first: those of ``BITS``, then the faults
    table: str  # SQL after ``from`` for the facts
    values: str  # SQL after ``from``: value (trimmed, null when blank), rows
    grouped: bool  # a row for each value; else only values with something to tell stand there

    @property
    def filled(self) -> str:
        """The condition under which a fact is filled."""
        unfilled = (1 << self.names.index("blank")) | (1 << self.names.index("placeholder"))
        return f"bits & {unfilled} = 0"

    def plain_values(self, *odd: str) -> str:
        """SQL of the filled values and their rows; without those that show one of ``odd``."""
        without = sum(1 << self.names.index(name) for name in {"placeholder", *odd})
        if self.grouped:
            return (
                f"(select value, rows from {self.table} where value is not null "
                f"and bits & {without} = 0)"
            )
        told = f"select value from {self.table} where value is not null and bits & {without} <> 0"
        return (
            f"(select value, rows from {self.values} where value is not null "
            f"and value not in ({told}))"
        )


def write_facts(
    connection: Connection,
    scan: str,
    meaning: ColumnMeaning,
    rule: Rule | None,
    *,
    country_column: str | None,
    grouped: bool,
    order: DateOrder,
    as_of: dt.date | None,
    shapes: Shapes = UNKNOWN,
    country_words: Mapping[str, str] | None = None,
    counted: Any | None = None,
) -> Facts:
    """Write ``facts_of_one_column``: value, rows, bits, date, bounds of length and of number.

    One row per value as received and country. Where not ``grouped``, for a column whose values
    hardly repeat, rows without anything to tell (no fault, no placeholder, no damage) are counted
    together, by bits and date, and their value is null; ``shapes`` then says what need not be
    asked, and ``country_words`` how the countries of the table are written. ``counted`` are the
    values with their rows, none with blanks at its ends, where they were counted already.
    """
    drop_facts(connection)
    if counted is not None:
        connection.from_arrow(counted).create_view(_COUNTED, replace=True)
        country = "cast(null as varchar)"
        if meaning.attribute is Attribute.COUNTRY:
            country = _country_sql("value", country_words or {})
        plain = (
            f"select nullif(value, '') as value, false as trimmed, {country} as country, rows "
            f"from {_COUNTED}"
        )
        steps, source = Steps().step(VALUES, plain), _COUNTED
    elif shapes.edged:
        values = _values(scan, meaning, country_column, grouped=grouped)
        steps, source = _kept_values(connection, values.sql("select * from all_values")), VALUES
    else:
        word = None
        if needs_country(meaning.attribute):
            word = meaning.column if meaning.attribute is Attribute.COUNTRY else country_column
        plain = plain_values_sql(scan, meaning.column, word, country_words or {})
        source = f"({plain_values_sql(scan, meaning.column, None, {})})"
        if grouped:
            plain = f"select * replace (count(*) as rows) from ({plain}) group by all"
            steps = _kept_values(connection, plain)
        else:
            steps = Steps().step(VALUES, plain)
    write_rule_tables(connection, steps, meaning.attribute, rule, order, as_of, shapes)
    names, final = counted_facts(steps, meaning.attribute, rule, shapes, grouped=grouped)
    connection.execute(f"create temp table {FACTS} as {final}")
    if counted is not None:
        connection.execute(f"drop view {_COUNTED}")
    return Facts(names=names, table=FACTS, values=source, grouped=grouped)


def _kept_values(connection: Connection, values: str) -> Steps:
    """Steps that find the values in a table: in a query they are worked out for every use."""
    connection.execute(f"create or replace temp table {VALUES} as {values}")
    return Steps()


def drop_facts(connection: Connection) -> None:
    """Make room: what the column before left is not needed while this one is counted."""
    connection.execute(f"drop table if exists {FACTS}")


def write_facts_of_many(
    connection: Connection,
    table: str,
    scan: str,
    columns: Sequence[str],
    attribute: Attribute,
    rule: Rule | None,
    *,
    as_of: dt.date | None,
) -> Facts:
    """Write the facts of columns of one attribute into a table of their own.

    ``place`` is that of the column among ``columns``. Dates are read day first; for attributes
    whose rule needs no country and no table beside it.
    """
    listed = ", ".join(map(quoted, columns))
    received = (
        f"select place, received, cast(null as varchar) as country_word, count(*) as rows "
        f"from (select unnest(range({len(columns)})) as place, unnest([{listed}]) as received "
        f"from {scan}) group by all"
    )
    values = _values_or_nothing(received, "place, ").step("all_values", _WITHOUT_COUNTRY)
    connection.execute(
        f"create or replace temp table {VALUES} as {values.sql('select * from all_values')}"
    )
    steps = Steps()
    write_rule_tables(connection, steps, attribute, rule, DateOrder(), as_of, UNKNOWN)
    names, final = counted_facts(steps, attribute, rule, UNKNOWN, kept="place, ")
    connection.execute(f"create or replace temp table {quoted(table)} as {final}")
    return Facts(names=names, table=quoted(table), values="", grouped=True)


def write_rule_tables(
    connection: Connection,
    steps: Steps,
    attribute: Attribute,
    rule: Rule | None,
    order: DateOrder,
    as_of: dt.date | None,
    shapes: Shapes,
) -> None:
    """Add what each value is read as to the steps, and write the tables that the rule needs."""
    for name, sql in reading_steps(attribute, rule, order, as_of, shapes).parts():
        steps.step(name, sql)
    for name, sql in rule.steps if rule else ():
        connection.execute(f"create or replace temp table {quoted(name)} as {steps.sql(sql)}")


def counted_facts(
    steps: Steps,
    attribute: Attribute,
    rule: Rule | None,
    shapes: Shapes,
    *,
    grouped: bool = True,
    kept: str = "",
) -> tuple[tuple[str, ...], str]:
    """The names of the bits and the query of the facts, from the steps of what each value is."""
    conditions = bit_conditions(attribute, rule, shapes)
    names = tuple(name for name, _ in conditions)
    bits = " + ".join(
        f"case when {sql} then {1 << place} else 0 end"
        for place, (_, sql) in enumerate(conditions)
        if sql != "false"
    )
    number = number_reading(attribute, shapes)
    steps.step("read_numbers", f"select *, {number} as number from values_with_time")
    steps.step(
        "read_bits",
        f"select {kept}value, rows, {bits} as bits, read_date, length(value) as size, number "
        "from read_numbers",
    )
    if grouped:
        return names, steps.sql(
            f"select {kept}value, rows, bits, read_date, size as shortest, size as longest, "
            "number as smallest, number as largest from read_bits"
        )
    telling = sum(
        1 << place
        for place, name in enumerate(names)
        if name in {"placeholder", "damaged", "shouted"} or place >= len(BITS)
    )
    return names, steps.sql(
        f"select case when bits & {telling} <> 0 then value end as value, "
        "cast(sum(rows) as bigint) as rows, bits, "
        "read_date, min(size) as shortest, max(size) as longest, "
        "min(number) as smallest, max(number) as largest from read_bits group by 1, bits, read_date"
    )


def fact_steps(
    scan: str,
    meaning: ColumnMeaning,
    rule: Rule | None,
    country_column: str | None,
    order: DateOrder,
    as_of: dt.date | None,
) -> Steps:
    """Return one query that ends in ``facts``, spelt out by name, for whoever looks for rows.

    One row per value (and country): ``value, country, rows, state`` (blank, placeholder, filled),
    ``broken`` (kinds of faults), ``mask``, and a column for every bit of ``write_facts``. Slower
    than ``write_facts``, and needs nothing on the connection.
    """
    steps = _values(scan, meaning, country_column, grouped=True)
    steps.step(VALUES, "select * from all_values")
    for name, sql in reading_steps(meaning.attribute, rule, order, as_of, UNKNOWN).parts():
        steps.step(name, sql)
    for name, sql in rule.steps if rule else ():
        steps.step(name, sql)
    conditions = bit_conditions(meaning.attribute, rule, UNKNOWN)
    named = ", ".join(
        f"case when {sql} then true else false end as {quoted(name)}"
        for name, sql in conditions[: len(BITS)]
        if name not in {"placeholder", "trimmed"}
    )
    broken = ", ".join(
        f"case when {sql} then '{kind}' end" for kind, sql in conditions[len(BITS) :]
    )
    number = number_sql("value") if meaning.attribute in NUMBERED else "cast(null as double)"
    steps.step("read_numbers", f"select *, {number} as number from values_with_time")
    return steps.step(
        "facts",
        "select value, country, rows, read_date, case when value is null then 'blank' "
        f"when stands_in then 'placeholder' else 'filled' end as state, {named}, "
        f"list_filter([{broken or 'cast(null as varchar)'}], lambda kind: kind is not null) "
        f"as broken, {plain_mask_sql('value')} as mask from read_numbers",
    )


def blank_to_null(column: str, *, trimmed: bool = True) -> str:
    """Return SQL for the text of a column, null when nothing is left of it.

    ``trimmed`` false where no value of the column has blanks at its ends.
    """
    if not trimmed:
        return f"nullif({quoted(column)}, '')"
    return f"nullif(trim({quoted(column)}, {BLANKS}), '')"


def _values(
    scan: str, meaning: ColumnMeaning, country_column: str | None, *, grouped: bool
) -> Steps:
    """Steps that end in ``all_values``: value, trimmed, country (ISO or null), rows."""
    by_country = needs_country(meaning.attribute)
    if meaning.attribute is Attribute.COUNTRY:
        country_column = meaning.column
    word = (
        f"lower({blank_to_null(country_column)})"
        if by_country and country_column
        else "cast(null as varchar)"
    )
    received = f"select {quoted(meaning.column)} as received, {word} as country_word"
    counted = f"count(*) as rows from {scan} group by all" if grouped else f"1 as rows from {scan}"
    steps = _values_or_nothing(f"{received}, {counted}")
    if not (by_country and country_column):
        return steps.step("all_values", _WITHOUT_COUNTRY)
    steps.step("country_words", country_words_sql())
    return steps.step(
        "all_values",
        "select value, trimmed, iso as country, rows from values_or_nothing "
        "left join country_words on word = country_word",
    )


def _values_or_nothing(received: str, kept: str = "") -> Steps:
    """Steps that end in ``values_or_nothing``: what was received, without blanks at its ends."""
    steps = Steps().step("values_as_received", received)
    # Trimming is dear and seldom needed: one look at both ends first.
    edged = f"coalesce({edged_sql('received')}, false)"
    steps.step("values_at_both_ends", f"select *, {edged} as trimmed from values_as_received")
    return steps.step(
        "values_or_nothing",
        f"select {kept}case when trimmed then nullif(trim(received, {BLANKS}), '') "
        "when received <> '' then received end as value, trimmed, country_word, rows "
        "from values_at_both_ends",
    )


_WITHOUT_COUNTRY = (
    "select * exclude (country_word), cast(null as varchar) as country from values_or_nothing"
)


def plain_values_sql(
    scan: str, column: str, country_column: str | None, country_words: Mapping[str, str]
) -> str:
    """The same for a column without blanks at the ends of its values, a row per record."""
    country = (
        _country_sql(quoted(country_column), country_words)
        if country_column
        else "cast(null as varchar)"
    )
    return (
        f"select case when {quoted(column)} <> '' then {quoted(column)} end as value, "
        f"false as trimmed, {country} as country, 1 as rows from {scan}"
    )


def _country_sql(word: str, country_words: Mapping[str, str]) -> str:
    """The country that a word names; of a column it is worked out once per dictionary entry."""
    branches = " ".join(
        f"when {text_literal(known)} then {text_literal(iso)}"
        for known, iso in country_words.items()
    )
    named = f"case lower(trim({word}, {BLANKS})) {branches} end" if branches else "null"
    return f"cast({named} as varchar)"
