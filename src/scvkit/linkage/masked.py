"""Pairs to look at with every value replaced by how it agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scvkit.engine import Connection, RowTables
from scvkit.locale.words import load_words
from scvkit.vocabulary import Tier

if TYPE_CHECKING:
    import pandas as pd

    from scvkit.locale.words import Words

# Heading → column of ``records`` and how near counts as nearly the same.
SHOWN = {
    "name": ("coalesce({s}.name_sorted, {s}.company)", 0.88),
    "birth": ("strftime({s}.date_of_birth, '%Y%m%d')", 0.9),
    "address": ("concat_ws(' ', {s}.street, {s}.house_number, {s}.postcode)", 0.88),
    "email": ("{s}.email", 0.92),
    "phone": ("{s}.phone", 0.92),
    "number": ("{s}.customer_number", 1.1),
}
# A record may hold a part of these only: a first name alone does not differ from the whole name.
IN_WORDS = frozenset({"name", "address"})
# People have two telephones; "L. Lund" and "Lise Lund" are nearly the same name.
ALSO_SAME = {
    "phone": " or coalesce(l.phone = r.second_phone or l.second_phone = r.phone"
    " or l.second_phone = r.second_phone, false)"
}
ALSO_NEARLY = {
    "name": " or (l.surname = r.surname and left(l.given_name, 1) = left(r.given_name, 1))"
}

COMMON_NAME = 10  # records


def masked_pairs(
    connection: Connection,
    rows: RowTables,
    *,
    n: int = 12,
    tier: Tier | str | None = None,
    seed: int = 1,
    words: Words | None = None,
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return ``n`` pairs as words of agreement; no value of any record is in the table.

    The pairs are drawn by a hash of their keys and the seed, evenly over the tiers unless one
    ``tier`` is asked for. ``names`` gives a source's name for its id.
    """
    words = words or load_words()
    columns = ", ".join(f"{_agreement(name)} as {name}" for name in SHOWN)
    wanted = "true" if tier is None else "pair.tier = ?"
    values = [] if tier is None else [str(tier)]
    frame = connection.execute(
        f"""select pair.tier, pair.source_l, pair.source_r, {columns}
        from {rows.scan("pairs")} pair
        join {rows.scan("records")} l on l.record_key = pair.record_key_l
        join {rows.scan("records")} r on r.record_key = pair.record_key_r
        where {wanted}
        order by row_number() over (partition by pair.tier
            order by md5(record_key_l || record_key_r || '{int(seed)}')), pair.tier
        limit {int(n)}""",
        values,
    ).df()
    headings = {"tier": "tier", "source_l": "source_a", "source_r": "source_b"}
    headings |= {name: name for name in SHOWN}
    for side in ("source_l", "source_r"):
        frame[side] = [(names or {}).get(source, source) for source in frame[side]]
    for name in SHOWN:
        frame[name] = [words(f"linkage.agreement.{value}") for value in frame[name]]
    return frame.rename(columns={k: words(f"linkage.columns.{v}") for k, v in headings.items()})


def agreement_words(
    connection: Connection, rows: RowTables, pairs: Sequence[tuple[str, str]]
) -> list[dict[str, str]]:
    """Return, for each pair of record keys, how its sides agree: {what: word}, and both sources.

    Words are keys under ``linkage.agreement``. A name that many records carry is told as common:
    two people of a common name are met more often than two of a rare one.
    """
    import pandas as pd

    frame = pd.DataFrame(pairs, columns=["record_key_l", "record_key_r"]).astype("string")
    frame["place"] = range(len(frame))
    connection.execute("select 1").fetchall()
    connection.register("linkage_shown_frame", frame)
    columns = ", ".join(f"{_agreement(name)} as {name}" for name in SHOWN)
    found = connection.execute(
        f"""with held as (
            select name_sorted, count(*) as holders from {rows.scan("records")}
            where name_sorted is not null group by name_sorted)
        select pair.place, l.source as source_l, r.source as source_r, {columns},
            coalesce(holders, 0) >= {COMMON_NAME} as common
        from linkage_shown_frame pair
        join {rows.scan("records")} l on l.record_key = pair.record_key_l
        join {rows.scan("records")} r on r.record_key = pair.record_key_r
        left join held on held.name_sorted = l.name_sorted
        order by pair.place"""
    ).df()
    connection.unregister("linkage_shown_frame")
    told = []
    for row in _frame_rows(found):
        if row["name"] == "same" and row["common"]:
            row["name"] = "same_common"
        told.append({key: str(row[key]) for key in ("source_l", "source_r", *SHOWN)})
    return told


def _frame_rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a frame as dictionaries with text keys."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _agreement(name: str) -> str:
    """SQL of the word for how two records agree on one thing."""
    expression, near = SHOWN[name]
    left, right = (f"nullif({expression.format(s=side)}, '')" for side in ("l", "r"))
    cases = {
        "missing": f"{left} is null or {right} is null",
        "same": f"{left} = {right}{ALSO_SAME.get(name, '')}",
        "nearly": f"jaro_winkler_similarity({left}, {right}) >= {near}{ALSO_NEARLY.get(name, '')}",
    }
    if name in IN_WORDS:
        words = [f"string_split({side}, ' ')" for side in (left, right)]
        cases["part"] = " or ".join(
            f"list_has_all({one}, {other})" for one, other in (words, reversed(words))
        )
    whens = " ".join(f"when {condition} then '{word}'" for word, condition in cases.items())
    return f"case {whens} else 'different' end"
