"""One row per distinct value of a column: what it is, and what is wrong with it.

Everything that depends on a value alone is worked out once per distinct value and counted with
the rows that hold it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from scvkit.engine import Steps, quoted, text_literal
from scvkit.profile.catalogue import read_rules
from scvkit.profile.damage import damaged_sql, shouted_sql
from scvkit.profile.dates import SERIAL, DateOrder, date_part, date_sql, time_part
from scvkit.profile.masks import plain_mask_sql
from scvkit.profile.placeholders import NAMES, placeholder_sql
from scvkit.profile.rules import Rule, country_words_sql, needs_country
from scvkit.records.extracts import ColumnMeaning
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

VALUES, FACTS = "values_of_one_column", "facts_of_one_column"
WHOLE = "[+-]?(0|[1-9][0-9]{0,17})"
_COMMA = r"[+-]?([0-9]{1,3}([. \x{00a0}''][0-9]{3})+|[0-9]+),[0-9]+-?"
_POINT = r"[+-]?([0-9]{1,3}([, ''][0-9]{3})+|[0-9]+)\.[0-9]+-?"
_PLAIN = "[+-]?[0-9]{1,18}-?"
BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(65279)"
_FEW = 10_000
_BLANK_SIGN = r"[ \t\n\r\x{a0}\x{200b}\x{feff}]"
# Attributes that hold text whatever their values look like.
TEXTS = NAMES | {
    Attribute.EMAIL,
    Attribute.STREET,
    Attribute.CITY,
    Attribute.REGION,
    Attribute.COUNTRY,
    Attribute.FREE_TEXT,
    Attribute.URL,
    Attribute.IP_ADDRESS,
}
# Attributes whose values are tried as dates, and as numbers: elsewhere neither would tell
# anything, and reading is what a profile spends its time on.
DATED = DATE_ATTRIBUTES | {Attribute.OTHER}
NUMBERED = frozenset(Attribute) - TEXTS - IDENTIFYING_ATTRIBUTES - DATE_ATTRIBUTES
# What is true of a value, each a bit of one number: a group of values that agree in all of them
# is counted once, instead of asking every question of every value again.
BITS = (
    "blank",
    "placeholder",
    "trimmed",
    "capitals",
    "damaged",
    "shouted",
    "whole",
    "number",
    "dated",
    "two_valued",
    "serial",
    "iso_date",
    "timed",
    "zoned",
    "missing_hour",
    "national_id",
)


def repeating(connection: Connection, scan: str, columns: Collection[str]) -> frozenset[str]:
    """Return the columns whose values stand in two rows or more on average, near enough."""
    if not columns:
        return frozenset()
    asked = ", ".join(f"count({quoted(c)}), approx_count_distinct({quoted(c)})" for c in columns)
    [found] = connection.execute(f"select {asked} from {scan}").fetchall()
    return frozenset(
        column
        for column, filled, distinct in zip(columns, found[::2], found[1::2], strict=True)
        # A few thousand rows cost next to nothing either way.
        if filled < _FEW or distinct * 2 <= filled
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
) -> tuple[str, ...]:
    """Write ``facts_of_one_column``: value (trimmed, null when blank), rows, bits, number, date.

    One row per value as received and country; a row per record when not ``grouped``, which is
    cheaper for a column whose values hardly repeat. Returns the names of the bits, the lowest
    first: those of ``BITS``, then the faults of the rule.
    """
    # What the column before left is not needed while this one is counted. The values are a
    # table of their own: left inside the query, they are worked out again for every use.
    connection.execute(f"drop table if exists {FACTS}")
    values = _values(scan, meaning, country_column, grouped=grouped)
    connection.execute(
        f"create or replace temp table {VALUES} as {values.sql('select * from all_values')}"
    )
    steps = _readings(meaning.attribute, rule, order, as_of)
    for name, sql in rule.steps if rule else ():
        connection.execute(f"create or replace temp table {quoted(name)} as {steps.sql(sql)}")
    conditions = _conditions(meaning.attribute, rule)
    bits = " + ".join(
        f"case when {sql} then {1 << place} else 0 end"
        for place, (_, sql) in enumerate(conditions)
        if sql != "false"
    )
    number = number_sql("value") if meaning.attribute in NUMBERED else "cast(null as double)"
    steps.step("read_numbers", f"select *, {number} as number from values_with_time")
    connection.execute(
        f"create temp table {FACTS} as "
        + steps.sql(f"select value, rows, {bits} as bits, number, read_date from read_numbers")
    )
    return tuple(name for name, _ in conditions)


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
    for name, sql in _readings(meaning.attribute, rule, order, as_of).parts():
        steps.step(name, sql)
    for name, sql in rule.steps if rule else ():
        steps.step(name, sql)
    conditions = _conditions(meaning.attribute, rule)
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


def number_sql(value: str) -> str:
    """Return SQL for the number in a text, null where there is none.

    "1.234" is read as one and a bit, "1.234,5" as over a thousand.

    >>> from scvkit.engine import connect
    >>> cells = "(values ('1.234,50'), ('-7'), ('12 a')) t(v)"
    >>> connect().sql(f"select {number_sql('v')} from {cells}").fetchall()
    [(1234.5,), (-7.0,), (None,)]
    """
    bare = f"regexp_replace({value}, '[^0-9,.-]', '', 'g')"
    unsigned = f"replace({bare}, '-', '')"
    sign = f"case when contains({bare}, '-') then -1 else 1 end"
    # The common forms first: they are read as they stand, without taking signs away.
    return (
        f"case when regexp_full_match({value}, '-?[0-9]{{1,18}}([.][0-9]{{1,6}})?') "
        f"then try_cast({value} as double) "
        f"when regexp_full_match({value}, '-?[0-9]{{1,18}},[0-9]{{1,6}}') "
        f"then try_cast(replace({value}, ',', '.') as double) "
        rf"when not regexp_full_match({value}, '[-+0-9., \x{{00a0}}'']+') then null "
        f"when regexp_full_match({value}, '{_PLAIN}') "
        f"then {sign} * try_cast({unsigned} as double) "
        f"when regexp_full_match({value}, '{_COMMA}') "
        f"then {sign} * try_cast(replace(replace({unsigned}, '.', ''), ',', '.') as double) "
        f"when regexp_full_match({value}, '{_POINT}') "
        f"then {sign} * try_cast(replace({unsigned}, ',', '') as double) end"
    )


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
    steps = Steps().step("values_as_received", f"{received}, {counted}")
    # Trimming is dear and seldom needed: one look at both ends first.
    steps.step("values_at_both_ends", f"select *, {_EDGED} as trimmed from values_as_received")
    steps.step(
        "values_or_nothing",
        f"select case when trimmed then nullif(trim(received, {BLANKS}), '') "
        "when received <> '' then received end as value, trimmed, country_word, rows "
        "from values_at_both_ends",
    )
    if not (by_country and country_column):
        return steps.step(
            "all_values",
            "select value, trimmed, cast(null as varchar) as country, rows from values_or_nothing",
        )
    steps.step("country_words", country_words_sql())
    return steps.step(
        "all_values",
        "select value, trimmed, iso as country, rows from values_or_nothing "
        "left join country_words on word = country_word",
    )


def _readings(
    attribute: Attribute, rule: Rule | None, order: DateOrder, as_of: dt.date | None
) -> Steps:
    """Steps that end in ``values_with_time`` and ``filled_values``: what each value is."""
    dated = attribute in DATED
    part = date_part("value") if dated else "''"
    steps = Steps().step(
        "values_in_parts", f"select *, lower(value) as lowered, {part} as part from {VALUES}"
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
        f"select *, {date if dated else 'cast(null as date)'} as read_date from values_in_parts",
    )
    last = "read_values"
    for name, sql in rule.columns if rule else ():
        steps.step(f"values_with_{name}", f"select *, {sql} as {name} from {last}")
        last = f"values_with_{name}"
    placeholder = placeholder_sql(
        attribute, value="value", lowered="lowered", read_date="read_date"
    )
    steps.step(
        "values_by_state",
        f"select *, coalesce({placeholder}, false) as stands_in, "
        f"{time_part('value', 'part') if dated else 'cast(null as varchar)'} as clock_time "
        f"from {last}",
    )
    if dated:
        time = "read_date is not null and regexp_matches(clock_time, '[1-9]')"
        zone = f"{time} and regexp_matches(clock_time, '{_ZONE}')"
    else:
        time = zone = "false"
    steps.step(
        "values_with_time",
        f"select *, {time} as has_time, {zone} as has_zone from values_by_state",
    )
    return steps.step(
        "filled_values", "select * from values_with_time where value is not null and not stands_in"
    )


def _conditions(attribute: Attribute, rule: Rule | None) -> list[tuple[str, str]]:
    """The SQL of every bit, faults last."""
    dated = attribute in DATED
    searched = attribute in {Attribute.FREE_TEXT, Attribute.OTHER, Attribute.TOPIC}
    inside = text_literal(str(read_rules()["national_id_inside"]))
    sql = {
        "blank": "value is null",
        "placeholder": "stands_in",
        "trimmed": "trimmed",
        "capitals": "value <> lowered",
        "damaged": damaged_sql(attribute, "value"),
        "shouted": shouted_sql(attribute, "value"),
        "whole": f"read_date is null and regexp_full_match(value, '{WHOLE}')",
        "number": "number is not null" if attribute in NUMBERED else "false",
        "dated": "read_date is not null" if dated else "false",
        "two_valued": f"length(value) <= 6 and lowered in ({_BOOLEANS})",
        "serial": f"part = '' and read_date is not null and regexp_full_match(value, '{SERIAL}')",
        "iso_date": "length(part) = 10 and strpos(part, '-') = 5 and read_date is not null",
        "timed": "has_time",
        "zoned": "has_zone",
        "missing_hour": f"{_MISSING_HOUR} and has_time and not has_zone",
        "national_id": f"length(value) >= 10 and regexp_matches(value, {inside})"
        if searched
        else "false",
    }
    if not dated:
        sql |= dict.fromkeys(("serial", "iso_date", "timed", "zoned", "missing_hour"), "false")
    faults = [
        (kind, f"value is not null and not stands_in and ({condition})")
        for kind, condition in (rule.faults if rule else ())
    ]
    return [*((name, sql[name]) for name in BITS), *faults]


_EDGED = (
    "(coalesce(received < '!' and received <> '', false) "
    + "".join(
        f"or coalesce(suffix(received, {sign}), false) "
        for sign in ("' '", "chr(9)", "chr(10)", "chr(13)")
    )
    + "or coalesce(length(received) <> strlen(received) and "
    f"regexp_matches(received, '^{_BLANK_SIGN}|{_BLANK_SIGN}$'), false))"
)
_ZONE = "(Z|[+-][0-9]{2}:?[0-9]{2})$"
# On the last Sunday of March clocks of Central Europe go from two to three (2000/84/EC).
_MISSING_HOUR = (
    "regexp_matches(clock_time, '^[ T]0?2[:.]') and month(read_date) = 3 "
    "and day(read_date) >= 25 and dayofweek(read_date) = 0"
)
# j/n and the like; two digits only count as yes and no when the column holds nothing else.
_BOOLEANS = ", ".join(
    f"'{word}'"
    for word in (
        "j n ja nej nei nein y yes no true false t f sand falsk sant usant kyllä ei da nu 0 1 "
        "on off til fra aktiv inaktiv 是 否"
    ).split()
)
