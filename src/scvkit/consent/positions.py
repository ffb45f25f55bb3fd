"""One position per person, channel and purpose: a withdrawal in any source wins."""

from __future__ import annotations

from pathlib import Path

from scvkit.consent.analytics import analytics_without_consent
from scvkit.consent.conflicts import Level, conflicts_between, people_stated, write_stated
from scvkit.consent.dpv import basis_term, purpose_term
from scvkit.consent.explained import ExplainedConsent, explained_consents
from scvkit.consent.no_elsewhere import no_elsewhere, write_no_elsewhere
from scvkit.consent.retention import past_retention
from scvkit.consent.stated import rank, status_of_rank
from scvkit.consent.suppression import write_suppression
from scvkit.consent.unexplained import unexplained_values
from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, Steps, counts, text_literal
from scvkit.records.consent import Permission, SourceBasis, SourcePermission, UnexplainedValues
from scvkit.records.evidence import Evidence, measured_count, measured_share, not_assessed
from scvkit.records.extracts import Intake
from scvkit.vocabulary import Channel, ConsentStatus, LawfulBasis

_CLAMPED = "consent.reasons.range_clamped"


def reconcile(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    intake: Intake,
    *,
    private: Path | None = None,
) -> Permission:
    """Reconcile the ledger over everybody the linkage found, and write ``positions``.

    Strictness decides: withdrawn before refused before given before unknown, whatever the order
    of the sources. A later yes elsewhere does not lift a withdrawal; whether it may is for the
    DPO. With ``private``, a folder of the work folder, the records to be stopped are listed
    there, for the DPO; the result holds counts only. Raises MissingResult when the ledger or
    the clusters have not been made.
    """
    usable, unexplained = explained_consents(connection, rows, engagement, intake)
    write_stated(connection, rows)
    _write_positions(connection, rows)
    mid = people_stated(connection, Level.MID)
    low = people_stated(connection, Level.LOW)
    high = people_stated(connection, Level.HIGH)
    refs = tuple(sorted({ref for explained in usable for ref in explained.refs}))
    late, late_in = past_retention(connection, rows, engagement, intake)
    if private is not None:
        write_no_elsewhere(connection, private)
    return Permission(
        sources=_stated_by_source(connection, rows, usable),
        bases=tuple(_basis(engagement, source.source) for source in intake.sources),
        conflicts=conflicts_between(connection),
        people_compared=mid.compared,
        # A weaker link that rests on one shared mailbox shows a difference of two people: what is
        # said of one person rests on tier A, as gate G5 does, and the others widen the range.
        people_in_conflict=_people(
            (low.differ, low.differ, high.differ), mid.compared, "people_in_conflict", refs
        ),
        withdrawn_but_mailable=_people(
            (low.mailable, mid.mailable, high.mailable), mid.compared_email, "withdrawn", refs
        ),
        tested_for_withdrawal=mid.compared_email,
        proof=_proof(connection, rows, usable),
        analytics_without_consent=analytics_without_consent(connection, rows, intake, usable),
        past_retention=late,
        kept_too_long=late_in,
        not_assessed=unexplained,
        to_suppress=write_suppression(connection, private) if private else (),
    )


def _write_positions(connection: Connection, rows: RowTables) -> None:
    """One row per cluster, channel and purpose that somebody stated something about."""
    steps = Steps().step(
        "one_row_per_position",
        f"""
        select person_mid as cluster_id, channel, purpose, max({rank("status")}) as strictness
        from consent_stated group by all
        """,
    )
    steps.step("one_row_per_sure_difference", Level.LOW.differences)
    steps.step(
        "one_row_per_difference",
        f"""
        select distinct s.{Level.MID.value} as person, d.channel, d.purpose
        from one_row_per_sure_difference d
        join consent_stated s on s.{Level.LOW.value} = d.person
        where d.differ
        """,
    )
    steps.step("one_row_per_contradiction", Level.MID.contradictions)
    rows.write(
        connection,
        steps.sql(
            f"""
            select cluster_id, p.channel, p.purpose, {status_of_rank("strictness")} as status,
                   d.person is not null as conflict,
                   c.person is not null as withdrawn_but_mailable
            from one_row_per_position p
            left join one_row_per_difference d on d.person = p.cluster_id
                 and d.channel = p.channel and d.purpose = p.purpose
            left join one_row_per_contradiction c on c.person = p.cluster_id
                 and c.purpose = p.purpose and p.channel = {text_literal(Channel.EMAIL)}
            order by all
            """
        ),
        "positions",
    )


