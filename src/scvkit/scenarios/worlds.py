"""The records of one source as they are, and as they would be with a key hidden."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from scvkit.engine import Connection, RowTables, Steps, quoted, text_literal
from scvkit.linkage import HiddenKey, write_without_key
from scvkit.vocabulary import EntityKind

Array = np.ndarray[Any, Any]

KEYS = ("email", "phone", "customer_number", "member_number", "login_id")
_MARKED_SHARED = ("email", "phone")
# Columns of a person that can be compared; a record without any stands alone whatever is hidden.
_COMPARED = ("given_name", "surname", "birth_digits", "street", "postcode", "city", *KEYS)
WORLD = "scenario_world"


@dataclass(frozen=True, kw_only=True, eq=False)
class SourceRecords:
    """The person records of one source; arrays have one entry each, in the order of their keys.

    ``now`` holds a bit per source in which the record's person is found; ``sources`` names the
    bits. In large sets these are the records of a sample of whole neighbourhoods, and ``whole``
    counts all of the source.
    """

    source: str
    sources: tuple[str, ...]
    whole: int
    keys: Array  # record keys
    person: Array  # number of the cluster
    now: Array
    held: dict[str, Array]  # by key: does the record hold a usable value
    named: Array  # 0, 1 or 2: nothing, part of a name, a whole one
    placed: Array  # 0, 1 or 2: nothing, a postcode or town, a street
    born: Array

    def found(self, bits: Array, target: str) -> Array:
        """True where the bits reach the target; any other source for ""."""
        wanted = sum(
            1 << n
            for n, name in enumerate(self.sources)
            if name == target or (not target and name != self.source)
        )
        return (bits & wanted) > 0

    def strata(self, key: str) -> tuple[Array, Array]:
        """What other evidence than ``key`` a record holds: in detail, and coarser."""
        others = [self.held[k].astype(np.int64) for k in KEYS if k != key]
        detail = sum(held << n for n, held in enumerate(others))
        facts = (self.named * 3 + self.placed) * 2 + self.born
        number = np.minimum(sum(others), 2)
        return detail * 18 + facts, number * 9 + self.named * 3 + self.placed

    @cached_property
    def position(self) -> dict[str, int]:
        """Place of each record by its key."""
        return {str(key): n for n, key in enumerate(self.keys.tolist())}


def read_records(
    connection: Connection, rows: RowTables, sources: tuple[str, ...], source: str
) -> SourceRecords:
    """Return the person records of a source and where each person is found now."""
    steps = Steps()
    steps.step("reach", _reach(rows.scan("clusters"), sources))
    steps.step("kept", f"select unique_id from {rows.scan('kept_records')}")
    nothing = " and ".join(f"{column} is null" for column in _COMPARED)
    held = ", ".join(f"{_usable(key)} as {quoted(f'has {key}')}" for key in KEYS)
    steps.step(
        "record",
        f"""select record_key, {nothing} as nothing, {held},
            (given_name is not null)::int + (surname is not null)::int as named,
            case when street is not null then 2
                when postcode is not null or city is not null then 1 else 0 end as placed,
            birth_digits is not null as born
        from {rows.scan("records")}
        where source = {text_literal(source)}
            and entity_kind = {text_literal(EntityKind.PERSON)}""",
    )
    share = _kept_share(connection, rows)
    frame = steps.frame(
        connection,
        f"""select record.*, cluster_id, reach.bits, (select count(*) from record) as whole
        from record join {rows.scan("clusters")} using (record_key)
        join reach using (cluster_id)
        where record_key in (select unique_id from kept)
            or (nothing and hash(record_key) % 1000 < {share})
        order by record_key""",
    )
    numbers = np.unique(frame["cluster_id"].to_numpy(dtype=str), return_inverse=True)[1]
    return SourceRecords(
        source=source,
        sources=sources,
        whole=int(frame["whole"].iloc[0]) if len(frame) else 0,
        keys=frame["record_key"].to_numpy(dtype=str),
        person=numbers.astype(np.int64),
        now=frame["bits"].to_numpy(dtype=np.int64),
        held={key: frame[f"has {key}"].to_numpy(dtype=bool) for key in KEYS},
        named=frame["named"].to_numpy(dtype=np.int64),
        placed=frame["placed"].to_numpy(dtype=np.int64),
        born=frame["born"].to_numpy(dtype=np.int64),
    )


def found_without(
    connection: Connection, rows: RowTables, records: SourceRecords, hidden: HiddenKey
) -> Array:
    """Return where each record's person is found once the key is hidden, as bits."""
    write_without_key(connection, rows, hidden, WORLD)
    clusters = f"""(select world.*, record.source from {WORLD} world
        join {rows.scan("records")} record using (record_key))"""
    steps = Steps()
    steps.step("reach", _reach(clusters, records.sources, kind=False))
    steps.step("changed", f"select record_key, cluster_id from {clusters} w")
    frame = steps.frame(
        connection,
        f"""select record_key, bits from changed join reach using (cluster_id)
        where split_part(record_key, '/', 1) = {text_literal(records.source)}
        order by record_key""",
    )
    bits = records.now.copy()
    place = records.position
    for key, value in zip(frame["record_key"].tolist(), frame["bits"].tolist(), strict=True):
        if key in place:
            bits[place[key]] = value
    return bits


