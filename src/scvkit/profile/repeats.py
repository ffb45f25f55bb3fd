"""What repeats in a table: rows, columns, and somebody's records beyond the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from scvkit.engine import Steps, own, quoted, write_shared
from scvkit.profile.column import ColumnMeasure
from scvkit.profile.column_masks import MASKS_OF_COLUMN
from scvkit.profile.facts import blank_to_null
from scvkit.profile.letters import folded_sql
from scvkit.vocabulary import Attribute, Grain

if TYPE_CHECKING:
    from scvkit.engine import Connection

LINE = "line_number"
# A row of these grains is a record of somebody, not a thing that happened.
RECORDS = frozenset({Grain.CUSTOMER, Grain.ACCOUNT, Grain.CONTACT, Grain.MEMBER, Grain.SUBSCRIBER})
# A key in more rows than this is a household's, a till's or a company's.
_CROWD = 10
_MOST_PAIRS = 200  # of columns that look alike, compared row by row
_SHARED, _STREETS, _NAMED = "lines_that_share", "keys_of_streets", "named_records"
_LINE, _KIND, _KEY, _STREET, _PLACE = map(own, ("line", "kind", "key", "street", "place"))
_STREET_BEGINS = 5  # letters that abbreviations of a street keep
_SHORTEST_NAME = 8  # letters from which one slip leaves a name the same


def duplicate_rows(connection: Connection, scan: str, columns: Sequence[ColumnMeasure]) -> int:
    """Return the rows beyond the first of each group that agrees in every column."""
    # A column that never repeats tells every row from every other.
    if not columns or any(c.profile.blank == 0 and c.repeated == 0 for c in columns):
        return 0
    # 64 bits: among ten million rows two different ones share a hash once in 400,000 tables.
    cells = ", ".join(quoted(c.profile.column) for c in columns)
    return _count(connection, f"select count(*) - count(distinct hash({cells})) from {scan}")


def lines_of_repeats(scan: str, columns: Sequence[str]) -> str:
    """Return SQL for rows beyond the first of each group that agrees in every one of columns."""
    cells = ", ".join(quoted(column) for column in columns)
    return (
        f"select {quoted(LINE)} from (select {quoted(LINE)}, row_number() over "
        f"(partition by hash({cells}) order by {quoted(LINE)}) as place from {scan}) "
        "where place > 1"
    )


def lines_of_repeated_ids(scan: str, id_column: str, columns: Sequence[str]) -> str:
    """Return SQL for rows whose id stands in an earlier row that differs from them."""
    value = blank_to_null(id_column)
    return (
        f"select {quoted(LINE)} from (select {quoted(LINE)}, {value} as id, row_number() over "
        f"(partition by {value} order by {quoted(LINE)}) as place from {scan}) "
        "where id is not null and place > 1 "
        f"and {quoted(LINE)} not in ({lines_of_repeats(scan, columns)})"
    )


def candidate_keys(columns: Sequence[ColumnMeasure]) -> tuple[str, ...]:
    """Return the columns that are filled in every row and different in each."""
    return tuple(
        c.profile.column
        for c in columns
        if c.profile.rows > 1 and c.profile.distinct == c.profile.filled == c.profile.rows
    )


def same_columns(
    connection: Connection, scan: str, columns: Sequence[ColumnMeasure]
) -> tuple[tuple[str, str], ...]:
    """Return pairs of columns that agree in every row; constants and empty ones left out."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for column in columns:
        seen = column.profile
        if seen.distinct > 1:
            like = (seen.blank, seen.shortest, seen.longest, column.repeated, frozenset(seen.masks))
            alike.setdefault(like, []).append(seen.column)
    pairs = [pair for group in alike.values() for pair in combinations(group, 2)]
    place = {column.profile.column: i for i, column in enumerate(columns)}
    pairs.sort(key=lambda pair: (place[pair[0]], place[pair[1]]))
    return tuple(
        (one, other)
        for one, other in pairs[:_MOST_PAIRS]
        if not _count(
            connection,
            f"select count(*) from (select 1 from {scan} "
            f"where {quoted(one)} is distinct from {quoted(other)} limit 1)",
        )
    )


