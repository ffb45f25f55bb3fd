"""Every person record with its clusters, facts, dates and permissions, laid out once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, Steps, quoted, text_literal
from scvkit.usecases.provided import Provided, ProvidedTable
from scvkit.vocabulary import Channel, ConsentStatus, Domain, EntityKind, Grain, LawfulBasis

CUSTOMER_DOMAINS = (Domain.PURCHASES, Domain.SHOP, Domain.LOYALTY)
STRONG_KEYS = ("email", "phone", "customer_number", "member_number", "login_id")

# Attributes the identity step standardised: present there means valid, not only filled.
STANDARDISED = {
    "email": "email",
    "phone": "phone",
    "mobile": "phone",
    "given_name": "given_name",
    "surname": "surname",
    "company_name": "company",
    "street": "street",
    "house_number": "house_number",
    "postcode": "postcode",
    "city": "city",
    "country": "country",
    "date_of_birth": "date_of_birth",
    "org_number": "org_number",
    "customer_number": "customer_number",
    "member_number": "member_number",
    "login_id": "login_id",
    "created_at": "created_at",
    "changed_at": "changed_at",
    "last_seen_at": "last_seen_at",
}
_NAMES = ("given_name", "middle_name", "surname", "full_name")
# UTF-8 read as Western text, and the sign for a letter that could not be read at all.
_DAMAGED = "\N{REPLACEMENT CHARACTER}|Ã[^A-Za-zÀ-ÿ ]|Â[^A-Za-zÀ-ÿ ]"


def write_people(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    provided: Provided,
    attributes: Iterable[str],
    *,
    again: bool = False,
) -> None:
    """Make ``usecase_records`` and ``usecase_feeds``, temporary.

    ``usecase_records`` has one row per person record, where "has <attribute>" is never null;
    ``usecase_feeds`` has one per source. Dates after the day of assessment are left out. With
    ``again`` nothing but links or keys of records has changed since the last time: what the rows
    say, the permissions and how far each source reaches are not read anew.
    """
    wanted = tuple(dict.fromkeys([*STRONG_KEYS, *attributes]))
    if not again:
        for name, sql in (
            ("usecase_facts", _facts_per_record(rows, provided, wanted)),
            ("usecase_permissions", _permissions_per_record(rows)),
        ):
            connection.execute(f"create or replace temp table {name} as {sql}")
    steps = Steps()
    steps.step("one_row_per_source", _sources(engagement, provided))
    steps.step("one_row_per_country", _rules(rows))
    sql = steps.sql(_records(rows, engagement, wanted))
    connection.execute(f"create or replace temp table usecase_everybody as {sql}")
    if not again:
        _write_feeds(connection, rows, engagement, provided)
    connection.execute(
        """
        create or replace temp table usecase_records as
        select e.*, f.cut, f.timed_cut
        from usecase_everybody e left join usecase_feeds f using (source, domain)
        where is_person
        """
    )


def _write_feeds(
    connection: Connection, rows: RowTables, engagement: Engagement, provided: Provided
) -> None:
    """How far each source reaches: its newest date, of companies and strangers too."""
    happened = _past("happened_at", engagement.assessment.as_of)
    dated = ["select source, domain, dated from usecase_everybody"]
    dated.extend(
        f"select {text_literal(table.source)}, {text_literal(table.domain)}, {happened} "
        f"from {rows.scan(*table.name)}"
        for table in provided.tables
        if table.is_event
    )
    told = " union all ".join(dated)
    if rows.exists("permissions"):
        # A list with no other date reaches as far as the last yes or no in it.
        silent = (
            "(select source, domain from usecase_everybody group by all "
            f"having source not in (select source from ({told}) where dated is not null))"
        )
        dated.extend(
            f"select silent.source, silent.domain, {_past(said, engagement.assessment.as_of)} "
            f"from {rows.scan('permissions')} p join {silent} silent using (source)"
            for said in ("stated_at", "withdrawn_at")
        )
    connection.execute(
        f"""
        create or replace temp table usecase_feeds as
        select source, domain, max(dated) as cut,
               case when bool_or(dated::time <> time '00:00:00') then max(dated) end as timed_cut
        from ({" union all ".join(dated)}) where dated is not null
        group by source, domain
        """
    )


def _sources(engagement: Engagement, provided: Provided) -> str:
    """One row per source: domain, country, whether its basis carries a contract or interest."""
    values = []
    for source in dict.fromkeys(t.source for t in provided.tables):
        card = engagement.sources.get(source)
        basis = card.legal_basis.basis if card and card.legal_basis else None
        domain = next(t.domain for t in provided.tables if t.source == source)
        country = (card.country if card else None) or engagement.client.country
        lawful = basis is not None and basis is not LawfulBasis.NONE
        interest = basis is LawfulBasis.LEGITIMATE_INTEREST
        values.append(
            f"({text_literal(source)}, {text_literal(domain)}, {text_literal(country)}, "
            f"{str(lawful).lower()}, {str(interest).lower()})"
        )
    listed = ", ".join(values) or "(null, null, null, false, false)"
    return f"from (values {listed}) s(source, domain, home, has_basis, has_interest)"


def _facts(rows: RowTables, provided: Provided, wanted: tuple[str, ...]) -> str:
    """What each row says, before rows of one record are put together."""
    nothing = ", ".join(f"null::boolean as {has(name)}" for name in wanted)
    parts = [
        f"select null::varchar as record_key, {nothing}, false as damaged, "
        "null::timestamp as happened_at where false"
    ]
    parts.extend(
        _facts_of(rows, table, wanted) for table in provided.tables if table.grain is not Grain.SEND
    )
    return " union all by name ".join(parts)


def _facts_of(rows: RowTables, table: ProvidedTable, wanted: tuple[str, ...]) -> str:
    columns = [
        f"{quoted(name)} is not null as {has(name)}"
        for name in wanted
        if name in table.attributes and name not in STANDARDISED and name != "last_purchase_at"
    ]
    if table.is_event:
        columns += ["record_key", "happened_at"]
        if "last_purchase_at" in wanted:
            columns.append(f"happened_at is not null as {has('last_purchase_at')}")
        where = " where record_key is not null"
    else:
        prefix = text_literal(f"{table.source}/{table.table}/")
        columns.append(f"{prefix} || record_id as record_key")
        if "last_purchase_at" in table.attributes and "last_purchase_at" in wanted:
            columns.append(f"last_purchase_at is not null as {has('last_purchase_at')}")
        names = ", ".join(quoted(n) for n in _NAMES if n in table.attributes)
        if names:
            columns.append(
                f"regexp_matches(concat_ws(' ', {names}), {text_literal(_DAMAGED)}) as damaged"
            )
        where = ""
    return f"select {', '.join(columns)} from {rows.scan(*table.name)}{where}"


def _facts_per_record(rows: RowTables, provided: Provided, wanted: tuple[str, ...]) -> str:
    flags = ", ".join(f"bool_or({has(name)}) as {has(name)}" for name in wanted)
    steps = Steps().step("facts_as_found", _facts(rows, provided, wanted))
    return steps.sql(
        f"""
        select record_key, {flags}, bool_or(damaged) as damaged, max(happened_at) as happened_at
        from facts_as_found group by record_key
        """
    )


def _permissions_per_record(rows: RowTables) -> str:
    """Per channel: a yes, a no (refused or withdrawn), and since when the no holds."""
    if not rows.exists("permissions"):
        flags = ", ".join(
            f"false as given_{c}, false as no_{c}, null::timestamp as no_{c}_at" for c in Channel
        )
        return f"select null::varchar as record_key, {flags} where false"
    given = text_literal(ConsentStatus.GIVEN)
    withdrawn = text_literal(ConsentStatus.WITHDRAWN)
    no = f"status in ({text_literal(ConsentStatus.REFUSED)}, {withdrawn})"
    since = f"case when status = {withdrawn} then withdrawn_at else stated_at end"
    flags = ", ".join(
        f"""
        bool_or(channel = {text_literal(c)} and status = {given}) as given_{c},
        bool_or(channel = {text_literal(c)} and {no}) as no_{c},
        min({since}) filter (channel = {text_literal(c)} and {no}) as no_{c}_at
        """
        for c in Channel
    )
    return f"select record_key, {flags} from {rows.scan('permissions')} group by record_key"


def _rules(rows: RowTables) -> str:
    """Countries whose rule lets existing customers be e-mailed; none where no rule was written."""
    if not rows.exists("channel_rules"):
        return "select null::varchar as country where false"
    return f"""
        select country from {rows.scan("channel_rules")}
        where exception and channel = {text_literal(Channel.EMAIL)}
    """


def _records(rows: RowTables, engagement: Engagement, wanted: tuple[str, ...]) -> str:
    flags = ", ".join(f"{_has_expression(name)} as {has(name)}" for name in wanted)
    permissions = ", ".join(
        f"coalesce(p.given_{c}, false) as given_{c}, "
        f"coalesce(p.no_{c}, false) as no_{c}, p.no_{c}_at"
        for c in Channel
    )
    states = " or ".join(f"coalesce(p.given_{c} or p.no_{c}, false)" for c in Channel)
    clusters, join = (
        "r.record_key as mid, r.record_key as low, r.record_key as high, null as tier",
        "",
    )
    if rows.exists("clusters"):
        clusters = """
            coalesce(c.cluster_id, r.record_key) as mid,
            coalesce(c.cluster_id_low, r.record_key) as low,
            coalesce(c.cluster_id_high, r.record_key) as high, c.tier
        """
        join = f"left join {rows.scan('clusters')} c using (record_key)"
    dates = ("r.created_at", "r.last_seen_at", "r.last_purchase_at", "f.happened_at")
    active = ", ".join(_past(date, engagement.assessment.as_of) for date in dates)
    changed = _past("r.changed_at", engagement.assessment.as_of)
    bought = ", ".join(_past(date, engagement.assessment.as_of) for date in dates[2:])
    return f"""
        select r.record_key, r.source, s.domain, {clusters}, r.email,
               r.entity_kind = {text_literal(EntityKind.PERSON)} as is_person,
               {_customer(rows)} as is_customer,
               coalesce(k.country is not null, false) as exception, s.has_basis, s.has_interest,
               greatest({active}) as active, greatest({active}, {changed}) as dated,
               greatest({bought}) as bought, {flags},
               r.given_name is not null and r.surname is not null
                   and length(r.given_name) > 1 and length(r.surname) > 1
                   and not coalesce(f.damaged, false) as {has("intact_name")},
               {states} as {has("stated_permission")},
               {permissions}
        from {rows.scan("records")} r
        join one_row_per_source s using (source)
        {join}
        left join usecase_facts f using (record_key)
        left join usecase_permissions p using (record_key)
        left join one_row_per_country k on k.country = upper(coalesce(r.country, s.home))
    """


def _customer(rows: RowTables) -> str:
    """Whether a record is a customer's; without a linkage nobody is known to be one."""
    if not rows.exists("customers"):
        return "false"
    return f"r.record_key in (select record_key from {rows.scan('customers')})"


def _has_expression(name: str) -> str:
    if name in STANDARDISED:
        return f"r.{STANDARDISED[name]} is not null"
    if name == "last_purchase_at":
        return f"(r.last_purchase_at is not null or coalesce(f.{has(name)}, false))"
    if name == "full_name":
        return "(r.given_name is not null or r.surname is not null)"
    return f"coalesce(f.{has(name)}, false)"


def _past(column: str, as_of: dt.date | None) -> str:
    """A date that may be compared: typing errors put many into the future."""
    if as_of is None:
        return "null::timestamp"
    return f"case when {column} < date '{as_of.isoformat()}' + interval 1 day then {column} end"


def has(name: str) -> str:
    """Return the quoted name of the column that says whether a record carries the attribute."""
    return quoted(f"has {name}")
