from pathlib import Path

import nbformat
import pytest

from scvkit.locale import load_words
from scvkit.plan import STEPS, Step, notebooks_folder, tasks, waits_for

README = Path(__file__).parents[1] / "README.md"


def test_the_plan_lists_exactly_the_notebooks_that_exist() -> None:
    files = {path.stem for path in notebooks_folder().glob("*.ipynb")}
    assert files == {step.name for step in STEPS}


def test_every_result_has_one_writer_and_comes_before_its_readers() -> None:
    written: set[str] = set()
    for step in STEPS:
        assert {*step.needs, *step.uses} <= written, step.name
        assert not written & set(step.writes), step.name
        written |= set(step.writes)


def test_per_source_steps_become_one_task_a_source() -> None:
    names = [task.name for task in tasks(["erp", "shop"]) if task.step.per_source]
    assert names == ["02_profile_source-erp", "02_profile_source-shop"]


def test_readiness_waits_for_every_profile() -> None:
    everything = tasks(["erp", "shop"])
    last = next(task for task in everything if task.step.name == "08_readiness")
    waited = {task.name for task in waits_for(last, everything)}
    assert {"02_profile_source-erp", "02_profile_source-shop", "04_link_records"} <= waited


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_each_notebook_opens_with_its_question_and_annotated_parameters(step: Step) -> None:
    words = load_words("en")
    document = nbformat.read(notebooks_folder() / f"{step.name}.ipynb", as_version=4)
    first, second = document.cells[:2]
    assert words(f"steps.{step.name}.question") in first.source
    assert "parameters" in second.metadata.tags
    for line in second.source.splitlines():
        assert " = " in line, line
        assert " # " in line, line
        assert line.count("=") == 1, f"papermill reads no second '=': {line}"


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_notebooks_hold_no_machinery(step: Step) -> None:
    document = nbformat.read(notebooks_folder() / f"{step.name}.ipynb", as_version=4)
    for cell in document.cells:
        lines = cell.source.splitlines()
        if cell.cell_type == "code":
            assert len(lines) <= 16, cell.source
            assert not any(line.startswith(("def ", "class ")) for line in lines)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_the_readme_lists_each_notebook_with_its_question(step: Step) -> None:
    question = load_words("en")(f"steps.{step.name}.question")
    row = next(line for line in README.read_text("utf-8").splitlines() if f"`{step.name}`" in line)
    assert question in row
