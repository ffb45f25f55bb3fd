"""The pairs that people vote on: drawn by chance, the same ones in every run.

Joined pairs are drawn within strata. Matches that were missed are two clusters of one person, and
all pairs between the two are missed together: what is drawn is a bundle of pairs between two
clusters, asked through the pair that has most in common.
"""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.engine import Connection, RowTables, Steps, quoted, text_literal
from scvkit.linkage.bundles import COVARIATES, LEVEL, LOWEST, MIDDLE
from scvkit.linkage.kinds import Linked
from scvkit.linkage.vote_estimate import APART
from scvkit.vocabulary import EntityKind, Tier

# Pairs of each joined stratum kept for votes, in the order in which they are asked.
DRAWN = 80
DRAWN_APART = 240
# Compared pairs that one answer speaks for: where a cluster holds two people, an answer for all
# pairs of two large clusters would be wrong of hundreds.
BUNDLE = 6
# Weights count in half bits, and within these bounds: above them a pair is apart for a reason.
BIN = 0.5
LEAST, MOST = -12.0, 4.0
# Questions are spread wider than the curve is expected to need: it may be flatter, and then the
# matches lie further down. In natural log odds a bit.
DRAWN_BIT = 0.5
# A cluster larger than this is listed for review; its pairs are not drawn one by one.
LARGEST = 300
TAIL = "tail"


def write_ballot(
    connection: Connection, rows: RowTables, linked: Sequence[Linked], *, seed: int = 1
) -> None:
    """Write ``ballot`` (pairs to ask, by stratum and rank) and ``ballot_strata`` (their sizes).

    Rank is the order of a hash of the two record keys and the seed, for bundles over the size by
    which they are drawn: a later run asks the same pairs and finds their votes again.
    """
    for each in linked:
        _write_joined(connection, rows, each)
        _write_bundles(connection, rows, each)
    draw_ballot(connection, rows, linked, seed=seed)


def draw_ballot(
    connection: Connection, rows: RowTables, linked: Sequence[Linked], *, seed: int
) -> None:
    """Draw another ballot from the candidates that ``write_ballot`` left on the connection."""
    joined = " union all ".join(f"select * from {quoted(_table(e, 'joined'))}" for e in linked)
    apart = " union all ".join(f"select * from {quoted(_table(e, APART))}" for e in linked)
    chance = f"record_key_l || '|' || record_key_r || '{int(seed)}'"
    covariates = ", ".join(COVARIATES)
    rows.write(
        connection,
        f"""select * from (
            select entity_kind, stratum, true as joined,
                row_number() over (partition by entity_kind, stratum
                    order by md5({chance}), record_key_l, record_key_r) as rank,
                tier, match_weight, record_key_l, record_key_r,
                null::bigint as pairs, {", ".join(f"null::double as {c}" for c in COVARIATES)}
            from ({joined}))
        where rank <= {DRAWN}
        union all select * from (
            select entity_kind, stratum, false,
                row_number() over (partition by entity_kind
                    order by -ln((('0x' || left(md5({chance}), 12))::bigint + 0.5) / pow(16, 12))
                        / size, record_key_l, record_key_r) as rank,
                tier, match_weight, record_key_l, record_key_r, pairs, {covariates}
            from ({apart}) where stratum = '{APART}')
        where rank <= {DRAWN_APART} order by entity_kind, stratum, rank""",
        "ballot",
    )
    rows.write(
        connection,
        f"""select entity_kind, stratum, true as joined, count(*) as pairs, null::bigint as bundles,
            {", ".join(f"null::double as {c}" for c in COVARIATES)}
        from ({joined}) group by all
        union all select entity_kind, stratum, false, pairs, count(*), {covariates}
        from ({apart}) group by all order by all""",
        "ballot_strata",
    )


def _table(linked: Linked, part: str) -> str:
    return f"linkage_{linked.prepared.kind}_ballot_{part}"


def _write_joined(connection: Connection, rows: RowTables, linked: Linked) -> None:
    """Every pair that is joined, with its stratum."""
    kind = text_literal(linked.prepared.kind)
    steps = Steps()
    steps.step("member", _members(rows, kind))
    steps.step(
        "joined_pair",
        f"""select a.record_key as record_key_l, b.record_key as record_key_r
        from member a join member b
            on a.cluster_id = b.cluster_id and a.record_key < b.record_key
        where a.size <= {LARGEST}""",
    )
    a, b, c = (text_literal(t) for t in (Tier.A, Tier.B, Tier.C))
    connection.execute(
        f"create or replace temp table {quoted(_table(linked, 'joined'))} as "
        + steps.sql(
            f"""select {kind} as entity_kind, case
                    when tier = {a} then 'joined_a'
                    when tier = {b} and match_weight < 10 then 'joined_b_low'
                    when tier = {b} then 'joined_b'
                    when tier = {c} then 'joined_c'
                    else 'joined_weak' end as stratum,
                tier, match_weight, record_key_l, record_key_r
            from joined_pair left join {quoted(linked.pairs)} pair
                on pair.unique_id_l = record_key_l and pair.unique_id_r = record_key_r"""
        )
    ).fetchall()


