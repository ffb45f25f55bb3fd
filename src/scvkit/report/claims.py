"""The client's claims with the measurement that settles each."""

from __future__ import annotations

from scvkit.records.identity import ClaimTest, Identity
from scvkit.records.linkage import Linkage


def tested_claims(identity: Identity | None, linkage: Linkage | None) -> tuple[ClaimTest, ...]:
    """Return every claim in the order it was made; what the linkage settled replaces the rest."""
    settled = {test.id: test for test in linkage.claims} if linkage else {}
    return tuple(settled.get(test.id, test) for test in (identity.claims if identity else ()))
