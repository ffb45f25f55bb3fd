"""A list of orders that stands alone: its buyers are linked where asked, and told of where not."""

from pathlib import Path

from scvkit.engagement import load_engagement
from scvkit.engine import RowTables, connect
from scvkit.extracts import read_delivery
from scvkit.sources import understand_delivery
from scvkit.vocabulary import Grain
from scvkit.workshop.check import check_engagement
from scvkit.workshop.draft import draft_folder
from scvkit.workshop.single import link_tables

CUSTOMERS = "kundenr;navn;email\n" + "".join(
    f"K{n:04d};Anna{n} Holm{n};a{n}@firma.example\n" for n in range(40)
)
ORDERS = "ordrenr;ordredato;navn;email;beloeb\n" + "".join(
    f"{9000 + n};2026-0{n % 9 + 1}-11;Anna{n % 20} Holm{n % 20};a{n % 20}@firma.example;{n}9,50\n"
    for n in range(60)
)


def test_orders_given_to_link_are_read_for_their_buyers(tmp_path: Path) -> None:
    (tmp_path / "kunder.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "ordrer.csv").write_text(ORDERS, encoding="utf-8")
    told = link_tables([tmp_path / "kunder.csv", tmp_path / "ordrer.csv"])
    assert "In both files: 20 persons" in told


def test_check_says_that_nobody_is_read_out_of_orders_alone(tmp_path: Path) -> None:
    (tmp_path / "ordrer.csv").write_text(ORDERS, encoding="utf-8")
    said = "version: 1\nclient: {name: Holm ApS}\nsources:\n  orders: {name: Orders, domain: shop,"
    engagement = tmp_path / "engagement.yaml"
    table = "tables: {rows: {file: ordrer.csv, grain: GRAIN}}}\n"
    for grain, told in (("order", True), ("customer", False)):
        engagement.write_text(f"{said} {table.replace('GRAIN', grain)}", encoding="utf-8")
        assert ("nobody is read out of it" in check_engagement(engagement).text) is told


def test_what_check_advises_for_orders_alone_is_taken_and_asks_nothing_more(tmp_path: Path) -> None:
    (tmp_path / "ordrer.csv").write_text(ORDERS, encoding="utf-8")
    engagement = tmp_path / "engagement.yaml"
    head = "version: 1\nclient: {name: Holm ApS}\nsources:\n  orders:\n    name: Orders\n"
    orders = (
        f"{head}    domain: shop\n    tables:\n      rows: {{file: ordrer.csv, grain: order}}\n"
    )
    engagement.write_text(orders, encoding="utf-8")
    asked = check_engagement(engagement).text
    advised = asked.partition("sources.orders.tables: ")[2].splitlines()[0]
    engagement.write_text(f"{orders}      {advised}\n", encoding="utf-8")
    checked = check_engagement(engagement)
    assert checked.complete
    assert "nobody is read" not in checked.text
    assert "looks like" not in checked.text


def test_orders_counted_as_customers_are_told_with_the_line_that_mends_them(tmp_path: Path) -> None:
    (tmp_path / "ordrer.csv").write_text(ORDERS, encoding="utf-8")
    engagement = tmp_path / "engagement.yaml"
    said = "version: 1\nclient: {name: Holm ApS}\nsources:\n  orders: {name: Orders, domain: shop,"
    for one_per, told in (("", True), (", one_per: [email]", False)):
        table = f"{{file: ordrer.csv, grain: customer, id: ordrenr{one_per}}}"
        engagement.write_text(f"{said} tables: {{rows: {table}}}}}\n", encoding="utf-8")
        assert ("who ordered three times" in check_engagement(engagement).text) is told


def test_a_buyer_is_drafted_once_and_told_by_the_newest_order(tmp_path: Path) -> None:
    (tmp_path / "ordrer.csv").write_text(ORDERS, encoding="utf-8")
    file, _ = draft_folder(tmp_path / "a", [tmp_path / "ordrer.csv"], client="Holm ApS")
    engagement = load_engagement(file)
    connection, rows = connect(threads=1), RowTables(tmp_path / "work")
    delivery = read_delivery(connection, rows, engagement, tmp_path)
    (source,) = understand_delivery(connection, rows, engagement, delivery).sources
    assert [(t.grain, t.rows) for t in source.tables] == [(Grain.ORDER, 60), (Grain.CUSTOMER, 20)]
    newest = connection.execute(
        f"select email, max(last_purchase_at)::date::varchar from "
        f"{rows.scan('source', source.source, 'customers')} where email like 'a8@%' group by 1"
    ).fetchall()
    assert newest == [("a8@firma.example", "2026-09-11")]
