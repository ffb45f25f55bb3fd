"""How a source lives: records made and last touched by month, and how long they lie untouched.

Bars stand at per-cent places without a viewBox, so that they shrink on a phone and words do not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from babel.dates import format_skeleton
from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.evidence import Evidence
from scvkit.records.telling import FEWEST, is_few
from scvkit.records.upkeep import MonthCount, Trend
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, falling, people
from scvkit.report.pen import INK, LINE, TEAL
from scvkit.report.source_evidence import SourceEvidence
from scvkit.vocabulary import EVENT_GRAINS

_RAIL = "#b9c0cd"
_SHOWN_MONTHS = 120
_HEIGHT = 84
_AGES = (1, 2, 3, 5, 8, 12)
_SILENT_MONTHS = 2
_USUAL = 5  # records a month; a table that makes fewer is silent by nature
_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A word under a picture at a share of its width, or above a point of it."""

    at: float
    text: str
    top: float = 0.0
    minor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPicture:
    """Bars by month with their years, the largest month, and the same numbers by year."""

    title: str
    bars: Markup
    most: str
    years: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Records nobody has touched for longer than an age."""

    label: str
    records: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The life of one table, ready to print."""

    table: str
    title: str
    note: str
    pictures: tuple[MonthPicture, ...]
    years: tuple[tuple[str, str, str], ...]
    decay: Markup
    points: tuple[Tick, ...]
    ages: tuple[Age, ...]
    half: str
    silences: tuple[str, ...]
    why_not: str


def lives_of(source: SourceEvidence, words: Words) -> tuple[Life, ...]:
    """Return the life of each table, tables of records before tables of events."""
    if source.profile is None:
        return ()
    happened = {t.table for t in source.profile.tables if t.grain in EVENT_GRAINS}
    # Where nothing but the making is dated, nobody can say when a record was last touched.
    happened |= {t.table for t in source.profile.trends if _only_made(t)}
    trends = sorted(source.profile.trends, key=lambda t: t.table in happened)
    as_of = source.engagement.assessment.as_of
    halves = {table.table: table.half_life for table in source.profile.tables}
    return tuple(
        _events(trend, words)
        if trend.table in happened
        else _life(trend, as_of, _half(halves.get(trend.table), words), words)
        for trend in trends
    )


def _only_made(trend: Trend) -> bool:
    return trend.created_column is not None and trend.touched_columns == (trend.created_column,)


def month_name(month: str, words: Words) -> str:
    """Return a month in words.

    >>> from scvkit.locale.words import load_words
    >>> month_name("2016-09", load_words("en"))
    'Sep 2016'
    """
    year, _, number = month.partition("-")
    day = dt.date(int(year), int(number), 1)
    return str(format_skeleton("yMMM", day, locale=words.language.replace("-", "_")))


def _events(trend: Trend, words: Words) -> Life:
    """What happened by month: an order is not touched again, so it does not age."""
    why_not = _too_little(trend, words)
    spoken = [m.month for m in trend.months if m.created or m.touched]
    title = "no_events_title" if why_not else "events_title"
    return Life(
        table=trend.table,
        title=words(
            f"report.source_page.life.{title}",
            table=trend.table,
            rows=people(trend.rows, words),
            first=month_name(spoken[0], words) if spoken else "",
            last=month_name(spoken[-1], words) if spoken else "",
        ),
        note=_note(trend, words),
        pictures=() if why_not else (_pictures(trend, words)[0],),
        years=() if why_not else tuple(_by_year(trend.months, words)),
        decay=Markup(),
        points=(),
        ages=(),
        half="",
        silences=() if why_not else tuple(_silences(trend, words)),
        why_not=why_not,
    )


def _too_little(trend: Trend, words: Words) -> str:
    if not trend.months:
        return words("report.source_page.life.no_dates")
    few = trend.dated < FEWEST_FOR_A_SHARE
    return words("report.source_page.life.few_dates") if few else ""


def _note(trend: Trend, words: Words) -> str:
    return words(
        "report.source_page.life.note",
        columns=words.listed(trend.touched_columns),
        dated=people(trend.dated, words),
        rows=people(trend.rows, words),
    )


def _life(trend: Trend, as_of: dt.date | None, half: str, words: Words) -> Life:
    why_not = _too_little(trend, words)
    last = _place(trend.months[-1].month) if trend.months else 0
    now = as_of.year * _YEAR + as_of.month - 1 if as_of else last
    lain = [] if why_not else _untouched(trend, now)
    return Life(
        table=trend.table,
        title=_title(trend, lain, words),
        note=_note(trend, words),
        pictures=() if why_not else tuple(_pictures(trend, words)),
        years=() if why_not else tuple(_by_year(trend.months, words)),
        decay=Markup() if why_not else _decay(lain),
        points=() if why_not else tuple(_points(lain, words)),
        ages=() if why_not else tuple(_ages(trend, now, words)),
        half="" if why_not else half,
        silences=() if why_not else tuple(_silences(trend, words)),
        why_not=why_not,
    )


