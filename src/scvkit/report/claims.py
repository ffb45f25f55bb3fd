"""The client's claims with the measurement that settles each."""

from __future__ import annotations

from dataclasses import replace

from scvkit.records.identity import ClaimTest, Identity
from scvkit.records.linkage import Linkage


def tested_claims(identity: Identity | None, linkage: Linkage | None) -> tuple[ClaimTest, ...]:
    """Return every claim in the order it was made; what the linkage settled replaces the rest.

    A claim of "unique" also gets its other direction: values per person, once people are linked.
    """
    settled = {test.id: test for test in linkage.claims} if linkage else {}
    one_value = dict(linkage.one_value) if linkage else {}
    return tuple(
        replace(settled.get(test.id, test), other_way=one_value.get(test.id))
        for test in (identity.claims if identity else ())
    )
