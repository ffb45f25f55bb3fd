"""What stakeholders see: sections, pages, disclosure control. It never sees a row of a client."""

from scvkit.report import disclosure
from scvkit.report.accent import recoloured
from scvkit.report.across_sources import across_page, across_sources, attribute_map
from scvkit.report.answer import answer
from scvkit.report.banners import banner
from scvkit.report.case_against import case_against
from scvkit.report.claims import claims_beside, tested_claims
from scvkit.report.comparison import comparison_page, comparison_text
from scvkit.report.consultant import with_marks
from scvkit.report.core import core
from scvkit.report.dimensions import dimensions
from scvkit.report.five_vs import five_vs
from scvkit.report.found import Found
from scvkit.report.landscape_map import landscape_map
from scvkit.report.look import CONTENT_SECURITY_POLICY, report_css, styled, template_folder
from scvkit.report.making import (
    ClientLine,
    Making,
    StepMade,
    clients_page,
    making,
    not_assessed,
)
from scvkit.report.method import method
from scvkit.report.page_tables import tables_of
from scvkit.report.pages import index_page, page, report_page
from scvkit.report.permission import permission
from scvkit.report.roadmap import roadmap
from scvkit.report.roles import ROLES, role_links, role_pages
from scvkit.report.segments import segments
from scvkit.report.source_evidence import SourceEvidence, gathered
from scvkit.report.source_page import source_life, source_page, source_sections
from scvkit.report.sources import sources
from scvkit.report.use_cases import use_cases
from scvkit.report.value import value
from scvkit.report.verdict_rules import verdict_rules
from scvkit.report.what_if import what_if
from scvkit.report.who_is_who import who_is_who
from scvkit.report.workbook import workbook

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "ROLES",
    "ClientLine",
    "Found",
    "Making",
    "SourceEvidence",
    "StepMade",
    "across_page",
    "across_sources",
    "answer",
    "attribute_map",
    "banner",
    "case_against",
    "claims_beside",
    "clients_page",
    "comparison_page",
    "comparison_text",
    "core",
    "dimensions",
    "disclosure",
    "five_vs",
    "gathered",
    "index_page",
    "landscape_map",
    "making",
    "method",
    "not_assessed",
    "page",
    "permission",
    "recoloured",
    "report_css",
    "report_page",
    "roadmap",
    "role_links",
    "role_pages",
    "segments",
    "source_life",
    "source_page",
    "source_sections",
    "sources",
    "styled",
    "tables_of",
    "template_folder",
    "tested_claims",
    "use_cases",
    "value",
    "verdict_rules",
    "what_if",
    "who_is_who",
    "with_marks",
    "workbook",
]
