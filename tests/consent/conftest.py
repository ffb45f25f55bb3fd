"""A delivery small enough to read: each test writes the rows it needs as tuples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, connect
from scvkit.records.extracts import Intake, SourceIntake, SourceTable
from scvkit.vocabulary import Domain, Grain

_DATES = ("created_at", "changed_at", "last_seen_at", "last_purchase_at")


@dataclass
class Delivery:
    """What the earlier rooms would have written."""

    rows: RowTables
    connection: Connection
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: list[tuple[str, Domain, str | None]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)

    def source(
        self,
        name: str,
        columns: Sequence[str],
        values: Sequence[Sequence[str | None]],
        *,
        domain: Domain = Domain.OTHER,
        consent: Sequence[dict[str, Any]] = (),
        lines: Sequence[int] | None = None,
        id_column: str | None = None,
        **card: Any,
    ) -> None:
        """One table per source; its records are numbered from 1 in the order given."""
        numbers = list(lines or range(1, len(values) + 1))
        extract = pd.DataFrame(list(values), columns=list(columns), dtype="object")
        extract.insert(0, "line_number", numbers)
        self._write(extract, "extract", name, "people")
        ids = extract[id_column] if id_column else [str(n + 1) for n in range(len(values))]
        plain = pd.DataFrame({"record_id": ids, "line_number": numbers})
        self._write(plain, "source", name, "people")
        self.sources[name] = {
            "name": name.title(),
            "domain": domain.value,
            "tables": {"people": {"file": f"{name}.csv"}},
            "consent": [{"table": "people", **c} for c in consent],
            **card,
        }
        self.tables.append((name, domain, id_column))

    def person(self, record: str, *, low: str, mid: str, high: str, **known: Any) -> None:
        """The record "source/n" belongs to these clusters."""
        source, number = record.split("/")
        self.people.append(
            {
                "record_key": f"{source}/people/{number}",
                "source": source,
                "cluster_id_low": low,
                "cluster_id": mid,
                "cluster_id_high": high,
                "email": "someone",
                **known,
            }
        )

    def finish(self, **assessment: Any) -> tuple[Engagement, Intake]:
        """Write clusters and records; return the engagement and the intake."""
        people = pd.DataFrame(
            self.people,
            columns=["record_key", "source", "cluster_id", "cluster_id_low", "cluster_id_high",
                     "entity_kind", "email", *_DATES],
        )  # fmt: skip
        people["entity_kind"] = people["entity_kind"].fillna("person")
        for date in _DATES:
            people[date] = pd.to_datetime(people[date])
        self._write(people, "clusters")
        self._write(people, "records")
        engagement = Engagement.model_validate(
            {
                "version": 1,
                "client": {"name": "Lille Test"},
                "assessment": assessment,
                "sources": self.sources,
            }
        )
        intake = Intake(
            sources=tuple(
                SourceIntake(
                    source=name,
                    name=name.title(),
                    domain=domain,
                    readings=(),
                    unread=(),
                    tables=(
                        SourceTable(
                            source=name,
                            table="people",
                            grain=Grain.CUSTOMER,
                            id_column=id_column,
                            rows=0,
                            meanings=(),
                        ),
                    ),
                )
                for name, domain, id_column in self.tables
            ),
            undeclared=(),
        )
        return engagement, intake

    def _write(self, frame: pd.DataFrame, *name: str) -> None:
        text = frame.select_dtypes("object").columns
        frame[text] = frame[text].astype("string")
        self.connection.register("given", frame)
        self.rows.write(self.connection, "select * from given", *name)
        # A result that was not read to its end blocks the connection.
        self.connection.execute("select 1").fetchall()
        self.connection.unregister("given")


@pytest.fixture
def connection() -> Connection:
    return connect(threads=1)


@pytest.fixture
def new_delivery(tmp_path: Path, connection: Connection) -> Callable[[], Delivery]:
    made = iter(range(1_000_000))
    return lambda: Delivery(RowTables(tmp_path / str(next(made))), connection)


@pytest.fixture
def delivery(new_delivery: Callable[[], Delivery]) -> Delivery:
    return new_delivery()
