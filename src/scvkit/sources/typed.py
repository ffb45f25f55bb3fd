"""The source table: one column per attribute, trimmed, dates and amounts typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scvkit.engine import Connection, OutOfMemory, RowTables, Steps, own, quoted
from scvkit.records.extracts import ColumnMeaning
from scvkit.sources.dates import date_sql
from scvkit.vocabulary import DATE_ATTRIBUTES, Attribute

# Read where a date column named by the engagement file shows no format of its own.
_ANY_DATE = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
# Rows of long texts are written in parts of so many bytes, each of whole blocks of lines.
_PART_BYTES, _BLOCK_LINES = 4 << 20, 16
_IDS = "ids_of_records"
_RECORD, _WANTED, _REPEAT = own("record_id"), own("wanted_id"), own("repeat")


def write_source_table(
    connection: Connection,
    rows: RowTables,
    source: str,
    table: str,
    *,
    id_column: str | None,
    meanings: Sequence[ColumnMeaning],
    held_back: Sequence[str],
    formats: Mapping[str, tuple[str, ...]],
    decimal: str | None = None,
) -> int:
    """Write ``source/<source>/<table>`` and return its rows.

    ``formats`` holds the date formats of each date column, the most frequent first; ``decimal``
    is the decimal sign where the engagement file says it. Pages of text that do not fit into the
    memory of the connection are written in parts.
    """
    chosen = chosen_columns(meanings, held_back)
    scan = rows.scan("extract", source, table)
    columns = "".join(
        f", {_expression(connection, scan, column, attribute, formats.get(column, ()), decimal)} "
        f"as {quoted(attribute.value)}"
        for attribute, column in chosen.items()
    )
    if Attribute.DATE_OF_BIRTH in chosen:
        # A birth date with a slip of the pen ("1975-13-04") is no date, but it still compares.
        columns += f", {blank_to_null(quoted(chosen[Attribute.DATE_OF_BIRTH]))} as birth_written"
    steps = _numbered(connection, scan, id_column)
    final = (
        f"select {_RECORD} as record_id, line_number{columns} from numbered_records "
        "order by line_number"
    )
    try:
        count = rows.write(connection, steps.sql(final), "source", source, table)
        if id_column and not _unique(connection, rows.scan("source", source, table), "record_id"):
            _make_ids_unique(connection, rows, source, table)
    except OutOfMemory:
        _write_ids(connection, steps)
        parts = _parts(connection, scan, tuple(chosen.values()), columns)
        count = rows.write_parts(connection, parts, "source", source, table)
        connection.execute(f"drop table {_IDS}")
    return count


def _numbered(connection: Connection, scan: str, id_column: str | None) -> Steps:
    """Steps that end in ``numbered_records``: the rows with their record_id."""
    if id_column is None:
        return Steps().step(
            "numbered_records", f"select *, 'row-' || line_number as {_RECORD} from {scan}"
        )
    number = blank_to_null(quoted(id_column))
    steps = Steps().step(
        "one_row_per_record",
        f"select *, coalesce({number}, 'row-' || line_number) as {_WANTED} from {scan}",
    )
    # Numbers that never repeat, as they should be, need no counting of repeats.
    if _unique(connection, scan, quoted(id_column)):
        return steps.step(
            "numbered_records", f"select *, {_WANTED} as {_RECORD} from one_row_per_record"
        )
    steps.step(
        "counted_records",
        f"select *, row_number() over (partition by {_WANTED} order by line_number) as {_REPEAT} "
        "from one_row_per_record",
    )
    return steps.step(
        "numbered_records",
        f"select *, case when {_REPEAT} = 1 then {_WANTED} else {_WANTED} || '#' || {_REPEAT} end "
        f"as {_RECORD} from counted_records",
    )


def _unique(connection: Connection, scan: str, column: str) -> bool:
    """True when no value repeats; hashes decide, so a chance hit only costs a second look."""
    ((count, distinct),) = connection.execute(
        f"select count({column}), count(distinct hash({column})) from {scan} "
        f"where {column} is not null"
    ).fetchall()
    return bool(count == distinct)


def chosen_columns(
    meanings: Sequence[ColumnMeaning], held_back: Sequence[str]
) -> dict[Attribute, str]:
    """Return the column that carries each attribute: mapped by the engagement file, then first."""
    chosen: dict[Attribute, str] = {}
    for decided_by in ("engagement", "detected"):
        ranked = [m for m in meanings if m.decided_by == decided_by]
        if decided_by == "detected":
            ranked.sort(key=lambda m: -round(m.confidence, 1))
        for meaning in ranked:
            usable = meaning.attribute not in {Attribute.OTHER, Attribute.NATIONAL_ID}
            if usable and meaning.column not in held_back:
                chosen.setdefault(meaning.attribute, meaning.column)
    # In the order of the extract, so that a source table reads like what was delivered.
    place = {m.column: i for i, m in enumerate(meanings)}
    return dict(sorted(chosen.items(), key=lambda item: place[item[1]]))


def _expression(
    connection: Connection,
    scan: str,
    column: str,
    attribute: Attribute,
    formats: tuple[str, ...],
    decimal: str | None,
) -> str:
    name = quoted(column)
    if attribute in DATE_ATTRIBUTES:
        return date_sql(name, formats or _ANY_DATE)
    if attribute is Attribute.AMOUNT:
        comma = decimal == "," if decimal else _decimal_comma(connection, scan, name)
        return _amount_sql(name, comma)
    return blank_to_null(name)


def blank_to_null(name: str) -> str:
    """Return SQL for the text of a quoted column without blanks at its ends, null when empty."""
    # Trimming costs ten times a look at both ends, and few values need it.
    return (
        f"case when {name} = '' then null "
        f"when {name} < '!' or suffix({name}, ' ') then nullif(trim({name}), '') else {name} end"
    )


def _decimal_comma(connection: Connection, scan: str, name: str) -> bool:
    (found,) = connection.execute(
        f"select count(*) filter (where regexp_matches({name}, ',\\d{{1,2}}\\D*$')), "
        f"count(*) filter (where regexp_matches({name}, '\\.\\d{{1,2}}\\D*$')), "
        f"count(*) filter (where regexp_matches({name}, '^\\D*\\d{{1,3}}(\\.\\d{{3}})+\\D*$')), "
        f"count(*) filter (where regexp_matches({name}, '^\\D*\\d{{1,3}}(,\\d{{3}})+\\D*$')) "
        f"from {scan}"
    ).fetchall()
    comma, point, grouped_by_point, grouped_by_comma = (int(n) for n in found)
    if comma or point:
        return comma > point
    # Only whole numbers: "1.234" is a grouped thousand where others of its kind say so.
    return grouped_by_point > 0 and grouped_by_comma == 0


def _amount_sql(name: str, decimal_comma: bool) -> str:
    # What is plainly a number is read as it stands.
    plain = (
        f"regexp_full_match({name}, '-?[0-9]{{1,18}}([{',' if decimal_comma else '.'}][0-9]+)?')"
    )
    quick = f"try_cast(replace({name}, ',', '.') as double)"
    kept = f"regexp_replace({name}, '[^0-9,.eE+()-]', '', 'g')"
    signed = f"regexp_replace(regexp_replace({kept}, '^\\((.*)\\)$', '-\\1'), '^(.*)-$', '-\\1')"
    bare = f"rtrim({signed}, '.,')"
    if decimal_comma:
        bare = f"replace(replace({bare}, '.', ''), ',', '.')"
    else:
        bare = f"replace({bare}, ',', '')"
    return f"case when {plain} then {quick} else try_cast({bare} as double) end"


_OWN_ID = (
    "case when row_number() over (partition by record_id order by line_number) = 1 "
    "then record_id else record_id || '#line-' || line_number end"
)


def _make_ids_unique(connection: Connection, rows: RowTables, source: str, table: str) -> None:
    """An id column may itself hold "7#2": then the line decides."""
    scan = rows.scan("source", source, table)
    rows.write(
        connection,
        f"select {_OWN_ID} as record_id, * exclude (record_id) from {scan} order by line_number",
        "source",
        source,
        table,
    )
    if not _unique(connection, rows.scan("source", source, table), "record_id"):
        _make_ids_unique(connection, rows, source, table)


def _write_ids(connection: Connection, steps: Steps) -> None:
    """Write the id of every line, each its own, without any other column beside it."""
    ids = steps.sql(f"select line_number, {_RECORD} as record_id from numbered_records")
    connection.execute(f"create or replace temp table {_IDS} as {ids}")
    while not _unique(connection, _IDS, "record_id"):
        connection.execute(
            f"create or replace temp table {_IDS} as select line_number, {_OWN_ID} as record_id "
            f"from {_IDS}"
        )


def _parts(connection: Connection, scan: str, names: Sequence[str], columns: str) -> Iterator[str]:
    """SQL of the rows of one stretch of lines after the other, none of them too long."""
    size = " + ".join(["0", *(f"coalesce(strlen({quoted(name)}), 0)" for name in names)])
    blocks = connection.execute(
        f"select line_number // {_BLOCK_LINES} as block, sum({size}) from {scan} "
        "group by block order by block"
    ).fetchall()
    first = held = 0
    for place, (block, octets) in enumerate(blocks):
        held += int(octets)
        if held < _PART_BYTES and place + 1 < len(blocks):
            continue
        last = int(block) * _BLOCK_LINES + _BLOCK_LINES - 1
        yield (
            f"select {_RECORD} as record_id, line_number{columns} from {scan} join "
            f"(select line_number, record_id as {_RECORD} from {_IDS}) using (line_number) "
            f"where line_number between {first} and {last} order by line_number"
        )
        first, held = last + 1, 0
