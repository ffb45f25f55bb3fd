"""People counted for value, for segments and for the context cards of roles."""

from __future__ import annotations

from functools import cache

from scvkit.engagement import BUILT_IN_SEGMENTS, Engagement, Segment
from scvkit.engine import Connection, RowTables, Steps, counts, text_literal
from scvkit.records.evidence import Evidence, measured_count, measured_share, not_assessed
from scvkit.records.extracts import Intake
from scvkit.records.stakes import Coverage, PeopleCounts, SegmentCount
from scvkit.shipped import shipped
from scvkit.usecases.catalogue import DERIVED
from scvkit.usecases.people import STRONG_KEYS, has, write_people
from scvkit.usecases.provided import Provided, names_of, provided_by
from scvkit.vocabulary import Channel

ACTIVE_MONTHS = 24
MARKETING = (Channel.EMAIL, Channel.SMS, Channel.POST)
ADDRESS = {Channel.EMAIL: ("email",), Channel.SMS: ("phone",), Channel.POST: ("street",)}
METHOD = "usecases.methods"


def count_people_at_stake(
    connection: Connection, rows: RowTables, engagement: Engagement, intake: Intake
) -> PeopleCounts:
    """Return the counts that value, segments and context cards are made of.

    Needs the clusters and the permissions; a person is a cluster by tiers A–C, the range of a
    count goes from tier A alone to A–D.
    """
    provided = provided_by(connection, rows, intake)
    attributes = [a for wanted in roles().values() for a in wanted if a not in DERIVED]
    write_people(
        connection, rows, engagement, provided, ["street", "full_name", *dict.fromkeys(attributes)]
    )
    _write_persons(connection, rows)
    unreachable, refused = _unreachable(connection, engagement)
    return PeopleCounts(
        contacted_twice=_contacted_twice(connection, rows),
        unreachable=unreachable,
        refused=refused,
        segments=tuple(
            _segment(connection, rows, engagement, provided, segment)
            for segment in _segments(engagement)
        ),
        coverage=_coverage(connection, provided),
    )


@cache
def roles() -> dict[str, tuple[str, ...]]:
    """Return the attributes that each role has to see."""
    tree = shipped("scvkit.usecases", "roles.yaml")
    return {str(role): tuple(wanted) for role, wanted in tree["roles"].items()}


def _write_persons(connection: Connection, rows: RowTables) -> None:
    """``usecase_persons``: one row per person with what the segments ask for."""
    keys = " or ".join(has(key) for key in STRONG_KEYS)
    permitted = ", ".join(
        f"bool_or(given_{c}) and not bool_or(no_{c}) as agreed_{c}, bool_or(no_{c}) as refused_{c}"
        for c in MARKETING
    )
    reach = ", ".join(
        f"bool_or({' or '.join(has(a) for a in ADDRESS[c])}) as reach_{c}" for c in MARKETING
    )
    contacts = (
        f"select distinct cluster_id_l as mid from {rows.scan('relations')}"
        " where relation = 'contact_of'"
        if rows.exists("relations")
        else "select null::varchar as mid where false"
    )
    flags = ", ".join(f"bool_or({has(a)}) as {has(a)}" for a in _flags(connection))
    connection.execute(
        f"""create or replace temp table usecase_persons as
        select person.*, person.mid in (select mid from ({contacts})) as is_contact from (
            select mid, bool_or(is_customer) as is_customer, max(bought) as bought,
                count(distinct source) as sources, list_distinct(list(source)) as seen_in,
                bool_or({keys}) as any_key, {permitted}, {reach}, {flags}
            from usecase_records where {keys} or {has("full_name")} group by mid) person
        order by mid"""
    ).fetchall()


def _flags(connection: Connection) -> tuple[str, ...]:
    described = connection.execute("describe usecase_records").fetchall()
    names = [str(row[0]) for row in described]
    return tuple(name.removeprefix("has ") for name in names if name.startswith("has "))


@counts("contacted_twice")
def _contacted_twice(connection: Connection, rows: RowTables) -> Evidence:
    method = f"{METHOD}.contacted_twice"
    if not rows.exists("permissions"):
        return not_assessed("consent_not_explained", unit="people", method=method)
    counts = [
        int(
            connection.execute(
                f"""select count(*) from (select {level} from usecase_records
                where given_email and email is not null
                group by {level} having count(distinct email) >= 2
                    and not bool_or(no_email))"""
            ).fetchall()[0][0]
        )
        for level in ("low", "mid", "high")
    ]
    low, high = min(counts), max(counts)
    return measured_count(counts[1], unit="people", method=method, low=low, high=high)


@counts("unreachable")
def _unreachable(connection: Connection, engagement: Engagement) -> tuple[Evidence, Evidence]:
    """Active customers whom no channel reaches: without address or answer, and who said no.

    A "no" to one channel and no "yes" to another is a no: no address wins them back.
    """
    methods = (f"{METHOD}.unreachable", f"{METHOD}.refused")
    as_of = engagement.assessment.as_of

    def neither(reason: str) -> tuple[Evidence, Evidence]:
        first, second = (not_assessed(reason, unit="people", method=m) for m in methods)
        return first, second

    if as_of is None:
        return neither("no_as_of")
    reached = " or ".join(f"(agreed_{c} and reach_{c})" for c in MARKETING)
    agreed = " or ".join(f"agreed_{c}" for c in MARKETING)
    refused = " or ".join(f"refused_{c}" for c in MARKETING)
    people, lost, no = connection.execute(
        f"""select count(*), count(*) filter (not coalesce({reached}, false)),
            count(*) filter (coalesce({refused}, false) and not coalesce({agreed}, false))
        from usecase_persons
        where bought >= date '{as_of.isoformat()}' - interval {ACTIVE_MONTHS} month"""
    ).fetchall()[0]
    if not people:
        return neither("no_purchase_dates")
    left, told = (
        measured_count(int(count), unit="people", method=method, tested=int(people))
        for count, method in zip((lost - no, no), methods, strict=True)
    )
    return left, told


