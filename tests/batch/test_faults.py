"""Faults of the machine: a full disk under a real run, and a machine without fonts."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batch.conducted import client

SMALL_DISK = (
    "mount -t tmpfs -o size={size} small {work} && "
    "exec {python} -m scvkit run {client} --work {work} --out {out}"
)


@functools.cache
def can_mount() -> bool:
    """True where a user may mount in a namespace of their own."""
    if not shutil.which("unshare"):
        return False
    tried = ["unshare", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="this machine lets nobody mount a small disk")
def test_a_full_disk_stops_the_run_with_one_paragraph_and_leaves_the_report(
    tmp_path: Path,
) -> None:
    file, work, out = client(tmp_path / "client"), tmp_path / "work", tmp_path / "report"
    work.mkdir()
    out.mkdir()
    for name in ("index.html", "run.json"):
        (out / name).write_text("the last good one", encoding="utf-8")
    script = SMALL_DISK.format(size="8m", work=work, python=sys.executable, client=file, out=out)
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2, ended.stderr
    last = ended.stderr.strip().splitlines()[-1]
    assert "is full" in last
    assert "previous report is as it was" in last
    assert "Traceback" not in ended.stderr
    assert {p.read_text("utf-8") for p in out.iterdir()} == {"the last good one"}


def test_on_a_machine_without_fonts_a_picture_keeps_its_words() -> None:
    """Text stays text in the kit's pictures, and what draws them brings one font of its own."""
    script = (
        "import matplotlib\n"
        "matplotlib.use('agg')\n"
        "from matplotlib import font_manager, pyplot\n"
        "from scvkit.workshop.show import picture\n"
        "fonts = font_manager.fontManager\n"
        "own = [f for f in fonts.ttflist if f.fname.startswith(matplotlib.get_data_path())]\n"
        "assert 0 < len(own)\n"
        "fonts.ttflist = own\n"
        "figure, axes = pyplot.subplots()\n"
        "axes.set_title('Usable share of each key')\n"
        "print(picture(figure, title='Keys', description='Bars.'))\n"
    )
    drawn = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False
    )
    assert drawn.returncode == 0, drawn.stderr
    assert "Usable share of each key" in drawn.stdout
