"""R3: every source: what arrived, which keys it carries, what is wrong and where to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.engagement import Engagement
from scvkit.locale.words import Words
from scvkit.records.extracts import Intake, SourceIntake, UndeclaredFile
from scvkit.records.identity import Identity, KeyTest
from scvkit.records.profile import ColumnProfile, Finding, SourceProfile
from scvkit.records.usecases import UseCases
from scvkit.report.anchors import anchor
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, distinct_values, people, share
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.sentences import attribute_word, not_assessed, said, unread
from scvkit.report.source_evidence import with_sends
from scvkit.report.source_faults import by_harm
from scvkit.vocabulary import EVENT_GRAINS

_FINDINGS_OPEN = 4
_WORST = 3
_THIN = 0.5  # below this a fill is printed bold and orange: half the records lack it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    name: str
    filled: str
    valid: str
    unique: str
    usable: str
    bar: Markup
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    title: str
    sentence: str
    harm: str
    rows: str
    of: str
    masks: tuple[str, ...]
    fix: str
    who: str
    worst: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    name: str
    meaning: str
    filled: str
    filled_bar: Markup
    thin: bool
    valid: str
    valid_bar: Markup
    distinct: str
    mask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    id: str
    name: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    unread: tuple[str, ...]
    keys: tuple[_Key, ...]
    no_keys: str
    keys_tested: bool
    faults: tuple[_Fault, ...]
    more_faults: tuple[_Fault, ...]
    profiled: bool
    tables: tuple[tuple[str, tuple[_Column, ...]], ...]


def sources(
    *,
    intake: Intake,
    profiles: Sequence[SourceProfile],
    identity: Identity | None,
    engagement: Engagement,
    words: Words,
    use_cases: UseCases | None = None,
) -> Markup:
    """Return one block a source, worst findings first, and the files nobody declared.

    ``use_cases`` adds what only all sources together show, as the sources' own pages tell it.
    """
    pen = Pen("sources")
    profile_of = {profile.source: with_sends(profile, use_cases) for profile in profiles}
    blocks = [
        _source(received, profile_of.get(received.source), identity, engagement, words, pen)
        for received in intake.sources
    ]
    read = sum(bool(received.tables) for received in intake.sources)
    return render(
        "sources",
        words=words,
        pen=pen,
        title=words("report.sources.title", n=len(blocks), read=read),
        sources=blocks,
        undeclared=[_undeclared(file, words) for file in intake.undeclared],
    )


def _source(
    received: SourceIntake,
    profile: SourceProfile | None,
    identity: Identity | None,
    engagement: Engagement,
    words: Words,
    pen: Pen,
) -> _Source:
    faults = [_fault(finding, words) for finding in by_harm(profile.findings if profile else ())]
    keys = [
        _key(test, words, pen)
        for test in sorted(
            (identity.keys if identity else ()),
            key=lambda t: -(t.usable / t.records if t.records else 0),
        )
        if test.source == received.source and test.present
    ]
    events = all(table.grain in EVENT_GRAINS for table in received.tables)
    none = words("report.sources.events_only" if events else "report.sources.no_key")
    why = none if identity else not_assessed(words, "keys_not_run")
    return _Source(
        id=received.source,
        name=received.name,
        headline=_headline(received, profile, words),
        facts=tuple(_facts(received, engagement, words)),
        unread=tuple(
            words("report.sources.unread", file=file.file, reason=unread(file.reason, words))
            for file in received.unread
        ),
        keys=tuple(keys),
        no_keys="" if keys or not received.tables else why,
        keys_tested=identity is not None,
        faults=tuple(faults[:_FINDINGS_OPEN]),
        more_faults=tuple(faults[_FINDINGS_OPEN:]),
        profiled=profile is not None,
        tables=tuple(
            (table.table, tuple(_column(column, words, pen) for column in table.columns))
            for table in (profile.tables if profile else ())
        ),
    )


def _headline(received: SourceIntake, profile: SourceProfile | None, words: Words) -> str:
    if not received.tables:
        told = "not_received" if received.only_told else "not_read"
        return words(f"report.sources.{told}")
    if profile is None:
        return not_assessed(words, "profile_not_run")
    harmful = sum(finding.harm >= _WORST for finding in profile.findings)
    if harmful:
        return words("report.sources.harmful", n=harmful)
    if not profile.findings:
        return words("report.sources.no_findings")
    return words("report.sources.findings", n=len(profile.findings))


def _facts(received: SourceIntake, engagement: Engagement, words: Words) -> list[tuple[str, str]]:
    told = engagement.sources.get(received.source)
    rows = sum(table.rows for table in received.tables)
    rejected = sum(reading.lost_rows for reading in received.readings)
    files = words.listed(reading.file for reading in received.readings)
    facts = [
        (words("report.facts_of.rows"), people(rows, words) if received.tables else ""),
        (words("report.facts_of.rejected"), words.number(rejected) if rejected else ""),
        (words("report.facts_of.files"), files),
    ]
    if told is not None:
        since = "" if told.since is None else str(told.since)
        facts += [
            (words("report.facts_of.owner"), told.owner or ""),
            (words("report.facts_of.stored"), told.stored or ""),
            (words("report.facts_of.since"), since),
            (words("report.facts_of.collected"), told.collected or ""),
            (words("report.facts_of.used"), told.used or ""),
            (words("report.facts_of.refreshed"), told.refreshed or ""),
            (words("report.facts_of.good_at"), told.good_at or ""),
        ]
    return [(name, text) for name, text in facts if text]


def _key(test: KeyTest, words: Words, pen: Pen) -> _Key:
    usable = test.usable / test.records if test.records else None
    few = test.records < FEWEST_FOR_A_SHARE

    def of(part: int) -> str:
        return share(part, test.records, words)

    return _Key(
        name=words(f"report.keys.{test.key}"),
        filled=of(test.filled),
        valid=of(test.valid),
        unique=of(test.unique),
        usable=of(test.usable),
        bar=Markup() if few else pen.cell(usable),
        anchor=anchor(f"{test.source} {test.key}"),
    )


def _fault(finding: Finding, words: Words) -> _Fault:
    values = {
        "n": finding.rows,
        "rows": people(finding.rows, words),
        "tested": people(finding.tested, words),
        "column": finding.column or "",
        "table": finding.table,
        "source": finding.source,
        **said(words, finding.values),
    }
    return _Fault(
        title=words(f"findings.{finding.kind}.title", **values),
        sentence=words(f"findings.{finding.kind}.sentence", **values),
        harm=words(f"report.harm.h{finding.harm}"),
        rows=people(finding.rows, words),
        of=words("report.of_rows", whole=people(finding.tested, words)),
        masks=tuple(mask.mask for mask in finding.masks[:3]),
        fix=words(f"findings.{finding.kind}.fix", **values),
        who=words(f"findings.{finding.kind}.who", **values),
        worst=finding.harm >= _WORST,
    )


def _column(column: ColumnProfile, words: Words, pen: Pen) -> _Column:
    fill = column.filled / column.rows if column.rows else None
    valid = None if column.valid is None or not column.filled else column.valid / column.filled
    few = column.rows < FEWEST_FOR_A_SHARE
    absent = words("report.absent")
    return _Column(
        name=column.column,
        meaning=attribute_word(column.attribute, words),
        filled=absent if fill is None else share(column.filled, column.rows, words),
        filled_bar=Markup() if few else pen.cell(fill),
        thin=fill is not None and fill < _THIN,
        valid=absent if valid is None else share(column.valid or 0, column.filled, words),
        valid_bar=Markup() if few else pen.cell(valid),
        distinct=distinct_values(column, words),
        mask=column.masks[0].mask if column.masks else "",
    )


def _undeclared(file: UndeclaredFile, words: Words) -> str:
    if file.rows is None:
        return words("report.sources.unread", file=file.file, reason=unread(file.reason, words))
    held = words.listed(attribute_word(attribute, words) for attribute in file.customer_columns)
    rows = people(file.rows, words)
    if held:
        return words("report.sources.shadow", file=file.file, rows=rows, columns=held)
    return words("report.sources.other_file", file=file.file, rows=rows)
