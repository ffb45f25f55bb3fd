"""Write the run's pages beside the previous ones, search them, and swap them in when clean."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from markupsafe import Markup
from nbconvert import HTMLExporter
from traitlets.config import Config

import scvkit.errors
from scvkit.batch.gate import Breach, breaches, personal_values
from scvkit.batch.provenance import engagement_hashes, failed_before, made_from
from scvkit.batch.source_pages import SOURCES, write_contracts, write_source_pages
from scvkit.batch.swap import swap_in
from scvkit.errors import PrivacyBreach, ScvkitError
from scvkit.landscape import draw_map
from scvkit.readiness import headline
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake
from scvkit.records.landscape import LandscapeMap
from scvkit.records.linkage import Linkage
from scvkit.records.readiness import Readiness
from scvkit.records.usecases import UseCases
from scvkit.report import Making, index_page, making, not_assessed, styled, template_folder
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
) -> Path:
    """Export everything to ``out`` and return the path of the index page.

    With ``to_send`` the analyst's pages stay in the work folder: what is left can be sent whole.

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
    _write_index(desk, beside, run_id, outcomes, report, about, notebooks, dives)
    _write_run(desk, beside, run_id, outcomes, files, made, only, started)
    _refuse_leaks(desk, beside)
    return swap_in(beside, out) / "index.html"


def _copy_results(desk: Desk, folder: Path) -> None:
    folder.mkdir()
    for name in desk.results.names():
        shutil.copyfile(desk.results.path(name), folder / f"{name}.json")


def _notebook_pages(
    desk: Desk, folder: Path, run_id: str, outcomes: Sequence[TaskOutcome]
) -> list[tuple[str, str]]:
    """One page per executed notebook, code shown; returns (name, address) pairs."""
    pages = []
    for outcome in outcomes:
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
    """The stakeholder's report from the readiness notebook, code hidden."""
    executed = desk.work / "notebooks" / f"{REPORT_NOTEBOOK}.ipynb"
    if not executed.is_file() or desk.find("readiness", Readiness) is None:
        return None
    name = f"report.{desk.words.language}.html"
    failed = tuple((o.name, o.reason) for o in outcomes if o.outcome != "done")
    text = convert(
        executed, desk, run_id, code=False, failed=failed, last=making(made, desk.words, desk.names)
    )
    (folder / name).write_text(text, encoding="utf-8")
    return name


def _map_picture(desk: Desk, folder: Path) -> None:
    """The map alone, for slides."""
    landscape = desk.find("landscape", LandscapeMap)
    if landscape is not None:
        text = draw_map(landscape, desk.words)
        (folder / "map.svg").write_text(text, encoding="utf-8")


def convert(
    notebook: Path,
    desk: Desk,
    run_id: str,
    *,
    code: bool,
    failed: Sequence[tuple[str, str]] = (),
    last: Markup | None = None,
) -> str:
    """Return an executed notebook as a page of the kit's own design.

    With ``code`` for the analyst; without, only words and outputs, for the stakeholder. ``failed``
    are steps the page would have used, with the reason each was not assessed; ``last`` is a
    section to close with.
    """
    document = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    title = _title(document, desk)
    _withhold_messages(document)
    if failed:
        document.cells.insert(
            1, _shown("scv-not-assessed", not_assessed(failed, desk.words, desk.names))
        )
    if last:
        document.cells.append(_shown("scv-last", last))
    settings = Config()
    settings.TagRemovePreprocessor.enabled = True
    settings.TagRemovePreprocessor.remove_cell_tags = {"injected-parameters"} | (
        set() if code else {"parameters", "analyst"}
    )
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        config=settings,
        template_name="scv",
        extra_template_basedirs=[str(template_folder())],
        exclude_input=not code,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        anchor_link_text="",
    )
    resources = {
        "scv": {
            "language": desk.words.language,
            "client": desk.engagement.client.name,
            "run": run_id,
            "restricted": code,
            "exploratory": desk.exploratory,
            "title": title,
        }
    }
    text, _ = exporter.from_notebook_node(document, resources=resources)
    return str(text)


def _shown(name: str, section: Markup) -> nbformat.NotebookNode:
    """A cell without code whose output is a section of a page."""
    output = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": str(styled(section))},
    }
    return nbformat.from_dict(  # type: ignore[no-untyped-call, no-any-return]
        {
            "cell_type": "code",
            "id": name,
            "metadata": {},
            "execution_count": None,
            "source": "",
            "outputs": [output],
        }
    )


def _title(document: nbformat.NotebookNode, desk: Desk) -> str:
    first = next((c.source for c in document.cells if c.cell_type == "markdown"), "")
    heading = first.lstrip("# ").splitlines()[0] if first else ""
    return f"{heading} · {desk.engagement.client.name}".strip(" ·")


def _withhold_messages(document: nbformat.NotebookNode) -> None:
    """Messages of other libraries may quote a cell of a client: only ours are exported.

    The full traceback stays in the executed notebook in the private work folder.
    """
    for cell in document.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                kept = output.evalue if is_ours(output.ename) else "(message withheld)"
                output.traceback = [f"{output.ename}: {kept}"]
                output.evalue = kept


def is_ours(name: str) -> bool:
    """True when an exception of this name is one of the kit's own, safe to print."""
    found = getattr(scvkit.errors, name, None)
    return isinstance(found, type) and issubclass(found, ScvkitError)


def _write_index(
    desk: Desk,
    folder: Path,
    run_id: str,
    outcomes: Sequence[TaskOutcome],
    report: str | None,
    source_pages: list[tuple[str, str]],
    notebooks: list[tuple[str, str]],
    dives: list[tuple[str, str]],
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
        minutes=MINUTES if (folder / MINUTES).is_file() else None,
        source_pages=source_pages,
        notebooks=notebooks,
        deep_dives=dives,
        failed=failed,
    )
    (folder / "index.html").write_text(str(page), encoding="utf-8")


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
        "only": list(only),
        "seeds": dict(made.seeds),
        "parameters": {step.name: dict(step.parameters) for step in made.steps},
        "thresholds_changed": {
            name: {"usual": list(usual), "own": list(own)}
            for name, (usual, own) in made.thresholds.items()
        },
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
