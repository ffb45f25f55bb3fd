"""Full-data quality of a source: what is filled, valid, damaged, repeated, old.

``deep_dive`` is imported by name where its page is wanted.
"""

from scvkit.profile.figures import fill_figure
from scvkit.profile.frames import column_frame, finding_frame
from scvkit.profile.interchange import profile_as_json
from scvkit.profile.printed import printed_profile
from scvkit.profile.source import profile_source

__all__ = [
    "column_frame",
    "fill_figure",
    "finding_frame",
    "printed_profile",
    "profile_as_json",
    "profile_source",
]
