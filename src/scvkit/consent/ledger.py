"""The ledger: what every source states about a permission, record by record."""

from __future__ import annotations

from scvkit.consent import stated
from scvkit.consent.channels import write_channel_rules
from scvkit.consent.dpv import basis_term, purpose_term, status_term
from scvkit.consent.explained import ExplainedConsent, explained_consents
from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, Steps, quoted, text_literal
from scvkit.records.extracts import Intake
from scvkit.vocabulary import ConsentStatus, LawfulBasis

_NOTHING = """
select null::varchar as record_key, null::varchar as source, null::varchar as channel,
       null::varchar as purpose, null::varchar as status, null::timestamp as stated_at,
       false as proof_time, false as proof_source, false as proof_text,
       null::timestamp as withdrawn_at, false as flag_kept,
       null::varchar as dpv_purpose, null::varchar as dpv_basis, null::varchar as dpv_status
where false
"""


def write_permissions(
    connection: Connection, rows: RowTables, engagement: Engagement, intake: Intake
) -> int:
    """Write ``permissions``, one row per record, channel and purpose, and return their count.

    A source whose consent columns the engagement does not explain has no rows there: what nobody
    explained is not guessed. Purpose, basis and status also stand in terms of W3C DPV 2.3;
    ``flag_kept`` marks a yes left standing beside a recorded withdrawal. Writes
    ``channel_rules`` beside it.
    """
    usable, _ = explained_consents(connection, rows, engagement, intake)
    write_channel_rules(connection, rows)
    steps = Steps().step("no_row", _NOTHING)
    parts = ["select * from no_row"]
    for index, explained in enumerate(usable):
        name = f"one_row_per_record_{index}"
        steps.step(name, _one_row_per_record(rows, explained))
        parts.append(f"select * from {quoted(name)}")
    everything = " union all ".join(parts)
    return rows.write(
        connection, steps.sql(f"select * from ({everything}) order by all"), "permissions"
    )


def _dpv_status() -> str:
    whens = " ".join(
        f"when {text_literal(status)} then {text_literal(status_term(status))}"
        for status in ConsentStatus
    )
    return f"case status {whens} end"


def _one_row_per_record(rows: RowTables, explained: ExplainedConsent) -> str:
    consent = explained.consent
    stated_at = stated.stated_time(explained.time, explained.time_format)
    withdrawn_at = stated.stated_time(explained.withdrawal_time, explained.withdrawal_format)
    prefix = text_literal(f"{explained.source}/{explained.table}/")
    name = (explained.source, explained.table)
    same_id = ""
    if explained.id_column is not None:
        # Sheets of one workbook may each count their lines from the top.
        number = f"nullif(trim(e.{quoted(explained.id_column)}), '')"
        same_id = f"""
        and (s.record_id = {number} or starts_with(s.record_id, {number} || '#')
             or ({number} is null and starts_with(s.record_id, 'row-')))"""
    return f"""
select {prefix} || record_id as record_key,
       {text_literal(explained.source)} as source,
       {text_literal(consent.channel)} as channel,
       {text_literal(consent.purpose.strip().lower())} as purpose,
       case
           when withdrawal_recorded
                and not (said_given and stated_at is not null and withdrawn_at is not null
                         and stated_at > withdrawn_at)
               then {text_literal(ConsentStatus.WITHDRAWN)}
           when said_withdrawn then {text_literal(ConsentStatus.WITHDRAWN)}
           when said_refused then {text_literal(ConsentStatus.REFUSED)}
           when said_given then {text_literal(ConsentStatus.GIVEN)}
           else {text_literal(ConsentStatus.UNKNOWN)}
       end as status,
       stated_at, stated_at is not null as proof_time, proof_source, proof_text, withdrawn_at,
       withdrawal_recorded and said_given
           and not coalesce(stated_at > withdrawn_at, false) as flag_kept,
       nullif({text_literal(purpose_term(consent.purpose))}, '') as dpv_purpose,
       nullif({text_literal(basis_term(LawfulBasis.CONSENT))}, '') as dpv_basis,
       {_dpv_status()} as dpv_status
from (
    select s.record_id,
           {stated.says(consent, "given")} as said_given,
           {stated.says(consent, "refused")} as said_refused,
           {stated.says(consent, "withdrawn")} as said_withdrawn,
           {stated.withdrawn(explained.withdrawal_time)} as withdrawal_recorded,
           {stated_at} as stated_at,
           {withdrawn_at} as withdrawn_at,
           {stated.filled(explained.origin)} as proof_source,
           {stated.filled(explained.text)} as proof_text
    from {rows.scan("extract", *name)} e
    join {rows.scan("source", *name)} s on s.line_number = e.line_number{same_id}
)
"""
