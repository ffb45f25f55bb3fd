"""What the pages of the readers are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from scvkit.engagement import Engagement
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake
from scvkit.records.identity import Identity
from scvkit.records.linkage import Linkage
from scvkit.records.profile import SourceProfile
from scvkit.records.readiness import Readiness, UseCaseVerdict
from scvkit.records.scenarios import Roadmap
from scvkit.records.stakes import Value
from scvkit.records.usecases import UseCases


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the pages are made of; None where a step was not run."""

    engagement: Engagement
    intake: Intake
    readiness: Readiness
    identity: Identity | None
    linkage: Linkage | None
    permission: Permission | None
    use_cases: UseCases | None
    value: Value | None = None
    roadmap: Roadmap | None = None
    profiles: Sequence[SourceProfile] = ()

    def verdict(self, use_case: str) -> UseCaseVerdict | None:
        """The verdict on one use case; None when it was not looked at."""
        return next((v for v in self.readiness.use_cases if v.fit.id == use_case), None)

    def newest(self, source: str) -> dt.date | None:
        """The newest date in the tables of a source; None where none is known."""
        tables = [t for p in self.profiles if p.source == source for t in p.tables]
        days = [table.last_date for table in tables if table.last_date]
        return dt.date.fromisoformat(max(days)) if days else None

    @property
    def names(self) -> dict[str, str]:
        """Names of the sources by id."""
        return {key: card.name for key, card in self.engagement.sources.items()}