def ties_by_key(connection: Connection, rows: RowTables, source: str, key: str) -> float:
    """Share of the records found elsewhere and holding the key whose value stands there too.

    Next to nothing means that the values name something else than the person, a company say.
    """
    steps = Steps()
    steps.step(
        "member",
        f"""select record_key, record.source, cluster_id, {quoted(key)} as key_value
        from {rows.scan("records")} record join {rows.scan("clusters")} using (record_key)
        where record.entity_kind = {text_literal(EntityKind.PERSON)}""",
    )
    found, tied = steps.rows(
        connection,
        """select count(distinct own.record_key),
            count(distinct own.record_key) filter (other.key_value = own.key_value)
        from member own join member other using (cluster_id)
        where own.source = ? and own.key_value is not null and other.source <> own.source
            and other.key_value is not null""",
        [source],
    )[0]
    return int(tied) / int(found) if found else 1.0


def survives_hiding(
    connection: Connection, rows: RowTables, records: SourceRecords, key: str
) -> Array:
    """Return where each record's person is found with the key hidden on it and on half the rest.

    The key is hidden on one half of the source's records and then on the other, so that every
    record that holds it is asked once.
    """
    bits = records.now.copy()
    for half in (0, 1):
        hidden = HiddenKey(key=key, source=records.source, half=half)
        lost = np.isin(records.keys, _hidden_keys(connection, rows, hidden))
        bits[lost] = found_without(connection, rows, records, hidden)[lost]
    return bits


def _hidden_keys(connection: Connection, rows: RowTables, hidden: HiddenKey) -> Array:
    found = connection.execute(
        f"""select unique_id from {rows.scan("kept_records")}
        where {hidden.key} is not null and {hidden.where()} order by unique_id"""
    ).fetchall()
    return np.array([str(row[0]) for row in found], dtype=str)


def _reach(clusters: str, sources: tuple[str, ...], *, kind: bool = True) -> str:
    """SQL of one row per cluster: the sources it reaches, a bit each."""
    bits = " ".join(f"when {text_literal(name)} then {1 << n}" for n, name in enumerate(sources))
    where = f" where entity_kind = {text_literal(EntityKind.PERSON)}" if kind else ""
    return f"""select cluster_id, bit_or((case source {bits} else 0 end)::bigint) as bits
        from {clusters}{where} group by cluster_id"""


def _usable(key: str) -> str:
    shared = f" and not coalesce({key}_shared, false)" if key in _MARKED_SHARED else ""
    return f"({key} is not null{shared})"


def everybody_kept(connection: Connection, rows: RowTables) -> bool:
    """True when the evidence of all comparable persons was kept, not that of a sample."""
    return _kept_share(connection, rows) == 1000


def _kept_share(connection: Connection, rows: RowTables) -> int:
    """Per mille of the comparable persons whose evidence was kept: 1,000 in small sets."""
    nothing = " and ".join(f"{column} is null" for column in _COMPARED)
    kept, all_of_them = connection.execute(
        f"""select (select count(*) from {rows.scan("kept_records")}), count(*)
        from {rows.scan("records")}
        where entity_kind = {text_literal(EntityKind.PERSON)} and not ({nothing})"""
    ).fetchall()[0]
    # What only a crowded value would tie was never compared: a few less is still all of them.
    return round(1000 * kept / all_of_them) if kept < 0.9 * all_of_them else 1000
