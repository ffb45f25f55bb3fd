"""A list of orders that stands alone: its buyers are linked where asked, and told of where not."""

from pathlib import Path

from scvkit.workshop.check import check_engagement
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
