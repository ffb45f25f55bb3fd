"""Linkage: Splink proposes and scores pairs, tiers classify them, clusters never chain."""

from scvkit.linkage.choose import LinkageChoice, choose_settings
from scvkit.linkage.figures import seen_in_figure
from scvkit.linkage.frames import overlap_frame, tier_frame, weight_frame
from scvkit.linkage.link import link_records
from scvkit.linkage.masked import masked_pairs
from scvkit.linkage.output import write_link_output
from scvkit.linkage.progress import Stage, Stages

__all__ = [
    "LinkageChoice",
    "Stage",
    "Stages",
    "choose_settings",
    "link_records",
    "masked_pairs",
    "overlap_frame",
    "seen_in_figure",
    "tier_frame",
    "weight_frame",
    "write_link_output",
]
