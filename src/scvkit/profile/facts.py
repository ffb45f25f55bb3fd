"""One row per distinct value of a column: what it is, and what is wrong with it.

Everything that depends on a value alone is worked out once per distinct value and counted with
the rows that hold it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scvkit.engine import Steps, quoted, text_literal
from scvkit.profile.catalogue import read_rules
from scvkit.profile.damage import PLACES, damaged_sql, shouted_sql
from scvkit.profile.dates import SERIAL, DateOrder, date_part, date_sql, time_part
from scvkit.profile.masks import OTHER_SIGN, plain_mask_sql
from scvkit.profile.numerals import WHOLE, number_sql
from scvkit.profile.placeholders import NAMES, placeholder_sql
from scvkit.profile.rules import Rule, country_words_sql, needs_country
from scvkit.profile.shapes import UNKNOWN, Shapes, edged_sql
from scvkit.records.extracts import ColumnMeaning
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

VALUES, FACTS = "values_of_one_column", "facts_of_one_column"
BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(65279)"
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
# Attributes of which one value in very many rows is looked for.
CROWDABLE = frozenset({Attribute.EMAIL, Attribute.PHONE, Attribute.MOBILE})
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
) -> tuple[str, ...]:
    """Write ``facts_of_one_column``: value (trimmed, null when blank), rows, bits, number, date.

    One row per value as received and country; a row per record when not ``grouped``, which is
    cheaper for a column whose values hardly repeat: then ``shapes`` says what need not be asked,
    and ``country_words`` how the countries of the table are written. Returns the names of the
    bits, the lowest first: those of ``BITS``, then the faults of the rule.
    """
    # What the column before left is not needed while this one is counted.
    connection.execute(f"drop table if exists {FACTS}")
    if grouped or shapes.edged:
        values = _values(scan, meaning, country_column, grouped=grouped)
        # A table of their own: left inside the query, they are worked out again for every use.
        connection.execute(
            f"create or replace temp table {VALUES} as {values.sql('select * from all_values')}"
        )
        steps = Steps()
    else:
        word = None
        if needs_country(meaning.attribute):
            word = meaning.column if meaning.attribute is Attribute.COUNTRY else country_column
        steps = Steps().step(VALUES, _plain_values(scan, meaning.column, word, country_words or {}))
    for name, sql in _readings(meaning.attribute, rule, order, as_of, shapes).parts():
        steps.step(name, sql)
    for name, sql in rule.steps if rule else ():
        connection.execute(f"create or replace temp table {quoted(name)} as {steps.sql(sql)}")
    conditions = _conditions(meaning.attribute, rule, shapes)
    bits = " + ".join(
        f"case when {sql} then {1 << place} else 0 end"
        for place, (_, sql) in enumerate(conditions)
        if sql != "false"
    )
    number = _number(meaning.attribute, shapes)
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
    for name, sql in _readings(meaning.attribute, rule, order, as_of, UNKNOWN).parts():
        steps.step(name, sql)
    for name, sql in rule.steps if rule else ():
        steps.step(name, sql)
    conditions = _conditions(meaning.attribute, rule, UNKNOWN)
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
    steps = Steps().step("values_as_received", f"{received}, {counted}")
    # Trimming is dear and seldom needed: one look at both ends first.
    edged = f"coalesce({edged_sql('received')}, false)"
    steps.step("values_at_both_ends", f"select *, {edged} as trimmed from values_as_received")
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


def _plain_values(
    scan: str, column: str, country_column: str | None, country_words: Mapping[str, str]
) -> str:
    """The same for a column without blanks at the ends of its values, a row per record."""
    country = "cast(null as varchar)"
    if country_column and country_words:
        branches = " ".join(
            f"when {text_literal(word)} then {text_literal(iso)}"
            for word, iso in country_words.items()
        )
        country = f"case lower({blank_to_null(country_column)}) {branches} end"
    return (
        f"select case when {quoted(column)} <> '' then {quoted(column)} end as value, "
        f"false as trimmed, {country} as country, 1 as rows from {scan}"
    )


def _readings(
    attribute: Attribute,
    rule: Rule | None,
    order: DateOrder,
    as_of: dt.date | None,
    shapes: Shapes,
) -> Steps:
    """Steps that end in ``values_with_time`` and ``filled_values``: what each value is."""
    dated = _may_be_dated(attribute, shapes)
    iso = dated and shapes.every(_ISO_TIME)
    part = "''"
    if dated:
        part = "left(value, 10)" if iso else date_part("value")
    steps = Steps().step(
        "values_in_parts", f"select *, lower(value) as lowered, {part} as part from {VALUES}"
    )
    date = "cast(null as date)"
    if dated:
        date = date_sql(
            "value",
            "part",
            month_first=order.reads_month_first,
            as_of=as_of,
            declared_date=attribute in DATE_ATTRIBUTES,
        )
    if iso:
        date = "try_cast(part as date)"
    steps.step("read_values", f"select *, {date} as read_date from values_in_parts")
    last = "read_values"
    for name, sql in rule.columns if rule else ():
        steps.step(f"values_with_{name}", f"select *, {sql} as {name} from {last}")
        last = f"values_with_{name}"
    placeholder = placeholder_sql(
        attribute, value="value", lowered="lowered", read_date="read_date", shapes=shapes
    )
    clock = "cast(null as varchar)"
    if dated:
        clock = "substr(value, 11)" if iso else time_part("value", "part")
    steps.step(
        "values_by_state",
        f"select *, coalesce({placeholder}, false) as stands_in, {clock} as clock_time from {last}",
    )
    time = zone = "false"
    if iso and not shapes.every(_ISO_DAY):
        time = "read_date is not null and clock_time not in ('', ' 00:00', ' 00:00:00')"
    elif dated and not iso:
        time = "read_date is not null and regexp_matches(clock_time, '[1-9]')"
        zone = f"{time} and regexp_matches(clock_time, '{_ZONE}')"
    steps.step(
        "values_with_time",
        f"select *, {time} as has_time, {zone} as has_zone from values_by_state",
    )
    return steps.step(
        "filled_values", "select * from values_with_time where value is not null and not stands_in"
    )


def _may_be_dated(attribute: Attribute, shapes: Shapes) -> bool:
    """Whether a value may read as a date; a column declared as dates is always tried."""
    if attribute is Attribute.OTHER:
        return shapes.some(_DATE_SHAPE)
    return attribute in DATED


def _conditions(attribute: Attribute, rule: Rule | None, shapes: Shapes) -> list[tuple[str, str]]:
    """The SQL of every bit, faults last."""
    dated = _may_be_dated(attribute, shapes)
    searched = attribute in {Attribute.FREE_TEXT, Attribute.OTHER, Attribute.TOPIC}
    inside = text_literal(str(read_rules()["national_id_inside"]))
    missing_hour = _MISSING_HOUR
    if dated and shapes.every(_ISO_TIME):
        missing_hour = _MISSING_HOUR_OF_ISO
    # Of texts without such a sign none is damaged, unless it is a name or a place.
    named = attribute in NAMES or attribute in PLACES
    sound = not (shapes.accented or named or shapes.some(".*&.*"))
    sql = {
        "blank": "value is null",
        "placeholder": "stands_in",
        "trimmed": "trimmed" if shapes.edged else "false",
        "capitals": "value <> lowered" if attribute in CROWDABLE else "false",
        "damaged": "false" if sound else damaged_sql(attribute, "value"),
        "shouted": shouted_sql(attribute, "value"),
        "whole": _whole(shapes),
        "number": "number is not null" if attribute in NUMBERED else "false",
        "dated": "read_date is not null" if dated else "false",
        "two_valued": f"length(value) <= {_LONGEST_BOOLEAN} and lowered in ({_BOOLEANS})"
        if shapes.shortest <= _LONGEST_BOOLEAN
        else "false",
        "serial": f"part = '' and read_date is not null and regexp_full_match(value, '{SERIAL}')"
        if shapes.some(_SERIAL_SHAPE, cut=False)
        else "false",
        "iso_date": "length(part) = 10 and strpos(part, '-') = 5 and read_date is not null",
        "timed": "has_time",
        "zoned": "has_zone",
        "missing_hour": f"{missing_hour} and has_time and not has_zone",
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


def _whole(shapes: Shapes) -> str:
    """The condition under which a value is a whole number, no code with a zero before it."""
    if not shapes.some(_WHOLE_SHAPE, cut=False, longest=_LONGEST_WHOLE):
        return "false"
    if shapes.every(_DIGITS_SHAPE):
        return "read_date is null and (value >= '1' or value = '0')"
    return f"read_date is null and regexp_full_match(value, '{WHOLE}')"


def _number(attribute: Attribute, shapes: Shapes) -> str:
    """The number in a value, by the quickest way that its shapes allow."""
    if attribute not in NUMBERED or not shapes.some(_NUMBER_SHAPE, cut=True):
        return "cast(null as double)"
    if shapes.every(_PLAIN_NUMBER_SHAPE):
        return "try_cast(replace(value, ',', '.') as double)"
    return number_sql("value")


# The same as bare masks.
_WHOLE_SHAPE = "[+-]?9{1,18}"
_LONGEST_WHOLE = 19
_DIGITS_SHAPE = "9{1,18}"
_PLAIN_NUMBER_SHAPE = "-?9{1,18}([.,]9{1,6})?"
_NUMBER_SHAPE = f"[-+9., {OTHER_SIGN}']+"
_SERIAL_SHAPE = "99999([.,]9+)?"
_DATE_SHAPE = "9{1,4}[-./]9{1,2}[-./]9{1,4}.*"
_ISO_DAY = "9999-99-99"
_ISO_TIME = "9999-99-99( 99:99(:99)?)?"
_ZONE = "(Z|[+-][0-9]{2}:?[0-9]{2})$"
# On the last Sunday of March clocks of Central Europe go from two to three (2000/84/EC).
_MISSING_HOUR = (
    "regexp_matches(clock_time, '^[ T]0?2[:.]') and month(read_date) = 3 "
    "and day(read_date) >= 25 and dayofweek(read_date) = 0"
)
_MISSING_HOUR_OF_ISO = (
    "month(read_date) = 3 and day(read_date) >= 25 and dayofweek(read_date) = 0 "
    "and starts_with(clock_time, ' 02:')"
)
_LONGEST_BOOLEAN = 6
# j/n and the like; two digits only count as yes and no when the column holds nothing else.
_BOOLEANS = ", ".join(
    f"'{word}'"
    for word in (
        "j n ja nej nei nein y yes no true false t f sand falsk sant usant kyllä ei da nu 0 1 "
        "on off til fra aktiv inaktiv 是 否"
    ).split()
)
