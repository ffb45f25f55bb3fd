"""One row per distinct value of a column: what it is, and what is wrong with it."""

from __future__ import annotations

import datetime as dt

from scvkit.engine import Steps, quoted, text_literal
from scvkit.profile.catalogue import read_rules
from scvkit.profile.damage import damaged_sql, shouted_sql
from scvkit.profile.dates import DateOrder, date_part, date_sql, time_part
from scvkit.profile.masks import mask_sql
from scvkit.profile.placeholders import NAMES, placeholder_sql
from scvkit.profile.rules import Rule, country_words_sql, needs_country
from scvkit.records.extracts import ColumnMeaning
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute

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


def fact_steps(
    scan: str,
    meaning: ColumnMeaning,
    rule: Rule | None,
    country_column: str | None,
    order: DateOrder,
    as_of: dt.date | None,
) -> Steps:
    """Return steps that end in ``facts``, one row per distinct value (and country) of a column.

    Facts: ``value, rows, state`` (blank, placeholder, filled), ``read_date``, ``damaged``,
    ``shouted``, ``broken`` (kinds of faults), ``number``, ``whole``, ``two_valued``, ``serial``,
    ``timed``, ``zoned``, ``missing_hour``, ``national_id``, ``mask``.
    """
    attribute = meaning.attribute
    by_country = needs_country(attribute)
    if attribute is Attribute.COUNTRY:
        country_column = meaning.column
    word = (
        f"lower({blank_to_null(country_column)})"
        if by_country and country_column
        else "cast(null as varchar)"
    )
    steps = Steps().step(
        "one_row_per_value",
        f"select {blank_to_null(meaning.column)} as value, {word} as country_word, "
        f"count(*) as rows from {scan} group by all",
    )
    if by_country:
        steps.step("country_words", country_words_sql())
        steps.step(
            "values_with_country",
            "select value, iso as country, rows from one_row_per_value "
            "left join country_words on word = country_word",
        )
    else:
        steps.step(
            "values_with_country",
            "select value, cast(null as varchar) as country, rows from one_row_per_value",
        )
    _add_readings(steps, attribute, rule, order, as_of)
    _add_facts(steps, attribute, rule)
    return steps


def _add_readings(
    steps: Steps,
    attribute: Attribute,
    rule: Rule | None,
    order: DateOrder,
    as_of: dt.date | None,
) -> None:
    """Steps that end in ``filled_values``: what each value is, before it is judged."""
    dated = attribute in DATED
    part = date_part("value") if dated else "''"
    steps.step("values_in_parts", f"select *, {part} as part from values_with_country")
    date = date_sql(
        "value",
        "part",
        month_first=order.reads_month_first,
        as_of=as_of,
        declared_date=attribute in DATE_ATTRIBUTES,
    )
    steps.step(
        "read_values",
        "select *, lower(value) as lowered, "
        f"{date if dated else 'cast(null as date)'} as read_date from values_in_parts",
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
        "select *, case when value is null then 'blank' "
        f"when {placeholder} then 'placeholder' else 'filled' end as state from {last}",
    )
    steps.step("filled_values", "select * from values_by_state where state = 'filled'")
    for name, sql in rule.steps if rule else ():
        steps.step(name, sql)


def _add_facts(steps: Steps, attribute: Attribute, rule: Rule | None) -> None:
    time = time_part("value") if attribute in DATED else "''"
    number = number_sql("value") if attribute in NUMBERED else "cast(null as double)"
    steps.step("values_with_time", f"select *, {time} as clock_time from values_by_state")
    tests = ", ".join(
        f"case when {condition} then '{kind}' end"
        for kind, condition in (rule.faults if rule else ())
    )
    inside = text_literal(str(read_rules()["national_id_inside"]))
    searched = attribute in {Attribute.FREE_TEXT, Attribute.OTHER, Attribute.TOPIC}
    steps.step(
        "facts",
        "select value, rows, state, read_date, "
        f"{damaged_sql(attribute, 'value')} as damaged, "
        f"{shouted_sql(attribute, 'value')} as shouted, "
        f"list_filter([{tests or 'cast(null as varchar)'}], lambda kind: kind is not null) "
        "as broken, "
        f"{number} as number, "
        "regexp_full_match(value, '[+-]?(0|[1-9][0-9]{0,17})') as whole, "
        f"lowered in ({_BOOLEANS}) as two_valued, "
        "read_date is not null and regexp_full_match(value, '[1-6][0-9]{4}([.,][0-9]+)?') "
        "as serial, "
        f"{_TIMED} as timed, {_ZONED} as zoned, {_TIMED} and not {_ZONED} and {_MISSING_HOUR} "
        "as missing_hour, "
        f"{f'regexp_matches(value, {inside})' if searched else 'false'} as national_id, "
        f"{mask_sql('value')} as mask "
        "from values_with_time",
    )


_TIMED = "(read_date is not null and regexp_matches(clock_time, '[1-9]'))"
_ZONED = "regexp_matches(clock_time, '(Z|[+-][0-9]{2}:?[0-9]{2})$')"
# On the last Sunday of March clocks of Central Europe go from two to three (2000/84/EC).
_MISSING_HOUR = (
    "month(read_date) = 3 and day(read_date) >= 25 and dayofweek(read_date) = 0 "
    "and regexp_matches(clock_time, '^[ T]0?2[:.]')"
)
# j/n and the like; two digits only count as yes and no when the column holds nothing else.
_BOOLEANS = ", ".join(
    f"'{word}'"
    for word in (
        "j n ja nej nei nein y yes no true false t f sand falsk sant usant kyllä ei da nu 0 1 "
        "on off til fra aktiv inaktiv 是 否"
    ).split()
)


def blank_to_null(column: str) -> str:
    """Return SQL for the trimmed text of a column, null when nothing is left."""
    return f"nullif(trim({quoted(column)}, {BLANKS}), '')"


def number_sql(value: str) -> str:
    """Return SQL for the number in a text, with decimal comma or point and grouped thousands.

    Null where there is none. "1.234" is read as one and a bit, "1.234,5" as over a thousand.

    >>> from scvkit.engine import connect
    >>> cells = "(values ('1.234,50'), ('-7'), ('12 a')) t(v)"
    >>> connect().sql(f"select {number_sql('v')} from {cells}").fetchall()
    [(1234.5,), (-7.0,), (None,)]
    """
    comma = r"[+-]?([0-9]{1,3}([. \x{00a0}''][0-9]{3})+|[0-9]+),[0-9]+-?"
    point = r"[+-]?([0-9]{1,3}([, ''][0-9]{3})+|[0-9]+)\.[0-9]+-?"
    plain = "[+-]?[0-9]{1,18}-?"
    bare = rf"regexp_replace({value}, '[^0-9,.-]', '', 'g')"
    unsigned = f"replace({bare}, '-', '')"
    sign = f"case when contains({bare}, '-') then -1 else 1 end"
    return (
        f"case when regexp_full_match({value}, '{plain}') "
        f"then {sign} * try_cast({unsigned} as double) "
        f"when regexp_full_match({value}, '{comma}') "
        f"then {sign} * try_cast(replace(replace({unsigned}, '.', ''), ',', '.') as double) "
        f"when regexp_full_match({value}, '{point}') "
        f"then {sign} * try_cast(replace({unsigned}, ',', '') as double) end"
    )
