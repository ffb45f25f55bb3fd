"""The form that ``scvkit profile FILE --json`` prints, for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from scvkit.records.extracts import ReadingReport, SourceTable
from scvkit.records.identity import AddressKinds
from scvkit.records.profile import ColumnProfile, TableProfile


def profile_as_json(
    reading: ReadingReport,
    table_profile: TableProfile,
    *,
    meaning: SourceTable | None = None,
    addresses: AddressKinds | None = None,
) -> dict[str, Any]:
    """Return the profile of one file as plain dicts and lists, ready for ``json.dumps``.

    Shares are 0–1, None where nothing was tested. ``doubts`` is empty exactly when
    ``confidence`` is "high". With ``meaning`` it also says which export the file is, what a row
    is, which columns are held back, and per column why it means what it means; with
    ``addresses`` who the rows are, as counts.
    """
    dialect = reading.dialect
    reasons = {m.column: m.reason for m in meaning.meanings} if meaning else {}
    return {
        "rows": table_profile.rows,
        "rejected_rows": reading.rejected_rows,
        **(_understood(meaning) if meaning else {}),
        **({"addresses": _counts(addresses)} if addresses else {}),
        "columns": [
            _column(column, reasons.get(column.column)) for column in table_profile.columns
        ],
        "duplicate_rows": table_profile.duplicate_rows,
        "excess_records": table_profile.excess_records,
        "shifted_rows": table_profile.shifted_rows,
        "candidate_keys": list(table_profile.candidate_keys),
        "same_columns": [list(pair) for pair in table_profile.same_columns],
        "dependences": [asdict(dependence) for dependence in table_profile.dependences],
        "gaps": [asdict(gap) for gap in table_profile.gaps],
        "half_life_months": table_profile.half_life.value if table_profile.half_life else None,
        "dimensions": [
            {
                "dimension": score.dimension,
                "iso_25012": score.iso_25012,
                "share": score.evidence.value,
                "passed": score.evidence.passed,
                "tested": score.evidence.tested,
            }
            for score in table_profile.dimensions
        ],
        "last_date": table_profile.last_date,
        "dialect": {
            "delimiter": dialect.delimiter if dialect else None,
            "quote": dialect.quote if dialect else None,
            "encoding": dialect.encoding if dialect else None,
            "header_row": dialect.header_row if dialect else 0,
            "skipped_rows": dialect.skipped_rows if dialect else 0,
        },
        "confidence": reading.confidence,
        "doubts": list(reading.doubts),
    }


def _counts(addresses: AddressKinds) -> dict[str, int]:
    counts = asdict(addresses)
    del counts["source"]
    return counts


def _understood(meaning: SourceTable) -> dict[str, Any]:
    return {
        "export": meaning.export or None,
        "could_also_be": list(meaning.export_also),
        "grain": meaning.grain.value,
        "id_column": meaning.id_column,
        "held_back": list(meaning.quarantined),
    }


def _column(column: ColumnProfile, reason: str | None) -> dict[str, Any]:
    measures = asdict(column)
    del measures["column"], measures["rows"]
    return {
        "name": column.column,
        "attribute": column.attribute.value,
        "confidence": round(column.confidence, 3),
        **({"reason": reason} if reason is not None else {}),
        **{k: v for k, v in measures.items() if k not in _SPELT_OUT},
        "values": [{"value": value.value, "rows": value.rows} for value in column.values],
        "masks": [{"mask": mask.mask, "rows": mask.rows} for mask in column.masks],
    }


_SPELT_OUT = frozenset({"attribute", "confidence", "masks", "values"})
