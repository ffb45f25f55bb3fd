"""Claims of the client beside their measurement."""

from __future__ import annotations

from scvkit.engagement import Claim, Engagement
from scvkit.engine import Connection, RowTables, counts, quoted
from scvkit.identity.raw import columns_of, record_tables
from scvkit.identity.standardise import install_macros, says_something
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.extracts import Intake
from scvkit.records.identity import ClaimTest, claim_beside
from scvkit.vocabulary import Attribute, Grade

RECENT_DAYS = 365
MOMENTS = (Attribute.CHANGED_AT, Attribute.LAST_SEEN_AT, Attribute.LAST_PURCHASE_AT)


def run_claims(
    connection: Connection, rows: RowTables, engagement: Engagement, intake: Intake
) -> tuple[ClaimTest, ...]:
    """Return every claim with its measurement; what keys cannot settle says which step does."""
    return tuple(
        claim_beside(claim, _measure(connection, rows, engagement, intake, claim))
        for claim in engagement.claims
    )


@counts("claim {claim.id}")
def _measure(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    intake: Intake,
    claim: Claim,
) -> Evidence:
    if claim.kind in ("overlap", "flow", "use"):
        return not_assessed(f"claim_{claim.kind}", method=f"identity.claims.{claim.kind}")
    tables = [
        ("source", source.source, table.table)
        for source, table in record_tables(intake)
        if source.source == claim.source
    ]
    if not tables:
        return not_assessed("source_not_read", method=f"identity.claims.{claim.kind}")
    if claim.kind == "fresh":
        return _fresh(connection, rows, engagement, tables)
    return _unique_or_complete(connection, rows, tables, claim)


def _unique_or_complete(
    connection: Connection, rows: RowTables, tables: list[tuple[str, str, str]], claim: Claim
) -> Evidence:
    """Share of filled rows whose value no other row has, or of rows that have a value."""
    install_macros(connection)
    method = f"identity.claims.{claim.kind}"
    subject = claim.subject.rsplit(".", 1)[-1]
    passed = tested = 0
    refs = []
    for name in tables:
        columns = columns_of(connection, rows, *name)
        # The id column is kept as record_id, where repeats carry a mark of their own.
        column = subject if subject in columns else None
        if column is None:
            continue
        refs.append(f"{name[1]}/{name[2]}.{column}")
        value = f"lower(trim(cast({quoted(column)} as varchar)))"
        # A filler is no value, here as in the key test.
        found = connection.execute(
            f"""select count(*), count(held), count(*) filter (where held = 1)
            from (select case when {says_something(Attribute(column))}
                then count(*) over (partition by {value}) end as held from {rows.scan(*name)})"""
        ).fetchall()
        every, filled, alone = (int(n) for n in found[0])
        passed += alone if claim.kind == "unique" else filled
        tested += filled if claim.kind == "unique" else every
    if not refs:
        return not_assessed("attribute_not_found", method=method)
    return measured_share(passed, tested, method=method, refs=tuple(refs))


def _fresh(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    tables: list[tuple[str, str, str]],
) -> Evidence:
    method = "identity.claims.fresh"
    if engagement.assessment.as_of is None:
        return not_assessed("as_of_missing", method=method)
    passed = tested = 0
    refs: list[str] = []
    for name in tables:
        columns = columns_of(connection, rows, *name)
        moments = [m for m in MOMENTS if m in columns]
        if not moments:
            continue
        latest = f"greatest({', '.join(quoted(m) for m in moments)})"
        found = connection.execute(
            f"""select count(*), count(*) filter (
                where {latest} > cast(? as timestamp) - to_days({RECENT_DAYS}))
            from {rows.scan(*name)}""",
            [engagement.assessment.as_of],
        ).fetchall()
        tested += int(found[0][0])
        passed += int(found[0][1])
        refs += [f"{name[1]}/{name[2]}.{m}" for m in moments]
    if not refs:
        return not_assessed("no_time_columns", method=method)
    share = measured_share(passed, tested, method=method, refs=tuple(refs))
    assert share.grade in (Grade.MEASURED, Grade.NOT_ASSESSED)
    return share
