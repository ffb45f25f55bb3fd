"""Indicators that are measured: counted on the written rows and on the truth about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from .ledger import Row, Table, World

_EVENTS = ("order", "send")
_SINGLE = ("customer", "account", "contact", "member", "subscriber")
_CORE = {
    "given_name", "surname", "full_name", "email", "phone", "street", "postcode",
    "customer_number",
}  # fmt: skip
# Attributes that the use cases need beside the core (readiness model, table of use cases).
_NEEDED = {
    "U1": {"last_purchase_at", "country", "company_name", "amount", "member_number"},
    "U2": {"topic", "created_at", "last_seen_at"},
    "U3": {"last_purchase_at", "segment"},
    "U6": {"last_purchase_at", "product_serial"},
    "U7": {"last_purchase_at"},
    "U11": {"last_purchase_at"},
    "U16": {"consent_flag"},
}
# Domains that no use case chosen by the five clients draws on: not weighed in source quality.
_NOT_NEEDED = ("web_analytics", "crm", "campaign")
_KEYS = ("email", "phone", "mobile", "customer_number", "member_number", "login_id")
_MOMENTS = ("created_at", "changed_at", "last_seen_at", "last_purchase_at")
_FORMATS = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%d-%m-%Y",
            "%d/%m/%Y")  # fmt: skip
_INVALID = ("email_domain_typo", "lost_leading_zero", "org_number_typo", "future_date")
_NAMES = ("full_name", "given_name", "surname", "company_name")


class Rows:
    """The written tables with what their columns mean and whom their rows are about."""

    def __init__(
        self, world: World, tables: dict[tuple[str, str], Table], engagement: dict[str, Any]
    ) -> None:
        self.world, self.told = world, engagement
        self.day = world.client.day
        self.tables = {
            (silo, name): (tables[silo, name].rows, card)
            for silo, source in engagement["sources"].items()
            for name, card in source["tables"].items()
        }
        self._columns = {k: tables[k].columns for k in self.tables}
        self.placeholders = {f[1] for f in world.ledger.faults if f[2] == "placeholder_email"}
        self.person = {
            (silo, table, record): (person, org, kind)
            for silo, table, record, person, _, org, kind in world.ledger.records
        }

    def records(
        self, *, needed: bool = True
    ) -> Iterator[tuple[str, str, dict[str, str], list[Row], str]]:
        """Tables of records: silo, table, attribute by column, rows, grain."""
        for (silo, name), (rows, card) in self.tables.items():
            wanted = not needed or self.told["sources"][silo]["domain"] not in _NOT_NEEDED
            if card["grain"] not in _EVENTS and wanted:
                yield silo, name, card["columns"], rows, card["grain"]

    def columns(self, silo: str, table: str) -> tuple[str, ...]:
        """Every column that was written, whether or not anybody says what it means."""
        return tuple(self._columns[silo, table])

    def value(self, row: Row, columns: dict[str, str], attribute: str) -> object:
        """The first value under an attribute, a placeholder address counted as none."""
        for column, meaning in columns.items():
            held = row.get(column)
            if meaning == attribute and held not in (None, ""):
                if meaning == "email" and str(row.get("kundenr")) in self.placeholders:
                    return None
                return held
        return None

    def about(self, silo: str, table: str, row: Row) -> tuple[str | None, str | None, str]:
        """Person, organisation and kind of a row."""
        key = str(row[self.tables[silo, table][1]["id"]])
        return self.person.get((silo, table, key), (None, None, ""))

    def needed(self) -> set[str]:
        """Attributes whose filling counts."""
        chosen = (self.told.get("use_cases") or {}).get("chosen", [])
        return _CORE.union(*(_NEEDED[c["id"]] for c in chosen))


def counted(rows: Rows) -> Iterator[tuple[str, float | None, float]]:
    """Each counted indicator: id, value (None: not assessed), tolerance."""
    sources = rows.told["sources"]
    yield "2.1", 1.0, 0.001
    yield "2.4", float("shadow" in rows.world.client.silos), 0.001
    yield "3.1", _filled(rows), 0.03
    yield "3.2", _valid(rows), 0.02
    yield "3.3", _excess(rows), 0.03
    yield "3.5", _touched(rows), 0.03
    yield "3.6", _damaged(rows), 0.03
    yield "4.1", _with_key(rows), 0.05
    yield "5.2", _proven(rows), 0.04
    # Contradictions are planted where records can be tied, other people with two states may be
    # missed: among those found the share comes out higher.
    conflict = _in_conflict(rows)
    yield "5.3", conflict, max(0.03, 0.7 * (conflict or 0))
    yield "5.5", _kept_too_long(rows), 0.03
    yield "5.6", _unknown_consent(rows), 0.001
    yield "5.9", _zero_party(sources), 0.001
    yield "7.3", 4.0 if ("erp", "orders") in rows.tables else None, 0.001
    yield "7.4", _order_found(rows), 0.08


def _filled(rows: Rows) -> float:
    filled = every = 0
    for _, _, columns, table, _ in rows.records():
        attributes = {{"mobile": "phone"}.get(a, a) for a in columns.values()}
        for attribute in sorted(attributes & rows.needed()):
            both = ("mobile", "phone") if attribute == "phone" else (attribute,)
            held = [
                sum(rows.value(r, {c: a}, name) is not None for r in table)
                for c, a in columns.items()
                for name in both
                if a == name
            ]
            filled += max(held)
            every += len(table)
    return filled / every


def _valid(rows: Rows) -> float:
    checked = {"email", "phone", "mobile", "postcode", "org_number", "date_of_birth"}
    filled = sum(
        rows.value(r, {c: a}, a) is not None
        for _, _, columns, table, _ in rows.records()
        for c, a in columns.items()
        if a in checked
        for r in table
    )
    return 1 - sum(f[2] in _INVALID for f in rows.world.ledger.faults) / filled


def _excess(rows: Rows) -> float:
    """As the linkage sees it: a company's row is the company, whoever is named on it."""
    records = entities = 0
    for silo, name, _, table, grain in rows.records():
        if grain not in _SINGLE:
            continue
        found = [rows.about(silo, name, r) for r in table]
        known = [(o if k == "organisation" else p) or object() for p, o, k in found]
        records += len(known)
        entities += len(set(known))
    return 1 - entities / records


