"""The three numbers of a reader's page, by the names they have in roles.yaml."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.evidence import Evidence
from scvkit.records.readiness import Readiness, UseCaseVerdict
from scvkit.report.anchors import anchor
from scvkit.report.answer import indicator_name
from scvkit.report.disclosure import (
    FEWEST_FOR_A_SHARE,
    ShownStep,
    part,
    people,
    served_shown,
    share,
    share_shown,
    step_shown,
)
from scvkit.report.effort import effort
from scvkit.report.found import Found
from scvkit.report.mailable import mailable, records_and_people
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
from scvkit.report.reader_rows import stated_anchor
from scvkit.report.role_money import money
from scvkit.report.use_cases import case_name, gates_said

_OF_RECORDS = ("strong_key", "unlinkable")


def number(name: str, found: Found, words: Words, pen: Pen) -> BigNumber:
    """Return the number called ``name`` in roles.yaml."""
    kind, _, rest = name.partition(".")
    drawn: dict[str, Callable[[], BigNumber]] = {
        "use": lambda: _served(rest, found, words, pen),
        "indicator": lambda: _indicator(rest, found, words, pen),
        "money": lambda: money(int(rest), found, words, pen),
        "readers": lambda: readers_or_seen(found.linkage, found.engagement, words, pen),
        "seen": lambda: seen_in_two(found.linkage, words, pen),
        "withdrawn": lambda: withdrawn(found.permission, words, pen),
        "orders": lambda: orders_or_seen(
            found.use_cases, found.linkage, found.engagement, words, pen
        ),
        "unlinkable": lambda: unlinkable(found.linkage, words, pen),
        "mailable": lambda: _mailable(found, words, pen),
        "now": lambda: _now(rest, found, words, pen),
        "mailed_after_no": lambda: _mailed_after_no(found, words, pen),
        "callers": lambda: _callers(found, words, pen),
        "effort": lambda: _effort(found, words, pen),
        "right_name": lambda: _right_name(found, words, pen),
        "sure": lambda: _sure(found.readiness, words, pen),
    }
    return drawn[kind]() if kind in drawn else _measured(kind, found, words, pen)


def _mailable(found: Found, words: Words, pen: Pen) -> BigNumber:
    """Subscribers who may be written to today, and what the others say."""
    listed = mailable(found)
    if listed is None:
        # Without a newsletter another number of the page tells who is seen in two sources.
        return unlinkable(found.linkage, words, pen)
    stated, whole = listed.stated, listed.records
    now = listed.now_shown(words)
    elsewhere = listed.no_elsewhere or 0
    no = stated.refused + stated.withdrawn
    silent = max(0, whole - stated.given - no)
    unclear = min(silent, stated.not_explained)
    told = [
        words(f"report.roles.mailable_note.{kind}", share=share(count, whole, words))
        for kind, count in (
            ("no", no),
            ("unknown", silent - unclear),
            ("unclear", unclear),
        )
        if count
    ]
    if elsewhere:
        # A share of few would tell how few they are.
        n = people(elsewhere, words)
        told.insert(0, words("report.roles.mailable_note.elsewhere", n=n))
    if listed.held:
        told.append(words("report.roles.mailable_note.way", gate=gates_said(listed.held, words)))
    lengths = (("solid", min(now.drawn or 0.0, stated.given)), ("refused", no))
    shown = whole >= FEWEST_FOR_A_SHARE
    return BigNumber(
        quantity=Quantity(
            text=now.text,
            range=share_shown(now, whole, words)
            if shown
            else words("report.of_rows", whole=people(whole, words)),
            assessed=True,
            anchor=stated_anchor(stated),
            zero=listed.now == 0,
        ),
        label=words("report.roles.mailable"),
        note=words.sentences(
            (
                records_and_people(listed, found, words),
                *told,
            )
        ),
        bar=pen.parts(
            [
                *((kind, n / whole) for kind, n in lengths),
                ("told", max(0.0, stated.given - (now.drawn or 0.0)) / whole),
                ("unknown", silent / whole),
            ],
            height=16,
        )
        if shown
        else Markup(),
    )


def _now(id_: str, found: Found, words: Words, pen: Pen) -> BigNumber:
    """People a use case may serve today: none while a gate holds it, and how many after it."""
    verdict = found.verdict(id_)
    if verdict is None or not verdict.gates:
        return _served(id_, found, words, pen)
    fit = verdict.fit
    served, base = served_shown(fit, words), fit.base or 0
    if served is None or not base:
        return _served(id_, found, words, pen)
    drawn = min(float(base), served.mid.drawn or 0.0)
    return BigNumber(
        quantity=Quantity(text=words.number(0), range="", assessed=True, anchor=anchor(id_)),
        label=words("report.roles.served_now", name=case_name(id_, words)),
        note=words(
            "report.roles.served_once",
            served=served.text,
            whole=people(base, words),
            gate=gates_said(verdict.gates, words),
        ),
        bar=pen.share(0.0, 0.0, drawn / base, tick=False),
    )


def _mailed_after_no(found: Found, words: Words, pen: Pen) -> BigNumber:
    """Addresses of the last send list that had said no; without one: where systems disagree.

    Where all who disagree are those who withdrew, the page tells them already: then what is kept
    past its time.
    """
    replay = found.use_cases.replay if found.use_cases else None
    if replay is None:
        held = found.permission
        same = held and held.people_in_conflict.value == held.withdrawn_but_mailable.value
        late = held is not None and held.past_retention.assessed
        name = "past_retention" if same and late else "conflict"
        return _measured(name, found, words, pen)
    shown = part(replay.said_no, replay.sent, words)
    length = (shown.drawn or 0.0) / replay.sent if replay.sent else 0.0
    few = replay.sent < FEWEST_FOR_A_SHARE
    return BigNumber(
        quantity=Quantity(
            text=shown.text,
            range=words("report.counted"),
            assessed=True,
            anchor=anchor("mailed_after_no"),
            zero=replay.said_no == 0,
        ),
        label=words("report.roles.mailed_after_no"),
        note=words("report.roles.mailed_after_no_note", whole=people(replay.sent, words)),
        bar=Markup() if few else pen.share(length, length, length, tone="orange"),
        tone="orange" if replay.said_no else "teal",
    )


def _callers(found: Found, words: Words, pen: Pen) -> BigNumber:
    """People who made contact and are found where purchases are, surely enough for a call."""
    verdict = found.verdict("U7")
    known = step_shown(verdict.fit, "found", words) if verdict else None
    base = verdict.fit.base if verdict else None
    label = words("report.roles.callers")
    if known is None or not base:
        steps = verdict.fit.steps if verdict else ()
        why = next((step.reason for step in steps if step.name == "found"), "use_cases_not_run")
        return without(label, why, words, pen)
    shown = _of_step(known, base, anchor("U7"))
    return BigNumber(
        quantity=shown,
        label=label,
        note=words(
            "report.roles.callers_note", whole=people(base, words), links=_links(verdict, words)
        ),
        bar=pen.share(shown.low, shown.mid, shown.high) if shown.bar else Markup(),
    )


def _links(verdict: UseCaseVerdict | None, words: Words) -> str:
    """By which links a use case finds people at its best estimate."""
    return words(f"report.methods.by.{verdict.fit.tier if verdict and verdict.fit.tier else 'C'}")


def _effort(found: Found, words: Words, pen: Pen) -> BigNumber:
    """Days of work that the first ninety days ask, all actions together."""
    asked = effort(found)
    label = words("report.roles.effort")
    if asked is None:
        return without(label, "no_roadmap", words, pen)
    note = words("report.roles.effort_note", n=asked.actions, soon=asked.soon)
    if asked.beside:
        note = words.sentences((note, words("report.roles.cfo.beside", n=asked.beside)))
    if asked.days is None:
        text, spent = words.number(asked.actions), words("report.roles.effort_actions")
        return BigNumber(
            quantity=Quantity(text=text, range=spent, assessed=True, anchor="r8"),
            label=words("report.roles.effort_undated"),
            note=words.sentences((note, words("report.roles.effort_no_days"))),
            bar=Markup(),
        )
    low, high = (words.number(round(day)) for day in asked.days)
    price = words("report.roles.cfo.no_day_price")
    if asked.money is not None:
        told = f"{amount(asked.money[0], words)}–{amount(asked.money[1], words)}"
        price = words("report.roles.cfo.effort_money", money=told, currency=asked.currency)
    return BigNumber(
        quantity=Quantity(
            text=f"{low}–{high}",
            range=words("report.roles.effort_days"),
            assessed=True,
            anchor="r8",
        ),
        label=label,
        note=words.sentences((note, words("report.roles.effort_told"), price)),
        bar=Markup(),
    )


def _right_name(found: Found, words: Words, pen: Pen) -> BigNumber:
    counted = found.use_cases.right_name if found.use_cases else None
    if counted is None or not counted[1]:
        return _served("U6", found, words, pen)
    shown = counted_share(*counted, words, anchor=anchor("right_name"))
    return BigNumber(
        quantity=shown,
        label=words("report.roles.right_name"),
        note=words(
            "report.roles.right_name_note",
            whole=people(counted[1], words),
            links=words("report.methods.by.C"),
        ),
        bar=pen.share(shown.low, shown.mid, shown.high) if shown.bar else Markup(),
    )


def _served(id_: str, found: Found, words: Words, pen: Pen) -> BigNumber:
    label = words("report.roles.served", name=case_name(id_, words))
    verdict = found.verdict(id_)
    if verdict is None:
        return without(label, "use_cases_not_run", words, pen)
    fit = verdict.fit
    last, base = served_shown(fit, words), fit.base or 0
    if last is None or not base:
        blind = next((step.reason for step in fit.steps if step.mid is None), "")
        return without(label, blind or "nothing_to_test", words, pen)
    shown = _of_step(last, base, anchor(id_))
    return BigNumber(
        quantity=shown,
        label=label,
        note=words("report.roles.of_base", whole=people(base, words)),
        bar=pen.share(shown.low, shown.mid, shown.high) if shown.bar else Markup(),
    )


def _of_step(step: ShownStep, base: int, row: str) -> Quantity:
    """A step of a use case as a number, drawn among its base."""
    low, mid, high = (min(1.0, (s.drawn or 0.0) / base) for s in (step.low, step.mid, step.high))
    return Quantity(
        text=step.mid.text,
        range=step.range,
        assessed=True,
        low=min(low, mid),
        mid=mid,
        high=max(high, mid),
        bar=True,
        anchor=row,
        zero=step.mid.drawn == 0,
    )


def _indicator(id_: str, found: Found, words: Words, pen: Pen) -> BigNumber:
    own = f"report.roles.indicators.i{id_.replace('.', '_')}"
    label = words(own) if words.has(own) else indicator_name(id_, words)
    one = next((i for i in found.readiness.indicators if i.id == id_), None)
    if one is None or not one.evidence.assessed:
        return without(label, one.evidence.reason if one else "", words, pen)
    shown = quantity(one.evidence, words, anchor=anchor(id_))
    if one.of == "things" and not shown.bar and one.evidence.tested:
        # Small counts of things point at nobody.
        counted, whole = words.number(one.evidence.passed or 0), words.number(one.evidence.tested)
        shown = replace(shown, text=words("report.of", part=counted, whole=whole))
    note = _base(one.evidence, found, words) or words(f"report.roles.graded.{one.evidence.grade}")
    return BigNumber(
        quantity=shown,
        label=label,
        note=words.sentences((note, words(f"{own}_note") if words.has(f"{own}_note") else "")),
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
        label = words("report.roles.recovery")
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
        else words(
            "report.of", part=people(evidence.passed, words), whole=people(evidence.tested, words)
        )
        if evidence.passed is not None and evidence.tested
        else words(f"report.grades.{evidence.grade}"),
        bar=pen.share(shown.low, shown.mid, shown.high, tone=tone) if shown.bar else Markup(),
        tone=tone,
    )


def _sure(readiness: Readiness, words: Words, pen: Pen) -> BigNumber:
    measured = readiness.measured_weight
    told = readiness.shown_weight + readiness.declared_weight
    return BigNumber(
        quantity=Quantity(text=words.percent(measured), range="", assessed=True, anchor="r10"),
        label=words("report.roles.sure"),
        note=words(
            "report.roles.sure_note",
            told=words.percent(told),
            unknown=words.percent(readiness.not_assessed_weight),
        ),
        bar=pen.parts(
            [("solid", measured), ("told", told), ("unknown", readiness.not_assessed_weight)]
        ),
    )
