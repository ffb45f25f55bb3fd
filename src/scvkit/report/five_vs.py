"""The five Vs of the whole client, each against what is needed: a strip, never a shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.linkage import Linkage
from scvkit.records.profile import SourceProfile
from scvkit.records.readiness import Readiness
from scvkit.records.usecases import UseCases
from scvkit.report.disclosure import people
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.quantities import Quantity, quantity

# What each V is measured by; its need is the third step of the indicator.
MEASURED_BY = (("variety", "2.3"), ("velocity", "3.5"), ("veracity", "4.2"), ("value", "1.3"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    name: str
    says: str
    quantity: Quantity
    bar: Markup
    need: str


def five_vs(
    *,
    readiness: Readiness | None,
    profiles: Sequence[SourceProfile],
    linkage: Linkage | None,
    use_cases: UseCases | None,
    words: Words,
) -> Markup:
    """Return a line for each V: what was measured, its range, and what is needed."""
    pen = Pen("five-vs")
    lines = [_volume(profiles, linkage, words)]
    lines += [
        _line(v, indicator, readiness, words, pen) for v, indicator in MEASURED_BY if readiness
    ]
    assessed = sum(fit.served is not None for fit in use_cases.fits) if use_cases else 0
    return render(
        "five_vs",
        words=words,
        pen=pen,
        lines=lines,
        note=words("report.five_vs.note", n=assessed)
        if assessed
        else words("report.five_vs.note_none"),
    )


def _volume(profiles: Sequence[SourceProfile], linkage: Linkage | None, words: Words) -> _Line:
    rows = sum(table.rows for profile in profiles for table in profile.tables)
    counted_people = sum(seen.people for seen in linkage.seen_in) if linkage else None
    counted = Quantity(text=words.number(rows), range=words("report.counted"), assessed=rows > 0)
    return _Line(
        name=words("report.five_vs.names.volume"),
        says=words("report.five_vs.volume", people=people(counted_people, words)),
        quantity=counted,
        bar=Markup(),
        need="",
    )


def _line(v: str, id_: str, readiness: Readiness, words: Words, pen: Pen) -> _Line:
    found = next((i for i in readiness.indicators if i.id == id_), None)
    told = quantity(found.evidence, words) if found else None
    need = ""
    bar = pen.unknown()
    if found is not None and told is not None:
        share = found.evidence.unit == "share"
        third = found.thresholds[2] if len(found.thresholds) > 2 else None
        if third is not None:
            need = words(
                f"report.five_vs.{'at_most' if found.lower_is_better else 'at_least'}",
                value=words.percent(third) if share else words.number(third),
            )
        if told.assessed and share:
            bar = pen.share(told.low, told.mid, told.high)
        elif told.assessed:
            bar = Markup()
    key = f"indicators.i{id_.replace('.', '_')}"
    absent = Quantity(text=words("report.absent"), range="", assessed=False)
    return _Line(
        name=words(f"report.five_vs.names.{v}"),
        says=words(key),
        quantity=told or absent,
        bar=bar,
        need=need,
    )
