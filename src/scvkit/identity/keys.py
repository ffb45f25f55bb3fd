"""The key test: which keys are filled, valid and held by one identity only."""

from __future__ import annotations

from itertools import combinations

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, Steps, counts, quoted, text_literal
from scvkit.identity.claims import run_claims
from scvkit.identity.raw import columns_of, issued_number, record_tables
from scvkit.identity.stability import stability_of
from scvkit.identity.standardise import install_macros, says_something
from scvkit.identity.written import columns_of_key, shared_as_written
from scvkit.records.extracts import Intake, SourceIntake, SourceTable
from scvkit.records.identity import Identity, KeyTest, RawOverlap, SourceRecords
from scvkit.vocabulary import Attribute, EntityKind, Key

# Columns any of which fills the key.
FILLED_BY: dict[Key, tuple[Attribute, ...]] = {
    Key.CUSTOMER_NUMBER: (Attribute.CUSTOMER_NUMBER, Attribute.ORDER_NUMBER),
    Key.EMAIL: (Attribute.EMAIL,),
    Key.PHONE: (Attribute.MOBILE, Attribute.PHONE),
    Key.MEMBER_NUMBER: (Attribute.MEMBER_NUMBER,),
    Key.LOGIN_ID: (Attribute.LOGIN_ID,),
    Key.ORG_NUMBER: (Attribute.ORG_NUMBER, Attribute.VAT_NUMBER),
}
NAMES = (Attribute.FULL_NAME, Attribute.SURNAME, Attribute.COMPANY_NAME)
# Values of a key in ``records``, null where the record has none.
VALUE: dict[Key, str] = {
    Key.CUSTOMER_NUMBER: "customer_number",
    Key.EMAIL: "email",
    Key.PHONE: "phone",
    Key.MEMBER_NUMBER: "member_number",
    Key.LOGIN_ID: "login_id",
    Key.ORG_NUMBER: "org_number",
    Key.NAME_ADDRESS: (
        "case when coalesce(name_sorted, company) is not null and street is not null"
        " and coalesce(postcode, city) is not null then concat_ws('|',"
        " coalesce(name_sorted, company), street, house_number, coalesce(postcode, city)) end"
    ),
}
# Keys that could tie a record by themselves; name with address is the fallback, not a key.
STRONG_KEYS = tuple(key for key in Key if key is not Key.NAME_ADDRESS)


def test_keys(
    connection: Connection, rows: RowTables, engagement: Engagement, intake: Intake
) -> Identity:
    """Return the key test of every source, the raw overlaps and the claims beside them.

    Needs ``records``; raises MissingResult when it has not been written.
    """
    install_macros(connection)
    steps = _value_steps(rows)
    sources = tuple(s.source for s in intake.sources if any(t for _, t in record_tables(intake)))
    held = _tables_by_source(intake)
    counts = _valid_and_unique(connection, steps)
    written = _key_columns(connection, rows, intake)
    as_written = shared_as_written(connection, rows, intake, written)
    keys = []
    for source in intake.sources:
        tables = held.get(source.source, [])
        if not tables:
            continue
        total = counts.get((source.source, ""), (0, 0, 0))[0]
        for key in Key:
            filled, refs = _filled(connection, rows, source, tables, key)
            valid, unique, usable = counts.get((source.source, key), (0, 0, 0))
            if not valid and {ref.rsplit(".", 1)[-1] for ref in refs} == {Attribute.ORDER_NUMBER}:
                filled, refs = 0, ()  # no customer's number is among the orders' here
            keys.append(
                KeyTest(
                    source=source.source,
                    key=key,
                    present=bool(refs),
                    records=total,
                    filled=max(filled, valid),
                    valid=valid,
                    unique=unique,
                    usable=usable,
                    stable=stability_of(
                        connection,
                        rows,
                        [
                            (table, column)
                            for table in tables
                            for column in written.get((source.source, table.table, key), ())
                        ],
                    ),
                    refs=refs,
                )
            )
    with_records = [s for s in sources if s in held]
    return Identity(
        sources=_source_records(connection, steps, with_records),
        keys=tuple(keys),
        raw_overlap=_raw_overlaps(connection, steps, with_records, as_written),
        claims=run_claims(connection, rows, engagement, intake),
    )


def _tables_by_source(intake: Intake) -> dict[str, list[SourceTable]]:
    held: dict[str, list[SourceTable]] = {}
    for source, table in record_tables(intake):
        held.setdefault(source.source, []).append(table)
    return held


def _value_steps(rows: RowTables) -> Steps:
    one_row_per_value = "\nunion all\n".join(
        f"select source, record_key, entity_kind, given_name, name_sorted,"
        f" {text_literal(key)} as key, {value} as key_value,"
        f" {_is_shared(key)} as shared from record"
        for key, value in VALUE.items()
    )
    steps = Steps()
    steps.step("record", f"select * from {rows.scan('records')}")
    steps.step(
        "one_row_per_value",
        f"select * from ({one_row_per_value}) where key_value is not null",
    )
    # Two given names that share neither the first letter nor most of their letters are two
    # people; a missing name contradicts nothing.
    steps.step(
        "name_of_value",
        "select distinct source, key, key_value, given_name from one_row_per_value"
        " where given_name is not null",
    )
    steps.step(
        "one_row_per_contradicted_value",
        """select distinct a.source, a.key, a.key_value
        from name_of_value a join name_of_value b
            on a.source = b.source and a.key = b.key and a.key_value = b.key_value
            and a.given_name < b.given_name
        where jaro_winkler_similarity(a.given_name, b.given_name) < 0.8
            and not starts_with(b.given_name, a.given_name)
            and not starts_with(a.given_name, b.given_name)""",
    )
    steps.step(
        "tested_value",
        """select value.*, contradicted.key_value is null as one_identity
        from one_row_per_value value
        left join one_row_per_contradicted_value contradicted using (source, key, key_value)""",
    )
    return steps


