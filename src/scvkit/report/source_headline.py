"""The title of a source's page, its lead, and the three numbers under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.evidence import Evidence
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, part, people
from scvkit.report.pen import Pen
from scvkit.report.quantities import Quantity, counted_share, missing, quantity
from scvkit.report.source_evidence import SourceEvidence
from scvkit.vocabulary import EVENT_GRAINS, ClaimOutcome, EntityKind, Grade, Grain

# Share of records with a usable strong key: the second and first step of indicator 4.1.
USABLE, PARTLY = 0.85, 0.6
_KEY_TO_LINK_BY = 0.5
_REPEATS = 0.05
_WORST = 3
MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNumber:
    """One of the three large numbers: figure, label, bar and what to know."""

    quantity: Quantity
    label: str
    bar: Markup
    note: str


def headline_of(source: SourceEvidence, words: Words) -> str:
    """Return whether to trust the source, and the most harmful thing to know, as one title."""
    name = source.name
    if not source.received.tables:
        told = "not_received" if source.received.only_told else "not_read"
        return words(f"report.source_page.{told}", name=name)
    if source.events_only:
        return words("report.source_page.events", name=name)
    return words(
        "report.source_page.title",
        name=name,
        use=words(f"report.source_page.use.{_use(source)}"),
        though=_though(source, words),
    )


def lead_of(source: SourceEvidence, words: Words) -> str:
    """Return which keys to link by, which claim not to trust, and who leans on the source."""
    return " ".join(_lead(source, words))


def numbers_of(source: SourceEvidence, words: Words, pen: Pen) -> tuple[SourceNumber, ...]:
    """Return who stands behind the records, how many can be recognised, how many are alive."""
    if not source.received.tables:
        return ()
    alive = _alive(source, words, pen)
    if source.events_only:
        return (alive,)
    return (_behind(source, words, pen), _recognised(source, words, pen), alive)


def _use(source: SourceEvidence) -> str:
    records = source.records
    if records is None or not records.persons + records.organisations:
        return "not_tested"
    share = records.with_strong_key / (records.persons + records.organisations)
    return "usable" if share >= USABLE else "partly" if share >= PARTLY else "weak"


def _though(source: SourceEvidence, words: Words) -> str:
    extra, records = source.repeats or (0, 0)
    if records >= FEWEST_FOR_A_SHARE and extra >= _REPEATS * records:
        of = _spelt(round(records / extra), words)
        return words("report.source_page.though.repeats", of=of)
    if source.profile is None:
        return words("report.source_page.though.not_profiled")
    worst = sum(finding.harm >= _WORST for finding in source.findings)
    if worst:
        return words("report.source_page.though.worst", n=worst, spelt=_spelt(worst, words))
    harmful = sum(finding.harm == _WORST - 1 for finding in source.findings)
    if harmful:
        return words("report.source_page.though.harmful", n=harmful, spelt=_spelt(harmful, words))
    return words("report.source_page.though.clean")


def _spelt(number: int, words: Words) -> str:
    key = f"report.source_page.small_numbers.{number}"
    return words(key) if words.has(key) else words.number(number)


def _lead(source: SourceEvidence, words: Words) -> Iterator[str]:
    good = [t for t in source.keys if t.usable >= _KEY_TO_LINK_BY * t.records][:2]
    if good:
        names = words("report.answer.and").join(_key_name(t.key, words) for t in good)
        yield words("report.source_page.link_by", keys=names)
    broken = [
        claim.subject
        for claim in source.claims
        if claim.kind == "unique" and claim.outcome is ClaimOutcome.DID_NOT_HOLD
    ]
    if broken:
        yield words("report.source_page.do_not_trust", subject=broken[0].replace("_", " "))
    if source.use_cases is not None and source.received.tables:
        total = len(source.use_cases.fits)
        yield words("report.source_page.leaning", n=len(source.leaning), total=total)


def _key_name(key: str, words: Words) -> str:
    name = words(f"report.keys.{key}")
    return name[:1].lower() + name[1:]


def _behind(source: SourceEvidence, words: Words, pen: Pen) -> SourceNumber:
    records = sum(entity.records for entity in source.entities)
    if not records:
        found = missing(words, "linkage_not_run")
        label = words(_behind_label(source), records=_rows(source, words))
        return SourceNumber(quantity=found, label=label, bar=pen.unknown(), note=found.why_not)
    low, mid, high = (
        sum(getattr(entity, name) for entity in source.entities) for name in ("low", "mid", "high")
    )
    found = quantity(
        Evidence(
            grade=Grade.MEASURED,
            unit="people",
            value=mid,
            low=min(low, mid),
            high=max(high, mid),
            method="overlap",
        ),
        words,
        base=records,
    )
    of = {kind: sum(e.mid for e in source.entities if e.kind is kind) for kind in EntityKind}
    held = {kind: sum(e.records for e in source.entities if e.kind is kind) for kind in EntityKind}
    # Out of their records: the exact count beside it would tell how few are there twice.
    parts = [
        words(f"report.source_page.kinds.{kind.value}", n=part(of[kind], held[kind], words).text)
        for kind in (EntityKind.PERSON, EntityKind.ORGANISATION)
        if of[kind]
    ]
    kinds = words("report.answer.and").join(parts)
    note = words("report.source_page.behind_plain", kinds=kinds)
    if source.repeats is not None:
        extra = people(source.repeats[0], words)
        note = words("report.source_page.behind_note", kinds=kinds, extra=extra)
    return SourceNumber(
        quantity=found,
        label=words(_behind_label(source), records=people(records, words)),
        bar=pen.share(found.low, found.mid, found.high),
        note=note,
    )


def _behind_label(source: SourceEvidence) -> str:
    """Whom the records stand for: a visit is somebody's device until a login says more."""
    if all(table.grain in {*EVENT_GRAINS, Grain.VISIT} for table in source.received.tables):
        return "report.source_page.behind.visitors"
    kinds = {entity.kind for entity in source.entities if entity.records}
    if kinds == {EntityKind.ORGANISATION}:
        return "report.source_page.behind.companies"
    both = EntityKind.ORGANISATION in kinds
    return f"report.source_page.behind.{'people_and_companies' if both else 'people'}"


