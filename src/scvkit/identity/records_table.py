"""The table ``records``: every record of every source, one row each, ready to be compared."""

from __future__ import annotations

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, Steps, text_literal
from scvkit.identity.events import write_events
from scvkit.identity.raw import RAW, columns_of, event_tables, write_raw
from scvkit.identity.standardise import install_macros
from scvkit.records.extracts import Intake
from scvkit.vocabulary import Attribute, Domain, EntityKind, Grain

# An e-mail address or phone number that so many differently named people of one source hold is
# an office, a till or a habit of the staff, not a family.
HOLDERS_OF_A_SHARED_VALUE = 4
# A customer is a record of the purchase system, or one of the shop or the club that shows a
# purchase; a shop or club that never says when somebody bought counts whole. In a CRM, where leads
# stand beside them, it is a row that is declared a customer's and has a customer number.
_IS_CUSTOMER = """(domain = 'purchases' or (domain = 'crm' and grain = 'customer'
                and customer_number is not null) or (domain in ('shop', 'loyalty') and (
                last_purchase_at is not null
                or max(last_purchase_at) over (partition by source) is null)))"""


def write_records(
    connection: Connection, rows: RowTables, engagement: Engagement, intake: Intake
) -> int:
    """Write ``records`` and ``events/<source>/<table>``; return the number of records.

    One row per record of every table whose grain is not an event, standardised, with its entity
    kind, in the order of ``record_key``.
    """
    install_macros(connection)
    write_raw(connection, rows, engagement, intake)
    count = rows.write(connection, _records_query(connection, rows, intake), "records")
    write_events(connection, rows, intake)
    connection.execute(f"drop table if exists {RAW}")
    return count


def _records_query(connection: Connection, rows: RowTables, intake: Intake) -> str:
    steps = Steps()
    steps.step("record_with_kind", f"select *, {_entity_kind()} as entity_kind from {RAW}")
    _name_steps(steps)
    _number_steps(steps, connection, rows, intake)
    _shared_steps(steps)
    return steps.sql(
        f"""
        select source, source_table, record_id, record_key, entity_kind, full_name, given_name,
            surname, name_sorted, company, email, email_shared, email_company_domain, phone,
            second_phone, phone_shared, street, house_number, postcode, city, country,
            date_of_birth, birth_digits, org_number, customer_number, member_number, login_id,
            (email is not null and not email_shared) or (phone is not null and not phone_shared)
                or customer_number is not null or member_number is not null
                or login_id is not null
                or (entity_kind = 'organisation' and org_number is not null) as has_key,
            {_IS_CUSTOMER} as is_customer,
            created_at, changed_at, last_seen_at, last_purchase_at
        from record_with_shared
        order by record_key
        """
    )


def _entity_kind() -> str:
    """Per row: the table's grain, then legal form words, then numbers and names."""
    person, organisation = text_literal(EntityKind.PERSON), text_literal(EntityKind.ORGANISATION)
    no_person = "len(given_words) = 0 and len(surname_words) = 0"
    return f"""case
        when grain = {text_literal(Grain.CONTACT)} then {person}
        when grain = {text_literal(Grain.ACCOUNT)} and {no_person} and date_of_birth is null
            and (org_number is not null or written_company is not null
                or scv_has_legal_form(written_name) or domain = {text_literal(Domain.CRM)})
            then {organisation}
        when grain = {text_literal(Grain.MEMBER)} or date_of_birth is not null then {person}
        when {no_person} and scv_has_legal_form(written_name) then {organisation}
        when {no_person} and len(name_words) = 0
            and written_company is not null then {organisation}
        when {no_person} and org_number is not null then {organisation}
        when {no_person} and len(name_words) = 0 and scv_email_is_role(email) then {organisation}
        else {person} end"""


