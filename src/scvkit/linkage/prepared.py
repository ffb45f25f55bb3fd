"""The records that take part in one linkage, as the table that Splink reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scvkit.engine import Connection, RowTables, quoted, text_literal
from scvkit.vocabulary import EntityKind

# A value that so many records hold names no person: joining on it would only cost pairs.
MOST_HOLDERS_OF_A_KEY = 100
# A word of a name that more hold tells little, and costs most pairs.
MOST_HOLDERS_OF_A_WORD = 30
PERSON_COLUMNS = (
    "given_name",
    "surname",
    "date_of_birth",
    "street",
    "house_number",
    "postcode",
    "city",
    "email",
    "phone",
    "customer_number",
    "member_number",
    "login_id",
)
ORGANISATION_COLUMNS = (
    "company",
    "street",
    "house_number",
    "postcode",
    "city",
    "email",
    "phone",
    "org_number",
    "customer_number",
)
KEYS = {
    EntityKind.PERSON: ("email", "phone", "customer_number", "member_number", "login_id"),
    EntityKind.ORGANISATION: ("org_number", "customer_number", "email", "phone"),
}
# The word of a name that fewest names have, whichever place it stands in.
RAREST = {EntityKind.PERSON: "name_rare", EntityKind.ORGANISATION: "company_rare"}
MARKED_SHARED = {"email": "email_shared", "phone": "phone_shared"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A temporary table of comparable records; ``filled`` counts values per column.

    ``frequencies`` names the table of all records when this one holds a part of them.
    """

    table: str
    kind: EntityKind
    records: int
    filled: dict[str, int]
    frequencies: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns in which at least two records have a value."""
        return tuple(column for column, count in self.filled.items() if count >= 2)

    @property
    def pairs(self) -> int:
        """All possible pairs of records."""
        return self.records * (self.records - 1) // 2


def prepare(
    connection: Connection, rows: RowTables, kind: EntityKind, *, keep: Sequence[str] = ()
) -> Prepared:
    """Write the comparable records of ``kind`` into a temporary table, in order of their key.

    Records with nothing to compare are left out, unless their key is in ``keep``: they stay alone.
    """
    name = f"linkage_{kind}"
    columns = _columns(kind)
    values = {column: _value(column, kind, rows) for column in columns}
    selected = ",\n".join(f"{value} as {column}" for column, value in values.items())
    some_value = " or ".join(f"{column} is not null" for column in columns)
    if keep:
        some_value += f" or unique_id in ({', '.join(text_literal(key) for key in keep)})"
    connection.execute(
        f"""create or replace temp table {quoted(name)} as
        select *, {_derived(kind)} from (
            select record_key as unique_id, source, source_table, full_name, name_sorted,
                {selected}, rarest_word as {RAREST[kind]}
            from {rows.scan("records")} record
            left join ({_rarest_words(kind, rows)}) using (record_key)
            where entity_kind = {text_literal(kind)})
        where {some_value} order by unique_id"""
    ).fetchall()
    return _counted(connection, name, kind)


def restricted(connection: Connection, prepared: Prepared, table: str) -> Prepared:
    """Return the part of ``prepared`` that ``table`` holds; names stay as frequent as among all."""
    return replace(
        _counted(connection, table, prepared.kind),
        frequencies=prepared.frequencies or prepared.table,
    )


def _columns(kind: EntityKind) -> tuple[str, ...]:
    return PERSON_COLUMNS if kind is EntityKind.PERSON else ORGANISATION_COLUMNS


def _counted(connection: Connection, table: str, kind: EntityKind) -> Prepared:
    columns = _columns(kind)
    counted = ", ".join(f"count({column})" for column in columns)
    counts = connection.execute(f"select count(*), {counted} from {quoted(table)}").fetchall()[0]
    return Prepared(
        table=table,
        kind=kind,
        records=int(counts[0]),
        filled={c: int(n) for c, n in zip(columns, counts[1:], strict=True)},
    )


def _value(column: str, kind: EntityKind, rows: RowTables) -> str:
    value = f"record.{column}"
    if column == "date_of_birth":
        return "record.birth_digits"
    if column not in KEYS[kind]:
        return value
    # An organisation's office mailbox is its own; for a person it is somebody else's.
    shared = MARKED_SHARED.get(column)
    unshared = f"not {shared}" if shared and kind is EntityKind.PERSON else "true"
    return (
        f"case when {unshared} and {value} not in ({_crowded(column, kind, rows)}) then {value} end"
    )


def _crowded(column: str, kind: EntityKind, rows: RowTables) -> str:
    """Values that too many records hold: few, where a count beside every record is costly."""
    return f"""select {column} from {rows.scan("records")}
        where entity_kind = {text_literal(kind)} and {column} is not null
        group by {column} having count(*) > {MOST_HOLDERS_OF_A_KEY}"""


def _derived(kind: EntityKind) -> str:
    """Parts of names for blocking, and copies so that both sides of a swap can be trained."""
    if kind is EntityKind.ORGANISATION:
        return "split_part(company, ' ', 1) as company_start, left(postcode, 2) as postcode_start"
    return (
        "left(given_name, 3) as given_start, left(surname, 3) as surname_start,"
        # The same for both records of a swap; null where one of the names is missing.
        " case when given_name < surname then left(given_name, 3) || ' ' || left(surname, 3)"
        " when given_name >= surname then left(surname, 3) || ' ' || left(given_name, 3)"
        " end as name_starts,"
        " left(date_of_birth, 4) as birth_year, substr(date_of_birth, 5) as birth_day,"
        " given_name as given_copy, surname as surname_copy"
    )


def _rarest_words(kind: EntityKind, rows: RowTables) -> str:
    """The word of each name that fewest names have: what tells it from the others."""
    names = ("company",) if kind is EntityKind.ORGANISATION else ("given_name", "surname")
    listed = ", ".join(names)
    return f"""select record_key, arg_min(word, (holders, word))
                filter (holders <= {MOST_HOLDERS_OF_A_WORD}) as rarest_word from (
            select record_key, word, count(*) over (partition by word) as holders from (
                select record_key, unnest(string_split(concat_ws(' ', {listed}), ' ')) as word
                from {rows.scan("records")}
                where entity_kind = {text_literal(kind)} and coalesce({listed}) is not null)
            where word <> '')
        group by record_key"""
