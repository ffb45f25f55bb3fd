"""The truth, written down while the records are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from .chance import quota, sample
from .parameters import Client, Preset
from .people import Company, Person, Population
from .permission import Permission

Value = str | int | float | bool | None | object
Row = dict[str, Value]


@dataclass(slots=True, eq=False)
class Entry:
    """One record in the making, with whom it is about and the faults planted in it."""

    row: Row
    person: Person | None = None
    company: Company | None = None
    kind: str = "person"
    faults: list[tuple[str, str]] = field(default_factory=list)

    def fault(self, name: str, attribute: str) -> None:
        """Note a planted fault."""
        self.faults.append((name, attribute))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one record says about e-mail marketing."""

    silo: str
    record_id: str
    person_id: str
    status: str  # given | refused | withdrawn
    text: str
    proof: bool


@dataclass(slots=True)
class Table:
    """One file or sheet as it will be written."""

    columns: tuple[str, ...]
    rows: list[Row]


class Ledger:
    """Collects records, faults, statements and marked values of all sources."""

    def __init__(self) -> None:
        self.records: list[tuple[str, str, str, str | None, str | None, str | None, str]] = []
        self.faults: list[tuple[str, str, str, str]] = []
        self.bases: dict[tuple[str, str], int] = {}
        self.statements: list[Statement] = []
        self.marked: dict[int, dict[str, set[str]]] = {}

    def close(
        self, silo: str, table: str, key: str, entries: Sequence[Entry], attributes: dict[str, str]
    ) -> None:
        """Log every entry of a table; `attributes` names its identifying columns."""
        for entry in entries:
            record_id, person, company = str(entry.row[key]), entry.person, entry.company
            self.records.append(
                (
                    silo,
                    table,
                    record_id,
                    person.person_id if person else None,
                    person.household_id if person else None,
                    company.org_id if company else None,
                    entry.kind,
                )
            )
            for name, attribute in entry.faults:
                self.faults.append((silo, record_id, name, attribute))
            if person and person.canary is not None and entry.kind != "organisation":
                self._mark(person.canary, entry.row, attributes)

    def keep(self, silos: Sequence[str]) -> None:
        """Forget what was logged about sources that are not delivered."""
        self.records = [r for r in self.records if r[0] in silos]
        self.faults = [f for f in self.faults if f[0] in silos]
        self.statements = [s for s in self.statements if s.silo in silos]

    def people(self, silo: str, table: str) -> dict[str, str]:
        """Whom the records of a table are about: record id to person id."""
        return {r[2]: r[3] for r in self.records if (r[0], r[1]) == (silo, table) and r[3]}

    def forget(self, silo: str, records: set[str], fault: str = "") -> None:
        """Take back records, or with `fault` only what was planted in them."""
        if not fault:
            self.records = [r for r in self.records if r[0] != silo or r[2] not in records]
            self.statements = [
                s for s in self.statements if s.silo != silo or s.record_id not in records
            ]
        self.faults = [
            f
            for f in self.faults
            if f[0] != silo or f[1] not in records or (fault and f[2] != fault)
        ]

    def fault_counts(self) -> dict[tuple[str, str], int]:
        """How often each fault was planted, by silo and fault."""
        return dict(Counter((silo, fault) for silo, _, fault, _ in self.faults))

    def _mark(self, canary: int, row: Row, attributes: dict[str, str]) -> None:
        values = self.marked.setdefault(canary, {})
        for column, attribute in attributes.items():
            value = row.get(column)
            if value not in (None, ""):
                values.setdefault(attribute, set()).add(str(value))


@dataclass(slots=True, kw_only=True)
class World:
    """Everything the sources are made from."""

    client: Client
    preset: Preset
    seed: int
    population: Population
    permissions: dict[str, Permission]
    ledger: Ledger = field(default_factory=Ledger)
    reused_numbers: dict[str, int] = field(default_factory=dict)
    # Marked for each withdrawn person: what the newsletter and the club wrote (e-mail, full name).
    written: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    @property
    def people(self) -> list[Person]:
        """Everybody."""
        return self.population.people

    @property
    def companies(self) -> list[Company]:
        """Every organisation."""
        return self.population.companies

    def members(self, source: str) -> list[Person]:
        """The people a source knows."""
        return [p for p in self.people if source in p.sources]

    def plant(
        self,
        rng: Random,
        entries: Sequence[Entry],
        silo: str,
        fault: str,
        rate: float,
        eligible: Callable[[Entry], bool],
        change: Callable[[Entry], str],
        *,
        base: int | None = None,
    ) -> None:
        """Damage a sample of the entries; `change` does it and returns the attribute's name."""
        size = len(entries) if base is None else base
        chosen = sample(
            rng,
            [e for e in entries if eligible(e)],
            quota(rate, size, self.preset.minimum_faults),
        )
        for entry in chosen:
            entry.fault(fault, change(entry))
        self.ledger.bases[silo, fault] = size
