"""What is asked of a value, as SQL: every bit of its facts, and the readings they need."""

from __future__ import annotations

import datetime as dt

from scvkit.engine import Steps, text_literal
from scvkit.profile.catalogue import read_rules
from scvkit.profile.damage import PLACES, damaged_sql, shouted_sql
from scvkit.profile.dates import SERIAL, DateOrder, date_part, date_sql, time_part
from scvkit.profile.masks import OTHER_SIGN
from scvkit.profile.numerals import WHOLE, number_sql
from scvkit.profile.placeholders import NAMES, placeholder_sql
from scvkit.profile.rules import Rule
from scvkit.profile.shapes import Shapes
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute

VALUES = "values_of_one_column"
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


def reading_steps(
    attribute: Attribute,
    rule: Rule | None,
    order: DateOrder,
    as_of: dt.date | None,
    shapes: Shapes,
) -> Steps:
    """Steps that end in ``values_with_time`` and ``filled_values``: what each value is."""
    dated = _may_be_dated(attribute, shapes)
    iso = dated and shapes.every(ISO_TIME)
    part = "''"
    if dated:
        part = "left(value, 10)" if iso else date_part("value")
    steps = Steps().step(
        "values_in_parts",
        f"select *, {'value' if _small(shapes) else 'lower(value)'} as lowered, {part} as part "
        f"from {VALUES}",
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


def bit_conditions(
    attribute: Attribute, rule: Rule | None, shapes: Shapes
) -> list[tuple[str, str]]:
    """The SQL of every bit, faults last."""
    dated = _may_be_dated(attribute, shapes)
    searched = attribute in {Attribute.FREE_TEXT, Attribute.OTHER, Attribute.TOPIC}
    inside = text_literal(str(read_rules()["national_id_inside"]))
    missing_hour = _MISSING_HOUR
    if dated and shapes.every(ISO_TIME):
        missing_hour = _MISSING_HOUR_OF_ISO
    # Of texts without such a sign none is damaged, unless it is a name or a place.
    named = attribute in NAMES or attribute in PLACES
    sound = not (shapes.accented or named or shapes.entities)
    sql = {
        "blank": "value is null",
        "placeholder": "stands_in",
        "trimmed": "trimmed" if shapes.edged else "false",
        "capitals": "value <> lowered"
        if attribute in CROWDABLE and not _small(shapes)
        else "false",
        "damaged": "false" if sound else damaged_sql(attribute, "value"),
        "shouted": shouted_sql(attribute, "value"),
        "whole": _whole(shapes),
        "number": "number is not null" if attribute in NUMBERED else "false",
        "dated": "read_date is not null" if dated else "false",
        "two_valued": f"length(value) <= {_LONGEST_BOOLEAN} and lowered in ({_BOOLEANS})"
        if shapes.some(_BOOLEAN_SHAPE, cut=False, longest=_LONGEST_BOOLEAN)
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
        (
            kind,
            "false"
            if kind in _SOUND_SHAPES and shapes.every(_SOUND_SHAPES[kind])
            else f"value is not null and not stands_in and ({condition})",
        )
        for kind, condition in (rule.faults if rule else ())
    ]
    return [*((name, sql[name]) for name in BITS), *faults]


def _small(shapes: Shapes) -> bool:
    """True when no value holds a capital."""
    return not (shapes.accented or shapes.capitals)


def _whole(shapes: Shapes) -> str:
    """The condition under which a value is a whole number, no code with a zero before it."""
    if not shapes.some(_WHOLE_SHAPE, cut=False, longest=_LONGEST_WHOLE):
        return "false"
    if shapes.every(_DIGITS_SHAPE):
        return "read_date is null and (value >= '1' or value = '0')"
    return f"read_date is null and regexp_full_match(value, '{WHOLE}')"


def number_reading(attribute: Attribute, shapes: Shapes) -> str:
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
# What has such a shape cannot have the fault.
_SOUND_SHAPES = {"amount_form": "[+-]?9[9.,]*-?"}
_SERIAL_SHAPE = "99999([.,]9+)?"
_DATE_SHAPE = "9{1,4}[-./]9{1,2}[-./]9{1,4}.*"
_ISO_DAY = "9999-99-99"
ISO_TIME = "9999-99-99( 99:99(:99)?)?"
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
_BOOLEAN_SHAPE = f"[Aa{OTHER_SIGN}]{{1,6}}|9"
# j/n and the like; two digits only count as yes and no when the column holds nothing else.
_BOOLEANS = ", ".join(
    f"'{word}'"
    for word in (
        "j n ja nej nei nein y yes no true false t f sand falsk sant usant kyllä ei da nu 0 1 "
        "on off til fra aktiv inaktiv 是 否"
    ).split()
)
