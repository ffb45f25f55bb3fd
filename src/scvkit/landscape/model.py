"""The map as a model: every mark of the drawing and every cell of its table comes from here."""

from __future__ import annotations

from dataclasses import replace

from scvkit.engagement import Claim, Engagement, Source
from scvkit.records.consent import Permission, SourcePermission
from scvkit.records.extracts import Intake, SourceIntake
from scvkit.records.identity import Identity
from scvkit.records.landscape import LandscapeMap, MapFlow, MapGap, MapPair, MapSource
from scvkit.records.linkage import Linkage, Overlap
from scvkit.vocabulary import (
    EVENT_GRAINS,
    Attribute,
    Channel,
    ClaimOutcome,
    Domain,
    EntityKind,
    Key,
)

# The customer's journey: found, bought, bought again, written to, helped.
JOURNEY = (
    Domain.WEB_ANALYTICS,
    Domain.SHOP,
    Domain.LOYALTY,
    Domain.PURCHASES,
    Domain.NEWSLETTER,
    Domain.SERVICE,
    Domain.CRM,
    Domain.CAMPAIGN,
    Domain.OTHER,
)
# Fewer people than this make a share that says more about chance than about the sources.
FEWEST_FOR_A_SHARE = 30

_KEY_OF_ATTRIBUTE = {
    Attribute.MOBILE: Key.PHONE,
    Attribute.VAT_NUMBER: Key.ORG_NUMBER,
    Attribute.FULL_NAME: Key.NAME_ADDRESS,
    Attribute.STREET: Key.NAME_ADDRESS,
}


def build_map(
    engagement: Engagement,
    intake: Intake,
    identity: Identity | None,
    linkage: Linkage | None,
    permission: Permission | None,
) -> LandscapeMap:
    """Return the map of the client's sources in the order of the customer's journey.

    A step that has not been run (None) leaves its marks not assessed, with the reason.
    """
    received = {source.source: source for source in intake.sources}
    order = sorted(
        engagement.sources,
        key=lambda id_: JOURNEY.index(engagement.sources[id_].domain),
    )
    sources = tuple(
        _source(id_, engagement, received.get(id_), identity, linkage, permission) for id_ in order
    )
    tests = identity.keys if identity else ()
    as_of = engagement.assessment.as_of
    return LandscapeMap(
        client=engagement.client.name,
        as_of=as_of.isoformat() if as_of else "",
        sources=sources,
        keys=tuple(key for key in Key if any(t.key is key and t.present for t in tests)),
        pairs=tuple(_pair(a, b, linkage) for i, a in enumerate(sources) for b in sources[i + 1 :]),
        flows=tuple(
            MapFlow(source_from=f.source_from, source_to=f.source_to, how=f.how, what=f.what)
            for f in engagement.flows
        ),
        gaps=tuple(MapGap(name=gap.name, unlocks=gap.unlocks) for gap in engagement.gaps),
        undeclared=tuple(file.file for file in intake.undeclared),
    )


def build_covered_map(engagement: Engagement, intake: Intake) -> LandscapeMap:
    """Return the map of what the client says alone; what was measured is told as covered."""
    map_ = build_map(engagement, intake, None, None, None)
    return replace(
        map_,
        sources=tuple(
            replace(source, keys_reason="covered", permission_reason="covered")
            for source in map_.sources
        ),
        pairs=tuple(
            replace(pair, reason="covered") if pair.reason == "linkage_not_run" else pair
            for pair in map_.pairs
        ),
    )


def _source(
    id_: str,
    engagement: Engagement,
    received: SourceIntake | None,
    identity: Identity | None,
    linkage: Linkage | None,
    permission: Permission | None,
) -> MapSource:
    told = engagement.sources[id_]
    tables = received.tables if received else ()
    of_people = [table for table in tables if table.grain not in EVENT_GRAINS]
    stated, reason = _permission(id_, permission)
    return MapSource(
        id=id_,
        name=told.name,
        domain=told.domain,
        owner=told.owner or "",
        stored=told.stored or "",
        since="" if told.since is None else str(told.since),
        collected=told.collected or "",
        used=told.used or "",
        good_at=told.good_at or "",
        records=sum(t.rows for t in of_people or tables) if tables else None,
        people=_people(id_, linkage),
        keys=tuple(t for t in (identity.keys if identity else ()) if t.source == id_),
        failed_claims=_failed_claims(id_, told, engagement, identity),
        permission=stated,
        permission_reason=reason,
        not_assessed="" if tables else _why_unread(received),
        carries_records=bool(of_people) or not tables,
    )


