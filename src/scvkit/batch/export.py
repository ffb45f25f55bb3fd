"""Write the run's pages beside the previous ones, search them, and swap them in when clean."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scvkit.batch.forms import forms_of, print_reports, write_workbook
from scvkit.batch.gate import Breach, breaches, personal_values
from scvkit.batch.notebook_page import convert
from scvkit.batch.provenance import engagement_hashes, failed_before, made_from
from scvkit.batch.source_pages import (
    SOURCES,
    contracts_in,
    sources_folder,
    write_contracts,
    write_source_pages,
)
from scvkit.batch.swap import swap_in
from scvkit.errors import PrivacyBreach
from scvkit.landscape import draw_map, picture_of
from scvkit.locale import LANGUAGES
from scvkit.readiness import headline
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake
from scvkit.records.landscape import LandscapeMap
from scvkit.records.linkage import Linkage
from scvkit.records.readiness import Readiness
from scvkit.records.usecases import UseCases
from scvkit.report import (
    Making,
    index_page,
    making,
    recoloured,
    with_marks,
)
from scvkit.workshop.desk import Desk
from scvkit.workshop.folders import make_private
from scvkit.workshop.minutes import minutes_page

if TYPE_CHECKING:
    from scvkit.batch.outcome import TaskOutcome

REPORT_NOTEBOOK = "08_readiness"
MINUTES = "minutes.html"


def export_run(
    desk: Desk,
    out: Path,
    *,
    run_id: str,
    outcomes: Sequence[TaskOutcome],
    files: Mapping[str, str],
    started: dt.datetime,
    only: Sequence[str] = (),
    to_send: bool = False,
    browser: Path | None = None,
) -> Path:
    """Export everything to ``out`` and return the path of the index page.

    With ``to_send`` the analyst's pages stay in the work folder: what is left can be sent whole.
    With a ``browser`` every report is printed too, once the privacy gate has passed.

    Raises PrivacyBreach, naming page and attribute, when a page holds a personal value: the
    pages then stay in the work folder and the previous report stays as it was.
    """
    beside = desk.work / "export"
    shutil.rmtree(beside, ignore_errors=True)
    make_private(beside)
    _copy_results(desk, beside / "results")
    notebooks: list[tuple[str, str]] = []
    dives: list[tuple[str, str]] = []
    if not to_send:
        restricted = make_private(beside / "restricted")
        notebooks = _notebook_pages(desk, restricted, run_id, outcomes)
        dives = _deep_dive_pages(desk, restricted)
    made = made_from(desk, outcomes)
    report = _report_page(desk, beside, run_id, outcomes, made)
    _map_picture(desk, beside)
    write_contracts(desk, beside)
    if text := minutes_page(desk, run_id=run_id):
        (beside / MINUTES).write_text(text, encoding="utf-8")
    about = write_source_pages(desk, beside, run_id=run_id, report=report, restricted=not to_send)
    others = _further_languages(desk, beside, run_id, outcomes, made, restricted=not to_send)
    pdf = browser is not None
    _write_index(desk, beside, run_id, outcomes, report, about, notebooks, dives, others, pdf=pdf)
    _write_run(desk, beside, run_id, outcomes, files, made, only, started)
    _refuse_leaks(desk, beside)
    if browser is not None:
        print_reports(browser, sorted(beside.glob("report.*.html")))
    return swap_in(beside, out) / "index.html"


def _copy_results(desk: Desk, folder: Path) -> None:
    folder.mkdir()
    for name in desk.results.names():
        desk.results.send(name, folder)


def _notebook_pages(
    desk: Desk, folder: Path, run_id: str, outcomes: Sequence[TaskOutcome]
) -> list[tuple[str, str]]:
    """One page per executed notebook, code shown; returns (name, address) pairs."""
    pages = []
    in_other_words = {f"{REPORT_NOTEBOOK}-{language}" for language in desk.languages[1:]}
    for outcome in outcomes:
        if outcome.name in in_other_words:  # the analyst reads the first; the report has them all
            continue
        executed = desk.work / "notebooks" / f"{outcome.name}.ipynb"
        if executed.is_file():
            text = convert(
                executed, desk, run_id, code=True, failed=failed_before(outcome, outcomes)
            )
            # The analyst's pages lie one folder deeper than the report they are made like.
            text = text.replace(f'href="{SOURCES}/', f'href="../{SOURCES}/')
            (folder / f"{outcome.name}.html").write_text(text, encoding="utf-8")
            pages.append((outcome.name, f"restricted/{outcome.name}.html"))
    return pages


def _deep_dive_pages(desk: Desk, folder: Path) -> list[tuple[str, str]]:
    pages = []
    for page in sorted(desk.pages.glob("*.html")):
        shutil.copyfile(page, folder / page.name)
        pages.append((page.stem, f"restricted/{page.name}"))
    return pages


def _report_page(
    desk: Desk, folder: Path, run_id: str, outcomes: Sequence[TaskOutcome], made: Making
) -> str | None:
    """The stakeholder's report from the readiness notebook of the desk's language, code hidden."""
    further = "" if desk.words.language in desk.languages[:1] else f"-{desk.words.language}"
    executed = desk.work / "notebooks" / f"{REPORT_NOTEBOOK}{further}.ipynb"
    if not executed.is_file() or desk.find("readiness", Readiness) is None:
        return None
    name = f"report.{desk.words.language}.html"
    failed = tuple((o.name, o.reason) for o in outcomes if o.outcome != "done")
    text = convert(
        executed, desk, run_id, code=False, failed=failed, last=making(made, desk.words, desk.names)
    )
    if further:
        text = text.replace(f'href="{SOURCES}/', f'href="{sources_folder(desk)}/')
    marked = with_marks(text, desk.engagement, desk.words)
    (folder / name).write_text(marked, encoding="utf-8")
    write_workbook(folder / name, desk.words)
    return name


def _further_languages(
    desk: Desk,
    folder: Path,
    run_id: str,
    outcomes: Sequence[TaskOutcome],
    made: Making,
    *,
    restricted: bool,
) -> list[tuple[str, str, str]]:
    """Report, map and source pages in the other languages; (code, name, address) of the reports."""
    reports = []
    for language in desk.languages[1:]:
        other = desk.in_language(language)
        report = _report_page(other, folder, run_id, outcomes, made)
        _map_picture(other, folder)
        about = write_source_pages(
            other, folder, run_id=run_id, report=report, restricted=restricted
        )
        if address := report or next((address for _, address in about), None):
            reports.append((language, LANGUAGES[language], address))
    return reports


def _map_picture(desk: Desk, folder: Path) -> None:
    """The map alone, for slides: as a drawing, and as a picture where its letters can be set."""
    landscape = desk.find("landscape", LandscapeMap)
    if landscape is not None:
        first = desk.words.language in desk.languages[:1]
        name = "map" if first else f"map.{desk.words.language}"
        said = desk.engagement.report
        drawn = draw_map(landscape, desk.words, titled=True)
        drawn = recoloured(drawn, said.colour if said else None)
        (folder / f"{name}.svg").write_text(drawn, encoding="utf-8")
        if picture := picture_of(drawn):
            (folder / f"{name}.png").write_bytes(picture)


def _write_index(
    desk: Desk,
    folder: Path,
    run_id: str,
    outcomes: Sequence[TaskOutcome],
    report: str | None,
    source_pages: list[tuple[str, str]],
    notebooks: list[tuple[str, str]],
    dives: list[tuple[str, str]],
    others: list[tuple[str, str, str]],
    *,
    pdf: bool,
) -> None:
    readiness = desk.find("readiness", Readiness)
    failed = tuple((o.name, o.reason) for o in outcomes if o.outcome != "done")
    page = index_page(
        engagement=desk.engagement,
        readiness=readiness,
        headline=headline(readiness, desk.words) if readiness else None,
        linkage=desk.find("linkage", Linkage),
        permission=desk.find("permission", Permission),
        use_cases=desk.find("use_cases", UseCases),
        intake=desk.find("intake", Intake),
        words=desk.words,
        run_id=run_id,
        report=report,
        other_languages=others,
        forms={
            page: forms_of(page, desk.words, pdf=pdf)
            for page in (report, *(address for _, _, address in others))
            if page and page.startswith("report.")
        },
        minutes=MINUTES if (folder / MINUTES).is_file() else None,
        source_pages=source_pages,
        pictures=[
            (path.suffix[1:].upper(), path.name)
            for path in sorted(folder.glob("map.*"), reverse=True)
        ],
        contracts=contracts_in(desk, folder),
        notebooks=notebooks,
        deep_dives=dives,
        failed=failed,
    )
    marked = with_marks(str(page), desk.engagement, desk.words)
    (folder / "index.html").write_text(marked, encoding="utf-8")


def _write_run(
    desk: Desk,
    folder: Path,
    run_id: str,
    outcomes: Sequence[TaskOutcome],
    files: Mapping[str, str],
    made: Making,
    only: Sequence[str],
    started: dt.datetime,
) -> None:
    """Everything about the run that is not a result: times, versions, hashes, failures."""
    body = {
        "schema": 1,
        "run_id": run_id,
        "client": desk.engagement.client.name,
        "as_of": str(desk.as_of) if desk.as_of else None,
        "started": started.isoformat(timespec="seconds"),
        "seconds": {o.name: o.seconds for o in outcomes if o.seconds is not None},
        "versions": dict(made.versions),
        "files": dict(files),
        "engagement": engagement_hashes(desk),
        "language": desk.words.language,
        "languages": list(desk.languages),
        "only": list(only),
        "seeds": dict(made.seeds),
        "parameters": {step.name: dict(step.parameters) for step in made.steps},
        "thresholds_changed": {
            name: {"usual": list(usual), "own": list(own)}
            for name, (usual, own) in made.thresholds.items()
        },
        "linkage_decided": dict(made.linkage),
        "sampled": [
            {"table": table, "rows_shown": shown, "rows": rows}
            for table, shown, rows in made.sampled
        ],
        "steps": [
            {
                "name": o.name,
                "outcome": o.outcome,
                "reason": o.reason,
                "kept_from_earlier_run": o.kept,
                "second_smaller_try": o.lighter,
            }
            for o in outcomes
        ],
    }
    text = json.dumps(body, ensure_ascii=False, indent=1)
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")


def _refuse_leaks(desk: Desk, folder: Path) -> None:
    intake = desk.find("intake", Intake)
    if intake is None:
        return
    public = (desk.engagement.client.name, *desk.engagement.privacy.public_values)
    values = personal_values(desk.connection, desk.rows, intake, public=public)
    pages = [p for p in folder.rglob("*") if p.is_file()]
    found = breaches(pages, folder, values)
    if found:
        named = "; ".join(f"{breach.page} ({breach.attribute})" for breach in found[:10])
        raise PrivacyBreach(
            f"The privacy gate stopped the report: {named} would show a personal value of an "
            f"extract. Nothing was exported; the pages lie in {folder}. {_remedy(desk, found)} If "
            "the value is no personal fact, declare it under privacy.public_values. Then run again."
        )


def _remedy(desk: Desk, found: Sequence[Breach]) -> str:
    """What to change depends on who wrote the page."""
    dives = {page.name for page in desk.pages.glob("*.html")}
    told = []
    if any(Path(breach.page).name in dives for breach in found):
        told.append(
            "A page of ydata-profiling shows the values of columns that nothing marks as "
            "identifying: name the column's attribute under columns in the engagement file."
        )
    if any(Path(breach.page).name not in dives for breach in found):
        told.append("Take the value out of the notebook's output.")
    return " ".join(told)
