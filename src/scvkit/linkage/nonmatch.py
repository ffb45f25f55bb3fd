"""Kinds of non-match that look like matches: a household, one building, one chain.

Two people of one household agree on surname and address far more often than chance says. A
model that knows only matches and chance takes them for matches, and learns from them that given
names of one person differ. Here each kind has its own prior odds, and counts against a match.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, replace
from typing import Any

from scvkit.engine import Connection, quoted
from scvkit.linkage.comparisons import KEY_COLUMNS
from scvkit.linkage.model import LEAST_M, Kind, Model, with_prior
from scvkit.linkage.prepared import Prepared
from scvkit.linkage.scoring import LEAST_EVIDENCE, agreeing_prior, score
from scvkit.linkage.vectors import Vectors
from scvkit.vocabulary import EntityKind

# What people who are not one person share, and what firms that are not one firm share.
SHARED = {
    EntityKind.PERSON: (
        ("household", ("surname", "address", "phone", "email")),
        ("door", ("address", "phone")),
    ),
    EntityKind.ORGANISATION: (
        ("building", ("address", "phone", "email")),
        ("chain", ("company", "email")),
    ),
}
# Told apart by these: at the start of the learning, matches hardly ever differ on them. Where
# they do, the data move the figure up again; from a high start a household never comes down.
TELLING = ("given_name", "date_of_birth", "company")
FIRST_DIFFERENT = 0.02
FIRST_ODDS = 0.2
LEAST_MATCHES = 30
LEAST_ODDS = 1e-12
MOST_BITS = 60.0
SOURCE_ROUNDS = 20
# A source may be kept so well that it holds no duplicate, or be nothing but duplicates.
MOST_SHIFT = (-6.0, 3.0)


@dataclass(frozen=True, slots=True)
class _Shares:
    """Prior of a match and of each kind, and each pair's probability of a match."""

    prior: float
    odds: tuple[float, ...]
    match: Any


def settle(
    connection: Connection,
    prepared: Prepared,
    model: Model,
    into: str,
    *,
    vectors: Vectors,
    sample: Vectors,
    share: float,
    prior: float | None,
) -> Model:
    """Score ``vectors`` into ``into``; return the model with prior, kinds and m that agree with it.

    Each round shares every pair of ``sample``, a ``share`` of the compared pairs, between match,
    chance and the kinds, then learns m again from the share of the matches. A ``prior`` that
    somebody set is kept.
    """
    names = {c["output_column_name"] for c in model.settings["comparisons"]}
    kinds = tuple(
        Kind(name=name, comparisons=held, odds=model.prior * FIRST_ODDS)
        for name, shared in SHARED[prepared.kind]
        for held in [tuple(c for c in shared if c in names)]
        if held and {"address", "company"} & set(held) and names - set(held)
    )
    model = replace(_with_clear_start(model, kinds), kinds=kinds)
    for last in (False, True):
        score(connection, model, into, vectors=sample, least=LEAST_EVIDENCE, parts=True)
        shares = _shares(connection, into, prepared, model, share=share, fixed=prior)
        model = replace(
            with_prior(model, shares.prior),
            kinds=tuple(
                replace(kind, odds=odds)
                for kind, odds in zip(model.kinds, shares.odds, strict=True)
            ),
        )
        if not last:
            model = _with_learnt_m(connection, into, model, shares)
    model = replace(model, sources=_source_bits(connection, prepared, into, model, share=share))
    score(connection, model, into, vectors=vectors, least=LEAST_EVIDENCE)
    return with_prior(model, prior or agreeing_prior(connection, into, prepared, model.prior))


def _with_clear_start(model: Model, kinds: tuple[Kind, ...]) -> Model:
    if not kinds:
        return model
    settings = copy.deepcopy(model.settings)
    shared = {c for kind in kinds[:1] for c in kind.comparisons}
    for comparison in settings["comparisons"]:
        name = comparison["output_column_name"]
        if name not in TELLING or name in shared:
            continue
        levels = _levels(comparison)
        levels[-1]["m_probability"] = min(levels[-1]["m_probability"], FIRST_DIFFERENT)
        _normalise(levels)
    return replace(model, settings=settings)


