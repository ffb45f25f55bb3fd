"""The command line: new, check, run, lab, profile, link, compare, purge, demo, notebooks.

Exit code 0: done. 1: some source or step could not be assessed, and the report says so. 2: bad
configuration, or nothing readable at all. Errors are one paragraph on stderr; a traceback only
with ``--debug``.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import scvkit
from scvkit.errors import EngagementError, ExtractError, ScvkitError, nearest

if TYPE_CHECKING:
    from scvkit.batch import RunOptions


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    options = parser.parse_args(given)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        return int(options.function(options))
    except ScvkitError as problem:
        if options.debug:
            traceback.print_exc()
        print(f"scvkit {options.command}: {problem}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        print("\nscvkit: stopped. The previous report is as it was.", file=sys.stderr)
        return 130
    except Exception as problem:  # a reader of stderr gets a paragraph, not a trace
        if options.debug:
            raise
        # The message may quote a value of the client, so only its kind is told.
        print(
            f"scvkit {options.command}: a fault in the kit itself ({type(problem).__name__}). "
            "Run it again with --debug and report what it prints, after removing personal values.",
            file=sys.stderr,
        )
        return 2


class _Parser(argparse.ArgumentParser):
    """Errors as one paragraph with the nearest command, exit code 2."""

    def error(self, message: str) -> NoReturn:
        if "invalid choice" in message:
            word = message.split("'")[1]
            hint = nearest(word, COMMANDS) or f" Commands: {', '.join(COMMANDS)}."
            message = f"there is no command '{word}'.{hint}"
        print(f"{self.prog}: {message} See: {self.prog} --help", file=sys.stderr)
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="scvkit",
        description="Measure what a company knows about its customers, and say what it allows.",
    )
    parser.add_argument("--version", action="version", version=f"scvkit {scvkit.__version__}")
    parser.set_defaults(debug=False)
    commands = parser.add_subparsers(dest="command", parser_class=_Parser, metavar="COMMAND")
    for name, command in COMMANDS.items():
        word = commands.add_parser(name, help=command.summary, description=command.summary)
        word.add_argument("--debug", action="store_true", help="show the traceback of an error")
        for option in command.options:
            word.add_argument(*option.flags, **option.settings)
        word.set_defaults(function=command.function)
    return parser


def _new(options: argparse.Namespace) -> int:
    if options.from_journal:
        return _fold(Path(options.from_journal))
    if not options.folder or not options.extracts:
        raise EngagementError(
            "Name a folder for the engagement and its extracts: scvkit new DIR EXTRACTS… "
            "(or --from-journal ENGAGEMENT)."
        )
    from scvkit.workshop.draft import draft_folder

    file, notes = draft_folder(Path(options.folder), [Path(p) for p in options.extracts])
    for note in notes:
        print(note)
    print(f"Drafted {file}. Correct it, then: scvkit check {file.parent}")
    return 0


def _fold(engagement: Path) -> int:
    from scvkit.engagement import fold_journal

    archived, overlay = fold_journal(engagement)
    for sentence in overlay.told:
        print(sentence, file=sys.stderr)
    print(f"Folded {len(overlay.laid)} entries into the engagement file; comments are kept.")
    print(f"The journal is kept for the minutes: {archived}")
    return 1 if overlay.told else 0


def _check(options: argparse.Namespace) -> int:
    from scvkit.workshop.check import check_engagement

    report = check_engagement(Path(options.engagement))
    print(report.text)
    if options.letters:
        _write_letters(Path(options.engagement), Path(options.letters))
    return 0 if report.complete else 1


def _write_letters(engagement: Path, folder: Path) -> None:
    from scvkit.engagement import load_engagement
    from scvkit.locale import load_words
    from scvkit.workshop.letters import write_letters

    said = load_engagement(engagement)
    for file in write_letters(said, folder, load_words(said.client.languages[0])):
        print(file)


def _run(options: argparse.Namespace) -> int:
    from scvkit.batch.many import engagements_in

    found = engagements_in([Path(p) for p in options.engagements])
    if options.verify:
        return _verify(found, options)
    if len(options.engagements) > 1 or len(found) > 1:
        return _run_many(found, options)
    return _run_one(found[0], options)


def _run_one(engagement: Path, options: argparse.Namespace) -> int:
    from scvkit.batch import run_engagement

    result = run_engagement(engagement, _run_options(options))
    for reason in result.unread:
        print(f"Not assessed: {reason}", file=sys.stderr)
    for outcome in result.outcomes:
        if outcome.outcome != "done":
            print(f"Not assessed: {outcome.name}: {outcome.reason}", file=sys.stderr)
    print(result.index)
    return 0 if result.complete else 1


def _run_many(engagements: Sequence[Path], options: argparse.Namespace) -> int:
    from scvkit.batch.many import run_many

    runs = run_many(engagements, _run_options(options), stream=sys.stderr)
    for client in runs.clients:
        if client.result is None:
            print(f"Not assessed: {client.name}: {client.reason}", file=sys.stderr)
    print(runs.index)
    return runs.exit_code


def _verify(engagements: Sequence[Path], options: argparse.Namespace) -> int:
    from scvkit.batch.verify import verify_run
    from scvkit.locale import load_words

    if len(engagements) > 1:
        raise EngagementError("--verify takes one engagement and the report folder of its run.")
    verified = verify_run(engagements[0], Path(options.verify), _run_options(options))
    for sentence in verified.sentences(load_words(options.language or "en")):
        print(sentence)
    return 0 if verified.holds else 1


def _run_options(options: argparse.Namespace) -> RunOptions:
    from scvkit.batch import RunOptions

    return RunOptions(
        out=Path(options.out) if options.out else None,
        work=options.work or "",
        only=tuple(options.only or ()),
        jobs=options.jobs,
        language=options.language or "",
        to_send=options.to_send,
        pdf=options.pdf,
        fresh=options.fresh,
        memory=options.memory or "",
        minutes=options.minutes,
    )


def _demo(options: argparse.Namespace) -> int:
    from scvkit.plan import sample_engagement

    options.out = options.out or str(Path("reports") / "demo")
    options.only, options.language = (), ""
    return _run_one(sample_engagement(), options)


def _lab(options: argparse.Namespace) -> int:
    from scvkit.workshop.lab import start_lab

    return start_lab(
        options.engagement,
        work=options.work or "",
        browser=not options.no_browser,
        mode=options.mode,
    )


def _profile(options: argparse.Namespace) -> int:
    from scvkit.workshop.single import profile_file

    width = shutil.get_terminal_size((100, 24)).columns
    with _nothing_readable():
        text = profile_file(Path(options.file), as_json=options.json, width=width)
    print(text.rstrip("\n"))
    return 0


def _link(options: argparse.Namespace) -> int:
    from scvkit.workshop.single import link_tables

    _limit_memory(options.memory)
    columns = Path(options.columns) if options.columns else None
    with _nothing_readable():
        out = Path(options.out) if options.out else None
        files = [Path(f) for f in options.files]
        print(link_tables(files, columns, out, as_json=options.json))
    return 0


def _compare(options: argparse.Namespace) -> int:
    from pydantic import TypeAdapter

    from scvkit.batch.compare import compare_runs
    from scvkit.locale import load_words
    from scvkit.records.comparison import Comparison
    from scvkit.records.extracts import Intake
    from scvkit.report import comparison_page, comparison_text
    from scvkit.store import Store

    found = compare_runs(Path(options.before), Path(options.after))
    words = load_words(options.language or "en")
    intake = Store(Path(options.after) / "results").find("intake", Intake)
    names = {s.source: s.name for s in intake.sources} if intake else {}
    if options.page:
        page = comparison_page(found, words, names)
        Path(options.page).write_text(str(page), encoding="utf-8")
    if options.json:
        print(TypeAdapter(Comparison).dump_json(found, indent=1).decode())
    else:
        print(comparison_text(found, words, names))
    return 0


def _limit_memory(size: str | None) -> None:
    """Set the limit for this process and the kernels it starts."""
    from scvkit.engine import MEMORY_VARIABLE

    if size:
        os.environ[MEMORY_VARIABLE] = size


@contextlib.contextmanager
def _nothing_readable() -> Iterator[None]:
    """Without an engagement a file that cannot be read leaves nothing at all: exit code 2."""
    try:
        yield
    except ExtractError as problem:
        problem.exit_code = 2
        raise


def _purge(options: argparse.Namespace) -> int:
    from scvkit.batch.purge import purge_engagement

    purged = purge_engagement(Path(options.engagement), work=options.work or "")
    print(f"Deleted {purged.files} files ({purged.size / 1e6:.1f} MB) of the private work folder.")
    if purged.left:
        print(f"Not made by scvkit and left: {', '.join(purged.left)}")
    print("The extracts, the engagement file and the report are yours to delete.")
    print(purged.receipt)
    return 0


def _notebooks(options: argparse.Namespace) -> int:
    from scvkit.batch.committed import remake_notebooks

    for name in remake_notebooks(tuple(options.only or ())):
        print(f"made {name}")
    return 0


@dataclass(frozen=True, slots=True)
class _Option:
    """One argument of a command."""

    flags: tuple[str, ...]
    settings: Mapping[str, Any]


def _option(*flags: str, **settings: Any) -> _Option:
    return _Option(flags, settings)


@dataclass(frozen=True, slots=True)
class _Command:
    """What a word does, said in a line, with its arguments."""

    function: Callable[[argparse.Namespace], int]
    summary: str
    options: tuple[_Option, ...]


_ENGAGEMENT = _option("engagement", help="engagement.yaml, or the folder it lies in")
_WORK = _option("--work", help="private work folder (default: your user data folder)")
_OUT = _option("--out", help="folder for the report (default: reports/<engagement folder>)")
_JOBS = _option(
    "--jobs", type=int, default=2, choices=range(1, 9), help="notebooks at a time (default 2)"
)
_MEMORY = _option(
    "--memory", metavar="SIZE", help="rows held in memory at most, e.g. 1GB; more goes to disk"
)
_ONLY = _option("--only", nargs="+", metavar="STEP", help="only these steps, e.g. 04 08")
_TO_SEND = _option(
    "--to-send", action="store_true", help="leave out the analyst's pages (restricted/)"
)
_PDF = _option(
    "--pdf",
    action="store_true",
    help="print every report to a PDF (needs Chromium, Chrome or Edge)",
)
_FRESH = _option("--fresh", action="store_true", help="run every step, also what is unchanged")
_STEP_MEMORY = _option(
    "--memory",
    metavar="SIZE",
    help="memory a step may take, e.g. 4GB (default: its share of the machine)",
)
_MINUTES = _option(
    "--minutes", type=float, default=240.0, help="time a step may take (default 240)"
)
_LIMITS = (_FRESH, _STEP_MEMORY, _MINUTES)
_LANGUAGE = _option(
    "--language",
    help="one language of the report: en, da, sv, ro, zh-Hant (default: the client's languages)",
)

COMMANDS: dict[str, _Command] = {
    "new": _Command(
        _new,
        "draft DIR/engagement.yaml from files or a folder of files",
        (
            _option("folder", nargs="?", metavar="DIR", help="folder for the engagement"),
            _option("extracts", nargs="*", metavar="EXTRACTS", help="files or folders"),
            _option(
                "--from-journal",
                metavar="ENGAGEMENT",
                help="instead: fold what was captured in the workshop into engagement.yaml",
            ),
        ),
    ),
    "check": _Command(
        _check,
        "validate the engagement file, read the head of each source, say what will happen",
        (
            _ENGAGEMENT,
            _option(
                "--letters",
                metavar="DIR",
                help="also write a request for the extract of each source, and a checklist",
            ),
        ),
    ),
    "run": _Command(
        _run,
        "profile, link, map and assess; write the report; run again, do only what has changed",
        (
            _option(
                "engagements",
                nargs="+",
                metavar="ENGAGEMENT",
                help="engagement.yaml, its folder, or a folder of several; more than one may stand",
            ),
            _OUT,
            _WORK,
            _ONLY,
            _JOBS,
            _LANGUAGE,
            _TO_SEND,
            _PDF,
            *_LIMITS,
            _option(
                "--verify",
                metavar="RUN",
                help="compute the run in this report folder again and compare; writes no report",
            ),
        ),
    ),
    "lab": _Command(
        _lab,
        "open JupyterLab on the notebooks for an engagement",
        (
            _option("engagement", nargs="?", default="", help="default: the sample client"),
            _WORK,
            _option("--no-browser", action="store_true", help="only print the address"),
            _option(
                "--mode",
                default="projector",
                metavar="MODE",
                help="how much is shown: projector (default), room, or analyst (personal values)",
            ),
        ),
    ),
    "profile": _Command(
        _profile,
        "profile one file; no engagement needed",
        (
            _option("file", metavar="FILE"),
            _option("--json", action="store_true", help="print JSON"),
        ),
    ),
    "link": _Command(
        _link,
        "say who is in which of these files, and how sure that is; no engagement needed",
        (
            _option("files", nargs="+", metavar="FILE"),
            _option("--columns", metavar="MAP.yaml", help="{file stem: {column: attribute}}"),
            _option(
                "--out",
                metavar="DIR",
                help="also write the private rows: clusters.parquet, pairs.parquet, linkage.json",
            ),
            _option("--json", action="store_true", help="print JSON"),
            _MEMORY,
        ),
    ),
    "compare": _Command(
        _compare,
        "say what changed between two runs: the data, the engagement file, or the kit",
        (
            _option("before", metavar="RUN", help="report folder of the earlier run"),
            _option("after", metavar="RUN", help="report folder of the later run"),
            _option("--page", metavar="FILE.html", help="also write it as a page"),
            _option("--json", action="store_true", help="print JSON"),
            _LANGUAGE,
        ),
    ),
    "purge": _Command(
        _purge,
        "delete the private work folder of an engagement and leave a receipt",
        (_ENGAGEMENT, _WORK),
    ),
    "demo": _Command(
        _demo, "run the sample client end to end", (_OUT, _WORK, _JOBS, _TO_SEND, _PDF, *_LIMITS)
    ),
    "notebooks": _Command(
        _notebooks,
        "re-make the outputs of the committed notebooks from the sample client",
        (_ONLY,),
    ),
}