def _why_unread(received: SourceIntake | None) -> str:
    if received is None or received.only_told:
        return "not_received"
    if not received.unread:
        return "no_file"
    return received.unread[0].reason


def _people(id_: str, linkage: Linkage | None) -> int | None:
    counts = [
        entry.mid
        for entry in (linkage.sources if linkage else ())
        if entry.source == id_ and entry.kind is EntityKind.PERSON
    ]
    return sum(counts) if counts else None


def _failed_claims(
    id_: str, told: Source, engagement: Engagement, identity: Identity | None
) -> tuple[Key, ...]:
    """Keys of the source that were claimed to be unique and measured not to be."""
    failed = {
        test.id
        for test in (identity.claims if identity else ())
        if test.outcome is ClaimOutcome.DID_NOT_HOLD
    }
    keys = [
        _key_of(claim, told)
        for claim in engagement.claims
        if claim.id in failed and claim.source == id_ and claim.kind == "unique"
    ]
    return tuple(key for key in Key if key in keys)


def _key_of(claim: Claim, told: Source) -> Key | None:
    """The key a claim speaks of: it may name the key, an attribute or a column."""
    subject = claim.subject.rsplit(".", 1)[-1].strip()
    columns = {
        column: attribute
        for table in told.tables.values()
        for column, attribute in table.columns.items()
    }
    word = columns.get(subject, subject)
    if word in set(Key):
        return Key(word)
    return _KEY_OF_ATTRIBUTE.get(Attribute(word)) if word in set(Attribute) else None


def _permission(id_: str, permission: Permission | None) -> tuple[SourcePermission | None, str]:
    """The source's permission to write e-mail for marketing, else the first it states."""
    if permission is None:
        return None, "permission_not_run"
    stated = [entry for entry in permission.sources if entry.source == id_]
    if not stated:
        return None, dict(permission.not_assessed).get(id_, "no_permission_column")
    stated.sort(
        key=lambda entry: (entry.channel is not Channel.EMAIL, entry.purpose != "marketing")
    )
    return stated[0], ""


def _pair(a: MapSource, b: MapSource, linkage: Linkage | None) -> MapPair:
    reason = _why_no_pair(a, b, linkage)
    overlap = None if reason or linkage is None else _overlap(a.id, b.id, linkage)
    if not reason and overlap is None:
        reason = "nothing_to_link"
    if overlap is not None and overlap.smaller < FEWEST_FOR_A_SHARE:
        reason = "too_few"
    if overlap is None or reason:
        return MapPair(
            source_a=a.id,
            source_b=b.id,
            smaller=None,
            low=None,
            mid=None,
            high=None,
            people=None,
            reason=reason,
        )
    return MapPair(
        source_a=a.id,
        source_b=b.id,
        smaller=overlap.smaller,
        low=overlap.share(overlap.low),
        mid=overlap.share(overlap.mid),
        high=overlap.share(overlap.high),
        people=overlap.mid,
    )


def _why_no_pair(a: MapSource, b: MapSource, linkage: Linkage | None) -> str:
    if a.records is None or b.records is None:
        absent = "not_received" in (a.not_assessed, b.not_assessed)
        return "source_not_received" if absent else "source_unread"
    if not (a.carries_records and b.carries_records):
        return "no_records"
    return "linkage_not_run" if linkage is None else ""


def _overlap(a: str, b: str, linkage: Linkage) -> Overlap | None:
    """The overlap of two sources in persons; in organisations where one holds no persons."""
    found = {
        overlap.kind: overlap
        for overlap in linkage.overlaps
        if {overlap.source_a, overlap.source_b} == {a, b} and overlap.smaller > 0
    }
    return found.get(EntityKind.PERSON, found.get(EntityKind.ORGANISATION))
