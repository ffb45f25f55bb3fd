"""People the model expects in two sources beyond those found there: what a range must not hide."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.engine import Connection, RowTables, Steps, quoted
from scvkit.linkage.kinds import Linked

MOST_SURE = 0.999999

Missed = dict[tuple[str, str, str], float]


def expected_missed(connection: Connection, rows: RowTables, linked: Sequence[Linked]) -> Missed:
    """Return, by kind and two sources, entities of the first expected in the second, not found.

    Each compared pair that stayed apart without a contradiction is a match with the probability
    the model gives it; an entity is missed when any of its pairs with the other source is one.
    """
    missed: Missed = {}
    for each in linked:
        if each.model.refused:
            continue
        for a, b, n in _missed(connection, rows, each):
            missed[str(each.prepared.kind), str(a), str(b)] = float(n)
    return missed


def _missed(
    connection: Connection, rows: RowTables, linked: Linked
) -> list[tuple[str, str, float]]:
    steps = Steps()
    steps.step("member", f"select record_key, cluster_id, source from {rows.scan('clusters')}")
    steps.step(
        "pair_apart",
        f"""select l.source as source_l, r.source as source_r, l.cluster_id as cluster_l,
            r.cluster_id as cluster_r, least({MOST_SURE}, match_probability) as chance
        from {quoted(linked.pairs)} pair
        join member l on l.record_key = pair.unique_id_l
        join member r on r.record_key = pair.unique_id_r
        where l.source <> r.source and l.cluster_id <> r.cluster_id
            and not coalesce(contradicts, false)""",
    )
    steps.step(
        "entity_apart",
        """select source_l as a, source_r as b, cluster_l as entity, chance from pair_apart
        union all
        select source_r as a, source_l as b, cluster_r as entity, chance from pair_apart""",
    )
    steps.step(
        "entity_not_found",
        """select a, b, entity, 1 - exp(sum(ln(1 - chance))) as chance from entity_apart
        where not exists (select 1 from member where member.cluster_id = entity
            and member.source = b)
        group by all""",
    )
    sql = steps.sql("select a, b, sum(chance) from entity_not_found group by all order by all")
    return connection.execute(sql).fetchall()
