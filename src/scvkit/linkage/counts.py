"""What the clusters say about the sources: entities, overlaps, seen in how many sources."""

from __future__ import annotations

from itertools import combinations
from math import ceil

from scvkit.engine import Connection, RowTables, counts
from scvkit.linkage.missed import Missed
from scvkit.records.extracts import Intake
from scvkit.records.linkage import Combination, Overlap, SeenIn, SourceEntities
from scvkit.vocabulary import EntityKind

FEWEST = 5  # persons in a set of sources that is told


@counts("source_entities")
def count_source_entities(
    connection: Connection, rows: RowTables, intake: Intake
) -> tuple[SourceEntities, ...]:
    """Return how many entities stand behind the records of each source, per kind."""
    found = connection.execute(
        f"""select source, entity_kind, count(*), count(distinct cluster_id_high),
            count(distinct cluster_id), count(distinct cluster_id_low)
        from {rows.scan("clusters")} group by all"""
    ).fetchall()
    counts = {(str(r[0]), str(r[1])): [int(n) for n in r[2:]] for r in found}
    return tuple(
        SourceEntities(source=source.source, kind=kind, records=n[0], low=n[1], mid=n[2], high=n[3])
        for source in intake.sources
        for kind in EntityKind
        for n in [counts.get((source.source, kind))]
        if n is not None
    )


@counts("overlap")
def count_overlaps(
    connection: Connection, rows: RowTables, intake: Intake, *, missed: Missed | None = None
) -> tuple[Overlap, ...]:
    """Return, for each pair of sources with entities of a kind, how many are in both.

    All three counts are mid entities of source_a, so that low ≤ mid ≤ high whatever the
    strictness did to the clusters: an entity is found in source_b when any of its records is
    tied to one there by tier A, by A–C, or by A–D. ``missed`` are those the model expects beyond
    the found: the high count is never below what the model's own recall says, and never above the
    entities of the smaller source.
    """
    expected = missed or {}
    entities = {(e.source, e.kind): e.mid for e in count_source_entities(connection, rows, intake)}
    counts = {
        strictness: {
            (str(r[0]), str(r[1]), str(r[2])): int(r[3])
            for r in connection.execute(
                f"""select a.entity_kind, a.source, b.source, count(distinct a.cluster_id)
                from (select distinct entity_kind, source, cluster_id, {column}
                    from {rows.scan("clusters")}) a
                join (select distinct entity_kind, source, {column}
                    from {rows.scan("clusters")}) b
                    on a.{column} = b.{column} and a.source <> b.source
                    and a.entity_kind = b.entity_kind
                group by all"""
            ).fetchall()
        }
        for strictness, column in (
            ("low", "cluster_id_low"),
            ("mid", "cluster_id"),
            ("high", "cluster_id_high"),
        )
    }
    sources = [source.source for source in intake.sources]
    return tuple(
        Overlap(
            source_a=a,
            source_b=b,
            kind=kind,
            entities_a=entities[a, kind],
            entities_b=entities[b, kind],
            low=counts["low"].get((kind, a, b), 0),
            mid=mid,
            high=min(
                max(
                    counts["high"].get((kind, a, b), 0),
                    mid + ceil(expected.get((kind, a, b), 0.0)),
                ),
                entities[a, kind],
                entities[b, kind],
            ),
        )
        for kind in EntityKind
        for a, b in combinations(sources, 2)
        if (a, kind) in entities and (b, kind) in entities
        for mid in [counts["mid"].get((kind, a, b), 0)]
    )


@counts("seen_in")
def count_seen_in(connection: Connection, rows: RowTables) -> tuple[SeenIn, ...]:
    """Return how many persons are seen in exactly one, two … sources.

    A record that says nothing about anybody (an anonymous visit: no key, no name) is no person.
    """
    found = connection.execute(
        f"""select len(sources), count(*), count(*) filter (where sure)
        from ({_people(rows)}) group by 1 order by 1"""
    ).fetchall()
    return tuple(SeenIn(sources=int(r[0]), people=int(r[1]), sure=int(r[2])) for r in found)


@counts("combinations")
def count_combinations(connection: Connection, rows: RowTables) -> tuple[Combination, ...]:
    """Return how many persons are seen in exactly each set of sources, the commonest first.

    Sets of fewer than ``FEWEST`` persons are too many to tell and too small to show: they are
    left out, and what is missing to all persons is theirs.
    """
    found = connection.execute(
        f"""select sources, count(*), count(*) filter (where sure)
        from ({_people(rows)}) group by 1 having count(*) >= {FEWEST} order by 2 desc, 1"""
    ).fetchall()
    return tuple(Combination(sources=tuple(r[0]), people=int(r[1]), sure=int(r[2])) for r in found)


def _people(rows: RowTables) -> str:
    """One row a person: the sources that say something about them."""
    return f"""select list_sort(list(distinct cluster.source)) as sources,
            count(distinct cluster_id_low) = 1 as sure
        from {rows.scan("clusters")} cluster
        join {rows.scan("records")} record using (record_key)
        where cluster.entity_kind = 'person'
            and (record.has_key or record.email is not null or record.name_sorted is not null)
        group by cluster_id"""
