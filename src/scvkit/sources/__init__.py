"""What each column means, and the source tables with attributes named and typed."""

from scvkit.sources.draft import draft_engagement
from scvkit.sources.frame import meaning_frame
from scvkit.sources.understanding import understand_delivery, understand_table

__all__ = ["draft_engagement", "meaning_frame", "understand_delivery", "understand_table"]