def excess_records(
    connection: Connection, scan: str, columns: Sequence[ColumnMeasure], grain: Grain
) -> int | None:
    """Return the count of records beyond the first of somebody; None where that cannot be told."""
    steps = repeated_records(connection, scan, columns, grain)
    if steps is None:
        return None
    [(found,)] = steps.rows(connection, "select count(*) from repeated_records")
    return int(found)


def repeated_records(
    connection: Connection, scan: str, columns: Sequence[ColumnMeasure], grain: Grain
) -> Steps | None:
    """Return steps that end in ``repeated_records``: line numbers of records made once too often.

    The step before is ``repeated_pairs``: ``earlier`` and ``later`` line of two such records.

    Two records are somebody's when an e-mail address, a telephone number, a company number, or
    the street with the postcode agree, and the name does too: in any order, without accents and
    legal forms; one slip of the pen, or a name between the others left out, is allowed. Different
    birth dates part them. None where rows are no records or carry no name.
    """
    names = _of(columns, Attribute.FULL_NAME) or [
        *_of(columns, Attribute.GIVEN_NAME),
        *_of(columns, Attribute.SURNAME),
    ]
    names = names or _of(columns, Attribute.COMPANY_NAME)
    keys, place = tuple(_keys(columns)), _place_key(columns)
    if grain not in RECORDS or not names or not (keys or place):
        return None
    # Hashes of the keys alone: names are read for the few records that share one.
    kept = [(scan, *key) for key in keys]
    if place is not None:
        kept.append((_with_streets(connection, scan, columns), place, ""))
    write_shared(connection, _SHARED, kept, rows=columns[0].profile.rows, most=_CROWD)
    steps = Steps()
    births = _of(columns, Attribute.DATE_OF_BIRTH)
    texts = ", ".join(f"{_text(c)} as name_{i}" for i, c in enumerate(names))
    steps.step(
        "records_that_share",
        f"select {_LINE} as line, {_KIND} as kind, {_KEY} as key, {texts}, "
        f"{_text(births[0]) if births else 'null'} as born "
        f"from (select line as {_LINE}, kind as {_KIND}, key as {_KEY} from {_SHARED}) "
        f"join {scan} on {LINE} = {_LINE}",
    )
    # Names repeat: the words of each are told once, column by column.
    for i in range(len(names)):
        steps.step(
            f"words_{i}",
            f"select name_{i}, {_name_sql(f'name_{i}')} as words_{i} "
            f"from (select distinct name_{i} from records_that_share where name_{i} is not null)",
        )
    words = ", ".join(f"coalesce(words_{i}, [])" for i in range(len(names)))
    joined = " ".join(f"left join words_{i} using (name_{i})" for i in range(len(names)))
    named = " or ".join(f"name_{i} is not null" for i in range(len(names)))
    steps.step(
        "folded_records",
        f"select line, kind, key, born, list_sort(flatten([{words}])) as words "
        f"from records_that_share {joined} where {named}",
    )
    # A table, because a query would work the names out again for the later of two records.
    named = steps.sql("select *, array_to_string(words, ' ') as folded from folded_records")
    connection.execute(f"create or replace temp table {_NAMED} as {named}")
    steps = Steps().step(
        "repeated_pairs",
        f"select distinct earlier.line as earlier, later.line as later from {_NAMED} earlier "
        f"join {_NAMED} later on earlier.kind = later.kind and earlier.key = later.key "
        "and earlier.line < later.line and length(later.folded) > 1 "
        "and coalesce(earlier.born = later.born, true) "
        "and (earlier.folded = later.folded "
        "or (least(len(earlier.words), len(later.words)) > 1 "
        "and (list_has_all(earlier.words, later.words) "
        "or list_has_all(later.words, earlier.words))) "
        f"or (length(later.folded) >= {_SHORTEST_NAME} "
        # One slip leaves three letters at one of the ends as they were.
        "and (left(earlier.folded, 3) = left(later.folded, 3) "
        "or right(earlier.folded, 3) = right(later.folded, 3)) "
        "and damerau_levenshtein(earlier.folded, later.folded) = 1))",
    )
    steps.step("repeated_records", f"select distinct later as {LINE} from repeated_pairs")
    return steps


