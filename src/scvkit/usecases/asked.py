"""Who a use case asks for: the base of its funnel, one row per person and record."""

from __future__ import annotations

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, Steps, quoted, text_literal
from scvkit.usecases.catalogue import UseCase
from scvkit.usecases.people import has
from scvkit.usecases.provided import Provided, ProvidedTable
from scvkit.vocabulary import Domain, Grain


def write_base(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    provided: Provided,
    case: UseCase,
) -> str | tuple[str, ...]:
    """Make the temporary table ``usecase_base`` (person, record_key, sent_at, facts of a send).

    Returns the columns of facts a send carries, or the reason why nobody can be counted: a key
    under usecases.losses. A base person is a cluster by tiers A–C whatever the tier the use case
    needs, so that its people are counted once and are the same at every level.
    """
    base = case.base
    if base.kind == "none":
        return "case_by_case"
    if base.kind == "stated":
        return _stated(connection, case)
    if not provided.sources(base.domains):
        return "source_missing"
    if base.kind == "sends":
        return _sends(connection, rows, engagement, provided, case)
    if base.kind == "buyers":
        return _buyers(connection, engagement, case)
    _make(
        connection,
        f"select mid as person, record_key from usecase_records where {among(base.domains)}",
    )
    return ()


def _buyers(connection: Connection, engagement: Engagement, case: UseCase) -> str | tuple[str, ...]:
    as_of = engagement.assessment.as_of
    if as_of is None:
        return "no_as_of"
    where = f"{among(case.base.domains)} and bought is not null"
    if not connection.execute(f"select true from usecase_records where {where} limit 1").fetchall():
        return "no_purchase_dates"
    _make(
        connection,
        f"""
        select mid as person, record_key from usecase_records
        where {where} and bought >= date '{as_of.isoformat()}' - interval {case.base.months} month
        """,
    )
    return ()


def _stated(connection: Connection, case: UseCase) -> str | tuple[str, ...]:
    stated = " or ".join(f"given_{c} or no_{c}" for c in case.base.channels)
    _make(connection, f"select mid as person, record_key from usecase_records where {stated}")
    counted = connection.execute("select count(*) from usecase_base").fetchall()[0][0]
    return () if counted else "consent_not_explained"


def _sends(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    provided: Provided,
    case: UseCase,
) -> str | tuple[str, ...]:
    """The last month of sends. A send without a record of its source is looked up by address."""
    tables = [t for t in provided.tables if t.grain is Grain.SEND and t.domain in case.base.domains]
    if not tables:
        return "no_sends"
    facts = tuple(
        sorted(
            {
                attribute
                for fact in case.complete
                for attribute in fact.any_of
                for table in tables
                if attribute in table.attributes and attribute != "sent_at"
            }
        )
    )
    steps = last_sends(rows, engagement, tables, facts)
    # One address may lie in several clusters: first those of the sources it is looked for in.
    preferred = among(tuple(domain for group in case.found.groups for domain in group))
    steps.step(
        "one_row_per_address",
        f"""
        select email, coalesce(min(mid) filter ({preferred}), min(mid)) as mid
        from usecase_records where email is not null group by email
        """,
    )
    steps.step(
        "of_companies",
        "select email from usecase_everybody where email is not null and not is_person",
    )
    flags = "".join(f", bool_or({has(name)}) as {has(name)}" for name in facts)
    _make(
        connection,
        steps.sql(
            f"""
            select person, record_key, min(sent_at) as sent_at{flags}
            from (
                select coalesce(r.mid, a.mid, 'address ' || s.email, 'send ' || s.event_id)
                           as person,
                       coalesce(r.record_key, e.record_key) as record_key, s.*
                from one_row_per_last_send s
                left join usecase_records r on r.record_key = s.sent_record
                left join one_row_per_address a on r.record_key is null and a.email = s.email
                left join usecase_records e on e.email = a.email and e.mid = a.mid
                where r.record_key is not null or a.email is not null
                      or s.email is null or s.email not in (select email from of_companies)
            ) group by person, record_key
            """
        ),
    )
    return facts


def last_sends(
    rows: RowTables, engagement: Engagement, tables: list[ProvidedTable], facts: tuple[str, ...]
) -> Steps:
    """Return the steps to ``one_row_per_last_send``: the sends of the last month of sends."""
    steps = Steps().step("one_row_per_send", _all_sends(rows, tables, facts))
    as_of = engagement.assessment.as_of
    past = f"sent_at < date '{as_of.isoformat()}' + interval 1 day" if as_of else "true"
    steps.step(
        "one_row_per_last_send",
        f"""
        select * from one_row_per_send
        where sent_at is null or sent_at >= (
            select max(sent_at) from one_row_per_send where {past}
        ) - interval 31 day
        """,
    )
    return steps


def _all_sends(rows: RowTables, tables: list[ProvidedTable], facts: tuple[str, ...]) -> str:
    nothing = "".join(f", null::boolean as {has(name)}" for name in facts)
    parts = [
        "select null::varchar as event_id, null::varchar as sent_record, "
        f"null::timestamp as sent_at, null::varchar as email{nothing} where false"
    ]
    for table in tables:
        columns = [
            f"{text_literal('/'.join(table.name))} || event_id::varchar as event_id",
            "record_key as sent_record",
            "happened_at as sent_at",
        ]
        if "email" in table.attributes:
            columns.append("lower(trim(email)) as email")
        columns += [
            f"{quoted(name)} is not null as {has(name)}"
            for name in facts
            if name in table.attributes
        ]
        parts.append(f"select {', '.join(columns)} from {rows.scan(*table.name)}")
    return " union all by name ".join(parts)


def _make(connection: Connection, sql: str) -> None:
    connection.execute(
        f"""
        create or replace temp table usecase_base as
        select * from (select null::timestamp as sent_at where false)
        union all by name ({sql})
        """
    )


def among(domains: tuple[Domain, ...], column: str = "domain") -> str:
    """Return the SQL condition that a record lies in one of the domains.

    >>> among((Domain.SHOP, Domain.LOYALTY))
    "domain in ('shop', 'loyalty')"
    """
    listed = ", ".join(text_literal(domain) for domain in domains)
    return f"{column} in ({listed})" if domains else "true"
