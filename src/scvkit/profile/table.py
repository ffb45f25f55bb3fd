"""One table, measured over every row: repeats, currency, dates in doubt, records of nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scvkit.engine import Steps, quoted, text_literal
from scvkit.profile.catalogue import read_placeholders
from scvkit.profile.column import ColumnMeasure, countries_present, measure_column
from scvkit.profile.dates import FIRST_DAY, DateOrder, date_orders, date_part, date_sql, day_literal
from scvkit.profile.facts import DATED, blank_to_null
from scvkit.profile.placeholders import NAMES, placeholder_sql
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.records.profile import TableProfile
from scvkit.vocabulary import DATE_ATTRIBUTES, Attribute

if TYPE_CHECKING:
    from scvkit.engine import Connection, RowTables

MONTHS = (12, 24, 36)
# A few dates in the future are mistakes; more of them are plans.
_FUTURE_SHARE = 0.02
LINE = "line_number"
# Attributes that say when a record was last touched by anybody.
TOUCHES = (
    Attribute.CHANGED_AT,
    Attribute.LAST_SEEN_AT,
    Attribute.LAST_PURCHASE_AT,
    Attribute.CREATED_AT,
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMeasure:
    """The profile of a table with what the findings need beside it."""

    profile: TableProfile
    columns: tuple[ColumnMeasure, ...]
    meanings: tuple[ColumnMeaning, ...]
    quarantined: tuple[str, ...]
    repeated_ids: int  # rows beyond the first of their id; 0 when there is no id column
    without_identity: int | None  # None: no column could carry an identity
    test_customers: int
    test_traffic: int
    last_touch: dt.date | None  # newest day on which something in the file happened
    usual_pause: int | None  # longest pause in days between such days in the year before it


def measure_table(
    connection: Connection, rows: RowTables, table: SourceTable, *, as_of: dt.date | None
) -> TableMeasure:
    """Return every measure of one table as received."""
    scan = rows.scan("extract", table.source, table.table)
    meanings = _meanings(connection, scan, table)
    dated = [m.column for m in meanings if m.attribute in DATED]
    orders = date_orders(connection, scan, dated)
    country = next((m.column for m in meanings if m.attribute is Attribute.COUNTRY), None)
    countries = countries_present(connection, scan, country)
    columns = tuple(
        measure_column(
            connection,
            scan,
            meaning,
            country_column=country,
            countries=countries,
            order=orders.get(meaning.column) or DateOrder(),
            as_of=as_of,
        )
        for meaning in meanings
    )
    count = _count(connection, f"select count(*) from {scan}")
    last_touch, usual_pause = _rhythm(connection, scan, columns, as_of)
    profile = TableProfile(
        table=table.table,
        grain=table.grain,
        rows=count,
        duplicate_rows=_duplicate_rows(connection, scan, meanings),
        columns=tuple(c.profile for c in columns),
        touched=_touched(connection, scan, columns, as_of),
        constant_columns=tuple(_constant(columns)),
        empty_columns=tuple(
            c.profile.column for c in columns if count and c.profile.blank == count
        ),
        ambiguous_dates=_ambiguous(columns),
        last_date=_last_date(columns),
    )
    return TableMeasure(
        profile=profile,
        columns=columns,
        meanings=meanings,
        quarantined=table.quarantined,
        repeated_ids=_repeated_ids(connection, scan, table, meanings),
        without_identity=_without_identity(connection, scan, meanings),
        test_customers=_test_customers(connection, scan, meanings),
        test_traffic=_test_traffic(connection, scan, meanings),
        last_touch=last_touch,
        usual_pause=usual_pause,
    )


def _meanings(connection: Connection, scan: str, table: SourceTable) -> tuple[ColumnMeaning, ...]:
    """One meaning per column as received, in the order of the file."""
    known = {meaning.column: meaning for meaning in table.meanings}
    described = connection.execute(f"describe select * from {scan}").fetchall()
    return tuple(
        known.get(name)
        or ColumnMeaning(
            column=name,
            attribute=Attribute.OTHER,
            confidence=0.0,
            decided_by="detected",
            detected=Attribute.OTHER,
            reason="",
        )
        for name in (str(row[0]) for row in described)
        if name != LINE
    )


def _count(connection: Connection, sql: str) -> int:
    [(found,)] = connection.execute(sql).fetchall()
    return int(found or 0)


def _duplicate_rows(connection: Connection, scan: str, meanings: tuple[ColumnMeaning, ...]) -> int:
    """Rows beyond the first of each group that agrees in every column."""
    if not meanings:
        return 0
    # 64 bits: among ten million rows two different ones share a hash once in 400,000 tables.
    cells = ", ".join(quoted(meaning.column) for meaning in meanings)
    return _count(connection, f"select count(*) - count(distinct hash({cells})) from {scan}")


def _constant(columns: tuple[ColumnMeasure, ...]) -> list[str]:
    return [
        c.profile.column
        for c in columns
        if c.profile.distinct == 1 and c.profile.filled == c.profile.rows and c.profile.rows > 1
    ]


def _touched(
    connection: Connection,
    scan: str,
    columns: tuple[ColumnMeasure, ...],
    as_of: dt.date | None,
) -> tuple[tuple[int, Evidence], ...]:
    """Share of records touched in the last 12, 24 and 36 months, among those that carry a date."""
    touching = [c for c in columns if c.profile.attribute in TOUCHES]
    refs = tuple(c.profile.column for c in touching)
    if as_of is None or not touching:
        reason = "no_as_of" if as_of is None else "no_touch_dates"
        return tuple(
            (months, not_assessed(reason, method="touched", refs=refs)) for months in MONTHS
        )
    steps = _dated_steps(scan, touching, as_of)
    newest = f"greatest({', '.join(f'd{i}' for i in range(len(touching)))})"
    steps.step("one_row_per_touched_record", f"select {newest} as touched from dated_records")
    counts = ", ".join(
        f"count(*) filter (where touched > {day_literal(as_of)} - interval {months} month)"
        for months in MONTHS
    )
    [found] = steps.rows(
        connection, f"select count(touched), {counts} from one_row_per_touched_record"
    )
    return tuple(
        (months, measured_share(int(passed), int(found[0]), method="touched", refs=refs))
        for months, passed in zip(MONTHS, found[1:], strict=True)
    )


def _dated_steps(scan: str, columns: list[ColumnMeasure], as_of: dt.date | None) -> Steps:
    """Steps that end in ``dated_records`` with plausible dates, named d0, d1 and so on."""
    texts = ", ".join(f"{blank_to_null(c.profile.column)} as t{i}" for i, c in enumerate(columns))
    parts = ", ".join(f"{date_part(f't{i}')} as p{i}" for i in range(len(columns)))
    dates = ", ".join(
        date_sql(
            f"t{i}",
            f"p{i}",
            month_first=c.order.reads_month_first,
            as_of=as_of,
            declared_date=c.profile.attribute in DATE_ATTRIBUTES,
        )
        + f" as r{i}"
        for i, c in enumerate(columns)
    )
    latest = f" and r{{0}} <= {day_literal(as_of)}" if as_of else ""
    plausible = ", ".join(
        f"case when r{i} >= {day_literal(FIRST_DAY)}{latest.format(i)} then r{i} end as d{i}"
        for i in range(len(columns))
    )
    steps = Steps().step("one_row_per_record", f"select {texts} from {scan}")
    steps.step("records_in_parts", f"select *, {parts} from one_row_per_record")
    steps.step("read_records", f"select {dates} from records_in_parts")
    return steps.step("dated_records", f"select {plausible} from read_records")


def _rhythm(
    connection: Connection,
    scan: str,
    columns: tuple[ColumnMeasure, ...],
    as_of: dt.date | None,
) -> tuple[dt.date | None, int | None]:
    """The newest day something happened, and the longest usual pause before it in days."""
    happening = [c for c in columns if _says_when(c)]
    if not happening:
        return None, None
    steps = _dated_steps(scan, happening, as_of)
    steps.step(
        "one_row_per_day",
        "select distinct day from ("
        + " union all ".join(
            f"select d{i} as day from dated_records where d{i} is not null"
            for i in range(len(happening))
        )
        + ")",
    )
    steps.step("last_day", "select max(day) as last_day from one_row_per_day")
    steps.step(
        "pauses",
        "select date_diff('day', lag(day) over (order by day), day) as pause "
        "from one_row_per_day, last_day where day > last_day - interval 1 year",
    )
    [(last, pause)] = steps.rows(
        connection, "select (select last_day from last_day), max(pause) from pauses"
    )
    return last, None if pause is None else int(pause)


def _says_when(column: ColumnMeasure) -> bool:
    """True for dates on which something happened, not for births, promises and deadlines."""
    profile = column.profile
    if profile.inferred_type != "date" or profile.attribute is Attribute.DATE_OF_BIRTH:
        return False
    return column.future <= _FUTURE_SHARE * column.dates


def _ambiguous(columns: tuple[ColumnMeasure, ...]) -> Evidence:
    dated = [c for c in columns if c.profile.inferred_type == "date"]
    return measured_share(
        sum(min(c.order.in_doubt, c.dates) for c in dated),
        sum(c.dates for c in dated),
        method="ambiguous_dates",
        refs=tuple(c.profile.column for c in dated),
    )


def _last_date(columns: tuple[ColumnMeasure, ...]) -> str | None:
    days = [
        c.newest
        for c in columns
        if c.newest
        and c.profile.inferred_type == "date"
        and c.profile.attribute is not Attribute.DATE_OF_BIRTH
    ]
    return max(days).isoformat() if days else None


def _repeated_ids(
    connection: Connection,
    scan: str,
    table: SourceTable,
    meanings: tuple[ColumnMeaning, ...],
) -> int:
    if table.id_column is None or table.id_column not in {m.column for m in meanings}:
        return 0
    value = blank_to_null(table.id_column)
    return _count(connection, f"select count({value}) - count(distinct {value}) from {scan}")


def _without_identity(
    connection: Connection, scan: str, meanings: tuple[ColumnMeaning, ...]
) -> int | None:
    """Rows with no key and no name with an address; None when no column could carry one."""
    keys = [m for m in meanings if m.attribute in KEYS]
    names = [m for m in meanings if m.attribute in NAMES]
    places = [m for m in meanings if m.attribute in PLACES]
    told = [_holds_value(m) for m in keys]
    if names and places:
        named = " or ".join(_holds_value(m) for m in names)
        placed = " or ".join(_holds_value(m) for m in places)
        told.append(f"(({named}) and ({placed}))")
    if not told:
        return None
    # One condition after the other: most rows are done with after the first.
    nobody = " and ".join(f"not {condition}" for condition in told)
    return _count(connection, f"select count(*) from {scan} where {nobody}")


def _holds_value(meaning: ColumnMeaning) -> str:
    value = blank_to_null(meaning.column)
    placeholder = placeholder_sql(
        meaning.attribute, value=value, lowered=f"lower({value})", read_date="cast(null as date)"
    )
    return f"coalesce({value} is not null and not {placeholder}, false)"


def _test_customers(connection: Connection, scan: str, meanings: tuple[ColumnMeaning, ...]) -> int:
    """Rows whose name says that they are a test."""
    lists = read_placeholders()["test_customers"]
    strong = ", ".join(text_literal(word) for word in lists["words"])
    weak = ", ".join(text_literal(word) for word in lists["only"])
    names = [m for m in meanings if m.attribute in NAMES and m.attribute not in _COMPANY]
    if not names:
        return 0
    # Given name and surname are read as one name: "Kunde" alone is a surname, "Test Kunde" is not.
    whole = f"lower(concat_ws(' ', {', '.join(blank_to_null(m.column) for m in names)}))"
    steps = Steps().step(
        "one_row_per_record",
        rf"select list_filter(regexp_split_to_array({whole}, '[^\p{{L}}0-9]+'), "
        f"lambda word: word <> '') as words from {scan}",
    )
    tests = (
        f"list_has_any(words, [{strong}]) or (len(words) > 0 and list_contains(words, 'test') "
        f"and len(list_filter(words, lambda word: word not in ({weak}))) <= len(words) - 2) "
        f"or (len(words) > 0 and len(list_filter(words, lambda word: word not in ({weak}))) = 0 "
        "and list_has_any(words, ['test', 'tester', 'testing', 'dummy', 'asdf', 'qwerty']))"
    )
    [(found,)] = steps.rows(connection, f"select count(*) from one_row_per_record where {tests}")
    return int(found)


_COMPANY = frozenset({Attribute.COMPANY_NAME})


def _test_traffic(connection: Connection, scan: str, meanings: tuple[ColumnMeaning, ...]) -> int:
    """Rows that a column of the source itself marks as tests."""
    flags = set(read_placeholders()["test_customers"]["flags"])
    marked = [
        f"lower({blank_to_null(m.column)}) in ('true', '1', 'j', 'ja', 'y', 'yes', 't', 'sand')"
        for m in meanings
        if m.column.strip().lower() in flags
    ]
    if not marked:
        return 0
    return _count(connection, f"select count(*) from {scan} where {' or '.join(marked)}")