def _shares(
    connection: Connection,
    scored: str,
    prepared: Prepared,
    model: Model,
    *,
    share: float,
    fixed: float | None,
) -> _Shares:
    import numpy as np

    columns = ["evidence", *(f"shared_{kind.name}" for kind in model.kinds)]
    frame = connection.execute(f"select {', '.join(columns)} from {quoted(scored)}").df()
    bits = np.exp2(np.clip(frame.to_numpy(dtype=float), -MOST_BITS, MOST_BITS))
    odds = np.array([model.prior, *(kind.odds for kind in model.kinds)])
    total = max(prepared.pairs, 1)
    for _ in range(100):
        weighted = bits * odds
        parts = weighted / (1 + weighted.sum(axis=1, keepdims=True))
        following = np.clip(parts.sum(axis=0) / share / total, LEAST_ODDS, 0.4)
        if fixed is not None:
            following[0] = fixed
        moved = float(np.abs(np.log(following / odds)).max())
        odds = following
        if moved < 1e-3:
            break
    weighted = bits * odds
    return _Shares(
        prior=float(max(odds[0], 1e-9)),
        odds=tuple(float(o) for o in odds[1:]),
        match=weighted[:, 0] / (1 + weighted.sum(axis=1)),
    )


def _source_bits(
    connection: Connection, prepared: Prepared, scored: str, model: Model, *, share: float
) -> tuple[tuple[str, float], ...]:
    """How much likelier than the prior a match is inside each source, and across ("")."""
    import numpy as np

    counts = connection.execute(
        f"select source, count(*) from {quoted(prepared.table)} group by source order by source"
    ).fetchall()
    if len(counts) < 2:
        return ()
    possible = {str(source): int(n) * (int(n) - 1) // 2 for source, n in counts}
    possible[""] = prepared.pairs - sum(possible.values())
    columns = ["evidence", *(f"shared_{kind.name}" for kind in model.kinds), "within"]
    frame = connection.execute(f"select {', '.join(columns)} from {quoted(scored)}").df()
    found = []
    for source, pairs in sorted(possible.items()):
        own = frame[frame["within"] == source]
        bits = np.exp2(np.clip(own[columns[:-1]].to_numpy(dtype=float), -MOST_BITS, MOST_BITS))
        odds = np.array([model.prior, *(kind.odds for kind in model.kinds)])
        for _ in range(SOURCE_ROUNDS):
            weighted = bits * odds
            expected = float((weighted[:, 0] / (1 + weighted.sum(axis=1))).sum()) / share
            # Half a match more than was seen: none seen among few pairs says little.
            odds[0] = (expected + 0.5) / max(pairs, 1)
        shift = math.log2(min(max(odds[0], LEAST_ODDS), 0.4) / model.prior)
        found.append((source, round(min(MOST_SHIFT[1], max(MOST_SHIFT[0], shift)), 6)))
    return tuple(found)


def _with_learnt_m(connection: Connection, scored: str, model: Model, shares: _Shares) -> Model:
    """Learn m from all scored pairs: each training session saw only its own."""
    import numpy as np

    settings = copy.deepcopy(model.settings)
    for comparison in settings["comparisons"]:
        name = comparison["output_column_name"]
        if name in KEY_COLUMNS:
            continue
        levels = _levels(comparison)
        bits = connection.execute(f"select bits_{name} from {quoted(scored)}").df().iloc[:, 0]
        values, place = np.unique(np.round(bits.to_numpy(dtype=float), 5), return_inverse=True)
        found = np.bincount(place, weights=shares.match, minlength=len(values))
        held = dict(zip(values.tolist(), found.tolist(), strict=True))
        weights = [
            round(math.log2(level["m_probability"] / level["u_probability"]), 5) for level in levels
        ]
        # Levels of one weight cannot be told apart in the scores: they share what was found.
        seen = []
        for level, weight in zip(levels, weights, strict=True):
            alike = [v for v, w in zip(levels, weights, strict=True) if w == weight]
            part = level["m_probability"] / sum(v["m_probability"] for v in alike)
            seen.append(held.get(weight, 0.0) * part)
        if sum(seen) < LEAST_MATCHES:
            continue
        for level, count in zip(levels, seen, strict=True):
            share = (count + level["m_probability"]) / (sum(seen) + 1)
            level["m_probability"] = max(LEAST_M, share)
        _normalise(levels)
    return replace(model, settings=settings)


def _levels(comparison: dict[str, Any]) -> list[dict[str, Any]]:
    return [v for v in comparison["comparison_levels"] if not v.get("is_null_level")]


def _normalise(levels: list[dict[str, Any]]) -> None:
    total = sum(v["m_probability"] for v in levels)
    for level in levels:
        level["m_probability"] /= total
