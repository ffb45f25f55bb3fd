"""The other forms of a report beside its page: a workbook of its tables, and a PDF."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scvkit.batch.pdf import print_page
from scvkit.locale.words import Words
from scvkit.report import ROLES, workbook

_SECTIONS = (*(f"r{number}" for number in range(1, 11)), "rules")
_FURTHER = ("what-if", "segments", "core", "dimensions", "five-vs", "r11")


def write_workbook(page: Path, words: Words) -> Path:
    """Write ``report.<lang>.xlsx`` beside the page of a report, and return it."""
    names = {anchor: words(f"report.roles.sections.{anchor}") for anchor in _SECTIONS}
    names |= {anchor: words(f"report.workbook.sheets.{anchor}") for anchor in _FURTHER}
    names |= {role: words("report.roles.title") for role in ROLES}
    names |= {f"{role}.table": words(f"report.roles.{role}.name") for role in ROLES}
    target = page.with_suffix(".xlsx")
    target.write_bytes(workbook(page.read_text(encoding="utf-8"), words, names))
    return target


def print_reports(browser: Path, pages: Iterable[Path]) -> None:
    """Print each report to a PDF beside it; raises OutputError when the browser fails."""
    for page in pages:
        print_page(browser, page, page.with_suffix(".pdf"))


def forms_of(page: str, words: Words, *, pdf: bool) -> list[tuple[str, str]]:
    """(Name, address) of the forms that lie beside the report at the address ``page``."""
    stem = page.removesuffix(".html")
    found = [(words("report.index.workbook"), f"{stem}.xlsx")]
    return [*found, (words("report.index.pdf"), f"{stem}.pdf")] if pdf else found
