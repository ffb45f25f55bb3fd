"""One source table as raw records: attributes standardised on their own, before rows meet."""

from __future__ import annotations

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, quoted, text_literal
from scvkit.records.extracts import Intake, SourceIntake, SourceTable
from scvkit.vocabulary import EVENT_GRAINS, Attribute, Domain, Grain

RAW = "identity_raw_records"


def record_tables(intake: Intake) -> list[tuple[SourceIntake, SourceTable]]:
    """Return the tables whose rows are records of somebody, in the order of the intake."""
    return [
        (source, table)
        for source in intake.sources
        for table in source.tables
        if table.grain not in EVENT_GRAINS
    ]


def event_tables(intake: Intake) -> list[tuple[SourceIntake, SourceTable]]:
    """Return the tables whose rows happened to somebody."""
    return [
        (source, table)
        for source in intake.sources
        for table in source.tables
        if table.grain in EVENT_GRAINS
    ]


def country_of(engagement: Engagement, source: str) -> str:
    """Country that settles a phone or postcode when the row names none."""
    card = engagement.sources.get(source)
    return (
        (card.country if card else None) or engagement.linkage.country or engagement.client.country
    )


def columns_of(connection: Connection, rows: RowTables, *name: str) -> set[str]:
    """Names of the columns that the row table really has."""
    found = connection.execute(f"describe select * from {rows.scan(*name)}").fetchall()
    return {str(row[0]) for row in found}


def write_raw(
    connection: Connection, rows: RowTables, engagement: Engagement, intake: Intake
) -> None:
    """Collect the records of every source in the temporary table ``identity_raw_records``."""
    parts = [
        _raw_records(connection, rows, source, table, country_of(engagement, source.source))
        for source, table in record_tables(intake)
    ]
    if not parts:
        parts = [_no_records()]
    connection.execute(
        f"create or replace temp table {RAW} as " + "\nunion all by name\n".join(parts)
    )


def issued_number(domain: Domain, table: SourceTable, columns: set[str]) -> dict[Attribute, str]:
    """Columns that carry a key because the source itself issues it.

    The purchase system's own id is the customer number that other sources quote, the club's is
    the member number, the web shop's is the login: a column of its own is not needed. The number
    of an order is nobody's.
    """
    if any(
        m.column == table.id_column and m.attribute is Attribute.ORDER_NUMBER
        for m in table.meanings
    ):
        return {}
    own_id = next((c for c in ("account_number",) if c in columns), "record_id")
    has_id = table.id_column is not None or own_id != "record_id"
    if not has_id:
        return {}
    if (
        domain is Domain.PURCHASES
        and table.grain is Grain.CUSTOMER
        and Attribute.CUSTOMER_NUMBER not in columns
    ):
        return {Attribute.CUSTOMER_NUMBER: own_id}
    if domain is Domain.LOYALTY and Attribute.MEMBER_NUMBER not in columns:
        return {Attribute.MEMBER_NUMBER: own_id}
    if (
        domain is Domain.SHOP
        and table.grain in (Grain.ACCOUNT, Grain.CUSTOMER)
        and Attribute.LOGIN_ID not in columns
    ):
        return {Attribute.LOGIN_ID: own_id}
    return {}


