"""The tables ``events/<source>/<table>``: what happened, tied to a record by its key."""

from __future__ import annotations

from scvkit.engine import Connection, RowTables, Steps, quoted, text_literal
from scvkit.identity.raw import columns_of, event_tables
from scvkit.records.extracts import Intake, SourceIntake, SourceTable
from scvkit.vocabulary import Attribute, Domain, Grain

# In this order: the first key that leads to a record decides.
EVENT_KEYS = (
    (Attribute.CUSTOMER_NUMBER, "scv_number"),
    (Attribute.LOGIN_ID, "scv_number"),
    (Attribute.MEMBER_NUMBER, "scv_number"),
    (Attribute.EMAIL, "scv_email"),
)
MOMENTS = (
    Attribute.CREATED_AT,
    Attribute.LAST_PURCHASE_AT,
    Attribute.LAST_SEEN_AT,
    Attribute.CHANGED_AT,
)


def write_events(connection: Connection, rows: RowTables, intake: Intake) -> None:
    """Write one table of events per event table of the intake, in the order of the extract.

    A record of the same source is looked for; a send looks among the newsletter's readers when
    its own source holds no records.
    """
    for source, table in event_tables(intake):
        query = _events_query(connection, rows, intake, source, table)
        rows.write(connection, query, "events", source.source, table.table)


def _events_query(
    connection: Connection,
    rows: RowTables,
    intake: Intake,
    source: SourceIntake,
    table: SourceTable,
) -> str:
    name = ("source", source.source, table.table)
    columns = columns_of(connection, rows, *name)
    keys = [(key, macro) for key, macro in EVENT_KEYS if key in columns]
    moment = next((m for m in MOMENTS if m in columns), None)
    happened = f"cast({quoted(moment)} as timestamp)" if moment else "cast(null as timestamp)"
    holders = ", ".join(text_literal(s) for s in _sources_of_holders(intake, source, table))
    steps = Steps()
    steps.step("event", f"select * from {rows.scan(*name)}")
    joins, found = "", []
    for position, (key, macro) in enumerate(keys):
        steps.step(
            f"one_row_per_{key}",
            f"select {quoted(key)} as key_value, min(record_key) as record_key"
            f" from {rows.scan('records')}"
            f" where source in ({holders}) and {quoted(key)} is not null group by all",
        )
        joins += (
            f" left join {quoted(f'one_row_per_{key}')} holder_{position}"
            f" on holder_{position}.key_value = {macro}(cast(event.{quoted(key)} as varchar))"
        )
        found.append(f"holder_{position}.record_key")
    record = f"coalesce({', '.join(found)})" if found else "cast(null as varchar)"
    return steps.sql(
        f"""select event.record_id as event_id, {text_literal(table.grain)} as grain,
            {record} as record_key, {happened} as happened_at,
            event.* exclude (record_id, line_number)
        from event{joins} order by event.line_number"""
    )


def _sources_of_holders(intake: Intake, source: SourceIntake, table: SourceTable) -> list[str]:
    own_records = any(t.grain not in (Grain.ORDER, Grain.SEND) for t in source.tables)
    if table.grain is not Grain.SEND or own_records:
        return [source.source]
    readers = [s.source for s in intake.sources if s.domain is Domain.NEWSLETTER]
    return readers or [source.source]
