"""Comparison vectors: what Splink finds when it compares the pairs, kept for every later score.

What two records have in common does not depend on how much it weighs. Comparing is what costs,
so each pair is compared once; a model that learnt again only changes the weights laid on it.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, replace
from typing import Any

from scvkit.engine import Connection, quoted
from scvkit.linkage.linker import keep_levels, open_linker, register_frequencies
from scvkit.linkage.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Vectors:
    """A temporary table of compared pairs, and the settings whose weights it holds.

    Columns ``unique_id_l, unique_id_r`` (in alphabetical order), ``within`` (the source of both
    records, "" when they have two) and for each comparison ``gamma_<name>`` (the level's number
    from the last, −1 where missing), ``mw_<name>`` (its bits) and, where the frequency of a value
    counts, ``mw_tf_adj_<name>``.
    """

    table: str
    settings: dict[str, Any]
    rarities: frozenset[str]

    def of(self, table: str) -> Vectors:
        """The vectors of other pairs, held in ``table``."""
        return replace(self, table=table)

    def bits(self, settings: dict[str, Any], name: str) -> tuple[str, str]:
        """SQL of the bits of a comparison in other settings: of its level, and of its frequency."""
        then, now = (_levels(s, name) for s in (self.settings, settings))
        moved, rarer = {}, {}
        for number, (before, after) in enumerate(zip(reversed(then), reversed(now), strict=True)):
            moved[number] = _weight(after) - _weight(before)
            # The frequency stands in the place of the level's own u.
            weight = float(after.get("tf_adjustment_weight") or 0.0)
            rarer[number] = weight * (_log(after, "u") - _log(before, "u"))
        level = f"mw_{name}{_by_level(name, moved)}"
        frequency = f"mw_tf_adj_{name}{_by_level(name, rarer)}" if name in self.rarities else "0.0"
        return level, frequency


def compare(
    connection: Connection,
    prepared: Prepared,
    settings: dict[str, Any],
    into: str,
    *,
    pairs: str,
) -> Vectors:
    """Let Splink compare the pairs of the table ``pairs``; return their vectors in ``into``."""
    settings = copy.deepcopy(settings)
    asked = settings | {
        "blocking_rules_to_generate_predictions": [],
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": False,
        "additional_columns_to_retain": ["source"],
    }
    with open_linker(connection, prepared.table, asked) as linker:
        register_frequencies(linker, connection, prepared.frequencies or prepared.table)
        keep_levels(linker)
        blocked = linker._db_api.register(pairs)
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        found = linker.inference.predict(warning_mode="never")
        described = connection.execute(f"describe {found.physical_name}").fetchall()
        columns = {str(row[0]) for row in described}
        names = [str(c["output_column_name"]) for c in settings["comparisons"]]
        rarities = [name for name in names if f"mw_tf_adj_{name}" in columns]
        selected = [f"cast(found.gamma_{name} as tinyint) as gamma_{name}" for name in names]
        selected += [f"mw_{name}" for name in names]
        selected += [f"mw_tf_adj_{name}" for name in rarities]
        connection.execute(
            f"""create or replace temp table {quoted(into)} as
            select least(unique_id_l, unique_id_r) as unique_id_l,
                greatest(unique_id_l, unique_id_r) as unique_id_r,
                case when source_l = source_r then source_l else '' end as within,
                {", ".join(selected)}
            from {found.physical_name} found order by unique_id_l, unique_id_r"""
        ).fetchall()
    return Vectors(into, settings, frozenset(rarities))


def compare_more(
    connection: Connection, prepared: Prepared, vectors: Vectors, *, pairs: str
) -> Vectors:
    """Return the vectors of the pairs of the table ``pairs``.

    Those that nobody compared yet are compared and added to ``vectors``.
    """
    asked, missing, new = (f"{vectors.table}_{part}" for part in ("asked", "missing", "new"))
    connection.execute(
        f"""create or replace temp table {quoted(asked)} as
        select distinct least(join_key_l, join_key_r) as unique_id_l,
            greatest(join_key_l, join_key_r) as unique_id_r from {quoted(pairs)}"""
    ).fetchall()
    connection.execute(
        f"""create or replace temp table {quoted(missing)} as
        select '0' as match_key, unique_id_l as join_key_l, unique_id_r as join_key_r
        from {quoted(asked)} anti join {quoted(vectors.table)} using (unique_id_l, unique_id_r)
        order by join_key_l, join_key_r"""
    ).fetchall()
    if connection.execute(f"select 1 from {quoted(missing)} limit 1").fetchall():
        compare(connection, prepared, vectors.settings, new, pairs=missing)
        connection.execute(
            f"insert into {quoted(vectors.table)} by name select * from {quoted(new)}"
        ).fetchall()
    connection.execute(
        f"""create or replace temp table {quoted(new)} as
        select vector.* from {quoted(vectors.table)} vector
        semi join {quoted(asked)} using (unique_id_l, unique_id_r)
        order by unique_id_l, unique_id_r"""
    ).fetchall()
    return vectors.of(new)


def _levels(settings: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The levels of a comparison that say something, from the strongest agreement down."""
    (found,) = (c for c in settings["comparisons"] if c["output_column_name"] == name)
    return [v for v in found["comparison_levels"] if not v.get("is_null_level")]


def _weight(level: dict[str, Any]) -> float:
    return _log(level, "m") - _log(level, "u")


def _log(level: dict[str, Any], side: str) -> float:
    value = level.get(f"{side}_probability")
    return math.log2(value) if isinstance(value, float) and value > 0 else 0.0


def _by_level(name: str, moved: dict[int, float]) -> str:
    """What is added for the level a pair has; empty where nothing moved."""
    cases = " ".join(f"when {n} then {bits!r}" for n, bits in sorted(moved.items()) if bits)
    return f" + case gamma_{name} {cases} else 0.0 end" if cases else ""
