"""Where the time of a batch run goes: the sample client, end to end, warm.

    .venv/bin/python benchmarks/batch.py [RUNS]

Prints seconds per notebook (median of RUNS, default 3) and of the whole run, each time with every
step run afresh; the rest is starting kernels, exporting and the privacy gate. The first run is not
counted. The last line is a run with nothing changed, in a process of its own, as it is typed.
"""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scvkit.batch import RunOptions, run_engagement
from scvkit.plan import sample_engagement


def main(runs: int) -> None:
    """Print the table."""
    whole: list[float] = []
    steps: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="scvkit-bench-") as folder:
        options = RunOptions(
            out=Path(folder) / "report", work=str(Path(folder) / "work"), fresh=True
        )
        for number in range(runs + 1):
            started = time.perf_counter()
            result = run_engagement(sample_engagement(), options, stream=io.StringIO())
            if number == 0:
                continue
            whole.append(time.perf_counter() - started)
            body = json.loads((result.index.parent / "run.json").read_text(encoding="utf-8"))
            for name, seconds in body["seconds"].items():
                steps.setdefault(name, []).append(seconds)
        started = time.perf_counter()
        command = [sys.executable, "-m", "scvkit", "run", str(sample_engagement())]
        command += ["--out", str(options.out), "--work", options.work]
        subprocess.run(command, check=True, capture_output=True)
        unchanged = time.perf_counter() - started
    for name, seconds in sorted(steps.items()):
        print(f"{name:<34}{statistics.median(seconds):8.1f} s")
    print(f"{'whole run, two notebooks at a time':<34}{statistics.median(whole):8.1f} s")
    print(f"{'run again, nothing changed':<34}{unchanged:8.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
