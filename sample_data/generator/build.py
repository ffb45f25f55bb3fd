"""One client delivery: people, companies, every source, and the truth about them."""

from __future__ import annotations

from pathlib import Path

from . import campaign, club, crm, desk, erp, membership, newsletter, orders, permission, shop, web
from .ledger import Table, Value, World
from .parameters import Client, Preset
from .people import Population
from .truth import measured, write_truth
from .writing import table_rows, write_csv, write_jsonl, write_parquet, write_xlsx

SHADOW_FILE = "Kopi af kampagneliste FINAL2.xlsx"


def build(client: Client, preset: Preset, seed: int, out: Path) -> None:
    """Write `engagement.yaml`, `extracts/` and `truth/` under `out`."""
    extracts = out / "extracts"
    extracts.mkdir(parents=True, exist_ok=True)
    world = _world(client, preset, seed)
    tables: dict[tuple[str, str], dict[str, Value]] = {}

    debtors = erp.debtors(world)
    order_table = orders.orders(world, debtors)
    debtor_table = erp.table(world, debtors)
    write_csv(extracts / "erp_debitor.csv", debtor_table, encoding="cp1252", separator=";")
    write_parquet(extracts / "erp_ordre.parquet", order_table.columns, table_rows(order_table))
    tables["erp", "debtors"] = measured(debtor_table)
    tables["erp", "orders"] = measured(order_table)

    accounts = shop.accounts(world)
    write_jsonl(extracts / "shop_accounts.jsonl", accounts)
    tables["shop", "accounts"] = measured(accounts)

    subscribers, subscriptions = newsletter.subscribers(world)
    write_csv(extracts / "esp_subscribers.csv", subscribers)
    tables["newsletter", "subscribers"] = measured(subscribers)

    sheets = club.members(world)
    write_xlsx(extracts / "klub_medlem.xlsx", sheets)
    whole = Table(club.COLUMNS, [row for sheet in sheets.values() for row in sheet.rows])
    tables["club", "members"] = measured(whole)

    tickets = desk.tickets(world)
    write_csv(extracts / "tickets.csv", tickets)
    tables["desk", "tickets"] = measured(tickets)

    visitors = web.visitors(world)
    write_csv(extracts / "ga_export.csv", visitors)
    tables["web", "visitors"] = measured(visitors)

    account_table, contact_table = crm.accounts_and_contacts(world)
    write_csv(extracts / "crm_konti.csv", account_table)
    write_csv(extracts / "crm_kontakter.csv", contact_table)
    tables["crm", "accounts"] = measured(account_table)
    tables["crm", "contacts"] = measured(contact_table)

    sends = campaign.send_list(world, subscriptions)
    write_csv(extracts / "udsendelse_september.csv", sends)
    tables["sendlist", "sends"] = measured(sends)

    shadow = campaign.shadow_list(world, subscriptions)
    heading: tuple[list[str], ...] = (["Kampagneliste - kopi", "", "", "rettet af LM"], [])
    write_xlsx(extracts / SHADOW_FILE, {"Ark1": shadow}, heading=heading)
    tables["shadow", "rows"] = measured(shadow)

    text = (Path(__file__).parent / "engagement.yaml").read_text(encoding="utf-8")
    (out / "engagement.yaml").write_text(text, encoding="utf-8", newline="\n")
    write_truth(world, out / "truth", tables)


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
