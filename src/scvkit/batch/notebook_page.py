"""An executed notebook as a page of the kit's own design."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from traitlets.config import Config

import scvkit.errors
from scvkit.errors import ScvkitError
from scvkit.locale import WRITTEN_IN
from scvkit.report import not_assessed, styled, template_folder
from scvkit.workshop.desk import Desk


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
    title = desk.words("report.page_title", client=desk.engagement.client.name)
    if code:
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
            "restricted": desk.words("report.restricted_mark") if code else "",
            "exploratory": desk.words("report.exploratory.title") if desk.exploratory else "",
            "skip": desk.words("report.skip"),
            "mark": desk.words.mark,
            "told": _language_of(document),
            "title": title,
        }
    }
    highlighter = Highlight2HTML(pygments_lexer="ipython3")  # type: ignore[no-untyped-call]
    exporter.register_filter("highlight_code", highlighter)  # type: ignore[no-untyped-call]
    # HTMLExporter would parse the page it wrote, to describe pictures without a description and to
    # dress parts of JupyterLab: ours have the one and not the other, and it takes most of the time.
    text, _ = TemplateExporter.from_notebook_node(exporter, document, resources=resources)
    return str(text)


def _language_of(document: nbformat.NotebookNode) -> str:
    """The language of the notebook's own words, which may be another than the page's."""
    given = document.metadata.get("papermill", {}).get("parameters", {})
    return str(given.get("language") or WRITTEN_IN)


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
