"""Evidence tiers of pairs: what agrees, what contradicts, and how much the score is worth."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.engine import Connection, Steps, quoted, text_literal
from scvkit.linkage.mailboxes import shields
from scvkit.linkage.prepared import KEYS, Prepared
from scvkit.vocabulary import EntityKind, Tier

# Years between parent and child: birth dates so far apart under one name are two people, while
# other differences are as often a slip.
GENERATION = (15, 60)
# What two different phones of organisations say where those of matches mostly agree, in bits.
PHONE_BITS = 4.0
UNLIKE = 0.6
# What a tie by a key says for a cluster at least: the odds that tier B promises, 97 to 3. A record
# that gave nothing but that key has nothing else to say to the other records of the cluster.
KEY_TIE = 5.0
LEAST_TIE = 0.5
# Where more of the named records than this have a name that one list holds twice, names do not
# tell people apart.
MANY_NAMESAKES = 0.25
# Keys of one person: of the contacts of a firm all may give its customer number.
PERSONAL = ("email", "phone", "member_number", "login_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Match weights in bits, prior included: ``sure`` for tier C by score, ``lead`` for D."""

    sure: float
    lead: float
    # Names of true matches often differ in these data: a difference is no contradiction, the
    # score decides.
    names_unreliable: bool = False
    # Birth dates of true matches often differ by a slip: a difference is no contradiction.
    births_unreliable: bool = False
    # Phones of true matches mostly agree in these data: two different ones speak against a pair
    # that has nothing but name and address.
    phones_reliable: bool = False
    # Families share mailboxes in these data: an address that shows a family ties nobody without
    # a name.
    mailboxes_shared: bool = False
    # Bits by which a match inside a source is less likely than elsewhere: two records of a list
    # without duplicates are two people, whatever third record is like both.
    sources: tuple[tuple[str, float], ...] = ()
    # What the client lets count, of the tiers below: any other pair is a lead.
    counted: str = "ABC"
    least: float | None = None  # bits a counted pair must reach, prior included


def classify(
    connection: Connection,
    prepared: Prepared,
    scored: str,
    prior_weight: float,
    thresholds: Thresholds,
    into: str,
) -> None:
    """Write the tier of every scored pair into the temporary table ``into``.

    Many are called Ellen: one word of a name without a place or a date to go with it names nobody,
    however telling its spelling looks among few records; nor does a whole name in
    data where many share one. Such a pair is a lead at most.

    Columns ``unique_id_l, unique_id_r, source_l, source_r, evidence, match_weight,
    match_probability, tier`` (null below tier D), ``key_agreements``, ``contradicts``. Here
    ``evidence`` is what the pair says for or against one cluster, in bits: its match weight, but
    records of one person differ together (a stale address, a misspelt name), so that a pair that
    is unlike counts little against others that are alike.
    """
    steps = Steps()
    held = (
        _person_facts(steps, prepared, scored, thresholds)
        if prepared.kind is EntityKind.PERSON
        else _organisation_facts(steps, prepared, scored, thresholds)
    )
    by_score = str(thresholds.names_unreliable).lower()
    unlike = _unlike(thresholds)
    sure, lead = thresholds.sure - prior_weight, thresholds.lead - prior_weight
    least = None if thresholds.least is None else thresholds.least - prior_weight
    steps.step(
        "pair_with_tier",
        f"""select *, case
            when keys > 0 and contradicts then {text_literal(Tier.X)}
            when contradicts then null
            when keys > 0 and (keys > 1 or same_name or given_alone or same_address)
                then {text_literal(Tier.A)}
            when keys > 0 and (not crowded_key or given_tells) and not family_only
                then {text_literal(Tier.B)}
            when (crowded_door or keys_differ) and not same_birth then
                case when evidence >= {lead} then {text_literal(Tier.D)} end
            when same_name and (same_address or same_birth) and evidence >= {lead}
                then {text_literal(Tier.C)}
            when evidence >= {sure} and not family_only and not name_alone
                and (some_name or same_birth or {by_score})
                then {text_literal(Tier.C)}
            when keys > 0 or evidence >= {lead} then {text_literal(Tier.D)}
            end as found_tier from {held}""",
    )
    steps.step(
        "pair_that_counts",
        f"select *, {_counting(thresholds, least)} as tier from pair_with_tier",
    )
    connection.execute(
        f"create or replace temp table {quoted(into)} as "
        + steps.sql(
            f"""select unique_id_l, unique_id_r, source_l, source_r,
                greatest(round(evidence + ({prior_weight}), 6),
                    case when tier in ('A', 'B') then {KEY_TIE} when tier = 'C' then {LEAST_TIE}
                        else {unlike} end) as evidence,
                round(evidence + ({prior_weight}), 6) as match_weight,
                round(1 / (1 + pow(2.0, -(evidence + ({prior_weight})))), 9) as match_probability,
                tier, key_agreements, contradicts
            from pair_that_counts order by unique_id_l, unique_id_r"""
        )
    ).fetchall()


