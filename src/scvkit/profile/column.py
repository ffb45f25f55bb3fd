"""One column, measured over every row; the work is done once per distinct value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scvkit.engine import Steps, counts, quoted
from scvkit.profile.alike import Alike
from scvkit.profile.column_masks import column_masks
from scvkit.profile.conditions import BITS, CROWDABLE, DATED
from scvkit.profile.counted import Counted
from scvkit.profile.dates import DateOrder, date_order
from scvkit.profile.facts import Facts, blank_to_null, write_facts
from scvkit.profile.inferred import inferred_type, shown_range
from scvkit.profile.letters import lost_letters
from scvkit.profile.masks import damaged_mask_sql, mask_sql
from scvkit.profile.placeholders import NAMES
from scvkit.profile.rules import country_words_sql, needs_country, rule_for
from scvkit.profile.shapes import (
    UNKNOWN,
    YEAR_LAST,
    Shapes,
    find_shapes,
    repeated_values,
    shapes_of,
)
from scvkit.profile.sorted_facts import write_sorted_facts
from scvkit.records.extracts import ColumnMeaning
from scvkit.records.profile import ColumnProfile, InferredType, MaskCount, ValueCount
from scvkit.vocabulary import Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

MASKS_OF_FAULT = 3
VALUES_OF_COLUMN = 5
_MOST_GROUPS, _LONGEST_GROUP, _FEWEST = 50, 30, 10
# Attributes whose values name groups of people; values of all others are shown as masks only.
GROUPING = frozenset(
    {
        Attribute.COUNTRY,
        Attribute.CURRENCY,
        Attribute.LANGUAGE,
        Attribute.GENDER,
        Attribute.CHANNEL,
        Attribute.SEGMENT,
        Attribute.CONSENT_FLAG,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Rows of a column with one fault, and what they look like."""

    kind: str
    rows: int
    most_common: int  # rows of the value that shows the fault most often
    masks: tuple[MaskCount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMeasure:
    """The profile of a column with what the findings need beside it."""

    profile: ColumnProfile
    faults: tuple[Fault, ...]
    most_common: int  # rows of the commonest filled value
    repeated: int  # rows beyond the first of their value, placeholders included
    trimmed: bool  # some value has blanks at its ends
    capitals: bool  # some address or telephone number is not in small letters
    iso_dates: bool  # every filled value begins with a date like 2020-12-31
    days: tuple[tuple[dt.date, int], ...]  # rows by day, in order; empty when it holds no dates
    dates: int  # filled rows that read as a date
    future: int  # dates after the assessment; 0 when it has no date
    clock_times: int  # filled rows with a time of day
    zoned_times: int  # of these, rows that name their zone
    missing_hours: int  # of the rows without a zone, times that no clock has shown
    serials: int  # dates stored as a spreadsheet's day count
    national_ids: int  # rows of a text with something shaped like a national id
    order: DateOrder
    stand_ins: str | None  # table of the placeholders found; None when there are none
    misfits: str | None  # table of the values that do not fit the column; None when all do
    listed: str | None  # table of all its values, each once; None where it was not asked for

    def fault(self, kind: str) -> Fault | None:
        """The fault of that kind, if any row shows it."""
        return next((fault for fault in self.faults if fault.kind == kind), None)

    def newest(self, as_of: dt.date | None) -> dt.date | None:
        """The newest date that is not in the future."""
        return next((day for day, _ in reversed(self.days) if as_of is None or day <= as_of), None)


@counts(".{meaning.column}")
def measure_column(
    connection: Connection,
    scan: str,
    meaning: ColumnMeaning,
    *,
    country_column: str | None,
    countries: Mapping[str, str],
    grouped: bool,
    diverse: bool = False,
    as_of: dt.date | None,
    stand_ins: str | None = None,
    misfits: str | None = None,
    listed: str | None = None,
    alike: Alike | None = None,
) -> ColumnMeasure:
    """Return every measure of one column of the table that ``scan`` reads.

    ``grouped`` says that its values repeat, so that one row per value is worth its making;
    ``diverse`` that nearly every one has a shape of its own; ``countries`` are the words for
    countries in the table, each with its ISO code.
    ``stand_ins`` and ``misfits`` name tables to be written with the placeholders found, and with
    the values that are not of the type or form of the column, if there are any; ``listed`` one of
    all values of a column that repeats. ``alike`` is what was counted of it together with others.
    """
    shapes, known_values = UNKNOWN, None
    if not alike:
        shapes, known_values = _looked_at(
            connection, scan, meaning.column, grouped=grouped, diverse=diverse
        )
    rule = rule_for(
        meaning.attribute,
        as_of=as_of,
        countries=frozenset(countries.values()),
        digits_alone=not shapes.edged and shapes.every("9+"),
    )
    by_country = needs_country(meaning.attribute) and meaning.attribute is not Attribute.COUNTRY
    order = DateOrder()
    known = UNKNOWN if shapes.edged else shapes

    def write() -> Facts:
        sorted_facts = write_sorted_facts(
            connection,
            scan,
            meaning,
            rule,
            order=order,
            as_of=as_of,
            shapes=UNKNOWN if grouped else known,
        )
        return sorted_facts or write_facts(
            connection,
            scan,
            meaning,
            rule,
            country_column=country_column,
            grouped=grouped,
            order=order,
            as_of=as_of,
            shapes=known,
            country_words=countries,
            counted=None if known.edged or by_country else known_values,
        )

    facts = alike.facts if alike else write()
    if alike:
        order = alike.order
    elif meaning.attribute in DATED and (shapes.edged or shapes.some(YEAR_LAST)):
        order = date_order(connection, facts.table if grouped else facts.values)
        # Day first is tried first; few columns have to be read again.
        if order.reads_month_first:
            facts = write()
    counted = Counted(
        connection,
        facts,
        by_country=needs_country(meaning.attribute),
        groups=alike.groups if alike else None,
    )
    if not grouped and counted.distinct * 2 <= counted.filled:
        # The first rows misled: its values repeat.
        return measure_column(
            connection,
            scan,
            meaning,
            country_column=country_column,
            countries=countries,
            grouped=True,
            as_of=as_of,
            stand_ins=stand_ins,
            misfits=misfits,
            listed=listed,
        )
    names = facts.names
    days = _days(connection, facts) if counted.rows("dated") else ()
    masks = (
        alike.masks
        if alike
        else column_masks(connection, scan, meaning.column, facts, counted, shapes, diverse=diverse)
    )
    kind, parses = inferred_type(counted, meaning.attribute, masks)
    smallest, largest = shown_range(kind, counted, meaning.attribute, days)
    filled = counted.filled
    if stand_ins is None or not counted.of("placeholder"):
        stand_ins = None
    else:
        _write_some(connection, facts, stand_ins, f"bits & {counted.bits('placeholder')} <> 0")
    odd = _misfit_sql(kind, counted, names)
    if misfits is None or odd is None:
        misfits = None
    else:
        _write_some(connection, facts, misfits, f"{facts.filled} and {odd}")
    listed = listed if grouped else None
    if listed is not None:
        _write_some(connection, facts, listed, "value is not null")
    profile_values = _group_values(connection, meaning.attribute, kind, facts, counted)
    faulty = tuple(name for name in names[len(BITS) :] if counted.rows(name))
    profile = ColumnProfile(
        column=meaning.column,
        attribute=meaning.attribute,
        decided_by=meaning.decided_by,
        confidence=meaning.confidence,
        rows=counted.all_rows,
        filled=filled,
        blank=counted.of("blank"),
        placeholder=counted.of("placeholder"),
        distinct=counted.distinct,
        inferred_type=kind,
        parses=parses,
        valid=filled - counted.rows(*names[len(BITS) :], "damaged") if rule else None,
        damaged=counted.rows("damaged"),
        shouted=counted.rows("shouted"),
        shortest=counted.shortest,
        longest=counted.longest,
        smallest=smallest,
        largest=largest,
        masks=masks,
        values=profile_values,
        lost_letters=_lost_letters(connection, meaning.attribute, facts),
        clock_times=counted.rows("timed"),
        zoned_times=counted.rows("zoned"),
    )
    return ColumnMeasure(
        profile=profile,
        faults=_faults(connection, facts, counted, faulty),
        most_common=counted.most_common() if meaning.attribute in CROWDABLE else 0,
        repeated=counted.repeated,
        trimmed=counted.of("trimmed") > 0,
        capitals=counted.of("capitals") > 0,
        iso_dates=counted.rows("iso_date") == filled,
        days=days,
        dates=sum(rows for _, rows in days),
        future=sum(rows for day, rows in days if as_of and day > as_of),
        clock_times=counted.rows("timed"),
        zoned_times=counted.rows("zoned"),
        missing_hours=counted.rows("missing_hour"),
        serials=counted.rows("serial") if kind == "date" else 0,
        national_ids=counted.rows("national_id"),
        order=order,
        stand_ins=stand_ins,
        misfits=misfits,
        listed=listed,
    )


def _looked_at(
    connection: Connection, scan: str, column: str, *, grouped: bool, diverse: bool
) -> tuple[Shapes, Any | None]:
    """The shapes of a column, and its values with their rows where the file lists them."""
    if not grouped:
        return find_shapes(connection, scan, column, diverse=diverse), None
    values = repeated_values(connection, scan, column)
    if values is None:
        return UNKNOWN, None
    return shapes_of(values), values


def countries_present(connection: Connection, scan: str, column: str | None) -> dict[str, str]:
    """Return the words by which a column names countries, with ISO codes, in the order of both."""
    if column is None:
        return {}
    steps = Steps().step("country_words", country_words_sql())
    steps.step("one_row_per_value", f"select {quoted(column)}, count(*) from {scan} group by all")
    steps.step(
        "one_row_per_word",
        f"select distinct lower({blank_to_null(column)}) w from one_row_per_value",
    )
    found = steps.rows(
        connection,
        "select word, iso from country_words join one_row_per_word on word = w order by iso, word",
    )
    return {str(word): str(iso) for word, iso in found}


def _write_some(connection: Connection, facts: Facts, table: str, condition: str) -> None:
    connection.execute(
        f"create or replace temp table {quoted(table)} as "
        f"select distinct value from {facts.table} where {condition}"
    )


def _misfit_sql(kind: InferredType, counted: Counted, names: tuple[str, ...]) -> str | None:
    """Filled values that are not of the column's type, or fail its form; None when none are."""
    needed = {"date": "dated", "integer": "whole", "decimal": "number"}.get(kind)
    if needed is not None:
        fits = counted.rows(needed) == counted.filled
        return None if fits else f"bits & {counted.bits(needed)} = 0"
    forms = [name for name in names[len(BITS) :] if name in _FORMS and counted.rows(name)]
    return f"bits & {counted.bits(*forms)} <> 0" if forms else None


_FORMS = frozenset({"email_form", "phone_form", "postcode_form", "country_form"})


def _group_values(
    connection: Connection,
    attribute: Attribute,
    kind: InferredType,
    facts: Facts,
    counted: Counted,
) -> tuple[ValueCount, ...]:
    """The commonest values of a column whose values stand for groups, each held by many rows."""
    if counted.distinct > _MOST_GROUPS or not (attribute in GROUPING or kind == "boolean"):
        return ()
    found = connection.execute(
        f"select value, sum(rows) as n from {facts.table} where {facts.filled} "
        f"and length(value) <= {_LONGEST_GROUP} group by value having sum(rows) >= {_FEWEST} "
        f"order by n desc, value limit {VALUES_OF_COLUMN}"
    ).fetchall()
    return tuple(ValueCount(value=value, rows=int(n)) for value, n in found)


def _lost_letters(connection: Connection, attribute: Attribute, facts: Facts) -> int:
    if attribute not in NAMES and attribute not in {Attribute.STREET, Attribute.CITY}:
        return 0
    sound = facts.plain_values("damaged")
    [(other,)] = connection.execute(
        f"select count(*) from (select 1 from {sound} where length(value) <> strlen(value) limit 1)"
    ).fetchall()
    return lost_letters(connection, sound) if other else 0


def _days(connection: Connection, facts: Facts) -> tuple[tuple[dt.date, int], ...]:
    # As arrays: row by row a date costs as much to fetch as to count.
    days, rows = connection.sql(
        f"select read_date, cast(sum(rows) as bigint) from {facts.table} where {facts.filled} "
        "and read_date is not null group by read_date order by read_date"
    ).to_arrow_table()
    return tuple(zip(days.to_numpy().tolist(), rows.to_numpy().tolist(), strict=True))


def _faults(
    connection: Connection, facts: Facts, counted: Counted, faulty: tuple[str, ...]
) -> tuple[Fault, ...]:
    """Every kind of fault in the column with its commonest masks."""
    kinds = {
        **{name: name for name in faulty},
        **({"placeholder": "placeholder"} if counted.of("placeholder") else {}),
        **({"damaged_text": "damaged"} if counted.rows("damaged") else {}),
        **({"shouted_names": "shouted"} if counted.rows("shouted") else {}),
    }
    return tuple(
        _fault(connection, facts, kind, counted.bits(name)) for kind, name in sorted(kinds.items())
    )


def _fault(connection: Connection, facts: Facts, kind: str, bit: int) -> Fault:
    damaged = 1 << facts.names.index("damaged")
    steps = Steps().step(
        "one_row_per_fault_value",
        f"select value, any_value(bits) as bits, sum(rows) as rows from {facts.table} "
        f"where bits & {bit} <> 0 "
        + ("" if kind == "placeholder" else f"and {facts.filled} ")
        + "group by value",
    )
    steps.step(
        "masked_fault_values",
        f"select case when bits & {damaged} <> 0 then {damaged_mask_sql('value')} "
        f"else {mask_sql('value')} end as mask, rows from one_row_per_fault_value",
    )
    steps.step(
        "one_row_per_fault_mask",
        "select mask, sum(rows) as rows, max(rows) as most_common "
        "from masked_fault_values group by mask",
    )
    steps.step(
        "fault_totals",
        "select sum(rows) as total, max(most_common) as most_common from one_row_per_fault_mask",
    )
    found = steps.rows(
        connection,
        "select mask, rows, total, fault_totals.most_common "
        "from one_row_per_fault_mask, fault_totals "
        f"order by rows desc, mask limit {MASKS_OF_FAULT}",
    )
    return Fault(
        kind=kind,
        rows=int(found[0][2]),
        most_common=int(found[0][3]),
        masks=tuple(MaskCount(mask=mask, rows=int(rows)) for mask, rows, *_ in found),
    )
