"""One client delivery: people, companies, every source, and the truth about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from . import campaign, club, crm, desk, erp, membership, newsletter, orders, permission, shop, web
from .engagements import engagement_text
from .later import six_months_later
from .ledger import Table, World
from .parameters import Client, Preset
from .people import Population
from .tidy import tidied
from .truth import measured, write_truth
from .writing import table_rows, write_csv, write_jsonl, write_parquet, write_xlsx

SHADOW_FILE = "Kopi af kampagneliste FINAL2.xlsx"
Tables = dict[tuple[str, str], Table]
_AMENDED: dict[str, Callable[[World, Tables], None]] = {
    "taerskel_b": six_months_later,
    "tidy": tidied,
}


def build(client: Client, preset: Preset, seed: int, out: Path) -> None:
    """Write `engagement.yaml`, `extracts/` and `truth/` under `out`."""
    extracts = out / "extracts"
    extracts.mkdir(parents=True, exist_ok=True)
    if not client.faults.erp_second_record:
        preset = replace(preset, minimum_faults=0)
    world = _world(client, preset if client.canaries else replace(preset, canaries=0), seed)
    tables = _tables(world)
    if client.slug in _AMENDED:
        _AMENDED[client.slug](world, tables)
    for name in [name for name in tables if name[0] not in client.silos]:
        del tables[name]
    world.ledger.keep(client.silos)
    for name, table in tables.items():
        _FILES[name].write(extracts, table)
    text = engagement_text(client)
    (out / "engagement.yaml").write_text(text, encoding="utf-8", newline="\n")
    write_truth(world, out / "truth", {n: measured(t) for n, t in tables.items()}, tables, text)


def _world(client: Client, preset: Preset, seed: int) -> World:
    population = Population(client, preset, seed)
    membership.assign(population, seed)
    states = permission.decide(client, preset, population.people, seed)
    return World(
        client=client,
        preset=preset,
        seed=seed,
        population=population,
        permissions={
            p.person_id: state for p, state in zip(population.people, states, strict=True)
        },
    )


def _tables(world: World) -> Tables:
    """Every table, in the order in which one is made from another."""
    tables: Tables = {}
    debtors = erp.debtors(world)
    order_table = orders.orders(world, debtors)
    tables["erp", "debtors"] = erp.table(world, debtors)
    tables["erp", "orders"] = order_table
    tables["shop", "accounts"] = shop.accounts(world)
    tables["newsletter", "subscribers"], subscriptions = newsletter.subscribers(world)
    tables["club", "members"] = club.members(world)
    tables["desk", "tickets"] = desk.tickets(world)
    tables["web", "visitors"] = web.visitors(world)
    tables["crm", "accounts"], tables["crm", "contacts"] = crm.accounts_and_contacts(world)
    tables["sendlist", "sends"] = campaign.send_list(world, subscriptions)
    tables["shadow", "rows"] = campaign.shadow_list(world, subscriptions)
    return tables


@dataclass(frozen=True, slots=True)
class _File:
    """How a table is written."""

    name: str
    form: str = "csv"

    def write(self, folder: Path, table: Table) -> None:
        path = folder / self.name
        if self.form == "windows":
            write_csv(path, table, encoding="cp1252", separator=";")
        elif self.form == "parquet":
            write_parquet(path, table.columns, table_rows(table))
        elif self.form == "jsonl":
            write_jsonl(path, table)
        elif self.form == "sheets":
            write_xlsx(path, club.sheets(table))
        elif self.form == "shadow":
            heading: tuple[list[str], ...] = (["Kampagneliste - kopi", "", "", "rettet af LM"], [])
            write_xlsx(path, {"Ark1": table}, heading=heading)
        else:
            write_csv(path, table)


_FILES = {
    ("erp", "debtors"): _File("erp_debitor.csv", "windows"),
    ("erp", "orders"): _File("erp_ordre.parquet", "parquet"),
    ("shop", "accounts"): _File("shop_accounts.jsonl", "jsonl"),
    ("newsletter", "subscribers"): _File("esp_subscribers.csv"),
    ("club", "members"): _File("klub_medlem.xlsx", "sheets"),
    ("desk", "tickets"): _File("tickets.csv"),
    ("web", "visitors"): _File("ga_export.csv"),
    ("crm", "accounts"): _File("crm_konti.csv"),
    ("crm", "contacts"): _File("crm_kontakter.csv"),
    ("sendlist", "sends"): _File("udsendelse_september.csv"),
    ("shadow", "rows"): _File(SHADOW_FILE, "shadow"),
}