def _counting(thresholds: Thresholds, least: float | None) -> str:
    """SQL of the tier once the client has said what counts: leads fall to D, a lead may rise."""
    usual = thresholds.counted == "ABC" and least is None
    if usual:
        return "found_tier"
    listed = ", ".join(text_literal(tier) for tier in thresholds.counted)
    heavy = "true" if least is None else f"evidence >= {least}"
    return f"""case when found_tier is null or found_tier = {text_literal(Tier.X)} then found_tier
            when found_tier not in ({listed}) or not ({heavy}) then {text_literal(Tier.D)}
            when found_tier = {text_literal(Tier.D)} then {text_literal(Tier.C)}
            else found_tier end"""


def _unlike(thresholds: Thresholds) -> str:
    """SQL of the least that a pair says: where a source has no duplicates, that it is two."""
    cases = " ".join(
        f"when {text_literal(source)} then {-UNLIKE + bits}"
        for source, bits in thresholds.sources
        if source and bits < 0
    )
    within = "case when source_l = source_r then source_l end"
    return f"case {within} {cases} else {-UNLIKE} end" if cases else str(-UNLIKE)


def _person_facts(steps: Steps, prepared: Prepared, scored: str, thresholds: Thresholds) -> str:
    keys = [k for k in KEYS[prepared.kind] if prepared.filled.get(k, 0)]
    agreed = ", ".join(f"case when l.{k} = r.{k} then '{k}' end" for k in keys) or "null"
    telling = thresholds.phones_reliable and "phone" in keys
    unreliable = str(thresholds.names_unreliable).lower()
    births = str(thresholds.births_unreliable).lower()
    differing = "coalesce(l.phone <> r.phone, false)" if telling else "false"
    table = quoted(prepared.table)
    _crowded_steps(steps, table, keys, telling=telling, dated=not thresholds.births_unreliable)
    # Marked on the record: looked up per pair, the crowded few would meet every pair.
    marked = "".join(
        f", coalesce({k} in (select key_value from crowded_value where key = '{k}'), false)"
        f" as {k}_crowded"
        for k in keys
    )
    shielded = shields(
        "email",
        "given_name",
        "surname",
        shared=thresholds.mailboxes_shared,
        named=quoted(prepared.frequencies or prepared.table),
    )
    steps.step(
        "record_with_marks",
        f"""select *, unique_id in (select unique_id from crowded_door) as at_crowded_door,
            coalesce(name_sorted in (select name_sorted from crowded_name), false)
                as of_crowded_name,
            given_name is not null and {shielded} as shields_address{marked}
        from {table}""",
    )
    crowded = " or ".join(f"(l.{k} = r.{k} and l.{k}_crowded)" for k in keys) or "false"
    # Whoever gave no name has the holder's address, so that the holder's record tells.
    family = (
        "((l.given_name is null and r.shields_address)"
        " or (r.given_name is null and l.shields_address))"
    )
    steps.step(
        "pair_with_records",
        f"""select scored.*, l.source as source_l, r.source as source_r,
            list_filter([{agreed}], lambda key: key is not null) as key_agreements,
            l.given_name as given_l, r.given_name as given_r,
            l.surname as surname_l, r.surname as surname_r,
            l.name_sorted as sorted_l, r.name_sorted as sorted_r,
            l.date_of_birth as birth_l, r.date_of_birth as birth_r,
            l.street as street_l, r.street as street_r,
            l.house_number as house_l, r.house_number as house_r,
            l.postcode as postcode_l, r.postcode as postcode_r,
            l.city as city_l, r.city as city_r,
            {crowded} as crowded_key,
            not crowded_key and len(list_intersect(key_agreements, {list(PERSONAL)})) > 0
                as own_key,
            {family} and key_agreements = ['email'] as family_only,
            {differing} as keys_differ,
            l.at_crowded_door or r.at_crowded_door as crowded_door,
            l.of_crowded_name or r.of_crowded_name as crowded_name
        from {quoted(scored)} scored
        join record_with_marks l on l.unique_id = scored.unique_id_l
        join record_with_marks r on r.unique_id = scored.unique_id_r""",
    )
    given_short = (
        "starts_with(given_l, given_r) or starts_with(given_r, given_l)"
        " or list_contains(string_split(sorted_l, ' '), given_r)"
        " or list_contains(string_split(sorted_r, ' '), given_l)"
    )
    steps.step(
        "pair_with_names",
        f"""select *,
            len(key_agreements) as keys,
            jaro_winkler_similarity(given_l, given_r) >= 0.88 or ({given_short})
                or given_l = surname_r or given_r = surname_l as given_agrees,
            jaro_winkler_similarity(surname_l, surname_r) >= 0.9 or surname_l = given_r
                or surname_r = given_l
                or list_contains(string_split(sorted_l, ' '), surname_r)
                or list_contains(string_split(sorted_r, ' '), surname_l) as surname_agrees,
            jaro_winkler_similarity(given_l, given_r) < 0.75 and not ({given_short})
                and coalesce(given_l <> surname_r and given_r <> surname_l, true)
                as given_differs,
            jaro_winkler_similarity(surname_l, surname_r) < 0.8
                and not list_contains(string_split(sorted_l, ' '), surname_r)
                and not list_contains(string_split(sorted_r, ' '), surname_l)
                as surname_differs,
            regexp_matches(given_l, '^\\p{{Latin}}$') or regexp_matches(given_r, '^\\p{{Latin}}$')
                as initial_only,
            birth_l = birth_r as same_birth,
            damerau_levenshtein(birth_l, birth_r) > 2
                and substr(birth_l, 5) <> substr(birth_r, 7, 2) || substr(birth_r, 5, 2)
                and abs(cast(left(birth_l, 4) as int) - cast(left(birth_r, 4) as int))
                    between {GENERATION[0]} and {GENERATION[1]}
                as a_generation_apart,
            jaro_winkler_similarity(street_l, street_r) >= 0.9
                and coalesce(house_l = house_r, false)
                and coalesce(postcode_l = postcode_r, city_l = city_r, false) as same_door
        from pair_with_records""",
    )
    steps.step(
        "pair_with_facts",
        f"""select * replace (coalesce(same_birth, false) as same_birth),
            coalesce(given_agrees, false) and coalesce(surname_agrees, false)
                and not coalesce(initial_only, false) as same_name,
            coalesce(same_door, false) as same_address,
            given_l is not null and given_r is not null as name_known,
            coalesce(given_agrees, false) as some_name,
            coalesce(given_agrees and not initial_only, false) as given_tells,
            given_tells and (surname_l is null or surname_r is null) as given_alone,
            (given_l is null or given_r is null or surname_l is null or surname_r is null
                    or crowded_name)
                and not coalesce(damerau_levenshtein(birth_l, birth_r) <= 2, false)
                and not coalesce(postcode_l = postcode_r, false)
                and not coalesce(jaro_winkler_similarity(city_l, city_r) >= 0.9, false)
                and not coalesce(jaro_winkler_similarity(street_l, street_r) >= 0.9, false)
                as name_alone,
            (coalesce(a_generation_apart, false) and not {births})
                or (coalesce(given_differs, false)
                    and not {unreliable})
                or (not {unreliable} and coalesce(surname_differs, false)
                    and not (coalesce(given_agrees, false) and not coalesce(initial_only, false)
                        and (keys <> 1 or own_key or coalesce(same_door, false)
                            or coalesce(same_birth, false))))
                as contradicts
        from pair_with_names""",
    )
    return "pair_with_facts"


