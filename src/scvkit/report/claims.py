"""The client's claims with the measurement that settles each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.identity import ClaimTest, Identity
from scvkit.records.linkage import Linkage
from scvkit.report.anchors import anchor
from scvkit.report.disclosure import share
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.quantities import Quantity, quantity
from scvkit.report.sentences import attribute_word


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """One claim as it is printed: what was said beside what was measured."""

    id: str  # "" where the claims are told by their place
    claim: str
    other_way: str
    said_by: str
    lock: str
    expected: str
    measured: Quantity
    outcome: str
    failed: bool
    bar: Markup


def tested_claims(identity: Identity | None, linkage: Linkage | None) -> tuple[ClaimTest, ...]:
    """Return every claim in the order it was made; what the linkage settled replaces the rest.

    A claim of "unique" also gets its other direction: values per person, once people are linked.
    """
    settled = {test.id: test for test in linkage.claims} if linkage else {}
    one_value = dict(linkage.one_value) if linkage else {}
    return tuple(
        replace(settled.get(test.id, test), other_way=one_value.get(test.id))
        for test in (identity.claims if identity else ())
    )


def claims_beside(
    tests: Sequence[ClaimTest],
    *,
    names: Mapping[str, str],
    words: Words,
    locks: Mapping[str, str],
) -> Markup:
    """Return the claims alone, in the look of the report: ring where it was said, dot measured.

    Nothing links to the evidence, which is on another page. Empty without claims.
    """
    if not tests:
        return Markup()
    pen = Pen("claims")
    lines = claim_lines(tests, names, words, pen, locks, linked=False)
    return render("claims", words=words, pen=pen, claims=lines)


def claim_lines(
    tests: Sequence[ClaimTest],
    names: Mapping[str, str],
    words: Words,
    pen: Pen,
    locks: Mapping[str, str],
    *,
    linked: bool = True,
) -> list[ClaimLine]:
    """Return one line a claim; ``linked`` numbers lead to their row of evidence."""
    return [_line(test, names, words, pen, locks.get(test.id, ""), linked) for test in tests]


def _line(
    test: ClaimTest,
    names: Mapping[str, str],
    words: Words,
    pen: Pen,
    lock: str,
    linked: bool,
) -> ClaimLine:
    measured = quantity(test.measured, words, anchor=anchor(f"claim {test.id}") if linked else "")
    said = float(test.expected)
    if isinstance(test.expected, bool):
        expected = words("report.yes" if test.expected else "report.no")
    elif 0 <= said <= 1:
        expected = words.percent(said)
    else:
        expected = words.number(said)
    bar = pen.unknown(1.0, 12)
    if measured.bar:
        bar = pen.dots(
            0,
            0,
            point=measured.mid,
            inner=(measured.low, measured.high),
            said=said if 0 <= said <= 1 else None,
        )
    subject = names.get(test.subject) or attribute_word(test.subject, words)
    return ClaimLine(
        id="" if linked else test.id,
        claim=words(
            f"report.claims.{test.kind}",
            source=names.get(test.source, test.source),
            subject=subject,
        ),
        other_way=_other_way(test, words),
        said_by=test.said_by,
        lock=lock,
        expected=expected,
        measured=measured,
        outcome=words(f"report.outcomes.{test.outcome}"),
        failed=test.outcome == "did_not_hold",
        bar=bar,
    )


def _other_way(test: ClaimTest, words: Words) -> str:
    """The claim's other direction: people who hold one value only."""
    found = test.other_way
    if found is None or found.passed is None or not found.tested:
        return ""
    subject = words(f"identity.key.{test.subject.rsplit('.', 1)[-1]}")
    return words(
        "report.who.other_way", share=share(found.passed, found.tested, words), subject=subject
    )
