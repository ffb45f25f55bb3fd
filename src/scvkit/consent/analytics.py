"""Analytics rows that carry no consent state."""

from __future__ import annotations

from scvkit.consent.explained import ExplainedConsent
from scvkit.engine import Connection, RowTables, counts
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.extracts import Intake
from scvkit.vocabulary import Channel, ConsentStatus, Domain


@counts("analytics_without_consent")
def analytics_without_consent(
    connection: Connection,
    rows: RowTables,
    intake: Intake,
    usable: tuple[ExplainedConsent, ...],
) -> Evidence:
    """Return the share of analytics rows whose consent state is blank or unknown.

    A recorded no is a known state and not counted here.
    """
    sources = {s.source for s in intake.sources if s.domain is Domain.WEB_ANALYTICS and s.tables}
    if not sources:
        return not_assessed("consent.reasons.no_analytics")
    explained = [
        found
        for found in usable
        if found.source in sources and found.consent.channel is Channel.ANALYTICS
    ]
    if not explained:
        return not_assessed("consent.reasons.not_explained", refs=tuple(sorted(sources)))
    known = tested = 0
    for source, table in sorted({(found.source, found.table) for found in explained}):
        counted = connection.execute(
            f"""
            select count(distinct record_key) filter (status <> ?), count(distinct record_key)
            from {rows.scan("permissions")}
            where channel = ? and starts_with(record_key, ?)
            """,
            [ConsentStatus.UNKNOWN.value, Channel.ANALYTICS.value, f"{source}/{table}/"],
        ).fetchall()[0]
        known, tested = known + int(counted[0]), tested + int(counted[1])
    return measured_share(
        tested - known,
        tested,
        method="consent.methods.analytics",
        refs=tuple(sorted({ref for found in explained for ref in found.refs})),
    )
