"""Model of the data-landscape map; every mark of the drawing comes from here."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.records.consent import SourcePermission
from scvkit.records.identity import KeyTest
from scvkit.vocabulary import Domain, FlowKind, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSource:
    """One row of the map. ``records`` is None when the source was not read."""

    id: str
    name: str
    domain: Domain
    owner: str
    stored: str
    since: str
    collected: str
    used: str
    good_at: str
    records: int | None
    people: int | None
    keys: tuple[KeyTest, ...]
    failed_claims: tuple[Key, ...]
    permission: SourcePermission | None
    keys_reason: str = "keys_not_run"  # why there are no keys: a key under landscape.reasons
    permission_reason: str = ""  # why not assessed: a key under landscape or consent.reasons
    not_assessed: str = ""  # why the source was not read: such a key, or a sentence
    carries_records: bool = True  # False: only events, so it shares nobody and has no diamonds


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPair:
    """Shared people of two sources, % of the smaller one; None with a reason when unknown."""

    source_a: str
    source_b: str
    smaller: int | None
    low: float | None
    mid: float | None
    high: float | None
    people: int | None
    reason: str = ""  # a key under landscape.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFlow:
    """A flow the client told us about."""

    source_from: str
    source_to: str
    how: FlowKind
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapGap:
    """A source the client does not have."""

    name: str
    unlocks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LandscapeMap:
    """The map: sources in the order drawn, keys in the order of columns."""

    client: str
    as_of: str
    sources: tuple[MapSource, ...]
    keys: tuple[Key, ...]
    pairs: tuple[MapPair, ...]
    flows: tuple[MapFlow, ...]
    gaps: tuple[MapGap, ...]
    undeclared: tuple[str, ...] = ()
