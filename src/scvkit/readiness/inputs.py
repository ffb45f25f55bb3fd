"""Everything the assessment reads, in one place; any later step may be missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scvkit.engagement import Engagement
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake, SourceTable
from scvkit.records.identity import Identity
from scvkit.records.linkage import Linkage
from scvkit.records.profile import SourceProfile, TableProfile
from scvkit.records.readiness import TierVotes
from scvkit.records.stakes import PeopleCounts
from scvkit.records.usecases import UseCaseFit, UseCases
from scvkit.vocabulary import EVENT_GRAINS, Domain, Grain


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Results of the earlier steps and what the client told; None means not made."""

    engagement: Engagement
    intake: Intake
    profiles: tuple[SourceProfile, ...] = ()
    identity: Identity | None = None
    linkage: Linkage | None = None
    permission: Permission | None = None
    use_cases: UseCases | None = None
    people: PeopleCounts | None = None
    votes: tuple[TierVotes, ...] = ()

    @property
    def declared(self) -> tuple[str, ...]:
        """Ids of the declared sources."""
        return tuple(self.engagement.sources)

    @property
    def profiled(self) -> tuple[str, ...]:
        """Ids of the sources of which a table was profiled."""
        return tuple(p.source for p in self.profiles if p.tables)

    def domain(self, source: str) -> Domain:
        """Part of the business; OTHER for a source that the engagement does not know."""
        card = self.engagement.sources.get(source)
        return card.domain if card else Domain.OTHER

    def sources_of(self, *domains: Domain) -> tuple[str, ...]:
        """Declared sources of these domains, in the order of the engagement file."""
        return tuple(s for s in self.declared if self.domain(s) in domains)

    @property
    def purchase_sources(self) -> tuple[str, ...]:
        """Declared sources that hold purchases: the ledger, else shops, else any with orders."""
        with_orders = tuple(
            name
            for name, card in self.engagement.sources.items()
            if any(table.grain is Grain.ORDER for table in card.tables.values())
        )
        return self.sources_of(Domain.PURCHASES) or self.sources_of(Domain.SHOP) or with_orders

    @property
    def analytics_sources(self) -> tuple[str, ...]:
        """Declared web analytics sources."""
        return self.sources_of(Domain.WEB_ANALYTICS)

    @property
    def chosen(self) -> tuple[UseCaseFit, ...]:
        """Fits of the use cases that the client chose."""
        return tuple(f for f in self.use_cases.fits if f.chosen) if self.use_cases else ()

    @property
    def needed_sources(self) -> tuple[str, ...]:
        """Profiled sources that chosen use cases need; all profiled ones while none is chosen."""
        needed = {source for fit in self.chosen for source in sources_in(fit.refs)}
        return tuple(s for s in self.profiled if s in needed) or self.profiled

    def record_tables(self) -> tuple[tuple[str, TableProfile], ...]:
        """(source, table) of the needed sources whose rows are records of somebody."""
        needed = self.needed_sources
        return tuple(
            (profile.source, table)
            for profile in self.profiles
            if profile.source in needed
            for table in profile.tables
            if table.grain not in EVENT_GRAINS
        )

    def tables_of(self, source: str) -> tuple[SourceTable, ...]:
        """Tables of one source as understood."""
        return tuple(t for s in self.intake.sources if s.source == source for t in s.tables)

    def records(self, source: str) -> int | None:
        """Records of one source; None when it was not read."""
        tables = [t for t in self.tables_of(source) if t.grain not in EVENT_GRAINS]
        return sum(t.rows for t in tables) if tables else None


def with_choice(counted: UseCases, engagement: Engagement) -> UseCases:
    """Return the funnels with the choice as the engagement has it now; no number changes.

    Where nobody has said anything of use cases, the funnels stay as they were counted.
    """
    if engagement.use_cases is None:
        return counted
    chosen = {use_case.id for use_case in engagement.use_cases.chosen}
    fits = tuple(replace(fit, chosen=fit.id in chosen) for fit in counted.fits)
    return replace(counted, fits=fits)


def sources_in(refs: Iterable[str]) -> tuple[str, ...]:
    """Return the sources that references like "erp/debtors.kundenr" name.

    >>> sources_in(["erp/debtors.kundenr", "club/members.email", "erp/orders.sku"])
    ('club', 'erp')
    """
    return tuple(sorted({ref.split("/", 1)[0] for ref in refs}))
