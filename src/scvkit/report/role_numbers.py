"""The three numbers of a reader's page, by the names they have in roles.yaml."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.consent import SourcePermission
from scvkit.records.evidence import Evidence
from scvkit.records.readiness import Readiness
from scvkit.records.stakes import Value, ValueLine
from scvkit.report.anchors import anchor
from scvkit.report.answer import indicator_name
from scvkit.report.disclosure import people, share
from scvkit.report.found import Found
from scvkit.report.numbers import (
    BigNumber,
    orders_or_seen,
    readers_or_seen,
    seen_in_two,
    unlinkable,
    withdrawn,
    without,
)
from scvkit.report.pen import Pen
from scvkit.report.quantities import Quantity, amount, counted_share, quantity
from scvkit.report.use_cases import case_name
from scvkit.report.value import counted, left_out
from scvkit.vocabulary import Channel, Domain, Grade

_OF_RECORDS = ("strong_key", "unlinkable")


def number(name: str, found: Found, words: Words, pen: Pen) -> BigNumber:
    """Return the number called ``name`` in roles.yaml."""
    kind, _, rest = name.partition(".")
    drawn: dict[str, Callable[[], BigNumber]] = {
        "use": lambda: _served(rest, found, words, pen),
        "indicator": lambda: _indicator(rest, found, words, pen),
        "money": lambda: _money(int(rest), found, words, pen),
        "readers": lambda: readers_or_seen(
            found.linkage, found.use_cases, found.engagement, words, pen
        ),
        "seen": lambda: seen_in_two(found.linkage, words, pen),
        "withdrawn": lambda: withdrawn(found.permission, words, pen),
        "orders": lambda: orders_or_seen(
            found.use_cases, found.linkage, found.engagement, words, pen
        ),
        "unlinkable": lambda: unlinkable(found.linkage, words, pen),
        "mailable": lambda: _mailable(found, words, pen),
        "right_name": lambda: _right_name(found, words, pen),
        "sure": lambda: _sure(found.readiness, words, pen),
    }
    return drawn[kind]() if kind in drawn else _measured(kind, found, words, pen)


def mailable(found: Found) -> SourcePermission | None:
    """Return what the newsletter states about marketing by e-mail; None where it states nothing."""
    letters = {k for k, s in found.engagement.sources.items() if s.domain is Domain.NEWSLETTER}
    stated = [
        entry
        for entry in (found.permission.sources if found.permission else ())
        if entry.source in letters and entry.channel is Channel.EMAIL and entry.records
    ]
    return max(stated, key=lambda entry: entry.records, default=None)


def _mailable(found: Found, words: Words, pen: Pen) -> BigNumber:
    stated = mailable(found)
    if stated is None:
        return seen_in_two(found.linkage, words, pen)
    shown = counted_share(stated.given, stated.records, words, anchor="r5")
    no = stated.refused + stated.withdrawn
    silent = max(0, stated.records - stated.given - no)
    unclear = min(silent, stated.not_explained)
    note = "mailable_unclear_note" if unclear else "mailable_note"
    parts = [(k, n / stated.records) for k, n in (("solid", stated.given), ("refused", no))]
    return BigNumber(
        quantity=shown,
        label=words("report.roles.mailable"),
        note=words(
            f"report.roles.{note}",
            refused=share(no, stated.records, words),
            unknown=share(silent - unclear, stated.records, words),
            unclear=share(unclear, stated.records, words),
            whole=people(stated.records, words),
            source=found.names.get(stated.source, stated.source),
        ),
        bar=pen.parts([*parts, ("unknown", silent / stated.records)], height=16)
        if shown.bar
        else Markup(),
    )


def _right_name(found: Found, words: Words, pen: Pen) -> BigNumber:
    counted = found.use_cases.right_name if found.use_cases else None
    if counted is None or not counted[1]:
        return _served("U6", found, words, pen)
    shown = counted_share(*counted, words)
    return BigNumber(
        quantity=shown,
        label=words("report.roles.right_name"),
        note=words("report.roles.right_name_note", whole=people(counted[1], words)),
        bar=pen.share(shown.low, shown.mid, shown.high) if shown.bar else Markup(),
    )


def _served(id_: str, found: Found, words: Words, pen: Pen) -> BigNumber:
    label = words("report.roles.served", name=case_name(id_, words))
    verdict = found.verdict(id_)
    if verdict is None:
        return without(label, "use_cases_not_run", words, pen)
    fit = verdict.fit
    last, base = fit.served, fit.base or 0
    if last is None or last.mid is None or not base:
        blind = next((step.reason for step in fit.steps if step.mid is None), "")
        return without(label, blind or "nothing_to_test", words, pen)
    counted = Evidence(
        grade=Grade.MEASURED,
        unit="people",
        value=last.mid,
        low=last.low,
        high=last.high,
        tested=base,
        method="funnel",
    )
    shown = quantity(counted, words, base=base, anchor=anchor(id_))
    return BigNumber(
        quantity=shown,
        label=label,
        note=words("report.roles.of_base", whole=people(base, words)),
        bar=pen.share(shown.low, shown.mid, shown.high) if shown.bar else Markup(),
    )


def _indicator(id_: str, found: Found, words: Words, pen: Pen) -> BigNumber:
    label = indicator_name(id_, words)
    one = next((i for i in found.readiness.indicators if i.id == id_), None)
    if one is None or not one.evidence.assessed:
        return without(label, one.evidence.reason if one else "", words, pen)
    shown = quantity(one.evidence, words, anchor=anchor(id_))
    if one.of == "things" and not shown.bar and one.evidence.tested:
        # Small counts of things point at nobody.
        part, whole = words.number(one.evidence.passed or 0), words.number(one.evidence.tested)
        shown = replace(shown, text=words("report.of", part=part, whole=whole))
    return BigNumber(
        quantity=shown,
        label=label,
        note=_base(one.evidence, found, words) or words(f"report.grades.{one.evidence.grade}"),
        bar=pen.share(shown.low, shown.mid, shown.high) if shown.bar else Markup(),
    )


def _base(evidence: Evidence, found: Found, words: Words) -> str:
    """The records a share of keys was taken of, and the sources it leaves out."""
    if evidence.method not in _OF_RECORDS or not evidence.tested or found.identity is None:
        return ""
    outside = [s.source for s in found.identity.sources if s.source not in evidence.refs]
    whole = people(evidence.tested, words)
    if not outside:
        return words("report.roles.of_records", whole=whole)
    left = words.listed(found.names.get(source, source) for source in outside)
    return words("report.roles.of_records_without", whole=whole, sources=left)


def _measured(name: str, found: Found, words: Words, pen: Pen) -> BigNumber:
    """A number of the permission or linkage step by its name."""
    base: int | None = None
    if name == "recovery":
        label = words("report.who.recovery.title")
        evidence = found.linkage.recovery if found.linkage else None
        why = "linkage_not_run"
    else:
        name = {"conflict": "people_in_conflict"}.get(name, name)
        label = words(f"report.permission.{name}")
        evidence = getattr(found.permission, name) if found.permission else None
        base = found.permission.people_compared if found.permission else None
        why = "permission_not_run"
    if evidence is None or not evidence.assessed:
        return without(label, evidence.reason if evidence else why, words, pen)
    shown = quantity(evidence, words, base=base, anchor=anchor(name))
    tone = "orange" if name == "people_in_conflict" and not shown.zero else "teal"
    return BigNumber(
        quantity=shown,
        label=label,
        note=words("report.permission.of_people", whole=people(base, words))
        if evidence.unit == "people" and base
        else words("report.roles.recovery_note", whole=people(evidence.tested, words))
        if name == "recovery" and evidence.tested
        else words(f"report.grades.{evidence.grade}"),
        bar=pen.share(shown.low, shown.mid, shown.high, tone=tone) if shown.bar else Markup(),
        tone=tone,
    )


def _sure(readiness: Readiness, words: Words, pen: Pen) -> BigNumber:
    part = readiness.measured_weight
    told = readiness.shown_weight + readiness.declared_weight
    return BigNumber(
        quantity=Quantity(text=words.percent(part), range="", assessed=True, anchor="r10"),
        label=words("report.roles.sure"),
        note=words(
            "report.roles.sure_note",
            told=words.percent(told),
            unknown=words.percent(readiness.not_assessed_weight),
        ),
        bar=pen.parts(
            [("solid", part), ("told", told), ("unknown", readiness.not_assessed_weight)]
        ),
    )


def _money(place: int, found: Found, words: Words, pen: Pen) -> BigNumber:
    """The line of that place: money where prices were declared, else its quantity."""
    lines = by_worth(found.value)
    if len(lines) <= place:
        return without(words("report.roles.no_line"), "not_counted", words, pen)
    line = lines[place]
    label = words(f"value.lines.{line.id}")
    if line.mid is None or found.value is None:
        shown = counted(line, words)
        note = words("report.roles.no_price")
        return BigNumber(quantity=shown, label=label, note=note, bar=Markup())
    low, mid, high = line.low or 0.0, line.mid, line.high or 0.0
    ends = words(
        "report.roles.money",
        amount=f"{amount(low, words)}–{amount(high, words)}",
        of=found.value.currency,
    )
    most = max(each.high or 0.0 for each in lines) or 1.0
    return BigNumber(
        quantity=Quantity(text=amount(mid, words), range=ends, assessed=True),
        label=label,
        note=words.clauses(
            each for each in (words("report.roles.a_year"), left_out(line, words)) if each
        ),
        bar=pen.share(low / most, mid / most, high / most),
    )


def by_worth(value: Value | None) -> list[ValueLine]:
    """Lines whose quantity is known, the most money first."""
    lines = value.lines if value else ()
    assessed = [line for line in lines if line.quantity.assessed]
    return sorted(assessed, key=lambda line: -(line.mid if line.mid is not None else -1.0))
