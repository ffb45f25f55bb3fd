"""Precision and recall from blind votes, with Wilson intervals weighted by stratum."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scvkit.engine import Connection, RowTables
from scvkit.linkage.vote_estimate import Stratum, voted_precision, voted_recall
from scvkit.records.evidence import measured_share
from scvkit.records.linkage import PairVotes, StratumVotes
from scvkit.vocabulary import EntityKind

SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
ANSWERS = (SAME, DIFFERENT, UNSURE)
SETTLED = "settled"  # the voter that both are together, once they have talked
FEWEST = 60
ASKED = 120
# Share of the questions that goes to pairs that are joined: they say how precise, the rest how
# complete the clusters are.
JOINED = 0.45
# Questions by what a stratum is worth and how unsure its pairs are: a share of joined pairs that
# are wrong, or of pairs apart that are right.
DOUBT = {
    "joined_a": 0.02,
    "joined_b": 0.05,
    "joined_b_low": 0.1,
    "joined_c": 0.05,
    "joined_weak": 0.1,
    "apart_sure": 0.5,
    "apart_x": 0.15,
    "apart_lead_high": 0.5,
    "open_4": 0.3,
    "open_2": 0.5,
    "open_0": 0.4,
    "open_-2": 0.15,
    "open_-4": 0.05,
    "open_-5": 0.02,
}
FEWEST_OF_A_STRATUM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One pair to vote on; the score that drew it is known to the count, never to the voter."""

    stratum: str
    joined: bool
    tier: str | None
    match_weight: float | None
    record_key_l: str
    record_key_r: str


def questions(
    connection: Connection, rows: RowTables, *, kind: EntityKind, n: int = ASKED
) -> tuple[Question, ...]:
    """Return about ``n`` pairs in the order in which they are asked, strata mixed.

    The order tells a voter nothing, and more questions come after those asked before.
    """
    wanted = shares_of(strata(connection, rows, kind=kind), n)
    found = connection.execute(
        f"""select stratum, joined, tier, match_weight, record_key_l, record_key_r, rank
        from {rows.scan("ballot")} where entity_kind = ? order by stratum, rank""",
        [str(kind)],
    ).fetchall()
    asked = [row for row in found if row[6] <= wanted.get(row[0], 0)]
    asked.sort(key=lambda row: ((row[6] - 1 + _chance(row[4], row[5])) / wanted[row[0]], row[4]))
    return tuple(
        Question(
            stratum=row[0],
            joined=bool(row[1]),
            tier=row[2],
            match_weight=row[3],
            record_key_l=row[4],
            record_key_r=row[5],
        )
        for row in asked
    )


def _chance(left: str, right: str) -> float:
    """A number from 0 to 1 that is always the same for a pair."""
    return int(hashlib.sha256(f"{right}/{left}".encode()).hexdigest()[:8], 16) / 16**8


def strata(connection: Connection, rows: RowTables, *, kind: EntityKind) -> tuple[Stratum, ...]:
    """Return the strata of one kind with their sizes."""
    found = connection.execute(
        f"""select stratum, joined, weight, pairs from {rows.scan("ballot_strata")}
        where entity_kind = ? order by all""",
        [str(kind)],
    ).fetchall()
    sizes: dict[tuple[str, bool], int] = defaultdict(int)
    weights: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for name, joined, weight, pairs in found:
        sizes[name, bool(joined)] += int(pairs)
        if weight is not None:
            weights[name].append((float(weight), int(pairs)))
    return tuple(
        Stratum(name=name, joined=joined, pairs=pairs, weights=tuple(weights[name]))
        for (name, joined), pairs in sizes.items()
    )


