"""The two-layer core as a table: each attribute, its best source, its key, its owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scvkit.engagement import Engagement
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.identity import Identity, KeyTest
from scvkit.records.profile import ColumnProfile, SourceProfile
from scvkit.records.stakes import Blueprint, CoreAttribute, PeopleCounts
from scvkit.vocabulary import EVENT_GRAINS, Attribute, Domain

IDENTITY = (
    Attribute.GIVEN_NAME,
    Attribute.SURNAME,
    Attribute.FULL_NAME,
    Attribute.EMAIL,
    Attribute.PHONE,
    Attribute.STREET,
    Attribute.POSTCODE,
    Attribute.DATE_OF_BIRTH,
    Attribute.CUSTOMER_NUMBER,
    Attribute.MEMBER_NUMBER,
    Attribute.LOGIN_ID,
    Attribute.COMPANY_NAME,
    Attribute.ORG_NUMBER,
)
PERMISSION = (
    Attribute.CONSENT_FLAG,
    Attribute.CONSENT_TIME,
    Attribute.CONSENT_SOURCE,
    Attribute.CONSENT_TEXT,
    Attribute.WITHDRAWAL_TIME,
)
_SAME = {Attribute.MOBILE: Attribute.PHONE}
METHOD = "blueprint.methods.valid"


def draw_blueprint(
    *,
    engagement: Engagement,
    profiles: Sequence[SourceProfile],
    identity: Identity | None,
    people: PeopleCounts | None,
) -> Blueprint:
    """Return the core, identity first, and the context cards as measured.

    The best source of an attribute is the one with most records that hold a valid value of it;
    among equals the one whose share is higher. Sources of events (orders, visits) are left out.
    """
    core = [
        _core(attribute, layer, engagement, profiles, identity)
        for layer, attributes in (("identity", IDENTITY), ("permission", PERMISSION))
        for attribute in attributes
    ]
    return Blueprint(core=tuple(core), cards=people.coverage if people else ())


def _core(
    attribute: Attribute,
    layer: str,
    engagement: Engagement,
    profiles: Sequence[SourceProfile],
    identity: Identity | None,
) -> CoreAttribute:
    found = [
        (_good(column), column, profile.source)
        for profile in profiles
        for table in profile.tables
        if table.grain not in EVENT_GRAINS and _fits(engagement, profile.source, layer)
        for column in table.columns
        if _SAME.get(column.attribute, column.attribute) is attribute and column.filled
    ]
    if not found:
        return CoreAttribute(
            attribute=attribute, layer=layer, source="",
            valid=not_assessed("attribute_missing", method=METHOD),
            key="", key_usable=not_assessed("no_key", method=METHOD), owner="", refreshed="",
        )  # fmt: skip
    good, column, source = max(found, key=lambda f: (f[0], f[0] / max(f[1].rows, 1), f[2]))
    card = engagement.sources.get(source)
    key = _best_key(identity, source)
    people = engagement.people
    consent_owner = people.consent_owner.role if people and people.consent_owner else ""
    return CoreAttribute(
        attribute=attribute,
        layer=layer,
        source=source,
        valid=measured_share(good, column.rows, method=METHOD, refs=(f"{source}.{column.column}",)),
        key=key.key if key else "",
        key_usable=_usable(key),
        owner=(consent_owner if layer == "permission" else "")
        or (card.owner if card else "")
        or "",
        refreshed=(card.refreshed if card else "") or "",
    )


def _good(column: ColumnProfile) -> int:
    return column.filled if column.valid is None else column.valid


def _fits(engagement: Engagement, source: str, layer: str) -> bool:
    """What a visitor answered a script is no permission to write."""
    card = engagement.sources.get(source)
    return layer != "permission" or card is None or card.domain is not Domain.WEB_ANALYTICS


def _best_key(identity: Identity | None, source: str) -> KeyTest | None:
    """The key by which most of the source's values are met in other sources."""
    if identity is None:
        return None
    met = Counter[str]()
    for overlap in identity.raw_overlap:
        if source in (overlap.source_a, overlap.source_b):
            met[overlap.key] += overlap.both
    own = [k for k in identity.keys if k.source == source and k.usable and met[k.key]]
    return max(own, key=lambda k: (met[k.key], k.key), default=None)


def _usable(key: KeyTest | None) -> Evidence:
    if key is None:
        return not_assessed("no_key", method=METHOD)
    return measured_share(key.usable, key.records, method="identity.usable", refs=key.refs)
