"""The key test as pandas tables with headings in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scvkit.records.bridges import key_bridges
from scvkit.records.identity import Identity

if TYPE_CHECKING:
    import pandas as pd

    from scvkit.locale.words import Words
    from scvkit.records.linkage import Linkage


def key_frame(identity: Identity, words: Words) -> pd.DataFrame:
    """Return one row per source and key that the source has a column for."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                words("identity.columns.source"): test.source,
                words("identity.columns.key"): words(f"identity.key.{test.key}"),
                words("identity.columns.records"): test.records,
                words("identity.columns.filled"): test.filled,
                words("identity.columns.valid"): test.valid,
                words("identity.columns.unique"): test.unique,
                words("identity.columns.usable"): test.usable,
                words("identity.columns.usable_share"): words.percent(test.usable / test.records)
                if test.records
                else words("common.not_assessed"),
            }
            for test in identity.keys
            if test.present
        ],
        columns=[
            words(f"identity.columns.{name}")
            for name in (
                "source",
                "key",
                "records",
                "filled",
                "valid",
                "unique",
                "usable",
                "usable_share",
            )
        ],
    )


def bridge_frame(identity: Identity, linkage: Linkage | None, words: Words) -> pd.DataFrame:
    """Return one row per pair of sources: best key, overlap as written, written alike, linked."""
    import pandas as pd

    names = ("pair_a", "pair_b", "best_key", "as_written", "standardised", "linked", "gain")
    return pd.DataFrame(
        [
            (
                bridge.source_a,
                bridge.source_b,
                words(f"identity.key.{bridge.key}") if bridge.key else "–",
                *(
                    "–" if n is None else words("common.less_than_five") if 0 < n < 5 else n
                    for n in (bridge.written, bridge.standardised, bridge.linked, bridge.gain)
                ),
            )
            for bridge in key_bridges(identity, linkage)
        ],
        columns=[words(f"identity.bridges.{name}") for name in names],
    )


def claim_frame(identity: Identity, words: Words) -> pd.DataFrame:
    """Return one row per claim: what was said, what was measured, what became of it."""
    import pandas as pd

    def said(expected: bool | float) -> str:
        if isinstance(expected, bool):
            return words("identity.expected.yes" if expected else "identity.expected.no")
        return words.percent(expected)

    return pd.DataFrame(
        [
            {
                words("identity.columns.claim"): claim.id,
                words("identity.columns.source"): claim.source,
                words("identity.columns.subject"): claim.subject,
                words("identity.columns.kind"): words(f"identity.claims.{claim.kind}"),
                words("identity.columns.said_by"): claim.said_by,
                words("identity.columns.expected"): said(claim.expected),
                words("identity.columns.measured"): words.percent(claim.measured.value)
                if claim.measured.value is not None
                else words(f"identity.reasons.{claim.measured.reason}"),
                words("identity.columns.outcome"): words(f"identity.outcome.{claim.outcome}"),
            }
            for claim in identity.claims
        ],
        columns=[
            words(f"identity.columns.{name}")
            for name in (
                "claim",
                "source",
                "subject",
                "kind",
                "said_by",
                "expected",
                "measured",
                "outcome",
            )
        ],
    )
