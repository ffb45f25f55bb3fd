"""Who would still be linked without a key: the kept evidence judged again, nothing trained."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from scvkit.engine import Connection, RowTables, counts, quoted, text_literal
from scvkit.linkage.kept import LIMITS, PAIRS, RECORDS
from scvkit.linkage.prepared import KEYS, PERSON_COLUMNS, Prepared
from scvkit.linkage.resolve import cluster
from scvkit.linkage.tiers import Thresholds, classify
from scvkit.vocabulary import EntityKind

PERSON_KEYS = KEYS[EntityKind.PERSON]
_AFFECTED, _SCORED, _TIERED = "without_records", "without_scored", "without_pairs"
_ALL = "without_anything_left_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenKey:
    """A key taken away from the records of ``source`` (all sources when empty).

    ``half`` 0 or 1 takes it from the half of the records that a hash picks, None from all.
    """

    key: str
    source: str = ""
    half: int | None = None

    def where(self, record: str = "unique_id", source: str = "source") -> str:
        """Return SQL that is true for the records that lose the key."""
        parts = [f"{source} = {text_literal(self.source)}"] if self.source else []
        if self.half is not None:
            below = f"substr(md5({record} || {text_literal('/' + self.key)}), 1, 1) < '8'"
            parts.append(below if self.half == 0 else f"not {below}")
        return " and ".join(parts) or "true"


@counts("without_key {hidden.key}")
def write_without_key(connection: Connection, rows: RowTables, hidden: HiddenKey, into: str) -> int:
    """Write the clusters without the key into the temporary table ``into``; return changed ones.

    Columns ``record_key, cluster_id, cluster_id_low, cluster_id_high, tier`` for the records of
    the neighbourhoods that the key ties; all other records stay as they are in ``clusters``.
    Needs the evidence that the linking step keeps; raises MissingResult without it.
    """
    records, pairs = rows.scan(RECORDS), rows.scan(PAIRS)
    key = hidden.key
    lost_l, lost_r = (hidden.where(f"{s}.unique_id", f"{s}.source") for s in "lr")
    columns = {str(r[0]) for r in connection.execute(f"describe from {pairs}").fetchall()}
    if f"without_{key}" not in columns:
        connection.execute(
            f"""create or replace temp table {quoted(into)} as select record_key, cluster_id,
            cluster_id_low, cluster_id_high, tier from {rows.scan("clusters")} where false"""
        ).fetchall()
        return 0
    connection.execute(
        f"""create or replace temp table without_neighbourhoods as
        select distinct l.neighbourhood from {pairs} pair
        join {records} l on l.unique_id = unique_id_l join {records} r on r.unique_id = unique_id_r
        where l.{key} = r.{key} and ({lost_l} or {lost_r})
            and l.neighbourhood = r.neighbourhood"""
    ).fetchall()
    some_value = " or ".join(f"{quoted(c)} is not null" for c in PERSON_COLUMNS)
    connection.execute(
        f"""create or replace temp table {quoted(_AFFECTED)} as
        select * from (
            select * replace (case when not ({hidden.where()}) then {key} end as {key})
            from {records}
            where neighbourhood in (select neighbourhood from without_neighbourhoods))
        where {some_value} order by unique_id"""
    ).fetchall()
    connection.execute(
        f"""create or replace temp table {quoted(_SCORED)} as
        select unique_id_l, unique_id_r, case when {lost_l} or {lost_r} then without_{key}
            else evidence end as evidence
        from {pairs} pair
        join {quoted(_AFFECTED)} l on l.unique_id = unique_id_l
        join {quoted(_AFFECTED)} r on r.unique_id = unique_id_r
        where l.neighbourhood = r.neighbourhood
            and ((not ({lost_l} or {lost_r})) or without_{key} is not null)
        order by unique_id_l, unique_id_r"""
    ).fetchall()
    connection.execute(
        f"create or replace temp view {quoted(_ALL)} as select * from {records}"
    ).fetchall()
    prepared = replace(_counted(connection, _AFFECTED), frequencies=_ALL)
    prior, thresholds = _limits(connection, rows)
    classify(connection, prepared, _SCORED, prior, thresholds, _TIERED)
    cluster(connection, prepared, _TIERED).write(into)
    return _add_alone(connection, rows, into)


def _counted(connection: Connection, table: str) -> Prepared:
    counted = ", ".join(f"count({key})" for key in PERSON_KEYS)
    counts = connection.execute(f"select count(*), {counted} from {quoted(table)}").fetchall()[0]
    filled = {key: int(n) for key, n in zip(PERSON_KEYS, counts[1:], strict=True)}
    return Prepared(table=table, kind=EntityKind.PERSON, records=int(counts[0]), filled=filled)


def _limits(connection: Connection, rows: RowTables) -> tuple[float, Thresholds]:
    prior, kept = connection.execute(
        f"select prior_weight, thresholds from {rows.scan(LIMITS)}"
    ).fetchall()[0]
    thresholds = json.loads(kept)
    sources = tuple((str(source), float(bits)) for source, bits in thresholds.pop("sources"))
    return float(prior), Thresholds(**thresholds, sources=sources)


def _add_alone(connection: Connection, rows: RowTables, into: str) -> int:
    """Records that have nothing left to compare stand alone."""
    connection.execute(
        f"""insert into {quoted(into)} select unique_id, unique_id, unique_id, unique_id, null
        from {rows.scan(RECORDS)} record
        where neighbourhood in (select neighbourhood from without_neighbourhoods)
            and unique_id not in (select unique_id from {quoted(_AFFECTED)})"""
    ).fetchall()
    counted = connection.execute(
        f"""select count(*) from {quoted(into)} without join {rows.scan("clusters")} now
            using (record_key) where without.cluster_id <> now.cluster_id"""
    ).fetchall()
    return int(counted[0][0])
