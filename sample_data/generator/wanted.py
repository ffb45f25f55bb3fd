"""Indicators of what the use cases want: attributes, columns, feeds, the last campaign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain

from .counted import Rows, moment
from .words import words

# What each use case of the core twelve draws on, by the table of use cases in the readiness model:
# attributes (any alternative counts as one of them), the domains of its feeds, the hours it may
# wait, and whether marketing asks for it.
WANTED = {
    "U1": words("last_purchase_at order_number amount customer_number member_number email country "
                "company_name"),
    "U2": words("topic created_at last_seen_at email"),
    "U3": words("last_purchase_at order_number product segment unit_cost email"),
    "U5": words("login_id customer_number member_number"),
    "U6": words("order_number last_purchase_at product warranty_end promotion product_serial email "
                "phone"),
    "U7": words("order_number last_purchase_at phone email"),
    "U8": words("last_purchase_at order_number product segment topic email phone street"),
    "U9": words("product stock url"),
    "U11": words("product last_purchase_at order_number returned_at email"),
    "U15": words("product stock unit_cost promised_at delivered_at email"),
    "U16": words("email phone street"),
    "U17": words("segment email"),
}  # fmt: skip
_BUYING = ("purchases", "shop", "loyalty")
_FEEDS = {
    "U1": (("newsletter",), _BUYING),
    "U2": (("service",), ("newsletter",)),
    "U3": (_BUYING, ("newsletter",)),
    "U6": (("service",), ("purchases", "shop")),
    "U7": (("service",), ("purchases", "shop")),
    "U11": (_BUYING,),
    "U16": (("newsletter",), ("shop",), ("loyalty",), ("crm",)),
}
_HOURS = {"U1": 744, "U2": 744, "U3": 168, "U6": 1 / 12, "U7": 1, "U11": 24, "U16": 24}
_OF_MARKETING = ("U1", "U3", "U8", "U17")
# Columns the engagement file leaves unexplained, by what they are.
_TRULY = {
    "ok_sms": "consent_flag", "ok_post": "consent_flag", "first_seen": "created_at",
    "produkt": "product",
}  # fmt: skip
# They forbid, block, tell of mail that came back, or mark a test: who wants none of it for a use
# case still needs it.
_MARKS = {"spaerret", "reklamebeskyttet", "bounces", "is_test", "status"}
# Free text in which a birth number was planted is locked away before anybody counts columns.
_LOCKED = ("birth_number_like", "body_short")
_IDENTITY = words(
    "unique_id given_name middle_name surname full_name company_name email phone mobile street "
    "house_number postcode city country date_of_birth org_number vat_number customer_number "
    "member_number login_id account_number"
)
_PERMISSION = words("consent_flag consent_time consent_source consent_text withdrawal_time")
_LEGAL = words("national_id created_at changed_at amount currency order_number")
_ACTIVE = ("created_at", "last_seen_at", "last_purchase_at")
_BEHAVIOUR = {
    "purchases": "purchase", "shop": "purchase", "loyalty": "purchase", "service": "service",
    "newsletter": "marketing", "campaign": "marketing", "web_analytics": "self_service",
}  # fmt: skip
_KEYS = ("email", "phone", "mobile", "customer_number", "member_number", "login_id")
_USABLE = 0.2


def wanted(rows: Rows) -> Iterator[tuple[str, float | None, float]]:
    """Each indicator: id, value (None: not assessed), tolerance."""
    chosen = [c["id"] for c in (rows.told.get("use_cases") or {}).get("chosen", [])]
    # Counts of columns and of feeds are exact: nothing about them is estimated.
    yield "1.3", _dark(rows), 0.001
    yield "1.4", _present(rows, chosen), 0.001
    yield "2.3", _behaviours(rows), 0.001
    # One text is a date to one reader and none to another: two values in a thousand.
    yield "3.7", _two_readings(rows), 0.002
    yield "6.1", _in_time(rows, chosen), 0.001
    # An address that stands twice in a list is one reader to one count and two to another.
    yield "6.4", _rebuilt(rows), 0.01
    yield "7.2", float(len(set(chosen).difference(_OF_MARKETING))), 0.001


def _dark(rows: Rows) -> float:
    """Filled columns that no use case, no core and no law wants, of all filled ones."""
    used = set(chain(_IDENTITY, _PERMISSION, _LEGAL, *WANTED.values()))
    # A mobile number is a phone number; opening a mail tells when somebody was last seen.
    used |= {"mobile", "last_seen_at"}
    dark = filled = 0
    locked = any(f[2] == _LOCKED[0] for f in rows.world.ledger.faults)
    for silo, name in rows.tables:
        table, card = rows.tables[silo, name]
        consent = [c for c in rows.told["sources"][silo].get("consent", []) if c["table"] == name]
        explained = {
            c.get(part)
            for c in consent
            for part in ("column", "time", "source", "text", "withdrawal_time")
        }
        for column in rows.columns(silo, name):
            empty = all(row.get(column) is None or not str(row[column]).strip() for row in table)
            if empty or (locked and column == _LOCKED[1]):
                continue
            meaning = _TRULY.get(column) or card["columns"].get(column, "other")
            filled += 1
            wanted_for = column in explained or column in _MARKS or column == card.get("id")
            dark += not wanted_for and meaning not in used
    return dark / filled


def _present(rows: Rows, chosen: list[str]) -> float | None:
    needed = set(chain.from_iterable(WANTED[c] for c in chosen))
    there = {a for _, card in rows.tables.values() for a in card["columns"].values()}
    if {"mobile", "phone"} & there:
        there |= {"mobile", "phone"}
    if any(card["grain"] == "order" for _, card in rows.tables.values()):
        there.add("last_purchase_at")
    return len(needed & there) / len(needed) if needed else None


def _behaviours(rows: Rows) -> float:
    """Kinds of behaviour whose rows carry a key of a person often enough."""
    found = set()
    for silo, source in rows.told["sources"].items():
        tables = [(rows.tables[silo, n][0], source["tables"][n]) for n in source["tables"]]
        keyed = {
            key
            for table, card in tables
            if card["grain"] not in ("order", "send")
            for key in _KEYS
            if sum(rows.value(r, card["columns"], key) is not None for r in table)
            >= _USABLE * len(table)
        }
        if not keyed:
            continue
        found.add(_BEHAVIOUR.get(source["domain"], ""))
        found |= {"self_service"} if "login_id" in keyed else set()
        for _, card in tables:
            meanings = set(card["columns"].values())
            found |= {"purchase"} if card["grain"] == "order" else set()
            found |= {"product"} if "product" in meanings else set()
            if card["grain"] != "order" and meanings & {"amount", "account_number"}:
                found.add("finance")
    return float(len(found - {""}))


def _two_readings(rows: Rows) -> float | None:
    """Dates of a column that holds both orders, where neither part says which is the day."""
    doubt = every = 0
    for _, _, columns, table, _ in rows.records():
        for column in columns:
            texts = [row.get(column) for row in table if row.get(column) not in (None, "")]
            dates = [t for t in texts if _is_date(t)]
            numbers = all(isinstance(d, int) for d in dates)
            if len(dates) < 0.9 * len(texts) or numbers:
                continue
            every += len(dates)
            parts = [t for t in (_parts(t) for t in dates) if t is not None]
            if any(a > 12 for a, _ in parts) and any(b > 12 for _, b in parts):
                doubt += sum(a <= 12 and b <= 12 and a != b for a, b in parts)
    return doubt / every if every else None


def _is_date(value: object) -> bool:
    # A sheet holds some days as the number of days since 1900.
    return isinstance(value, date | int) or moment(value) is not None or _parts(value) is not None


def _parts(value: object) -> tuple[int, int] | None:
    """Day and month, in whichever order, of a text that ends in the year."""
    pieces = str(value).split(" ")[0].replace("-", "/").split("/")
    if isinstance(value, date) or len(pieces) != 3 or len(pieces[2]) != 4:
        return None
    return (int(pieces[0]), int(pieces[1])) if all(p.isdigit() for p in pieces) else None


def _in_time(rows: Rows, chosen: list[str]) -> float | None:
    """Use cases in time for nearly all they concern; what days cannot tell is what was told."""
    answers = [_fresh_for_people(rows, c) or _fresh(rows, c) for c in chosen if c in _FEEDS]
    known = [a for a in answers if a is not None]
    return sum(known) / len(known) if known and len(known) >= 0.6 * len(answers) else None


def _fresh_for_people(rows: Rows, case: str) -> bool:
    """Whether, for four of five people in all feeds of a use case, nothing came after its feeds.

    A need of less than a day is not seen in days.
    """
    if _HOURS[case] < 24:
        return False
    sources = rows.told["sources"]
    newest = {silo: _newest(rows, silo) or date.min for silo in sources}
    allowed = timedelta(hours=_HOURS[case])
    fresh = people = 0
    for seen in _last_of_people(rows).values():
        in_feeds = [
            [newest[silo] for silo in seen if sources[silo]["domain"] in group]
            for group in _FEEDS[case]
        ]
        if all(in_feeds):
            people += 1
            fresh += all(max(seen.values()) <= max(feed) + allowed for feed in in_feeds)
    return people > 0 and fresh / people >= 0.8


@lru_cache(maxsize=1)
def _last_of_people(rows: Rows) -> dict[str, dict[str, date]]:
    """The newest day of each person in each silo."""
    last: dict[str, dict[str, date]] = defaultdict(dict)
    for silo, name, columns, table, _ in rows.records(needed=False):
        dated = [c for c, meaning in columns.items() if meaning in _ACTIVE]
        for row in table:
            person, _, kind = rows.about(silo, name, row)
            days = [d for d in (moment(row.get(c)) for c in dated) if d and d <= rows.day]
            if person and kind != "organisation":
                last[person][silo] = max([last[person].get(silo, date.min), *days])
    return last


def _fresh(rows: Rows, case: str) -> bool | None:
    ages, told = [], []
    for domains in _FEEDS[case]:
        sources = [s for s, c in rows.told["sources"].items() if c["domain"] in domains]
        if not sources:
            continue
        newest = [d for d in (_newest(rows, s) for s in sources) if d is not None]
        ages.append((rows.day - max(newest)).days if newest else None)
        hours = [rows.told["sources"][s].get("available_after_hours") for s in sources]
        told.append(min((h for h in hours if h is not None), default=None))
    if ages and None not in ages:
        age = max(a for a in ages if a is not None)
        if _HOURS[case] >= 24:
            return age * 24 <= _HOURS[case]
        if age > 1:
            return False
    if not told or None in told:
        return None
    return bool(max(h for h in told if h is not None) <= _HOURS[case])


@lru_cache(maxsize=64)
def _newest(rows: Rows, silo: str) -> date | None:
    """The newest day in a source's rows, of people, companies, events and statements."""
    found = []
    for name in rows.told["sources"][silo]["tables"]:
        table, card = rows.tables[silo, name]
        dated = [
            c
            for c, meaning in card["columns"].items()
            if meaning in ("created_at", "changed_at", "last_seen_at", "last_purchase_at")
        ]
        found += [moment(row.get(c)) for row in table for c in dated]
    return max((d for d in found if d is not None and d <= rows.day), default=None)


def _rebuilt(rows: Rows) -> float | None:
    """Addresses in which the last campaign and those subscribed when it left differ."""
    if ("sendlist", "sends") not in rows.tables:
        return None
    sent: dict[str, set[str]] = {}
    began: dict[str, str] = {}
    for row in rows.tables["sendlist", "sends"][0]:
        campaign, at = str(row["campaign_id"]), str(row["sent_at"])
        sent.setdefault(campaign, set()).add(str(row["email"]).lower())
        began[campaign] = min(at, began.get(campaign, at))
    last = max(began, key=lambda c: began[c])
    at = began[last]
    rebuilt = {
        str(row["email"]).lower()
        for row in rows.tables["newsletter", "subscribers"][0]
        if (row["status"] == "subscribed" or str(row["unsub_ts"]) > at)
        and row["status"] in ("subscribed", "unsubscribed")
        and str(row["consent_ts"]) <= at
    }
    said = (rows.told.get("last_campaign") or {}).get("audience")
    lacking, added = sent[last] - rebuilt, rebuilt - sent[last]
    if said == "everybody":
        return len(lacking | added) / len(sent[last] | rebuilt)
    return len(lacking) / len(sent[last])