def shares_of(found: Iterable[Stratum], n: int) -> dict[str, int]:
    """Return how many pairs of each stratum are asked, about ``n`` in all.

    Joined pairs by size and doubt; pairs apart by the root of both, because their strata differ
    a thousandfold in size and every one of them bends the curve.

    >>> sizes = [
    ...     Stratum(name="joined_a", joined=True, pairs=900),
    ...     Stratum(name="open_2", joined=False, pairs=40),
    ... ]
    >>> shares_of(sizes, 60)
    {'joined_a': 27, 'open_2': 33}
    """
    asked = {s.name: s for s in found if s.name in DOUBT}
    shares: dict[str, int] = {}
    for joined in (True, False):
        side = {name: s for name, s in asked.items() if s.joined is joined}
        total = n * JOINED if joined else n - sum(shares.values())
        worth = {}
        for name, s in side.items():
            spread = math.sqrt(DOUBT[name] * (1 - DOUBT[name]))
            worth[name] = s.pairs * spread if joined else math.sqrt(s.pairs * spread)
        whole = sum(worth.values()) or 1.0
        for name, s in side.items():
            share = max(FEWEST_OF_A_STRATUM, round(total * worth[name] / whole))
            shares[name] = min(s.pairs, share)
    return shares


def count_votes(
    asked: Sequence[Question],
    found: Sequence[Stratum],
    votes: Mapping[tuple[str, str], Mapping[str, str]],
    *,
    kind: EntityKind,
) -> PairVotes | None:
    """Return precision and recall by votes, or None when nobody has voted.

    ``votes`` maps the two record keys of a pair to {voter: answer}. A pair is decided when its
    voters who are sure agree, or when a third answer, "settled", decides. Each stratum counts up
    to the first of its pairs that nobody has answered: what was voted on out of turn was not
    drawn by chance.
    """
    answered = [q for q in asked if votes.get((q.record_key_l, q.record_key_r))]
    if not answered:
        return None
    verdicts = {
        (q.record_key_l, q.record_key_r): verdict(votes[q.record_key_l, q.record_key_r])
        for q in answered
    }
    told: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    closed: set[str] = set()
    for q in asked:
        pair = (q.record_key_l, q.record_key_r)
        if pair not in verdicts:
            closed.add(q.stratum)
        elif q.stratum not in closed and verdicts[pair] is not None:
            told[q.stratum].append((q.match_weight or 0.0, verdicts[pair] == SAME))
    counted = tuple(
        StratumVotes(
            stratum=s.name,
            joined=s.joined,
            pairs=s.pairs,
            same=sum(same for _, same in told[s.name]),
            decided=len(told[s.name]),
        )
        for s in found
    )
    both = [_sure(votes[q.record_key_l, q.record_key_r]) for q in answered]
    both = [pair for pair in both if len(pair) >= 2]
    return PairVotes(
        kind=kind,
        asked=len(asked),
        answered=len(answered),
        decided=sum(s.decided for s in counted),
        unsure=sum(v is None for v in verdicts.values()),
        voters=len(
            {v for q in answered for v in votes[q.record_key_l, q.record_key_r]} - {SETTLED}
        ),
        strata=counted,
        precision=voted_precision(counted),
        recall=voted_recall(counted, found, told),
        agreement=measured_share(
            sum(a == b for a, b in (p[:2] for p in both)),
            len(both),
            method="linkage.method.voters_agree",
            refs=("votes",),
        ),
        kappa=kappa([(p[0], p[1]) for p in both]),
    )


def verdict(answers: Mapping[str, str]) -> str | None:
    """Return what a pair's votes come to: same, different, or None while it is undecided.

    >>> verdict({"A": "same", "B": "unsure"}), verdict({"A": "same", "B": "different"})
    ('same', None)
    >>> verdict({"A": "same", "B": "different", "settled": "different"})
    'different'
    """
    if answers.get(SETTLED) in (SAME, DIFFERENT):
        return answers[SETTLED]
    sure = set(_sure(answers))
    return sure.pop() if len(sure) == 1 else None


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of two voters; None where chance alone would agree on everything.

    >>> kappa([("same", "same"), ("different", "different")])
    1.0
    >>> kappa([("same", "same")]) is None
    True
    """
    if not pairs:
        return None
    n = len(pairs)
    agreed = sum(a == b for a, b in pairs) / n
    chance = sum(
        sum(a == answer for a, _ in pairs) / n * sum(b == answer for _, b in pairs) / n
        for answer in (SAME, DIFFERENT)
    )
    return None if chance >= 1 else round((agreed - chance) / (1 - chance), 6)


def _sure(answers: Mapping[str, str]) -> list[str]:
    return [
        answer
        for voter, answer in sorted(answers.items())
        if voter != SETTLED and answer in (SAME, DIFFERENT)
    ]