def _segments(engagement: Engagement) -> tuple[Segment, ...]:
    if engagement.segments:
        return engagement.segments
    return tuple(Segment(id=name) for name in BUILT_IN_SEGMENTS)


def _segment(
    connection: Connection,
    rows: RowTables,
    engagement: Engagement,
    provided: Provided,
    segment: Segment,
) -> SegmentCount:
    method = f"{METHOD}.segment"
    where, unknown = _where(engagement, segment), _unknown(connection, rows, provided, segment)
    if where is None or unknown:
        nothing = not_assessed("no_as_of" if where is None else unknown, method=method)
        return SegmentCount(
            id=segment.id, title=segment.name, people=None, with_key=nothing, recognised=nothing,
            agreed=nothing, reachable=nothing, reason=nothing.reason,
        )  # fmt: skip
    agreed = " or ".join(f"agreed_{c}" for c in MARKETING)
    reached = " or ".join(f"(agreed_{c} and reach_{c})" for c in MARKETING)
    people, keyed, seen, said_yes, reach = (
        int(n)
        for n in connection.execute(
            f"""select count(*), count(*) filter (any_key), count(*) filter (sources >= 2),
                count(*) filter (coalesce({agreed}, false)),
                count(*) filter (coalesce({reached}, false))
            from usecase_persons where {where}"""
        ).fetchall()[0]
    )
    stated, linked = _any_stated(connection), rows.exists("clusters")
    silent = not_assessed("consent_not_explained", method=method)
    return SegmentCount(
        id=segment.id,
        title=segment.name,
        people=people,
        with_key=measured_share(keyed, people, method=method),
        recognised=measured_share(seen, people, method=method)
        if linked
        else not_assessed("no_links", method=method),
        agreed=measured_share(said_yes, people, method=method) if stated else silent,
        reachable=measured_share(reach, people, method=method) if stated else silent,
    )


def _unknown(connection: Connection, rows: RowTables, provided: Provided, segment: Segment) -> str:
    """Why nobody can say who is in the segment; empty when somebody can.

    What no source tells is not zero: nobody is lapsed where no purchase has a date, and nobody is
    "not found among customers" where no source holds customers.
    """
    dated = segment.bought_within_months or segment.bought_before_months
    if (dated or (segment.built_in and segment.id in ("active", "lapsed"))) and not _any(
        connection, "usecase_records where bought is not null"
    ):
        return "no_purchase_dates"
    if segment.built_in and segment.id == "business_contacts":
        among = "usecase_everybody where not is_person"
        if not _any(connection, among) and not _any(connection, "usecase_persons where is_contact"):
            return "no_organisations"
    held = rows.exists("customers") and _any(connection, rows.scan("customers"))
    if segment.built_in and segment.id == "not_found_among_customers" and not held:
        return "no_customer_source"
    read = {table.source for table in provided.tables}
    if not read.issuperset((*segment.seen_in, *segment.not_seen_in)):
        return "source_missing"
    return ""


def _any(connection: Connection, where: str) -> bool:
    return bool(connection.execute(f"select true from {where} limit 1").fetchall())


def _any_stated(connection: Connection) -> bool:
    """Whether any source states a permission at all."""
    return _any(connection, f"usecase_records where {has('stated_permission')}")


def _where(engagement: Engagement, segment: Segment) -> str | None:
    """SQL over the persons; None when it needs a day of assessment and nobody gave one."""
    as_of = engagement.assessment.as_of
    bought_within, bought_before = segment.bought_within_months, segment.bought_before_months
    parts = []
    if segment.id == "active" and segment.built_in:
        bought_within = ACTIVE_MONTHS
    if segment.id == "lapsed" and segment.built_in:
        bought_before = ACTIVE_MONTHS
    if segment.id == "business_contacts" and segment.built_in:
        parts.append("is_contact")
    if segment.id == "not_found_among_customers" and segment.built_in:
        parts.append("not is_customer")
    for months, sign in ((bought_within, ">="), (bought_before, "<")):
        if months is not None:
            if as_of is None:
                return None
            parts.append(f"bought {sign} date '{as_of.isoformat()}' - interval {months} month")
    parts += [f"list_contains(seen_in, {text_literal(s)})" for s in segment.seen_in]
    parts += [f"not list_contains(seen_in, {text_literal(s)})" for s in segment.not_seen_in]
    return " and ".join(parts) or "true"


def _coverage(connection: Connection, provided: Provided) -> tuple[Coverage, ...]:
    """Customers for whom each attribute is known somewhere."""
    flags = set(_flags(connection))
    steps = Steps()
    found = []
    for role, wanted in roles().items():
        for attribute in wanted:
            method = f"{METHOD}.coverage"
            there = attribute in DERIVED or any(provided.has(n) for n in names_of(attribute))
            if attribute == "stated_permission" and not _any_stated(connection):
                known = not_assessed("consent_not_explained", method=method)
            elif attribute not in flags or not there:
                known = not_assessed("attribute_missing", method=method)
            else:
                known_to, people = steps.rows(
                    connection,
                    f"""select count(*) filter ({has(attribute)}), count(*)
                    from usecase_persons where is_customer""",
                )[0]
                known = measured_share(int(known_to), int(people), method=method)
            found.append(Coverage(role=role, attribute=attribute, known=known))
    return tuple(found)
