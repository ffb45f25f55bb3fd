"""Records that say yes although their person says no in another system."""

from __future__ import annotations

from pathlib import Path

from scvkit.consent.conflicts import Level
from scvkit.consent.stated import rank
from scvkit.engine import Connection, Steps, counts, text_literal
from scvkit.vocabulary import ConsentStatus, EntityKind

FILE = "no_elsewhere.csv"
Stated = tuple[str, str, str]  # source, channel, purpose


@counts("no_elsewhere")
def no_elsewhere(connection: Connection) -> dict[Stated, tuple[int, tuple[str, ...]]]:
    """Return how many records of a source say yes beside a no elsewhere, and which sources say it.

    Sources that nobody with an answer shares with another are left out: nothing could be seen. A
    yes and a no to one channel and one purpose; refused or withdrawn, whatever the dates, since
    which of two systems is right nobody has settled. Persons by links of tiers A to C, or by one
    address. Needs ``consent_stated``, which ``reconcile`` makes.
    """
    found = _steps().rows(
        connection,
        """
        select seen.source, seen.channel, seen.purpose, count(distinct c.record_key),
               list_sort(list_distinct(flatten(list(coalesce(c.no_in, [])))))
        from (select distinct a.source, a.channel, a.purpose
              from one_row_per_stated_record a join one_row_per_stated_record b
                on a.person = b.person and a.source <> b.source and a.strictness = 1
                   and a.channel = b.channel and a.purpose = b.purpose and b.strictness > 0) seen
        left join one_row_per_contradicted_yes c using (source, channel, purpose)
        group by all order by all
        """,
    )
    return {
        (source, channel, purpose): (int(n), tuple(no_in))
        for source, channel, purpose, n, no_in in found
    }


def write_no_elsewhere(connection: Connection, folder: Path) -> None:
    """Write those records for the DPO: where each lies, where the no stands, how sure the person.

    ``folder`` is private. Needs ``consent_stated``, which ``reconcile`` makes.
    """
    table = _steps().sql(
        """
        select source, record_key as record, channel, purpose,
               array_to_string(no_in, ', ') as no_in, no_is,
               case when sure then 'sure' else 'likely: look first' end as one_person
        from one_row_per_contradicted_yes order by all
        """
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE
    connection.execute(f"copy ({table}) to {text_literal(str(path))} (header, delimiter ',')")
    path.chmod(0o600)


def _steps() -> Steps:
    steps = Steps().step(
        "one_row_per_stated_record",
        f"""
        select source, record_key, channel, purpose, any_value({Level.LOW.value}) as sure_person,
               any_value({Level.MID.value}) as person, max({rank("status")}) as strictness
        from consent_stated
        where entity_kind = {text_literal(EntityKind.PERSON)}
        group by source, record_key, channel, purpose
        """,
    )
    for name, who in (("sure", "sure_person"), ("likely", "person")):
        steps.step(
            f"one_row_per_{name}_no",
            f"""
            select yes.source, yes.record_key, yes.channel, yes.purpose,
                   no.source as no_in, max(no.strictness) as strictness
            from one_row_per_stated_record yes
            join one_row_per_stated_record no
              on yes.{who} = no.{who} and yes.source <> no.source
                 and yes.channel = no.channel and yes.purpose = no.purpose
            where yes.strictness = 1 and no.strictness >= 2
            group by yes.source, yes.record_key, yes.channel, yes.purpose, no.source
            """,
        )
    withdrawn, refused = (
        text_literal(status.value.removeprefix("consent_"))
        for status in (ConsentStatus.WITHDRAWN, ConsentStatus.REFUSED)
    )
    return steps.step(
        "one_row_per_contradicted_yes",
        f"""
        select source, record_key, channel, purpose, list(distinct no_in order by no_in) as no_in,
               case max(strictness) when 3 then {withdrawn} else {refused} end as no_is,
               bool_or(sure) as sure
        from (select *, true as sure from one_row_per_sure_no
              union all select *, false as sure from one_row_per_likely_no)
        group by source, record_key, channel, purpose
        """,
    )
