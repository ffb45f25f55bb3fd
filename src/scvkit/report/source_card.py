"""The card of a source: what was told about it, what was received, and the five Vs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.evidence import Evidence
from scvkit.records.extracts import SourceTable
from scvkit.records.profile import TableProfile
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, people, share
from scvkit.report.pen import Pen
from scvkit.report.sentences import method, not_assessed
from scvkit.report.source_evidence import SourceEvidence
from scvkit.report.source_permission import basis_of
from scvkit.report.source_trend import month_name

_KB, _MB = 1_000, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFacts:
    """One table as received."""

    table: str
    file: str
    grain: str
    rows: str
    columns: str
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One dimension of data quality, ready to print."""

    name: str
    iso: str
    share: str
    bar: Markup
    how: str
    assessed: bool


def told_about(source: SourceEvidence, words: Words) -> tuple[tuple[str, str], ...]:
    """Return what the client said of the source, as pairs of heading and text."""
    told = source.told
    if told is None:
        return ()
    questions = told.three_questions
    can = "" if questions.can_you is None else words(f"report.{_yes(questions.can_you)}")
    kept = told.retention_months
    facts = [
        ("owner", told.owner),
        ("stored", told.stored),
        ("since", "" if told.since is None else str(told.since)),
        ("collected", told.collected),
        ("refreshed", told.refreshed),
        ("used", told.used),
        ("good_at", told.good_at),
        ("basis", basis_of(source, words)),
        ("kept", "" if kept is None else words("report.source_page.months", n=kept)),
        ("why", questions.why),
        ("can", can),
        ("last_used", questions.last_used_for),
    ]
    return tuple((words(f"report.source_page.card.{name}"), text) for name, text in facts if text)


def tables_of(source: SourceEvidence, words: Words) -> tuple[TableFacts, ...]:
    """Return every table with what one row is, its size and the period it covers."""
    profiles = {t.table: t for t in (source.profile.tables if source.profile else ())}
    files = {reading.table: reading.file for reading in source.received.readings}
    return tuple(
        _table(source, table, profiles.get(table.table), files.get(table.table, ""), words)
        for table in source.received.tables
    )


def five_vs(source: SourceEvidence, words: Words) -> tuple[tuple[str, str, str], ...]:
    """Return volume, velocity, variety, veracity and value: name, figure, what it means."""
    if not source.received.tables:
        return ()
    return tuple(
        (words(f"report.source_page.vs.{name}"), figure, note)
        for name, figure, note in _vs(source, words)
    )


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _table(
    source: SourceEvidence,
    table: SourceTable,
    profile: TableProfile | None,
    file: str,
    words: Words,
) -> TableFacts:
    return TableFacts(
        table=table.table,
        file=file,
        grain=words(f"sources.card.grains.{table.grain}"),
        rows=people(table.rows, words),
        columns=words.number(len(profile.columns if profile else table.meanings)),
        period=_period(source, table.table, profile, words),
    )


def _period(source: SourceEvidence, table: str, profile: TableProfile | None, words: Words) -> str:
    trends = source.profile.trends if source.profile else ()
    months = next((t.months for t in trends if t.table == table), ())
    made = [m.month for m in months if m.created or m.touched]
    if made:
        first, last = (month_name(month, words) for month in (made[0], made[-1]))
        return words("report.source_page.period", first=first, last=last)
    newest = profile.last_date if profile else None
    return words("report.source_page.until", last=newest) if newest else words("report.absent")


def _vs(source: SourceEvidence, words: Words) -> Iterator[tuple[str, str, str]]:
    absent = words("report.absent")
    found = source.profile.five_vs if source.profile else None
    if found is None:
        return
    size = _size(found.bytes, words)
    yield (
        "volume",
        people(found.rows, words),
        words("report.source_page.vs.volume_note", n=found.tables, size=size),
    )
    new = found.rows_per_month.value
    key = "velocity_none" if new is None else "velocity_note"
    yield (
        "velocity",
        absent if new is None else people(round(new), words),
        words(f"report.source_page.vs.{key}"),
    )
    yield (
        "variety",
        words.number(len(found.attributes)),
        words("report.source_page.vs.variety_note", n=found.columns, columns=found.columns),
    )
    yield "veracity", _share(found.veracity, words), words("report.source_page.vs.veracity_note")
    leaning = "value_note" if source.use_cases else "value_alone"
    total = len(source.use_cases.fits) if source.use_cases else 0
    yield (
        "value",
        _tied(source, found.value, words),
        words(f"report.source_page.vs.{leaning}", n=len(source.leaning), total=total),
    )


def dimensions_of(source: SourceEvidence, words: Words, pen: Pen) -> tuple[Dimension, ...]:
    """Return the six dimensions of data quality of a source, with their names in ISO 25012."""
    return tuple(
        Dimension(
            name=words(f"profile.dimensions.{score.dimension}"),
            iso=words(f"report.iso_25012.{score.dimension}"),
            share=_share(score.evidence, words)
            if score.evidence.assessed
            else not_assessed(words, score.evidence.reason),
            bar=pen.cell(score.evidence.value) if _drawn(score.evidence) else Markup(),
            how=method(words, score.evidence.method),
            assessed=score.evidence.assessed,
        )
        for score in (source.profile.dimensions if source.profile else ())
    )


def _drawn(evidence: Evidence) -> bool:
    return not evidence.assessed or (evidence.tested or 0) >= FEWEST_FOR_A_SHARE


def _share(evidence: Evidence, words: Words) -> str:
    if not evidence.assessed or not evidence.tested:
        return words("report.absent")
    return _nearly(evidence.passed or 0, evidence.tested, words)


def _tied(source: SourceEvidence, told: Evidence, words: Words) -> str:
    """Records that can be tied to somebody, by the key test's rule once that was run.

    What stands beside it, records that can be tied to nobody, is counted by the same rule.
    """
    records = source.records
    whole = records.persons + records.organisations if records else 0
    if records is None or not whole:
        return _share(told, words)
    return _nearly(whole - records.unlinkable, whole, words)


def _nearly(passed: int, tested: int, words: Words) -> str:
    """A share of which all but a few is not all."""
    if tested < FEWEST_FOR_A_SHARE or passed == tested:
        return share(passed, tested, words)
    return words.percent(min(passed / tested, 0.99))


def _size(bytes_: int, words: Words) -> str:
    if bytes_ >= _MB:
        return words("report.source_page.vs.megabytes", size=words.number(bytes_ / _MB))
    return words("report.source_page.vs.kilobytes", size=words.number(max(1, round(bytes_ / _KB))))
