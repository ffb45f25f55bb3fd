"""The request for an extract, one page per source, to be sent a week before the workshop."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from scvkit import report
from scvkit.engagement import Engagement, Source
from scvkit.locale import Words
from scvkit.vocabulary import Attribute, Domain
from scvkit.workshop.agenda import checklist

# What a source of this kind can tell, beside the keys that every source is asked for.
WANTED: dict[Domain, tuple[str, ...]] = {
    Domain.PURCHASES: ("orders", "last_purchase", "amounts"),
    Domain.SHOP: ("orders", "last_purchase", "language"),
    Domain.NEWSLETTER: ("status", "withdrawals", "opens"),
    Domain.LOYALTY: ("birth_dates", "last_purchase"),
    Domain.SERVICE: ("topics", "order_numbers"),
    Domain.WEB_ANALYTICS: ("login", "consent_state"),
    Domain.CRM: ("companies", "activity"),
    Domain.CAMPAIGN: ("sends",),
    Domain.OTHER: (),
}
_FORBIDDEN = (Attribute.FREE_TEXT, Attribute.NATIONAL_ID)


def write_letters(engagement: Engagement, folder: Path, words: Words) -> tuple[Path, ...]:
    """Write one letter per source and the checklist into ``folder``; return where they lie."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for key, source in engagement.sources.items():
        file = folder / f"extract-request-{key}.html"
        body = letter(engagement, source, words)
        title = words("workshop.letter.title", source=source.name)
        file.write_text(_page(body, title, engagement, words), encoding="utf-8")
        written.append(file)
    title = words("workshop.checklist.title")
    body = Markup('<section class="scv"><h1>{}</h1>{}</section>').format(title, checklist(words))
    file = folder / "checklist.html"
    file.write_text(_page(body, title, engagement, words), encoding="utf-8")
    return (*written, file)


def letter(engagement: Engagement, source: Source, words: Words) -> Markup:
    """Return the request for one source: what is needed, what must not come, and why."""
    facts = engagement.assessment
    asked = [
        words("workshop.letter.all_rows"),
        words("workshop.letter.keys"),
        *(words(f"workshop.letter.wanted.{what}") for what in WANTED[source.domain]),
        words("workshop.letter.two_times"),
        words("workshop.letter.consent"),
    ]
    files = [table.file for table in source.tables.values()]
    columns = [
        column
        for table in source.tables.values()
        for column, attribute in table.columns.items()
        if attribute not in _FORBIDDEN
    ]
    if columns:
        asked.append(words("workshop.letter.columns", columns=words.listed(columns)))
    unknown = words("workshop.letter.to_be_named")
    lawful = words(
        "workshop.letter.lawful",
        controller=facts.controller or unknown,
        agreement=facts.processor_agreement or unknown,
        purpose=facts.purpose or unknown,
        delete_by=facts.delete_by or unknown,
    )
    return Markup(
        '<section class="scv"><h1>{title}</h1><p><b>{to}</b></p><p>{opening}</p>'
        "<h2>{need}</h2><ul>{asked}</ul><h2>{leave_out}</h2><ul>{never}</ul>"
        "<h2>{how}</h2><ul>{form}</ul><p>{lawful}</p></section>"
    ).format(
        title=words("workshop.letter.title", source=source.name),
        to=words("workshop.letter.to", owner=source.owner or unknown),
        opening=words("workshop.letter.opening", client=engagement.client.name),
        need=words("workshop.letter.need"),
        asked=_items(asked),
        leave_out=words("workshop.letter.leave_out"),
        never=_items(words("workshop.letter.never").split("|")),
        how=words("workshop.letter.how"),
        form=_items(
            [
                words("workshop.letter.files", files=words.listed(files)),
                *words("workshop.letter.form").split("|"),
            ]
        ),
        lawful=lawful,
    )


def _items(sentences: list[str]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(s.strip()) for s in sentences)


def _page(body: Markup, title: str, engagement: Engagement, words: Words) -> str:
    return str(report.page([body], title=title, client=engagement.client.name, words=words))