def _crowded_steps(
    steps: Steps, table: str, keys: list[str], *, telling: bool, dated: bool
) -> None:
    """Values of a key that differently named people hold: without a name they tie nobody."""
    parts = " union all ".join(
        f"select distinct '{k}' as key, {k} as key_value, given_name from {table}"
        f" where {k} is not null and given_name is not null"
        for k in keys
    )
    steps.step(
        "name_of_value",
        parts or "select null as key, null as key_value, null as given_name where false",
    )
    steps.step(
        "crowded_value",
        """select distinct a.key, a.key_value from name_of_value a join name_of_value b
            on a.key = b.key and a.key_value = b.key_value and a.given_name < b.given_name
        where jaro_winkler_similarity(a.given_name, b.given_name) < 0.75
            and not starts_with(b.given_name, a.given_name)""",
    )

    # Namesakes: a name that one list has at several doors or addresses is that of several people,
    # or of one who moved. Where many records of several lists have such a name, people share
    # names, and the name alone decides for nobody who has it.
    held = " or ".join(
        f"count(distinct {column}) > 1"
        for column in ("email", "date_of_birth", "concat_ws(' ', street, house_number, postcode)")
    )
    steps.step(
        "name_held_twice",
        f"""select distinct name_sorted from {table}
        where name_sorted is not null group by name_sorted, source having {held}""",
    )
    steps.step(
        "crowded_name",
        f"""select name_sorted from name_held_twice where (
            select count(distinct source) > 1 and count(*) * {MANY_NAMESAKES} < count(*) filter (
                name_sorted in (select name_sorted from name_held_twice))
            from {table} where name_sorted is not null)""",
    )
    # Father and son of one name at one address: birth dates or phones somewhere in the data tell
    # that there are two, so that name and address alone decide for nobody of that name there.
    door = ("given_name", "surname", "street", "house_number", "postcode")
    columns = ", ".join(door)
    steps.step(
        "named_at_door",
        f"select distinct {columns}, date_of_birth, phone from {table} where given_name is not null"
        " and surname is not null and street is not null and house_number is not null",
    )
    steps.step(
        "crowded_name_at_door",
        f"""select distinct {", ".join("a." + c for c in door)}
        from named_at_door a join named_at_door b
            on {" and ".join(f"a.{c} is not distinct from b.{c}" for c in door)}
        where ({str(dated).lower()} and a.date_of_birth < b.date_of_birth
                and damerau_levenshtein(a.date_of_birth, b.date_of_birth) > 2)
            or ({str(telling).lower()} and a.phone <> b.phone)""",
    )
    steps.step(
        "crowded_door",
        f"select unique_id from {table} join crowded_name_at_door using ({columns})",
    )