def _members(rows: RowTables, kind: str) -> str:
    return f"""select record_key, source, cluster_id,
        count(*) over (partition by cluster_id) as size
        from {rows.scan("clusters")} where entity_kind = {kind}"""


def _write_bundles(connection: Connection, rows: RowTables, linked: Linked) -> None:
    """Every bundle of compared pairs between two clusters, and the size by which it is drawn.

    Those in doubt, by their pairs, teach most: what is likely a match or hardly one is drawn
    seldom.
    """
    kind = text_literal(linked.prepared.kind)
    places = _table(linked, "places")
    steps = Steps()
    steps.step("member", _members(rows, kind))
    # A statement of its own: where both clusters and that they differ are asked for in one, all
    # members are joined with all others first.
    connection.execute(
        f"create or replace temp table {quoted(places)} as "
        + steps.sql(
            f"""select pair.unique_id_l as record_key_l, pair.unique_id_r as record_key_r, tier,
                match_weight, contradicts, least(l.cluster_id, r.cluster_id) as one,
                greatest(l.cluster_id, r.cluster_id) as other, l.size * r.size as between_them
            from {quoted(linked.pairs)} pair
            join member l on l.record_key = pair.unique_id_l
            join member r on r.record_key = pair.unique_id_r"""
        )
    ).fetchall()
    steps = Steps()
    steps.step("member", _members(rows, kind))
    steps.step(
        "apart_pair",
        f"""select *, row_number() over (partition by one, other order by match_weight desc,
                record_key_l, record_key_r) as place,
            count(*) over (partition by one, other) as compared
        from {quoted(places)} where one <> other""",
    )
    # Lists, not a join over clusters and sources: that would meet every two clusters of a source.
    steps.step(
        "present",
        "select cluster_id, list(distinct source) as sources from member group by cluster_id",
    )
    steps.step(
        "bundle",
        f"""select first.record_key_l, first.record_key_r, first.tier, first.match_weight,
            least({BUNDLE}, first.compared - first.place + 1) as pairs,
            floor(least(greatest(first.match_weight, {LEAST}), {MOST}) / {BIN}) * {BIN} as bits,
            round(log2(first.between_them) / {BIN}) * {BIN} as choice,
            round(log2(first.between_them / first.compared) / {BIN}) * {BIN} as uncompared,
            len(list_intersect(l.sources, r.sources)) as shared, first.contradicts
        from apart_pair first
        join present l on l.cluster_id = one
        join present r on r.cluster_id = other
        where (first.place - 1) % {BUNDLE} = 0""",
    )
    bundles = _table(linked, "bundles")
    connection.execute(
        f"create or replace temp table {quoted(bundles)} as "
        + steps.sql(
            """select record_key_l, record_key_r, tier, match_weight, pairs, bits, choice,
                uncompared, (shared = 1)::int::double as one_source,
                (shared > 1)::int::double as more_sources,
                contradicts::int::double as contradicts from bundle"""
        )
    ).fetchall()
    low, high = MIDDLE
    means = ", ".join(f"coalesce(avg({c}), 0) as {c}" for c in COVARIATES)
    guesses = {c: guess for c, (guess, _) in COVARIATES.items()} | {"bits": DRAWN_BIT}
    odds = " + ".join(f"{guess} * (bundle.{c} - middle.{c})" for c, guess in guesses.items())
    drawn = Steps()
    drawn.step(
        "middle",
        f"select {means} from {quoted(bundles)} where bits >= {low} and bits < {high}",
    )
    connection.execute(
        f"create or replace temp table {quoted(_table(linked, APART))} as "
        + drawn.sql(
            f"""select {kind} as entity_kind,
                case when match_weight >= {LOWEST} then '{APART}' else '{TAIL}' end as stratum,
                bundle.*, 1 / (1 + exp(-({LEVEL[0]} + {odds}))) as chance,
                pairs * chance * (1 - chance) as size
            from {quoted(bundles)} bundle cross join middle"""
        )
    ).fetchall()
    for table in (places, bundles):
        connection.execute(f"drop table {quoted(table)}").fetchall()


def ballot_kind(connection: Connection, rows: RowTables) -> EntityKind:
    """Return the kind with more joined pairs to ask about; persons where there are none."""
    found = connection.execute(
        f"""select entity_kind from {rows.scan("ballot_strata")} where joined
        group by entity_kind order by sum(pairs) desc, entity_kind desc limit 1"""
    ).fetchall()
    return EntityKind(found[0][0]) if found else EntityKind.PERSON
