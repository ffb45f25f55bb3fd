"""Bridges between sources as rows of the section "who is who"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scvkit.locale.words import Words
from scvkit.records.bridges import key_bridges
from scvkit.records.identity import Identity
from scvkit.records.linkage import Linkage
from scvkit.report.disclosure import people


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeRow:
    """One pair of sources in words and counts."""

    names: str
    key: str
    written: str
    standardised: str
    linked: str
    gain: str


def bridge_rows(
    identity: Identity | None, linkage: Linkage | None, names: Mapping[str, str], words: Words
) -> list[BridgeRow]:
    """Return the pairs of sources that share a key or people, in the order of the sources."""
    if identity is None:
        return []
    return [
        BridgeRow(
            names=f"{names.get(b.source_a, b.source_a)} × {names.get(b.source_b, b.source_b)}",
            key=words(f"identity.key.{b.key}") if b.key else words("report.who.no_key"),
            written=people(b.written, words),
            standardised=people(b.standardised, words),
            linked="–" if b.linked is None else people(b.linked, words),
            gain="–" if b.gain is None else people(b.gain, words),
        )
        for b in key_bridges(identity, linkage)
        if b.key or b.linked
    ]
