"""Linkage: Splink proposes and scores pairs, tiers classify them, clusters never chain."""

from scvkit.linkage.ballot import ballot_kind
from scvkit.linkage.choose import LinkageChoice, choose_settings
from scvkit.linkage.disagreement import overlap_claims, values_per_person
from scvkit.linkage.figures import seen_in_figure
from scvkit.linkage.frames import (
    correction_frame,
    overlap_frame,
    review_frame,
    tier_frame,
    vote_frame,
    weight_frame,
)
from scvkit.linkage.link import link_records
from scvkit.linkage.masked import agreement_words, masked_pairs
from scvkit.linkage.output import link_content, seen_in_files, write_link_output
from scvkit.linkage.printed import printed_linkage
from scvkit.linkage.progress import Stage, Stages
from scvkit.linkage.votes import Question, count_votes, questions, strata
from scvkit.linkage.waterfall import explained_pairs
from scvkit.linkage.without_key import HiddenKey, write_without_key

__all__ = [
    "HiddenKey",
    "LinkageChoice",
    "Question",
    "Stage",
    "Stages",
    "agreement_words",
    "ballot_kind",
    "choose_settings",
    "correction_frame",
    "count_votes",
    "explained_pairs",
    "link_content",
    "link_records",
    "masked_pairs",
    "overlap_claims",
    "overlap_frame",
    "printed_linkage",
    "questions",
    "review_frame",
    "seen_in_figure",
    "seen_in_files",
    "strata",
    "tier_frame",
    "values_per_person",
    "vote_frame",
    "weight_frame",
    "write_link_output",
    "write_without_key",
]