def _name_steps(steps: Steps) -> None:
    """Given name first: sources that separate the two teach which words are given names.

    Names written by letters (Chinese, Japanese, Korean) put the surname first; where the two are
    separated, a part of one letter beside a longer one is the surname, whatever its field says.
    """
    steps.step(
        "record_with_parts",
        """select * replace (
            case when swapped then surname_words else given_words end as given_words,
            case when swapped then given_words else surname_words end as surname_words)
        from (select *, len(given_words) = 1 and len(surname_words) > 1
            and scv_by_letters(given_words) and scv_by_letters(surname_words) as swapped
            from record_with_kind)""",
    )
    steps.step(
        "one_row_per_given_name",
        "select scv_given(given_words) as word, count(*) as seen from record_with_parts"
        " where len(given_words) > 0 and len(surname_words) > 0 group by all",
    )
    steps.step(
        "one_row_per_surname",
        "select scv_family(surname_words) as word, count(*) as seen"
        " from record_with_parts where len(given_words) > 0 and len(surname_words) > 0"
        " group by all",
    )
    steps.step(
        "one_row_per_name_word",
        """select word, ln((coalesce(given.seen, 0) + 0.5) / (coalesce(family.seen, 0) + 0.5))
            as leaning
        from one_row_per_given_name given full join one_row_per_surname family using (word)""",
    )
    steps.step(
        "record_with_words",
        """select *,
            len(given_words) + len(surname_words) > 0 as names_apart,
            case when entity_kind = 'organisation' then []
                when len(given_words) + len(surname_words) > 0
                    then list_concat(given_words, surname_words)
                else name_words end as words,
            len(given_words) + len(surname_words) = 0 and scv_by_letters(name_words) as by_letters,
            -- Chinese and Korean surnames have one letter; four or more are two and two.
            case when len(name_words) > 3 then 2 else 1 end as surname_letters
        from record_with_parts""",
    )
    steps.step(
        "record_with_order",
        """select record.*, scv_nobody(words) as nobody,
            not names_apart and len(words) > 1 and not name_has_comma
                and case when by_letters then not letter_last
                    else coalesce(first_word.leaning, 0) <= 0
                        and coalesce(first_word.leaning, 0) - coalesce(last_word.leaning, 0) < -1
                end as surname_first
        from record_with_words record
        left join one_row_per_name_word first_word
            on first_word.word = scv_last_part(record.words[1])
        left join one_row_per_name_word last_word
            on last_word.word = scv_joined(list_last(record.words))""",
    )
    steps.step(
        "record_with_name",
        """select * exclude (words),
            case when nobody then null
                when surname_first
                    then array_to_string(list_concat(words[2:], words[:1]), ' ')
                else nullif(array_to_string(words, ' '), '') end as full_name,
            case when nobody then null
                when names_apart then scv_given(given_words)
                when by_letters and surname_first
                    then array_to_string(words[surname_letters + 1:], '')
                when by_letters and len(words) > 1
                    then array_to_string(words[:-surname_letters - 1], '')
                when surname_first then scv_joined(words[2])
                when len(words) > 0 then scv_joined(words[1]) end as given_name,
            case when nobody then null
                when names_apart then scv_family(surname_words)
                when by_letters and surname_first
                    then array_to_string(words[:surname_letters], '')
                when by_letters and len(words) > 1
                    then array_to_string(words[-surname_letters:], '')
                when surname_first then scv_last_part(words[1])
                when len(words) > 1 then scv_last_part(list_last(words)) end as surname,
            case when nobody then null else nullif(scv_sorted(words), '') end as name_sorted,
            scv_company(case when entity_kind = 'organisation'
                then coalesce(written_company, written_name) else written_company end) as company
        from record_with_order""",
    )


def _number_steps(steps: Steps, connection: Connection, rows: RowTables, intake: Intake) -> None:
    """A number that is an order's is replaced by the customer number of that order."""
    parts = []
    for source, table in event_tables(intake):
        name = ("source", source.source, table.table)
        columns = columns_of(connection, rows, *name)
        if Attribute.CUSTOMER_NUMBER not in columns:
            continue
        number = Attribute.ORDER_NUMBER if Attribute.ORDER_NUMBER in columns else "record_id"
        parts.append(
            f"select scv_number(cast({number} as varchar)) as order_number,"
            f" scv_number(cast(customer_number as varchar)) as customer_number"
            f" from {rows.scan(*name)}"
        )
    orders = "\nunion all\n".join(parts) or (
        "select cast(null as varchar) as order_number, cast(null as varchar) as customer_number"
        " where false"
    )
    steps.step("order_line", orders)
    steps.step(
        "one_row_per_order",
        """select order_number, min(customer_number) as customer_number from order_line
        where order_number is not null and customer_number is not null
        group by order_number having count(distinct customer_number) = 1""",
    )
    steps.step(
        "one_row_per_issued_number",
        "select distinct customer_number as issued from record_with_name"
        " where domain = 'purchases' and customer_number is not null",
    )
    steps.step(
        "record_with_number",
        """select record.* replace (
            coalesce(issued.issued, by_number.customer_number, by_order.customer_number,
                record.customer_number) as customer_number)
        from record_with_name record
        left join one_row_per_issued_number issued on issued.issued = record.customer_number
        left join one_row_per_order by_number on by_number.order_number = record.customer_number
        left join one_row_per_order by_order on by_order.order_number = record.order_number""",
    )


def _shared_steps(steps: Steps) -> None:
    for attribute in ("email", "phone"):
        steps.step(
            f"one_row_per_shared_{attribute}",
            f"""select distinct {attribute} from record_with_number
            where {attribute} is not null and name_sorted is not null
            group by source, {attribute}
            having count(distinct name_sorted) >= {HOLDERS_OF_A_SHARED_VALUE}
                and count(distinct given_name) >= {HOLDERS_OF_A_SHARED_VALUE}""",
        )
    steps.step(
        "record_with_shared",
        """select record.*,
            record.email is not null and (scv_email_is_role(record.email)
                or mailbox.email is not null) as email_shared,
            record.phone is not null and line.phone is not null as phone_shared,
            case when not scv_email_is_free(record.email)
                then scv_email_domain(record.email) end as email_company_domain
        from record_with_number record
        left join one_row_per_shared_email mailbox on mailbox.email = record.email
        left join one_row_per_shared_phone line on line.phone = record.phone""",
    )
