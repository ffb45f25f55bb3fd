"""The minutes: what was claimed, told, chosen and decided, by which role, and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from scvkit import report
from scvkit.engagement import Entry, moment
from scvkit.linkage.votes import FEWEST as ENOUGH_VOTES
from scvkit.linkage.votes import SETTLED
from scvkit.records.identity import Identity
from scvkit.workshop.agreed import AgreedList, agreed_table
from scvkit.workshop.choice import UseCaseChoice
from scvkit.workshop.claims import claim_table, revealed_claims
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import table
from scvkit.workshop.prices import PriceRanges
from scvkit.workshop.spoken import sentence
from scvkit.workshop.vote_box import VoteBox

CORRECTION_DAYS = 5
_CHANGES = ("source", "flow", "gap", "consent", "people", "threshold", "what_if")


def minutes(desk: Desk) -> Markup:
    """Return the minutes as a section; empty when nothing was captured."""
    entries = [entry for journal in desk.journals() for entry in journal.entries]
    if not entries:
        return Markup()
    words = desk.words
    parts = [
        Markup("<h2>{}</h2>{}").format(words(f"workshop.minutes.{name}"), shown)
        for name, shown in _parts(desk, entries)
    ]
    opening = words(
        "workshop.minutes.opening",
        n=len(entries),
        first=moment(entries[0].at),
        last=moment(entries[-1].at),
    )
    return Markup('<section class="scv" id="minutes"><h1>{}</h1><p>{}</p>{}</section>').format(
        words("workshop.minutes.title", client=desk.engagement.client.name),
        opening,
        Markup("").join(parts),
    )


def minutes_page(desk: Desk, *, run_id: str = "") -> str:
    """Return the minutes as a page of their own; "" when nothing was captured."""
    section = minutes(desk)
    if not section:
        return ""
    client = desk.engagement.client.name
    title = desk.words("workshop.minutes.title", client=client)
    return str(report.page([section], title=title, client=client, words=desk.words, run_id=run_id))


def _parts(desk: Desk, entries: Sequence[Entry]) -> Iterator[tuple[str, Markup]]:
    identity = desk.find("identity", Identity)
    yield "stop", agreed_table(desk, "stop_condition")
    if identity is not None and identity.claims:
        yield "claims", revealed_claims(desk, identity, None)
    else:
        yield "claims", claim_table(desk)
    yield "told", _told(desk, entries)
    yield "votes", _votes(desk)
    yield "chosen", UseCaseChoice(desk).twin()
    if desk.said("price"):
        yield "prices", PriceRanges(desk).twin()
    yield "refused", AgreedList(desk, "veto").twin()
    yield "steps", agreed_table(desk, "first_step")
    if desk.said("note"):
        yield "notes", agreed_table(desk, "note")
    yield "next", _next(desk, entries)


def _told(desk: Desk, entries: Sequence[Entry]) -> Markup:
    words = desk.words
    rows = [
        (
            moment(entry.at),
            words(f"workshop.kinds.{entry.kind}"),
            sentence(desk, entry),
            entry.role,
        )
        for entry in entries
        if entry.kind in _CHANGES
    ]
    head = [words(f"workshop.minutes.columns.{n}") for n in ("at", "kind", "what")]
    return table(
        [*head, words("workshop.role")],
        rows,
        caption=words("workshop.minutes.told_title"),
        nothing=words("workshop.minutes.nothing_told"),
    )


def _votes(desk: Desk) -> Markup:
    """How many pairs were voted on and by how many voters: counts, never a pair."""
    words = desk.words
    cast = VoteBox(desk.work / "votes").votes()
    voters = {voter for answers in cast.values() for voter in answers if voter != SETTLED}
    both = sum(len(voters & set(answers)) > 1 for answers in cast.values())
    told = words(
        "workshop.minutes.voted", n=len(cast), voters=len(voters), both=both, enough=ENOUGH_VOTES
    )
    return Markup("<p>{}</p>").format(told if cast else words("linkage.vote.voted_none"))


def _next(desk: Desk, entries: Sequence[Entry]) -> Markup:
    words = desk.words
    last = dt.date.fromisoformat(entries[-1].at[:10])
    delete_by = desk.engagement.assessment.delete_by
    lines = [
        words("workshop.minutes.report"),
        words("workshop.minutes.corrections", until=last + dt.timedelta(days=CORRECTION_DAYS)),
        words("workshop.minutes.deletion", until=delete_by)
        if delete_by
        else words("workshop.minutes.no_deletion"),
        *desk.overlay.told,
    ]
    return Markup("<ul>{}</ul>").format(
        Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    )
