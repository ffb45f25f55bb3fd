"""A JupyterLab in a real browser, driven as a consultant drives it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

CHROMIUM = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
IDLE = """() => {
  const panel = [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden)')].pop();
  if (!panel) return false;
  const mark = panel.querySelector('.jp-Notebook-ExecutionIndicator');
  const prompts = [...panel.querySelectorAll('.jp-InputPrompt')];
  const busy = prompts.some(prompt => prompt.textContent.includes('*'));
  return mark?.getAttribute('data-status') === 'idle' && !busy;
}"""


@contextlib.contextmanager
def running_lab(engagement: Path, work: Path, *words: str) -> Iterator[str]:
    """Start `scvkit lab` on a free port and yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "scvkit", "lab", str(engagement), "--work", str(work)]
    environment = {**os.environ, "JUPYTER_TOKEN": "walk", "JUPYTER_PORT": str(port)}
    lab = subprocess.Popen(
        [*command, "--no-browser", *words],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://localhost:{port}"
    try:
        _wait_for(f"{address}/api?token=walk", lab)
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(lab.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            lab.wait(timeout=60)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(lab.pid, signal.SIGKILL)
        lab.wait()


class Room:
    """One browser window of 1920 × 1080 on a running lab."""

    def __init__(self, playwright: Any, chromium: str, address: str, shots: Path) -> None:
        self._browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
        context = self._browser.new_context(viewport={"width": 1920, "height": 1080})
        self.page = context.new_page()
        self.page.set_default_timeout(60_000)
        self.hosts: set[str] = set()
        self.page.on("request", lambda request: self.hosts.add(urlparse(request.url).netloc))
        self._address, self._shots = address, shots

    def close(self) -> None:
        """Close the window."""
        self._browser.close()

    @property
    def notebook(self) -> Any:
        """The notebook on the wall."""
        return self.page.locator(PANEL).last

    def open(self, name: str, *, run: bool = True) -> None:
        """Open a notebook and run it."""
        self.page.goto(f"{self._address}/lab/tree/{name}.ipynb?token=walk&reset")
        self.page.wait_for_selector(f"{PANEL} .jp-CodeCell")
        time.sleep(2)
        self.settle()
        if run:
            self.run_all()

    def run_all(self) -> None:
        """Run the whole notebook and wait for it."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
        time.sleep(1)
        self.settle()
        self.to_top()
        failed = self.notebook.locator("[data-mime-type='application/vnd.jupyter.error']")
        assert not failed.count(), failed.first.inner_text()

    def to_top(self) -> None:
        """Show the head of the notebook."""
        outer = self.notebook.locator(".jp-WindowedPanel-outer").first
        outer.evaluate("box => { box.scrollTop = 0 }")
        time.sleep(0.5)

    def settle(self, limit: float = 600) -> None:
        """Wait until the kernel has nothing to do."""
        until, quiet = time.monotonic() + limit, 0
        while quiet < 3:
            assert time.monotonic() < until, "the notebook did not come to rest"
            quiet = quiet + 1 if self.page.evaluate(IDLE) else 0
            time.sleep(0.3)

    def cell(self, code: str) -> Any:
        """The cell that holds this code, brought into view."""
        found = self.notebook.locator(".jp-CodeCell", has_text=code).last
        outer = self.notebook.locator(".jp-WindowedPanel-outer").first
        for at in range(0, 30_000, 700):
            if found.count():
                break
            outer.evaluate("(box, at) => { box.scrollTop = at }", at)
            time.sleep(0.2)
        found.scroll_into_view_if_needed()
        return found

    def fill(self, cell: Any, label: str, value: str) -> None:
        """Fill in a blank, or choose from its list."""
        blank = cell.locator(".jupyter-widgets.widget-inline-hbox:visible", has_text=label).first
        if blank.locator("select").count():
            blank.locator("select").select_option(label=value)
        else:
            blank.locator("input").fill(value)
            blank.locator("input").press("Tab")

    def press(self, cell: Any, button: str) -> None:
        """Press a button by the keyboard."""
        cell.locator(f"button:visible:has-text('{button}')").first.focus()
        self.page.keyboard.press("Enter")

    def shot(self, name: str) -> None:
        """Keep a picture of what is on the wall."""
        self._shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(self._shots / f"{name}.png"))


def _wait_for(address: str, lab: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert lab.poll() is None, "the lab ended before it was open"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=2).close()
            return
        time.sleep(0.5)
    raise AssertionError("the lab did not open")
