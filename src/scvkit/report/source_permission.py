"""What a source says about permission, and what it should never have held."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from scvkit.locale.retold import retold
from scvkit.locale.words import Words
from scvkit.records.consent import SourceBasis, SourcePermission
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, people, share
from scvkit.report.pen import Pen
from scvkit.report.sentences import not_assessed, purpose_word
from scvkit.report.source_evidence import SourceEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """One channel and purpose of a source, counted in records."""

    what: str
    columns: tuple[str, ...]
    codes: str
    both_ways: str  # addresses with a yes and with a no; empty when there are none
    unexplained: str  # values that no word of the engagement file explains; empty without any
    bar: Markup
    given: str
    refused: str
    unknown: str
    proven: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """One column that was set aside, and how many rows it concerns."""

    column: str
    table: str
    rows: str
    why: str


def consents_of(source: SourceEvidence, words: Words, pen: Pen) -> tuple[ConsentLine, ...]:
    """Return what the source states, one line a channel and purpose."""
    return tuple(_line(source, stated, words, pen) for stated in source.permissions)


def no_consents(source: SourceEvidence, words: Words) -> str:
    """Return why there is no permission to show; empty when there is."""
    if source.permissions or not source.received.tables:
        return ""
    if source.permission is None:
        return not_assessed(words, "permission_not_run")
    reasons = dict(source.permission.not_assessed)
    return not_assessed(words, reasons.get(source.id, "report.source_page.no_consent_column"))


def basis_of(source: SourceEvidence, words: Words) -> str:
    """Return the lawful basis in words, and whether a document was seen."""
    basis = source.basis
    if basis is None or basis.basis is None:
        return words("report.bases.nobody_said")
    return f"{words(f'report.bases.{basis.basis.value}')}, {basis_seen(basis, words)}"


def basis_seen(basis: SourceBasis, words: Words) -> str:
    """Return whether the basis is documented, declared to be, or not said to cover the view."""
    if not basis.documented:
        return words("report.bases.not_documented")
    return words(f"report.bases.{'documented' if basis.shown else 'declared'}")


def held_back(source: SourceEvidence, words: Words) -> tuple[HeldBack, ...]:
    """Return the columns set aside because they should never have been extracted."""
    reason = {
        (table.table, meaning.column): retold(meaning.reason, words)
        for table in source.received.tables
        for meaning in table.meanings
    }
    rows = {
        (finding.table, finding.column): finding.rows
        for finding in source.findings
        if finding.kind == "quarantined"
    }
    return tuple(
        HeldBack(
            column=column,
            table=table.table,
            rows=people(rows.get((table.table, column)), words),
            why=reason.get((table.table, column), ""),
        )
        for table in source.received.tables
        for column in table.quarantined
    )


def _line(source: SourceEvidence, stated: SourcePermission, words: Words, pen: Pen) -> ConsentLine:
    refused = stated.refused + stated.withdrawn
    parts = (("solid", stated.given), ("refused", refused), ("unknown", stated.unknown))
    whole = max(1, stated.records)
    few = stated.records < FEWEST_FOR_A_SHARE

    def of(count: int) -> str:
        return share(count, stated.records, words) if stated.records else words("report.absent")

    return ConsentLine(
        what=words(
            "report.permission.what",
            channel=words(f"report.channels.{stated.channel.value}"),
            purpose=purpose_word(stated.purpose, words),
        ),
        columns=tuple(ref.split(".")[-1] for ref in stated.refs),
        codes=_codes(source, stated, words),
        both_ways=words("report.source_page.both_ways", n=people(stated.both_ways, words))
        if stated.both_ways
        else "",
        unexplained=words.sentences(
            (
                unexplained(stated, words),
                words("consent.unexplained.add", source=stated.source),
            )
            if stated.unexplained
            else ()
        ),
        bar=Markup() if few else pen.parts([(kind, count / whole) for kind, count in parts], 12),
        given=of(stated.given),
        refused=of(refused),
        unknown=of(stated.unknown),
        proven=share(stated.proven, stated.given, words)
        if stated.given
        else words("report.absent"),
    )


def unexplained(stated: SourcePermission, words: Words) -> str:
    """Return a sentence for each column with values that nobody explained; empty without any."""
    told = []
    for one in stated.unexplained:
        values = [
            words("consent.unexplained.value", value=value, rows=people(n, words))
            for value, n in one.values
        ]
        told.append(
            words("consent.unexplained.named", values=words.listed(values), column=one.column)
            if values
            else words(
                "consent.unexplained.unnamed", rows=people(one.rows, words), column=one.column
            )
        )
    return " ".join(told)


def _codes(source: SourceEvidence, stated: SourcePermission, words: Words) -> str:
    """Which values count as yes and which as no, as the engagement file has it."""
    told = [
        consent
        for consent in (source.told.consent if source.told else ())
        if consent.channel is stated.channel and consent.purpose == stated.purpose
    ]
    if not told:
        return ""
    said = [
        words(f"report.source_page.codes.{name}", codes=words.listed(codes))
        for name, codes in (
            ("given", told[0].given),
            ("refused", told[0].refused),
            ("withdrawn", told[0].withdrawn),
        )
        if codes
    ]
    return words.clauses(said)
