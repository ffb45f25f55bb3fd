"""What must stop, each counted, with who ends it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scvkit.locale.words import Words
from scvkit.records.consent import Permission
from scvkit.records.evidence import Evidence
from scvkit.records.telling import FEWEST, is_few
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, part, people, share
from scvkit.report.found import Found
from scvkit.report.quantities import quantity
from scvkit.vocabulary import Channel

_MOST_OWNERS = 2  # owners of sources named beside a stop; more would be everybody
# The action that ends each stop, whose owner the roadmap names.
_ENDED_BY = {
    "withdrawn_but_mailable": "one_suppression_list",
    "mailed_after_no": "one_suppression_list",
    "analytics_without_consent": "keep_analytics_state",
    "analytics_refused": "keep_analytics_state",
    "past_retention": "delete_past_retention",
    "forbidden": "take_out_forbidden",
    "shadow": "stop_shadow_lists",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One thing that must stop, in a few words, and who ends it; "" where nobody is named."""

    what: str
    who: str


def stops(found: Found, words: Words) -> list[Stop]:
    """Return what must stop, mail to people first."""
    told: list[Stop] = []
    if found.permission is not None:
        told += _of_permission(found.permission, found, words)
    held = [
        (table.source, f"{table.source}/{table.table}.{column}")
        for source in found.intake.sources
        for table in source.tables
        for column in table.quarantined
    ]
    if held:
        where = words.listed(column for _, column in held)
        told.append(_stop("forbidden", [s for s, _ in held], found, words, where=where))
    shadow = [file for file in found.intake.undeclared if file.customer_columns]
    if shadow:
        files = words.listed(f"“{file.file}”" for file in shadow)
        told.append(_stop("shadow", [], found, words, n=len(shadow), files=files))
    return told


def _of_permission(permission: Permission, found: Found, words: Words) -> Iterator[Stop]:
    counted: Evidence = permission.withdrawn_but_mailable
    if counted.value:
        yield from _withdrawn(permission, found, words)
    replay = found.use_cases.replay if found.use_cases else None
    if replay is not None and replay.said_no:
        sources = _sources(replay.refs)
        yield _stop(
            "mailed_after_no",
            sources,
            found,
            words,
            count=part(replay.said_no, replay.sent, words).text,
            whole=people(replay.sent, words),
            source=words.listed(found.names.get(source, source) for source in sources),
        )
    silent = permission.analytics_without_consent
    visits = [entry for entry in permission.sources if entry.channel is Channel.ANALYTICS]
    if silent.value:
        count = _counted(silent, words)
        refs = _sources(silent.refs)
        yield _stop("analytics_without_consent", refs, found, words, count=count)
    refused = sum(entry.refused + entry.withdrawn for entry in visits)
    if refused:
        count = _of(refused, sum(entry.records for entry in visits), words)
        refs = [entry.source for entry in visits]
        yield _stop("analytics_refused", refs, found, words, count=count)
    late = permission.past_retention
    if late.value:
        count = _counted(late, words)
        by_source = permission.kept_too_long
        if by_source:
            sources = [source for source, _ in by_source]
            where = words.listed(_parts(by_source, found, words))
            yield _stop("past_retention", sources, found, words, "_in", count=count, where=where)
        else:
            yield _stop("past_retention", _sources(late.refs), found, words, count=count)


def _counted(evidence: Evidence, words: Words) -> str:
    if evidence.passed is None or not evidence.tested:
        return quantity(evidence, words).text
    return _of(evidence.passed, evidence.tested, words)


def _of(passed: int, tested: int, words: Words) -> str:
    """A count with its whole, and the share where it may be told: "770 of 10,483 (7%)"."""
    shown = part(passed, tested, words)
    told = words("report.of", part=shown.text, whole=people(tested, words))
    of_enough = shown.exact and tested >= FEWEST_FOR_A_SHARE
    return f"{told} ({share(passed, tested, words)})" if of_enough else told


def _parts(counts: Sequence[tuple[str, int]], found: Found, words: Words) -> Iterator[str]:
    """Sources with their parts of a whole that is told: one hidden part hides the largest too."""
    few = sum(is_few(n) for _, n in counts)
    largest = max(n for _, n in counts)
    for place, (source, n) in enumerate(counts):
        follows = few == 1 and n == largest and place == 0 and n > FEWEST
        told = f">{words.number(n - FEWEST)}" if follows else people(n, words)
        yield f"{found.names.get(source, source)}: {told}"


def _withdrawn(permission: Permission, found: Found, words: Words) -> Iterator[Stop]:
    """Where the records lie that still say yes: there the mail has to stop."""
    base = permission.tested_for_withdrawal
    count = quantity(permission.withdrawn_but_mailable, words, base=base).text
    sources = [source for source, _ in permission.to_suppress]
    if not sources:
        yield _stop("withdrawn_but_mailable", [], found, words, count=count)
        return
    where = words.listed(found.names.get(source, source) for source in sources)
    yield _stop("withdrawn_but_mailable", sources, found, words, "_from", count=count, source=where)


def _stop(
    name: str,
    sources: Iterable[str],
    found: Found,
    words: Words,
    form: str = "",
    **values: object,
) -> Stop:
    what = words(f"report.roles.dpo.stop.{name}{form}", **values)
    return Stop(
        what=what[:1].upper() + what[1:],
        who=words.clauses(
            [*_role(_ENDED_BY[name], found, words), *_owners(list(sources), found, words)]
        ),
    )


def _role(action: str, found: Found, words: Words) -> list[str]:
    """The role that the roadmap names, and who holds it where the client said so."""
    actions = found.roadmap.actions if found.roadmap else ()
    planned = next((one for one in actions if one.action == action), None)
    if planned is None:
        return []
    return [role_name(planned.owner, found, words)]


def role_name(role: str, found: Found, words: Words) -> str:
    """Return a role in words, with who holds it where the client named somebody."""
    key = f"scenarios.owners.{role}"
    name = words(key) if words.has(key) else role
    told = found.engagement.people
    holder = {
        "consent_owner": told.consent_owner.role if told and told.consent_owner else "",
        "sponsor": told.sponsor.role if told and told.sponsor else "",
    }.get(role, "")
    return words("report.roles.held_by", role=name, holder=holder) if holder else name


def _owners(sources: list[str], found: Found, words: Words) -> list[str]:
    cards = {key: card for key, card in found.engagement.sources.items() if key in sources}
    if not cards or len(cards) > _MOST_OWNERS:
        return []
    return [
        words("report.roles.source_owner", source=card.name, owner=card.owner)
        for card in cards.values()
        if card.owner
    ]


def _sources(refs: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ref.split("/")[0] for ref in refs))
