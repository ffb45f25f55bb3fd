"""How often the records of one person disagree, and how the claims of overlap came out."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, Steps, counts
from scvkit.records.evidence import Evidence, measured_share
from scvkit.records.identity import ClaimTest, claim_beside
from scvkit.records.linkage import Overlap
from scvkit.vocabulary import EntityKind

# From here two spellings are one name or one street, as the tiers see it.
SPELT_ALIKE = 0.9


@counts("disagreement")
def disagreeing_persons(connection: Connection, rows: RowTables) -> Evidence:
    """Share of persons with comparable records whose surname, birth date or address differ.

    A misspelt name or street is no disagreement, another house number is; a person counts when
    two of the records carry the same attribute.
    """
    steps = Steps()
    steps.step(
        "member",
        f"""select clusters.cluster_id, surname, date_of_birth, street, house_number, postcode
        from {rows.scan("clusters")} clusters join {rows.scan("records")} using (record_key)
        where clusters.entity_kind = '{EntityKind.PERSON}'""",
    )
    for name, columns, differs in (
        ("surname", "surname", f"jaro_winkler_similarity(a.surname, b.surname) < {SPELT_ALIKE}"),
        ("birth", "date_of_birth", "a.date_of_birth <> b.date_of_birth"),
        (
            "address",
            "street, house_number, postcode",
            f"""jaro_winkler_similarity(a.street, b.street) < {SPELT_ALIKE}
                or coalesce(a.house_number <> b.house_number, false)
                or coalesce(a.postcode <> b.postcode, false)""",
        ),
    ):
        steps.step(
            f"{name}_of_person",
            f"select distinct cluster_id, {columns} from member"
            f" where {columns.split(',')[0]} is not null",
        )
        steps.step(
            f"person_with_two_of_{name}",
            f"""select distinct a.cluster_id
            from {name}_of_person a join {name}_of_person b using (cluster_id) where {differs}""",
        )
    steps.step(
        "one_row_per_person",
        """select cluster_id,
            count(surname) > 1 or count(date_of_birth) > 1 or count(street) > 1 as comparable,
            cluster_id in (from person_with_two_of_surname)
                or cluster_id in (from person_with_two_of_birth)
                or cluster_id in (from person_with_two_of_address) as differing
        from member group by cluster_id""",
    )
    [(tested, passed)] = steps.rows(
        connection,
        "select count(*) filter (comparable), count(*) filter (comparable and differing) "
        "from one_row_per_person",
    )
    return measured_share(
        int(passed),
        int(tested),
        method="linkage.method.disagreement",
        refs=("records.surname", "records.date_of_birth", "records.street", "clusters"),
    )


def overlap_claims(engagement: Engagement, overlaps: Sequence[Overlap]) -> tuple[ClaimTest, ...]:
    """Return the claims of overlap with the share of the claimed source's people found.

    A claim "A and B hold the same people" is measured on the people of A, the source it is made
    of; found is a floor, so the range runs from tier A alone to the leads.
    """
    tests = []
    for claim in engagement.claims:
        for overlap in overlaps:
            pair = {overlap.source_a, overlap.source_b}
            if (
                claim.kind != "overlap"
                or overlap.kind is not EntityKind.PERSON
                or pair != {claim.source, claim.subject}
            ):
                continue
            own = overlap.entities_a if overlap.source_a == claim.source else overlap.entities_b
            measured = measured_share(
                min(overlap.mid, own),
                own,
                low=min(overlap.low, own) / own if own else None,
                high=min(overlap.high, own) / own if own else None,
                method="linkage.method.overlap_claim",
                refs=(f"{claim.source} × {claim.subject}",),
            )
            tests.append(claim_beside(claim, measured))
    return tuple(tests)


# Keys a claim of "unique" may be about, as ``records`` names them.
_OF_A_PERSON = ("email", "phone", "customer_number", "member_number", "login_id")


@counts("one_value")
def values_per_person(
    connection: Connection, rows: RowTables, engagement: Engagement
) -> tuple[tuple[str, Evidence], ...]:
    """Return, for each claim that a key is unique, the share of linked people with one value.

    "Unique" is tested on records as one person per address; this is one address per person, over
    all sources, among the people of the claimed source.
    """
    found = []
    for claim in engagement.claims:
        subject = claim.subject.rsplit(".", 1)[-1]
        if claim.kind != "unique" or subject not in _OF_A_PERSON:
            continue
        [(alone, people)] = connection.execute(
            f"""
            select count(*) filter (held = 1), count(*) from (
                select clusters.cluster_id, count(distinct record.{subject}) as held
                from {rows.scan("clusters")} clusters
                join {rows.scan("records")} record using (record_key)
                where clusters.entity_kind = 'person' and record.{subject} is not null
                group by clusters.cluster_id
                having bool_or(record.source = ?)
            )
            """,
            [claim.source],
        ).fetchall()
        measured = measured_share(
            int(alone),
            int(people),
            method="linkage.method.one_value",
            refs=(f"records.{subject}", "clusters"),
        )
        found.append((claim.id, measured))
    return tuple(found)
