"""What each column means, and the source tables with attributes named and typed."""

from scvkit.sources.card import draft_cards
from scvkit.sources.contracts import catalogue, measured_contracts
from scvkit.sources.draft import UNNAMED, UNSAID_COUNTRY, draft_engagement
from scvkit.sources.frame import meaning_frame
from scvkit.sources.grain import domain_named
from scvkit.sources.newest import newest_days, propose_as_of
from scvkit.sources.understanding import understand_delivery, understand_table

__all__ = [
    "UNNAMED",
    "UNSAID_COUNTRY",
    "catalogue",
    "domain_named",
    "draft_cards",
    "draft_engagement",
    "meaning_frame",
    "measured_contracts",
    "newest_days",
    "propose_as_of",
    "understand_delivery",
    "understand_table",
]
