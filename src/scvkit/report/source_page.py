"""The page of one source: what it is, whether to trust it and for what, and what to mend where."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.report.banners import banner
from scvkit.report.look import render
from scvkit.report.pages import page
from scvkit.report.pen import Pen
from scvkit.report.sentences import unread
from scvkit.report.source_card import dimensions_of, five_vs, tables_of, told_about
from scvkit.report.source_columns import columns_of
from scvkit.report.source_evidence import SourceEvidence
from scvkit.report.source_faults import faults_of
from scvkit.report.source_headline import headline_of, lead_of, numbers_of
from scvkit.report.source_keys import keys_of
from scvkit.report.source_permission import basis_of, consents_of, held_back, no_consents
from scvkit.report.source_reading import fix_lists_of, readings_of, second_look, since_earlier
from scvkit.report.source_trend import lives_of


def source_page(
    source: SourceEvidence,
    *,
    words: Words,
    run_id: str = "",
    report: str = "",
    restricted: bool = True,
) -> Markup:
    """Return the whole page of a source, one self-contained file of its own.

    ``report`` is the file name of the stakeholder's report, one folder up. The deep dives are
    linked only when ``restricted``: a folder made to be sent whole does not hold them.
    """
    sections = [banner(source.engagement, words)] if not source.engagement.lawful else []
    sections.append(source_sections(source, words=words, report=report, restricted=restricted))
    return page(
        sections,
        title=words(
            "report.source_page.page_title",
            name=source.name,
            client=source.engagement.client.name,
        ),
        client=source.engagement.client.name,
        words=words,
        run_id=run_id,
    )


def source_sections(
    source: SourceEvidence, *, words: Words, report: str = "", restricted: bool = True
) -> Markup:
    """Return the sections of a source's page, for the page itself or for a notebook."""
    pen = Pen(f"source-{source.id}")
    full, smaller = faults_of(source.profile, words)
    return render(
        "source_page",
        words=words,
        pen=pen,
        source=source,
        unread=unread,
        client=source.engagement.client.name,
        extracts=_extracts(source.engagement.assessment.as_of, words),
        report=report,
        title=headline_of(source, words),
        lead=lead_of(source, words),
        numbers=numbers_of(source, words, pen),
        told=told_about(source, words),
        tables=tables_of(source, words),
        vs=five_vs(source, words),
        dimensions=dimensions_of(source, words, pen),
        keys=keys_of(source, words),
        faults=full,
        smaller=smaller,
        fix_lists=fix_lists_of(source, words),
        lives=lives_of(source, words),
        consents=consents_of(source, words, pen),
        no_consents=no_consents(source, words),
        basis=basis_of(source, words),
        held=held_back(source, words),
        columns=columns_of(source, words, pen),
        readings=readings_of(source, words),
        since=since_earlier(source, words),
        looks=second_look(source, words, restricted=restricted),
    )


def source_life(source: SourceEvidence, *, words: Words) -> Markup:
    """Return the pictures by month and age alone, for a notebook."""
    pen = Pen(f"life-{source.id}")
    inner = render("source_life", words=words, pen=pen, lives=lives_of(source, words))
    return Markup('<div class="scv scv-sourcepage">{}{}</div>').format(pen.hatch(), inner)


def _extracts(as_of: dt.date | None, words: Words) -> str:
    return words("report.extracts_of", date=words.date(as_of)) if as_of else ""
