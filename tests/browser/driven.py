"""A Chromium driven through its own pipe: what a page asks for, complains of and answers.

Only the standard library: the browser's debugging protocol is one JSON text after another.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scvkit.batch.pdf import find_browser

_SECONDS = 120
_WORDS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)
_JOINED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


@dataclass(slots=True)
class Tab:
    """One tab. ``asked`` are the addresses it wanted, ``complaints`` what its console says."""

    _pipe: _Pipe
    _session: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def show(self, page: Path, *, width: int, height: int = 900, paper: bool = False) -> None:
        """Open a page at a size, as on a screen or as on paper, and wait until it is whole."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.send("Emulation.setEmulatedMedia", media="print" if paper else "")
        self.asked.clear()
        self.complaints.clear()
        # An anchor on the page that is shown already would load nothing.
        self.send("Page.navigate", url="about:blank")
        self._pipe.wait_for("Page.loadEventFired", self._session, self)
        self.send("Page.navigate", url=page.as_uri())
        self._pipe.wait_for("Page.loadEventFired", self._session, self)

    def value(self, script: str) -> Any:
        """What a script gives, awaited; raises AssertionError in its words when it fails."""
        said = self.send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    def send(self, method: str, **words: Any) -> Any:
        """One word of the protocol and its answer."""
        return self._pipe.send(method, words, self._session, self)

    def hear(self, event: dict[str, Any]) -> None:
        """Keep what an event of this tab says."""
        said = event["params"]
        if event["method"] == "Network.requestWillBeSent":
            self.asked.append(said["request"]["url"])
        elif event["method"] == "Log.entryAdded":
            self.complaints.append(said["entry"]["text"])
        elif event["method"] == "Runtime.consoleAPICalled" and said["type"] in ("error", "warning"):
            self.complaints.append(" ".join(str(a.get("value")) for a in said["args"]))
        elif event["method"] == "Runtime.exceptionThrown":
            self.complaints.append(said["exceptionDetails"]["text"])


@contextlib.contextmanager
def tab() -> Iterator[Tab]:
    """A tab of a browser that was started for it and ends with it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, _started(profile) as p:
        target = p.send("Target.createTarget", {"url": "about:blank"})["targetId"]
        to = {"targetId": target, "flatten": True}
        opened = Tab(p, p.send("Target.attachToTarget", to)["sessionId"])
        for room in ("Page", "Network", "Log", "Runtime"):
            opened.send(f"{room}.enable")
        yield opened


@contextlib.contextmanager
def _started(profile: str) -> Iterator[_Pipe]:
    """The browser reads words from its descriptor 3 and answers on 4."""
    command = [str(find_browser()), *_WORDS, f"--user-data-dir={profile}"]
    if os.geteuid() == 0:
        command.append("--no-sandbox")
    hears, says = _high(os.pipe())
    answers, answered = _high(os.pipe())
    browser = subprocess.Popen(
        [sys.executable, "-c", _JOINED, str(hears), str(answered), *command],
        pass_fds=(hears, answered),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(hears)
    os.close(answered)
    try:
        yield _Pipe(says, answers)
    finally:
        browser.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            browser.wait(timeout=10)
        browser.kill()
        browser.wait()
        os.close(says)
        os.close(answers)


def _high(ends: tuple[int, int]) -> tuple[int, int]:
    """Both ends of a pipe where 3 and 4 cannot be among them."""
    moved = fcntl.fcntl(ends[0], fcntl.F_DUPFD, 10), fcntl.fcntl(ends[1], fcntl.F_DUPFD, 10)
    for end in ends:
        os.close(end)
    for end in moved:
        os.set_inheritable(end, False)
    return moved


class _Pipe:
    """Words to the browser and back, each ended by a zero byte."""

    def __init__(self, says: int, answers: int) -> None:
        self._says, self._answers = says, answers
        self._rest, self._count = b"", 0
        self._events: list[dict[str, Any]] = []

    def send(self, method: str, words: Any, session: str = "", tab: Tab | None = None) -> Any:
        self._count += 1
        said = {"id": self._count, "method": method, "params": words}
        whole = json.dumps(said | ({"sessionId": session} if session else {})).encode() + b"\0"
        while whole:
            whole = whole[os.write(self._says, whole) :]
        while True:
            answer = self._next(tab)
            if answer.get("id") == self._count:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def wait_for(self, event: str, session: str, tab: Tab) -> None:
        while True:
            met = [e for e in self._events if e["method"] == event and e["sessionId"] == session]
            if met:
                self._events.remove(met[0])
                return
            self._next(tab)

    def _next(self, tab: Tab | None) -> dict[str, Any]:
        until = time.monotonic() + _SECONDS
        while b"\0" not in self._rest:
            left = max(0.0, until - time.monotonic())
            assert select.select([self._answers], [], [], left)[0], "the browser says nothing"
            read = os.read(self._answers, 1 << 20)
            assert read, "the browser has ended"
            self._rest += read
        one, self._rest = self._rest.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(one)
        if "method" in answer and "sessionId" in answer and tab:
            tab.hear(answer)
            if answer["method"].startswith("Page."):
                self._events.append(answer)
        return answer
