"""Records kept longer than the client says they are kept."""

from __future__ import annotations

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, Steps, counts, text_literal
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.extracts import Intake
from scvkit.vocabulary import EVENT_GRAINS


@counts("past_retention")
def past_retention(
    connection: Connection, rows: RowTables, engagement: Engagement, intake: Intake
) -> tuple[Evidence, tuple[tuple[str, int], ...]]:
    """Return the share of dated records without activity within the declared months, by source.

    Activity is the latest of created, seen and bought, and of the events of the record; a change
    to a record is not, since an import changes records too. Only sources with declared months
    are tested, and only records with a date. The second part holds the records of each source
    that has any, the most first.
    """
    months = {
        source.source: declared.retention_months
        for source in intake.sources
        if source.tables
        and (declared := engagement.sources.get(source.source))
        and declared.retention_months
    }
    if not months:
        return not_assessed("consent.reasons.no_retention"), ()
    if engagement.assessment.as_of is None:
        return not_assessed("consent.reasons.no_as_of"), ()
    if not rows.exists("records"):
        return not_assessed("consent.reasons.not_read"), ()
    found = _count(connection, rows, engagement, intake, months)
    tested, passed = (sum(counts[n] for counts in found.values()) for n in (0, 1))
    if tested == 0:
        return not_assessed("consent.reasons.no_dates", refs=tuple(sorted(months))), ()
    late = sorted((-counts[1], source) for source, counts in found.items() if counts[1])
    return (
        measured_share(passed, tested, method="consent.methods.retention", refs=tuple(found)),
        tuple((source, -count) for count, source in late),
    )


def _count(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    intake: Intake,
    months: dict[str, int],
) -> dict[str, tuple[int, int]]:
    """Of each source that has any: records with a date, and those of them past it."""
    happened = " union all ".join(
        ["select null::varchar as record_key, null::timestamp as happened_at where false"]
        + [
            f"select record_key, happened_at from {rows.scan('events', table.source, table.table)}"
            for source in intake.sources
            for table in source.tables
            if table.grain in EVENT_GRAINS
            and source.source in months
            and rows.exists("events", table.source, table.table)
        ]
    )
    declared = ", ".join(f"({text_literal(s)}, {m})" for s, m in sorted(months.items()))
    steps = Steps().step("one_row_per_source", f"from (values {declared}) d(source, months)")
    steps.step(
        "one_row_per_happening",
        f"select record_key, max(happened_at) as latest from ({happened}) group by record_key",
    )
    steps.step(
        "one_row_per_dated_record",
        f"""
        select r.source, d.months,
               greatest(r.created_at, r.last_seen_at, r.last_purchase_at, h.latest) as last_activity
        from {rows.scan("records")} r
        join one_row_per_source d using (source)
        left join one_row_per_happening h using (record_key)
        where last_activity is not null
        """,
    )
    found = steps.rows(
        connection,
        """
        select source, count(*),
               count(*) filter (last_activity < ?::date - to_months(months::integer))
        from one_row_per_dated_record group by source order by source
        """,
        [engagement.assessment.as_of],
    )
    return {str(source): (int(dated), int(late)) for source, dated, late in found}
