"""A page as a tagged PDF, printed by a browser that is on the machine: `scvkit run --pdf`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scvkit.errors import OutputError

BROWSER_VARIABLE = "SCVKIT_BROWSER"  # path of a Chromium, Chrome or Edge
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chrome",
    "msedge",
)
_PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ),
    "win32": (
        r"Microsoft\Edge\Application\msedge.exe",
        r"Google\Chrome\Application\chrome.exe",
        r"Chromium\Application\chrome.exe",
    ),
}
_SECONDS = 120
_TRIES = 2  # on a busy machine a browser may end early, without a word


def find_browser() -> Path:
    """Return the browser that prints; raises OutputError when there is none."""
    chosen = os.environ.get(BROWSER_VARIABLE, "")
    if chosen:
        if Path(chosen).is_file():
            return Path(chosen)
        raise OutputError(f"{BROWSER_VARIABLE} names {chosen}, and there is no such file.")
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return Path(found)
    for place in _PLACES.get(sys.platform, ()):
        for root in _roots():
            if (root / place).is_file():
                return root / place
    raise OutputError(
        "A PDF is printed by a Chromium, Chrome or Edge on this machine, and none was found. "
        f"Name one with the environment variable {BROWSER_VARIABLE}, or run without --pdf and "
        "print the report from any browser."
    )


def print_page(browser: Path, page: Path, target: Path) -> None:
    """Print ``page`` to ``target``: A4, tagged, with an outline; nothing is fetched.

    Raises OutputError when the browser fails.
    """
    with tempfile.TemporaryDirectory(prefix="scvkit-", ignore_cleanup_errors=True) as profile:
        command = [
            str(browser),
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            # The page loads nothing; the browser itself must ask nobody either.
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--no-pdf-header-footer",
            "--export-tagged-pdf",
            "--generate-pdf-document-outline",
            f"--user-data-dir={profile}",
            f"--print-to-pdf={target}",
        ]
        if os.name == "posix" and os.geteuid() == 0:
            command.append("--no-sandbox")  # it refuses to start for root otherwise
        command.append(page.resolve().as_uri())
        try:
            for _ in range(_TRIES):
                subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
                if _is_pdf(target):
                    return
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise OutputError(
                f"{browser.name} did not print {page.name} ({type(problem).__name__}). "
                "Run without --pdf and print the report from any browser."
            ) from None
        raise OutputError(
            f"{browser.name} ended without a PDF of {page.name}. Run without --pdf and print the "
            "report from any browser."
        )


def _is_pdf(file: Path) -> bool:
    return file.is_file() and file.read_bytes().startswith(b"%PDF")


def _roots() -> tuple[Path, ...]:
    if os.name == "posix":
        return (Path("/"),)
    names = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
    return tuple(Path(os.environ[name]) for name in names if os.environ.get(name))