def _organisation_facts(
    steps: Steps, prepared: Prepared, scored: str, thresholds: Thresholds
) -> str:
    keys = [k for k in KEYS[prepared.kind] if prepared.filled.get(k, 0)]
    agreed = ", ".join(f"case when l.{k} = r.{k} then '{k}' end" for k in keys) or "null"
    table = quoted(prepared.table)
    telling = thresholds.phones_reliable and "phone" in keys
    differing = "coalesce(l.phone <> r.phone, false)" if telling else "false"
    steps.step(
        "pair_with_facts",
        f"""select scored.* replace (scored.evidence
                - case when {differing} then {PHONE_BITS} else 0 end as evidence),
            l.source as source_l, r.source as source_r,
            list_filter([{agreed}], lambda key: key is not null) as key_agreements,
            len(key_agreements) as keys,
            coalesce(jaro_winkler_similarity(l.company, r.company) >= 0.93
                or starts_with(l.company, r.company || ' ')
                or starts_with(r.company, l.company || ' '), false) as same_name,
            same_name as some_name, false as given_tells, false as given_alone,
            l.company is not null and r.company is not null as name_known,
            coalesce(jaro_winkler_similarity(l.street, r.street) >= 0.9
                and l.house_number = r.house_number
                and coalesce(l.postcode = r.postcode, l.city = r.city), false) as same_address,
            false as same_birth, false as crowded_key, false as family_only,
            false as name_alone,
            false as crowded_door, false as keys_differ,
            coalesce(jaro_winkler_similarity(l.company, r.company) < 0.75, false) as contradicts
        from {quoted(scored)} scored
        join {table} l on l.unique_id = scored.unique_id_l
        join {table} r on r.unique_id = scored.unique_id_r""",
    )
    return "pair_with_facts"
