"""R5: what may be used, where systems disagree, and what must stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.consent import PairConflict, Permission, SourceBasis, SourcePermission
from scvkit.records.linkage import Linkage
from scvkit.report.anchors import anchor
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, part, people, share
from scvkit.report.look import render
from scvkit.report.mailable import behind
from scvkit.report.pen import Pen
from scvkit.report.quantities import Quantity, quantity
from scvkit.report.sentences import not_assessed, purpose_word
from scvkit.report.source_permission import basis_seen, unexplained
from scvkit.vocabulary import Channel

_KEY = ("solid", "may"), ("refused", "may_not"), ("unknown", "not_known")
_FACTS = (
    "withdrawn_but_mailable",
    "people_in_conflict",
    "proof",
    "analytics_without_consent",
    "past_retention",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    source: str
    what: str
    bar: Markup
    given: str
    refused: str
    unknown: str
    proven: str
    counted: str = ""  # how many records say yes, and of how many people they are
    unexplained: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    title: str
    note: str
    quantity: Quantity
    bar: Markup


def permission(
    *,
    permission: Permission | None,
    names: Mapping[str, str],
    words: Words,
    linkage: Linkage | None = None,
) -> Markup:
    """Return permission by source, the conflicts, withdrawals and the proof of consent.

    ``names`` gives a source's name for its id, ``linkage`` how many people its records are.
    """
    pen = Pen("permission")
    return render(
        "permission",
        words=words,
        pen=pen,
        title=_title(permission, words),
        reason="" if permission else not_assessed(words, "permission_not_run"),
        key=[(pen.swatch(kind), words(f"report.key.{word}")) for kind, word in _KEY],
        bars=_bars(permission, linkage, names, words, pen) if permission else [],
        facts=_facts(permission, words, pen) if permission else [],
        conflicts=[
            _conflict(entry, names, words, pen)
            for entry in sorted(permission.conflicts if permission else (), key=_by_people)
        ],
        bases=[_basis(basis, names, words) for basis in (permission.bases if permission else ())],
        anchor=anchor("people_in_conflict"),
    )


def _title(permission: Permission | None, words: Words) -> str:
    evidence = permission.people_in_conflict if permission else None
    if evidence is None or not evidence.assessed:
        return words("report.permission.no_title")
    count = round(evidence.value or 0)
    if 1 <= count <= 4:
        return words("report.permission.few_title")
    return words("report.permission.title", n=count)


def _bars(
    permission: Permission,
    linkage: Linkage | None,
    names: Mapping[str, str],
    words: Words,
    pen: Pen,
) -> list[_Bar]:
    bars = [_bar(entry, linkage, names, words, pen) for entry in permission.sources]
    absent = words("report.absent")
    bars += [
        _Bar(
            source=names.get(source, source),
            what="",
            bar=pen.unknown(),
            given=absent,
            refused=absent,
            unknown=absent,
            proven=absent,
            why_not=not_assessed(words, reason),
        )
        for source, reason in permission.not_assessed
    ]
    return bars


def _bar(
    entry: SourcePermission,
    linkage: Linkage | None,
    names: Mapping[str, str],
    words: Words,
    pen: Pen,
) -> _Bar:
    base = entry.records
    refused = entry.refused + entry.withdrawn

    def length(count: int) -> float:
        return (part(count, base, words).drawn or 0.0) / base if base else 0.0

    few = base < FEWEST_FOR_A_SHARE
    # The unknown part takes what is left, so that a hidden count cannot be measured off the bar.
    given, no = length(entry.given), length(refused)
    parts = [("solid", given), ("refused", no), ("unknown", max(0.0, 1 - given - no))]
    return _Bar(
        source=names.get(entry.source, entry.source),
        what=words(
            "report.permission.what",
            channel=words(f"report.channels.{entry.channel}"),
            purpose=purpose_word(entry.purpose, words),
        ),
        bar=Markup() if few else pen.parts(parts, height=14),
        counted=_records_and_people(entry, linkage, words),
        given=share(entry.given, base, words),
        refused=share(refused, base, words),
        unknown=share(entry.unknown, base, words),
        proven=share(entry.proven, entry.given, words) if entry.given else words("report.absent"),
        unexplained=unexplained(entry, words),
    )


def _records_and_people(entry: SourcePermission, linkage: Linkage | None, words: Words) -> str:
    """Yeses are counted as records; how many people these are only linking tells."""
    given = part(entry.given, entry.records, words).text
    records = people(entry.records, words)
    # Visits are records of nobody in particular.
    who = "" if entry.channel is Channel.ANALYTICS else behind(entry.source, linkage, words)
    told = (
        words("report.permission.records_people", given=given, records=records, who=who)
        if who
        else words("report.permission.records", given=given, records=records)
    )
    if not entry.no_elsewhere:
        return told
    n = people(entry.no_elsewhere, words)
    return words.clauses((told, words("report.permission.no_elsewhere", n=n)))


def _facts(permission: Permission, words: Words, pen: Pen) -> list[_Fact]:
    facts = []
    bases = {
        "withdrawn_but_mailable": permission.tested_for_withdrawal,
        "people_in_conflict": permission.people_compared,
    }
    for name in _FACTS:
        shown = quantity(
            getattr(permission, name), words, base=bases.get(name), anchor=anchor(name)
        )
        tone = "teal" if name == "proof" else "orange"
        bar = pen.share(shown.low, shown.mid, shown.high, tone=tone, height=12)
        facts.append(
            _Fact(
                title=words(f"report.permission.{name}"),
                note=words("report.permission.of_people", whole=people(bases[name], words))
                if name in bases
                else "",
                quantity=shown,
                bar=pen.unknown(1.0, 12) if not shown.assessed else bar if shown.bar else Markup(),
            )
        )
    return facts


def _by_people(conflict: PairConflict) -> tuple[int, str, str]:
    return (-conflict.people_differ, conflict.source_a, conflict.source_b)


def _conflict(
    entry: PairConflict, names: Mapping[str, str], words: Words, pen: Pen
) -> dict[str, object]:
    base = entry.people_in_both
    shown = part(entry.people_differ, base, words)
    length = (shown.drawn or 0.0) / base if base else 0.0
    return {
        "names": " × ".join(names.get(s, s) for s in (entry.source_a, entry.source_b)),
        "channel": words(f"report.channels.{entry.channel}"),
        "differ": shown.text,
        "base": people(base, words),
        "bar": pen.cell(length, orange=True),
    }


def _basis(basis: SourceBasis, names: Mapping[str, str], words: Words) -> dict[str, str]:
    told = words(f"report.bases.{basis.basis}") if basis.basis else ""
    return {
        "source": names.get(basis.source, basis.source),
        "basis": told or words("report.bases.nobody_said"),
        "documented": basis_seen(basis, words),
        "state": "passed" if basis.documented else "not_assessed",
    }
