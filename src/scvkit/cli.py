"""The command line: new, check, run, lab, profile, link, compare, purge, demo, notebooks.

Exit code 0: done. 1: some source or step could not be assessed, and the report says so. 2: bad
configuration, or nothing readable at all. Errors are one paragraph on stderr; a traceback only
with ``--debug``.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import scvkit
from scvkit import commands
from scvkit.errors import ScvkitError, nearest


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    options = parser.parse_args(given)
    if options.command is None:
        parser.print_help()
        return 0
    try:
        code = int(options.function(options))
        sys.stdout.flush()  # a reader that has gone is met here, not at exit
        return code
    except ScvkitError as problem:
        if options.debug:
            traceback.print_exc()
        print(f"scvkit {options.command}: {problem}", file=sys.stderr)
        return problem.exit_code
    except BrokenPipeError:
        # Whoever read the output has read enough; without this the interpreter says so at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
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
    words = parser.add_subparsers(dest="command", parser_class=_Parser, metavar="COMMAND")
    for name, command in COMMANDS.items():
        word = words.add_parser(name, help=command.summary, description=command.summary)
        word.add_argument("--debug", action="store_true", help="show the traceback of an error")
        for option in command.options:
            word.add_argument(*option.flags, **option.settings)
        word.set_defaults(function=command.function)
    return parser


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
        commands.new,
        "draft DIR/engagement.yaml from files or a folder of files",
        (
            _option("folder", nargs="?", metavar="DIR", help="folder for the engagement"),
            _option("extracts", nargs="*", metavar="EXTRACTS", help="files or folders"),
            _option("--client", metavar="NAME", help="the client's name, as pages shall say it"),
            _option(
                "--letters",
                metavar="LETTERS",
                help="before anything has come: write a request for each extract into this folder",
            ),
            _option(
                "--systems",
                nargs="+",
                metavar="SYSTEM",
                help="with --letters: the systems to ask, such as Shopify or Navision:purchases",
            ),
            _option(
                "--facts",
                nargs="+",
                metavar="FACT=TEXT",
                help="with --letters: what makes it lawful, such as controller='Acme A/S' "
                "processor_agreement=signed purpose='one customer view' delete_by=2027-01-31",
            ),
            _LANGUAGE,
            _option(
                "--from-journal",
                metavar="ENGAGEMENT",
                help="instead: fold what was captured in the workshop into engagement.yaml",
            ),
        ),
    ),
    "check": _Command(
        commands.check,
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
        commands.run,
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
        commands.lab,
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
        commands.profile,
        "profile one file; no engagement needed",
        (
            _option("file", metavar="FILE"),
            _option("--json", action="store_true", help="print JSON"),
        ),
    ),
    "link": _Command(
        commands.link,
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
        commands.compare,
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
        commands.purge,
        "delete the private work folder of an engagement and leave a receipt",
        (_ENGAGEMENT, _WORK),
    ),
    "demo": _Command(
        commands.demo,
        "run the sample client end to end",
        (_OUT, _WORK, _JOBS, _TO_SEND, _PDF, *_LIMITS),
    ),
    "notebooks": _Command(
        commands.notebooks,
        "re-make the outputs of the committed notebooks from the sample client",
        (_ONLY,),
    ),
}
