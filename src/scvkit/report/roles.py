"""A page for each reader: their question, its answer, three numbers, one table, what to decide.

The pages stand in the report and are reached by #cmo, #cio, #cfo, #dpo and #service; the one that
is reached stands alone, on the screen and on paper, without a script.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import Markup
from ruamel.yaml import YAML

from scvkit.locale.words import Words
from scvkit.records.consent import Permission
from scvkit.records.evidence import Evidence
from scvkit.records.scenarios import RoadmapAction
from scvkit.report.disclosure import is_few, part, people, share
from scvkit.report.found import Found
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.quantities import amount, quantity
from scvkit.report.role_numbers import by_worth, mailable, number
from scvkit.report.role_tables import table
from scvkit.report.sentences import lowered
from scvkit.report.use_cases import status_of, why_of
from scvkit.vocabulary import Channel, Domain, UseCaseStatus

ROLES = ("cmo", "cio", "cfo", "dpo", "service")
_MOST_ACTIONS = 3
_HORIZONS = ("first_30_days", "within_90_days", "within_a_year", "stop")
_OF_CUSTOMERS = {Domain.PURCHASES, Domain.SHOP, Domain.LOYALTY, Domain.CRM}
_STOPS = ("withdrawn_but_mailable", "analytics_without_consent", "past_retention")


def role_pages(found: Found, words: Words) -> Markup:
    """Return the page of every role, one section each."""
    return Markup("\n").join(_page(role, found, words) for role in ROLES)


def role_links(words: Words) -> list[tuple[str, str]]:
    """Return (id, name) of each role, for a line of links."""
    return [(role, words(f"report.roles.{role}.name")) for role in ROLES]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    title: str
    note: str


def _page(role: str, found: Found, words: Words) -> Markup:
    said = _roles()[role]
    pen = Pen(f"role-{role}")
    rows = table(said, found, words)
    heads = [words(f"report.roles.heads.{said['table']}.{n}") for n in range(len(rows[0].cells))]
    return render(
        "role",
        words=words,
        pen=pen,
        id=role,
        client=found.engagement.client.name,
        name=words(f"report.roles.{role}.name"),
        others=[(id_, name) for id_, name in role_links(words) if id_ != role],
        question=words(f"report.roles.{role}.question"),
        answer=_ANSWERS[role](found, words),
        stops=[_sentence_case(stop) for stop in _stops(found, words)] if role == "dpo" else (),
        numbers=[number(each, found, words, pen) for each in said["numbers"]],
        kind=said["table"],
        caption=words(f"report.roles.heads.{said['table']}.caption"),
        heads=heads,
        rows=rows,
        steps=_steps(role, said["actions"], said.get("also", ()), found, words),
        decisions=[
            _decision(role, n, found, words)
            for n in range(9)
            if words.has(f"report.roles.{role}.decide.{n}")
        ],
        sections=[(id_, words(f"report.roles.sections.{id_}")) for id_ in said["sections"]],
    )


def _decision(role: str, place: int, found: Found, words: Words) -> str:
    """What to decide; the first of a page may lean on a source that the client does not have."""
    needed = _roles()[role].get("needs", "")
    domains = {source.domain for source in found.engagement.sources.values()}
    if place == 0 and needed and needed not in domains:
        return words(f"report.roles.{role}.without.{needed}")
    return words(f"report.roles.{role}.decide.{place}")


@cache
def _roles() -> dict[str, Any]:
    text = (resources.files("scvkit.report") / "roles.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return read


def _of_marketing(found: Found, words: Words) -> str:
    verdict = found.verdict("U1")
    fit = verdict.fit if verdict else None
    domains = {source.domain for source in found.engagement.sources.values()}
    if fit is not None and fit.served is None and not domains & _OF_CUSTOMERS:
        return _mailable(found, words) + words("report.roles.cmo.no_customers")
    if verdict is None or fit is None or fit.served is None or not fit.base:
        why = lowered(why_of(fit, words)) if fit else words("report.roles.not_run")
        return _mailable(found, words) + words("report.roles.cmo.unknown", why=why)
    served = people(fit.served.mid, words)
    key = "blocked" if verdict.status is UseCaseStatus.BLOCKED else "answer"
    return _mailable(found, words) + words(
        f"report.roles.cmo.{key}",
        served=served,
        base=people(fit.base, words),
        status=status_of(verdict, found.readiness, words),
    )


def _mailable(found: Found, words: Words) -> str:
    """Who may be written to at all, customer or not."""
    stated = mailable(found)
    if stated is None or found.permission is None:
        return ""
    stop = dict(found.permission.to_suppress).get(stated.source, 0)
    return words(
        f"report.roles.cmo.{'mailable' if stop else 'mailable_all'}",
        given=people(stated.given, words),
        share=share(stated.given, stated.records, words),
        records=people(stated.records, words),
        source=found.names.get(stated.source, stated.source),
        withdrawn=people(stop, words),
    )


def _of_systems(found: Found, words: Words) -> str:
    """The keys to capture: what the roadmap tried on the data, else where most have none."""
    names = found.names
    best = _best_keys(found)
    if best:
        captured = [
            words(
                "report.roles.cio.key",
                key=words(f"scenarios.keys.{a.answer.key}"),
                source=names.get(a.answer.source, a.answer.source),
                more=people(round(_gain(a)), words),
                low=people(round(_gain(a, "low")), words),
                high=people(round(_gain(a, "high")), words),
            )
            for a in best
            if a.answer is not None
        ]
        same = len(best) > 1 and len({a.answer.key for a in best if a.answer is not None}) == 1
        keys = words("report.roles.cio.then").join(captured)
        return words(f"report.roles.cio.{'answer_same' if same else 'answer'}", keys=keys)
    if found.identity is None:
        return words("report.roles.cio.unknown")
    short = sorted(
        (s for s in found.identity.sources if s.persons + s.organisations > s.with_strong_key),
        key=lambda s: s.with_strong_key - s.persons - s.organisations,
    )
    if not short:
        return words("report.roles.cio.none")
    told = [
        words(
            "report.roles.cio.without",
            source=names.get(s.source, s.source),
            count=people(s.persons + s.organisations - s.with_strong_key, words),
        )
        for s in short[:2]
    ]
    return words("report.roles.cio.fallback", sources=words("report.answer.and").join(told))


def _best_keys(found: Found) -> list[RoadmapAction]:
    """The two pairs of key and place that bring most records to a person, one action each."""
    tried = [a for a in _actions(found) if a.answer is not None and a.answer.kind == "add_key"]
    best: dict[tuple[str, str], RoadmapAction] = {}
    for action in sorted(tried, key=_gain, reverse=True):
        if action.answer is not None and _gain(action) > 0:
            best.setdefault((action.answer.key, action.answer.source), action)
    return list(best.values())[:2]


def _gain(action: RoadmapAction, end: str = "value") -> float:
    """Records that find their person, by the best estimate or an end of its range."""
    predicted = action.answer.found_in() if action.answer else None
    after = getattr(predicted.after, end) if predicted else None
    if predicted is None or after is None or predicted.now.value is None:
        return 0.0
    gain: float = (after - predicted.now.value) * (predicted.now.tested or 0)
    return max(0.0, gain)


def _of_money(found: Found, words: Words) -> str:
    priced = [line for line in by_worth(found.value) if line.mid is not None]
    if not priced or found.value is None:
        return words("report.roles.cfo.unpriced")
    most = priced[0]
    return words(
        "report.roles.cfo.answer",
        n=len(priced),
        line=words(f"value.lines.{most.id}"),
        money=f"{amount(most.low or 0.0, words)}–{amount(most.high or 0.0, words)}",
        currency=found.value.currency,
    )


def _of_protection(found: Found, words: Words) -> str:
    """How much must stop, and how much can be proven."""
    if found.permission is None and not _stops(found, words):
        return words("report.roles.dpo.unknown")
    n = len(_stops(found, words))
    stops = words("report.roles.dpo.answer", n=n) if n else words("report.roles.dpo.nothing")
    if not n and found.permission and not found.permission.withdrawn_but_mailable.assessed:
        stops = words("report.roles.dpo.nothing_seen")
    proof = found.permission.proof if found.permission else None
    if proof is None or not proof.assessed:
        return stops
    shown = quantity(proof, words)
    # What introduces the list stands last.
    return words("report.roles.dpo.proof", share=shown.text) + stops


def _stops(found: Found, words: Words) -> list[str]:
    """What must stop, each counted, in a few words."""
    told = []
    if found.permission is not None:
        for name in _STOPS:
            evidence: Evidence = getattr(found.permission, name)
            if evidence.value:
                shown = quantity(evidence, words, base=found.permission.tested_for_withdrawal)
                told.append(words(f"report.roles.dpo.stop.{name}", count=shown.text))
            if name == "withdrawn_but_mailable":
                told += _mailed_after_no(found, words)
            if name == "analytics_without_consent":
                told += _refused_visits(found.permission, words)
    forbidden = [
        f"{table.source}/{table.table}.{column}"
        for source in found.intake.sources
        for table in source.tables
        for column in table.quarantined
    ]
    if forbidden:
        told.append(words("report.roles.dpo.stop.forbidden", where=words.listed(forbidden)))
    shadow = [file for file in found.intake.undeclared if file.customer_columns]
    if shadow:
        told.append(
            words(
                "report.roles.dpo.stop.shadow",
                n=len(shadow),
                files=words.listed(f"“{file.file}”" for file in shadow),
            )
        )
    return told


def _sentence_case(said: str) -> str:
    return said[:1].upper() + said[1:]


def _refused_visits(permission: Permission, words: Words) -> list[str]:
    """Visits that said no to analytics, which a share without an answer leaves out."""
    stated = [entry for entry in permission.sources if entry.channel is Channel.ANALYTICS]
    refused = sum(entry.refused + entry.withdrawn for entry in stated)
    if not refused:
        return []
    told = share(refused, sum(entry.records for entry in stated), words)
    return [words("report.roles.dpo.stop.analytics_refused", count=told)]


def _mailed_after_no(found: Found, words: Words) -> list[str]:
    """Addresses of the last send list that had said no before it was sent."""
    replay = found.use_cases.replay if found.use_cases else None
    if replay is None or not replay.said_no:
        return []
    sources = dict.fromkeys(ref.split("/")[0] for ref in replay.refs)
    return [
        words(
            "report.roles.dpo.stop.mailed_after_no",
            count=part(replay.said_no, replay.sent, words).text,
            whole=people(replay.sent, words),
            source=words.listed(found.names.get(source, source) for source in sources),
        )
    ]


def _of_service(found: Found, words: Words) -> str:
    if Domain.SERVICE not in {source.domain for source in found.engagement.sources.values()}:
        return words("report.roles.service.no_desk")
    counted = found.use_cases.order_found if found.use_cases else None
    if counted is None or not counted[1]:
        return words("report.roles.service.unknown")
    told = words(
        "report.roles.service.answer", share=share(*counted, words), n=people(counted[1], words)
    )
    return _callers(found, words) + told


def _callers(found: Found, words: Words) -> str:
    """How many of those who call are found where purchases are, surely enough for a call."""
    verdict = found.verdict("U7")
    known = next((s for s in verdict.fit.steps if s.name == "found"), None) if verdict else None
    if verdict is None or known is None or known.mid is None or not verdict.fit.base:
        return ""
    return words(
        "report.roles.service.who",
        count=part(known.mid, verdict.fit.base, words).text,
        base=people(verdict.fit.base, words),
        sources=words.listed(
            found.names.get(key, key)
            for key, source in found.engagement.sources.items()
            if source.domain in {Domain.PURCHASES, Domain.SHOP}
        ),
    )


_ANSWERS = {
    "cmo": _of_marketing,
    "cio": _of_systems,
    "cfo": _of_money,
    "dpo": _of_protection,
    "service": _of_service,
}


def _actions(found: Found) -> Sequence[RoadmapAction]:
    return found.roadmap.actions if found.roadmap else ()


def _steps(
    role: str, owners: Sequence[str], also: Sequence[str], found: Found, words: Words
) -> list[_Step]:
    """The first steps of the owners, and those named whoever owns them."""
    names = found.names
    # What the answer names comes first, whoever does it: the two must not say different things.
    answered = _best_keys(found) if role == "cio" else []
    own = sorted(
        (
            a
            for a in _actions(found)
            if a.owner in owners and a.action not in also and a not in answered
        ),
        key=lambda a: _HORIZONS.index(a.horizon),
    )
    first = [*answered, *own][:_MOST_ACTIONS]
    first += [a for a in _actions(found) if a.action in also]
    return [
        _Step(title=_action(a, names, words), note=words(f"scenarios.horizons.{a.horizon}"))
        for a in first
    ]


def _action(action: RoadmapAction, names: Mapping[str, str], words: Words) -> str:
    key = f"scenarios.actions.{action.action}.title"
    title = words(key, **_values(action, names, words)) if words.has(key) else action.title
    source = names.get(action.source, "")
    return f"{source}: {title}" if source and source not in title else title


def _values(action: RoadmapAction, names: Mapping[str, str], words: Words) -> dict[str, str]:
    count = action.count
    few = count is not None and is_few(count)
    return {
        "source": names.get(action.source, action.source),
        "count": words("common.less_than_five") if few else str(count or ""),
    }
