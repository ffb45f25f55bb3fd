"""Newsletter readers found among customers, and how many more are hidden behind an address."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, hypot, sqrt

from scvkit.engine import Connection, RowTables, Steps, counts, quoted
from scvkit.linkage.kept import RECORDS
from scvkit.linkage.kinds import Linked
from scvkit.linkage.mailboxes import shields
from scvkit.linkage.without_key import HiddenKey, write_without_key
from scvkit.records.evidence import Evidence, not_assessed, wilson
from scvkit.records.extracts import Intake, customer_sources
from scvkit.records.linkage import NewsletterSplit
from scvkit.vocabulary import Domain, EntityKind, Grade

LEAST_TESTED = 30
WITHOUT = "linkage_without_address"
NINE_OF_TEN = 1.645
_STUDENT = {1: 6.31, 2: 2.92, 3: 2.35, 4: 2.13, 5: 2.02, 6: 1.94, 7: 1.89}
# So many of the found may be tied wrongly, by what the tiers promise. It is no chance that evens
# out: whoever is found wrongly is not hidden.
WRONG_TIES = 0.03
METHOD_FOUND = "linkage.method.newsletter_found"
METHOD_HIDDEN = "linkage.method.newsletter_hidden"


def split_newsletter(
    connection: Connection, rows: RowTables, intake: Intake, linked: Linked
) -> NewsletterSplit | None:
    """Return the split of the newsletter's readers; None without a newsletter or customers.

    Customers are persons in the purchase system, in the web shop or the club with a purchase,
    customers with a number in a CRM, and contacts of an organisation in the purchase system.
    A reader is found through the e-mail address almost alone, and people have several. How
    often the address of a known customer is one that the customer sources know is measured on
    every other source: all addresses are hidden, records are tied by everything else, and the
    addresses then compared. That share turns the found into an estimate of the hidden. An
    organisation that buys and whose people no source names may have a reader too: the range goes
    as far as one of each, at the rate at which customers read.
    """
    newsletter = next(
        (s.source for s in intake.sources if s.domain is Domain.NEWSLETTER and s.tables), None
    )
    customers = customer_sources(intake)
    if newsletter is None or not customers:
        return None
    names = tuple(sorted(customers))
    _write_customers(connection, rows)
    readers, low, mid, high = _found(connection, rows, newsletter)
    found = Evidence(
        grade=Grade.MEASURED,
        unit="people",
        value=mid,
        low=low,
        high=high,
        passed=mid,
        tested=readers,
        method=METHOD_FOUND,
        refs=(newsletter, *names),
    )
    return NewsletterSplit(
        newsletter=newsletter,
        customer_sources=names,
        readers=readers,
        found=found,
        hidden=_hidden(
            connection,
            rows,
            linked,
            newsletter,
            readers,
            mid,
            behind=_behind_firms(connection, rows, mid),
        ),
        method=METHOD_HIDDEN,
    )


def _write_customers(connection: Connection, rows: RowTables) -> None:
    """Customers with the address they gave to the customer sources."""
    connection.execute(
        f"""create or replace temp table linkage_customers as
        select record_key, source, case when not email_shared then email end as email,
            given_name, surname
        from {rows.scan("customers")} customer
        join {rows.scan("records")} record using (record_key, source)
        order by record_key"""
    ).fetchall()


@counts("newsletter_found")
def _found(connection: Connection, rows: RowTables, newsletter: str) -> tuple[int, int, int, int]:
    """Readers, and those of them found among customers: at least, by A to C, and by A to D.

    At least are the sure links, and of those found by the very address of a customer as many as
    the tiers promise at twice their doubt: that two lists hold one address is a fact, that one
    person is behind it is not.
    """
    steps = Steps()
    steps.step(
        "customer",
        f"""select clusters.*, email from {rows.scan("clusters")} clusters
        join linkage_customers using (record_key)""",
    )
    levels = ", ".join(
        f"bool_or(reader.{column} in (select {column} from customer)) as {name}"
        for name, column in (
            ("sure", "cluster_id_low"),
            ("likely", "cluster_id"),
            ("led", "cluster_id_high"),
        )
    )
    steps.step(
        "one_row_per_reader",
        f"""select reader.cluster_id, {levels},
            bool_or(record.email in (select email from customer)) as by_address
        from {rows.scan("clusters")} reader join {rows.scan("records")} record using (record_key)
        where reader.source = ? and reader.entity_kind = 'person' group by reader.cluster_id""",
    )
    [(readers, sure, by_address, likely, led)] = steps.rows(
        connection,
        """select count(*), count(*) filter (sure),
            count(*) filter (likely and not sure and coalesce(by_address, false)),
            count(*) filter (likely), count(*) filter (led)
        from one_row_per_reader""",
        [newsletter],
    )
    least = int(sure) + round((1 - 2 * WRONG_TIES) * int(by_address))
    return int(readers), least, int(likely), int(led)


@counts("behind_firms")
def _behind_firms(connection: Connection, rows: RowTables, found: int) -> float:
    """Readers that organisations without a named contact may have, one each, at most.

    They read like other customers, as far as anybody can tell.
    """
    steps = Steps()
    steps.step(
        "customer", f"select distinct cluster_id from {rows.scan('clusters')} clusters"
        f" semi join {rows.scan('customers')} customer using (record_key)",
    )  # fmt: skip
    steps.step(
        "firm_without_contact",
        f"""select distinct cluster_id from {rows.scan("clusters")} clusters
        join {rows.scan("records")} record using (record_key)
        where clusters.entity_kind = '{EntityKind.ORGANISATION}' and is_customer
            and cluster_id not in (select cluster_id_r from {rows.scan("relations")}
                where relation = 'contact_of')""",
    )
    [(customers, firms)] = steps.rows(
        connection,
        "select (select count(*) from customer), (select count(*) from firm_without_contact)",
    )
    return float(firms) * min(1.0, found / customers) if customers else 0.0


@dataclass(frozen=True, slots=True)
class _Customers:
    """Customers of whom some address is known and those of whom none is, and readers of each."""

    addressed: int
    found: int
    unaddressed: int
    found_unaddressed: int


def _customers(connection: Connection, rows: RowTables, newsletter: str) -> _Customers:
    steps = Steps()
    steps.step(
        "one_row_per_customer",
        f"""select cluster_id, bool_or(email is not null) as addressed
        from linkage_customers join {rows.scan("clusters")} using (record_key) group by all""",
    )
    [(addressed, found, unaddressed, found_unaddressed)] = steps.rows(
        connection,
        f"""select count(*) filter (addressed), count(*) filter (addressed and reads),
            count(*) filter (not addressed), count(*) filter (not addressed and reads)
        from (select *, cluster_id in (select cluster_id from {rows.scan("clusters")}
                where source = ? and entity_kind = 'person') as reads from one_row_per_customer)""",
        [newsletter],
    )
    return _Customers(int(addressed), int(found), int(unaddressed), int(found_unaddressed))


def _hidden(
    connection: Connection,
    rows: RowTables,
    linked: Linked,
    newsletter: str,
    readers: int,
    found: int,
    *,
    behind: float,
) -> Evidence:
    held = _customers(connection, rows, newsletter)
    if held.addressed < held.unaddressed:
        # Of most customers no address is known: nobody can say how many of them read.
        return not_assessed("customers_without_address", unit="people", method=METHOD_HIDDEN)
    known = _known_addresses(connection, rows, linked, newsletter)
    tested = sum(total for _, total in known.values())
    if tested < LEAST_TESTED or not held.found:
        return not_assessed("too_few_known_addresses", unit="people", method=METHOD_HIDDEN)
    passed = sum(n for n, _ in known.values())
    low, share, high = _over_sources(tuple(known.values()))
    most = readers - found

    def hidden(rate: float) -> float:
        return min(float(most), held.found / rate - held.found) if rate else float(most)

    addressed = hidden(share)
    reading = (held.found + addressed) / held.addressed
    unaddressed = max(0.0, reading * held.unaddressed - held.found_unaddressed)
    value = min(most, round(addressed + unaddressed))
    # Which readers happen to use a known address is chance too, whatever the true share is.
    chance = NINE_OF_TEN * sqrt(held.found * (1 - share)) / share if share else most
    fewer = hypot(addressed - hidden(high), chance) + unaddressed
    more = hypot(hidden(low) - addressed, chance) + unaddressed
    return Evidence(
        grade=Grade.MEASURED,
        unit="people",
        value=value,
        low=max(0, round(value - fewer - WRONG_TIES * found)),
        high=min(most, round(value + more + behind)),
        passed=passed,
        tested=tested,
        method=METHOD_HIDDEN,
        refs=tuple(sorted(known)),
    )


def _over_sources(known: tuple[tuple[int, int], ...]) -> tuple[float, float, float]:
    """Low, likely and high share of known addresses, by chance and by what sources differ in.

    Sources differ in the addresses people give them, more than chance explains: each has one
    voice rather than as many as it has records (random effects, DerSimonian and Laird 1986).

    >>> [round(x, 2) for x in _over_sources(((80, 100), (79, 100), (81, 100)))]
    [0.76, 0.8, 0.83]
    >>> [round(x, 2) for x in _over_sources(((95, 100), (65, 100), (80, 100)))]
    [0.54, 0.8, 1.0]
    """
    # A share of 0 or 1 would have no variance at all.
    shares = [(passed + 1) / (tested + 2) for passed, tested in known]
    chance = [p * (1 - p) / (tested + 2) for p, (_, tested) in zip(shares, known, strict=True)]
    if len(known) < 2:
        low, high = wilson(*known[0])
        return low, known[0][0] / known[0][1], high
    weights = [1 / v for v in chance]
    mean = fsum(w * p for w, p in zip(weights, shares, strict=True)) / fsum(weights)
    spread = fsum(w * (p - mean) ** 2 for w, p in zip(weights, shares, strict=True))
    scale = fsum(weights) - fsum(w * w for w in weights) / fsum(weights)
    between = max(0.0, (spread - (len(known) - 1)) / scale)
    weights = [1 / (v + between) for v in chance]
    mean = fsum(w * p for w, p in zip(weights, shares, strict=True)) / fsum(weights)
    free = len(known) - 1 if between else 0
    half = _student(free) / sqrt(fsum(weights))
    pooled = sum(n for n, _ in known) / sum(n for _, n in known)
    likely = mean if between else pooled
    # Counted without a known address at all, the likely share is 0: the range reaches it.
    return max(0.0, min(likely, mean - half)), likely, min(1.0, max(likely, mean + half))


def _student(free: int) -> float:
    """Student's t that nine of ten draws stay within; without freedom that of the normal law."""
    return _STUDENT.get(free, NINE_OF_TEN * (1 + 1 / (1.2 * free))) if free else NINE_OF_TEN


