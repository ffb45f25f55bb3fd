"""The truth tables and the values the package should find."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from .assessment import assessment, strictly_findable
from .ledger import Statement, Table, Value, World
from .noise import folded
from .writing import write_parquet

MAIN_TABLES = {
    ("erp", "debtors"), ("shop", "accounts"), ("newsletter", "subscribers"), ("club", "members"),
    ("desk", "tickets"), ("web", "visitors"), ("crm", "contacts"),
}  # fmt: skip
_SILOS = ("erp", "shop", "newsletter", "club", "desk", "crm", "web")


def write_truth(
    world: World,
    folder: Path,
    measures: dict[tuple[str, str], dict[str, Value]],
    tables: dict[tuple[str, str], Table],
    engagement: str,
) -> None:
    """Write `truth/`; `measures` holds the measured form of each written table."""
    folder.mkdir(parents=True, exist_ok=True)
    _people(world, folder / "persons.parquet")
    _organisations(world, folder / "organisations.parquet")
    ledger = world.ledger
    write_parquet(
        folder / "records.parquet",
        ("silo", "table", "record_id", "person_id", "household_id", "org_id", "entity_kind"),
        sorted(ledger.records, key=lambda r: (r[0], r[1], r[2])),
    )
    write_parquet(
        folder / "faults.parquet",
        ("silo", "record_id", "fault", "attribute"),
        sorted(ledger.faults),
    )
    _consent_events(world, folder / "consent_events.parquet")
    _dump(folder / "canaries.yaml", _canaries(world), "Marked people: none of these values may "
          "appear in anything the kit hands out.")  # fmt: skip
    told = YAML(typ="safe", pure=True).load(engagement)
    content = expected(world, measures) | assessment(world, tables, told)
    _dump(folder / "expected.yaml", content, _RELATION)


def expected(world: World, tables: dict[tuple[str, str], dict[str, Value]]) -> dict[str, Value]:
    """Every indicator with its true value, and how far a measurement may be from it."""
    persons = _persons_by_silo(world)
    return {
        "client": world.client.slug,
        "preset": world.preset.name,
        "seed": world.seed,
        "as_of": world.client.day,
        "tolerance": _TOLERANCE,
        "sources": {
            f"{silo}.{table}": measured | _entities(world, silo, table)
            for (silo, table), measured in tables.items()
        },
        "overlap": _overlaps(persons),
        "overlap_organisations": _organisation_overlap(world),
        "newsletter": _newsletter(world, persons),
        "consent": _consent(world),
        "faults": [
            {
                "silo": silo,
                "fault": fault,
                "count": count,
                "base": world.ledger.bases.get((silo, fault)),
            }
            for (silo, fault), count in sorted(world.ledger.fault_counts().items())
        ],
        "undeclared_files": ["Kopi af kampagneliste FINAL2.xlsx"]
        if "shadow" in world.client.silos
        else [],
    }


def _persons_by_silo(world: World) -> dict[str, set[str]]:
    persons: dict[str, set[str]] = {silo: set() for silo in _SILOS}
    for silo, table, _, person_id, *_ in world.ledger.records:
        if (silo, table) in MAIN_TABLES and person_id is not None:
            persons[silo].add(person_id)
    return persons


def _entities(world: World, silo: str, table: str) -> dict[str, Value]:
    people, organisations, records = set(), set(), 0
    for s, t, _, person_id, _, org_id, kind in world.ledger.records:
        if (s, t) != (silo, table):
            continue
        if kind == "organisation" and org_id:
            organisations.add(org_id)
            records += 1
        elif person_id is not None:
            people.add(person_id)
            records += 1
    result: dict[str, Value] = {}
    if silo == "web":
        holders = {p.person_id for p in world.people if p.shop_ids and "web_login" in p.sources}
        result["true_persons_logged_in"] = len(holders)
    result |= {
        "true_persons": len(people),
        "true_organisations": len(organisations),
    }
    if silo in ("erp", "shop", "club", "newsletter") and (silo, table) in MAIN_TABLES:
        entities = len(people) + len(organisations)
        result["excess_records_share"] = round(1 - entities / records, 4)
    return result


def _overlaps(persons: dict[str, set[str]]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for a, b in combinations(_SILOS, 2):
        both = len(persons[a] & persons[b])
        smaller = min(len(persons[a]), len(persons[b]))
        result[f"{a}-{b}"] = {
            "persons_a": len(persons[a]),
            "persons_b": len(persons[b]),
            "both": both,
            "share_of_smaller": round(both / smaller, 4) if smaller else None,
        }
    return result


def _organisation_overlap(world: World) -> dict[str, Value]:
    known: dict[str, set[str]] = {"erp": set(), "crm": set()}
    for silo, table, _, _, _, org_id, kind in world.ledger.records:
        if silo in known and table in ("debtors", "accounts") and kind == "organisation" and org_id:
            known[silo].add(org_id)
    both = len(known["erp"] & known["crm"])
    return {
        "erp-crm": {
            "organisations_a": len(known["erp"]),
            "organisations_b": len(known["crm"]),
            "both": both,
            "share_of_smaller": _share(both, min(len(known["erp"]), len(known["crm"]))),
        }
    }


def _newsletter(world: World, persons: dict[str, set[str]]) -> dict[str, Value]:
    customers = {p.person_id for p in world.people if p.is_customer}
    readers = persons["newsletter"]
    mailable = {
        s.person_id
        for s in world.ledger.statements
        if s.silo == "newsletter" and s.status == "given"
    }
    return {
        "subscribers": len(readers),
        "customers_true_share": _share(len(readers & customers), len(readers)),
        "subscribed_now": len(mailable),
        "subscribed_customers_true_share": _share(len(mailable & customers), len(mailable)),
        "newest_timestamp": f"{world.client.newsletter_reaches:%Y-%m-%d}",
        "days_late": (world.client.day - world.client.newsletter_reaches).days,
    }


def _consent(world: World) -> dict[str, Value]:
    by_person: dict[str, list[Statement]] = defaultdict(list)
    for statement in world.ledger.statements:
        by_person[statement.person_id].append(statement)
    linked = [s for s in by_person.values() if len({x.silo for x in s}) >= 2]
    against = [s for s in linked if _contradicts(s)]
    withdrawn: dict[str, int] = defaultdict(int)
    withdrawn_people = 0
    for statements in by_person.values():
        gone = {s.silo for s in statements if s.status == "withdrawn"}
        still = {s.silo for s in statements if s.status == "given"} - gone
        withdrawn_people += bool(gone and still)
        for a in gone:
            for b in still:
                withdrawn[f"withdrawn in {a}, given in {b}"] += 1
    kinds: dict[str, int] = defaultdict(int)
    for state in world.permissions.values():
        if state.planted:
            kinds[state.planted] += 1
    in_two = sum(len(p.sources & {"newsletter", "shop", "club", "crm"}) >= 2 for p in world.people)
    given = [s for s in world.ledger.statements if s.status == "given"]
    faults = world.ledger.fault_counts()
    return {
        "people_in_two_sources": in_two,
        "people_with_statements_in_two_sources": len(linked),
        "contradictory_email_marketing_people": len(against),
        "withdrawn_but_mailable_people": withdrawn_people,
        "withdrawn_but_mailable_by_sources": dict(sorted(withdrawn.items())),
        "withdrawn_but_mailable_people_strictly_findable": strictly_findable(world),
        "planted_people_by_kind": dict(sorted(kinds.items())),
        "planted_share_of_people_in_two_sources": _share(sum(kinds.values()), in_two),
        "given_statements": len(given),
        "given_without_proof_share": round(sum(not s.proof for s in given) / len(given), 4),
        "withdrawals_after_club_export": faults.get(
            ("newsletter", "withdrawn_after_club_export"), 0
        ),
        "mailed_after_withdrawal": faults.get(("sendlist", "mailed_after_withdrawal"), 0),
        "unsubscribed_in_shadow_list": faults.get(("shadow", "unsubscribed_in_shadow"), 0),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _contradicts(statements: list[Statement]) -> bool:
    given = {s.silo for s in statements if s.status == "given"}
    against = {s.silo for s in statements if s.status != "given"}
    return any(a != b for a in given for b in against)


def _consent_events(world: World, path: Path) -> None:
    rows: list[tuple[Value, ...]] = []
    for person in world.people:
        state = world.permissions[person.person_id]
        if not person.sources & {"newsletter", "shop", "club", "crm"}:
            continue
        first = "refused" if state.email == "refused" else "given"
        rows.append(
            (person.person_id, "email", "marketing", first, f"{state.since:%Y-%m-%dT%H:%M:%S}",
             state.text, state.planted)
        )  # fmt: skip
        if state.withdrawn_at is not None:
            rows.append(
                (person.person_id, "email", "marketing", "withdrawn",
                 f"{state.withdrawn_at:%Y-%m-%dT%H:%M:%S}", state.text, state.planted)
            )  # fmt: skip
        if "club" in person.sources:
            for channel, yes in (("sms", state.sms), ("post", state.post)):
                rows.append(
                    (person.person_id, channel, "marketing", "given" if yes else "refused",
                     f"{state.since:%Y-%m-%dT%H:%M:%S}", state.text, "")
                )  # fmt: skip
    columns = ("person_id", "channel", "purpose", "event", "at", "text_version", "planted")
    write_parquet(path, columns, rows)


def _people(world: World, path: Path) -> None:
    columns = (
        "person_id", "household_id", "kind", "is_customer", "country", "is_canary", "org_id",
        "sources", "moved", "shares_mailbox", "shares_phone", "father_and_son",
    )  # fmt: skip
    rows = [
        (
            p.person_id,
            p.household_id,
            "contact" if p.contact_only else "both" if p.job else "private",
            p.is_customer,
            p.country,
            p.canary is not None,
            p.job.company.org_id if p.job else None,
            ",".join(sorted(p.sources)),
            p.former_home is not None,
            p.shares_mailbox,
            p.shares_phone,
            p.father_and_son,
        )
        for p in world.people
    ]
    write_parquet(path, columns, rows)


def _organisations(world: World, path: Path) -> None:
    columns = ("org_id", "country", "org_number", "advertising_protected", "in_erp")
    rows = [
        (c.org_id, c.country, c.org_no, c.protected, bool(c.erp_numbers)) for c in world.companies
    ]
    write_parquet(path, columns, rows)


def _canaries(world: World) -> dict[str, Value]:
    people = {p.canary: p for p in world.people if p.canary is not None}
    result = []
    for number, values in sorted(world.ledger.marked.items()):
        person = people[number]
        everything: dict[str, set[str]] = {k: set(v) for k, v in values.items()}
        everything.setdefault("given_name", set()).add(person.name.given)
        everything.setdefault("surname", set()).add(person.name.surname)
        everything.setdefault("full_name", set()).update(
            {person.full_name, folded(person.full_name)}
        )
        result.append(
            {
                "canary": number,
                "person_id": person.person_id,
                "values": {k: sorted(v) for k, v in sorted(everything.items())},
            }
        )
    return {"canaries": result}


def _dump(path: Path, content: dict[str, Value], comment: str) -> None:
    writer = YAML()
    writer.Representer = _Quoting
    writer.width = 100
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"# {line}\n" for line in comment.splitlines())
        writer.dump(content, file)


class _Quoting(RoundTripRepresenter):
    """Text with a digit is quoted, so that no reader takes a phone number for a number."""


def _text(representer: RoundTripRepresenter, value: str) -> ScalarNode:
    style = "'" if any(c.isdigit() for c in value) else None
    return representer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Quoting.add_representer(str, _text)


def measured(table: Table, written: int | None = None) -> dict[str, Value]:
    """Rows and the share of non-blank values of each column."""
    rows = len(table.rows)
    return {
        "rows": rows if written is None else written,
        "filled": {
            c: round(sum(row[c] not in (None, "") for row in table.rows) / rows, 4)
            for c in table.columns
        },
    }


_TOLERANCE: dict[str, Value] = {
    "rows": 0,
    "filled": 0.001,
    "overlap_found_at_most": 0.02,
    "overlap_found_at_least": -0.30,
    "excess_records_share": 0.03,
    "customers_share_found_at_most": 0.02,
    "strict_withdrawals_found_at_least": 0.8,
}
_RELATION = """True values of the sample client; the kit may not read this file, only tests do.
Found overlap is a floor: found <= true + overlap_found_at_most (false merges), and may be as far
below as overlap_found_at_least (second addresses, mail-only rows). The same holds for the share
of subscribers found among customers, and for excess records (found within the tolerance).
Rows and filled shares are counted on the written files: a cell of blanks is not filled.
Of the strictly findable withdrawn-but-mailable people, a strict linkage should find at least
strict_withdrawals_found_at_least, and never more than withdrawn_but_mailable_people."""
