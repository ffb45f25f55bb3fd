"""Dimensions of data quality by their DAMA names, with the names of ISO/IEC 25012 beside them.

DAMA UK, The six primary dimensions for data quality assessment (2013); ISO/IEC 25012:2008, with
the measures of ISO/IEC 25024:2015 deciding which of its characteristics a dimension falls under.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.records.profile import ColumnProfile, Dependence, DimensionScore, TableProfile

Name = Literal["completeness", "uniqueness", "validity", "consistency", "timeliness", "accuracy"]
# 25024 counts repeated records under consistency, and syntax under accuracy.
ISO_25012: dict[Name, str] = {
    "completeness": "Completeness",
    "uniqueness": "Consistency (no duplicates)",
    "validity": "Accuracy (syntactic)",
    "consistency": "Consistency",
    "timeliness": "Currentness",
    "accuracy": "Accuracy (semantic)",
}
CURRENT_MONTHS = 24


def table_dimensions(
    *,
    rows: int,
    columns: Sequence[ColumnProfile],
    excess: int,
    dependences: Sequence[Dependence],
    touched: Sequence[tuple[int, Evidence]],
) -> tuple[DimensionScore, ...]:
    """Return the six dimensions of one table, every one over all rows.

    ``excess`` are the rows that repeat another record. Accuracy needs a reference to compare
    with, and is not assessed without.
    """
    ruled = [c for c in columns if c.valid is not None]
    current = next((e for months, e in touched if months == CURRENT_MONTHS), None)
    return (
        _score(
            "completeness",
            measured_share(
                sum(c.filled for c in columns),
                sum(c.rows for c in columns),
                method="dimension_completeness",
            ),
        ),
        _score("uniqueness", measured_share(rows - excess, rows, method="dimension_uniqueness")),
        _score(
            "validity",
            measured_share(
                sum(c.valid or 0 for c in ruled),
                sum(c.filled for c in ruled),
                method="dimension_validity",
                refs=tuple(c.column for c in ruled),
            ),
        ),
        _score(
            "consistency",
            measured_share(
                sum(d.passed for d in dependences),
                sum(d.tested for d in dependences),
                method="dimension_consistency",
                refs=tuple(d.column for d in dependences),
            )
            if dependences
            else not_assessed("no_dependence", method="dimension_consistency"),
        ),
        _score("timeliness", current or not_assessed("no_touch_dates", method="touched")),
        _score("accuracy", not_assessed("no_reference", method="dimension_accuracy")),
    )


def source_dimensions(tables: Sequence[TableProfile]) -> tuple[DimensionScore, ...]:
    """Return the dimensions of a source: its tables' counts added up, never an average."""
    found: list[DimensionScore] = []
    for name in ISO_25012:
        scores = [s.evidence for t in tables for s in t.dimensions if s.dimension == name]
        counted = [e for e in scores if e.tested]
        if counted:
            evidence = measured_share(
                sum(e.passed or 0 for e in counted),
                sum(e.tested or 0 for e in counted),
                method=counted[0].method,
            )
            found.append(_score(name, evidence))
        elif scores:
            found.append(_score(name, scores[0]))
    return tuple(found)


def _score(name: Name, evidence: Evidence) -> DimensionScore:
    return DimensionScore(dimension=name, iso_25012=ISO_25012[name], evidence=evidence)
