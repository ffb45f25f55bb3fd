"""One made client, as the tests read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML


@dataclass
class Delivery:
    """One made client: extracts as text tables, and its truth."""

    folder: Path

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every extract by silo and table, all values as text, blanks as ''."""
        extracts = self.folder / "extracts"

        def text(name: str, **options: str) -> pd.DataFrame:
            return pd.read_csv(extracts / name, dtype=str, keep_default_na=False, **options)

        sheets = pd.read_excel(extracts / "klub_medlem.xlsx", sheet_name=None, dtype=str)
        shadow = extracts / "Kopi af kampagneliste FINAL2.xlsx"
        lines = (extracts / "shop_accounts.jsonl").read_text(encoding="utf-8").splitlines()
        shop = pd.DataFrame([json.loads(line) for line in lines])
        return {
            "erp.debtors": text("erp_debitor.csv", sep=";", encoding="cp1252"),
            "erp.orders": pd.read_parquet(extracts / "erp_ordre.parquet"),
            "shop.accounts": shop.astype(object).where(shop.notna(), ""),
            "newsletter.subscribers": text("esp_subscribers.csv"),
            "club.members": pd.concat(sheets.values(), ignore_index=True).fillna(""),
            "desk.tickets": text("tickets.csv"),
            "web.visitors": text("ga_export.csv"),
            "crm.accounts": text("crm_konti.csv"),
            "crm.contacts": text("crm_kontakter.csv"),
            "sendlist.sends": text("udsendelse_september.csv"),
            "shadow.rows": pd.read_excel(shadow, header=2, dtype=str).fillna(""),
        }

    @cached_property
    def records(self) -> pd.DataFrame:
        return self.truth("records")

    @cached_property
    def faults(self) -> pd.DataFrame:
        return self.truth("faults")

    @cached_property
    def expected(self) -> dict[str, Any]:
        return self.yaml("truth/expected.yaml")

    @cached_property
    def engagement(self) -> dict[str, Any]:
        return self.yaml("engagement.yaml")

    def yaml(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = YAML(typ="safe").load(self.folder / name)
        return content

    def truth(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "truth" / f"{name}.parquet")

    def damaged(self, silo: str, fault: str) -> set[str]:
        """Record ids that carry a fault."""
        rows = self.faults[(self.faults["silo"] == silo) & (self.faults["fault"] == fault)]
        return set(rows["record_id"])
