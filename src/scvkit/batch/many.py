"""Several clients in one go: `scvkit run A B C`, or a folder of engagements."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from scvkit.batch.outcome import RunOptions, RunResult
from scvkit.batch.pdf import find_browser
from scvkit.batch.run import run_engagement
from scvkit.errors import EngagementError, OutputError, ScvkitError
from scvkit.locale import Words, load_words
from scvkit.readiness import headline
from scvkit.records.readiness import Readiness
from scvkit.report import ClientLine, clients_page
from scvkit.store import Store

_OURS = 'id="scvkit-clients"'


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRun:
    """What came of one client: a result, or the reason there is none."""

    name: str
    out: Path
    result: RunResult | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyRuns:
    """The runs of several clients and the index over them."""

    index: Path
    clients: tuple[ClientRun, ...]

    @property
    def exit_code(self) -> int:
        """0 when every client was assessed whole, 2 when none was at all, else 1."""
        if all(c.result is None for c in self.clients):
            return 2
        return 0 if all(c.result is not None and c.result.complete for c in self.clients) else 1


def engagements_in(given: Sequence[Path]) -> tuple[Path, ...]:
    """The engagements that paths name: files, folders of one, or folders of several folders.

    Raises EngagementError for a folder that holds none.
    """
    found: list[Path] = []
    for path in given:
        if not path.is_dir() or (path / "engagement.yaml").is_file():
            found.append(path)
            continue
        inside = sorted(p.parent for p in path.glob("*/engagement.yaml"))
        if not inside:
            raise EngagementError(
                f"There is no engagement.yaml in {path}, nor in a folder in it. "
                "Draft one with: scvkit new FOLDER EXTRACTS…"
            )
        found += inside
    return tuple(dict.fromkeys(found))


def run_many(
    engagements: Sequence[Path], options: RunOptions, *, stream: TextIO | None = None
) -> ManyRuns:
    """Run one client after the other; one that fails does not stop the others.

    Reports go to ``<out>/<client>``, rows to ``<work>/<client>`` where a work folder was named;
    the index over all of them is ``<out>/index.html``.
    """
    words = load_words(options.language or "en")
    if options.pdf:
        find_browser()
    base = (options.out or Path("reports")).expanduser().resolve()
    index = base / "index.html"
    _refuse_other_page(index)
    runs: list[ClientRun] = []
    for name, engagement in _named(engagements):
        if stream is not None:
            told = words("batch.client", n=len(runs) + 1, of=len(engagements), client=name)
            stream.write(f"{told}\n")
        own = dataclasses.replace(
            options,
            out=base / name,
            work=str(Path(options.work).expanduser().resolve() / name) if options.work else "",
        )
        runs.append(_run_one(name, engagement.resolve(), own, words, stream))
        _write_index(index, runs, words)
    return ManyRuns(index=index, clients=tuple(runs))


def _run_one(
    name: str, engagement: Path, options: RunOptions, words: Words, stream: TextIO | None
) -> ClientRun:
    out = options.out or Path(name)
    try:
        result = run_engagement(engagement, options, stream=stream)
    except ScvkitError as problem:
        return ClientRun(name=name, out=out, result=None, reason=str(problem))
    except Exception as problem:  # noqa: BLE001  # the other clients are not to pay for it
        # The message may quote a value of the client, so only its kind is told.
        reason = words("batch.fault", kind=type(problem).__name__)
        return ClientRun(name=name, out=out, result=None, reason=reason)
    return ClientRun(name=name, out=out, result=result)


def _named(engagements: Sequence[Path]) -> list[tuple[str, Path]]:
    """Engagements by the name of their folder; a name that comes again gets a number."""
    named: list[tuple[str, Path]] = []
    for engagement in engagements:
        home = engagement if engagement.is_dir() else engagement.parent
        plain = home.resolve().name or "client"
        taken = {name for name, _ in named}
        numbers = (f"{plain}-{n}" for n in range(2, len(engagements) + 2))
        name = plain if plain not in taken else next(n for n in numbers if n not in taken)
        named.append((name, engagement))
    return named


def _refuse_other_page(index: Path) -> None:
    if index.is_file() and _OURS not in index.read_text(encoding="utf-8", errors="replace"):
        raise OutputError(
            f"{index} is not an index over clients, and would be replaced by one. "
            "Name another folder with --out."
        )


def _write_index(index: Path, runs: Sequence[ClientRun], words: Words) -> None:
    lines = [_line(run, index.parent, words) for run in runs]
    try:
        index.parent.mkdir(parents=True, exist_ok=True)
        beside = index.with_name(f".{index.name}.{os.getpid()}")
        beside.write_text(str(clients_page(lines, words)), encoding="utf-8")
        beside.replace(index)
    except OSError as problem:
        raise OutputError(
            f"The index {index} cannot be written ({problem.strerror}). "
            "Name another folder with --out."
        ) from None


def _line(run: ClientRun, base: Path, words: Words) -> ClientLine:
    page = run.out / "index.html"
    there = page.is_file()
    href = page.relative_to(base).as_posix() if there else ""
    if run.result is None:
        state = words(f"report.clients.failed{'_before' if there else ''}", reason=run.reason)
        return ClientLine(name=run.name, state=state, href=href)
    state = words(f"report.clients.{'done' if run.result.complete else 'partly'}")
    readiness = Store(run.out / "results").find("readiness", Readiness)
    answer = headline(readiness, words).title if readiness is not None else ""
    return ClientLine(name=run.name, state=state, answer=answer, href=href)
