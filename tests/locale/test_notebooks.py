"""The notebooks say in each language what they say in English, and run the same code."""

import io
import re
import tokenize
from functools import cache
from typing import Any

import nbformat
import pytest

from scvkit.locale import LANGUAGES, WRITTEN_IN, load_words
from scvkit.locale.notebooks import comments_of, fingerprint, in_language, spoken_in
from scvkit.plan import STEPS, notebooks_folder
from tests.locale.test_files import CEDILLA, SIMPLIFIED

OTHERS = [language for language in LANGUAGES if language != WRITTEN_IN]
# What a reader types, clicks or compares: code, addresses, numbers, letters of tiers and sections.
KEPT = re.compile(r"`[^`]+`|\]\([^)]+\)|\*\*[A-Z]\*\*|\bR\d+\b|\d+|scvkit|Splink|ydata-profiling")


@cache
def notebook(name: str) -> Any:
    return nbformat.read(notebooks_folder() / f"{name}.ipynb", as_version=4)


def markdown(document: Any) -> dict[str, str]:
    return {c.id: c.source for c in document.cells if c.cell_type == "markdown"}


def kept_in(text: str) -> list[str]:
    return sorted(KEPT.findall(text))


def shape(text: str) -> list[str]:
    """The head of each paragraph: a heading by its level, bold or plain words."""
    heads = (re.match(r"#+ |\*\*", part) for part in text.split("\n\n"))
    return [head.group() if head else "" for head in heads]


def without_comments(code: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [t.string for t in tokens if t.type != tokenize.COMMENT]


@pytest.mark.parametrize("language", OTHERS)
def test_every_markdown_cell_is_told_and_none_of_what_stood_there_before(language: str) -> None:
    told = spoken_in(language)["cells"]
    english = {step.name: markdown(notebook(step.name)) for step in STEPS}
    found = {(n, cell): entry["of"] for n, cells in told.items() for cell, entry in cells.items()}
    wanted = {
        (n, c): fingerprint(text) for n, cells in english.items() for c, text in cells.items()
    }
    assert set(found) == set(wanted)
    stale = {place: wanted[place] for place in wanted if found[place] != wanted[place]}
    assert not stale, "translate anew, then write the fingerprint"


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_cell_keeps_its_shape_its_code_and_its_numbers(step: Any, language: str) -> None:
    english = notebook(step.name)
    told = markdown(in_language(english, step.name, language))
    for cell, text in markdown(english).items():
        assert shape(told[cell]) == shape(text), cell
        assert kept_in(told[cell]) == kept_in(text), cell
        assert told[cell] != text or len(text.split()) < 4, cell
        wrong = {"ro": set(CEDILLA), "zh-Hant": SIMPLIFIED}.get(language, set())
        assert not wrong & set(told[cell]), cell


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_notebook_opens_with_the_title_and_question_of_its_step(step: Any, language: str) -> None:
    first = in_language(notebook(step.name), step.name, language).cells[0].source
    words = load_words(language)
    assert first.startswith(
        f"# {words(f'steps.{step.name}.title')}\n\n**{words(f'steps.{step.name}.question')}**"
    )


@pytest.mark.parametrize("language", OTHERS)
def test_comments_are_told_and_the_code_is_the_same(language: str) -> None:
    comments = spoken_in(language)["comments"]
    used = set()
    for step in STEPS:
        told = in_language(notebook(step.name), step.name, language)
        for english, cell in zip(notebook(step.name).cells, told.cells, strict=True):
            if english.cell_type == "code":
                assert without_comments(cell.source) == without_comments(english.source)
                used |= set(comments_of(english.source).values())
    assert set(comments) == used
    assert not [said for said in comments.values() if "=" in said], "papermill reads no second '='"


def test_what_somebody_wrote_himself_is_left_as_it_is() -> None:
    document = nbformat.v4.new_notebook()
    changed = nbformat.v4.new_markdown_cell("## The map of ours", id="02315600")
    own = nbformat.v4.new_markdown_cell("asked in the room")
    magic = nbformat.v4.new_code_cell("%time x = (1  # no Python")
    document.cells = [changed, own, magic]
    told = in_language(document, "06_landscape_map", "da")
    assert [c.source for c in told.cells] == [c.source for c in document.cells]
    assert in_language(document, "06_landscape_map", WRITTEN_IN) == document