@counts("stated")
def _stated_by_source(
    connection: Connection, rows: RowTables, usable: tuple[ExplainedConsent, ...]
) -> tuple[SourcePermission, ...]:
    """Counts of records; a record that states a thing twice counts once, the strictest way."""
    steps = Steps().step(
        "one_row_per_record",
        f"""
        select source, channel, purpose, record_key, max({rank("status")}) as strictness,
               bool_or(status = {text_literal(ConsentStatus.GIVEN)}
                       and proof_time and proof_source and proof_text) as proven,
               bool_or(status = {text_literal(ConsentStatus.GIVEN)} and proof_time) as dated,
               bool_or(flag_kept) as flag_kept
        from {rows.scan("permissions")} group by all
        """,
    )
    found = {
        (source, channel, purpose): counts
        for source, channel, purpose, *counts in steps.rows(
            connection,
            """
            select source, channel, purpose, count(*),
                   count(*) filter (strictness = 1), count(*) filter (strictness = 2),
                   count(*) filter (strictness = 3), count(*) filter (strictness = 0),
                   count(*) filter (strictness = 1 and proven),
                   count(*) filter (strictness = 1 and not dated), count(*) filter (flag_kept)
            from one_row_per_record group by all
            """,
        )
    }
    both_ways = _both_ways(connection, rows, steps)
    contradicted = no_elsewhere(connection)
    columns: dict[tuple[str, str, str], list[str]] = {}
    unclear: dict[tuple[str, str, str], list[UnexplainedValues]] = {}
    for explained in usable:
        key = (
            explained.source,
            str(explained.consent.channel),
            explained.consent.purpose.strip().lower(),
        )
        columns.setdefault(key, []).extend(explained.refs)
        values = unexplained_values(connection, rows, explained.source, explained.consent)
        if values:
            unclear.setdefault(key, []).append(values)
    return tuple(
        SourcePermission(
            source=source,
            channel=Channel(channel),
            purpose=purpose,
            records=counts[0],
            given=counts[1],
            refused=counts[2],
            withdrawn=counts[3],
            unknown=counts[4],
            proven=counts[5],
            refs=tuple(dict.fromkeys(refs)),
            undated=counts[6],
            flag_kept=counts[7],
            both_ways=both_ways.get((source, channel, purpose), 0),
            no_elsewhere=contradicted.get((source, channel, purpose), (None, ()))[0],
            no_elsewhere_in=contradicted.get((source, channel, purpose), (None, ()))[1],
            # A row may hold such a value and still state something: by its time of withdrawal.
            not_explained=min(
                counts[4], sum(v.rows for v in unclear.get((source, channel, purpose), ()))
            ),
            unexplained=tuple(unclear.get((source, channel, purpose), ())),
            dpv_purpose=purpose_term(purpose),
        )
        for (source, channel, purpose), refs in columns.items()
        for counts in [found.get((source, channel, purpose), [0] * 8)]
    )


def _both_ways(
    connection: Connection, rows: RowTables, steps: Steps
) -> dict[tuple[str, str, str], int]:
    """Addresses that one source holds with a yes and with a no; ``steps`` strictness by record."""
    if not rows.exists("records"):
        return {}
    steps.step(
        "one_row_per_address",
        f"""
        select s.source, channel, purpose, email,
               bool_or(strictness = 1) and bool_or(strictness >= 2) as both_ways
        from one_row_per_record s join {rows.scan("records")} r using (record_key)
        where email is not null group by all
        """,
    )
    found = steps.rows(
        connection,
        "select source, channel, purpose, count(*) from one_row_per_address "
        "where both_ways group by all",
    )
    return {(source, channel, purpose): int(n) for source, channel, purpose, n in found}


def _basis(engagement: Engagement, source: str) -> SourceBasis:
    """Documented means: somebody named a basis and said that it covers the single view.

    Whether that was told or seen stands beside it.
    """
    declared = engagement.sources[source].legal_basis if source in engagement.sources else None
    return SourceBasis(
        source=source,
        basis=declared.basis if declared else None,
        documented=declared is not None
        and declared.basis is not LawfulBasis.NONE
        and declared.covers_scv is True,
        shown=declared is not None and declared.grade == "shown",
        dpv=basis_term(declared.basis) if declared else "",
    )


def _people(
    counts: tuple[int, int, int], tested: int, method: str, refs: tuple[str, ...]
) -> Evidence:
    """People, low–high from the tiers.

    More links usually find more contradictions, but they can also merge two people who each had
    one; then the range is stretched to its own value and says so.
    """
    low, mid, high = counts
    if tested == 0:
        return not_assessed("consent.reasons.nobody_in_two_sources", unit="people", refs=refs)
    evidence = measured_count(
        mid,
        unit="people",
        method=f"consent.methods.{method}",
        refs=refs,
        low=min(low, mid),
        high=max(high, mid),
        tested=tested,
    )
    if low <= mid <= high:
        return evidence
    return Evidence(
        grade=evidence.grade,
        unit=evidence.unit,
        value=evidence.value,
        low=evidence.low,
        high=evidence.high,
        tested=tested,
        method=evidence.method,
        refs=refs,
        reason=_CLAMPED,
    )


@counts("proof")
def _proof(
    connection: Connection, rows: RowTables, usable: tuple[ExplainedConsent, ...]
) -> Evidence:
    """Share of the consents to be contacted that can be proven.

    Only where somebody said where a proof would stand; analytics consents count for themselves.
    """
    tested = [
        explained
        for explained in usable
        if explained.consent.channel is not Channel.ANALYTICS
        and (explained.time or explained.origin or explained.text)
    ]
    if not tested:
        return not_assessed("consent.reasons.no_proof_columns")
    listed = ", ".join(
        f"({text_literal(f'{e.source}/{e.table}/')}, {text_literal(e.consent.channel)}, "
        f"{text_literal(e.consent.purpose.strip().lower())})"
        for e in tested
    )
    found = connection.execute(
        f"""
        select count(*) filter (proof_time and proof_source and proof_text), count(*)
        from {rows.scan("permissions")} p
        semi join (values {listed}) t(prefix, channel, purpose)
             on starts_with(p.record_key, t.prefix) and p.channel = t.channel
                and p.purpose = t.purpose
        where p.status = ?
        """,
        [ConsentStatus.GIVEN.value],
    ).fetchall()
    proven, given = found[0]
    refs = tuple(dict.fromkeys(ref for explained in tested for ref in explained.refs))
    if given == 0:
        return not_assessed("consent.reasons.no_consents", refs=refs)
    return measured_share(int(proven), int(given), method="consent.methods.proof", refs=refs)
