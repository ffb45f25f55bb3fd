"""What ``scvkit link`` leaves: clusters and pairs as Parquet, the assessment as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scvkit.engine import Connection, RowTables, text_literal
from scvkit.errors import OutputError
from scvkit.records.evidence import Evidence
from scvkit.records.linkage import KindLinkage, Linkage


def write_link_output(
    connection: Connection,
    rows: RowTables,
    linkage: Linkage,
    out: Path,
    *,
    seconds: dict[str, float] | None = None,
    peak_memory_bytes: int | None = None,
    names: Mapping[str, str] | None = None,
) -> Path:
    """Write clusters.parquet, pairs.parquet and linkage.json into ``out``; return the JSON.

    ``source_dataset`` is the name that ``names`` gives the source id, else the id;
    ``unique_id`` is the record's own id in it. Raises OutputError when the folder cannot be
    written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        _copy(
            connection,
            f"""select {_named("clusters.source", names)} as source_dataset,
                records.record_id as unique_id, cluster_id, clusters.entity_kind, clusters.tier
            from {rows.scan("clusters")} clusters join {rows.scan("records")} records
                using (record_key)
            order by record_key""",
            out / "clusters.parquet",
        )
        _copy(
            connection,
            f"""select {_named("l.source", names)} as source_dataset_l,
                l.record_id as unique_id_l,
                {_named("r.source", names)} as source_dataset_r,
                r.record_id as unique_id_r, match_weight, match_probability, tier
            from {rows.scan("pairs")} pairs
            join {rows.scan("records")} l on l.record_key = record_key_l
            join {rows.scan("records")} r on r.record_key = record_key_r
            order by record_key_l, record_key_r""",
            out / "pairs.parquet",
        )
        path = out / "linkage.json"
        content = _content(linkage, seconds or {}, peak_memory_bytes)
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    except OSError as problem:
        raise OutputError(
            f"The folder {out} cannot be written ({problem.strerror}). Choose another with --out."
        ) from None
    return path


def _named(column: str, names: Mapping[str, str] | None) -> str:
    if not names:
        return column
    cases = " ".join(
        f"when {text_literal(key)} then {text_literal(name)}" for key, name in names.items()
    )
    return f"case {column} {cases} else {column} end"


def _copy(connection: Connection, sql: str, path: Path) -> None:
    connection.execute(
        f"copy ({sql}) to {text_literal(str(path))} (format parquet, compression zstd)"
    ).fetchall()


def _content(
    linkage: Linkage, seconds: dict[str, float], peak_memory_bytes: int | None
) -> dict[str, Any]:
    return {
        "version": 1,
        "records": sum(kind.records for kind in linkage.kinds),
        "pairs_scored": sum(kind.pairs_scored for kind in linkage.kinds),
        "clusters": sum(kind.clusters for kind in linkage.kinds),
        "kinds": [_kind(kind) for kind in linkage.kinds],
        "stability": _evidence(linkage.stability),
        "recovery": _evidence(linkage.recovery),
        "unlinkable": _evidence(linkage.unlinkable),
        "seconds": {name: round(value, 2) for name, value in seconds.items()},
        "peak_memory_bytes": peak_memory_bytes,
    }


def _kind(kind: KindLinkage) -> dict[str, Any]:
    return {
        "kind": kind.kind.value,
        "records": kind.records,
        "pairs_scored": kind.pairs_scored,
        "clusters": kind.clusters,
        "threshold": kind.threshold,
        "prior": kind.prior,
        "refused": kind.refused or None,
        "estimated_precision": _evidence(kind.precision),
        "estimated_recall": _evidence(kind.recall),
        "tiers": {count.tier.value: count.pairs for count in kind.tiers},
        "blocking_rules": list(kind.blocking_rules),
        "choices": list(kind.choices),
    }


def _evidence(evidence: Evidence) -> dict[str, float | str | None]:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 6)

    return {
        "value": rounded(evidence.value),
        "low": rounded(evidence.low),
        "high": rounded(evidence.high),
        "method": evidence.method,
        "reason": evidence.reason or None,
    }
