"""Precision and recall from blind votes, with Wilson intervals weighted by stratum."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scvkit.engine import Connection, RowTables
from scvkit.linkage.bundles import COVARIATES, Bundle
from scvkit.linkage.vote_estimate import APART, Stratum, voted_precision, voted_recall
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
# Joined pairs are asked by the size of a stratum and how unsure it is: a share that may be wrong.
DOUBT = {
    "joined_a": 0.02,
    "joined_b": 0.05,
    "joined_b_low": 0.1,
    "joined_c": 0.05,
    "joined_weak": 0.1,
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
    bundle: Bundle | None = None  # what the answer speaks for, where the pair stayed apart


def questions(
    connection: Connection, rows: RowTables, *, kind: EntityKind, n: int = ASKED
) -> tuple[Question, ...]:
    """Return about ``n`` pairs in the order in which they are asked, strata mixed.

    The order tells a voter nothing, and more questions come after those asked before.
    """
    wanted = shares_of(strata(connection, rows, kind=kind), n)
    found = connection.execute(
        f"""select stratum, joined, tier, match_weight, record_key_l, record_key_r, rank,
            pairs, {", ".join(COVARIATES)} from {rows.scan("ballot")}
        where entity_kind = ? order by stratum, rank""",
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
            bundle=None if row[1] else _bundle(row[7], 1, row[8:]),
        )
        for row in asked
    )


def _bundle(pairs: int, count: int, covariates: Sequence[float]) -> Bundle:
    told = dict(zip(COVARIATES, map(float, covariates), strict=True))
    return Bundle(pairs=int(pairs), count=int(count), **told)


def _chance(left: str, right: str) -> float:
    """A number from 0 to 1 that is always the same for a pair."""
    return int(hashlib.sha256(f"{right}/{left}".encode()).hexdigest()[:8], 16) / 16**8


def strata(connection: Connection, rows: RowTables, *, kind: EntityKind) -> tuple[Stratum, ...]:
    """Return the strata of one kind with their sizes."""
    found = connection.execute(
        f"""select stratum, joined, pairs, bundles, {", ".join(COVARIATES)}
        from {rows.scan("ballot_strata")} where entity_kind = ? order by all""",
        [str(kind)],
    ).fetchall()
    sizes: dict[tuple[str, bool], int] = defaultdict(int)
    bundles: dict[str, list[Bundle]] = defaultdict(list)
    for name, joined, pairs, count, *covariates in found:
        sizes[name, bool(joined)] += int(pairs) * (1 if joined else int(count))
        if not joined:
            bundles[name].append(_bundle(pairs, count, covariates))
    return tuple(
        Stratum(name=name, joined=joined, pairs=pairs, bundles=tuple(bundles[name]))
        for (name, joined), pairs in sizes.items()
    )


def shares_of(found: Iterable[Stratum], n: int) -> dict[str, int]:
    """Return how many questions each stratum gets, about ``n`` in all.

    Joined pairs by size and doubt; what is left goes to the pairs that stayed apart.

    >>> sizes = [
    ...     Stratum(name="joined_a", joined=True, pairs=900),
    ...     Stratum(
    ...         name="apart", joined=False, pairs=80, bundles=(Bundle(pairs=2, bits=0, count=40),)
    ...     ),
    ... ]
    >>> shares_of(sizes, 60)
    {'joined_a': 27, 'apart': 33}
    """
    asked = {s.name: s for s in found}
    worth = {
        name: asked[name].pairs * math.sqrt(doubt * (1 - doubt))
        for name, doubt in DOUBT.items()
        if name in asked
    }
    whole = sum(worth.values()) or 1.0
    shares = {
        name: min(asked[name].pairs, max(FEWEST_OF_A_STRATUM, round(n * JOINED * each / whole)))
        for name, each in worth.items()
    }
    if APART in asked:
        left = max(FEWEST_OF_A_STRATUM, n - sum(shares.values()))
        shares[APART] = min(asked[APART].questions, left)
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
    told: dict[str, list[bool]] = defaultdict(list)
    apart: list[tuple[Bundle, bool]] = []
    closed: set[str] = set()
    for q in asked:
        pair = (q.record_key_l, q.record_key_r)
        if pair not in verdicts:
            closed.add(q.stratum)
        elif q.stratum not in closed and verdicts[pair] is not None:
            told[q.stratum].append(verdicts[pair] == SAME)
            if q.bundle is not None:
                apart.append((q.bundle, verdicts[pair] == SAME))
    counted = tuple(
        StratumVotes(
            stratum=s.name,
            joined=s.joined,
            pairs=s.pairs,
            same=sum(told[s.name]),
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
        recall=voted_recall(counted, found, apart),
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
