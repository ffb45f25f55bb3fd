"""Can the right order be found when somebody writes or calls?"""

from __future__ import annotations

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, Steps, counts, text_literal
from scvkit.usecases.asked import among
from scvkit.usecases.provided import Provided, ProvidedTable
from scvkit.vocabulary import Domain, Grain

_ORDER_DOMAINS = (Domain.PURCHASES, Domain.SHOP, Domain.LOYALTY)
# Contacts of the last year are recent; an order of the 90 days before one may be what it is about.
_RECENT_MONTHS = 12
_ORDER_DAYS = 90


@counts("order_found")
def order_found(
    connection: Connection, rows: RowTables, engagement: Engagement, provided: Provided
) -> tuple[int, int] | None:
    """Return (contacts with the right order found, recent contacts); None without either.

    The order is found when the contact carries a number that is an order number, or when the
    person, by tiers A–C, has exactly one order in the 90 days before. Needs ``usecase_records``.
    """
    contacts, orders = _contact_tables(provided), _order_tables(provided)
    if not contacts or not orders:
        return None
    steps = Steps()
    steps.step("one_row_per_order", _orders(rows, orders))
    steps.step("one_row_per_contact", _contacts(rows, engagement, contacts))
    steps.step(
        "one_row_per_contact_with_orders",
        f"""
        select c.contact, count(distinct o.number) as near
        from one_row_per_contact c
        join usecase_records mine on mine.record_key = c.contact
        join usecase_records theirs
             on theirs.mid = mine.mid and {among(_ORDER_DOMAINS, "theirs.domain")}
        join one_row_per_order o on o.record_key = theirs.record_key
             and o.happened_at <= c.contacted_at
             and o.happened_at >= c.contacted_at - interval {_ORDER_DAYS} day
        group by c.contact
        """,
    )
    found = steps.rows(
        connection,
        """
        select count(*) filter (named or coalesce(near = 1, false)), count(*)
        from (
            select c.contact,
                   coalesce(bool_or(c.number in (select number from one_row_per_order)), false)
                       as named
            from one_row_per_contact c group by c.contact
        ) left join one_row_per_contact_with_orders using (contact)
        """,
    )[0]
    return (int(found[0]), int(found[1])) if found[1] else None


def order_missing(provided: Provided) -> str:
    """Return what ``order_found`` lacked when it counted nothing: the key of a reason."""
    if not _contact_tables(provided):
        return "no_service_contacts"
    return "no_recent_contacts" if _order_tables(provided) else "no_order_numbers"


def _contact_tables(provided: Provided) -> list[ProvidedTable]:
    return [t for t in provided.tables if t.domain is Domain.SERVICE and not t.is_event]


def _order_tables(provided: Provided) -> list[ProvidedTable]:
    return [
        t
        for t in provided.tables
        # Guests who order and stand nowhere else lie in a table of customers, an order a row.
        if t.domain in _ORDER_DOMAINS
        and (t.grain is Grain.ORDER or not t.is_event)
        and "order_number" in t.attributes
    ]


def _orders(rows: RowTables, orders: list[ProvidedTable]) -> str:
    parts = []
    for table in orders:
        record, when = "record_key", "happened_at"
        if not table.is_event:
            record = f"{text_literal(f'{table.source}/{table.table}/')} || record_id"
            dates = [d for d in ("last_purchase_at", "created_at") if d in table.attributes]
            when = f"coalesce({', '.join(dates)})" if dates else "null::timestamp"
        parts.append(
            f"select {record} as record_key, {_number('order_number')} as number, "
            f"{when} as happened_at from {rows.scan(*table.name)} where order_number is not null"
        )
    return " union all ".join(parts)


def _contacts(rows: RowTables, engagement: Engagement, contacts: list[ProvidedTable]) -> str:
    """One row per contact and number it carries; contacts without a date count as recent."""
    as_of = engagement.assessment.as_of
    parts: list[str] = []
    for table in contacts:
        prefix = text_literal(f"{table.source}/{table.table}/")
        dates = [d for d in ("created_at", "last_seen_at") if d in table.attributes]
        at = f"coalesce({', '.join(dates)})" if dates else "null::timestamp"
        recent = "true"
        if as_of and dates:
            recent = (
                f"({at} is null or {at} >= date '{as_of.isoformat()}' "
                f"- interval {_RECENT_MONTHS} month)"
            )
        # One column may hold order and customer numbers alike.
        numbers = [
            n
            for n in ("order_number", "customer_number", "account_number")
            if n in table.attributes
        ]
        parts.extend(
            f"select {prefix} || record_id as contact, {number} as number, {at} as contacted_at "
            f"from {rows.scan(*table.name)} where {recent}"
            for number in [_number(n) for n in numbers] or ["null::varchar"]
        )
    return " union all ".join(parts)


def _number(column: str) -> str:
    """A number as it is compared: letters and digits only, without leading zeros."""
    plain = f"regexp_replace(upper({column}::varchar), '[^A-Z0-9]', '', 'g')"
    return f"nullif(ltrim({plain}, '0'), '')"
