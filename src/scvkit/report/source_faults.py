"""What is wrong with a source, worst harm first, each with its fix where the data are born."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scvkit.locale.words import Words
from scvkit.records.profile import Finding, SourceProfile
from scvkit.records.telling import is_few
from scvkit.report.disclosure import FEWEST_FOR_A_SHARE, people
from scvkit.report.sentences import said

WORST = 3
_MASKS = 3
_LEAST_HARM = 1
# Faults with harm are told in full; of nuisances the first few, the others on one line each.
_IN_FULL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """One finding, ready to print."""

    number: int
    title: str
    sentence: str
    harm: str
    rows: str
    of: str
    table: str
    masks: tuple[str, ...]
    fix: str
    who: str
    worst: bool


def faults_of(
    profile: SourceProfile | None, words: Words
) -> tuple[tuple[FaultLine, ...], tuple[FaultLine, ...]]:
    """Return the faults to be told in full and the smaller ones, numbered through."""
    findings = by_harm(profile.findings) if profile else ()
    several = len(profile.tables) > 1 if profile else False
    lines = [_line(i, f, words, several=several) for i, f in enumerate(findings, start=1)]
    full = [
        line
        for line, finding in zip(lines, findings, strict=True)
        if finding.harm > _LEAST_HARM or line.number <= _IN_FULL
    ]
    return tuple(full), tuple(line for line in lines if line not in full)


def by_harm(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings by what they do to people, whatever their number; else as they stand."""
    return tuple(sorted(findings, key=lambda finding: -finding.harm))


def numbers_of_column(findings: Sequence[Finding], table: str, column: str) -> tuple[int, ...]:
    """Return the numbers under which a column is named among the faults."""
    return tuple(
        number
        for number, finding in enumerate(by_harm(findings), start=1)
        if finding.table == table and finding.column == column
    )


def _line(number: int, finding: Finding, words: Words, *, several: bool) -> FaultLine:
    values = {
        "n": finding.rows,
        "rows": people(finding.rows, words),
        "tested": people(finding.tested, words),
        "column": finding.column or "",
        "table": finding.table,
        "source": finding.source,
        **said(words, finding.values),
    }
    whole = finding.rows == finding.tested
    share = finding.rows / finding.tested if finding.tested else 0.0
    # A share beside "<5" would tell how few they are.
    told = finding.tested >= FEWEST_FOR_A_SHARE and share >= 0.01 and not is_few(finding.rows)
    key = "counted_share" if told else "counted"
    return FaultLine(
        number=number,
        title=words(f"findings.{finding.kind}.title", **values),
        sentence=words(f"findings.{finding.kind}.sentence", **values),
        harm=words(f"report.harm.h{finding.harm}"),
        rows=people(finding.rows, words),
        of=words(
            "report.source_page.all_rows" if whole else f"report.source_page.{key}",
            share=words.percent(min(share, 0.99)),
            tested=people(finding.tested, words),
        ),
        table=finding.table if several else "",
        masks=tuple(mask.mask for mask in finding.masks[:_MASKS]),
        fix=words(f"findings.{finding.kind}.fix", **values),
        who=words(f"findings.{finding.kind}.who", **values),
        worst=finding.harm >= WORST,
    )
