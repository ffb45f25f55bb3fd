"""One run of the tiny client, shared by the tests that look at what it gave."""

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sample_data.generator.build import build
from sample_data.generator.clients import CLIENTS
from sample_data.generator.parameters import PRESETS
from scvkit.batch import RunOptions, RunResult, run_engagement
from tests.end_to_end.assessed import Assessed, assess_client, of_work

ROOT = Path(__file__).parents[2]
SEED = 20260930
OTHERS = ("taerskel_b", "micro", "tidy", "pointless")


@dataclass(frozen=True)
class Run:
    """A finished run and where its things lie."""

    client: Path
    out: Path
    work: Path
    result: RunResult
    log: str

    def results(self, name: str) -> Any:
        """The typed result as JSON."""
        return json.loads((self.out / "results" / f"{name}.json").read_text("utf-8"))["result"]

    def pages(self) -> list[Path]:
        """Every exported page."""
        return sorted(self.out.rglob("*.html"))


@pytest.fixture(scope="session")
def tiny_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny") / "client"
    command = [sys.executable, "sample_data/make.py", "--preset", "tiny", "--out", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


def run(client: Path, folder: Path) -> Run:
    log = io.StringIO()
    options = RunOptions(out=folder / "report", work=str(folder / "work"))
    result = run_engagement(client / "engagement.yaml", options, stream=log)
    return Run(
        client=client,
        out=folder / "report",
        work=folder / "work",
        result=result,
        log=log.getvalue(),
    )


@pytest.fixture(scope="session")
def tiny_run(tiny_client: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tiny_client, tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="session")
def clients(tiny_run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Assessed]:
    """The first client as the run left it; the others assessed in this process."""
    found = {"taerskel": of_work(tiny_run.client, tiny_run.work)}
    for name in OTHERS:
        folder = tmp_path_factory.mktemp(name)
        build(CLIENTS[name], PRESETS["tiny"], SEED, folder / "client")
        found[name] = assess_client(folder / "client", folder / "work")
    return found


@pytest.fixture(params=["taerskel", *OTHERS])
def client(request: pytest.FixtureRequest, clients: dict[str, Assessed]) -> Assessed:
    return clients[request.param]
