"""The suppression list: records to be stopped, for the DPO, in the private folder only."""

from __future__ import annotations

from pathlib import Path

from scvkit.consent.conflicts import Level
from scvkit.engine import Connection, Steps, text_literal
from scvkit.vocabulary import Channel, ConsentStatus, EntityKind

FILE = "suppression_list.csv"


def write_suppression(connection: Connection, folder: Path) -> tuple[tuple[str, int], ...]:
    """Write the records that still say yes although their person withdrew; return how many.

    One row a record: where it lies, where and when the withdrawal stands, and whether the two
    are surely one person (tier A) or likely. ``folder`` is private; counts per source come back,
    rows never do. Needs ``consent_stated``, which ``reconcile`` makes.
    """
    steps = Steps()
    for level, name in ((Level.LOW, "sure"), (Level.MID, "likely")):
        steps.step(f"to_stop_{name}", _to_stop(level))
    steps.step(
        "one_row_per_record",
        """
        select l.*, s.record_key is not null as sure
        from to_stop_likely l
        left join (select distinct record_key, purpose from to_stop_sure) s
             using (record_key, purpose)
        """,
    )
    wanted = """
        select source, record_key as record, purpose, withdrawn_in, withdrawn_at,
               case when sure then 'sure' else 'likely: look first' end as one_person
        from one_row_per_record order by all
    """
    table = steps.sql(wanted)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE
    connection.execute(f"copy ({table}) to {text_literal(str(path))} (header, delimiter ',')")
    path.chmod(0o600)
    counted = connection.execute(
        f"select source, count(distinct record) from ({table}) group by source order by source"
    ).fetchall()
    return tuple((str(source), int(count)) for source, count in counted)


def _to_stop(level: Level) -> str:
    """Records that say yes to e-mail, of people who withdrew in another source, and not later."""
    return f"""
        select yes.source, yes.record_key, yes.purpose,
               string_agg(distinct no.source, ', ' order by no.source) as withdrawn_in,
               max(no.withdrawn_at) as withdrawn_at
        from consent_stated yes
        join ({level.newest_yes}) newest using ({level.value}, channel, purpose, source)
        join consent_stated no
          on yes.{level.value} = no.{level.value} and yes.source <> no.source
             and yes.channel = no.channel and yes.purpose = no.purpose
        where yes.channel = {text_literal(Channel.EMAIL)}
              and yes.entity_kind = {text_literal(EntityKind.PERSON)}
              and yes.status = {text_literal(ConsentStatus.GIVEN)} and yes.has_email
              and no.status = {text_literal(ConsentStatus.WITHDRAWN)}
              and not coalesce(newest.stated_at > no.withdrawn_at, false)
        group by yes.source, yes.record_key, yes.purpose
    """