def _place(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * _YEAR + int(number) - 1


def _untouched(trend: Trend, now: int) -> list[float]:
    """Share of the dated records that nobody has touched for longer than each of the ages."""
    return [
        sum(m.touched for m in trend.months if now - _place(m.month) >= age * _YEAR) / trend.dated
        for age in _AGES
    ]


def _title(trend: Trend, lain: Sequence[float], words: Words) -> str:
    if not lain:
        return words("report.source_page.life.no_title", table=trend.table)
    two = lain[_AGES.index(2)]
    return words("report.source_page.life.title", share=words.percent(two), table=trend.table)


def _pictures(trend: Trend, words: Words) -> list[MonthPicture]:
    months = trend.months[-_SHOWN_MONTHS:]
    found = []
    if trend.created_column:
        title = words("report.source_page.life.created", column=trend.created_column)
        found.append(_picture(title, [m.created for m in months], months, TEAL, words))
    title = words("report.source_page.life.touched")
    found.append(_picture(title, [m.touched for m in months], months, _RAIL, words))
    return found


def _picture(
    title: str, counts: Sequence[int], months: Sequence[MonthCount], fill: str, words: Words
) -> MonthPicture:
    most = max(counts, default=0)
    step = 100 / max(1, len(counts))
    marks = [
        f'<line x1="0" x2="100%" y1="{_HEIGHT}" y2="{_HEIGHT}" stroke="{INK}" stroke-width="1"/>'
    ]
    for place, count in enumerate(counts):
        # One to four people are drawn alike.
        drawn = FEWEST / 2 if is_few(count) else count
        if not drawn:
            continue
        height = max(1.0, _HEIGHT * min(1.0, drawn / max(most, FEWEST)))
        marks.append(
            f'<rect x="{place * step:.2f}%" y="{_HEIGHT - height:.1f}" width="{step * 0.8:.2f}%"'
            f' height="{height:.1f}" fill="{fill}"/>'
        )
    bars = Markup(
        f'<svg class="scv-bar scv-months" width="100%" height="{_HEIGHT + 2}" aria-hidden="true"'
        f' focusable="false">{"".join(marks)}</svg>'
    )
    return MonthPicture(
        title=title,
        bars=bars,
        most=words("report.source_page.life.most", n=people(most, words)),
        years=tuple(_year_ticks(months)),
    )


def _year_ticks(months: Sequence[MonthCount]) -> list[Tick]:
    """A word at every January; every second one gives way on a phone."""
    januaries = [(i, m.month[:4]) for i, m in enumerate(months) if m.month.endswith("-01")]
    if not januaries and months:
        januaries = [(0, months[0].month)]
    return [
        Tick(at=100 * place / len(months), text=year, minor=order % 2 == 1)
        for order, (place, year) in enumerate(januaries)
        if place <= 0.95 * len(months)
    ]


def _by_year(months: Sequence[MonthCount], words: Words) -> list[tuple[str, str, str]]:
    years: dict[str, tuple[int, int]] = {}
    for month in months:
        made, touched = years.get(month.month[:4], (0, 0))
        years[month.month[:4]] = (made + month.created, touched + month.touched)
    return [
        (year, people(made, words), people(touched, words))
        for year, (made, touched) in years.items()
    ]


def _decay(lain: Sequence[float]) -> Markup:
    """A falling line through the share untouched for longer than each age."""
    height = 120.0
    width = 100 / len(lain)
    places = [(width * (i + 0.5), height * (1 - value) + 8) for i, value in enumerate(lain)]
    marks = [
        f'<line x1="0" x2="100%" y1="{8 + height * part:g}" y2="{8 + height * part:g}"'
        f' stroke="{LINE}"/>'
        for part in (0, 0.5, 1)
    ]
    marks += [
        f'<line x1="{a[0]:.2f}%" y1="{a[1]:.1f}" x2="{b[0]:.2f}%" y2="{b[1]:.1f}"'
        f' stroke="{TEAL}" stroke-width="1.6"/>'
        for a, b in pairwise(places)
    ]
    marks += [
        f'<circle cx="{x:.2f}%" cy="{y:.1f}" r="5.5" fill="{TEAL}" stroke="#fff"'
        ' stroke-width="1.5"/>'
        for x, y in places
    ]
    return Markup(
        f'<svg class="scv-bar" width="100%" height="{height + 16:g}" aria-hidden="true"'
        f' focusable="false">{"".join(marks)}</svg>'
    )


def _points(lain: Sequence[float], words: Words) -> list[Tick]:
    width = 100 / len(lain)
    return [
        Tick(at=width * (i + 0.5), text=words.percent(value), top=120.0 * (1 - value) + 8)
        for i, value in enumerate(lain)
    ]


def _ages(trend: Trend, now: int, words: Words) -> list[Age]:
    """The same in records; no two of them differ by one to four."""
    older = [
        sum(m.touched for m in trend.months if now - _place(m.month) >= age * _YEAR)
        for age in _AGES
    ]
    shown = falling([trend.dated, *older], words)[1:]
    return [
        Age(label=words.number(age), records=count.text)
        for age, count in zip(_AGES, shown, strict=True)
    ]


def _half(half_life: Evidence | None, words: Words) -> str:
    """Within how many months half of the records were touched."""
    if half_life is None or half_life.value is None:
        return ""
    return words("report.source_page.life.half", n=max(1, ceil(half_life.value)))


def _silences(trend: Trend, words: Words) -> list[str]:
    """Months in which no record was made, after a year in which some were every month."""
    made = [m.created for m in trend.months]
    alive = [i for i, count in enumerate(made) if count]
    if not trend.created_column or not alive:
        return []
    found, start = [], None
    for place in range(max(alive[0] + _YEAR, len(made) - _SHOWN_MONTHS), alive[-1] + 1):
        if made[place] == 0:
            start = place if start is None else start
            continue
        if start is not None and place - start >= _SILENT_MONTHS:
            year_before = made[start - _YEAR : start]
            if sum(year_before) >= _USUAL * _YEAR and all(year_before):
                first, last = (
                    month_name(trend.months[at].month, words) for at in (start, place - 1)
                )
                found.append(words("report.source_page.life.silence", first=first, last=last))
        start = None
    return found
