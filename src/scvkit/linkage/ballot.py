"""The pairs that people vote on: drawn by chance within strata, the same ones in every run."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.engine import Connection, RowTables, Steps, quoted, text_literal
from scvkit.linkage.kinds import Linked
from scvkit.vocabulary import EntityKind, Tier

# Pairs of each stratum kept for votes, in the order in which they are asked.
DRAWN = 80
# Pairs below this weight are never asked: one in hundreds is a match, and a vote learns nothing.
LOWEST = -5.0
# Above it a lead owes its weight to keys that a house shares: a stratum of its own.
HIGHEST_LEAD = 9.0
BIN = 0.5
# A cluster larger than this is listed for review; its pairs are not drawn one by one.
LARGEST = 300
OPEN = "open"  # pairs apart that nothing contradicts: one curve runs through their strata
STRATA = {
    "joined_a": "tier A, joined",
    "joined_b": "tier B, joined",
    "joined_b_low": "tier B of little weight, joined",
    "joined_c": "tier C, joined",
    "joined_weak": "joined through others",
    "apart_sure": "tiers A to C, kept apart",
    "apart_x": "tier X, kept apart",
    "apart_lead_high": "leads of much weight, kept apart",
    "open_4": "open, 4 bits and more",
    "open_2": "open, 2 to 4 bits",
    "open_0": "open, 0 to 2 bits",
    "open_-2": "open, −2 to 0 bits",
    "open_-4": "open, −3½ to −2 bits",
    "open_-5": "open, −5 to −3½ bits",
    "tail": "open, below −5 bits: not asked",
}


def write_ballot(
    connection: Connection, rows: RowTables, linked: Sequence[Linked], *, seed: int = 1
) -> None:
    """Write ``ballot`` (pairs to ask, by stratum and rank) and ``ballot_strata`` (their sizes).

    Rank is the order of a hash of the two record keys and the seed: it depends on nothing else,
    so that a later run asks the same pairs and finds their votes again.
    """
    scans = []
    for each in linked:
        _write_candidates(connection, rows, each)
        scans.append(f"select * from {quoted(_table(each))}")
    every = " union all ".join(scans)
    rows.write(
        connection,
        f"""select entity_kind, stratum, joined, rank, tier, match_weight, record_key_l,
            record_key_r from (
            select *, row_number() over (partition by entity_kind, stratum
                order by md5(record_key_l || '|' || record_key_r || '{int(seed)}'),
                record_key_l, record_key_r) as rank
            from ({every}) where stratum <> 'tail')
        where rank <= {DRAWN} order by entity_kind, stratum, rank""",
        "ballot",
    )
    rows.write(
        connection,
        f"""select entity_kind, stratum, joined, count(*) as pairs,
            case when starts_with(stratum, 'open') or stratum = 'tail'
                then floor(match_weight / {BIN}) * {BIN} + {BIN / 2} end as weight
        from ({every}) group by all order by all""",
        "ballot_strata",
    )


def _table(linked: Linked) -> str:
    return f"linkage_{linked.prepared.kind}_candidates"


def _write_candidates(connection: Connection, rows: RowTables, linked: Linked) -> None:
    """Every pair that is joined or could be, with its stratum."""
    kind = text_literal(linked.prepared.kind)
    steps = Steps()
    steps.step(
        "member",
        f"select record_key, cluster_id, count(*) over (partition by cluster_id) as size"
        f" from {rows.scan('clusters')} where entity_kind = {kind}",
    )
    steps.step(
        "joined_pair",
        f"""select a.record_key as record_key_l, b.record_key as record_key_r
        from member a join member b
            on a.cluster_id = b.cluster_id and a.record_key < b.record_key
        where a.size <= {LARGEST}""",
    )
    steps.step(
        "scored_pair",
        f"""select pair.unique_id_l as record_key_l, pair.unique_id_r as record_key_r, tier,
            match_weight, contradicts, l.cluster_id = r.cluster_id as joined
        from {quoted(linked.pairs)} pair
        join member l on l.record_key = pair.unique_id_l
        join member r on r.record_key = pair.unique_id_r""",
    )
    steps.step(
        "pair",
        """select joined_pair.*, tier, match_weight, false as contradicts, true as joined
        from joined_pair left join scored_pair using (record_key_l, record_key_r)
        union all select record_key_l, record_key_r, tier, match_weight, contradicts, false
        from scored_pair where not joined""",
    )
    connection.execute(
        f"create or replace temp table {quoted(_table(linked))} as "
        + steps.sql(
            f"""select {kind} as entity_kind, {_stratum()} as stratum, joined, tier,
                match_weight, record_key_l, record_key_r from pair
            where {_stratum()} is not null"""
        )
    ).fetchall()


def _stratum() -> str:
    """SQL of the stratum; null for pairs that contradict each other: nobody asks about them."""
    a, b, c, d, x = (text_literal(t) for t in (Tier.A, Tier.B, Tier.C, Tier.D, Tier.X))
    return f"""case
        when joined and tier = {a} then 'joined_a'
        when joined and tier = {b} and match_weight < 10 then 'joined_b_low'
        when joined and tier = {b} then 'joined_b'
        when joined and tier = {c} then 'joined_c'
        when joined then 'joined_weak'
        when tier in ({a}, {b}, {c}) then 'apart_sure'
        when tier = {x} then 'apart_x'
        when tier = {d} and match_weight >= {HIGHEST_LEAD} then 'apart_lead_high'
        when contradicts then null
        when match_weight >= 4 then 'open_4'
        when match_weight >= 2 then 'open_2'
        when match_weight >= 0 then 'open_0'
        when match_weight >= -2 then 'open_-2'
        when match_weight >= -3.5 then 'open_-4'
        when match_weight >= {LOWEST} then 'open_-5'
        else 'tail' end"""


def ballot_kind(connection: Connection, rows: RowTables) -> EntityKind:
    """Return the kind with more joined pairs to ask about; persons where there are none."""
    found = connection.execute(
        f"""select entity_kind from {rows.scan("ballot_strata")} where joined
        group by entity_kind order by sum(pairs) desc, entity_kind desc limit 1"""
    ).fetchall()
    return EntityKind(found[0][0]) if found else EntityKind.PERSON
