"""Kill runs and kernels at random moments, and see that nothing is lost.

    python -m tests.stress.kills --kills 200 [--seed 1] [--folder FOLDER]

Makes the tiny client, runs it undisturbed as it is and with one source changed, then lets runs
between the two be killed, again and again: SIGKILL to the run, or to one of its kernels, at a
random moment. After every kill the report that lies there must be whole; when a run has ended its
results must be those of the undisturbed one, byte for byte. Takes about a quarter of a minute a
kill on two free cores.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
ENDED_WELL = (0, 1)


@dataclass
class Patient:
    """An engagement whose runs are killed."""

    engagement: Path
    folder: Path
    rng: random.Random
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    longest: float = 30.0  # seconds; follows what runs take
    kills: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def out(self) -> Path:
        return self.folder / "report"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def start(self) -> psutil.Popen:
        """A run of the engagement."""
        command = [sys.executable, "-m", "scvkit", "run", str(self.engagement)]
        command += ["--out", str(self.out), "--work", str(self.work)]
        return psutil.Popen(
            command,
            env=dict(self.environment),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def end(self) -> None:
        """Run to the end, undisturbed."""
        began = time.monotonic()
        code = self.start().wait()
        assert code in ENDED_WELL, code
        self.longest = max(5.0, time.monotonic() - began)

    def kill(self) -> None:
        """Start a run and kill it, or one of its kernels, at a random moment."""
        run = self.start()
        moment = self.rng.uniform(0.2, self.longest)
        whom = self.rng.choice(["run", "run", "kernel"])
        deadline = time.monotonic() + moment
        while run.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        if run.poll() is not None:
            self.told.append("ended before")
            return
        self.kills += 1
        if whom == "kernel" and (victim := self._kernel(run)):
            self.told.append(f"kernel after {moment:.1f} s")
            victim.send_signal(signal.SIGKILL)
            assert run.wait() in ENDED_WELL
        else:
            self.told.append(f"run after {moment:.1f} s")
            family = run.children(recursive=True)
            run.send_signal(signal.SIGKILL)
            run.wait()
            assert outlive(family, seconds=30.0) == [], "a killed run leaves no process"
        self.check_report()

    def check_report(self) -> None:
        """The report, once there was one, is there and whole."""
        index = self.out / "index.html"
        if not index.is_file():
            left = [p.name for p in self.folder.iterdir() if p.name.startswith(".report")]
            assert not self.out.exists(), f"a report without an index, beside {left}"
            return
        json.loads((self.out / "run.json").read_text("utf-8"))
        for href in re.findall(r'href="([^"#]+)', index.read_text("utf-8")):
            if not href.endswith(".html"):
                assert (self.out / href).stat().st_size, href
                continue
            page = (self.out / href).read_text("utf-8")
            # Deep dives end with their own script.
            assert page.rstrip().endswith(("</html>", "</script>")), href

    def results(self) -> dict[str, bytes]:
        """The results of the report that lies there."""
        return {p.name: p.read_bytes() for p in sorted((self.out / "results").iterdir())}

    def _kernel(self, run: psutil.Popen) -> psutil.Process | None:
        """A kernel of the run: a process below another of its processes, or a cold kernel."""
        children = {p.pid for p in run.children()}
        below = [p for p in run.children(recursive=True) if p.pid not in children]
        return self.rng.choice(below) if below else None


def outlive(family: list[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Those that still run after a while; the dead whom nobody has buried yet are dead."""
    deadline = time.monotonic() + seconds
    while True:
        alive = [p for p in family if _runs(p)]
        if not alive or time.monotonic() > deadline:
            return alive
        time.sleep(0.05)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def main(kills: int, seed: int, folder: Path) -> None:
    """Disturb runs of the tiny client ``kills`` times and print what was done."""
    client = folder / "client"
    making = [sys.executable, "sample_data/make.py", "--preset", "tiny", "--out", str(client)]
    subprocess.run(making, cwd=ROOT, check=True, capture_output=True)
    tickets = client / "extracts" / "tickets.csv"
    whole = tickets.read_bytes()
    variants = [whole, b"".join(whole.splitlines(keepends=True)[:-1])]
    rng = random.Random(seed)
    expected = []
    for number, content in enumerate(variants):
        tickets.write_bytes(content)
        (folder / f"calm-{number}").mkdir()
        calm = Patient(engagement=client, folder=folder / f"calm-{number}", rng=rng)
        calm.end()
        expected.append(calm.results())
    (folder / "patient").mkdir()
    patient = Patient(engagement=client, folder=folder / "patient", rng=rng)
    rounds = 0
    while patient.kills < kills:
        tickets.write_bytes(variants[rounds % 2])
        for _ in range(rng.randint(1, 6)):
            patient.kill()
        patient.end()
        patient.check_report()
        assert patient.results() == expected[rounds % 2], f"round {rounds}"
        rounds += 1
        print(f"{patient.kills:>4} kills, {rounds} rounds; last: {', '.join(patient.told[-6:])}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scvkit-kills-") as scratch:
        main(given.kills, given.seed, given.folder or Path(scratch))