def _raw_records(
    connection: Connection, rows: RowTables, source: SourceIntake, table: SourceTable, country: str
) -> str:
    name = ("source", source.source, table.table)
    columns = columns_of(connection, rows, *name)
    issued = issued_number(source.domain, table, columns)

    def text(attribute: Attribute) -> str:
        if attribute in issued:
            return f"cast({quoted(issued[attribute])} as varchar)"
        if attribute in columns:
            return f"cast({quoted(attribute)} as varchar)"
        return "cast(null as varchar)"

    def moment(attribute: Attribute) -> str:
        known = attribute in columns
        return f"try_cast({quoted(attribute)} as timestamp)" if known else "cast(null as timestamp)"

    own_country = f"coalesce(scv_country({text(Attribute.COUNTRY)}), {text_literal(country)})"
    phone = f"scv_phone({text(Attribute.PHONE)}, row_country)"
    mobile = f"scv_phone({text(Attribute.MOBILE)}, row_country)"
    org_number = (
        f"coalesce(scv_org_number({text(Attribute.ORG_NUMBER)}),"
        f" scv_vat_number({text(Attribute.VAT_NUMBER)}))"
    )
    house = (
        f"coalesce(scv_house_number({text(Attribute.HOUSE_NUMBER)}),"
        f" scv_house_number({text(Attribute.STREET)}))"
    )
    born = moment(Attribute.DATE_OF_BIRTH)
    written = "cast(birth_written as varchar)" if "birth_written" in columns else "null"
    birth = f"scv_birth_digits({born}, {written})"
    given = (
        f"scv_words(concat_ws(' ', {text(Attribute.GIVEN_NAME)}, {text(Attribute.MIDDLE_NAME)}))"
    )
    return f"""
    select {text_literal(source.source)} as source,
        {text_literal(table.table)} as source_table,
        record_id,
        {text_literal(source.source + "/" + table.table + "/")} || record_id as record_key,
        {text_literal(source.domain)} as domain,
        {text_literal(table.grain)} as grain,
        coalesce({given}, []) as given_words,
        coalesce(scv_words({text(Attribute.SURNAME)}), []) as surname_words,
        coalesce(scv_name_words({text(Attribute.FULL_NAME)}), []) as name_words,
        contains(coalesce({text(Attribute.FULL_NAME)}, ''), ',') as name_has_comma,
        coalesce(scv_letter_last({text(Attribute.FULL_NAME)}), false) as letter_last,
        scv_value({text(Attribute.FULL_NAME)}) as written_name,
        scv_value({text(Attribute.COMPANY_NAME)}) as written_company,
        scv_email({text(Attribute.EMAIL)}) as email,
        coalesce({mobile}, {phone}) as phone,
        case when {mobile} is not null and {mobile} <> {phone} then {phone} end as second_phone,
        scv_street({text(Attribute.STREET)}) as street,
        {house} as house_number,
        scv_postcode({text(Attribute.POSTCODE)}, row_country) as postcode,
        scv_city({text(Attribute.CITY)}) as city,
        scv_country({text(Attribute.COUNTRY)}) as country,
        scv_date({moment(Attribute.DATE_OF_BIRTH)}) as date_of_birth,
        {birth} as birth_digits,
        {org_number} as org_number,
        scv_number({text(Attribute.CUSTOMER_NUMBER)}) as customer_number,
        scv_number({text(Attribute.ORDER_NUMBER)}) as order_number,
        scv_number({text(Attribute.MEMBER_NUMBER)}) as member_number,
        scv_number({text(Attribute.LOGIN_ID)}) as login_id,
        {moment(Attribute.CREATED_AT)} as created_at,
        {moment(Attribute.CHANGED_AT)} as changed_at,
        {moment(Attribute.LAST_SEEN_AT)} as last_seen_at,
        {moment(Attribute.LAST_PURCHASE_AT)} as last_purchase_at
    from (select *, {own_country} as row_country from {rows.scan(*name)})
    """


def _no_records() -> str:
    texts = (
        "source source_table record_id record_key domain grain written_name written_company email"
        " phone second_phone street house_number postcode city country org_number customer_number"
        " order_number member_number login_id birth_digits"
    ).split()
    lists = "given_words surname_words name_words".split()
    moments = "created_at changed_at last_seen_at last_purchase_at".split()
    columns = [f"cast(null as varchar) as {c}" for c in texts]
    columns += [f"cast(null as varchar[]) as {c}" for c in lists]
    columns += [f"cast(null as timestamp) as {c}" for c in moments]
    columns += [
        "cast(null as date) as date_of_birth",
        "false as name_has_comma",
        "false as letter_last",
    ]
    return f"select {', '.join(columns)} where false"
