"""The consultant's own marks on a page: draft or final, a logo, an accent colour, commentary."""

from __future__ import annotations

import re
from typing import Any

import mistune
from markupsafe import Markup

from scvkit.engagement import Engagement
from scvkit.locale.words import Words
from scvkit.report.accent import recoloured
from scvkit.report.look import render
from scvkit.report.sentences import plain

_MAIN = re.compile(r"<main\b[^>]*>")
_SECTION = re.compile(r"<(/?)section\b([^>]*)>")
_LINKS = ("https://", "http://", "mailto:", "#")


def with_marks(page: str, engagement: Engagement, words: Words) -> str:
    """Return ``page`` with the marks of the engagement file; as it is when there are none.

    Commentary closes the section it was written for, and is marked as the consultant's words.
    """
    said = engagement.report
    if said is None:
        return page
    for section, text in said.commentary.items():
        page = _closing(page, section, commentary(text, engagement, words))
    if said.colour:
        page = recoloured(page, said.colour)
        style = f"<style>.scv.scv{{--teal:{said.colour};--accent:{said.colour}}}</style></head>"
        page = page.replace("</head>", style, 1)
    if said.logo or said.draft is not None:
        kind = "" if said.draft is None else "draft" if said.draft else "final"
        bar = render(
            "marks",
            words=words,
            client=engagement.client.name,
            logo=said.logo or "",
            kind=kind,
        )
        page = _MAIN.sub(lambda found: found.group() + str(bar), page, count=1)
    return page


def commentary(text: str, engagement: Engagement, words: Words) -> Markup:
    """Return Markdown as safe HTML: no tag of its own, no picture, no script."""
    first = str(engagement.client.languages[0])
    told = mistune.Markdown(renderer=_Safe(escape=True))(plain(text))
    return render(
        "commentary",
        words=words,
        text=Markup(told),
        language="" if words.language == first else first,
    )


class _Safe(mistune.HTMLRenderer):
    """Headings below those of a section, links that lead only to pages, no pictures."""

    def heading(self, text: str, level: int, **_: Any) -> str:
        tag = "h3" if level < 3 else "h4"
        return f"<{tag}>{text}</{tag}>\n"

    def image(self, text: str, *_: Any, **__: Any) -> str:
        return text

    def link(self, text: str, url: str, *_: Any, **__: Any) -> str:
        if not url.lower().startswith(_LINKS):
            return text
        return f'<a href="{Markup.escape(url)}">{text}</a>'


def _closing(page: str, section: str, told: Markup) -> str:
    """Put ``told`` before the end of the section with this id."""
    depth = 0
    for found in _SECTION.finditer(page):
        if not depth:
            ours = not found.group(1) and f'id="{section}"' in found.group(2)
            depth = 1 if ours else 0
            continue
        depth += -1 if found.group(1) else 1
        if not depth:
            return page[: found.start()] + str(told) + page[found.start() :]
    return page