def _keys(columns: Sequence[ColumnMeasure]) -> Iterator[tuple[str, str]]:
    """SQL of every key that two records of one body share, and of those that are nobody's."""
    for column in _of(columns, Attribute.EMAIL):
        if column.repeated:
            # Whether an address stands for nobody does not depend on its capitals.
            nobody = f"select lower(value) from {quoted(column.stand_ins or '')}"
            address = _text(column)
            yield (
                f"lower({address})" if column.capitals else address,
                nobody if column.stand_ins else "",
            )
    for column in (*_of(columns, Attribute.MOBILE), *_of(columns, Attribute.PHONE)):
        if column.repeated:
            number = digits = _text(column)
            if not _digits_alone(column):
                digits = (
                    f"case when regexp_full_match({number}, '[0-9]*') then {number} "
                    f"else regexp_replace({number}, '[^0-9]', '', 'g') end"
                )
            last = f"case when strlen({digits}) >= 8 then right({digits}, 8) end"
            yield _held(column, last), ""
    for column in _of(columns, Attribute.ORG_NUMBER):
        if column.repeated:
            number = f"ltrim(regexp_replace({_text(column)}, '[^0-9]', '', 'g'), '0')"
            yield _held(column, f"case when length({number}) > 5 then {number} end"), ""


def _digits_alone(column: ColumnMeasure) -> bool:
    """True when every filled value is digits and nothing else."""
    masks = column.profile.masks
    return len(masks) < MASKS_OF_COLUMN and all(not mask.mask.strip("9") for mask in masks)


def _place_key(columns: Sequence[ColumnMeasure]) -> str | None:
    """SQL of the street with its postcode, as ``_with_streets`` names the street."""
    streets, postcodes = _of(columns, Attribute.STREET), _of(columns, Attribute.POSTCODE)
    if not streets or not postcodes:
        return None
    postcode = _text(postcodes[0])
    place = f"case when {_PLACE} is not null then hash({postcode}, {_PLACE}) end"
    return _held(streets[0], f"case when {postcode} is not null then {place} end")


def _with_streets(connection: Connection, scan: str, columns: Sequence[ColumnMeasure]) -> str:
    """The table with a key of the street beside it, worked out once per street."""
    [column, *_] = _of(columns, Attribute.STREET)
    street, value = _text(column), quoted("value")
    listed = quoted(column.listed) if column.listed else f"(select {street} as value from {scan})"
    # "Storg. 35" is Storgatan 35: how a street begins, and its number. The name settles it.
    letters = f"left({folded_sql(value)}, {_STREET_BEGINS}), regexp_extract({value}, '[0-9]+')"
    connection.execute(
        f"create or replace temp table {_STREETS} as "
        f"select hash({value}) as {_STREET}, hash({letters}) as {_PLACE} "
        f"from (select distinct {value} from {listed}) where {value} is not null"
    )
    # By hashes, in two thirds of the time that texts take.
    return f"{scan} left join {_STREETS} on hash({street}) = {_STREET}"


def _held(column: ColumnMeasure, key: str) -> str:
    """The key, null where a placeholder stands."""
    if column.stand_ins is None:
        return key
    return (
        f"case when {_text(column)} not in (select value from {quoted(column.stand_ins)}) "
        f"then {key} end"
    )


def _name_sql(name: str) -> str:
    """The words of a name in the order of the alphabet, folded, without legal forms."""
    words = rf"regexp_split_to_array({folded_sql(name)}, '[^\p{{L}}]+')"
    return (
        f"list_sort(list_filter({words}, lambda word: length(word) > 1 "
        f"and word not in ({_LEGAL_FORMS})))"
    )


_LEGAL_FORMS = ", ".join(
    f"'{form}'"
    for form in (
        "as aps ivs ab asa oy oyj srl gmbh ltd hb kb ag kg is ks aktieselskab anpartsselskab "
        "aktiebolag handelsbolag kommanditbolag aksjeselskap osakeyhtio"
    ).split()
)


def _of(columns: Sequence[ColumnMeasure], attribute: Attribute) -> list[ColumnMeasure]:
    return [c for c in columns if c.profile.attribute is attribute and c.profile.filled]


def _text(column: ColumnMeasure) -> str:
    return blank_to_null(column.profile.column, trimmed=column.trimmed)


def _count(connection: Connection, sql: str) -> int:
    [(found,)] = connection.execute(sql).fetchall()
    return int(found or 0)
