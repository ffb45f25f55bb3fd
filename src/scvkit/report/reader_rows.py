"""R10's rows for what the pages of the readers print: answers as stated, and value lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scvkit.locale.words import Words
from scvkit.records.consent import SourcePermission
from scvkit.records.stakes import Value
from scvkit.report.anchors import anchor
from scvkit.report.evidence_row import EvidenceRow, counted_row
from scvkit.report.sentences import method
from scvkit.report.value import counted, left_out, line_anchor, prices_said
from scvkit.vocabulary import Grade


def stated_anchor(entry: SourcePermission) -> str:
    """Return the id of the row that tells how many records of a source say yes."""
    return anchor(f"stated {entry.source} {entry.channel} {entry.purpose}")


def stated_row(entry: SourcePermission, names: Mapping[str, str], words: Words) -> EvidenceRow:
    """Return the row of the yeses of one source for one channel and purpose."""
    return counted_row(
        entry.given,
        entry.records,
        words,
        anchor=stated_anchor(entry),
        name=words("report.numbers.stated", **_where(entry, names, words)),
        how=words("report.methods.stated"),
        inputs=entry.refs,
        row_id="stated",
    )


def no_elsewhere_row(
    entry: SourcePermission, names: Mapping[str, str], words: Words
) -> EvidenceRow | None:
    """Return the row of the yeses whose person says no elsewhere; None where none could be seen."""
    if entry.no_elsewhere is None or not entry.given:
        return None
    return counted_row(
        entry.no_elsewhere,
        entry.given,
        words,
        anchor=anchor(f"no elsewhere {entry.source} {entry.channel} {entry.purpose}"),
        name=words("report.numbers.no_elsewhere", **_where(entry, names, words)),
        how=words("report.methods.no_elsewhere"),
        inputs=entry.refs,
        row_id="no_elsewhere",
    )


def value_rows(value: Value | None, words: Words) -> Iterator[EvidenceRow]:
    """Yield a row for every line whose quantity is known."""
    for line in (*value.lines, *value.counts) if value else ():
        if not line.quantity.assessed:
            continue
        shown = counted(line, words)
        yield EvidenceRow(
            anchor=line_anchor(line),
            name=words(f"value.lines.{line.id}"),
            value=shown.text,
            range=shown.range,
            grade=words(f"report.grades.{line.quantity.grade}"),
            counts="",
            how=words.sentences((method(words, line.quantity.method), left_out(line, words))),
            inputs=line.quantity.refs,
            threshold=words.clauses(prices_said(line, words)),
            id=line.id,
            measured=line.quantity.grade is Grade.MEASURED,
        )


def _where(entry: SourcePermission, names: Mapping[str, str], words: Words) -> dict[str, str]:
    return {
        "source": names.get(entry.source, entry.source),
        "channel": words(f"report.channels.{entry.channel}"),
    }
