"""Newsletter readers found among customers, and how many more are hidden behind an address."""

from __future__ import annotations

from math import hypot, sqrt

from scvkit.engine import Connection, RowTables, Steps, quoted
from scvkit.linkage.kinds import Linked
from scvkit.linkage.neighbourhoods import neighbourhood_sample
from scvkit.linkage.recovery import clusters_without
from scvkit.records.evidence import Evidence, not_assessed, wilson
from scvkit.records.extracts import Intake, customer_sources
from scvkit.records.linkage import NewsletterSplit
from scvkit.vocabulary import Domain, Grade

LEAST_TESTED = 30
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
    addresses then compared. That share turns the found into an estimate of the hidden.
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
        hidden=_hidden(connection, linked, newsletter, readers, mid),
        method=METHOD_HIDDEN,
    )


def _write_customers(connection: Connection, rows: RowTables) -> None:
    """Customers with the address they gave to the customer sources."""
    connection.execute(
        f"""create or replace temp table linkage_customers as
        select record_key, source, case when not email_shared then email end as email
        from {rows.scan("customers")} customer
        join {rows.scan("records")} record using (record_key, source)
        order by record_key"""
    ).fetchall()


def _found(connection: Connection, rows: RowTables, newsletter: str) -> tuple[int, int, int, int]:
    """Readers, and those of them found among customers by A, A–C and A–D."""
    counts = []
    for column in ("cluster_id_low", "cluster_id", "cluster_id_high"):
        found = connection.execute(
            f"""select count(distinct reader.cluster_id), count(distinct reader.cluster_id)
                filter (where reader.{column} in (
                    select {column} from {rows.scan("clusters")}
                    join linkage_customers using (record_key)))
            from {rows.scan("clusters")} reader
            where reader.source = ? and reader.entity_kind = 'person'""",
            [newsletter],
        ).fetchall()[0]
        counts.append((int(found[0]), int(found[1])))
    return counts[0][0], counts[0][1], counts[1][1], counts[2][1]


def _hidden(
    connection: Connection,
    linked: Linked,
    newsletter: str,
    readers: int,
    found: int,
) -> Evidence:
    known = _known_addresses(connection, linked, newsletter)
    tested = sum(total for _, total in known.values())
    if tested < LEAST_TESTED or not found:
        return not_assessed("too_few_known_addresses", unit="people", method=METHOD_HIDDEN)
    passed = sum(n for n, _ in known.values())
    share = passed / tested
    low, high = _range_over_sources(known)
    most = readers - found

    def hidden(rate: float) -> int:
        return min(most, round(found / rate) - found) if rate else most

    value = hidden(share)
    # Which readers happen to use a known address is chance too, whatever the true share is.
    chance = 1.96 * sqrt(found * (1 - share)) / share if share else most
    fewer, more = hypot(value - hidden(high), chance), hypot(hidden(low) - value, chance)
    return Evidence(
        grade=Grade.MEASURED,
        unit="people",
        value=value,
        low=max(0, round(value - fewer - WRONG_TIES * found)),
        high=min(most, round(value + more)),
        passed=passed,
        tested=tested,
        method=METHOD_HIDDEN,
        refs=tuple(sorted(known)),
    )


def _range_over_sources(known: dict[str, tuple[int, int]]) -> tuple[float, float]:
    """Range of the pooled share: by chance, and by which sources happen to be there.

    The newsletter resembles the other sources only so far. Leaving each out in turn shows how
    much the share hangs on one of them.
    """
    passed, tested = (sum(n) for n in zip(*known.values(), strict=True))
    share = passed / tested
    low, high = wilson(passed, tested)
    without = [
        (passed - part) / (tested - whole)
        for part, whole in known.values()
        if tested - whole >= LEAST_TESTED
    ]
    least, most = min([share, *without]), max([share, *without])
    return max(0.0, least - (share - low)), min(1.0, most + (high - share))


def _known_addresses(
    connection: Connection, linked: Linked, newsletter: str
) -> dict[str, tuple[int, int]]:
    """Customers whose address is known elsewhere, and all tested, per source.

    Tested are records tied to a customer of another source with every address hidden; known is
    an address that one of that customer's other records has too. Large sets are tested on a
    sample of whole neighbourhoods.
    """
    import pandas as pd

    linked = neighbourhood_sample(connection, linked)
    without = pd.DataFrame({"mid": clusters_without(connection, linked, "email", "true")})
    without["number"] = without.index
    connection.execute("select 1").fetchall()
    connection.register("linkage_without_frame", without)
    steps = Steps()
    steps.step(
        "record_without_address",
        f"""select unique_id, source, email, mid from {quoted(linked.prepared.table)} record
        join linkage_without_frame on number = record.rowid where mid >= 0""",
    )
    # The newsletter's own address would always be known.
    steps.step(
        "customer_elsewhere",
        """select customer.source, customer.email, mid from linkage_customers customer
        join record_without_address on unique_id = record_key
        where customer.source <> ?""",
    )
    steps.step(
        "one_row_per_tested_record",
        """select record.source, unique_id, bool_or(coalesce(other.email = record.email, false))
            as known
        from record_without_address record join customer_elsewhere other
            on other.mid = record.mid and other.source <> record.source
        where record.email is not null and record.source <> ? group by all""",
    )
    found = steps.rows(
        connection,
        """select source, count(*) filter (known), count(*) from one_row_per_tested_record
        group by source order by source""",
        [newsletter, newsletter],
    )
    connection.unregister("linkage_without_frame")
    return {str(source): (int(known), int(tested)) for source, known, tested in found}
