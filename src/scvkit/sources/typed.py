"""The source table: one column per attribute, trimmed, dates and amounts typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scvkit.engine import Connection, RowTables, Steps, quoted
from scvkit.records.extracts import ColumnMeaning
from scvkit.sources.dates import date_sql
from scvkit.vocabulary import DATE_ATTRIBUTES, Attribute

# Read where a date column named by the engagement file shows no format of its own.
_ANY_DATE = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


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
) -> int:
    """Write ``source/<source>/<table>`` and return its rows.

    ``formats`` holds the date formats of each date column, the most frequent first.
    """
    chosen = chosen_columns(meanings, held_back)
    steps = Steps()
    scan = rows.scan("extract", source, table)
    number = f"nullif(trim({quoted(id_column)}), '')" if id_column else "null"
    steps.step(
        "one_row_per_record",
        f"select *, coalesce({number}, 'row-' || line_number) as wanted_id from {scan}",
    )
    steps.step(
        "numbered_records",
        "select *, row_number() over (partition by wanted_id order by line_number) as repeat "
        "from one_row_per_record",
    )
    columns = "".join(
        f", {_expression(connection, scan, column, attribute, formats.get(column, ()))} "
        f"as {quoted(attribute.value)}"
        for attribute, column in chosen.items()
    )
    if Attribute.DATE_OF_BIRTH in chosen:
        # A birth date with a slip of the pen ("1975-13-04") is no date, but it still compares.
        columns += f", nullif(trim({quoted(chosen[Attribute.DATE_OF_BIRTH])}), '') as birth_written"
    final = (
        "select case when repeat = 1 then wanted_id else wanted_id || '#' || repeat end "
        f"as record_id, line_number{columns} from numbered_records order by line_number"
    )
    count = rows.write(connection, steps.sql(final), "source", source, table)
    _make_ids_unique(connection, rows, source, table)
    return count


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
) -> str:
    name = quoted(column)
    if attribute in DATE_ATTRIBUTES:
        return date_sql(name, formats or _ANY_DATE)
    if attribute is Attribute.AMOUNT:
        return _amount_sql(name, _decimal_comma(connection, scan, name))
    return f"nullif(trim({name}), '')"


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
    kept = f"regexp_replace({name}, '[^0-9,.eE+()-]', '', 'g')"
    signed = f"regexp_replace(regexp_replace({kept}, '^\\((.*)\\)$', '-\\1'), '^(.*)-$', '-\\1')"
    bare = f"rtrim({signed}, '.,')"
    if decimal_comma:
        bare = f"replace(replace({bare}, '.', ''), ',', '.')"
    else:
        bare = f"replace({bare}, ',', '')"
    return f"try_cast({bare} as double)"


def _make_ids_unique(connection: Connection, rows: RowTables, source: str, table: str) -> None:
    """An id column may itself hold "7#2": then the line decides."""
    scan = rows.scan("source", source, table)
    ((count, distinct),) = connection.execute(
        f"select count(*), count(distinct record_id) from {scan}"
    ).fetchall()
    if count == distinct:
        return
    rows.write(
        connection,
        "select case when row_number() over (partition by record_id order by line_number) = 1 "
        "then record_id else record_id || '#line-' || line_number end as record_id, "
        f"* exclude (record_id) from {scan} order by line_number",
        "source",
        source,
        table,
    )
    _make_ids_unique(connection, rows, source, table)