def _is_shared(key: Key) -> str:
    return {Key.EMAIL: "email_shared", Key.PHONE: "phone_shared"}.get(key, "false")


@counts("keys")
def _valid_and_unique(
    connection: Connection, steps: Steps
) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Counts per source and key; the empty key holds all records of the source."""
    found = steps.rows(
        connection,
        """select source, key, count(*), count(*) filter (where one_identity),
            count(*) filter (where one_identity and not shared)
        from tested_value group by source, key
        union all select source, '', count(*), 0, 0 from record group by source""",
    )
    return {(str(r[0]), str(r[1])): (int(r[2]), int(r[3]), int(r[4])) for r in found}


@counts("filled {source.source} {key}")
def _filled(
    connection: Connection,
    rows: RowTables,
    source: SourceIntake,
    tables: list[SourceTable],
    key: Key,
) -> tuple[int, tuple[str, ...]]:
    """Rows with a value in the key's columns, placeholders not counted, and where they are."""
    filled, refs = 0, []
    for table in tables:
        name = ("source", source.source, table.table)
        columns = columns_of(connection, rows, *name)
        if key is Key.NAME_ADDRESS:
            names = [a for a in NAMES if a in columns]
            if not names or Attribute.STREET not in columns:
                continue
            some_name = " or ".join(map(says_something, names))
            test = f"({some_name}) and {says_something(Attribute.STREET)}"
            used = [*names, Attribute.STREET]
        else:
            used = [a for a in FILLED_BY[key] if a in columns]
            issued = issued_number(source.domain, table, columns)
            if not used and key.value in issued:
                test = f"scv_value({quoted(issued[Attribute(key.value)])}) is not null"
                used = [Attribute(key.value)]
            elif not used:
                continue
            else:
                test = " or ".join(map(says_something, used))
        counted = connection.execute(
            f"select count(*) from {rows.scan(*name)} where {test}"
        ).fetchall()
        filled += int(counted[0][0])
        refs += [f"{source.source}/{table.table}.{a}" for a in used]
    return filled, tuple(refs)


def _key_columns(
    connection: Connection, rows: RowTables, intake: Intake
) -> dict[tuple[str, str, Key], tuple[str, ...]]:
    """Columns of the extracts that carry each strong key, those a source numbers itself too."""
    found: dict[tuple[str, str, Key], tuple[str, ...]] = {}
    for source, table in record_tables(intake):
        columns = columns_of(connection, rows, "source", source.source, table.table)
        issued = issued_number(source.domain, table, columns)
        for key in STRONG_KEYS:
            own = table.id_column if key.value in issued else None
            found[source.source, table.table, key] = columns_of_key(table, FILLED_BY[key], own)
    return found


@counts("raw_overlap")
def _raw_overlaps(
    connection: Connection,
    steps: Steps,
    sources: list[str],
    as_written: dict[tuple[str, str, Key], int],
) -> tuple[RawOverlap, ...]:
    values = {
        (str(r[0]), str(r[1])): int(r[2])
        for r in steps.rows(
            connection,
            "select source, key, count(distinct key_value) from tested_value group by all",
        )
    }
    both = {
        (str(r[0]), str(r[1]), str(r[2])): int(r[3])
        for r in steps.rows(
            connection,
            """select a.source, b.source, a.key, count(*)
            from (select distinct source, key, key_value from tested_value) a
            join (select distinct source, key, key_value from tested_value) b
                on a.key = b.key and a.key_value = b.key_value and a.source < b.source
            group by all""",
        )
    }
    overlaps = []
    for first, second in combinations(sources, 2):
        for key in Key:
            a, b = values.get((first, key), 0), values.get((second, key), 0)
            if a and b:
                low, high = sorted((first, second))
                overlaps.append(
                    RawOverlap(
                        source_a=first,
                        source_b=second,
                        key=key,
                        values_a=a,
                        values_b=b,
                        both=both.get((low, high, key), 0),
                        written=as_written.get((low, high, key), 0),
                    )
                )
    return tuple(overlaps)


@counts("source_records")
def _source_records(
    connection: Connection, steps: Steps, sources: list[str]
) -> tuple[SourceRecords, ...]:
    strong = ", ".join(text_literal(key) for key in STRONG_KEYS)
    found = steps.rows(
        connection,
        f"""select record.source,
            count(*) filter (where record.entity_kind = {text_literal(EntityKind.PERSON)}),
            count(*) filter (where record.entity_kind = {text_literal(EntityKind.ORGANISATION)}),
            count(keyed.record_key),
            count(*) filter (where keyed.record_key is null and addressed.record_key is null)
        from record
        left join (select distinct record_key from tested_value
            where key in ({strong}) and one_identity and not shared
                and not (key = 'org_number' and entity_kind = 'person')) keyed
            on keyed.record_key = record.record_key
        left join (select distinct record_key from tested_value
            where key = {text_literal(Key.NAME_ADDRESS)}) addressed
            on addressed.record_key = record.record_key
        group by record.source""",
    )
    counts = {str(row[0]): [int(n) for n in row[1:]] for row in found}
    return tuple(
        SourceRecords(
            source=source,
            persons=n[0],
            organisations=n[1],
            with_strong_key=n[2],
            unlinkable=n[3],
        )
        for source in sources
        for n in [counts.get(source, [0, 0, 0, 0])]
    )
