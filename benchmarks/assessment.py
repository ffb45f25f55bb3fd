"""Seconds of the assessment after linkage, step by step, and of the what-ifs.

    python benchmarks/assessment.py FOLDER [FOLDER…] [--work DIR]

Each FOLDER is a client made by sample_data/make.py. With --work, the work folder of a run that is
made already, nothing before the permission is done again. Wall clock and processor time: a shared
machine makes the first longer.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from scvkit import consent, extracts, identity, linkage, profile, readiness, sources
from scvkit.engagement import load_engagement
from scvkit.engine import Connection, RowTables, connect
from scvkit.records.consent import Permission
from scvkit.scenarios import with_flips
from scvkit.usecases import fit_use_cases

T = TypeVar("T")


def main(folders: list[Path]) -> None:
    """Print the seconds of each folder, then the coverage over all."""
    held = every = 0
    for folder in folders:
        with tempfile.TemporaryDirectory(prefix="scvkit-bench-") as work:
            inside, ranges = _assess(folder, Path(work))
        held, every = held + inside, every + ranges
    print(f"served ranges that hold the truth: {held} of {every}")


def _assess(folder: Path, work: Path) -> tuple[int, int]:
    engagement = load_engagement(folder / "engagement.yaml")
    connection, rows = connect(spill_folder=work / "spill"), RowTables(work / "rows")
    place = (connection, rows, engagement)
    delivery = extracts.read_delivery(*place, folder / engagement.extracts)
    intake = sources.understand_delivery(*place, delivery)
    profiles = [
        profile.profile_source(connection, rows, s, as_of=engagement.assessment.as_of)
        for s in intake.sources
        if s.tables
    ]
    records = identity.write_records(*place, intake)
    keys = identity.test_keys(*place, intake)
    linked = linkage.link_records(*place, intake)
    print(f"{folder.name}: {records:,} records")

    def timed(name: str, step: Callable[[], T]) -> T:
        started = time.perf_counter()
        result = step()
        print(f"    {name:<22}{time.perf_counter() - started:8.2f} s")
        return result

    def permission() -> Permission:
        consent.write_permissions(*place, intake)
        return consent.reconcile(*place, intake)

    positions = timed("permission", permission)
    cases = timed("use cases", lambda: fit_use_cases(*place, intake, recovery=linked.recovery))
    answer = timed(
        "readiness and flips",
        lambda: with_flips(
            readiness.assess(
                engagement=engagement,
                intake=intake,
                profiles=profiles,
                identity=keys,
                linkage=linked,
                permission=positions,
                use_cases=cases,
            )
        ),
    )
    print(f"    verdict {answer.verdict.value}")
    _believe_the_truth(connection, rows, folder / "truth")
    true = {fit.id: fit.served for fit in fit_use_cases(*place, intake).fits}
    found = [
        (fit.served, true[fit.id])
        for fit in cases.fits
        if fit.served is not None and true[fit.id] is not None
    ]
    inside = sum(f.low <= t.mid <= f.high for f, t in found)  # type: ignore[operator, union-attr]
    return inside, len(found)


def _believe_the_truth(connection: Connection, rows: RowTables, truth: Path) -> None:
    """Put true persons in the place of clusters, where a record says anything about its own."""
    person = """
        case when (r.has_key or r.name_sorted is not null) and w.person_id is not null
             then w.person_id else r.record_key end
    """
    rows.write(
        connection,
        f"""
        select r.record_key, r.source, r.entity_kind, {person} as cluster_id,
               {person} as cluster_id_low, {person} as cluster_id_high, 'A' as tier
        from {rows.scan("records")} r left join (
            select silo || '/' || "table" || '/' || record_id as record_key,
                   any_value(person_id) as person_id
            from read_parquet('{truth / "records.parquet"}') group by 1
        ) w on w.record_key = split_part(r.record_key, '#', 1)
        order by r.record_key
        """,
        "clusters",
    )
    rows.write(
        connection,
        f"""
        select c.record_key, c.source from {rows.scan("clusters")} c
        join read_parquet('{truth / "persons.parquet"}') p on p.person_id = c.cluster_id
        where p.is_customer and c.entity_kind = 'person' order by c.record_key
        """,
        "customers",
    )


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
