"""The tiny client's pages in a language of brackets, made in this process from its results."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest

import scvkit.workshop
from scvkit.batch.export import export_run
from scvkit.batch.outcome import TaskOutcome
from scvkit.locale import LANGUAGES
from scvkit.plan import notebooks_folder
from scvkit.workshop import open_desk
from tests.locale.other import CLOSE, OPEN, speak_in_brackets

BRACKETS = "da"  # the language that is English in brackets here
REPORT = "08_readiness"


def exported_in_brackets(
    client: Path, work: Path, outcomes: tuple[TaskOutcome, ...], folder: Path, **options: Any
) -> Path:
    """Export what a run has made to ``folder / "report"``, in brackets first and in English."""
    copy = shutil.copytree(client, folder / "client")
    kept = folder / "work"
    for name in ("results", "rows", "notebooks"):
        shutil.copytree(work / name, kept / name)
    file = copy / "engagement.yaml"
    text = file.read_text(encoding="utf-8")
    languages = f"languages: [{BRACKETS}, en]"
    assert re.search(r"languages: \[.*?\]", text)
    file.write_text(re.sub(r"languages: \[.*?\]", languages, text), encoding="utf-8")
    in_english = kept / "notebooks" / f"{REPORT}.ipynb"
    in_english.rename(in_english.with_name(f"{REPORT}-en.ipynb"))
    with pytest.MonkeyPatch.context() as patch:
        speak_in_brackets(patch, BRACKETS)
        _play(file, kept, in_english, patch)
        return export_run(
            open_desk(file, work=str(kept)),
            folder / "report",
            run_id="7f3a",
            outcomes=(*outcomes, TaskOutcome(name=f"{REPORT}-en", outcome="done")),
            files={},
            started=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            to_send=True,
            **options,
        ).parent


def _play(engagement: Path, work: Path, executed: Path, patch: pytest.MonkeyPatch) -> None:
    """The notebook of the report, executed here."""
    notebook = nbformat.read(notebooks_folder() / f"{REPORT}.ipynb", as_version=4)
    shown: list[object] = []
    patch.setattr(scvkit.workshop, "show", lambda thing, **_: shown.append(thing))
    space: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        shown.clear()
        exec(compile(cell.source, REPORT, "exec"), space)
        if "parameters" in cell.metadata.get("tags", ()):
            space |= {"engagement": str(engagement), "work": str(work), "language": BRACKETS}
            space["run_id"] = "7f3a"
        cell.outputs = [
            nbformat.v4.new_output("display_data", data={"text/html": str(thing)})
            for thing in shown
        ]
    nbformat.write(notebook, executed)


class _Outside(HTMLParser):
    """Collects what a reader sees or hears that stands outside of brackets."""

    _BLOCKS = frozenset(
        {"p", "td", "th", "li", "tr", "h1", "h2", "h3", "h4", "div", "section", "svg", "figure"}
        | {"nav", "footer", "title", "desc", "summary", "caption"}
    )
    _SPOKEN = frozenset({"aria-label", "alt", "title", "aria-description"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._depth = 0
        self._silent = 0
        self._foreign: list[str] = []
        self._where = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._silent += tag in {"style", "script"}
        if tag == "section":
            self._where = given.get("id") or self._where
        for name in sorted(self._SPOKEN & set(given)):
            kept, self._depth = self._depth, 0
            self._collect(given[name] or "")
            self._depth = kept
        if tag == "code" or (given.get("lang") and tag != "html"):
            self._foreign.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"style", "script"}
        if self._foreign and self._foreign[-1] == tag:
            self._foreign.pop()
        if tag in self._BLOCKS:
            self._depth = 0

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._foreign:
            self._collect(data)

    def _collect(self, text: str) -> None:
        outside = []
        for letter in text:
            if letter == OPEN:
                self._depth += 1
                outside.append(" ")
            elif letter == CLOSE:
                self._depth = max(0, self._depth - 1)
            elif self._depth == 0:
                outside.append(letter)
        said = " ".join("".join(outside).split())
        if re.search(r"[^\W\d_]{2}", said):
            self.found.append((self._where, said))


def outside_of_brackets(page: str) -> list[tuple[str, str]]:
    """(Section, text) of everything on a page that came from no locale, in order."""
    reader = _Outside()
    reader.feed(page)
    reader.close()
    return reader.found


def strings_in(body: Any) -> Iterator[str]:
    """Every text in a JSON body, names of keys with them."""
    if isinstance(body, dict):
        for key, value in body.items():
            yield str(key)
            yield from strings_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from strings_in(value)
    elif isinstance(body, str):
        yield body


def load_json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


__all__ = [
    "BRACKETS",
    "LANGUAGES",
    "exported_in_brackets",
    "load_json",
    "outside_of_brackets",
    "strings_in",
]
