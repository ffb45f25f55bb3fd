"""The numbers that a first screen opens with: always people or contacts, never a score."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from scvkit.engagement import Engagement
from scvkit.locale.words import Words
from scvkit.records.consent import Permission
from scvkit.records.linkage import Linkage
from scvkit.records.usecases import UseCases
from scvkit.report.anchors import anchor
from scvkit.report.disclosure import people, share
from scvkit.report.pen import Pen
from scvkit.report.quantities import (
    Quantity,
    counted_share,
    missing,
    people_as_share,
    quantity,
)
from scvkit.vocabulary import Domain

_LEAST_TOLD = 0.005  # a share that would print as 0% is no further people


@dataclass(frozen=True, slots=True, kw_only=True)
class BigNumber:
    """A number as a first screen shows it: the figure, what it counts, its bar, and a note."""

    quantity: Quantity
    label: str
    note: str
    bar: Markup
    unit: str = ""
    tone: str = "teal"


def _has(engagement: Engagement, domain: Domain) -> bool:
    return any(source.domain is domain for source in engagement.sources.values())


def readers_or_seen(
    linkage: Linkage | None,
    engagement: Engagement,
    words: Words,
    pen: Pen,
) -> BigNumber:
    """Newsletter readers found among customers; without a newsletter: people seen twice."""
    if not _has(engagement, Domain.NEWSLETTER):
        return seen_in_two(linkage, words, pen)
    label = words("report.answer.readers")
    split = linkage.newsletter if linkage else None
    if split is None:
        why = "newsletter_not_linked" if linkage else "linkage_not_run"
        return without(label, why, words, pen)
    found = people_as_share(split.found, split.readers, words, anchor=anchor("newsletter_found"))
    if not found.assessed:
        return without(label, split.found.reason, words, pen)
    hidden = people_as_share(split.hidden, split.readers, words)
    # A number with a low end below it is no floor, and says what its ends mean instead.
    ends = "_ranged" if found.low < found.mid else ""
    note = words(f"report.answer.readers_note{ends}", n=split.readers)
    if hidden.assessed and hidden.bar and hidden.mid >= _LEAST_TOLD:
        note = words(f"report.answer.hidden_note{ends}", share=hidden.text, range=hidden.range)
    estimate = min(1.0, found.mid + hidden.mid) if hidden.assessed and hidden.bar else None
    bar = pen.share(found.low, found.mid, found.high, estimate=estimate)
    return BigNumber(quantity=found, label=label, note=note, bar=bar)


def withdrawn(permission: Permission | None, words: Words, pen: Pen) -> BigNumber:
    """People who withdrew in one system and can still be mailed from another."""
    label = words("report.answer.withdrawn")
    if permission is None:
        return without(label, "permission_not_run", words, pen)
    evidence = permission.withdrawn_but_mailable
    if not evidence.assessed:
        return without(label, evidence.reason, words, pen)
    tested = permission.tested_for_withdrawal
    found = quantity(evidence, words, base=tested, anchor=anchor("withdrawn_but_mailable"))
    count = round(evidence.value or 0)
    note = "report.answer.withdrawn_none" if found.zero else "report.answer.withdrawn_note"
    return BigNumber(
        quantity=found,
        unit=words("report.answer.people", n=count),
        label=label,
        note=words(note, whole=people(tested, words)),
        bar=pen.share(found.low, found.mid, found.high, tone="orange"),
        tone="teal" if found.zero else "orange",
    )


def orders_or_seen(
    use_cases: UseCases | None,
    linkage: Linkage | None,
    engagement: Engagement,
    words: Words,
    pen: Pen,
) -> BigNumber:
    """Service contacts that lead to the right order; without a service desk: people seen twice."""
    has_newsletter = _has(engagement, Domain.NEWSLETTER)
    if not _has(engagement, Domain.SERVICE):
        second = seen_in_two if has_newsletter else unlinkable
        return second(linkage, words, pen)
    label = words("report.answer.orders")
    if use_cases is None or use_cases.order_found is None:
        why = use_cases.order_missing if use_cases else "use_cases_not_run"
        return without(label, why, words, pen)
    found, tested = use_cases.order_found
    shown = counted_share(found, tested, words, anchor=anchor("order_found"))
    if not shown.assessed:
        return without(label, "nothing_to_test", words, pen)
    return BigNumber(
        quantity=shown,
        label=label,
        note=words("report.answer.orders_note", n=tested, links=words("report.methods.by.C")),
        bar=pen.share(shown.low, shown.mid, shown.high) if shown.bar else Markup(),
    )


def seen_in_two(linkage: Linkage | None, words: Words, pen: Pen) -> BigNumber:
    """People seen in two sources or more."""
    label = words("report.answer.seen")
    if linkage is None or not linkage.seen_in:
        return without(label, "linkage_not_run", words, pen)
    everyone = sum(entry.people for entry in linkage.seen_in)
    if len({entities.source for entities in linkage.sources}) == 1:
        return without(label, "one_source_only", words, pen)
    low, seen, high = several_shares(linkage)
    sure = sum(entry.sure for entry in linkage.seen_in if entry.sources > 1)
    shown = counted_share(seen, everyone, words, anchor=anchor("seen_in"))
    if not shown.assessed:
        return without(label, "nothing_to_test", words, pen)
    if shown.bar:
        shown = replace(shown, range=words.percent_range(low, high))
    bar = pen.share(low, shown.mid, high) if shown.bar else Markup()
    return BigNumber(
        quantity=shown,
        label=label,
        note=words("report.answer.seen_note", n=everyone, sure=share(sure, everyone, words)),
        bar=bar,
    )


def several_shares(linkage: Linkage) -> tuple[float, int, float]:
    """Return people seen in two sources or more: least share, count, most as a share of all.

    The same wherever they are told: sure links alone, those found, every lead.
    """
    everyone = max(1, sum(entry.people for entry in linkage.seen_in))
    several = [entry for entry in linkage.seen_in if entry.sources > 1]
    seen = sum(entry.people for entry in several)
    sure = min(seen, sum(entry.sure for entry in several))
    return sure / everyone, seen, min(1.0, max(seen, linkage.most_seen_in_two) / everyone)


def unlinkable(linkage: Linkage | None, words: Words, pen: Pen) -> BigNumber:
    """Records that can be tied to nobody."""
    label = words("report.answer.unlinkable")
    if linkage is None or not linkage.unlinkable.assessed:
        why = linkage.unlinkable.reason if linkage else "linkage_not_run"
        return without(label, why, words, pen)
    shown = quantity(linkage.unlinkable, words, anchor=anchor("unlinkable"))
    return BigNumber(
        quantity=shown,
        label=label,
        note=words("report.answer.unlinkable_note", whole=people(linkage.unlinkable.tested, words)),
        bar=pen.share(shown.low, shown.mid, shown.high, tone="orange") if shown.bar else Markup(),
    )


def without(label: str, why: str, words: Words, pen: Pen) -> BigNumber:
    """A number that could not be assessed, with the reason."""
    shown = missing(words, why)
    return BigNumber(quantity=shown, label=label, note=shown.why_not, bar=pen.unknown())
