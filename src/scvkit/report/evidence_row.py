"""A row of R10: one number, how it was made, from what, how it is known."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.locale.words import Words
from scvkit.report.disclosure import part, people, share
from scvkit.report.made_by import MadeBy


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One number as R10 prints it; ``anchor`` is the id that numbers elsewhere link to.

    ``id`` and ``kind`` name it in made_by.yaml; ``measured`` numbers have somebody who made them.
    """

    anchor: str
    name: str
    value: str
    range: str
    grade: str
    counts: str
    how: str
    inputs: tuple[str, ...]
    threshold: str = ""
    id: str = ""
    kind: str = ""
    measured: bool = True
    made: MadeBy | None = None

    @property
    def told_inputs(self) -> tuple[tuple[str, str], ...]:
        """Inputs by table: ("erp/debtors", "email, mobil"); a source or table alone without."""
        held: dict[str, list[str]] = {}
        for ref in self.inputs:
            table, _, column = ref.partition(".")
            held.setdefault(table, []).extend([column] if column else [])
        return tuple((table, ", ".join(columns)) for table, columns in held.items())


def counted_row(
    passed: int,
    tested: int,
    words: Words,
    *,
    anchor: str,
    name: str,
    how: str,
    row_id: str,
    inputs: tuple[str, ...] = (),
) -> EvidenceRow:
    """Return the row of a share that was counted: passed ÷ tested, under disclosure control."""
    return EvidenceRow(
        anchor=anchor,
        name=name,
        value=share(passed, tested, words) if tested else words("report.absent"),
        range=words("report.counted"),
        grade=words("report.grades.measured"),
        counts=words(
            "report.of", part=part(passed, tested, words).text, whole=people(tested, words)
        ),
        how=how,
        inputs=inputs,
        id=row_id,
    )
