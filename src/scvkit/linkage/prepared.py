"""The records that take part in one linkage, as the table that Splink reads."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.engine import Connection, RowTables, quoted, text_literal
from scvkit.vocabulary import EntityKind

# A value that so many records hold names no person: joining on it would only cost pairs.
MOST_HOLDERS_OF_A_KEY = 100
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
MARKED_SHARED = {"email": "email_shared", "phone": "phone_shared"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A temporary table of comparable records; ``filled`` counts values per column."""

    table: str
    kind: EntityKind
    records: int
    filled: dict[str, int]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns in which at least two records have a value."""
        return tuple(column for column, count in self.filled.items() if count >= 2)

    @property
    def pairs(self) -> int:
        """All possible pairs of records."""
        return self.records * (self.records - 1) // 2


def prepare(
    connection: Connection,
    rows: RowTables,
    kind: EntityKind,
    *,
    hidden: str = "",
    hidden_where: str = "true",
    table: str = "",
) -> Prepared:
    """Write the comparable records of ``kind`` into a temporary table, in order of their key.

    ``hidden`` names a column whose value is taken away where ``hidden_where`` holds. Records
    with nothing to compare are left out: they stay alone.
    """
    name = table or f"linkage_{kind}"
    columns = PERSON_COLUMNS if kind is EntityKind.PERSON else ORGANISATION_COLUMNS
    values = {column: _value(column, kind) for column in columns}
    if hidden:
        values[hidden] = f"case when not ({hidden_where}) then {values[hidden]} end"
    selected = ",\n".join(f"{value} as {column}" for column, value in values.items())
    firms = kind is EntityKind.ORGANISATION
    rarest = f"left join ({_rarest_words(rows)}) using (record_key)" if firms else ""
    some_value = " or ".join(f"{column} is not null" for column in columns)
    connection.execute(
        f"""create or replace temp table {quoted(name)} as
        select * {"exclude (company_rare)" if firms else ""}, {_derived(kind)} from (
            select record_key as unique_id, source, source_table, full_name, name_sorted,
                {selected}{", company_rare" if firms else ""}
            from {rows.scan("records")} record {rarest} where entity_kind = {text_literal(kind)})
        where {some_value} order by unique_id"""
    ).fetchall()
    counted = ", ".join(f"count({column})" for column in columns)
    counts = connection.execute(f"select count(*), {counted} from {quoted(name)}").fetchall()[0]
    return Prepared(
        table=name,
        kind=kind,
        records=int(counts[0]),
        filled={c: int(n) for c, n in zip(columns, counts[1:], strict=True)},
    )


def _value(column: str, kind: EntityKind) -> str:
    value = f"record.{column}"
    if column == "date_of_birth":
        return "record.birth_digits"
    if column not in KEYS[kind]:
        return value
    # An organisation's office mailbox is its own; for a person it is somebody else's.
    shared = MARKED_SHARED.get(column)
    unshared = f"not {shared}" if shared and kind is EntityKind.PERSON else "true"
    few = f"count(*) over (partition by {value}) <= {MOST_HOLDERS_OF_A_KEY}"
    return f"case when {unshared} and {few} then {value} end"


def _derived(kind: EntityKind) -> str:
    """Parts of names for blocking, and copies so that both sides of a swap can be trained."""
    if kind is EntityKind.ORGANISATION:
        return (
            "split_part(company, ' ', 1) as company_start, left(postcode, 2) as postcode_start,"
            " company_rare"
        )
    return (
        "left(given_name, 3) as given_start, left(surname, 3) as surname_start,"
        # The same for both records of a swap; null where one of the names is missing.
        " case when given_name < surname then left(given_name, 3) || ' ' || left(surname, 3)"
        " when given_name >= surname then left(surname, 3) || ' ' || left(given_name, 3)"
        " end as name_starts,"
        " left(date_of_birth, 4) as birth_year, substr(date_of_birth, 5) as birth_day,"
        " given_name as given_copy, surname as surname_copy"
    )


def _rarest_words(rows: RowTables) -> str:
    """The word of each company name that fewest names have: what tells it from the others."""
    return f"""select record_key, arg_min(word, (holders, word)) as company_rare from (
            select record_key, word, count(*) over (partition by word) as holders from (
                select record_key, unnest(string_split(company, ' ')) as word
                from {rows.scan("records")}
                where entity_kind = {text_literal(EntityKind.ORGANISATION)}
                    and company is not null))
        group by record_key"""
