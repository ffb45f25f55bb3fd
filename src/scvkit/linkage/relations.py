"""Relations between clusters: who lives together, who works where. Never a merge."""

from __future__ import annotations

from scvkit.engine import Connection, RowTables, Steps

# A block of flats is not a household.
LARGEST_HOUSEHOLD = 8
# A number or name that more organisations than this carry is filled in for want of a real one.
MOST_FIRMS_OF_A_VALUE = 100


def write_relations(connection: Connection, rows: RowTables) -> int:
    """Write ``relations`` and return the number of households of two persons or more.

    Household: different persons with one surname at one door. Contact of: a person whose record
    names an organisation by its number, its customer number, its own mail domain, or its name
    and postcode.
    """
    steps = _steps(rows)
    rows.write(
        connection,
        steps.sql(
            """select distinct cluster_id_l, cluster_id_r, relation from (
                select cluster_id_l, cluster_id_r, 'household' as relation from household_pair
                union all
                select person, organisation, 'contact_of' from contact_of)
            order by relation, cluster_id_l, cluster_id_r"""
        ),
        "relations",
    )
    found = steps.rows(
        connection,
        "select count(distinct door) from inhabitant"
        " where door in (select door from one_row_per_household)",
    )
    return int(found[0][0])


def _steps(rows: RowTables) -> Steps:
    steps = Steps()
    steps.step(
        "member",
        f"select clusters.cluster_id, records.* from {rows.scan('clusters')} clusters"
        f" join {rows.scan('records')} records using (record_key)",
    )
    steps.step(
        "inhabitant",
        """select distinct cluster_id,
            concat_ws('|', surname, street, house_number, coalesce(postcode, city)) as door
        from member where entity_kind = 'person' and surname is not null
            and street is not null and house_number is not null
            and coalesce(postcode, city) is not null""",
    )
    steps.step(
        "one_row_per_household",
        f"select door from inhabitant group by door"
        f" having count(*) between 2 and {LARGEST_HOUSEHOLD}",
    )
    steps.step(
        "household_pair",
        """with at_home as (
            select * from inhabitant where door in (select door from one_row_per_household))
        select a.cluster_id as cluster_id_l, b.cluster_id as cluster_id_r
        from at_home a join at_home b on a.door = b.door and a.cluster_id < b.cluster_id""",
    )
    steps.step(
        "firm",
        "select distinct cluster_id, org_number, customer_number, company, postcode,"
        " email_company_domain from member where entity_kind = 'organisation'",
    )
    for name, columns in (
        ("firm_by_org_number", "org_number"),
        ("firm_by_customer_number", "customer_number"),
        ("firm_by_company", "company, postcode"),
    ):
        steps.step(
            name,
            f"select cluster_id, {columns} from (select distinct cluster_id, {columns} from firm)"
            f" qualify count(*) over (partition by {columns}) <= {MOST_FIRMS_OF_A_VALUE}",
        )
    steps.step("staff", "select * from member where entity_kind = 'person' and company is not null")
    steps.step(
        "domain_of_one_firm",
        """select email_company_domain, min(cluster_id) as cluster_id from firm
        where email_company_domain is not null group by 1
        having count(distinct cluster_id) = 1""",
    )
    steps.step(
        "contact_candidate",
        """select staff.record_key, firm.cluster_id as organisation, staff.cluster_id as person,
            1 as strength from staff join firm_by_org_number firm
            on staff.org_number = firm.org_number
        union all
        select staff.record_key, firm.cluster_id, staff.cluster_id, 2 from staff
            join firm_by_customer_number firm on staff.customer_number = firm.customer_number
        union all
        select staff.record_key, firm.cluster_id, staff.cluster_id, 3 from staff
            join firm_by_company firm using (company, postcode)
        union all
        select staff.record_key, firm.cluster_id, staff.cluster_id, 4 from staff
            join domain_of_one_firm firm using (email_company_domain)""",
    )
    # The strongest evidence decides; a mail domain that half the country uses decides nothing,
    # because domain_of_one_firm holds only domains of one organisation.
    steps.step(
        "contact_of",
        """select distinct person, organisation from contact_candidate
        qualify strength = min(strength) over (partition by record_key)""",
    )
    return steps
