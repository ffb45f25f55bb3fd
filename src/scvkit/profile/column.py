"""One column, measured over every row; the work is done once per distinct value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scvkit.engine import Steps, quoted
from scvkit.profile.catalogue import read_rules
from scvkit.profile.dates import DateOrder, day_literal
from scvkit.profile.facts import TEXTS, blank_to_null, fact_steps
from scvkit.profile.masks import damaged_mask_sql
from scvkit.profile.rules import Rule, country_words_sql, rule_for
from scvkit.records.extracts import ColumnMeaning
from scvkit.records.profile import ColumnProfile, InferredType, MaskCount
from scvkit.vocabulary import DATE_ATTRIBUTES, IDENTIFYING_ATTRIBUTES, Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection

MASKS_OF_COLUMN = 5
MASKS_OF_FAULT = 3
# Attributes of which one value in very many rows is looked for.
CROWDABLE = frozenset({Attribute.EMAIL, Attribute.PHONE, Attribute.MOBILE})
_FACTS = "facts_of_one_column"


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
    dates: int  # filled rows that read as a date
    newest: dt.date | None  # newest date that is not in the future
    future: int  # dates after the assessment; 0 when it has no date
    clock_times: int  # filled rows with a time of day
    zoned_times: int  # of these, rows that name their zone
    missing_hours: int  # of the rows without a zone, times that no clock has shown
    serials: int  # dates stored as a spreadsheet's day count
    national_ids: int  # rows of a text with something shaped like a national id
    order: DateOrder

    def fault(self, kind: str) -> Fault | None:
        """The fault of that kind, if any row shows it."""
        return next((fault for fault in self.faults if fault.kind == kind), None)


def measure_column(
    connection: Connection,
    scan: str,
    meaning: ColumnMeaning,
    *,
    country_column: str | None,
    countries: Collection[str],
    order: DateOrder,
    as_of: dt.date | None,
) -> ColumnMeasure:
    """Return every measure of one column of the table that ``scan`` reads."""
    rule = rule_for(meaning.attribute, as_of=as_of, countries=countries)
    steps = fact_steps(scan, meaning, rule, country_column, order, as_of)
    # Kept as a table: three questions are asked of it, and planning costs more than counting.
    connection.execute(
        f"create or replace temp table {_FACTS} as {steps.sql('select * from facts')}"
    )
    counted = connection.execute(_counts_sql(meaning.attribute, as_of)).fetchall()[0]
    found: dict[str, Any] = dict(zip(_count_names(), counted, strict=True))
    return _measure(meaning, rule, found, _faults(connection, found), order)


def countries_present(connection: Connection, scan: str, column: str | None) -> tuple[str, ...]:
    """Return ISO codes of the countries that a column names, sorted."""
    if column is None:
        return ()
    steps = Steps().step("country_words", country_words_sql())
    steps.step("one_row_per_word", f"select distinct lower({blank_to_null(column)}) w from {scan}")
    found = steps.rows(
        connection,
        "select distinct iso from country_words join one_row_per_word on word = w order by iso",
    )
    return tuple(str(iso) for (iso,) in found)


def _counts() -> tuple[tuple[str, str], ...]:
    def rows(condition: str) -> str:
        return f"coalesce(sum(rows) filter (where {condition}), 0)"

    filled = "state = 'filled'"
    return (
        ("rows", "coalesce(sum(rows), 0)"),
        ("blank", rows("state = 'blank'")),
        ("placeholder", rows("state = 'placeholder'")),
        ("filled", rows(filled)),
        ("distinct", f"count(distinct value) filter (where {filled})"),
        ("valid", rows(f"{filled} and len(broken) = 0 and not damaged")),
        ("damaged", rows(f"{filled} and damaged")),
        ("shouted", rows(f"{filled} and shouted")),
        ("shortest", f"min(length(value)) filter (where {filled})"),
        ("longest", f"max(length(value)) filter (where {filled})"),
        ("whole", rows(f"{filled} and whole")),
        ("numbers", rows(f"{filled} and number is not null")),
        ("dates", rows(f"{filled} and read_date is not null")),
        ("booleans", rows(f"{filled} and two_valued")),
        ("smallest_number", f"min(number) filter (where {filled})"),
        ("largest_number", f"max(number) filter (where {filled})"),
        ("oldest", f"min(read_date) filter (where {filled})"),
        ("latest", f"max(read_date) filter (where {filled})"),
        ("clock_times", rows(f"{filled} and timed")),
        ("zoned_times", rows(f"{filled} and timed and zoned")),
        ("missing_hours", rows(f"{filled} and missing_hour")),
        ("serials", rows(f"{filled} and serial")),
        ("national_ids", rows(f"{filled} and national_id")),
        ("faulty", rows(f"{filled} and (len(broken) > 0 or damaged or shouted)")),
    )


def _count_names() -> tuple[str, ...]:
    return (*(name for name, _ in _counts()), "newest", "future", "most_common", "masks")


def _counts_sql(attribute: Attribute, as_of: dt.date | None) -> str:
    counts = ", ".join(f"{sql} as {quoted(name)}" for name, sql in _counts())
    known = f"and read_date <= {day_literal(as_of)}" if as_of else ""
    future = f"read_date > {day_literal(as_of)}" if as_of else "false"
    most_common = (
        f"(select max(n) from (select sum(rows) as n from {_FACTS} where state = 'filled' "
        "group by lower(value)))"
        if attribute in CROWDABLE
        else "0"
    )
    return (
        f"select {counts}, max(read_date) filter (where state = 'filled' {known}) as newest, "
        f"coalesce(sum(rows) filter (where state = 'filled' and {future}), 0) as future, "
        f"coalesce({most_common}, 0) as most_common, "
        "(select list({'mask': mask, 'rows': n} order by n desc, mask) from "
        f"(select mask, sum(rows) as n from {_FACTS} where state = 'filled' group by mask "
        f"order by n desc, mask limit {MASKS_OF_COLUMN})) as masks from {_FACTS}"
    )


def _faults(connection: Connection, found: dict[str, Any]) -> tuple[Fault, ...]:
    """Every kind of fault in the column with its commonest masks."""
    if not found["faulty"] and not found["placeholder"]:
        return ()
    steps = Steps().step(
        "faulty_values",
        "select unnest(case when state = 'placeholder' then ['placeholder'] else "
        "list_concat(broken, list_concat(case when damaged then ['damaged_text'] else [] end, "
        "case when shouted then ['shouted_names'] else [] end)) end) as kind, "
        f"case when damaged then {damaged_mask_sql('value')} else mask end as mask, rows, value "
        f"from {_FACTS} where state = 'placeholder' "
        "or (state = 'filled' and (len(broken) > 0 or damaged or shouted))",
    )
    steps.step(
        "one_row_per_fault_value",
        "select kind, mask, value, sum(rows) as rows from faulty_values group by all",
    )
    steps.step(
        "one_row_per_fault_mask",
        "select kind, mask, sum(rows) as rows, max(rows) as most_common, "
        "row_number() over (partition by kind order by sum(rows) desc, mask) as place "
        "from one_row_per_fault_value group by kind, mask",
    )
    rows = steps.rows(
        connection,
        "select kind, sum(rows), max(most_common), "
        f"list({{'mask': mask, 'rows': rows}} order by place) filter (place <= {MASKS_OF_FAULT}) "
        "from one_row_per_fault_mask group by kind order by kind",
    )
    return tuple(
        Fault(kind=kind, rows=int(n), most_common=int(most), masks=_mask_counts(masks))
        for kind, n, most, masks in rows
    )


def _measure(
    meaning: ColumnMeaning,
    rule: Rule | None,
    found: dict[str, Any],
    faults: tuple[Fault, ...],
    order: DateOrder,
) -> ColumnMeasure:
    kind, parses = _inferred_type(found, meaning.attribute)
    smallest, largest = _range(kind, found, meaning.attribute)
    filled = int(found["filled"])
    profile = ColumnProfile(
        column=meaning.column,
        attribute=meaning.attribute,
        decided_by=meaning.decided_by,
        confidence=meaning.confidence,
        rows=int(found["rows"]),
        filled=filled,
        blank=int(found["blank"]),
        placeholder=int(found["placeholder"]),
        distinct=int(found["distinct"]),
        inferred_type=kind,
        parses=parses,
        valid=int(found["valid"]) if rule else None,
        damaged=int(found["damaged"]),
        shouted=int(found["shouted"]),
        shortest=found["shortest"],
        longest=found["longest"],
        smallest=smallest,
        largest=largest,
        masks=_mask_counts(found["masks"]),
    )
    return ColumnMeasure(
        profile=profile,
        faults=faults,
        most_common=int(found["most_common"]),
        dates=int(found["dates"]),
        newest=found["newest"],
        future=int(found["future"]),
        clock_times=int(found["clock_times"]),
        zoned_times=int(found["zoned_times"]),
        missing_hours=int(found["missing_hours"]),
        serials=int(found["serials"]) if kind == "date" else 0,
        national_ids=int(found["national_ids"]),
        order=order,
    )


def _inferred_type(found: dict[str, Any], attribute: Attribute) -> tuple[InferredType, int]:
    """The narrowest type that most filled rows parse as, and how many do."""
    filled = int(found["filled"])
    if filled == 0:
        return "empty", 0
    enough = filled * float(read_rules()["type_share"])
    if found["booleans"] == filled and found["distinct"] <= 4:
        return "boolean", filled
    dates, whole, numbers = (int(found[name]) for name in ("dates", "whole", "numbers"))
    if dates >= enough or (attribute in DATE_ATTRIBUTES and dates * 2 >= filled):
        return "date", dates
    if attribute in TEXTS:
        return "text", filled
    if whole >= enough:
        return "integer", whole
    # 0123 is a code, not a number: a column of decimals has at least one decimal sign.
    if numbers >= enough and numbers > whole and _has_decimals(found):
        return "decimal", numbers
    return "text", filled


def _has_decimals(found: dict[str, Any]) -> bool:
    return any("," in mask["mask"] or "." in mask["mask"] for mask in found["masks"] or ())


def _range(
    kind: InferredType, found: dict[str, Any], attribute: Attribute
) -> tuple[str | None, str | None]:
    """Smallest and largest number or date, unless they would show one person's value."""
    if attribute in IDENTIFYING_ATTRIBUTES or attribute is Attribute.BIRTH_YEAR:
        return None, None
    if kind == "date" and found["oldest"]:
        return found["oldest"].isoformat(), found["latest"].isoformat()
    # Whole numbers that hardly repeat may be somebody's number under another name.
    unique = found["distinct"] * 2 > found["filled"]
    if kind == "integer" and unique and attribute is not Attribute.AMOUNT:
        return None, None
    if kind in {"integer", "decimal"} and found["smallest_number"] is not None:
        return f"{found['smallest_number']:.12g}", f"{found['largest_number']:.12g}"
    return None, None


def _mask_counts(found: list[dict[str, Any]] | None) -> tuple[MaskCount, ...]:
    return tuple(MaskCount(mask=entry["mask"], rows=int(entry["rows"])) for entry in found or ())
