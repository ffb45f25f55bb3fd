"""Whole pages: the index that opens with the verdict, and the report made of its sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from scvkit.engagement import Engagement
from scvkit.locale.words import LANGUAGES, Words
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake
from scvkit.records.linkage import Linkage
from scvkit.records.readiness import Readiness
from scvkit.records.usecases import UseCases
from scvkit.report.answer import Headline, answer
from scvkit.report.banners import banner
from scvkit.report.look import render, report_css
from scvkit.report.roles import role_links
from scvkit.report.sentences import unread


def index_page(
    *,
    engagement: Engagement,
    readiness: Readiness | None,
    linkage: Linkage | None,
    permission: Permission | None,
    use_cases: UseCases | None,
    intake: Intake | None,
    words: Words,
    run_id: str = "",
    report: str | None = None,
    other_languages: Sequence[tuple[str, str, str]] = (),
    forms: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    minutes: str | None = None,
    source_pages: Sequence[tuple[str, str]] = (),
    pictures: Sequence[tuple[str, str]] = (),
    contracts: Sequence[tuple[str, str]] = (),
    notebooks: Sequence[tuple[str, str]] = (),
    deep_dives: Sequence[tuple[str, str]] = (),
    failed: Sequence[tuple[str, str]] = (),
    headline: Headline | None = None,
) -> Markup:
    """Return the index: the first screen, then the report, the analyst's pages, what failed.

    ``report`` is the address of the report, ``other_languages`` are (code, name, address) of it
    in others; ``forms`` gives, by the address of a report, (name, address) of its workbook and
    PDF; ``minutes`` is the address of the workshop's. ``source_pages`` are (name, address) of the
    pages of single sources, the one of all of them first; ``pictures`` of the map and
    ``contracts`` of the sources are (name, address) pairs beside the report; ``notebooks`` and
    ``deep_dives`` are (name, address) pairs under restricted/, ``failed`` are (step, reason) pairs.
    """
    first = Markup()
    if readiness is not None and intake is not None:
        first = answer(
            readiness=readiness,
            linkage=linkage,
            permission=permission,
            use_cases=use_cases,
            intake=intake,
            engagement=engagement,
            words=words,
            headline=headline,
            run_id=run_id,
            contents=False,
        )
        if report is not None:
            # The numbers' evidence rows stand in the report, not on this page.
            first = Markup(str(first).replace('href="#', f'href="{Markup.escape(report)}#'))
    elif not engagement.lawful:
        first = banner(engagement, words)
    names = {key: card.name for key, card in engagement.sources.items()}
    not_read = [
        (source.name, unread(entry.reason, words))
        for source in (intake.sources if intake else ())
        for entry in source.unread
    ]
    body = render(
        "index",
        words=words,
        first=first,
        has_answer=readiness is not None and intake is not None,
        client=engagement.client.name,
        report=report,
        other_languages=other_languages,
        forms=forms or {},
        minutes=minutes,
        source_pages=source_pages,
        roles=[(name, f"{report}#{role}") for role, name in role_links(words)]
        if report and readiness is not None
        else [],
        pictures=pictures,
        contracts=contracts,
        notebooks=[(step_title(name, words, names), href) for name, href in notebooks],
        deep_dives=deep_dives,
        failed=[(step_title(name, words, names), why) for name, why in failed],
        unread=not_read,
    )
    return page(
        [body],
        title=words("report.page_title", client=engagement.client.name),
        client=engagement.client.name,
        words=words,
        run_id=run_id,
    )


def report_page(
    sections: Sequence[Markup],
    *,
    engagement: Engagement,
    words: Words,
    run_id: str = "",
) -> Markup:
    """Return the sections, the answer first, as one self-contained page."""
    client = engagement.client.name
    return page(
        sections,
        title=words("report.page_title", client=client),
        client=client,
        words=words,
        run_id=run_id,
    )


def page(
    sections: Sequence[Markup],
    *,
    title: str,
    client: str,
    words: Words,
    run_id: str = "",
    letter: bool = False,
) -> Markup:
    """Return a page of the kit: no script, nothing loaded, landmarks and a skip link.

    A ``letter`` goes to somebody who knows nothing of the kit: the mark of an unread translation
    is seen on the screen of who sends it and is not printed.
    """
    return render(
        "page",
        words=words,
        title=title,
        client=client,
        run=words("report.run", id=run_id) if run_id else "",
        css=Markup(report_css()),
        sections=sections,
        letter=letter,
    )


def step_title(name: str, words: Words, names: Mapping[str, str]) -> str:
    """The title of a notebook; a page made once per source carries the source behind a dot."""
    for key in (name, name.split(".")[0], name.split("-")[0]):
        if words.has(f"steps.{key}.title"):
            rest = name[len(key) :].strip(".- ")
            title = words(f"steps.{key}.title")
            named = names.get(rest) or LANGUAGES.get(rest, rest)
            return f"{title}: {named}" if named else title
    return name
