"""Which facts the delivery provides at all, by domain: what is not there is not zero."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scvkit.engine import Connection, RowTables, quoted
from scvkit.records.extracts import Intake
from scvkit.usecases.catalogue import DERIVED, Fact
from scvkit.vocabulary import EVENT_GRAINS, Domain, Grain


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvidedTable:
    """One table with what its rows carry."""

    source: str
    table: str
    domain: Domain
    grain: Grain
    attributes: frozenset[str]

    @property
    def is_event(self) -> bool:
        """True when its rows lie in events/…, not in source/…."""
        return self.grain in EVENT_GRAINS

    @property
    def name(self) -> tuple[str, str, str]:
        """Name of its row table."""
        return ("events" if self.is_event else "source", self.source, self.table)


@dataclass(frozen=True, slots=True)
class Provided:
    """The delivery as the use cases see it."""

    tables: tuple[ProvidedTable, ...]

    def sources(self, domains: Iterable[Domain]) -> tuple[str, ...]:
        """Ids of the sources of these domains that were read, in order."""
        wanted = frozenset(domains)
        return tuple(dict.fromkeys(t.source for t in self.tables if t.domain in wanted))

    def carriers(self, fact: Fact) -> tuple[ProvidedTable, ...]:
        """Tables that carry one of the fact's attributes, where the fact looks for it."""
        return tuple(
            table
            for table in self.tables
            if (not fact.domains or table.domain in fact.domains)
            and any(names_of(a).intersection(table.attributes) for a in fact.any_of)
        )

    def has(self, attribute: str) -> bool:
        """True when any table carries the attribute."""
        return any(attribute in table.attributes for table in self.tables)


def provided_by(connection: Connection, rows: RowTables, intake: Intake) -> Provided:
    """Return what the delivery provides; a table without its row table is left out."""
    return Provided(tuple(_tables(connection, rows, intake)))


def _tables(connection: Connection, rows: RowTables, intake: Intake) -> Iterator[ProvidedTable]:
    for source in intake.sources:
        for table in source.tables:
            name = (
                "events" if table.grain in EVENT_GRAINS else "source",
                source.source,
                table.table,
            )
            if rows.exists(*name):
                yield ProvidedTable(
                    source=source.source,
                    table=table.table,
                    domain=source.domain,
                    grain=table.grain,
                    attributes=_attributes(connection, rows, name, table.grain),
                )


# What the date of an event says about the person.
HAPPENED_AS = {Grain.ORDER: "last_purchase_at", Grain.SEND: "sent_at"}


_OF_THE_ROW = frozenset(
    {"record_id", "line_number", "event_id", "grain", "record_key", "happened_at"}
)


def _attributes(
    connection: Connection, rows: RowTables, name: tuple[str, str, str], grain: Grain
) -> frozenset[str]:
    """The columns of a row table are named by attribute; that an event is dated is one more."""
    described = connection.execute(f"describe select * from {rows.scan(*name)}").fetchall()
    columns = {str(row[0]) for row in described}
    if "happened_at" in columns and grain in HAPPENED_AS:
        columns.add(HAPPENED_AS[grain])
    return frozenset(columns - _OF_THE_ROW)


def names_of(attribute: str) -> frozenset[str]:
    """The attributes that can carry a fact: itself, or what it is worked out from.

    >>> sorted(names_of("phone"))
    ['mobile', 'phone']
    """
    if attribute in ("phone", "mobile"):
        return frozenset({"phone", "mobile"})
    if attribute in ("given_name", "surname"):
        return frozenset({attribute, "full_name"})
    return frozenset({attribute, *(DERIVED.get(attribute, ()) if attribute != "sent_at" else ())})


def filled_somewhere(
    connection: Connection, rows: RowTables, tables: Iterable[ProvidedTable], fact: Fact
) -> bool:
    """True when at least one row of the tables holds one of the fact's attributes."""
    for table in tables:
        for attribute in fact.any_of:
            if attribute not in table.attributes:
                continue
            column = "happened_at" if attribute in HAPPENED_AS.values() else attribute
            held = f"{rows.scan(*table.name)} where {quoted(column)} is not null"
            if connection.execute(f"select true from {held} limit 1").fetchall():
                return True
    return False
