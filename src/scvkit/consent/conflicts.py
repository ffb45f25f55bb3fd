"""Where two sources state different things about one person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from scvkit.consent.stated import rank
from scvkit.engine import Connection, RowTables, Steps, counts, text_literal
from scvkit.records.consent import PairConflict
from scvkit.vocabulary import Channel, ConsentStatus, EntityKind


class Level(Enum):
    """How much linkage is believed; the value is the column that says who a record is."""

    LOW = "person_low"  # tier A, or one e-mail address of a likely person
    MID = "person_mid"  # tiers A–C
    HIGH = "person_high"  # tiers A–D

    @property
    def sources(self) -> str:
        """SQL: the strictest state of each person in each source, where there is one."""
        return f"""
            select {self.value} as person, channel, purpose, source,
                   max({rank("status")}) as strictness
            from consent_stated
            where entity_kind = {text_literal(EntityKind.PERSON)}
                  and status <> {text_literal(ConsentStatus.UNKNOWN)}
            group by all
        """

    @property
    def differences(self) -> str:
        """SQL: people with a state in two or more sources, and whether they differ."""
        return f"""
            select person, channel, purpose,
                   bool_or(strictness = 1) and bool_or(strictness >= 2) as differ
            from ({self.sources}) group by all having count(*) >= 2
        """

    @property
    def newest_yes(self) -> str:
        """SQL: each person's yes in each source that has an address, at its newest time."""
        return f"""
            select {self.value}, channel, purpose, source, status, has_email,
                   max(stated_at) as stated_at
            from consent_stated
            where status = {text_literal(ConsentStatus.GIVEN)} and has_email group by all
        """

    @property
    def contradictions(self) -> str:
        """SQL: people one source may mail although they said no elsewhere, and later.

        A withdrawal counts unless a later yes is dated; a plain refusal counts only when it is
        dated after the yes. Without an address the other source cannot mail. Where a source holds
        several answers its newest yes speaks.
        """
        return f"""
            select distinct no.{self.value} as person, no.purpose
            from consent_stated no
            join ({self.newest_yes}) yes
              on yes.{self.value} = no.{self.value} and yes.source <> no.source
                 and yes.channel = no.channel and yes.purpose = no.purpose
            where no.channel = {text_literal(Channel.EMAIL)}
                  and no.entity_kind = {text_literal(EntityKind.PERSON)}
                  and yes.status = {text_literal(ConsentStatus.GIVEN)} and yes.has_email
                  and case no.status
                      when {text_literal(ConsentStatus.WITHDRAWN)}
                          then not coalesce(yes.stated_at > no.withdrawn_at, false)
                      when {text_literal(ConsentStatus.REFUSED)}
                          then coalesce(no.stated_at > yes.stated_at, false)
                      else false
                  end
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleStated:
    """People at one level of linkage."""

    compared: int
    differ: int
    compared_email: int
    mailable: int


def write_stated(connection: Connection, rows: RowTables) -> None:
    """Lay the ledger beside the clusters; a record the linkage did not take stands alone."""
    address, addresses = "null::varchar", ""
    if rows.exists("records"):
        address = "held.address"
        addresses = f"""
            left join (select record_key, any_value(email) as address
                       from {rows.scan("records")} group by record_key) held using (record_key)
        """
    connection.execute(
        f"""
        create or replace temp table consent_stated as
        select p.*, coalesce(c.entity_kind, {text_literal(EntityKind.PERSON)}) as entity_kind,
               coalesce(c.cluster_id, p.record_key) as person_mid,
               coalesce(c.cluster_id_low, p.record_key) as person_low,
               coalesce(c.cluster_id_high, p.record_key) as person_high,
               {address} as address, {address + " is not null" if addresses else "true"}
                   as has_email
        from {rows.scan("permissions")} p
        left join {rows.scan("clusters")} c using (record_key)
        {addresses}
        """
    )
    while _joined_by_address(connection):
        pass


def _joined_by_address(connection: Connection) -> bool:
    """Make one of the sure parts of a likely person that share an address; False when none do.

    An answer about e-mail is an answer about an address: where the same one stands in two
    systems, nobody has to be sure whose it is.
    """
    connection.execute(
        """
        create or replace temp table consent_address as
        select person_low, min(person) as person from (
            select person_low, min(person_low) over (partition by person_mid, address) as person
            from consent_stated where address is not null
        ) group by person_low having min(person) < person_low
        """
    )
    [(joined,)] = connection.execute("select count(*) from consent_address").fetchall()
    connection.execute(
        """
        update consent_stated set person_low = consent_address.person
        from consent_address where consent_stated.person_low = consent_address.person_low
        """
    )
    return bool(joined)


@counts("people_stated {level.value}")
def people_stated(connection: Connection, level: Level) -> PeopleStated:
    """Count the people of one level; needs ``write_stated``."""
    steps = Steps().step("one_row_per_difference", level.differences)
    steps.step("one_row_per_contradiction", level.contradictions)
    found = steps.rows(
        connection,
        """
        select count(distinct person),
               count(distinct person) filter (differ),
               count(distinct person) filter (channel = ?),
               (select count(distinct person) from one_row_per_contradiction)
        from one_row_per_difference
        """,
        [Channel.EMAIL.value],
    )[0]
    return PeopleStated(
        compared=found[0], differ=found[1], compared_email=found[2], mailable=found[3]
    )


@counts("conflicts_between")
def conflicts_between(connection: Connection) -> tuple[PairConflict, ...]:
    """Return each pair of sources that both state something, sorted by name.

    By the sure links alone, as the least of ``people_in_conflict`` is counted: a pair of sources
    cannot then show more people than all of them.
    """
    steps = Steps().step("one_row_per_state", Level.LOW.sources)
    found = steps.rows(
        connection,
        """
        select a.source, b.source, a.channel, a.purpose, count(distinct a.person),
               count(distinct a.person) filter ((a.strictness = 1) <> (b.strictness = 1))
        from one_row_per_state a
        join one_row_per_state b using (person, channel, purpose)
        where a.source < b.source
        group by all order by all
        """,
    )
    return tuple(
        PairConflict(
            source_a=source_a,
            source_b=source_b,
            channel=Channel(channel),
            purpose=purpose,
            people_in_both=both,
            people_differ=differ,
        )
        for source_a, source_b, channel, purpose, both, differ in found
    )
