"""A delivery small enough to read, as the earlier rooms would have written it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, connect
from scvkit.records.extracts import ColumnMeaning, Intake, SourceIntake, SourceTable
from scvkit.records.usecases import UseCaseFit, UseCases
from scvkit.usecases import fit_use_cases
from scvkit.vocabulary import Attribute, Domain, Grain

_STANDARD = (
    "given_name surname name_sorted company email email_shared phone street house_number postcode "
    "city country date_of_birth org_number customer_number member_number login_id"
).split()
_DATES = ("created_at", "changed_at", "last_seen_at", "last_purchase_at")
_BUYING = (Domain.PURCHASES, Domain.SHOP, Domain.LOYALTY)
_CLUSTERS = ("low", "mid", "high", "tier")
_PERMISSIONS = (
    "record_key source channel purpose status stated_at proof_time proof_source proof_text "
    "withdrawn_at"
).split()


@dataclass
class Delivery:
    """Each row is a dictionary of attributes and of the clusters it belongs to."""

    rows: RowTables
    connection: Connection
    intakes: dict[str, SourceIntake] = field(default_factory=dict)
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    permissions: list[dict[str, Any]] = field(default_factory=list)
    with_clusters: bool = True
    with_permissions: bool = True

    def source(
        self, name: str, domain: Domain, people: Sequence[dict[str, Any]], **card: Any
    ) -> None:
        """One table of records; ``who`` gives the three clusters at once, ``email_ok`` a status."""
        attributes: dict[str, list[Any]] = {}
        for number, person in enumerate(people, start=1):
            row = dict(person)
            key = f"{name}/people/{number}"
            who = row.pop("who", key)
            status = row.pop("email_ok", None)
            record = {"record_key": key, "source": name, "source_table": "people"}
            record |= {"record_id": str(number), "entity_kind": row.pop("kind", "person")}
            record |= dict.fromkeys(("low", "mid", "high"), who) | {"tier": "A"}
            record |= {c: row.pop(c) for c in _CLUSTERS if c in row}
            self.records.append(
                record | {k: v for k, v in row.items() if k in (*_STANDARD, *_DATES)}
            )
            if status:
                self.state(key, "email", status)
            for attribute in row:
                attributes.setdefault(attribute, [None] * len(people))[number - 1] = row[attribute]
        frame = pd.DataFrame({k: pd.Series(v, dtype="string") for k, v in attributes.items()})
        for date in _DATES:
            if date in frame:
                frame[date] = pd.to_datetime(frame[date], format="ISO8601")
        frame.insert(0, "record_id", [str(n + 1) for n in range(len(people))])
        frame.insert(1, "line_number", range(1, len(people) + 1))
        self._write(frame, "source", name, "people")
        self._write(frame.drop(columns="record_id"), "extract", name, "people")
        self._take(name, domain, "people", Grain.CUSTOMER, tuple(attributes), card)

    def events(
        self,
        name: str,
        domain: Domain,
        grain: Grain,
        happened: Sequence[dict[str, Any]],
        **card: Any,
    ) -> None:
        """One table of events: record ("source/people/n" or None), at, and attributes."""
        given = {k for row in happened for k in row} - {"record", "at"}
        frame = pd.DataFrame(
            [
                {"event_id": str(n), "grain": grain.value, "record_key": row.get("record"),
                 "happened_at": row.get("at"), **{k: row.get(k) for k in given}}
                for n, row in enumerate(happened)
            ],
            columns=["event_id", "grain", "record_key", "happened_at", *sorted(given)],
        )  # fmt: skip
        frame["happened_at"] = pd.to_datetime(frame["happened_at"], format="ISO8601")
        self._write(frame, "events", name, "happened")
        self._take(name, domain, "happened", grain, (*sorted(given), "created_at"), card)

    def state(self, record: str, channel: str, status: str, **known: Any) -> None:
        self.permissions.append(
            {"record_key": record, "source": record.split("/")[0], "channel": channel,
             "purpose": "marketing", "status": f"consent_{status}", "proof_time": False,
             "proof_source": False, "proof_text": False, **known}
        )  # fmt: skip

    def finish(
        self, *, as_of: str | None = "2026-01-31", country: str = "DK", **more: Any
    ) -> tuple[Engagement, Intake]:
        records = pd.DataFrame(
            self.records,
            columns=["record_key", "source", "source_table", "record_id", "entity_kind",
                     *_STANDARD, *_DATES],
        )  # fmt: skip
        self._write(_dated(records, _DATES), "records")
        if self.with_clusters:
            clusters = pd.DataFrame(
                [
                    {"record_key": r["record_key"], "source": r["source"],
                     "entity_kind": r["entity_kind"], "cluster_id": r["mid"],
                     "cluster_id_low": r["low"], "cluster_id_high": r["high"], "tier": r["tier"]}
                    for r in self.records
                ]
            )  # fmt: skip
            self._write(clusters, "clusters")
            buying = [k for k, card in self.intakes.items() if card.domain in _BUYING]
            customers = clusters[clusters["source"].isin(buying)][["record_key", "source"]]
            self._write(customers.astype("string"), "customers")
        if self.with_permissions:
            stated = pd.DataFrame(self.permissions, columns=_PERMISSIONS)
            for proof in ("proof_time", "proof_source", "proof_text"):
                stated[proof] = stated[proof].astype("boolean")
            self._write(_dated(stated, ("stated_at", "withdrawn_at")), "permissions")
            rules = pd.DataFrame(
                {"country": ["DK", "NO"], "channel": ["email"] * 2, "exception": [True, None]}
            )
            rules["exception"] = rules["exception"].astype("boolean")
            self._write(rules, "channel_rules")
        engagement = Engagement.model_validate(
            {
                "version": 1,
                "client": {"name": "Lille Test", "country": country},
                "assessment": {"as_of": as_of},
                "sources": self.cards,
                **more,
            }
        )
        return engagement, Intake(sources=tuple(self.intakes.values()), undeclared=())

    def fit(self, **options: Any) -> UseCases:
        catalogue = options.pop("catalogue", None)
        engagement, intake = self.finish(**options)
        return fit_use_cases(self.connection, self.rows, engagement, intake, catalogue=catalogue)

    def one(self, case: str, **options: Any) -> UseCaseFit:
        return {fit.id: fit for fit in self.fit(**options).fits}[case]

    def _take(
        self,
        name: str,
        domain: Domain,
        table: str,
        grain: Grain,
        attributes: Sequence[str],
        card: Any,
    ) -> None:
        known = {a.value for a in Attribute}
        meanings = tuple(
            ColumnMeaning(
                column=attribute,
                attribute=Attribute(attribute) if attribute in known else Attribute.OTHER,
                confidence=1.0,
                decided_by="engagement",
                detected=Attribute.OTHER,
                reason="",
            )
            for attribute in dict.fromkeys(attributes)
        )
        tables = self.intakes[name].tables if name in self.intakes else ()
        made = SourceTable(
            source=name, table=table, grain=grain, id_column=None, rows=1, meanings=meanings
        )
        self.intakes[name] = SourceIntake(
            source=name, name=name, domain=domain, readings=(), unread=(), tables=(*tables, made)
        )
        before = self.cards.get(name, {"tables": {}})
        self.cards[name] = {
            **before, "name": name.title(), "domain": domain.value, **card,
            "tables": {**before["tables"], table: {"file": f"{name}.csv", "grain": grain.value}},
        }  # fmt: skip

    def _write(self, frame: pd.DataFrame, *name: str) -> None:
        texts = frame.select_dtypes(["object", "float"]).columns  # a column of blanks is "float"
        frame[texts] = frame[texts].astype("string")
        self.connection.execute("select 1").fetchall()
        self.connection.register("given", frame)
        self.rows.write(self.connection, "select * from given", *name)
        # A result that was not read to its end blocks the connection.
        self.connection.execute("select 1").fetchall()
        self.connection.unregister("given")


def _dated(frame: pd.DataFrame, dates: Sequence[str]) -> pd.DataFrame:
    for date in dates:
        frame[date] = pd.to_datetime(frame[date], format="ISO8601")
    return frame


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
