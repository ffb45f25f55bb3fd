"""All sources side by side: which carries what, how well, and what nobody uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.engagement import Engagement
from scvkit.locale.words import Words
from scvkit.records.extracts import Intake, UndeclaredFile
from scvkit.records.profile import ColumnProfile
from scvkit.report.banners import banner
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, people, share
from scvkit.report.look import render
from scvkit.report.pages import page
from scvkit.report.pen import Pen
from scvkit.report.sentences import unread
from scvkit.report.source_columns import attribute_name
from scvkit.report.source_evidence import SourceEvidence
from scvkit.report.source_headline import MONTHS
from scvkit.report.source_keys import key_ring
from scvkit.vocabulary import EVENT_GRAINS, Attribute

_WORST, _MIDDLE = 3, 2
_WEAK = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One source in the table of all sources."""

    name: str
    href: str
    owner: str
    rows: str
    recognised: str
    recognised_bar: Markup
    best_key: str
    worst: str
    middle: str
    touched: str
    repeats: str
    columns: str
    dark: str
    doubts: bool
    unread: bool
    only_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One attribute in one source: a ring for the eye, a number for everybody."""

    state: str  # absent | unknown | present
    text: str
    mark: Markup
    said: str
    weak: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRow:
    """One attribute across all sources."""

    name: str
    group: str
    first: bool  # of its group
    cells: tuple[Cell, ...]


# The order in which a reader looks: who, how to recognise, where, what was agreed, what happened.
_GROUPS: tuple[tuple[str, tuple[Attribute, ...]], ...] = (
    (
        "keys",
        (
            Attribute.UNIQUE_ID,
            Attribute.CUSTOMER_NUMBER,
            Attribute.MEMBER_NUMBER,
            Attribute.ACCOUNT_NUMBER,
            Attribute.LOGIN_ID,
            Attribute.EMAIL,
            Attribute.PHONE,
            Attribute.MOBILE,
            Attribute.NATIONAL_ID,
            Attribute.ORG_NUMBER,
            Attribute.VAT_NUMBER,
            Attribute.DEVICE_ID,
            Attribute.IP_ADDRESS,
        ),
    ),
    (
        "person",
        (
            Attribute.FULL_NAME,
            Attribute.GIVEN_NAME,
            Attribute.MIDDLE_NAME,
            Attribute.SURNAME,
            Attribute.COMPANY_NAME,
            Attribute.DATE_OF_BIRTH,
            Attribute.BIRTH_YEAR,
            Attribute.GENDER,
            Attribute.LANGUAGE,
        ),
    ),
    (
        "place",
        (
            Attribute.STREET,
            Attribute.HOUSE_NUMBER,
            Attribute.POSTCODE,
            Attribute.CITY,
            Attribute.REGION,
            Attribute.COUNTRY,
        ),
    ),
    (
        "permission",
        (
            Attribute.CONSENT_FLAG,
            Attribute.CONSENT_TIME,
            Attribute.CONSENT_SOURCE,
            Attribute.CONSENT_TEXT,
            Attribute.WITHDRAWAL_TIME,
        ),
    ),
)
_NOT_SHOWN = frozenset({Attribute.OTHER})


def across_page(
    sources: Sequence[SourceEvidence],
    *,
    engagement: Engagement,
    intake: Intake,
    words: Words,
    run_id: str = "",
    report: str = "",
) -> Markup:
    """Return the page that opens the folder of source pages."""
    sections = [banner(engagement, words)] if not engagement.lawful else []
    sections.append(
        across_sources(
            sources,
            intake=intake,
            words=words,
            client=engagement.client.name,
            report=report,
            links=True,
        )
    )
    return page(
        sections,
        title=words("report.across.page_title", client=engagement.client.name),
        client=engagement.client.name,
        words=words,
        run_id=run_id,
    )


def across_sources(
    sources: Sequence[SourceEvidence],
    *,
    intake: Intake,
    words: Words,
    client: str = "",
    report: str = "",
    links: bool = False,
) -> Markup:
    """Return the comparison, the heatmap of attributes, and the columns no use case needs.

    ``links`` makes each source lead to its page; in a notebook there is none beside it.
    """
    rows = _attribute_rows(sources, words)
    assessed = any(s.use_cases is not None for s in sources)
    return render(
        "across_sources",
        words=words,
        pen=Pen("across"),
        client=client,
        report=report,
        title=_title(sources, words),
        sources=[_compared(source, words, links=links) for source in sources],
        names=[source.name for source in sources],
        rows=rows,
        dark=[(source.name, source.dark) for source in sources if source.dark],
        dark_assessed=assessed,
        dark_title=words("report.across.dark_title", n=sum(len(s.dark) for s in sources)),
        undeclared=[_undeclared(file, words) for file in intake.undeclared],
        months=MONTHS,
        clocks=_clocks(sources, words),
    )


def attribute_map(sources: Sequence[SourceEvidence], *, words: Words) -> Markup:
    """Return the heatmap source × attribute alone, for a notebook."""
    inner = render(
        "attribute_map",
        words=words,
        names=[source.name for source in sources],
        rows=_attribute_rows(sources, words),
    )
    return Markup('<div class="scv scv-sourcepage">{}</div>').format(inner)


def _title(sources: Sequence[SourceEvidence], words: Words) -> str:
    """The key that most sources carry well enough to be tied by it."""
    usable: dict[str, int] = {}
    for source in sources:
        for test in source.keys:
            if test.usable >= _WEAK * test.records:
                usable[test.key.value] = usable.get(test.key.value, 0) + 1
    n = len(sources)
    if not usable:
        return words("report.across.title_plain", n=n)
    best = max(sorted(usable), key=lambda key: usable[key])
    return words("report.across.title", key=words(f"report.keys.{best}"), n=usable[best], total=n)


def _compared(source: SourceEvidence, words: Words, *, links: bool) -> Compared:
    absent = words("report.absent")
    records = source.records
    whole = records.persons + records.organisations if records else 0
    strong = records.with_strong_key if records else 0
    keys = source.keys
    profile = source.profile
    return Compared(
        name=source.name,
        href=f"{source.id}.html" if links else "",
        owner=(source.told.owner if source.told else None) or absent,
        rows=people(sum(t.rows for t in source.received.tables), words)
        if source.received.tables
        else absent,
        recognised=share(strong, whole, words) if whole else absent,
        recognised_bar=Pen("across").cell(strong / whole)
        if whole >= FEWEST_FOR_A_SHARE
        else Markup(),
        best_key=words(f"report.keys.{keys[0].key}") if keys and keys[0].usable else absent,
        worst=_count(source, _WORST, words),
        middle=_count(source, _MIDDLE, words),
        touched=_touched(source, words),
        repeats=share(*source.repeats, words) if source.repeats else absent,
        columns=words.number(sum(len(t.columns) for t in profile.tables)) if profile else absent,
        dark=words.number(len(source.dark)) if source.use_cases else absent,
        doubts=any(reading.doubts for reading in source.received.readings),
        unread=bool(source.received.unread),
        only_told=source.received.only_told,
    )


def _clocks(sources: Sequence[SourceEvidence], words: Words) -> str:
    """Whose times say in which zone they are, and whose do not; empty where all are alike."""
    named: list[str] = []
    silent: list[str] = []
    for source in sources:
        columns = [c for t in (source.profile.tables if source.profile else ()) for c in t.columns]
        timed = sum(column.clock_times for column in columns)
        zoned = sum(column.zoned_times for column in columns)
        if timed:
            (named if zoned * 2 > timed else silent).append(source.name)
    if not named or not silent:
        return ""
    return words("report.across.clocks", named=words.listed(named), silent=words.listed(silent))


def _count(source: SourceEvidence, harm: int, words: Words) -> str:
    if source.profile is None:
        return words("report.absent")
    return words.number(sum(finding.harm == harm for finding in source.findings))


def _touched(source: SourceEvidence, words: Words) -> str:
    tables = source.profile.tables if source.profile else ()
    for table in sorted(tables, key=lambda t: t.grain in EVENT_GRAINS):
        evidence = dict(table.touched).get(MONTHS)
        if evidence is not None and evidence.assessed and evidence.tested:
            return share(evidence.passed or 0, evidence.tested, words)
    return words("report.absent")


def _attribute_rows(sources: Sequence[SourceEvidence], words: Words) -> tuple[AttributeRow, ...]:
    present = {
        meaning.attribute
        for source in sources
        for table in source.received.tables
        for meaning in table.meanings
    } - _NOT_SHOWN
    grouped = {a for _, attributes in _GROUPS for a in attributes}
    rest = tuple(a for a in Attribute if a in present and a not in grouped)
    rows: list[AttributeRow] = []
    for group, attributes in (*_GROUPS, ("rest", rest)):
        shown = [attribute for attribute in attributes if attribute in present]
        rows += [
            AttributeRow(
                name=attribute_name(attribute, words),
                group=words(f"report.across.groups.{group}"),
                first=attribute is shown[0],
                cells=tuple(_cell(source, attribute, words) for source in sources),
            )
            for attribute in shown
        ]
    return tuple(rows)


def _cell(source: SourceEvidence, attribute: Attribute, words: Words) -> Cell:
    """Filled × valid of the best column of the attribute, among tables of records first."""
    absent = words("report.absent")
    carried = any(
        meaning.attribute is attribute
        for table in source.received.tables
        for meaning in table.meanings
    )
    if not source.received.tables:
        # Nobody knows what an unread file carries.
        told = _said("not_received" if source.received.only_told else "unread", words)
        return Cell(state="unknown", text="?", mark=key_ring(None), said=told, weak=False)
    if not carried:
        return Cell(
            state="absent", text=absent, mark=Markup(), said=_said("absent", words), weak=False
        )
    columns = [
        column
        for table in (source.profile.tables if source.profile else ())
        for column in table.columns
        if column.attribute is attribute and column.rows
    ]
    if not columns:
        return Cell(
            state="unknown", text="?", mark=key_ring(None), said=_said("unknown", words), weak=False
        )
    best = max(columns, key=_good)
    good = _good(best)
    few = best.rows < FEWEST_FOR_A_SHARE
    ruled = best.valid is not None
    return Cell(
        state="present",
        text=absent if few else words.number(round(good * 100)),
        mark=key_ring(None if few else good),
        said=words(
            f"report.across.cell.{'valid' if ruled else 'filled'}",
            column=best.column,
            filled=share(best.filled, best.rows, words),
            valid=share(best.valid or 0, best.filled, words) if ruled and best.filled else absent,
        ),
        weak=not few and good < _WEAK,
    )


def _said(state: str, words: Words) -> str:
    return words(f"report.across.cell.{state}")


def _good(column: ColumnProfile) -> float:
    """Share of the rows that are filled and valid; filled alone where there is no rule."""
    good = column.filled if column.valid is None else column.valid
    return good / column.rows


def _undeclared(file: UndeclaredFile, words: Words) -> str:
    if file.rows is None:
        return words("report.sources.unread", file=file.file, reason=unread(file.reason, words))
    held = words.listed(attribute_name(attribute, words) for attribute in file.customer_columns)
    rows = people(file.rows, words)
    if held:
        return words("report.sources.shadow", file=file.file, rows=rows, columns=held)
    return words("report.sources.other_file", file=file.file, rows=rows)
