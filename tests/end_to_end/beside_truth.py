"""What an assessment found, beside what is true of the generated client."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scvkit.engine import Connection, RowTables, connect
from scvkit.records.usecases import UseCases
from scvkit.usecases import fit_use_cases
from tests.end_to_end.assessed import Assessed

# Some silos have rows that a person and an organisation share: they count once.
WHOM = """
    select silo || '/' || "table" || '/' || record_id as record_key,
           any_value(person_id) as person_id
    from read_parquet('{truth}/records.parquet') group by 1
"""


@dataclass(frozen=True, kw_only=True)
class Readers:
    """Readers found among customers, those rightly so, and the customers not found."""

    found: int
    right: int
    hidden: int


def readers(client: Assessed) -> Readers:
    """Count the newsletter's readers; a contact of a company that buys is a customer."""
    truth, rows = client.client / "truth", client.rows
    [(found, right, customers)] = client.connection.execute(
        f"""
        with reader as (
            select c.cluster_id, bool_or(p.is_customer or coalesce(o.in_erp, false)) as customer,
                   c.cluster_id in (
                       select of.cluster_id from {rows.scan("clusters")} of
                       semi join {rows.scan("customers")} buyer using (record_key)) as found
            from {rows.scan("clusters")} c
            join ({WHOM.format(truth=truth)}) t on t.record_key = c.record_key
            join read_parquet('{truth / "persons.parquet"}') p using (person_id)
            left join read_parquet('{truth / "organisations.parquet"}') o on o.org_id = p.org_id
            where c.source = 'newsletter' and c.entity_kind = 'person' group by all
        )
        select count(*) filter (found), count(*) filter (found and customer),
               count(*) filter (customer)
        from reader
        """
    ).fetchall()
    return Readers(found=int(found), right=int(right), hidden=int(customers - right))


def contradictions(client: Assessed) -> tuple[set[str], set[str]]:
    """Clusters whose links hold a true contradiction of one person, and those found."""
    strict = (
        "case p.status when 'consent_withdrawn' then 3 when 'consent_refused' then 2 else 1 end"
    )
    visible = client.connection.execute(
        f"""
        with whom as ({WHOM.format(truth=client.client / "truth")}), stated as (
            select w.person_id, c.cluster_id, c.cluster_id_low, p.source,
                   max({strict}) as strictness
            from {client.rows.scan("permissions")} p
            join whom w on w.record_key = split_part(p.record_key, '#', 1)
            join {client.rows.scan("clusters")} c on c.record_key = p.record_key
            where w.person_id is not null and p.channel = 'email'
                  and p.status <> 'consent_unknown' and c.entity_kind = 'person'
            group by all
        )
        select distinct cluster_id from (
            select cluster_id, person_id, cluster_id_low from stated group by all
            having bool_or(strictness = 1) and bool_or(strictness > 1)
        )
        """
    ).fetchall()
    found = client.connection.execute(
        f"""select cluster_id from {client.rows.scan("positions")}
        where conflict and channel = 'email'"""
    ).fetchall()
    return {str(row[0]) for row in visible}, {str(row[0]) for row in found}


def served_ranges(client: Assessed) -> dict[str, tuple[int, int, int, int]]:
    """Low, mid and high of the served of each use case, and the truth."""
    true = {fit.id: fit.served for fit in over_true_persons(client).fits}
    return {
        fit.id: (fit.served.low, fit.served.mid, fit.served.high, truth.mid)  # type: ignore[misc]
        for fit in client.use_cases.fits
        if fit.served is not None and (truth := true[fit.id]) is not None
    }


def wrong_indicators(client: Assessed) -> list[tuple[str, float | None, Any]]:
    """Indicators that are not what the truth says: id, value found, what was expected."""
    expected = client.expected()["indicators"]
    return [
        (i.id, i.evidence.value, expected.get(i.id))
        for i in client.readiness().indicators
        if i.id not in expected or not _within(i.evidence.value, expected[i.id])
    ]


def _within(value: float | None, told: dict[str, Any]) -> bool:
    if "low" in told:
        return value is not None and told["low"] - 1e-9 <= value <= told["high"] + 1e-9
    if value is None or told["value"] is None:
        return value is told["value"]
    return bool(abs(value - told["value"]) <= told["tolerance"] + 1e-9)


def over_true_persons(client: Assessed) -> UseCases:
    """The use cases if linkage had found everybody whose record says anything at all."""
    # Apart: other tests look at all that a run leaves in its work folder.
    with tempfile.TemporaryDirectory(prefix="scvkit-true-") as home:
        folder = Path(home) / "rows"
        shutil.copytree(client.rows.folder, folder)
        rows, connection = RowTables(folder), connect(spill_folder=Path(home) / "spill")
        _believe_the_truth(connection, rows, client)
        return fit_use_cases(connection, rows, client.engagement, client.intake)


def _believe_the_truth(connection: Connection, rows: RowTables, client: Assessed) -> None:
    """Put true persons in the place of clusters, where a record says anything about its own."""
    truth = client.client / "truth"
    connection.execute(
        f"create or replace temp table whom as {WHOM.format(truth=truth)}"
    ).fetchall()
    person = """
        case when (r.has_key or r.name_sorted is not null) and w.person_id is not null
             then w.person_id else r.record_key end
    """
    rows.write(
        connection,
        f"""
        select r.record_key, r.source, r.entity_kind, {person} as cluster_id,
               {person} as cluster_id_low, {person} as cluster_id_high, 'A' as tier
        from {rows.scan("records")} r left join whom w
             on w.record_key = split_part(r.record_key, '#', 1)
        order by r.record_key
        """,
        "clusters",
    )
    rows.write(
        connection,
        f"""
        select c.record_key, c.source from {rows.scan("clusters")} c
        join read_parquet('{truth / "persons.parquet"}') p on p.person_id = c.cluster_id
        left join read_parquet('{truth / "organisations.parquet"}') o on o.org_id = p.org_id
        where (p.is_customer or coalesce(o.in_erp, false)) and c.entity_kind = 'person'
        order by c.record_key
        """,
        "customers",
    )