def _touched(rows: Rows) -> float:
    since = rows.day - timedelta(days=730)
    passed = tested = 0
    for _, _, columns, table, _ in rows.records():
        for row in table:
            newest = _newest(row, columns, rows.day)
            tested += newest is not None
            passed += newest is not None and newest >= since
    return passed / tested


def _newest(row: Row, columns: dict[str, str], day: date) -> date | None:
    moments = [moment(row.get(c)) for c, a in columns.items() if a in _MOMENTS]
    return max((m for m in moments if m is not None and m <= day), default=None)


def moment(value: object) -> date | None:
    """The day of a written date; None for what is none."""
    return value if isinstance(value, date) else _day_written(str(value or ""))


# A delivery writes the same days again and again.
@lru_cache(maxsize=1_000_000)
def _day_written(text: str) -> date | None:
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _damaged(rows: Rows) -> float:
    bad = every = 0
    for _, _, columns, table, _ in rows.records():
        for column in [c for c, a in columns.items() if a in _NAMES]:
            for row in table:
                name = str(row.get(column) or "")
                every += bool(name)
                bad += len(name) > 3 and (name == name.upper() or "Ã" in name or "Test" in name)
    return bad / every


def _with_key(rows: Rows) -> float:
    """Visits are left out: a browser that nobody logged in with is no record of somebody."""
    keyed = every = 0
    for silo, name, columns, table, grain in rows.records(needed=False):
        if grain == "visit":
            continue
        for row in table:
            held = [rows.value(row, columns, k) for k in _KEYS]
            firm = rows.about(silo, name, row)[2] == "organisation"
            keyed += any(held) or (firm and bool(rows.value(row, columns, "org_number")))
            every += 1
    return keyed / every


def _proven(rows: Rows) -> float | None:
    given = [s for s in rows.world.ledger.statements if s.status == "given"]
    return sum(s.proof for s in given) / len(given) if given else None


def _in_conflict(rows: Rows) -> float | None:
    """A yes in one source, a no in another, of those with a state in two."""
    states: dict[str, dict[str, str]] = defaultdict(dict)
    strict = {"given": 1, "refused": 2, "withdrawn": 3}
    for s in rows.world.ledger.statements:
        before = states[s.person_id].get(s.silo, "given")
        states[s.person_id][s.silo] = max(before, s.status, key=strict.__getitem__)
    two = [set(by.values()) for by in states.values() if len(by) >= 2]
    return sum("given" in s and len(s) > 1 for s in two) / len(two) if two else None


def _kept_too_long(rows: Rows) -> float | None:
    late = every = 0
    ordered: dict[str, date] = {}
    for row in rows.tables.get(("erp", "orders"), ([], {}))[0]:
        number, day = str(row["kundenr"]), moment(row["ordredato"])
        if day is not None:
            ordered[number] = max(day, ordered.get(number, day))
    moments = [m for m in _MOMENTS if m != "changed_at"]
    for silo, _, columns, table, _ in rows.records(needed=False):
        months = rows.told["sources"][silo].get("retention_months")
        if not months:
            continue
        edge = _months_before(rows.day, months)
        for row in table:
            seen = [moment(row.get(c)) for c, a in columns.items() if a in moments]
            seen.append(ordered.get(str(row.get("kundenr"))))
            newest = max((m for m in seen if m is not None and m <= rows.day), default=None)
            every += newest is not None
            late += newest is not None and newest < edge
    return late / every if every else None


def _months_before(day: date, months: int) -> date:
    whole = day.year * 12 + day.month - 1 - months
    return date(whole // 12, whole % 12 + 1, min(day.day, 28))


def _unknown_consent(rows: Rows) -> float | None:
    visits = rows.tables.get(("web", "visitors"), ([], {}))[0]
    states = [r["consent_state"] for r in visits]
    return sum(s in ("", "unknown") for s in states) / len(states) if states else None


def _zero_party(sources: dict[str, Any]) -> float | None:
    parties = {s.get("party") for s in sources.values()}
    return None if None in parties else float(parties == {"zero"})


def _order_found(rows: Rows) -> float | None:
    """Tickets of a year that name an order, or whose person has one order in 90 days before."""
    if ("desk", "tickets") not in rows.tables or ("erp", "orders") not in rows.tables:
        return None
    numbers, days = set(), defaultdict(list)
    for row in rows.tables["erp", "orders"][0]:
        numbers.add(str(row["ordrenr"]))
        person = rows.person.get(("erp", "orders", str(row["ordrenr"])), (None,))[0]
        days[person].append(moment(row["ordredato"]))
    found = every = 0
    for row in rows.tables["desk", "tickets"][0]:
        at = moment(row["created_at"])
        if at is None or at < _months_before(rows.day, 12):
            continue
        person = rows.about("desk", "tickets", row)[0]
        near = [d for d in days.get(person, []) if d and at - timedelta(days=90) <= d <= at]
        every += 1
        found += str(row["order_or_customer_no"]) in numbers or (
            person is not None and len(near) == 1
        )
    return found / every if every else None
