"""R10: the evidence row of every number: how it was made, from what, how it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from scvkit.engagement import Overlay
from scvkit.locale.retold import retold
from scvkit.locale.words import Words
from scvkit.records.consent import Permission
from scvkit.records.evidence import Evidence
from scvkit.records.extracts import Intake, ReadingReport
from scvkit.records.identity import ClaimTest, Identity, KeyTest
from scvkit.records.linkage import Linkage
from scvkit.records.queries import Queries
from scvkit.records.readiness import Indicator, Readiness
from scvkit.records.stakes import Value
from scvkit.records.usecases import UseCases
from scvkit.report.anchors import anchor
from scvkit.report.answer import indicator_name
from scvkit.report.answered_in import answered_in
from scvkit.report.claims import tested_claims
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, part, people
from scvkit.report.evidence_row import EvidenceRow, counted_row
from scvkit.report.look import render
from scvkit.report.made_by import Provenance
from scvkit.report.numbers import several_shares
from scvkit.report.quantities import quantity, score
from scvkit.report.reader_rows import no_elsewhere_row, stated_row, value_rows
from scvkit.report.sentences import attribute_word, reason, tiers_told
from scvkit.report.sentences import method as method_sentence
from scvkit.report.use_case_row import use_case_row
from scvkit.vocabulary import EntityKind, Grade

_LINKAGE = ("recovery", "contradictory_clusters", "unlinkable", "stability")
_PERMISSION = (
    "withdrawn_but_mailable",
    "people_in_conflict",
    "proof",
    "analytics_without_consent",
    "past_retention",
)


def method(
    *,
    readiness: Readiness,
    linkage: Linkage | None,
    permission: Permission | None,
    use_cases: UseCases | None,
    identity: Identity | None,
    intake: Intake,
    names: Mapping[str, str],
    words: Words,
    overlay: Overlay | None = None,
    room: Sequence[str] = (),
    value: Value | None = None,
    queries: Queries | None = None,
) -> Markup:
    """Return an evidence row for every number of the report, and the files behind them.

    ``overlay`` is what the workshop's journal laid over the engagement file, ``room`` what the
    room decided of the linkage, a sentence each. ``names`` gives a
    source's name for its id. Numbers elsewhere link to the rows' ids, the rows to the SQL of
    ``queries`` that ran for them.
    """
    provenance = Provenance(queries or Queries(), intake)
    groups = (
        ("people", list(_people(linkage, permission, use_cases, names, words))),
        ("value", list(value_rows(value, words))),
        ("indicators", [_indicator(indicator, words) for indicator in readiness.indicators]),
        ("use_cases", [use_case_row(v.fit, names, words) for v in readiness.use_cases]),
        (
            "keys",
            [
                _key(test, names, words)
                for test in (identity.keys if identity else ())
                if test.present
            ],
        ),
        ("claims", [_claim(test, names, words) for test in tested_claims(identity, linkage)]),
    )
    return render(
        "method",
        words=words,
        title=words("report.method.title"),
        help=words.sentences((tiers_told(words), words("report.method.help"))),
        captured=_captured(overlay, words),
        room=list(room),
        groups=[
            (words(f"report.method.{name}"), [_made(name, row, provenance) for row in rows])
            for name, rows in groups
            if rows
        ],
        provenance=provenance,
        files=[
            _file(reading, names, words) for source in intake.sources for reading in source.readings
        ],
    )


def _made(group: str, row: EvidenceRow, provenance: Provenance) -> EvidenceRow:
    """The row with what made its number; what was told, and what is unknown, nobody made."""
    if not row.measured:
        return row
    return replace(row, made=provenance.of(group, row.id, refs=row.inputs, kind=row.kind))


def _captured(overlay: Overlay | None, words: Words) -> list[str]:
    """How much of what stands here was said in the workshop, and what of it is left out."""
    if overlay is None or not overlay.journal.entries:
        return []
    last = overlay.journal.entries[-1]
    return [
        words(
            "report.method.captured",
            n=len(overlay.journal.entries),
            laid=len(overlay.laid),
            hash=last.short_hash,
        ),
        *overlay.told,
    ]


def _people(
    linkage: Linkage | None,
    permission: Permission | None,
    use_cases: UseCases | None,
    names: Mapping[str, str],
    words: Words,
) -> Iterator[EvidenceRow]:
    if linkage is not None:
        yield from _of_linkage(linkage, words)
    if permission is not None:
        bases = {
            "withdrawn_but_mailable": permission.tested_for_withdrawal,
            "people_in_conflict": permission.people_compared,
        }
        for name in _PERMISSION:
            yield _row(name, getattr(permission, name), words, base=bases.get(name))
        yield from (stated_row(entry, names, words) for entry in permission.sources)
        doubted = (no_elsewhere_row(entry, names, words) for entry in permission.sources)
        yield from (row for row in doubted if row is not None)
    if use_cases is not None and use_cases.order_found is not None:
        yield _counted("order_found", *use_cases.order_found, words)
    if use_cases is not None and use_cases.right_name is not None:
        yield _counted("right_name", *use_cases.right_name, words)
    replay = use_cases.replay if use_cases else None
    if replay is not None:
        row = _counted("mailed_after_no", replay.said_no, replay.sent, words)
        yield replace(row, inputs=replay.refs)


def _of_linkage(linkage: Linkage, words: Words) -> Iterator[EvidenceRow]:
    if linkage.newsletter is not None:
        base = linkage.newsletter.readers
        found = linkage.newsletter.found
        yield _row("newsletter_found", found, words, base=base)
        yield _estimate("newsletter_hidden", linkage.newsletter.hidden, words, base=base)
    everyone = sum(entry.people for entry in linkage.seen_in)
    if everyone:
        low, several, high = several_shares(linkage)
        row = _counted("seen_in", several, everyone, words)
        told = words.percent_range(low, high) if everyone >= FEWEST_FOR_A_SHARE else row.range
        yield replace(row, range=told)
    if linkage.overlaps:
        yield _named_row("overlap", words)
    for name in _LINKAGE:
        yield _row(name, getattr(linkage, name), words)
    for kind in linkage.kinds:
        if kind.kind is EntityKind.PERSON:
            yield _row("model_precision", kind.precision, words)
            yield _row("model_recall", kind.recall, words)
    if linkage.votes is not None:
        yield _row("voted_precision", linkage.votes.precision, words)
        yield _row("voted_recall", linkage.votes.recall, words)
        yield _row("voters_agree", linkage.votes.agreement, words)


def _row(name: str, evidence: Evidence, words: Words, *, base: int | None = None) -> EvidenceRow:
    shown = quantity(evidence, words, base=base)
    return EvidenceRow(
        anchor=anchor(name),
        name=words(f"report.numbers.{name}"),
        value=shown.text,
        range=shown.range,
        grade=words(f"report.grades.{evidence.grade}"),
        counts=_counts(evidence, base, words),
        how=_how(evidence, words),
        inputs=evidence.refs,
        id=name,
        measured=evidence.grade is Grade.MEASURED,
    )


def _estimate(name: str, evidence: Evidence, words: Words, *, base: int) -> EvidenceRow:
    """A row for people who were estimated: rounded to tens, never told to the person."""
    row = _row(name, evidence, words, base=base)
    if not evidence.assessed:
        return row
    ends = [evidence.low, evidence.high]
    told = [words.number(round((end or 0) / 10) * 10) for end in ends if end is not None]
    value = words.number(round((evidence.value or 0) / 10) * 10)
    return replace(row, value=words("report.about", n=value), range="–".join(told))


def _how(evidence: Evidence, words: Words) -> str:
    how = method_sentence(words, evidence.method)
    if evidence.assessed:
        return how
    why = words("report.not_assessed_because", reason=reason(words, evidence.reason))
    parts = (f"{why}.", answered_in(evidence, words), how)
    return " ".join(part for part in parts if part)


def _counts(evidence: Evidence, base: int | None, words: Words) -> str:
    counted = evidence.unit == "share"
    if counted and evidence.passed is not None and evidence.tested is not None:
        return words(
            "report.of",
            part=part(evidence.passed, evidence.tested, words).text,
            whole=people(evidence.tested, words),
        )
    tested = base if base is not None else evidence.tested
    return "" if tested is None else words("report.among", whole=people(tested, words))


def _counted(name: str, passed: int, tested: int, words: Words) -> EvidenceRow:
    return counted_row(
        passed,
        tested,
        words,
        anchor=anchor(name),
        name=words(f"report.numbers.{name}"),
        how=method_sentence(words, f"report.methods.{name}"),
        row_id=name,
    )


def _named_row(name: str, words: Words) -> EvidenceRow:
    return EvidenceRow(
        anchor=anchor(name),
        name=words(f"report.numbers.{name}"),
        value="",
        range="",
        grade=words("report.grades.measured"),
        counts="",
        how=method_sentence(words, f"report.methods.{name}"),
        inputs=(),
        id=name,
    )


def _indicator(indicator: Indicator, words: Words) -> EvidenceRow:
    name = indicator_name(indicator.id, words)
    row = _row_of(indicator.id, name, indicator.evidence, words)
    if indicator.of == "things":
        row = _of_things(row, indicator.evidence, words)
    percent = indicator.evidence.unit == "share"
    steps = " / ".join(
        words.exact_percent(step) if percent else words.number(step)
        for step in indicator.thresholds
    )
    scored = (
        words("report.method.scored", score=score(indicator.score, words))
        if indicator.score is not None
        else ""
    )
    why = words(f"threshold_reasons.{indicator.reason}")
    lower = words("report.method.lower") if indicator.lower_is_better else ""
    threshold = words("report.method.threshold", steps=steps, why=why) if steps else ""
    return replace(
        row,
        name=f"{indicator.id} {row.name}",
        threshold=" ".join(part for part in (scored, threshold, lower) if part),
    )


def _row_of(id_: str, name: str, evidence: Evidence, words: Words) -> EvidenceRow:
    shown = quantity(evidence, words)
    return EvidenceRow(
        anchor=anchor(id_),
        name=name,
        value=shown.text,
        range=shown.range,
        grade=words(f"report.grades.{evidence.grade}"),
        counts=_counts(evidence, None, words),
        how=_how(evidence, words),
        inputs=evidence.refs,
        id=id_,
        measured=evidence.grade is Grade.MEASURED,
    )


def _of_things(row: EvidenceRow, evidence: Evidence, words: Words) -> EvidenceRow:
    """The row of sources, columns, flows or roles: small counts of them point at nobody."""
    counts = row.counts
    if evidence.tested is not None:
        counts = words("report.among", whole=evidence.tested)
        if evidence.unit == "share" and evidence.passed is not None:
            counts = words("report.of", part=evidence.passed, whole=evidence.tested)
    if not evidence.assessed or evidence.value is None:
        return replace(row, counts=counts)
    ends = [evidence.value, evidence.low, evidence.high]
    if evidence.unit == "share":
        value, low, high = (None if end is None else words.percent(end) for end in ends)
    else:
        value, low, high = (None if end is None else words.number(end) for end in ends)
    spread = row.range if low is None or high is None else f"{low}–{high}" if low != high else ""
    return replace(row, value=value or "", range=spread, counts=counts)


def _key(test: KeyTest, names: Mapping[str, str], words: Words) -> EvidenceRow:
    return counted_row(
        test.usable,
        test.records,
        words,
        anchor=anchor(f"{test.source} {test.key}"),
        name=f"{names.get(test.source, test.source)}: {words(f'report.keys.{test.key}')}",
        how=words("report.methods.key"),
        inputs=test.refs,
        row_id="keys",
    )


def _claim(test: ClaimTest, names: Mapping[str, str], words: Words) -> EvidenceRow:
    claim = words(
        f"report.claims.{test.kind}",
        source=names.get(test.source, test.source),
        subject=names.get(test.subject) or attribute_word(test.subject, words),
    )
    row = _row_of(f"claim {test.id}", claim, test.measured, words)
    return replace(row, id=test.id, kind=test.kind)


def _file(reading: ReadingReport, names: Mapping[str, str], words: Words) -> dict[str, str]:
    return {
        "source": names.get(reading.source, reading.source),
        "file": reading.file,
        "hash": reading.sha256,
        "rows": people(reading.rows, words),
        "rejected": words.number(reading.lost_rows),
        "doubts": " ".join(retold(doubt, words) for doubt in reading.doubts),
    }
