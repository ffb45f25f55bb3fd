"""Fitness of each use case: a funnel of people from the base to those it can serve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, counts
from scvkit.errors import EngagementError, nearest
from scvkit.records.evidence import Evidence
from scvkit.records.extracts import Intake
from scvkit.records.usecases import (
    STEP_NAMES,
    FunnelStep,
    MissingInput,
    MissingKind,
    UseCaseFit,
    UseCases,
)
from scvkit.usecases.asked import write_base
from scvkit.usecases.blanks import Blanks
from scvkit.usecases.catalogue import UseCase, load_catalogue
from scvkit.usecases.columns import count_columns
from scvkit.usecases.funnel import Counted, Level, ageing_facts, count_people, fresh_groups
from scvkit.usecases.hidden import Ties, widened
from scvkit.usecases.latency import in_time, lag_of
from scvkit.usecases.losses import loss_of
from scvkit.usecases.orders import order_found, order_missing
from scvkit.usecases.people import CUSTOMER_DOMAINS, has, write_people
from scvkit.usecases.provided import Provided, filled_somewhere, names_of, provided_by
from scvkit.usecases.replay import replay_campaign
from scvkit.vocabulary import Channel, Domain, Grain


def fit_use_cases(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    intake: Intake,
    *,
    catalogue: Sequence[UseCase] | None = None,
    recovery: Evidence | None = None,
) -> UseCases:
    """Return the funnels of the core use cases and of every chosen one.

    Low, mid and high come from tier A only, tiers A–C and A–D; ``recovery`` of the linkage
    stretches them by the links that were not found. A step whose input is not in the
    delivery has no number and names the input; neither have the steps after it. Raises
    EngagementError for a chosen use case the catalogue does not know.
    """
    own = engagement.use_cases.catalogue if engagement.use_cases else None
    cases = tuple(load_catalogue(Path(own) if own else None) if catalogue is None else catalogue)
    chosen = _chosen(engagement, cases)
    shown = [case for case in cases if case.core or case.id in chosen]
    provided = provided_by(connection, rows, intake)
    write_people(
        connection, rows, engagement, provided, [a for case in shown for a in case.attributes]
    )
    blanks = Blanks(connection, rows, intake, provided)
    fits = tuple(
        _fit(connection, rows, engagement, provided, blanks, case, case.id in chosen, recovery)
        for case in shown
    )
    wanted = [case for case in shown if case.id in chosen] or shown
    needed = tuple(dict.fromkeys(a for case in wanted for a in case.attributes))
    columns = count_columns(connection, rows, engagement, intake, shown)
    orders = order_found(connection, rows, engagement, provided)
    return UseCases(
        fits=fits,
        dark_columns=columns.dark,
        marks=columns.marks,
        columns_used=columns.used,
        columns_filled=columns.filled,
        layers=columns.layers,
        right_name=_right_name(connection),
        needed_attributes=needed,
        present_attributes=tuple(
            a for a in needed if any(provided.has(name) for name in names_of(a))
        ),
        order_found=orders,
        order_missing="" if orders else order_missing(provided),
        replay=replay_campaign(connection, rows, engagement, provided),
    )


@counts("right_name")
def _right_name(connection: Connection) -> tuple[int, int] | None:
    """Service contacts of whom some record, by tiers A–C, holds the full name intact."""
    [(intact, people)] = connection.execute(
        f"""
        select count(*) filter (intact), count(*) from (
            select mid, bool_or({has("intact_name")}) as intact, bool_or(domain = ?) as asked
            from usecase_records group by mid) where asked
        """,
        [Domain.SERVICE.value],
    ).fetchall()
    return (int(intact), int(people)) if people else None


def _chosen(engagement: Engagement, cases: Sequence[UseCase]) -> frozenset[str]:
    known = {case.id for case in cases}
    chosen = engagement.use_cases.chosen if engagement.use_cases else ()
    for choice in chosen:
        if choice.id not in known:
            raise EngagementError(
                f"use_cases.chosen names '{choice.id}', which is not in the catalogue."
                f"{nearest(choice.id, known)} Known: {', '.join(sorted(known))}."
            )
    return frozenset(choice.id for choice in chosen)


@dataclass(frozen=True, slots=True)
class _Gap:
    """The first step that cannot be assessed, why, and what is missing by name."""

    step: int
    reason: str
    missing: tuple[MissingInput, ...] = ()


def _fit(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    provided: Provided,
    blanks: Blanks,
    case: UseCase,
    chosen: bool,
    recovery: Evidence | None,
) -> UseCaseFit:
    base = write_base(connection, rows, engagement, provided, case)
    gaps = (
        [_Gap(0, base, _missing_base(engagement, provided, case))] if isinstance(base, str) else []
    )
    steps: tuple[FunnelStep, ...] = tuple(
        FunnelStep(name=name, low=None, mid=None, high=None) for name in STEP_NAMES
    )
    if isinstance(base, tuple):
        gaps = gaps_of(connection, rows, engagement, provided, case, base)
        source_facts = tuple(
            filled_somewhere(connection, rows, provided.carriers(fact), fact)
            if fact.scope == "source"
            else None
            for fact in case.complete
        )
        levels = [
            count_people(
                connection,
                case,
                level,
                send_facts=base,
                source_facts=source_facts,
                fresh_assessed=all(gap.step != STEP_NAMES.index("fresh") for gap in gaps),
            )
            for level in Level
        ]
        assessed = min((gap.step for gap in gaps), default=len(STEP_NAMES))
        steps = _steps(case, levels, assessed, _stating(connection, case.permitted.channels))
        if case.needs_linkage:
            steps = widened(steps, ties=_ties(connection), recovery=recovery)
    steps = blanks.beside(case, _with_reasons(steps, gaps))
    served, asked = steps[-1].mid, steps[0].mid
    lag = lag_of(connection, engagement, provided, case)
    return UseCaseFit(
        id=case.id,
        title=case.title,
        chosen=chosen,
        base_word=f"usecases.bases.{case.base.word}",
        steps=steps,
        status=case.status(served / asked if served is not None and asked else None),
        outbound=case.outbound,
        needs_linkage=case.needs_linkage,
        function=case.function,
        missing=tuple(dict.fromkeys(name for gap in gaps for name in gap.missing)),
        refs=_refs(engagement, provided, case),
        need_hours=case.fresh.hours,
        lag_days=lag.days,
        told_hours=lag.told_hours,
        in_time=in_time(steps),
        value=case.value,
        looked_in=_looked_in(provided, case),
        tier=case.found.tier,
    )


def _looked_in(provided: Provided, case: UseCase) -> tuple[tuple[str, ...], ...]:
    """Sources in which somebody counts as found, by group; those that were not read are left."""
    groups = (CUSTOMER_DOMAINS,) if case.found.customer else case.found.groups
    return tuple(sources for group in groups if (sources := provided.sources(group)))


def _missing_base(
    engagement: Engagement, provided: Provided, case: UseCase
) -> tuple[MissingInput, ...]:
    if case.base.domains and not provided.sources(case.base.domains):
        return _missing_source(engagement, case.base.domains)
    sends = any(table.grain is Grain.SEND for table in provided.tables)
    if case.base.kind == "sends" and not sends:
        return _missing_source(engagement, (Domain.CAMPAIGN,))
    return ()


def _missing_source(engagement: Engagement, domains: Sequence[Domain]) -> tuple[MissingInput, ...]:
    """An extract of any of the domains; what the client says it does not have is not asked for."""
    absent = {gap.domain for gap in engagement.gaps}
    there = [domain for domain in domains if domain not in absent]
    return _missing("source", there) if there else _missing("gap", domains)


def _missing(kind: MissingKind, any_of: Iterable[str] = ()) -> tuple[MissingInput, ...]:
    return (MissingInput(kind=kind, any_of=tuple(str(name) for name in any_of)),)


def _each(kind: MissingKind, sources: Iterable[str]) -> tuple[MissingInput, ...]:
    return tuple(MissingInput(kind=kind, any_of=(s,)) for s in dict.fromkeys(sources))


def _ties(connection: Connection) -> Ties:
    """How the people asked for hang together; nobody is asked for without a record."""
    [(fewest, inside, every)] = connection.execute(
        """
        select (select count(distinct coalesce(r.high, b.person))
                from usecase_base b left join usecase_records r using (record_key)),
               (select count(distinct record_key) - count(distinct person) from usecase_base
                where record_key is not null),
               (select count(*) - count(distinct mid) from usecase_records
                where mid in (select person from usecase_base))
        """
    ).fetchall()
    return Ties(fewest=int(fewest), inside=max(0, int(inside)), every=int(every))


def gaps_of(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    provided: Provided,
    case: UseCase,
    send_facts: tuple[str, ...],
) -> list[_Gap]:
    """What stands in the way of assessing each step, in the order of the steps."""
    gaps: list[_Gap] = []
    if case.found.tier != "none" and not rows.exists("clusters"):
        gaps.append(_Gap(1, "no_links", _missing("links")))
    gaps.extend(
        _Gap(1, "source_missing", _missing_source(engagement, group))
        for group in case.found.groups
        if not provided.sources(group)
    )
    gaps.extend(
        _Gap(2, "attribute_missing", _missing("column", fact.any_of))
        for fact in case.complete
        if not provided.carriers(fact)
        and not set(fact.any_of).intersection(send_facts)
        # A stated permission comes from the ledger, whatever its columns are called.
        and "stated_permission" not in fact.any_of
    )
    fresh = _fresh_gap(connection, engagement, provided, case)
    permitted = _permitted_gap(connection, engagement, provided, case)
    gaps.extend(gap for gap in (fresh, permitted) if gap is not None)
    reach = case.reachable.any_of
    if reach and not any(provided.has(name) for a in reach for name in names_of(a)):
        gaps.append(_Gap(5, "attribute_missing", _missing("column", reach)))
    return gaps


def _fresh_gap(
    connection: Connection, engagement: Engagement, provided: Provided, case: UseCase
) -> _Gap | None:
    # A source that is not there at all is missed earlier, or nobody is in it.
    groups = [group for group in fresh_groups(case) if provided.sources(group)]
    if groups and engagement.assessment.as_of is None:
        return _Gap(3, "no_as_of", _missing("as_of"))
    in_days = case.fresh.hours >= 24
    cut = "cut" if in_days else "timed_cut"
    found = connection.execute(
        f"select source, domain from usecase_feeds where {cut} is not null"
    ).fetchall()
    dated_sources = {source for source, _ in found}
    dated_domains = {domain for _, domain in found}
    without = [
        source
        for group in groups
        if not dated_domains.intersection(group)
        for source in provided.sources(group)
    ]
    for fact in () if case.fresh.each else ageing_facts(case):
        sources = [table.source for table in provided.carriers(fact)]
        if sources and not dated_sources.intersection(sources):
            without.extend(sources)
    if not without:
        return None
    reason = "no_event_dates" if in_days else "no_event_times"
    kind: MissingKind = "dates" if in_days else "times"
    return _Gap(3, reason, _each(kind, without))


def _permitted_gap(
    connection: Connection, engagement: Engagement, provided: Provided, case: UseCase
) -> _Gap | None:
    need = case.permitted.need
    if need == "aggregate":
        return None
    if need == "contract":
        silent = tuple(
            source
            for source in provided.sources(case.permitted.domains)
            if engagement.sources[source].legal_basis is None
        )
        return _Gap(4, "no_legal_basis", _each("legal_basis", silent)) if silent else None
    if _stated(connection, case.permitted.channels):
        return None
    if need == "basis_or_consent" and any(s.legal_basis for s in engagement.sources.values()):
        return None
    return _Gap(4, "consent_not_explained", _missing("permission", case.permitted.channels))


def _stated(connection: Connection, channels: Sequence[Channel]) -> bool:
    """True when any source states a permission for one of the channels."""
    return _stating(connection, channels) > 0


def _stating(connection: Connection, channels: Sequence[Channel]) -> int:
    """Number of sources that state a permission for one of the channels."""
    stated = " or ".join(f"given_{c} or no_{c}" for c in channels) or "false"
    [(sources,)] = connection.execute(
        f"select count(distinct source) from usecase_records where {stated}"
    ).fetchall()
    return int(sources)


def _steps(
    case: UseCase, levels: Sequence[Counted], assessed: int, stating: int
) -> tuple[FunnelStep, ...]:
    """The best estimate is that of tiers A to C; least and most of the three fall likewise."""
    mid = levels[Level.MID.value]
    steps: list[FunnelStep] = []
    for index, name in enumerate(STEP_NAMES):
        if index >= assessed:
            # What is not known is not zero; that nobody comes back in is known.
            bound = steps[assessed - 1].high if assessed else None
            steps.append(FunnelStep(name=name, low=None, mid=None, high=bound))
            continue
        low, *_, high = sorted(level.people[index] for level in levels)
        best = mid.people[index]
        lost = index > 0 and mid.people[index - 1] > mid.people[index]
        likely = levels[Level.HIGH.value].people[1] - mid.people[1]
        reason = loss_of(case, mid, name, likely, stating) if lost else ""
        steps.append(FunnelStep(name=name, low=low, mid=best, high=high, reason=reason))
    return tuple(steps)


def _with_reasons(steps: Sequence[FunnelStep], gaps: Sequence[_Gap]) -> tuple[FunnelStep, ...]:
    """The reason of the first gap stands at its step and at every step after it."""
    if not gaps:
        return tuple(steps)
    first = min(gaps, key=lambda gap: gap.step)
    return tuple(
        step
        if index < first.step
        else FunnelStep(
            name=step.name, low=None, mid=None, high=step.high,
            reason=next((gap.reason for gap in gaps if gap.step == index), first.reason),
        )
        for index, step in enumerate(steps)
    )  # fmt: skip


def _refs(engagement: Engagement, provided: Provided, case: UseCase) -> tuple[str, ...]:
    """The tables a use case draws on; of permissions alone, those that state them."""
    if case.base.kind == "stated":
        wanted = {
            (name, consent.table)
            for name, source in engagement.sources.items()
            for consent in source.consent
            if consent.channel in case.base.channels
        }
        tables = [t for t in provided.tables if (t.source, t.table) in wanted]
    else:
        tables = [t for t in provided.tables if t.domain in case.domains]
    return tuple(f"{table.source}/{table.table}" for table in tables)
