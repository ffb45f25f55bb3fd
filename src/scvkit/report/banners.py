"""The banner of a run that may not be relied on."""

from __future__ import annotations

from markupsafe import Markup

from scvkit.engagement import Engagement
from scvkit.locale.words import Words
from scvkit.report.look import render


def banner(engagement: Engagement, words: Words) -> Markup:
    """Return "exploratory" with the facts of gate G0 that are missing; empty when none is.

    ``answer`` already holds it: this is for pages without an answer.
    """
    facts = [words(f"report.facts.{fact}") for fact in engagement.missing_lawful_facts]
    return render("banner", words=words, facts=words.listed(facts)) if facts else Markup()
