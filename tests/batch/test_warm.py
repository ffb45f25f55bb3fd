import nbformat
import pytest
from nbclient import NotebookClient

from scvkit.batch.warm import COLD_VARIABLE, warm_managers

CODE = (
    "import os\nfrom scvkit.engine import connect\n"
    "seen = globals().get('seen', 0) + 1\n"
    "print(seen, connect().sql('select sum(n) from range(1000) r(n)').fetchall())"
)


def answer(manager: type) -> str:
    cells = [nbformat.v4.new_code_cell(CODE)]
    document = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(document, kernel_name="python3", kernel_manager_class=manager).execute()
    return str(document.cells[0].outputs[0].text)


def test_a_forked_kernel_answers_like_a_cold_one_and_shares_no_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with warm_managers({"line": ("scvkit.engine",)}) as warm:
        first, second = answer(warm["line"]), answer(warm["line"])
    monkeypatch.setenv(COLD_VARIABLE, "1")
    with warm_managers({"line": ()}) as cold:
        assert first == second == answer(cold["line"]) == "1 [(499500,)]\n"
