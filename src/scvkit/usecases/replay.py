"""Could the last campaign be sent again? Its audience rebuilt from the extracts."""

from __future__ import annotations

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, counts, text_literal
from scvkit.records.usecases import Replay
from scvkit.usecases.asked import last_sends
from scvkit.usecases.provided import Provided
from scvkit.vocabulary import Channel, ConsentStatus, Domain, Grain


@counts("replay")
def replay_campaign(
    connection: Connection, rows: RowTables, engagement: Engagement, provided: Provided
) -> Replay | None:
    """Return the addresses mailed, those a rebuilt list lacks or has in addition, and who said no.

    The rebuilt list is everybody who, by what the newsletter's sources state today, had said yes
    to e-mail and not withdrawn when the campaign began. None without a send list with addresses,
    or while nobody explained the newsletter's permissions. Needs ``usecase_everybody``.
    """
    tables = [t for t in provided.tables if t.grain is Grain.SEND and "email" in t.attributes]
    readers = provided.sources((Domain.NEWSLETTER,))
    if not tables or not readers or not rows.exists("permissions"):
        return None
    listed = ", ".join(text_literal(source) for source in readers)
    steps = last_sends(rows, engagement, tables, ())
    steps.step(
        "one_row_per_address_mailed",
        "select email, min(sent_at) as sent_at from one_row_per_last_send "
        "where email is not null group by email",
    )
    steps.step("begin", "select min(sent_at) as began from one_row_per_address_mailed")
    steps.step(
        "one_row_per_statement",
        f"""
        select e.email, p.status, p.stated_at, p.withdrawn_at
        from {rows.scan("permissions")} p
        join usecase_everybody e using (record_key)
        where p.channel = {text_literal(Channel.EMAIL)} and p.source in ({listed})
              and e.email is not null
        """,
    )
    steps.step(
        "one_row_per_address_rebuilt",
        f"""
        select distinct email from one_row_per_statement, begin
        where coalesce(stated_at <= began, true)
              and (status = {text_literal(ConsentStatus.GIVEN)}
                   or (status = {text_literal(ConsentStatus.WITHDRAWN)} and withdrawn_at > began))
        """,
    )
    steps.step("one_row_per_address_that_said_no", _said_no(rows))
    found = steps.rows(
        connection,
        """
        select count(m.email), count(m.email) filter (r.email is null),
               count(r.email) filter (m.email is null),
               (select count(*) from one_row_per_statement),
               (select count(*) from one_row_per_address_that_said_no)
        from one_row_per_address_mailed m full join one_row_per_address_rebuilt r using (email)
        """,
    )[0]
    sent, lacking, added, statements, said_no = (int(n) for n in found)
    if not sent or not statements:
        return None
    return Replay(
        sent=sent,
        not_rebuilt=lacking,
        not_sent=added,
        said_no=said_no,
        refs=tuple(sorted(f"{t.source}/{t.table}" for t in tables)),
    )


def _said_no(rows: RowTables) -> str:
    """SQL: addresses mailed after a no of the same address in any source, by its date.

    No link is needed, and a no without a date counts for nothing here: that it came before the
    send could not be shown.
    """
    return f"""
        select email from (
            select m.email,
                   max(case p.status
                           when {text_literal(ConsentStatus.WITHDRAWN)} then p.withdrawn_at
                           when {text_literal(ConsentStatus.REFUSED)} then p.stated_at
                       end) as no_at,
                   max(case p.status when {text_literal(ConsentStatus.GIVEN)} then p.stated_at end)
                       as yes_at,
                   any_value(m.sent_at) as sent_at
            from one_row_per_address_mailed m
            join usecase_everybody e using (email)
            join {rows.scan("permissions")} p using (record_key)
            where p.channel = {text_literal(Channel.EMAIL)}
                  and coalesce(p.withdrawn_at, p.stated_at) < m.sent_at
            group by m.email
        ) where no_at < sent_at and not coalesce(yes_at > no_at, false)
    """
