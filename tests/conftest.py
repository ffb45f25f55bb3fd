"""Every test may use this. It fails a run in which a test was skipped without a listed reason."""

import atexit
import os
import shutil
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ALLOWED_SKIPS = Path(__file__).parent / "allowed_skips.txt"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Gives a run of the committed notebooks a work folder of its own, every source profiled."""
    if not session.config.getoption("nbval", default=False):
        return
    from scvkit.batch.committed import profile_every_source
    from scvkit.workshop.folders import WORK_VARIABLE

    private = tempfile.mkdtemp(prefix="scvkit-nbval-")
    atexit.register(shutil.rmtree, private, ignore_errors=True)
    os.environ[WORK_VARIABLE] = private
    profile_every_source()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turns a good exit code into a failure when a skip is not in allowed_skips.txt."""
    if hasattr(session.config, "workerinput"):  # xdist: the controller sees every report
        return
    if _unlisted(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names the unlisted skips, so that the failing exit code explains itself."""
    unlisted = _unlisted(terminalreporter.config)
    if not unlisted:
        return
    terminalreporter.section("skipped without leave", red=True)
    for node_id in unlisted:
        terminalreporter.line(node_id)
    terminalreporter.line(f"Make them run, or list each with its reason in {ALLOWED_SKIPS.name}.")


def _unlisted(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = [report.nodeid for report in reporter.stats.get("skipped", [])] if reporter else []
    return unlisted_skips(skipped, allowed_globs(ALLOWED_SKIPS.read_text(encoding="utf-8")))


def unlisted_skips(node_ids: list[str], globs: list[str]) -> list[str]:
    """The node ids that no glob allows, in order."""
    return [
        node_id for node_id in node_ids if not any(fnmatchcase(node_id, glob) for glob in globs)
    ]


def allowed_globs(text: str) -> list[str]:
    """The globs of lines `GLOB | REASON`. A line without a reason is an error."""
    globs = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        glob, _, reason = (part.strip() for part in line.partition(" | "))
        if not reason:
            raise pytest.UsageError(
                f"{ALLOWED_SKIPS.name} line {number} gives no reason. Write: GLOB | REASON."
            )
        globs.append(glob)
    return globs
