"""The clusters of one kind of entity, by record number: small enough for millions of records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from scvkit.engine import Connection, quoted
from scvkit.linkage.clusters import Edge
from scvkit.linkage.components import Numbers
from scvkit.linkage.prepared import Prepared
from scvkit.vocabulary import Tier

ALONE = 9
TIERS = (Tier.A, Tier.B, Tier.C)


class Merges(NamedTuple):
    """Pairs that joined two clusters, and how many pairs of records each brought together."""

    left: Numbers
    right: Numbers
    pairs: Numbers


@dataclass(frozen=True, kw_only=True, eq=False)
class Clustering:
    """Cluster of every compared record by three strictnesses, and what tied it there.

    Records are numbered by their row in the prepared table, which is in the order of the keys;
    a cluster has the number of its smallest record. ``lows``, ``mids`` and ``highs`` hold the
    cluster of each record, ``ties`` the position in ``TIERS`` of its best tie or ``ALONE``.
    """

    connection: Connection
    prepared: Prepared
    lows: Numbers
    mids: Numbers
    highs: Numbers
    ties: Numbers
    refusals: Numbers  # n × 2: pairs of tiers A–C whose clusters contradict each other
    merged: Merges

    @property
    def clusters(self) -> int:
        """How many clusters there are, tiers A–C."""
        return int(np.unique(self.mids).size)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The key of each record by its number."""
        found = self.connection.execute(
            f"select unique_id from {quoted(self.prepared.table)} order by rowid"
        ).fetchall()
        return tuple(str(row[0]) for row in found)

    @cached_property
    def mid(self) -> dict[str, str]:
        """Cluster of each record, both by key: for small sets and for looking at a few."""
        return {
            name: self.names[number]
            for name, number in zip(self.names, self.mids.tolist(), strict=True)
        }

    def of(self, records: Sequence[str]) -> dict[str, str]:
        """A name for the cluster of each of these records that was compared, by key."""
        found = self.connection.execute(
            f"""select unique_id, rowid from {quoted(self.prepared.table)}
            where list_contains(?::varchar[], unique_id) order by rowid""",
            [list(records)],
        ).fetchall()
        kind = self.prepared.kind
        return {str(name): f"{kind}/{self.mids[number]}" for name, number in found}

    @property
    def refused(self) -> tuple[Edge, ...]:
        """Pairs of tiers A–C that were not merged because records contradict, by key."""
        return tuple((self.names[a], self.names[b]) for a, b in self.refusals.tolist())

    @property
    def merges(self) -> tuple[tuple[str, str, int], ...]:
        """Pairs that joined two clusters, by key, and how many pairs each brought together."""
        left, right, pairs = (part.tolist() for part in self.merged)
        return tuple(
            (self.names[a], self.names[b], n) for a, b, n in zip(left, right, pairs, strict=True)
        )

    def write(self, table: str) -> str:
        """Write ``record_key, cluster_id, cluster_id_low, cluster_id_high, tier``; return its name.

        The table is temporary; the rows stand in the order of the record numbers.
        """
        import pandas as pd

        frame = pd.DataFrame(
            {"low": self.lows, "mid": self.mids, "high": self.highs, "tie": self.ties}
        )
        frame["number"] = np.arange(len(frame))
        records = quoted(self.prepared.table)
        tiers = " ".join(f"when {n} then '{tier}'" for n, tier in enumerate(TIERS))
        self.connection.execute("select 1").fetchall()
        self.connection.register("linkage_cluster_frame", frame)
        self.connection.execute(
            f"""create or replace temp table {quoted(table)} as
            select record.unique_id as record_key, mid.unique_id as cluster_id,
                low.unique_id as cluster_id_low, high.unique_id as cluster_id_high,
                case tie {tiers} end as tier
            from linkage_cluster_frame
            join {records} record on record.rowid = number
            join {records} low on low.rowid = linkage_cluster_frame.low
            join {records} mid on mid.rowid = linkage_cluster_frame.mid
            join {records} high on high.rowid = linkage_cluster_frame.high
            order by number"""
        ).fetchall()
        self.connection.unregister("linkage_cluster_frame")
        return table
