"""Which sources the same people are seen in: an UpSet plot that is a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.linkage import Combination
from scvkit.records.telling import is_few
from scvkit.report.disclosure import part, people
from scvkit.report.pen import LINE, TEAL, Pen

MOST = 12  # combinations told one by one; the others together


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One combination: a mark for each source, its people, its bar."""

    marks: tuple[bool, ...]  # empty: all other combinations together
    name: str
    people: str
    sure: str
    bar: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationTable:
    """The plot, ready to print."""

    sentence: str
    sources: tuple[str, ...]
    rows: tuple[Row, ...]


def combination_table(
    combinations: Sequence[Combination],
    everyone: int,
    names: Mapping[str, str],
    words: Words,
    pen: Pen,
) -> CombinationTable | None:
    """Return the commonest sets of sources with their people; None without two sources.

    ``everyone`` counts all people. A set of one to four of them is told with the others, and they
    in turn with the smallest set told, until nobody can be counted off the total.
    """
    used = {source for each in combinations for source in each.sources}
    columns = [source for source in names if source in used]
    if len(columns) < 2:
        return None
    told = _told(combinations, everyone)
    others = everyone - sum(each.people for each in told)
    most = max(1, others, *(each.people for each in told))
    rows = [
        Row(
            marks=tuple(source in each.sources for source in columns),
            name=_name(each.sources, names),
            people=part(each.people, everyone, words).text,
            sure=part(min(each.sure, each.people), each.people, words).text,
            bar=pen.share(
                min(each.sure, each.people) / most if not is_few(each.sure) else 0.0,
                each.people / most,
                each.people / most,
                tick=False,
                height=12,
            ),
        )
        for each in told
    ]
    if others > 0:
        length = others / most
        rows.append(
            Row(
                marks=(),
                name=words("report.who.other_combinations"),
                people=people(others, words),
                sure=words("report.absent"),
                bar=pen.share(0.0, length, length, tick=False, height=12),
            )
        )
    return CombinationTable(
        sentence=_sentence(told, names, everyone, words),
        sources=tuple(names[source] for source in columns),
        rows=tuple(rows),
    )


def source_dot(filled: bool) -> Markup:
    """Return the dot of a source: filled where the people are seen in it."""
    fill = TEAL if filled else LINE
    size = 5.5 if filled else 2
    return Markup(
        '<svg class="scv-dot" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"'
        f' focusable="false"><circle cx="7" cy="7" r="{size:g}" fill="{fill}"/></svg>'
    )


def _told(combinations: Sequence[Combination], everyone: int) -> list[Combination]:
    ordered = sorted(combinations, key=lambda c: (-c.people, c.sources))
    told = [each for each in ordered if not is_few(each.people)][:MOST]
    while told and is_few(everyone - sum(each.people for each in told)):
        told.pop()
    return told


def _sentence(
    told: Sequence[Combination], names: Mapping[str, str], everyone: int, words: Words
) -> str:
    several = next((each for each in told if len(each.sources) > 1), None)
    if several is None or not everyone:
        return words("report.who.no_combination")
    return words(
        "report.who.commonest",
        sources=_name(several.sources, names),
        people=part(several.people, everyone, words).text,
    )


def _name(sources: Sequence[str], names: Mapping[str, str]) -> str:
    return " + ".join(name for source, name in names.items() if source in sources)
