"""What was found about pairs of persons, kept so that a key can be hidden without Splink."""

from __future__ import annotations

import re

import numpy as np

from scvkit.engine import Connection, RowTables, quoted, text_literal
from scvkit.linkage.kinds import Linked, fact_rules
from scvkit.linkage.model import Model
from scvkit.linkage.neighbourhoods import neighbourhood_sample
from scvkit.linkage.prepared import KEYS
from scvkit.linkage.resolve import numbered
from scvkit.linkage.scoring import MOST_SHARED_BITS, score

RECORDS, PAIRS, LIMITS = "kept_records", "kept_pairs", "kept_limits"
SCORED_PARTS = "linkage_kept_parts"


def keep_evidence(connection: Connection, rows: RowTables, linked: Linked) -> int:
    """Write what is needed to ask "what if a key were not there"; return the pairs kept.

    ``kept_records`` are the compared records of whole neighbourhoods (all of them in small sets)
    with the number of their neighbourhood; ``kept_pairs`` the scored pairs, and for each key the
    evidence without it (null where no other rule would have brought the pair together);
    ``kept_limits`` the thresholds, one row.
    """
    linked = neighbourhood_sample(connection, linked)
    _keep_records(connection, rows, linked)
    _keep_limits(connection, rows, linked)
    keys = [key for key in KEYS[linked.prepared.kind] if linked.prepared.filled.get(key, 0)]
    parts = linked.scored if linked.model.refused else _scored_in_parts(connection, linked)
    without = "".join(f", {_without(linked, key)} as without_{key}" for key in keys)
    table = quoted(linked.prepared.table)
    return rows.write(
        connection,
        f"""select pair.unique_id_l, pair.unique_id_r, pair.evidence{without}
        from {quoted(linked.scored)} pair
        join {quoted(parts)} part using (unique_id_l, unique_id_r)
        join {table} l on l.unique_id = unique_id_l join {table} r on r.unique_id = unique_id_r
        order by unique_id_l, unique_id_r""",
        PAIRS,
    )


def _keep_records(connection: Connection, rows: RowTables, linked: Linked) -> None:
    import pandas as pd

    from scvkit.linkage.components import components_of

    tied = numbered(connection, linked.prepared, linked.pairs, "tier is not null")
    component = components_of(linked.prepared.records, tied["l"], tied["r"])
    frame = pd.DataFrame({"number": np.arange(len(component)), "neighbourhood": component})
    connection.execute("select 1").fetchall()
    connection.register("linkage_neighbourhood_frame", frame)
    rows.write(
        connection,
        f"""select record.*, neighbourhood from {quoted(linked.prepared.table)} record
        join linkage_neighbourhood_frame on number = record.rowid order by unique_id""",
        RECORDS,
    )
    connection.unregister("linkage_neighbourhood_frame")


def _keep_limits(connection: Connection, rows: RowTables, linked: Linked) -> None:
    limits = linked.thresholds
    rows.write(
        connection,
        f"""select {linked.prior_weight}::double as prior_weight, {limits.sure}::double as sure,
            {limits.lead}::double as lead, {limits.names_unreliable} as names_unreliable,
            {limits.births_unreliable} as births_unreliable,
            {limits.phones_reliable} as phones_reliable,
            {limits.mailboxes_shared} as mailboxes_shared""",
        LIMITS,
    )


def _scored_in_parts(connection: Connection, linked: Linked) -> str:
    """Every scored pair once more, each comparison's bits beside the total."""
    pairs = f"{SCORED_PARTS}_pairs"
    connection.execute(
        f"""create or replace temp table {quoted(pairs)} as
        select '0' as match_key, unique_id_l as join_key_l, unique_id_r as join_key_r
        from {quoted(linked.scored)} order by unique_id_l, unique_id_r"""
    ).fetchall()
    score(connection, linked.prepared, linked.model, SCORED_PARTS, pairs=pairs, parts=True)
    return SCORED_PARTS


def _without(linked: Linked, key: str) -> str:
    """SQL of the evidence of a pair without ``key``; null when nothing else brings it together."""
    if linked.model.refused:
        rules = [
            " and ".join(f"l.{column} = r.{column}" for column in rule)
            for rule in fact_rules(linked.prepared)
            if key not in rule
        ]
        evidence = "pair.evidence"
    else:
        rules = [
            rule for rule in linked.choice.blocking_rules if not re.search(rf"\b{key}\b", rule)
        ]
        evidence = _less(linked.model, key)
    met = " or ".join(f"coalesce({rule}, false)" for rule in rules) or "false"
    return f"case when {met} then {evidence} end"


def _less(model: Model, key: str) -> str:
    """The evidence of the parts, the bits of one key taken out of each."""
    compared = {c["output_column_name"] for c in model.settings["comparisons"]}
    if key not in compared:
        return "pair.evidence"
    bits = f"part.bits_{key}"
    against = " + ".join(
        f"{kind.odds} * pow(2.0, least(part.shared_{kind.name}"
        f"{f' - {bits}' if key in kind.comparisons else ''}, {MOST_SHARED_BITS}))"
        for kind in model.kinds
    )
    cases = " ".join(f"when {text_literal(source)} then {more}" for source, more in model.sources)
    own = f"case part.within {cases} else 0 end" if cases else "0"
    return f"round(part.evidence - {bits} + {own} - log2(1 + {against or 0}), 6)"
