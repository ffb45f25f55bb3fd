"""Who the rows of a source are, and what kinds of address they carry."""

from __future__ import annotations

from scvkit.engine import Connection, RowTables, Steps, text_literal
from scvkit.identity.standardise import install_macros
from scvkit.records.identity import AddressKinds
from scvkit.vocabulary import EntityKind


def count_address_kinds(connection: Connection, rows: RowTables, source: str) -> AddressKinds:
    """Return how many records of a source are people or organisations, and whose mailboxes.

    An address or number under several given names and one surname is suspected to be a
    household's; under several surnames, to be shared. Needs ``records``.
    """
    install_macros(connection)
    steps = Steps()
    steps.step(
        "record_of_source",
        f"select *, scv_email_is_role(email) as of_a_function from {rows.scan('records')}"
        f" where source = {text_literal(source)}",
    )
    for attribute in ("email", "phone"):
        steps.step(
            f"one_row_per_{attribute}",
            f"""select {attribute}, count(*) as records,
                count(distinct given_name) as given_names, count(distinct surname) as surnames
            from record_of_source
            where {attribute} is not null and full_name is not null and not of_a_function
            group by {attribute} having count(distinct given_name) > 1""",
        )
    found = steps.rows(
        connection,
        f"""select
            count(*) filter (where entity_kind = {text_literal(EntityKind.PERSON)}),
            count(*) filter (where entity_kind = {text_literal(EntityKind.ORGANISATION)}),
            count(email),
            count(*) filter (where email is not null and scv_email_is_free(email)),
            count(*) filter (where email is not null and of_a_function),
            {_sums("email")}, {_sums("phone")}
        from record_of_source""",
    )
    counts = [int(n or 0) for n in found[0]]
    return AddressKinds(
        source=source,
        persons=counts[0],
        organisations=counts[1],
        emails=counts[2],
        free_mail=counts[3],
        of_a_function=counts[4],
        household_emails=counts[5],
        shared_emails=counts[6],
        household_phones=counts[7],
        shared_phones=counts[8],
    )


def _sums(attribute: str) -> str:
    """Records under addresses of a household, and under addresses of several families."""
    table = f"one_row_per_{attribute}"
    return (
        f"(select sum(records) from {table} where surnames = 1), "
        f"(select sum(records) from {table} where surnames > 1)"
    )
