"""Everything known of one source, gathered from the records of every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from scvkit.engagement import Engagement, Source
from scvkit.records.consent import Permission, SourceBasis, SourcePermission
from scvkit.records.extracts import Intake, SourceIntake
from scvkit.records.identity import ClaimTest, Identity, KeyTest, SourceRecords
from scvkit.records.linkage import Linkage, SourceEntities
from scvkit.records.profile import Finding, SourceProfile
from scvkit.records.usecases import UseCaseFit, UseCases
from scvkit.vocabulary import EVENT_GRAINS, Grain

# One row of these grains is one somebody: a second record of the same is one too many.
_ONE_EACH = frozenset(
    {Grain.CUSTOMER, Grain.ACCOUNT, Grain.CONTACT, Grain.MEMBER, Grain.SUBSCRIBER}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEvidence:
    """One source with what every step found about it; None where a step was not run.

    ``needed_by`` names the use cases that ask for an attribute.
    """

    received: SourceIntake
    profile: SourceProfile | None
    told: Source | None
    engagement: Engagement
    identity: Identity | None = None
    linkage: Linkage | None = None
    permission: Permission | None = None
    use_cases: UseCases | None = None
    needed_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Id of the source."""
        return self.received.source

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.received.name

    @property
    def events_only(self) -> bool:
        """True when no table holds records of anybody, only what happened."""
        tables = self.received.tables
        return bool(tables) and all(table.grain in EVENT_GRAINS for table in tables)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings, worst harm first."""
        return self.profile.findings if self.profile else ()

    @property
    def keys(self) -> tuple[KeyTest, ...]:
        """Key tests of keys the source has, the most usable first."""
        tests = self.identity.keys if self.identity else ()
        own = [t for t in tests if t.source == self.id and t.present and t.records]
        return tuple(sorted(own, key=lambda t: (-t.usable / t.records, t.key)))

    @property
    def claims(self) -> tuple[ClaimTest, ...]:
        """Claims about the source that were measured, those the linkage settled included."""
        settled = {c.id: c for c in (self.linkage.claims if self.linkage else ())}
        claims = self.identity.claims if self.identity else ()
        return tuple(settled.get(c.id, c) for c in claims if c.source == self.id)

    @property
    def records(self) -> SourceRecords | None:
        """Records that take part in identity."""
        found = self.identity.sources if self.identity else ()
        return next((s for s in found if s.source == self.id), None)

    @property
    def entities(self) -> tuple[SourceEntities, ...]:
        """People and organisations behind the records, as the linkage found them."""
        found = self.linkage.sources if self.linkage else ()
        return tuple(s for s in found if s.source == self.id and s.records)

    @property
    def repeats(self) -> tuple[int, int] | None:
        """Records beyond the first of somebody, and all records; None where many are meant to be.

        A person may open two tickets and come for ten visits: none of these is one too many.
        """
        tables = [t for t in self.received.tables if t.grain not in EVENT_GRAINS]
        records = sum(entity.records for entity in self.entities)
        if not records or any(table.grain not in _ONE_EACH for table in tables):
            return None
        return records - sum(entity.mid for entity in self.entities), records

    @property
    def permissions(self) -> tuple[SourcePermission, ...]:
        """What the source states about permission, by channel and purpose."""
        found = self.permission.sources if self.permission else ()
        return tuple(s for s in found if s.source == self.id)

    @property
    def basis(self) -> SourceBasis | None:
        """Lawful basis of the source, when the permission step was run."""
        found = self.permission.bases if self.permission else ()
        return next((b for b in found if b.source == self.id), None)

    @property
    def leaning(self) -> tuple[UseCaseFit, ...]:
        """Use cases that draw on the source."""
        fits = self.use_cases.fits if self.use_cases else ()
        return tuple(f for f in fits if any(r.split("/")[0] == self.id for r in f.refs))

    @property
    def dark(self) -> tuple[str, ...]:
        """Filled columns no use case needs, as "table.column"."""
        return self._own(self.use_cases.dark_columns if self.use_cases else ())

    @property
    def marks(self) -> tuple[str, ...]:
        """Filled columns no use case needs that may forbid or block, as "table.column"."""
        return self._own(self.use_cases.marks if self.use_cases else ())

    def _own(self, names: tuple[str, ...]) -> tuple[str, ...]:
        head = f"{self.id}/"
        return tuple(name.removeprefix(head) for name in names if name.startswith(head))


def gathered(
    *,
    engagement: Engagement,
    intake: Intake,
    profiles: tuple[SourceProfile, ...],
    identity: Identity | None = None,
    linkage: Linkage | None = None,
    permission: Permission | None = None,
    use_cases: UseCases | None = None,
    needed_by: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[SourceEvidence, ...]:
    """Return every source with its evidence, in the order of the engagement file."""
    profile_of = {profile.source: with_sends(profile, use_cases) for profile in profiles}
    return tuple(
        SourceEvidence(
            received=received,
            profile=profile_of.get(received.source),
            told=engagement.sources.get(received.source),
            engagement=engagement,
            identity=identity,
            linkage=linkage,
            permission=permission,
            use_cases=use_cases,
            needed_by=needed_by or {},
        )
        for received in intake.sources
    )


def with_sends(profile: SourceProfile, use_cases: UseCases | None) -> SourceProfile:
    """Return the profile with what only all sources together show: mail to those who had said no.

    Where several sources send, the count belongs to none of them alone.
    """
    replay = use_cases.replay if use_cases else None
    if replay is None or not replay.said_no:
        return profile
    if {ref.split("/")[0] for ref in replay.refs} != {profile.source}:
        return profile
    tables = [ref.split("/")[1] for ref in replay.refs]
    told = tuple(
        Finding(
            kind="mailed_after_no",
            source=profile.source,
            table=table,
            column=None,
            rows=replay.said_no,
            tested=replay.sent,
            harm=3,
        )
        for table in tables[:1]
    )
    return replace(profile, findings=(*told, *profile.findings))
