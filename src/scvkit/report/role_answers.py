"""The answer to a reader's question, in whole sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scvkit.locale.words import Words
from scvkit.records.consent import Permission, SourcePermission
from scvkit.records.readiness import UseCaseVerdict
from scvkit.records.stakes import ValueLine
from scvkit.report.disclosure import (
    FEWEST_FOR_A_SHARE,
    ShownStep,
    part,
    people,
    served_shown,
    share,
    step_shown,
)
from scvkit.report.effort import effort_said
from scvkit.report.found import Found
from scvkit.report.key_choice import Capture, captures, choice, easier, lacking, named_first
from scvkit.report.mailable import mailable
from scvkit.report.quantities import amount, quantity
from scvkit.report.role_money import by_worth
from scvkit.report.role_stops import stops
from scvkit.report.sentences import lowered
from scvkit.report.use_cases import case_name, gates_said, why_of
from scvkit.vocabulary import Channel, Domain, UseCaseStatus

_OF_CUSTOMERS = {Domain.PURCHASES, Domain.SHOP, Domain.LOYALTY, Domain.CRM}
_CAN_START = {UseCaseStatus.READY, UseCaseStatus.READY_WITH_LIMITS}


Paragraphs = list[list[str]]


def answer_to(role: str, found: Found, words: Words) -> list[str]:
    """Return the answer to the question of ``role``, a few paragraphs."""
    paragraphs = (words.sentences(told) for told in _ANSWERS[role](found, words))
    return [told for told in paragraphs if told]


def _of_marketing(found: Found, words: Words) -> Paragraphs:
    """Who may be written to now: as readers, and as customers."""
    return [_as_readers(found, words), _as_customers(found, words)]


def _as_readers(found: Found, words: Words) -> list[str]:
    """A yes is leave to write only where no other system holds a no."""
    stated = mailable(found)
    if stated is None:
        return []
    given, whole = stated.stated.given, stated.records
    told = [
        words(
            "report.roles.cmo.readers",
            given=part(given, whole, words).text,
            share=share(given, whole, words),
            records=people(whole, words),
            source=stated.name,
            proven=part(stated.stated.proven, given, words).text,
        )
    ]
    if stated.no_elsewhere:
        told.append(
            words(
                "report.roles.cmo.taken_off",
                n=people(stated.no_elsewhere, words),
                sources=words.listed(stated.no_in),
                now=stated.now_shown(words).text,
            )
        )
    elif stated.no_elsewhere == 0 and not stated.unseen:
        told.append(words("report.roles.cmo.none_taken_off"))
    if stated.newest:
        day = words.date(stated.newest)
        told.append(words("report.roles.cmo.as_of", source=stated.name, date=day))
    if stated.unseen:
        return [*told, words("report.roles.cmo.unseen")]
    if stated.held:
        told.append(words("report.roles.cmo.in_the_way", gate=gates_said(stated.held, words)))
    return told


def _as_customers(found: Found, words: Words) -> list[str]:
    verdict = found.verdict("U1")
    fit = verdict.fit if verdict else None
    domains = {source.domain for source in found.engagement.sources.values()}
    if fit is not None and fit.served is None and not domains & _OF_CUSTOMERS:
        return [words("report.roles.cmo.no_customers")]
    served = served_shown(fit, words) if fit else None
    if verdict is None or fit is None or served is None or not fit.base:
        why = lowered(why_of(fit, words)) if fit else words("report.roles.not_run")
        return [words("report.roles.cmo.unknown", why=why)]
    values = {"served": served.text, "base": people(fit.base, words)}
    if verdict.status in _CAN_START:
        return [words("report.roles.cmo.customers", **values)]
    if verdict.gates:
        gate = gates_said(verdict.gates, words)
        once = words("report.roles.cmo.customers_once", **values, gate=gate)
        mend = verdict.status in (UseCaseStatus.FIX_FIRST, UseCaseStatus.NOT_NOW)
        return [once, why_of(fit, words, columns=False)] if mend else [once]
    return [words("report.roles.cmo.customers_few", **values, why=lowered(why_of(fit, words)))]


def _of_systems(found: Found, words: Words) -> Paragraphs:
    """The keys to capture: what the roadmap tried on the data, else where most have none."""
    places = choice(captures(found.roadmap.actions if found.roadmap else ()))
    if places:
        return _places(places, found, words)
    if found.identity is None:
        return [[words("report.roles.cio.unknown")]]
    short = lacking(found.identity.keys)
    if not short:
        return [[words("report.roles.cio.none")]]
    told = [
        words(
            "report.roles.cio.without",
            key=words(f"report.keys.{test.key}"),
            source=found.names.get(test.source, test.source),
            count=people(count, words),
            records=people(test.records, words),
        )
        for test, count in short
    ]
    return [[words("report.roles.cio.fallback", sources=words.clauses(told))]]


def _places(places: Sequence[Sequence[Capture]], found: Found, words: Words) -> Paragraphs:
    """First and second, each with its gain and where it is captured; a tie names its rest."""
    held = [c for place in places for c in place]
    named = named_first(places)
    told = []
    for place, one in zip(("first", "second") if len(named) > 1 else ("only",), named, strict=True):
        rest = [c for c in held if c not in named] if one is named[-1] else []
        told.append([_capture(place, one, found, words), *_people_served(one, words)])
        if rest:
            listed = words("report.roles.cio.or").join(_beside(c, found, words) for c in rest)
            told[-1].append(words("report.roles.cio.tied", keys=listed))
            why = "easiest" if easier(one, rest) else "most"
            told[-1].append(words(f"report.roles.cio.{why}"))
    notes = [words("report.roles.cio.more_found")]
    asked = [c.source for c in named]
    twice = sorted({source for source in asked if asked.count(source) > 1})
    if twice:
        where = words.listed(found.names.get(source, source) for source in twice)
        notes.append(words("report.roles.cio.same_source", source=where))
    return [*told, notes]


def _capture(place: str, one: Capture, found: Found, words: Words) -> str:
    return words(
        f"report.roles.cio.{place}",
        key=words(f"scenarios.keys.{one.key}"),
        source=found.names.get(one.source, one.source),
        more=people(one.more, words),
        low=people(one.low, words),
        high=people(one.high, words),
    )


def _people_served(one: Capture, words: Words) -> list[str]:
    """The use case that the key brings most people to."""
    most = max(one.action.serves, key=lambda served: served.mid, default=None)
    if most is None or most.mid < 1:
        return []
    return [
        words(
            "report.roles.cio.serves",
            n=people(most.mid, words),
            low=people(most.low, words),
            high=people(most.high, words),
            use=case_name(most.use_case, words) if not most.title else most.title,
        )
    ]


def _beside(one: Capture, found: Found, words: Words) -> str:
    return words(
        "report.roles.cio.key",
        key=words(f"scenarios.keys.{one.key}"),
        source=found.names.get(one.source, one.source),
        more=people(one.more, words),
        low=people(one.low, words),
        high=people(one.high, words),
    )


def _of_money(found: Found, words: Words) -> Paragraphs:
    """The largest line, how sure it is, and what the first ninety days ask."""
    priced = [line for line in by_worth(found.value) if line.mid is not None]
    effort = effort_said(found, words)
    if not priced or found.value is None:
        return [[words("report.roles.cfo.unpriced")], [effort]]
    most = priced[0]
    worth = words(
        "report.roles.cfo.answer",
        n=len(priced),
        line=words(f"value.lines.{most.id}"),
        money=f"{amount(most.low or 0.0, words)}–{amount(most.high or 0.0, words)}",
        currency=found.value.currency,
    )
    return [[worth], _how_sure(most, found, words), [effort]]


def _how_sure(line: ValueLine, found: Found, words: Words) -> list[str]:
    """People are measured, prices are told: whose word it is, and what moves the sum most."""
    shown = quantity(line.quantity, words)
    counted = shown.text if line.quantity.low is None else f"{shown.text} ({shown.range})"
    said_by = words.listed(dict.fromkeys(p.said_by for p in line.prices if p.said_by))
    at_most = f"report.roles.cfo.at_most.{line.id}"
    told = [words(at_most, n=shown.text)] if words.has(at_most) else []
    told.append(
        words(
            f"report.roles.cfo.sure{'_said' if said_by else ''}",
            count=counted,
            who=said_by,
        )
    )
    swings = [s for s in (found.value.swings if found.value else ()) if s.line == line.id]
    # One uncertain input alone moves the sum over the range that is told already.
    if found.value is not None and sum(swing.high > swing.low for swing in swings) > 1:
        widest = max(swings, key=lambda swing: swing.high - swing.low)
        of_people = widest.assumption.startswith("quantity.")
        key = "report.roles.cfo.how_many" if of_people else f"value.prices.{widest.assumption}"
        told.append(
            words(
                "report.roles.cfo.moves",
                what=words(key),
                money=f"{amount(widest.low, words)}–{amount(widest.high, words)}",
                currency=found.value.currency,
            )
        )
    return told


def _of_protection(found: Found, words: Words) -> Paragraphs:
    """How much must stop; what introduces the list stands last."""
    held = stops(found, words)
    if found.permission is None and not held:
        return [[words("report.roles.dpo.unknown")]]
    return [[_stopping(len(held), found, words), *_within_one_list(found.permission, found, words)]]


def _within_one_list(permission: Permission | None, found: Found, words: Words) -> list[str]:
    """Where one source alone says who may be contacted: the yes and no within it."""
    entries = [
        entry
        for entry in (permission.sources if permission else ())
        if entry.channel is not Channel.ANALYTICS
    ]
    sources = {entry.source for entry in entries}
    if len(sources) != 1:
        return []
    name = found.names.get(entries[0].source, entries[0].source)
    most = max(entry.both_ways for entry in entries)
    if not most:
        return [words("report.roles.dpo.one_list_none", source=name)]
    return [words("report.roles.dpo.one_list", source=name, n=people(most, words))]


def proven(found: Found, words: Words) -> str:
    """Return how much of what is used can be proven; empty where nobody could see."""
    return words.sentences(_proven(found, words))


def _proven(found: Found, words: Words) -> list[str]:
    permission = found.permission
    if permission is None:
        return []
    told = []
    if permission.proof.assessed:
        proof = permission.proof
        told.append(
            words(
                "report.roles.dpo.proof",
                share=quantity(proof, words).text,
                part=people(proof.passed, words),
                whole=people(proof.tested, words),
            )
        )
        told += _beside_proof(permission, found, words)
    shown = [basis for basis in permission.bases if basis.documented and basis.shown]
    seen = [found.names.get(basis.source, basis.source) for basis in shown]
    if permission.bases:
        every = len(permission.bases)
        form = "_none" if not seen else "_all" if len(seen) == every else ""
        told.append(
            words(
                f"report.roles.dpo.bases{form}", n=len(seen), all=every, sources=words.listed(seen)
            )
        )
        others = [basis for basis in permission.bases if basis not in shown]
        for form, unsaid in (("told", False), ("unsaid", True)):
            held = [b.source for b in others if (b.basis is None) is unsaid]
            if held:
                where = words.listed(found.names.get(source, source) for source in held)
                told.append(words(f"report.roles.dpo.bases_{form}", sources=where))
    told += _as_of(permission, found, words)
    return told


def _beside_proof(permission: Permission, found: Found, words: Words) -> list[str]:
    """Which answers the share counts, and the yeses beside them; silent where that is unsure."""
    kept, rest = permission.with_proof_kept, permission.without_proof_kept
    if not kept or sum(entry.given for entry in kept) != permission.proof.tested:
        return []
    told = [words("report.roles.dpo.proof_of", sources=_answers(kept, found, words))]
    if rest:
        n = people(sum(entry.given for entry in rest), words)
        told.append(words("report.roles.dpo.no_proof", n=n, sources=_answers(rest, found, words)))
    return told


def _answers(entries: Sequence[SourcePermission], found: Found, words: Words) -> str:
    """Sources with their channels, "Loyalty club: SMS, post; Web shop: e-mail"."""
    held: dict[str, list[str]] = {}
    for entry in entries:
        channel = words(f"report.channels.{entry.channel}")
        held.setdefault(found.names.get(entry.source, entry.source), []).append(channel)
    return words.clauses(
        f"{name}: {words.listed(dict.fromkeys(channels))}" for name, channels in held.items()
    )


def _as_of(permission: Permission, found: Found, words: Words) -> list[str]:
    """The newest date of each source of answers, the oldest first."""
    sources = dict.fromkeys(entry.source for entry in permission.sources)
    known = sorted((day, source) for source in sources if (day := found.newest(source)))
    if not known:
        return []
    dates = words.clauses(f"{found.names.get(s, s)}: {words.date(day)}" for day, s in known)
    return [words("report.roles.dpo.as_of", dates=dates)]


def _stopping(n: int, found: Found, words: Words) -> str:
    if n:
        return words("report.roles.dpo.answer", n=n)
    if found.permission and not found.permission.withdrawn_but_mailable.assessed:
        return words("report.roles.dpo.nothing_seen")
    return words("report.roles.dpo.nothing")


def _of_service(found: Found, words: Words) -> Paragraphs:
    if Domain.SERVICE not in {source.domain for source in found.engagement.sources.values()}:
        return [[words("report.roles.service.no_desk")]]
    counted = found.use_cases.order_found if found.use_cases else None
    told = _callers(found.verdict("U7"), found, words)
    if counted is None or not counted[1]:
        return [told or [words("report.roles.service.unknown")]]
    orders = words(
        "report.roles.service.answer", share=share(*counted, words), n=people(counted[1], words)
    )
    return [told, [orders]]


def _callers(verdict: UseCaseVerdict | None, found: Found, words: Words) -> list[str]:
    """How many of those who call are found where purchases are, surely enough for a call."""
    known = step_shown(verdict.fit, "found", words) if verdict else None
    base = verdict.fit.base if verdict else None
    if known is None or not base:
        return []
    counted = known.mid
    shares = [share(int(counted.drawn or 0), base, words)] if _has_share(known, base) else []
    beside = "; ".join([*shares, *([known.range] if known.range else [])])
    return [
        words(
            "report.roles.service.who",
            count=counted.text,
            base=people(base, words),
            share=f" ({beside})" if beside else "",
            sources=words("report.methods.found_or").join(
                found.names.get(key, key)
                for key, source in found.engagement.sources.items()
                if source.domain in {Domain.PURCHASES, Domain.SHOP}
            ),
        )
    ]


def _has_share(step: ShownStep, base: int) -> bool:
    return step.mid.exact and base >= FEWEST_FOR_A_SHARE


_ANSWERS: dict[str, Callable[[Found, Words], Paragraphs]] = {
    "cmo": _of_marketing,
    "cio": _of_systems,
    "cfo": _of_money,
    "dpo": _of_protection,
    "service": _of_service,
}
