"""What stakeholders see: sections, pages, disclosure control. It never sees a row of a client."""

from scvkit.report import disclosure
from scvkit.report.across_sources import across_page, across_sources, attribute_map
from scvkit.report.answer import answer
from scvkit.report.banners import banner
from scvkit.report.case_against import case_against
from scvkit.report.claims import tested_claims
from scvkit.report.dimensions import dimensions
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
from scvkit.report.pages import index_page, page, report_page
from scvkit.report.permission import permission
from scvkit.report.source_evidence import SourceEvidence, gathered
from scvkit.report.source_page import source_life, source_page, source_sections
from scvkit.report.sources import sources
from scvkit.report.use_cases import use_cases
from scvkit.report.verdict_rules import verdict_rules
from scvkit.report.who_is_who import who_is_who

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "ClientLine",
    "Making",
    "SourceEvidence",
    "StepMade",
    "across_page",
    "across_sources",
    "answer",
    "attribute_map",
    "banner",
    "case_against",
    "clients_page",
    "dimensions",
    "disclosure",
    "gathered",
    "index_page",
    "landscape_map",
    "making",
    "method",
    "not_assessed",
    "page",
    "permission",
    "report_css",
    "report_page",
    "source_life",
    "source_page",
    "source_sections",
    "sources",
    "styled",
    "template_folder",
    "tested_claims",
    "use_cases",
    "verdict_rules",
    "who_is_who",
]
