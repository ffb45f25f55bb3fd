"""R4: who is the same person, how sure that is, and whether the claims about keys hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from scvkit.locale.retold import retold
from scvkit.locale.words import Words
from scvkit.records.evidence import Evidence
from scvkit.records.extracts import Intake
from scvkit.records.identity import Identity
from scvkit.records.linkage import (
    ClusterReview,
    CorrectionList,
    ExplainedPair,
    KindLinkage,
    Linkage,
    Overlap,
    SeenIn,
)
from scvkit.records.telling import is_few
from scvkit.report.anchors import anchor
from scvkit.report.claims import claim_lines, tested_claims
from scvkit.report.combinations import combination_table, source_dot
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, part, people, share, spread
from scvkit.report.key_bridges import bridge_rows
from scvkit.report.look import render
from scvkit.report.numbers import several_shares
from scvkit.report.pen import Pen
from scvkit.report.quantities import Quantity, quantity
from scvkit.report.sentences import not_assessed, tiers_told
from scvkit.vocabulary import EntityKind, Grain

_KEY = ("solid", "sure"), ("pale", "likely"), ("unknown", "unknown")
_FACTS = ("recovery", "contradictory_clusters", "unlinkable", "stability")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    name: str
    people: str
    sure: str
    bar: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    names: str
    found: str
    range: str
    smaller: str
    bar: Markup
    anchor: str


def who_is_who(
    *,
    linkage: Linkage | None,
    identity: Identity | None,
    names: Mapping[str, str],
    words: Words,
    why: Sequence[ExplainedPair] = (),
    locks: Mapping[str, str] | None = None,
    intake: Intake | None = None,
) -> Markup:
    """Return in how many sources people are seen, the pairs, the tiers and the claims.

    ``names`` gives a source's name for its id; ``why`` are typical pairs, drawn and told by
    agreement only; ``locks`` say when each claim was written down, by its id; ``intake`` says
    which sources hold visits.
    """
    pen = Pen("who")
    seen = linkage.seen_in if linkage else ()
    return render(
        "who_is_who",
        words=words,
        pen=pen,
        title=_title(linkage, words),
        help=words.sentences((words("report.who.help"), tiers_told(words))),
        reason="" if linkage else not_assessed(words, "linkage_not_run"),
        key=[(pen.swatch(kind), words(f"report.key.{word}")) for kind, word in _KEY],
        seen=_seen(seen, words, pen),
        combinations=combination_table(
            linkage.combinations if linkage else (),
            sum(entry.people for entry in seen),
            names,
            words,
            pen,
        ),
        dot=source_dot,
        pairs=[
            _pair(overlap, names, words, pen)
            for overlap in sorted(linkage.overlaps if linkage else (), key=_by_share)
        ],
        facts=_facts(linkage, _nameless_visits(identity, intake), words, pen),
        voted=_voted(linkage, words),
        why=[(each.title, Markup(each.svg), each.bars) for each in why],
        reviews=[_review(each, words) for each in (linkage.reviews if linkage else ())],
        corrections=[
            sentence
            for each in (linkage.corrections if linkage else ())
            for sentence in _corrections(each, words)
        ],
        kinds=[_kind(k, words) for k in (linkage.kinds if linkage else ()) if k.records],
        bridges=bridge_rows(identity, linkage, names, words),
        claims=claim_lines(tested_claims(identity, linkage), names, words, pen, locks or {}),
    )


def _title(linkage: Linkage | None, words: Words) -> str:
    everyone = sum(entry.people for entry in linkage.seen_in) if linkage else 0
    if linkage is None or everyone == 0:
        return words("report.who.no_title")
    low, several, high = several_shares(linkage)
    told = share(several, everyone, words)
    if everyone >= FEWEST_FOR_A_SHARE:
        told = f"{told} ({words.percent_range(low, high)})"
    return words("report.who.title", share=told)


def _seen(seen: tuple[SeenIn, ...], words: Words, pen: Pen) -> list[_Seen]:
    everyone = sum(entry.people for entry in seen)
    lines = []
    groups = _told_together(seen)
    for group in groups:
        count, sure = sum(e.people for e in group), sum(e.sure for e in group)
        shown = part(count, everyone, words)
        length = (shown.drawn or 0.0) / everyone if everyone else 0.0
        certain = (part(sure, count, words).drawn or 0.0) / everyone if everyone else 0.0
        lines.append(
            _Seen(
                name=_sources_word(group, group is groups[-1], words),
                people=shown.text,
                sure=part(sure, count, words).text,
                bar=pen.share(min(length, certain), length, length, tick=False),
            )
        )
    return lines


def _told_together(seen: tuple[SeenIn, ...]) -> list[list[SeenIn]]:
    """Neighbouring lines joined until none holds 1 to 4 people.

    A single hidden line would follow from the total by subtraction.
    """
    groups: list[list[SeenIn]] = []
    for entry in sorted(seen, key=lambda e: -e.sources):
        if groups and is_few(sum(e.people for e in groups[-1])):
            groups[-1].insert(0, entry)
        else:
            groups.append([entry])
    if len(groups) > 1 and is_few(sum(e.people for e in groups[-1])):
        fewest = groups.pop()
        groups[-1][:0] = fewest
    return groups[::-1]


def _sources_word(group: list[SeenIn], last: bool, words: Words) -> str:
    first = group[0].sources
    if len(group) == 1:
        return words("report.who.in_sources", n=first)
    if last:
        return words("report.who.in_sources_or_more", n=first)
    return words("report.who.in_sources_to", n=first, last=group[-1].sources)


def _by_share(overlap: Overlap) -> tuple[float, str, str]:
    return (-(overlap.share(overlap.mid) or 0.0), overlap.source_a, overlap.source_b)


def _pair(overlap: Overlap, names: Mapping[str, str], words: Words, pen: Pen) -> _Pair:
    base = overlap.smaller
    a, b = (names.get(s, s) for s in (overlap.source_a, overlap.source_b))
    low, mid, high = (overlap.share(n) or 0.0 for n in (overlap.low, overlap.mid, overlap.high))
    kind = words(f"report.entities.{overlap.kind}")
    few = base < FEWEST_FOR_A_SHARE
    return _Pair(
        names=f"{a} × {b}" if overlap.kind is EntityKind.PERSON else f"{a} × {b} ({kind})",
        found=part(overlap.mid, base, words).text,
        range=spread(overlap.low, overlap.high, base, words) or words("report.counted"),
        smaller=people(base, words),
        bar=Markup() if few else pen.share(low, mid, high, height=12),
        anchor=anchor("overlap"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    title: str
    note: str
    quantity: Quantity
    bar: Markup


def _nameless_visits(identity: Identity | None, intake: Intake | None) -> int:
    """Visits that carry nothing of anybody, in sources that hold nothing but visits."""
    visits = {
        received.source
        for received in (intake.sources if intake else ())
        if received.tables and all(table.grain is Grain.VISIT for table in received.tables)
    }
    return sum(s.unlinkable for s in (identity.sources if identity else ()) if s.source in visits)


def _facts(linkage: Linkage | None, visits: int, words: Words, pen: Pen) -> list[_Fact]:
    if linkage is None:
        return []
    named: list[tuple[str, Evidence]] = [(name, getattr(linkage, name)) for name in _FACTS]
    for kind in linkage.kinds:
        if kind.kind is EntityKind.PERSON:
            named += [("model_precision", kind.precision), ("model_recall", kind.recall)]
    if linkage.votes is not None:
        votes = linkage.votes
        named += [("voted_precision", votes.precision), ("voted_recall", votes.recall)]
    facts = []
    for name, evidence in named:
        shown = quantity(evidence, words, anchor=anchor(name))
        if name.startswith("model_") and evidence.low is None and shown.assessed:
            shown = replace(shown, range=words("report.by_model"))
        bar = pen.share(shown.low, shown.mid, shown.high, height=12) if shown.bar else Markup()
        note = words(f"report.who.{name}.note")
        if name == "unlinkable" and visits:
            note = words("report.who.unlinkable.visits", note=note, visits=people(visits, words))
        facts.append(
            _Fact(
                title=words(f"report.who.{name}.title"),
                note=note,
                quantity=shown,
                bar=bar if shown.assessed else pen.unknown(1.0, 12),
            )
        )
    return facts


def _voted(linkage: Linkage | None, words: Words) -> str:
    """Who voted, and how far the voters agree: a share of pairs, which points at nobody."""
    if linkage is None:
        return ""
    votes = linkage.votes
    if votes is None:
        return words("linkage.vote.voted_none")
    told = words(
        "linkage.vote.voted",
        voted=votes.answered,
        voters=votes.voters,
        decided=votes.decided,
        unsure=votes.unsure,
    )
    if votes.agreement.value is None:
        return told
    kappa = words("linkage.vote.no_kappa") if votes.kappa is None else f"{votes.kappa:.2f}"
    agreed = words.percent(votes.agreement.value)
    n = votes.agreement.tested or 0
    return f"{told} {words('linkage.vote.agreement', share=agreed, n=n, kappa=kappa)}"


_WEAKEST = ("weakest_a", "weakest_b", "weakest_c", "weakest_other")
_LOOKS = ("two_numbers", "two_birth_dates", "two_names", "bridges", "large")


def _review(review: ClusterReview, words: Words) -> dict[str, object]:
    """Clusters by weakest link and by what makes them worth a look; counts only."""

    def row(name: str) -> tuple[str, str]:
        told = words(f"linkage.review.{name}", from_records=review.large_from)
        return told, part(getattr(review, name), review.clusters, words).text

    kind = words(f"report.entities.{review.kind}")
    return {
        "title": words(
            "report.who.review",
            kind=kind,
            n=part(review.to_look_at, review.clusters, words).text,
            clusters=people(review.clusters, words),
        ),
        "rows": [row(name) for name in (*_WEAKEST, *_LOOKS)] if review.clusters else [],
    }


def _corrections(each: CorrectionList, words: Words) -> Iterator[str]:
    """What became of a list of the client: counts, then the lines that were not used."""
    yield words(
        f"linkage.corrections.told.{each.list}",
        n=each.given,
        applied=each.applied,
        changed=each.changed,
    )
    for unapplied in each.unapplied:
        yield words(
            "linkage.corrections.unapplied",
            list=words(f"linkage.corrections.lists.{unapplied.list}"),
            line=str(unapplied.line),
            reason=words(f"linkage.corrections.reasons.{unapplied.reason}"),
        )


def _kind(kind: KindLinkage, words: Words) -> dict[str, object]:
    return {
        "title": words(
            "report.who.kind",
            kind=words(f"report.entities.{kind.kind}"),
            records=people(kind.records, words),
            clusters=people(kind.clusters, words),
        ),
        "refused": retold(kind.refused, words),
        "choices": [retold(choice, words) for choice in kind.choices],
        "tiers": [
            {
                "id": tier.tier,
                "meaning": words(f"report.tiers.{tier.tier}"),
                "pairs": people(tier.pairs, words),
                "across": people(tier.across_sources, words),
                "precision": words("linkage.by_name")
                if tier.by_name
                else words("report.absent")
                if tier.model_precision is None or tier.pairs < FEWEST_FOR_A_SHARE
                else words.percent(tier.model_precision),
            }
            for tier in kind.tiers
        ],
    }