@counts("newsletter_hidden")
def _known_addresses(
    connection: Connection, rows: RowTables, linked: Linked, newsletter: str
) -> dict[str, tuple[int, int]]:
    """Customers whose address is known elsewhere, and all tested, per source.

    Tested are records tied to a customer of another source who gave an address there, with every
    address hidden; known is an address that one of that customer's other records has too. Where
    an address of a family ties nobody without a name, it counts as known as often as readers give
    their name. Large sets are tested on a sample of whole neighbourhoods.
    """
    write_without_key(connection, rows, HiddenKey(key="email"), WITHOUT)
    steps = Steps()
    steps.step(
        "record_without_address",
        f"""select unique_id, record.source, email,
            coalesce(without.cluster_id, now.cluster_id) as mid
        from {rows.scan(RECORDS)} record
        join {rows.scan("clusters")} now on now.record_key = unique_id
        left join {quoted(WITHOUT)} without on without.record_key = unique_id""",
    )
    # The newsletter's own address would always be known.
    steps.step(
        "customer_elsewhere",
        """select customer.source, customer.email, mid, given_name, surname
        from linkage_customers customer
        join record_without_address on unique_id = record_key
        where customer.source <> ?""",
    )
    shared = linked.thresholds.mailboxes_shared
    named_in = quoted(linked.prepared.table)
    family = shields(
        "other.email", "other.given_name", "other.surname", shared=shared, named=named_in
    )
    steps.step(
        "one_row_per_tested_record",
        f"""select record.source, unique_id,
            bool_or(coalesce(other.email = record.email, false)) as known,
            bool_or(coalesce(other.email = record.email and not {family}, false)) as plain
        from record_without_address record join customer_elsewhere other
            on other.mid = record.mid and other.source <> record.source
        where record.email is not null and other.email is not null and record.source <> ?
        group by all""",
    )
    found = steps.rows(
        connection,
        """select source, count(*) filter (known), count(*) filter (plain), count(*)
        from one_row_per_tested_record group by source order by source""",
        [newsletter, newsletter],
    )
    named = _named(connection, linked, newsletter)
    return {
        str(source): (round(plain + (known - plain) * named), int(tested))
        for source, known, plain, tested in found
    }


@counts("readers_named")
def _named(connection: Connection, linked: Linked, newsletter: str) -> float:
    """Share of the newsletter's readers who gave a name."""
    [(named, every)] = connection.execute(
        f"select count(given_name), count(*) from {quoted(linked.prepared.table)} where source = ?",
        [newsletter],
    ).fetchall()
    return named / every if every else 1.0
