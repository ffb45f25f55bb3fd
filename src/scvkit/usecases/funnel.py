"""One use case counted at one level of linkage, and why people fall out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from scvkit.engine import Connection, Steps, counts, quoted, text_literal
from scvkit.usecases.asked import among
from scvkit.usecases.catalogue import Fact, UseCase
from scvkit.usecases.people import CUSTOMER_DOMAINS, STRONG_KEYS, has
from scvkit.vocabulary import Channel, Domain


class Level(Enum):
    """How much linkage is believed."""

    LOW = 0
    MID = 1
    HIGH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """People still in after each of the six steps, and the losses by cause."""

    people: tuple[int, int, int, int, int, int]
    unfound_without_key: int
    unfound_with_email_only: int
    incomplete: tuple[int, ...]  # per fact of the use case
    said_no: int
    undated: int  # not fresh because a feed carries no dates or times


@counts("{case.id} {level.name}")
def count_people(
    connection: Connection,
    case: UseCase,
    level: Level,
    *,
    send_facts: tuple[str, ...],
    source_facts: tuple[bool | None, ...],
    fresh_assessed: bool,
) -> Counted:
    """Count the people of ``usecase_base`` who pass each step.

    ``source_facts`` holds one entry per fact: None for a fact of the person, else whether the
    source as a whole has it. More belief in links only adds records to a person, so found and
    complete never fall from low to high; permission may.
    """
    steps = Steps()
    steps.step("one_row_per_person_asked_for", _asked_for(send_facts))
    steps.step("one_row_per_person_and_record", _linked(case, level))
    facts = _facts(case, send_facts, source_facts)
    steps.step("one_row_per_person", _person(case, level, facts, fresh_assessed))
    steps.step(
        "one_row_per_person_step_by_step",
        """
        select *, found and complete as s2, found and complete and fresh as s3,
               found and complete and fresh and permitted as s4,
               found and complete and fresh and permitted and reachable as s5
        from one_row_per_person
        """,
    )
    incomplete = "".join(
        f", count(*) filter (found and not fact_{n})" for n in range(len(case.complete))
    )
    row = steps.rows(
        connection,
        f"""
        select count(*), count(*) filter (found), count(*) filter (s2), count(*) filter (s3),
               count(*) filter (s4), count(*) filter (s5),
               count(*) filter (not found and not any_key),
               count(*) filter (not found and any_key and not other_key),
               count(*) filter (s3 and not permitted and said_no),
               count(*) filter (s2 and not fresh and not dated){incomplete}
        from one_row_per_person_step_by_step
        """,
    )[0]
    return Counted(
        people=(row[0], row[1], row[2], row[3], row[4], row[5]),
        unfound_without_key=row[6],
        unfound_with_email_only=row[7],
        said_no=row[8],
        undated=row[9],
        incomplete=tuple(row[10:]),
    )


def _asked_for(send_facts: tuple[str, ...]) -> str:
    """What is known of the people asked for before anything is linked."""
    sent = "".join(f", bool_or(b.{has(name)}) as {_sent(name)}" for name in send_facts)
    keys = " or ".join(f"r.{has(key)}" for key in STRONG_KEYS)
    others = " or ".join(f"r.{has(key)}" for key in STRONG_KEYS if key != "email")
    return f"""
        select b.person, min(b.sent_at) as sent_at, coalesce(bool_or({keys}), false) as any_key,
               coalesce(bool_or({others}), false) as other_key{sent}
        from usecase_base b left join usecase_records r using (record_key)
        group by b.person
    """


def _linked(case: UseCase, level: Level) -> str:
    """All records a person is believed to be."""
    column, tiers = _believed(case, level)
    if not tiers:
        return f"""
            select c.person, r.*
            from (select distinct b.person, a.{column} as cluster
                  from usecase_base b join usecase_records a using (record_key)) c
            join usecase_records r on r.{column} = c.cluster
        """
    listed = ", ".join(text_literal(tier) for tier in tiers)
    return f"""
        select c.person, r.*
        from (select distinct b.person, a.{column} as cluster
              from usecase_base b join usecase_records a using (record_key)
              where a.tier in ({listed})) c
        join usecase_records r on r.{column} = c.cluster and r.tier in ({listed})
        union
        select b.person, r.* from usecase_base b join usecase_records r using (record_key)
    """


def _believed(case: UseCase, level: Level) -> tuple[str, tuple[str, ...]]:
    """The cluster column, and the tiers that may tie when the column holds weaker ones too.

    For tier A at the best estimate only tier A counts; at most, what tiers B and C would add.
    """
    by_tier: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
        "A": (("low", ()), ("low", ()), ("mid", ())),
        "B": (("low", ()), ("mid", ("A", "B")), ("mid", ())),
        "C": (("low", ()), ("mid", ()), ("high", ())),
        "none": (("mid", ()), ("mid", ()), ("mid", ())),
    }
    return by_tier[case.found.tier][level.value]


def _facts(
    case: UseCase, send_facts: tuple[str, ...], source_facts: tuple[bool | None, ...]
) -> tuple[str, ...]:
    """One aggregate per fact: true for a person who has it."""
    found = []
    for fact, known in zip(case.complete, source_facts, strict=True):
        if known is not None:
            found.append(str(known).lower())
            continue
        parts = []
        for attribute in fact.any_of:
            if attribute == "sent_at":
                parts.append("bool_or(b.sent_at is not null)")
                continue
            parts.append(f"bool_or(r.{has(attribute)} and {among(fact.domains, 'r.domain')})")
            if attribute in send_facts:
                parts.append(f"bool_or(b.{_sent(attribute)})")
        found.append(" or ".join(f"coalesce({part}, false)" for part in parts))
    return tuple(found)


def _sent(name: str) -> str:
    return quoted(f"sent {name}")


def _person(case: UseCase, level: Level, facts: tuple[str, ...], fresh_assessed: bool) -> str:
    listed = "".join(f", ({fact}) as fact_{n}" for n, fact in enumerate(facts))
    complete = " and ".join(f"fact_{n}" for n in range(len(facts))) or "true"
    reach = " or ".join(f"r.{has(name)}" for name in case.reachable.any_of)
    no = " or ".join(f"r.no_{c}" for c in case.permitted.channels) or "false"
    return f"""
        select b.person, any_value(b.any_key) as any_key, any_value(b.other_key) as other_key,
               coalesce({_found(case)}, false) as found{listed},
               {complete} as complete,
               {_fresh(case, level) if fresh_assessed else "true"} as fresh,
               {_dated(case) if fresh_assessed else "true"} as dated,
               coalesce({_permitted(case)}, false) as permitted,
               {f"coalesce(bool_or({reach}), false)" if reach else "true"} as reachable,
               coalesce(bool_or({no}), false) as said_no
        from one_row_per_person_asked_for b
        left join one_row_per_person_and_record r using (person)
        group by b.person
    """


def _found(case: UseCase) -> str:
    if case.found.customer:
        # A contact of a company that buys is a customer without a record among the customers.
        conditions = ["bool_or(r.is_customer)"]
    else:
        conditions = [f"bool_or({among(group, 'r.domain')})" for group in case.found.groups]
    if case.found.sources:
        conditions.append(f"count(distinct r.source) >= {case.found.sources}")
    if case.found.key:
        keys = " or ".join(f"r.{has(key)}" for key in STRONG_KEYS)
        conditions.append(f"bool_or({keys})")
    return " and ".join(conditions) or "true"


def fresh_groups(case: UseCase) -> tuple[tuple[Domain, ...], ...]:
    """Return the groups of domains whose feeds have to be fresh.

    >>> from scvkit.usecases import load_catalogue
    >>> cases = {case.id: case for case in load_catalogue()}
    >>> [len(fresh_groups(cases[name])) for name in ("U1", "U9", "U17")]
    [2, 1, 1]
    """
    if case.fresh.domains:
        return (case.fresh.domains,)
    if case.fresh.each:
        return tuple((domain,) for domain in case.fresh.each)
    base = (case.base.domains,) if case.base.kind in ("people", "buyers") else ()
    return tuple(dict.fromkeys([*base, *case.found.groups]))


def ageing_facts(case: UseCase) -> tuple[Fact, ...]:
    """Return the facts whose feed has to be fresh; none of a send, which is its own time."""
    return tuple(fact for fact in case.complete if fact.ages and case.base.kind != "sends")


def _cuts(case: UseCase) -> list[tuple[str, str]]:
    """Per feed the person relies on: its newest date, and the condition that it matters."""
    cut = "cut" if case.fresh.hours >= 24 else "timed_cut"
    groups = fresh_groups(case)
    if case.fresh.domains:
        newest = f"(select max({cut}) from usecase_feeds where {among(case.fresh.domains)})"
        return [(newest, "true")]
    cuts = []
    for group in groups:
        inside = among(group, "r.domain")
        cuts.append(
            (f"max(r.{cut}) filter ({inside})", f"coalesce(bool_or({inside}), false)"),
        )
    for fact in () if case.fresh.each else ageing_facts(case):
        if fact.scope == "person":
            held = " or ".join(f"r.{has(attribute)}" for attribute in fact.any_of)
            cuts.append(
                (f"max(r.{cut}) filter (({held}) and {among(fact.domains, 'r.domain')})", "true")
            )
    return cuts


def _fresh(case: UseCase, level: Level) -> str:
    """Nothing is known to have happened to the person after a feed it relies on was cut.

    Allowed is what the use case may wait. Where it names the feeds, the feed as a whole counts,
    else those the person is in and those the facts come from. A feed that says not how far it
    reaches may be fresh: at most, it is.
    """
    undated = "true" if level is Level.HIGH else "false"
    allowance = f"to_milliseconds({round(case.fresh.hours * 3_600_000)})"
    conditions = [
        f"(not ({matters}) or case when {cut} is null then {undated}"
        f" else coalesce(max(r.active) <= {cut} + {allowance}, true) end)"
        for cut, matters in _cuts(case)
    ]
    return " and ".join(conditions) or "true"


def _dated(case: UseCase) -> str:
    """Every feed the person relies on says how far it reaches."""
    conditions = [f"(not ({matters}) or {cut} is not null)" for cut, matters in _cuts(case)]
    return " and ".join(conditions) or "true"


def _permitted(case: UseCase) -> str:
    """What makes the use allowed on paper; a no in any source wins over a yes elsewhere."""
    channels = case.permitted.channels
    consent = (
        " or ".join(f"(bool_or(r.given_{c}) and not bool_or(r.no_{c}))" for c in channels)
        or "false"
    )
    any_no = " or ".join(f"bool_or(r.no_{c})" for c in channels) or "false"
    customer = f"bool_or({among(CUSTOMER_DOMAINS, 'r.domain')})"
    exception = (
        f"({customer} and bool_and(r.exception) and not bool_or(r.no_{Channel.EMAIL}))"
        if Channel.EMAIL in channels
        else "false"
    )
    inside = among(case.permitted.domains, "r.domain")
    late = " or ".join(
        f"bool_or(r.no_{c} and coalesce(r.no_{c}_at <= b.sent_at, true))" for c in channels
    )
    return {
        "consent": consent,
        "consent_or_exception": f"({consent}) or {exception}",
        "analytics": consent,
        "contract": f"bool_and(r.has_basis) filter ({inside})",
        "basis_or_consent": f"({consent}) or (bool_and(r.has_interest) and not ({any_no}))",
        "agreed": " and ".join(
            f"not (bool_or(r.given_{c}) and bool_or(r.no_{c}))" for c in channels
        )
        or "true",
        "as_sent": f"not coalesce({late or 'false'}, false)",
        "aggregate": "true",
    }[case.permitted.need]