def _rows(source: SourceEvidence, words: Words) -> str:
    tables = [t for t in source.received.tables if t.grain not in EVENT_GRAINS]
    return people(sum(table.rows for table in tables), words)


def _recognised(source: SourceEvidence, words: Words, pen: Pen) -> SourceNumber:
    records = source.records
    label = words("report.source_page.recognised_label")
    if records is None or not records.persons + records.organisations:
        found = missing(words, "keys_not_run" if source.identity is None else "nothing_to_test")
        return SourceNumber(quantity=found, label=label, bar=pen.unknown(), note=found.why_not)
    whole = records.persons + records.organisations
    found = counted_share(records.with_strong_key, whole, words)
    return SourceNumber(
        quantity=found,
        label=label,
        bar=pen.share(found.low, found.mid, found.high, tick=False),
        note=words(
            "report.source_page.recognised_note",
            unlinkable=people(records.unlinkable, words),
            least=words.percent(USABLE),
        ),
    )


def _alive(source: SourceEvidence, words: Words, pen: Pen) -> SourceNumber:
    label = words("report.source_page.alive_label", months=MONTHS)
    tables = source.profile.tables if source.profile else ()
    own = sorted(tables, key=lambda table: table.grain in EVENT_GRAINS)
    found = [dict(table.touched).get(MONTHS) for table in own]
    assessed = [e for e in found if e is not None and e.assessed]
    if not assessed:
        why = next((e.reason for e in found if e is not None), "profile_not_run")
        none = missing(words, why)
        return SourceNumber(quantity=none, label=label, bar=pen.unknown(), note=none.why_not)
    evidence = assessed[0]
    shown = counted_share(evidence.passed or 0, evidence.tested or 0, words)
    columns = words.listed(ref.split(".")[-1] for ref in evidence.refs)
    return SourceNumber(
        quantity=shown,
        label=label,
        bar=pen.share(shown.low, shown.mid, shown.high, tick=False),
        note=words("report.source_page.alive_note", columns=columns),
    )
