"""Full-data quality of a source: what is filled, valid, damaged, repeated, old.

``deep_dive`` is imported by name where its page is wanted.
"""

from scvkit.profile.alerts import with_deep_dives
from scvkit.profile.figures import fill_figure
from scvkit.profile.fix_lists import write_fix_lists
from scvkit.profile.frames import column_frame, finding_frame
from scvkit.profile.interchange import profile_as_json
from scvkit.profile.printed import printed_profile
from scvkit.profile.since_earlier import since_earlier
from scvkit.profile.source import profile_source

__all__ = [
    "column_frame",
    "fill_figure",
    "finding_frame",
    "printed_profile",
    "profile_as_json",
    "profile_source",
    "since_earlier",
    "with_deep_dives",
    "write_fix_lists",
]
