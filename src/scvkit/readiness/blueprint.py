"""The two-layer core as a table: each attribute, its best source, its key, its owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scvkit.engagement import Engagement
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.identity import Identity, KeyTest
from scvkit.records.profile import ColumnProfile, SourceProfile, TableProfile
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
_PARTS = (Attribute.GIVEN_NAME, Attribute.SURNAME)
_CONSENT_FIELDS = {
    Attribute.CONSENT_FLAG: "column",
    Attribute.CONSENT_TIME: "time",
    Attribute.CONSENT_SOURCE: "source",
    Attribute.CONSENT_TEXT: "text",
    Attribute.WITHDRAWAL_TIME: "withdrawal_time",
}
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
    held = list(_holders(attribute, engagement, profiles, layer))
    if not held:
        return CoreAttribute(
            attribute=attribute, layer=layer, source="",
            valid=not_assessed("attribute_missing", method=METHOD),
            key="", key_usable=not_assessed("no_key", method=METHOD), owner="", refreshed="",
        )  # fmt: skip
    best = max(held, key=lambda h: (h.good, h.good / max(h.rows, 1), h.source))
    source = best.source
    card = engagement.sources.get(source)
    key = _best_key(identity, source)
    people = engagement.people
    consent_owner = people.consent_owner.role if people and people.consent_owner else ""
    return CoreAttribute(
        attribute=attribute,
        layer=layer,
        source=source,
        valid=measured_share(best.good, best.rows, method=METHOD, refs=best.refs),
        key=key.key if key else "",
        key_usable=_usable(key),
        owner=(consent_owner if layer == "permission" else "")
        or (card.owner if card else "")
        or "",
        refreshed=(card.refreshed if card else "") or "",
        read_from=best.read_from,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holder:
    """A source that holds an attribute: records with a valid value, of all of its records."""

    source: str
    good: int
    rows: int
    refs: tuple[str, ...]
    read_from: str = ""


def _holders(
    attribute: Attribute,
    engagement: Engagement,
    profiles: Sequence[SourceProfile],
    layer: str,
) -> Iterator[_Holder]:
    """Every source that holds the attribute, in a column of its own or inside another."""
    alone = False
    for profile in profiles:
        for table in profile.tables:
            if table.grain in EVENT_GRAINS or not _fits(engagement, profile.source, layer):
                continue
            by_attribute = {
                _SAME.get(c.attribute, c.attribute): c for c in table.columns if c.filled
            }
            for column in _columns(attribute, profile.source, table, engagement):
                alone = True
                yield _holder(profile.source, column)
            parts = [by_attribute.get(part) for part in _PARTS]
            if attribute is Attribute.FULL_NAME and all(parts):
                both = [_holder(profile.source, part) for part in parts if part]
                fewest = min(both, key=lambda h: h.good)
                yield replace(fewest, read_from="parts")
    if not alone and attribute in _PARTS:
        for holder in _holders(Attribute.FULL_NAME, engagement, profiles, layer):
            yield replace(holder, read_from="full_name")


def _columns(
    attribute: Attribute, source: str, table: TableProfile, engagement: Engagement
) -> list[ColumnProfile]:
    """Columns of the attribute: by what they mean, or by what was said of the consents."""
    card = engagement.sources.get(source)
    field = _CONSENT_FIELDS.get(attribute, "")
    said = {
        getattr(consent, field)
        for consent in (card.consent if card and field else ())
        if consent.table == table.table
    }
    return [
        column
        for column in table.columns
        if column.filled
        and (_SAME.get(column.attribute, column.attribute) is attribute or column.column in said)
    ]


def _holder(source: str, column: ColumnProfile) -> _Holder:
    ref = (f"{source}.{column.column}",)
    return _Holder(source=source, good=_good(column), rows=column.rows, refs=ref)


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
