"""Linkage of a generated delivery against its truth, with time by stage and peak memory.

python sample_data/make.py --preset large --out FOLDER     250,000 people, about a million records
python benchmarks/linkage.py FOLDER
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from scvkit import extracts, identity, linkage, sources
from scvkit.engagement import load_engagement
from scvkit.engine import Connection, RowTables, connect
from scvkit.records.linkage import Linkage
from scvkit.vocabulary import EntityKind


def report_delivery(folder: Path) -> None:
    """Read, standardise and link the delivery in ``folder``; print accuracy, time and memory."""
    engagement = load_engagement(folder)
    with tempfile.TemporaryDirectory() as work:
        connection = connect(spill_folder=Path(work) / "spill")
        rows = RowTables(Path(work) / "rows")
        clocks = [_clocks()]
        delivery = extracts.read_delivery(
            connection, rows, engagement, folder / engagement.extracts
        )
        intake = sources.understand_delivery(connection, rows, engagement, delivery)
        clocks.append(_clocks())
        records = identity.write_records(connection, rows, engagement, intake)
        clocks.append(_clocks())
        stages = linkage.Stages(lambda stage: print(f"  {stage.name} …", file=sys.stderr))
        found = linkage.link_records(connection, rows, engagement, intake, stages=stages)
        clocks.append(_clocks())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{records:,} records of {len(intake.sources)} sources")
        _print_accuracy(connection, rows, folder / "truth", found)
    steps = ("read and understand", "standardise", "link")
    for name, before, after in zip(steps, clocks, clocks[1:], strict=False):
        wall, processor = (b - a for a, b in zip(before, after, strict=True))
        print(f"{name:24}{wall:8.1f} s {processor:8.1f} s of processor time")
    for name, seconds in stages.end().items():
        print(f"    {name:20}{seconds:8.1f} s")
    print(f"peak memory {peak:,.0f} MB")


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.process_time()


def _print_accuracy(connection: Connection, rows: RowTables, truth: Path, found: Linkage) -> None:
    """Person records that hold something to compare, pairwise; pairs of each tier."""
    known = pd.read_parquet(truth / "records.parquet")
    known["record_key"] = known["silo"] + "/" + known["table"] + "/" + known["record_id"]
    person = known.set_index("record_key")["person_id"]
    frame = connection.execute(
        f"""select record_key, cluster_id from {rows.scan("clusters")} cluster
        join {rows.scan("records")} record using (record_key)
        where cluster.entity_kind = 'person' and (has_key or name_sorted is not null)
        order by record_key"""
    ).df()
    frame["person"] = frame["record_key"].map(person)
    frame = frame[frame["person"].notna()]
    both = _pairs(zip(frame["person"], frame["cluster_id"], strict=True))
    precision, recall = both / _pairs(frame["cluster_id"]), both / _pairs(frame["person"])
    (kind,) = (k for k in found.kinds if k.kind is EntityKind.PERSON)
    estimates = ", ".join(
        f"{name} {'n/a' if e.value is None else f'{e.value:.3f}'}"
        for name, e in (("P", kind.precision), ("R", kind.recall))
    )
    print(
        f"{len(frame):,} records of persons: P {precision:.3f}, R {recall:.3f},"
        f" F1 {2 * precision * recall / (precision + recall):.3f}; estimated {estimates};"
        f" {kind.pairs_scored:,} pairs scored"
    )
    pairs = connection.execute(
        f"""select tier, record_key_l, record_key_r from {rows.scan("pairs")}
        where entity_kind = 'person'"""
    ).df()
    left, right = pairs["record_key_l"].map(person), pairs["record_key_r"].map(person)
    right_pairs = (left == right) & left.notna()
    for tier, group in right_pairs.groupby(pairs["tier"]):
        print(f"    tier {tier}: {group.mean():.4f} of {len(group):,} pairs are right")


def _pairs(values: Iterable[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(values).values())
