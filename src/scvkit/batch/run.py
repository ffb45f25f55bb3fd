"""Run the plan for one engagement and swap the finished report in."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from scvkit.batch.budget import budget
from scvkit.batch.conduct import Conduct
from scvkit.batch.fingerprint import Fingerprints
from scvkit.batch.inputs import inputs_of
from scvkit.batch.kept import PAGES, Kept, KeptSteps
from scvkit.batch.lock import one_run
from scvkit.batch.log import Log
from scvkit.batch.outcome import RunOptions, RunResult, TaskOutcome
from scvkit.batch.pdf import find_browser
from scvkit.batch.progress import Progress
from scvkit.batch.provenance import digests_in
from scvkit.batch.surroundings import private_sockets, private_surroundings
from scvkit.batch.swap import recover
from scvkit.errors import OutputError, ScvkitError
from scvkit.locale.retold import retold
from scvkit.plan import Task, tasks
from scvkit.records.extracts import Intake, SourceIntake
from scvkit.workshop.absent import absent_columns
from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.folders import refuse_overdue

if TYPE_CHECKING:
    from scvkit.batch.kernels import Kernels

PAGES_SECONDS = 12.0  # the sample client's, as a first guess


def run_engagement(
    engagement: Path,
    options: RunOptions,
    *,
    stream: TextIO | None = None,
    today: dt.date | None = None,
) -> RunResult:
    """Run what has changed of the plan, export, search for personal values, swap the report in.

    A step whose inputs, parameters and code are those of an earlier run is not run again. A
    failed step is marked and what does not depend on it goes on. Raises EngagementError and
    OutputError before anything runs, also when another run holds the engagement or its date of
    deletion is past ``today``; ExtractError when no source can be read, PrivacyBreach when a page
    would leak; the previous report then stays as it was.
    """
    # Notebooks run in a folder of their own, and with them this process.
    engagement = engagement.expanduser().resolve()
    desk = open_desk(engagement, work=options.work, language=options.language)
    browser = find_browser() if options.pdf else None
    refuse_overdue(desk.engagement, today or dt.datetime.now(dt.UTC).date())
    # Named by the folder, not by the client: a copy made to try a variant must not replace it.
    home = engagement if engagement.is_dir() else engagement.parent
    out = _writable(options.out or Path("reports") / home.name)
    limits = budget(memory=options.memory, minutes=options.minutes, jobs=options.jobs)
    log = Log(desk.work)
    with (
        one_run(desk.work) as hold,
        private_surroundings(desk.work, limits),
        private_sockets() as sockets,
    ):
        hold.note(sockets=sockets)
        recover(out)
        log.info("run_started", process=os.getpid(), jobs=options.jobs, only=list(options.only))
        if hold.unfinished:
            log.warning("went_on_after_unfinished_run", started=hold.unfinished)
        try:
            result = _run(
                desk, engagement, out, options, stream, log, sockets, hold.unfinished, browser
            )
        except ScvkitError as problem:
            log.error("run_stopped", kind=type(problem).__name__, reason=str(problem))
            raise
        log.info("run_ended", run=result.run_id, complete=result.complete, ran=list(result.ran))
    return result


def _run(
    desk: Desk,
    engagement: Path,
    out: Path,
    options: RunOptions,
    stream: TextIO | None,
    log: Log,
    sockets: str,
    unfinished: str,
    browser: Path | None,
) -> RunResult:
    started = dt.datetime.now(dt.UTC)
    fingerprints = Fingerprints(desk)
    kept = KeptSteps(desk, fingerprints)
    further = desk.languages[1:]
    chosen = tasks(desk.engagement.extracted, options.only, further)
    if not options.only:
        kept.forget_others(chosen)
    last = kept.seconds([*(task.name for task in chosen), PAGES])
    guesses = {task.name: task.step.seconds for task in chosen} | {PAGES: PAGES_SECONDS}
    progress = Progress({**guesses, **last}, desk.words, jobs=options.jobs, stream=stream)
    conduct = Conduct(
        desk=desk,
        engagement=engagement,
        chosen=chosen,
        options=options,
        progress=progress,
        log=log,
        fingerprints=fingerprints,
        kept=kept,
        outside=inputs_of(desk),
    )
    try:
        _announce(desk, chosen, options, progress, unfinished)
        if options.only:
            every = tasks(desk.engagement.extracted, (), further)
            _refuse_to_lose_pages(out, conduct.gone(every))
            if stale := conduct.stale(every):
                progress.say(desk.words("batch.stale", names=", ".join(stale)))
        with contextlib.ExitStack() as stack:
            outcomes = conduct.execute(lambda: _open_kernels(stack, desk, options, sockets))
        published = _publish(desk, out, conduct, outcomes, started, browser)
    finally:
        progress.close()
    intake = desk.find("intake", Intake)
    sources = intake.sources if intake else ()
    unread = tuple(f"{f.source}: {f.reason}" for s in sources for f in s.unread)
    absent = absent_columns(desk.engagement, sources, desk.words)
    return RunResult(
        index=out / "index.html",
        run_id=conduct.run_id,
        outcomes=outcomes,
        unread=unread,
        absent=absent,
        told=(*_not_assessed(desk, sources, outcomes), *(f"! {line}" for line in absent)),
        pages_kept=not published,
    )


def _not_assessed(
    desk: Desk, sources: Sequence[SourceIntake], outcomes: Sequence[TaskOutcome]
) -> list[str]:
    unread = [f"{f.source}: {retold(f.reason, desk.words)}" for s in sources for f in s.unread]
    failed = [f"{o.name}: {o.reason}" for o in outcomes if o.outcome != "done"]
    return [desk.words("batch.not_assessed", what=what) for what in (*unread, *failed)]


def _open_kernels(
    stack: contextlib.ExitStack, desk: Desk, options: RunOptions, sockets: str
) -> Kernels:
    # Papermill takes seconds to import: a run that repeats nothing does without it.
    from scvkit.batch.kernels import open_kernels

    limits = budget(memory=options.memory, minutes=options.minutes, jobs=options.jobs)
    return stack.enter_context(open_kernels(limits, desk.words, sockets=sockets))


def _publish(
    desk: Desk,
    out: Path,
    conduct: Conduct,
    outcomes: tuple[TaskOutcome, ...],
    started: dt.datetime,
    browser: Path | None,
) -> bool:
    """Write the report; False when it lies there already, made from exactly this."""
    key = conduct.fingerprints.whole(
        run=conduct.run_id,
        languages=desk.languages,
        to_send=conduct.options.to_send,
        pdf=browser is not None,
        outcomes=[(o.name, o.outcome, o.reason) for o in outcomes],
        files=conduct.outside.flat(),
        made=conduct.fingerprints.of_work(("results", "notebooks", "pages")),
    )
    before = None if conduct.options.fresh else conduct.kept.find(PAGES)
    if before is not None and before.key == key and before.made == digests_in(out):
        conduct.progress.end(PAGES, "kept")
        conduct.log.info("report_kept")
        return False
    from scvkit.batch.export import export_run

    conduct.progress.say(desk.words("batch.exporting"))
    conduct.progress.start(PAGES)
    export_run(
        desk,
        out,
        run_id=conduct.run_id,
        outcomes=outcomes,
        files=conduct.outside.flat(),
        started=started,
        only=conduct.options.only,
        to_send=conduct.options.to_send,
        browser=browser,
    )
    conduct.progress.end(PAGES, "done")
    seconds = conduct.progress.durations().get(PAGES, 0.0)
    conduct.kept.write(PAGES, Kept(key=key, seconds=seconds, made=digests_in(out)))
    conduct.log.info("report_written", seconds=seconds)
    return True


def _writable(out: Path) -> Path:
    """Check before the work, not after it, that the report can be written."""
    out = out.expanduser().resolve()
    parent = next((p for p in (out, *out.parents) if p.exists()), Path("/"))
    try:
        # Asking for leave is not enough: some systems grant it where nothing can be made.
        Path(tempfile.mkdtemp(prefix=".scvkit-", dir=parent)).rmdir()
    except OSError:
        raise OutputError(
            f"The report cannot be written to {out}: {parent} is not a folder you may write to. "
            "Name another folder with --out."
        ) from None
    if out.is_dir() and any(out.iterdir()) and not (out / "run.json").is_file():
        raise OutputError(
            f"The folder {out} holds files that scvkit did not write, and a report replaces what "
            "is there. Name an empty or new folder with --out."
        )
    return out


def _refuse_to_lose_pages(out: Path, gone: Collection[str]) -> None:
    """A partial run makes the report anew from what is kept: nothing kept, and pages are lost."""
    try:
        told = json.loads((out / "run.json").read_text(encoding="utf-8"))
        done = [str(s["name"]) for s in told["steps"] if s["outcome"] == "done"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    if lost := [name for name in done if name in gone]:
        raise OutputError(
            f"The report in {out} was made with steps of which nothing is kept any more "
            f"({', '.join(lost)}), as after a purge. A partial run would put a report without "
            "them in its place. Run without --only, or name another folder with --out."
        )


def _announce(
    desk: Desk,
    chosen: tuple[Task, ...],
    options: RunOptions,
    progress: Progress,
    unfinished: str,
) -> None:
    said = desk.engagement
    progress.say(
        desk.words(
            "batch.reading",
            client=said.client.name,
            n=len(said.sources),
            tasks=len(chosen),
            jobs=options.jobs,
        )
    )
    if desk.overlay.journal.entries:
        laid = len(desk.overlay.laid)
        progress.say(desk.words("batch.journal", n=len(desk.overlay.journal.entries), laid=laid))
    for sentence in desk.overlay.told:
        progress.say(sentence)
    if unfinished:
        progress.say(desk.words("batch.unfinished", started=unfinished))
    if desk.exploratory:
        facts = ", ".join(said.missing_lawful_facts)
        progress.say(desk.words("batch.exploratory", facts=facts))
