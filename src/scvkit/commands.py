"""What each word of the command line does: from its options to an exit code.

Rooms are imported when a word needs them: ``scvkit --help`` must not wait for Splink.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scvkit.errors import EngagementError, ExtractError

if TYPE_CHECKING:
    from scvkit.batch import RunOptions
    from scvkit.locale import Words


def new(options: argparse.Namespace) -> int:
    """Draft an engagement, or fold what the workshop said into one."""
    if options.from_journal:
        return _fold(Path(options.from_journal))
    if options.letters and options.folder and not options.extracts:
        return _first_letters(options)
    if not options.folder or not options.extracts:
        raise EngagementError(
            "Name a folder for the engagement and its extracts: scvkit new DIR EXTRACTS… "
            "(or --from-journal ENGAGEMENT; or, before anything has come, scvkit new DIR "
            "--letters LETTERS)."
        )
    if options.letters:
        raise EngagementError(
            "The extracts are here already. Draft the engagement without --letters, then: scvkit "
            "check DIR --letters LETTERS."
        )
    from scvkit.locale import load_words
    from scvkit.workshop.draft import draft_folder

    extracts = [Path(p) for p in options.extracts]
    language = load_words(options.language).language if options.language else None
    file, notes = draft_folder(
        Path(options.folder), extracts, client=options.client or "", language=language
    )
    for note in notes:
        print(note)
    print(f"Drafted {file}. Correct it, then: scvkit check {file.parent}")
    return 0


def _first_letters(options: argparse.Namespace) -> int:
    from scvkit.locale import load_words
    from scvkit.workshop.letters import write_first_letters

    if not options.client:
        raise EngagementError("A letter names the client: --client NAME.")
    words = load_words(options.language or "en")
    written = write_first_letters(
        options.client,
        options.systems or (),
        Path(options.letters),
        words,
        facts=options.facts or (),
        typed=options.folder,
    )
    _print_letters(written, words)
    return 0


def _fold(engagement: Path) -> int:
    from scvkit.engagement import fold_journal

    archived, overlay = fold_journal(engagement)
    for sentence in overlay.told:
        print(sentence, file=sys.stderr)
    print(f"Folded {len(overlay.laid)} entries into the engagement file; comments are kept.")
    print(f"The journal is kept for the minutes: {archived}")
    return 1 if overlay.told else 0


def check(options: argparse.Namespace) -> int:
    """Say what a run would do."""
    from scvkit.workshop.check import check_engagement

    report = check_engagement(Path(options.engagement))
    print(report.text)
    if options.letters:
        _write_letters(options.engagement, Path(options.letters))
    return 0 if report.complete else 1


def _write_letters(typed: str, folder: Path) -> None:
    from scvkit.engagement import load_engagement
    from scvkit.locale import load_words
    from scvkit.workshop.letters import write_letters

    said = load_engagement(Path(typed))
    home = Path(typed) if Path(typed).is_dir() else Path(typed).parent
    words = load_words(said.client.languages[0])
    _print_letters(
        write_letters(said, folder, words, received=home / said.extracts, typed=typed), words
    )


def _print_letters(written: Sequence[Path], words: Words) -> None:
    from scvkit.workshop.letters import older_letters

    for file in written:
        print(file)
    if older := older_letters(written):
        print(words("workshop.letter.older", names=words.listed(file.name for file in older)))
    if words.mark:
        print(words.mark)


def run(options: argparse.Namespace) -> int:
    """Assess one client or several; compute a run again and compare."""
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
    for sentence in result.told:
        print(sentence, file=sys.stderr)
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


def demo(options: argparse.Namespace) -> int:
    """Assess the sample client."""
    from scvkit.plan import sample_engagement

    options.out = options.out or str(Path("reports") / "demo")
    options.only, options.language = (), ""
    return _run_one(sample_engagement(), options)


def lab(options: argparse.Namespace) -> int:
    """Open the notebooks."""
    from scvkit.workshop.lab import start_lab

    return start_lab(
        options.engagement,
        work=options.work or "",
        browser=not options.no_browser,
        mode=options.mode,
    )


def profile(options: argparse.Namespace) -> int:
    """Profile one file."""
    from scvkit.workshop.single import profile_file

    width = shutil.get_terminal_size((100, 24)).columns
    with _nothing_readable():
        text = profile_file(Path(options.file), as_json=options.json, width=width)
    print(text.rstrip("\n"))
    return 0


def link(options: argparse.Namespace) -> int:
    """Link files without an engagement."""
    from scvkit.workshop.single import link_tables

    _limit_memory(options.memory)
    columns = Path(options.columns) if options.columns else None
    with _nothing_readable():
        out = Path(options.out) if options.out else None
        files = [Path(f) for f in options.files]
        print(link_tables(files, columns, out, as_json=options.json))
    return 0


def compare(options: argparse.Namespace) -> int:
    """Say what changed between two runs."""
    from pydantic import TypeAdapter

    from scvkit.batch.compare import compare_runs, language_of
    from scvkit.locale import load_words
    from scvkit.records.comparison import Comparison
    from scvkit.records.extracts import Intake
    from scvkit.report import comparison_page, comparison_text
    from scvkit.store import Store

    found = compare_runs(Path(options.before), Path(options.after))
    words = load_words(options.language or language_of(Path(options.after)))
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


def purge(options: argparse.Namespace) -> int:
    """Delete the private rows of an engagement."""
    from scvkit.batch.purge import purge_engagement

    purged = purge_engagement(Path(options.engagement), work=options.work or "")
    print(f"Deleted {purged.files} files ({purged.size / 1e6:.1f} MB) of the private work folder.")
    if purged.left:
        print(f"Not made by scvkit and left: {', '.join(purged.left)}")
    print("The extracts, the engagement file and the report are yours to delete.")
    print(purged.receipt)
    return 0


def notebooks(options: argparse.Namespace) -> int:
    """Re-make the committed notebooks."""
    from scvkit.batch.committed import remake_notebooks

    for name in remake_notebooks(tuple(options.only or ())):
        print(f"made {name}")
    return 0
