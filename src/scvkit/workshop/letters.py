"""The request for an extract, one page per source, to be sent a week before the workshop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup
from pydantic import ValidationError

from scvkit import report
from scvkit.engagement import Assessment, Engagement
from scvkit.errors import EngagementError, nearest
from scvkit.locale import Words
from scvkit.sources import domain_named
from scvkit.vocabulary import Attribute, Domain
from scvkit.workshop.agenda import checklist
from scvkit.workshop.desk import source_name
from scvkit.workshop.folders import make_folder
from scvkit.workshop.remembered import remember_first_letters

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A system whose extract is asked for.

    ``files`` and ``columns`` are those of an extract that was received before: a first letter
    has none.
    """

    id: str
    name: str
    domain: Domain
    owner: str = ""
    files: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def write_letters(
    engagement: Engagement, folder: Path, words: Words, *, received: Path, typed: str = ""
) -> tuple[Path, ...]:
    """Write one letter per source and the checklist into ``folder``; return where they lie.

    ``received`` is the folder of the extracts: only what lies there was seen before. ``typed`` is
    the engagement as it was typed.
    """
    systems = []
    for key, source in engagement.sources.items():
        tables = [table for table in source.tables.values() if (received / table.file).exists()]
        columns = [
            column
            for table in tables
            for column, attribute in table.columns.items()
            if attribute not in _FORBIDDEN
        ]
        systems.append(
            Asked(
                id=key,
                name=source.name,
                domain=source.domain,
                owner=source.owner or "",
                # Orders and the people drawn out of them are two tables of one file.
                files=tuple(dict.fromkeys(table.file for table in tables)),
                columns=tuple(dict.fromkeys(columns)),
            )
        )
    client, facts = engagement.client.name, engagement.assessment
    return _written(client, facts, systems, folder, words, typed=typed)


def write_first_letters(
    client: str,
    systems: Sequence[str],
    folder: Path,
    words: Words,
    *,
    facts: Sequence[str] = (),
    typed: str = "",
) -> tuple[Path, ...]:
    """Write the letters before anything was received, and the checklist; return where they lie.

    ``systems`` are names as the client says them, each with its part of the business behind a
    colon where the name does not tell it: "Navision:purchases". Without any, one letter for each
    part of the business is written. ``facts`` are those of ``Assessment`` as they are typed:
    "delete_by=2027-01-31". ``typed`` is the folder of the engagement to come: it remembers client,
    language and facts for the draft. Raises EngagementError for a part or a fact that there is
    none of.
    """
    asked = [_system(said, words) for said in systems] or [
        Asked(id=domain.value, name=words(f"workshop.domains.{domain}"), domain=domain)
        for domain in Domain
        if domain is not Domain.OTHER
    ]
    stated = _stated(facts)
    if typed:
        remember_first_letters(Path(typed), client, words.language, stated)
    return _written(client, stated, asked, folder, words, typed=typed)


def older_letters(written: Sequence[Path]) -> tuple[Path, ...]:
    """Return the letters that lie beside those just written and were written for other systems."""
    beside = {f for file in written for f in file.parent.glob("extract-request-*.html")}
    return tuple(sorted(beside - set(written)))


def letter(client: str, facts: Assessment, system: Asked, words: Words) -> Markup:
    """Return the request for one system: what is needed, what must not come, and why."""
    asked = [
        words("workshop.letter.all_rows"),
        words("workshop.letter.keys"),
        *(words(f"workshop.letter.wanted.{what}") for what in WANTED[system.domain]),
        words("workshop.letter.two_times"),
        words("workshop.letter.consent"),
    ]
    if system.columns:
        asked.append(words("workshop.letter.columns", columns=words.listed(system.columns)))
    form = words("workshop.letter.form").split("|")
    if system.files:
        form.insert(0, words("workshop.letter.files", files=words.listed(system.files)))
    unknown = words("workshop.letter.to_be_named")
    lawful = words(
        "workshop.letter.lawful",
        controller=facts.controller or unknown,
        agreement=facts.processor_agreement or unknown,
        purpose=facts.purpose or unknown,
        delete_by=words.date(facts.delete_by) if facts.delete_by else unknown,
    )
    return Markup(
        '<section class="scv"><h1>{title}</h1><p><b>{to}</b></p><p>{opening}</p>'
        "<h2>{need}</h2><ul>{asked}</ul><h2>{leave_out}</h2><ul>{never}</ul>"
        "<h2>{how}</h2><ul>{form}</ul><p>{lawful}</p></section>"
    ).format(
        title=words("workshop.letter.title", source=system.name),
        to=words("workshop.letter.to", owner=system.owner or unknown),
        opening=words("workshop.letter.opening", client=client),
        need=words("workshop.letter.need"),
        asked=_items(asked),
        leave_out=words("workshop.letter.leave_out"),
        never=_items(words("workshop.letter.never").split("|")),
        how=words("workshop.letter.how"),
        form=_items(form),
        lawful=lawful,
    )


def _stated(facts: Sequence[str]) -> Assessment:
    known = ("controller", "processor_agreement", "purpose", "delete_by")
    told: dict[str, str] = {}
    for fact in facts:
        name, _, text = (part.strip() for part in fact.partition("="))
        if name not in known or not text:
            raise EngagementError(
                f"'{fact}' states no fact.{nearest(name, known)} Write one of "
                f"{', '.join(known)}, an equals sign and its text, such as delete_by=2027-01-31."
            )
        told[name] = text
    try:
        return Assessment.model_validate(told)
    except ValidationError:
        raise EngagementError(
            f"delete_by={told.get('delete_by')} is no day. Write it as 2027-01-31."
        ) from None


def _system(said: str, words: Words) -> Asked:
    name, _, part = (text.strip() for text in said.partition(":"))
    known = [domain.value for domain in Domain]
    if not name or (part and part not in known):
        raise EngagementError(
            f"'{said}' names no part of the business.{nearest(part, known)} Write the system and "
            f"its part, such as Navision:purchases. Parts: {', '.join(known)}."
        )
    spoken = {words(f"workshop.domains.{domain}").lower(): domain for domain in Domain}
    domain = Domain(part) if part else spoken.get(name.lower()) or domain_named(name)
    return Asked(id=source_name(Path(name)), name=name, domain=domain)


def _written(
    client: str,
    facts: Assessment,
    systems: Iterable[Asked],
    folder: Path,
    words: Words,
    *,
    typed: str,
) -> tuple[Path, ...]:
    make_folder(folder)
    written = []
    for system in systems:
        file = folder / f"extract-request-{system.id}.html"
        title = words("workshop.letter.title", source=system.name)
        body = letter(client, facts, system, words)
        file.write_text(_page(body, title, client, words, letter=True), encoding="utf-8")
        written.append(file)
    title = words("workshop.checklist.title")
    body = Markup('<section class="scv"><h1>{}</h1>{}</section>').format(
        title, checklist(words, engagement=typed, letters=str(folder))
    )
    file = folder / "checklist.html"
    file.write_text(_page(body, title, client, words), encoding="utf-8")
    return (*written, file)


def _items(sentences: list[str]) -> Markup:
    return Markup("").join(Markup("<li>{}</li>").format(s.strip()) for s in sentences)


def _page(body: Markup, title: str, client: str, words: Words, *, letter: bool = False) -> str:
    return str(report.page([body], title=title, client=client, words=words, letter=letter))
