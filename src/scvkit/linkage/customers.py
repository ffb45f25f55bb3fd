"""Which records are a customer's: the one definition that the split and the use cases share."""

from __future__ import annotations

from scvkit.engine import Connection, RowTables, Steps
from scvkit.vocabulary import EntityKind


def write_customers(connection: Connection, rows: RowTables) -> int:
    """Write ``customers``, one row per record of a person who is a customer; return their count.

    A record that shows a purchase (``records.is_customer``), and every record of a person who is
    a contact of an organisation that does.
    """
    steps = Steps()
    steps.step(
        "member",
        f"select clusters.cluster_id, records.record_key, records.source, records.entity_kind,"
        f" records.is_customer from {rows.scan('clusters')} clusters"
        f" join {rows.scan('records')} records using (record_key)",
    )
    steps.step(
        "one_row_per_buying_organisation",
        f"select distinct cluster_id from member"
        f" where entity_kind = '{EntityKind.ORGANISATION}' and is_customer",
    )
    steps.step(
        "one_row_per_contact",
        f"select distinct cluster_id_l as cluster_id from {rows.scan('relations')}"
        f" join one_row_per_buying_organisation firm on firm.cluster_id = cluster_id_r"
        f" where relation = 'contact_of'",
    )
    return rows.write(
        connection,
        steps.sql(
            f"""select record_key, source from member
            where entity_kind = '{EntityKind.PERSON}' and (
                is_customer or cluster_id in (select cluster_id from one_row_per_contact))
            order by record_key"""
        ),
        "customers",
    )
