"""One page a source, and one for all of them: what a client reads about its own systems."""

from __future__ import annotations

from pathlib import Path

from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake
from scvkit.records.identity import Identity
from scvkit.records.linkage import Linkage
from scvkit.records.usecases import UseCases
from scvkit.report import across_page, gathered, source_page, with_marks
from scvkit.sources import catalogue, measured_contracts
from scvkit.usecases import needed_attributes
from scvkit.workshop.desk import Desk

SOURCES = "sources"
CONTRACTS = "contracts"
ALL = "all-sources"  # a dash, so that no source can be called so


def write_source_pages(
    desk: Desk, folder: Path, *, run_id: str, report: str | None, restricted: bool
) -> list[tuple[str, str]]:
    """Write ``sources/`` under ``folder`` and return (name, address) of each page, all first.

    In a further language of the report the folder is ``sources.<language>/``. Nothing is written
    before the intake is there. ``restricted`` says that the deep dives are exported beside the
    pages and may be linked.
    """
    intake = desk.find("intake", Intake)
    if intake is None:
        return []
    sources = gathered(
        engagement=desk.engagement,
        intake=intake,
        profiles=desk.profiles(),
        identity=desk.find("identity", Identity),
        linkage=desk.find("linkage", Linkage),
        permission=desk.find("permission", Permission),
        use_cases=desk.find("use_cases", UseCases),
        needed_by=needed_attributes(),
    )
    home = folder / sources_folder(desk)
    home.mkdir()
    across = across_page(
        sources,
        engagement=desk.engagement,
        intake=intake,
        words=desk.words,
        run_id=run_id,
        report=report or "",
    )
    _write(desk, home, ALL, str(across))
    pages = [(desk.words("report.index.across"), f"{home.name}/{ALL}.html")]
    for source in sources:
        text = source_page(
            source, words=desk.words, run_id=run_id, report=report or "", restricted=restricted
        )
        _write(desk, home, source.id, str(text))
        pages.append((source.name, f"{home.name}/{source.id}.html"))
    return pages


def sources_folder(desk: Desk) -> str:
    """Name of the folder of the desk's language: "sources" for the report's first."""
    first = not desk.languages or desk.words.language == desk.languages[0]
    return SOURCES if first else f"{SOURCES}.{desk.words.language}"


def _write(desk: Desk, home: Path, name: str, text: str) -> None:
    marked = with_marks(text, desk.engagement, desk.words)
    (home / f"{name}.html").write_text(marked, encoding="utf-8")


def write_contracts(desk: Desk, folder: Path) -> None:
    """Write what is known of each source for other tools: data contracts and a catalogue."""
    intake = desk.find("intake", Intake)
    if intake is None:
        return
    home = folder / CONTRACTS
    home.mkdir()
    contracts = measured_contracts(desk.engagement, intake, desk.profiles(), desk.words)
    for source, text in contracts.items():
        (home / f"{source}.odcs.yaml").write_text(text, encoding="utf-8")
    text = catalogue(desk.engagement, intake)
    (home / "catalogue.dcat.jsonld").write_text(text, encoding="utf-8")


def contracts_in(desk: Desk, folder: Path) -> list[tuple[str, str]]:
    """Return (name, address) of each contract that was written, the catalogue last."""
    names = {key: card.name for key, card in desk.engagement.sources.items()}
    found = []
    for path in sorted((folder / CONTRACTS).glob("*.odcs.yaml")):
        source = path.name.removesuffix(".odcs.yaml")
        found.append((names.get(source, source), f"{CONTRACTS}/{path.name}"))
    found += [
        (desk.words("report.index.catalogue"), f"{CONTRACTS}/{path.name}")
        for path in sorted((folder / CONTRACTS).glob("*.jsonld"))
    ]
    return found
