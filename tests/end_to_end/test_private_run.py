"""A whole job without a network, with hostile names in it, purged at its end."""

from __future__ import annotations

import functools
import json
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.stress.kills import Patient

HEADER = 'nr;navn;email;<svg onload=alert(1)>;=HYPERLINK("http://x.example")'
ROWS = "".join(
    f"{n};Person{n} Efternavn{n};p{n}@firma{n}.example;<script>x</script>;=1+1|cmd\n"
    for n in range(100, 140)
)
MARKUP = "<img src=x onerror=alert(1)>"
# Loaded by every Python of the job before its own code: kernels and warm processes too.
GUARD = """
import os, socket
plain = socket.socket.connect
def connect(self, address):
    if self.family != socket.AF_UNIX:
        open(os.environ["CALLED_OUT"], "a").write(repr(address))
        raise OSError("no network in this test")
    return plain(self, address)
socket.socket.connect = connect
"""


@functools.cache
def without_network() -> tuple[str, ...]:
    """A prefix that takes the network away, where this machine lets us; the guard is always on."""
    prefix = ("unshare", "--map-root-user", "--net")
    if not shutil.which("unshare"):
        return ()
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else ()


class Place:
    """A home, a temporary folder and a client, with nothing else in sight."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.took = 0.0
        self.called_out = folder / "called-out"
        for name in ("home", "tmp", "guard", "in"):
            (folder / name).mkdir()
        (folder / "guard" / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
        inherited = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
        path = os.pathsep.join(str(Path(p).resolve()) for p in (folder / "guard", *inherited))
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "PYTHONPATH": path,
            "CALLED_OUT": str(self.called_out),
        }

    def scvkit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*without_network(), sys.executable, "-m", "scvkit", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def written(self) -> list[Path]:
        """Every file in the home and the temporary folder."""
        found = (p for name in ("home", "tmp") for p in (self.folder / name).rglob("*"))
        return sorted(p for p in found if not p.is_dir())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two CSV files, drafted, checked and run."""
    made = Place(tmp_path_factory.mktemp("place"))
    (made.folder / "in" / "erp.csv").write_text(f"{HEADER}\n{ROWS}", encoding="utf-8")
    shop = f"{HEADER}\n{ROWS}".replace("nr;navn;email", "id;name;e-mail").replace(";", ",")
    (made.folder / "in" / "shop.csv").write_text(shop, encoding="utf-8")
    drafted = made.scvkit("new", "acme", "in")
    assert drafted.returncode == 0, drafted.stderr
    file = made.folder / "acme" / "engagement.yaml"
    text = file.read_text("utf-8").replace("{name: acme,", f"{{name: '{MARKUP} acme',")
    said = re.sub(r"^    name: (.*)$", rf"    name: '{MARKUP} \1'", text, flags=re.MULTILINE)
    file.write_text(said, encoding="utf-8")
    checked = made.scvkit("check", "acme")
    assert checked.returncode == 0, checked.stderr
    began = time.monotonic()
    ended = made.scvkit("run", "acme")
    made.took = time.monotonic() - began
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == str(made.folder / "reports" / "acme" / "index.html")
    return made


def test_two_csv_files_become_a_report_without_a_network(place: Place) -> None:
    assert (place.folder / "reports" / "acme" / "report.en.html").is_file()
    assert not place.called_out.exists()


def test_markup_in_names_headers_and_cells_is_inert_on_every_page(place: Place) -> None:
    pages = sorted((place.folder / "reports").rglob("*.html"))
    assert len(pages) > 8
    seen = 0
    for page in pages:
        text = page.read_text("utf-8")
        seen += "&lt;img src=x" in text
        assert not re.search(r"<(img src=x|svg onload|script>x)", text), page.name
    assert seen > 2


def test_killed_at_random_a_run_ends_as_if_undisturbed(place: Place) -> None:
    """A short draw of tests/stress/kills.py: the run is killed, then a kernel, then it may end."""
    folder = place.folder / "patient"
    folder.mkdir()
    seed = secrets.randbelow(1 << 30)
    patient = Patient(
        engagement=place.folder / "acme",
        folder=folder,
        rng=random.Random(seed),
        environment=place.environment,
        longest=place.took,
    )
    for _ in range(2):
        patient.kill()
    patient.end()
    patient.check_report()
    undisturbed = place.folder / "reports" / "acme" / "results"
    expected = {p.name: p.read_bytes() for p in sorted(undisturbed.iterdir())}
    assert patient.results() == expected, (seed, patient.told)
    shutil.rmtree(folder)
    left = [p for p in place.written() if p.is_relative_to(place.folder / "tmp")]
    assert left == [], (seed, patient.told)


def test_a_purge_leaves_nothing_of_the_client_where_the_kit_wrote(place: Place) -> None:
    work = [p for p in place.written() if p.suffix == ".parquet"]
    assert work, "the rows lay in the home"
    purged = place.scvkit("purge", "acme")
    assert purged.returncode == 0, purged.stderr
    receipt = Path(purged.stdout.strip().splitlines()[-1])
    assert json.loads(receipt.read_text("utf-8"))["files"] > 30
    assert not [p for p in place.written() if "scvkit" in p.parts]
    named = re.compile(rb"firma1\d\d|Efternavn1\d\d|erp\.csv|acme", re.IGNORECASE)
    left = [p for p in [*place.written(), receipt] if named.search(p.read_bytes())]
    assert left == []
