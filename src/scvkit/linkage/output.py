"""What ``scvkit link`` tells as JSON, and the private rows it leaves when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scvkit.engine import Connection, RowTables, text_literal
from scvkit.errors import OutputError
from scvkit.linkage.people import counts_shown
from scvkit.records.evidence import Evidence
from scvkit.records.linkage import KindLinkage, Linkage
from scvkit.vocabulary import EntityKind


def link_content(
    connection: Connection,
    rows: RowTables,
    linkage: Linkage,
    *,
    seconds: Mapping[str, float] | None = None,
    peak_memory_bytes: int | None = None,
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the assessment of linked files as JSON: counts and shares, no row of anybody.

    Counts of people from 1 to 4 are null, and those beside them rounded to fives.
    ``names`` gives a file's name for its source id.
    """
    called = names or {}
    seen = seen_in_files(connection, rows)
    people = {k.kind: counts_shown(linkage, k.kind, seen.get(k.kind, ())) for k in linkage.kinds}
    content = _content(linkage, dict(seconds or {}), peak_memory_bytes)
    content["files"] = [
        {
            "file": called.get(each.source, each.source),
            "kind": each.kind.value,
            "records": each.records,
            "entities": told.shown(each.mid),
            "entities_low": told.shown(each.low),
            "entities_high": told.shown(each.high),
            "duplicates": told.shown(each.records - each.mid),
        }
        for each in linkage.sources
        for told in [people[each.kind]]
    ]
    content["overlaps"] = [
        {
            "files": [
                called.get(each.source_a, each.source_a),
                called.get(each.source_b, each.source_b),
            ],
            "kind": each.kind.value,
            "low": told.shown(each.low),
            "found": told.shown(each.mid),
            "high": told.shown(each.high),
            "smaller": told.shown(each.smaller),
            "share_of_smaller": None if share is None else round(share, 6 if told.base == 1 else 2),
        }
        for each in linkage.overlaps
        for share in [each.share(each.mid)]
        for told in [people[each.kind]]
    ]
    content["seen_in"] = [
        {"kind": kind, "files": files, "entities": people[EntityKind(kind)].shown(n)}
        for kind, counts in seen.items()
        for files, n in counts
    ]
    return content


def seen_in_files(
    connection: Connection, rows: RowTables
) -> dict[str, tuple[tuple[int, int], ...]]:
    """Return, per kind, (number of files, entities seen in exactly so many).

    A record that says nothing about anybody is no person.
    """
    found = connection.execute(
        f"""select entity_kind, files, count(*) from (
            select cluster.entity_kind, cluster_id, count(distinct cluster.source) as files
            from {rows.scan("clusters")} cluster join {rows.scan("records")} record
                using (record_key)
            where record.has_key or coalesce(email, name_sorted, company) is not null
            group by all)
        group by all order by entity_kind desc, files desc"""
    ).fetchall()
    seen: dict[str, tuple[tuple[int, int], ...]] = {}
    for kind, files, n in found:
        seen[str(kind)] = (*seen.get(str(kind), ()), (int(files), int(n)))
    return seen


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
        content = link_content(
            connection,
            rows,
            linkage,
            seconds=seconds,
            peak_memory_bytes=peak_memory_bytes,
            names=names,
        )
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
        for name in ("clusters.parquet", "pairs.parquet"):
            (out / name).chmod(0o600)  # they name records: for their owner only
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
