"""An open engagement: what every notebook starts from."""

from __future__ import annotations

import atexit
import datetime as dt
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from scvkit.ascii_names import ascii_name
from scvkit.engagement import (
    Engagement,
    Entry,
    Journal,
    Lock,
    Overlay,
    Source,
    Step,
    Table,
    append,
    claim_locks,
    journal_file,
    read_engagement,
    read_with_archive,
)
from scvkit.engine import Connection, RowTables, connect
from scvkit.errors import EngagementError, ExtractError, MissingResult, nearest
from scvkit.extracts import read_file
from scvkit.locale import Words, load_words
from scvkit.plan import STEPS, sample_engagement, step_that_writes
from scvkit.readiness import with_choice
from scvkit.records.consent import Permission
from scvkit.records.extracts import Intake, SourceIntake
from scvkit.records.identity import Identity
from scvkit.records.landscape import LandscapeMap
from scvkit.records.linkage import Linkage
from scvkit.records.profile import SourceProfile
from scvkit.records.readiness import Readiness
from scvkit.records.scenarios import AskedActions, Roadmap
from scvkit.records.stakes import Blueprint, PeopleCounts, Value
from scvkit.records.usecases import UseCases
from scvkit.sources import understand_table
from scvkit.store import Store
from scvkit.vocabulary import Domain, Grain
from scvkit.workshop.folders import make_private, typed_path, work_folder
from scvkit.workshop.injected import cells_so_far, refuse_unknown_parameters
from scvkit.workshop.room import is_live
from scvkit.workshop.show import announce, prepare_notebook

ENGAGEMENT_VARIABLE = "SCVKIT_ENGAGEMENT"
STARTED_IN_VARIABLE = "SCVKIT_STARTED_IN"  # the folder in which `scvkit lab` was typed
T = TypeVar("T")

KINDS: dict[str, type] = {
    "intake": Intake,
    "profile": SourceProfile,
    "identity": Identity,
    "linkage": Linkage,
    "permission": Permission,
    "landscape": LandscapeMap,
    "use_cases": UseCases,
    "what_ifs": AskedActions,
    "people_counts": PeopleCounts,
    "readiness": Readiness,
    "roadmap": Roadmap,
    "value": Value,
    "blueprint": Blueprint,
}


@dataclass(slots=True, kw_only=True, repr=False)
class Desk:
    """One engagement with its connection, row tables, results and words."""

    engagement: Engagement
    folder: Path  # where the extracts lie
    work: Path
    connection: Connection
    rows: RowTables
    results: Store
    words: Words
    languages: tuple[str, ...] = ()  # of the report, the first is that of ``words``
    file: Path | None = None  # the engagement file; None for a single file without one
    overlay: Overlay = field(default_factory=Overlay)  # what the journal beside it says
    single_file: bool = False
    _file_intake: SourceIntake | None = field(default=None)

    def __repr__(self) -> str:
        """Name of the client only: a notebook prints it."""
        return f"<Desk {self.engagement.client.name}>"

    def in_language(self, language: str) -> Desk:
        """The same desk with the words of another language."""
        return replace(self, words=_words_of(self.engagement, language))

    @property
    def as_of(self) -> dt.date | None:
        """The date everything is measured against; None when nobody said."""
        return self.engagement.assessment.as_of

    @property
    def names(self) -> dict[str, str]:
        """Names of the sources by id."""
        return {key: source.name for key, source in self.engagement.sources.items()}

    @property
    def typed(self) -> str:
        """The engagement's folder as it is typed after `scvkit`; on a page its name alone."""
        if self.file is None or not is_live():
            return self.file.parent.name if self.file else ""
        return typed_path(self.file.parent, os.environ.get(STARTED_IN_VARIABLE))

    def heads(self, *names: str) -> list[str]:
        """Heads of a notebook's table, in words."""
        return [self.words(f"notebooks.heads.{name}") for name in names]

    @property
    def own_actions(self) -> Path | None:
        """The client's own file of actions, beside the engagement file; None without one."""
        named = self.engagement.roadmap.actions if self.engagement.roadmap else None
        return Path(named) if named else None

    @property
    def pages(self) -> Path:
        """Private folder for pages of the analyst, exported after the privacy gate."""
        return make_private(self.work / "pages")

    @property
    def fix_lists(self) -> Path:
        """Private folder for the lists of records to mend; never exported."""
        return make_private(self.work / "fix_lists")

    @property
    def exploratory(self) -> bool:
        """True when the four facts of gate G0 are missing."""
        return not self.engagement.lawful

    def save(self, name: str, result: object) -> str:
        """Save a typed result and return a sentence saying so."""
        if self.single_file:
            return self.words("desk.not_saved")
        self.results.save(name, result)
        # Beside the numbers, the SQL that made them: a step that is kept keeps it too.
        self.results.keep_sql(name, self.connection.queries(name))
        return self.words("desk.saved", name=name)

    def say(
        self,
        kind: str,
        content: object,
        *,
        part: Iterable[Step] | None = None,
        role: str = "",
    ) -> Entry:
        """Write one entry into the journal and lay it over the engagement of this desk.

        ``part`` leads to its place in the engagement file, where it has one. Raises
        EngagementError when the entry would leave an engagement nobody could read; nothing is
        written then.
        """
        if self.file is None:
            raise EngagementError("A single file has no engagement, so nothing is captured.")
        if self.file.resolve() == sample_engagement().resolve():
            raise EngagementError(
                "The sample client is the kit's own and stays as it is. scvkit lab works on a "
                "copy, in which everything said is captured."
            )
        place = None if part is None else tuple(part)
        tried = Entry(line=0, kind=kind, at="", role=role, part=place, content=content, hash="")
        _, overlay = read_engagement(self.file, extra=(tried,))
        if place is not None and tried not in overlay.laid:
            raise EngagementError(overlay.told[-1].split("left out: ", 1)[-1])
        entry = append(journal_file(self.file), kind=kind, content=content, part=place, role=role)
        self.engagement, self.overlay = read_engagement(self.file)
        return entry

    def read_again(self) -> None:
        """Read the engagement file and its journal again: another notebook may have written."""
        if self.file is not None:
            self.engagement, self.overlay = read_engagement(self.file)

    def journals(self) -> tuple[Journal, ...]:
        """The journals of this engagement, oldest first: folded ones, then the one in use."""
        return read_with_archive(self.file) if self.file else ()

    def said(self, *kinds: str) -> tuple[Entry, ...]:
        """Entries of these kinds of all journals, in the order they were said."""
        return tuple(entry for journal in self.journals() for entry in journal.of(*kinds))

    @property
    def locks(self) -> dict[str, Lock]:
        """The lock of each claim, by its id."""
        return claim_locks(self.engagement.claims, self.journals())

    @property
    def lock_sentences(self) -> dict[str, str]:
        """When each claim was written down, in words; empty when nothing was captured."""
        if not self.said("claim", "reveal"):
            return {}
        return {claim: lock.sentence(self.words) for claim, lock in self.locks.items()}

    def intake(self) -> Intake:
        """What was received; raises MissingResult naming 01_intake."""
        return self._load("intake", Intake)

    def identity(self) -> Identity:
        """The key test."""
        return self._load("identity", Identity)

    def linkage(self) -> Linkage:
        """The linkage."""
        return self._load("linkage", Linkage)

    def permission(self) -> Permission:
        """The permission ledger in counts."""
        return self._load("permission", Permission)

    def find(self, name: str, kind: type[T]) -> T | None:
        """A result, or None when its notebook was not run."""
        return self.results.find(name, kind)

    def findings(self) -> dict[str, Any]:
        """Every result of the whole client by name; None where its notebook was not run."""
        found: dict[str, Any] = {
            name: self.find(name, kind) for name, kind in KINDS.items() if name != "profile"
        }
        if found["use_cases"] is not None:
            found["use_cases"] = with_choice(found["use_cases"], self.engagement)
        return found

    def profiles(self) -> tuple[SourceProfile, ...]:
        """Profiles made so far, in the order of the engagement file."""
        found = (self.find(f"profile-{key}", SourceProfile) for key in self.engagement.sources)
        return tuple(profile for profile in found if profile is not None)

    def source(self, name: str) -> SourceIntake:
        """One source as received; the single file when the desk was opened on one."""
        if self._file_intake is not None:
            return self._file_intake
        if name not in self.engagement.sources:
            known = self.engagement.sources.keys()
            raise EngagementError(
                f"There is no source '{name}' in the engagement.{nearest(name, known)} "
                f"Sources: {', '.join(known)}."
            )
        found = {source.source: source for source in self.intake().sources}
        if name not in found or not found[name].tables:
            if not self.engagement.sources[name].tables:
                raise ExtractError(self.words("desk.not_received", name=self.names[name]))
            unread = found[name].unread if name in found else ()
            why = " ".join(file.reason for file in unread)
            raise ExtractError(f"The source '{name}' was not read. {why}".strip())
        return found[name]

    def progress(self) -> pd.DataFrame:
        """The steps of the plan with their question and whether their result is there."""
        made = set(self.results.names())
        table = []
        for step in STEPS:
            missing = [result for result in step.writes if not _made(result, made)]
            state = "desk.live" if not step.writes else "desk.to_do" if missing else "desk.done"
            table.append(
                {
                    self.words("desk.notebook"): step.name,
                    self.words("desk.question"): self.words(f"steps.{step.name}.question"),
                    self.words("desk.state"): self.words(state),
                }
            )
        return pd.DataFrame(table)

    def _load(self, name: str, kind: type[T]) -> T:
        return self.results.load(name, kind, made_by=step_that_writes(name))


def open_desk(
    engagement: str | Path = "",
    *,
    work: str = "",
    language: str = "",
    path: str = "",
    most_typed: int | None = None,
) -> Desk:
    """Open an engagement, or with ``path`` a single file without one.

    ``engagement`` is a file or folder; empty means the one `scvkit lab` was opened for, else the
    sample client. ``work`` is the private work folder; empty means the user's data folder. Of a
    single file with more rows than ``most_typed`` no typed table is written.
    A notebook that was given parameters but no engagement says that it is the sample client.
    Raises EngagementError, also for a parameter the notebook does not have, ExtractError or
    OutputError, with one paragraph.
    """
    given = refuse_unknown_parameters(cells_so_far())
    if path:
        words = load_words(language or "en")
        prepare_notebook(words)
        return _open_file(_as_typed(path), words, most_typed)
    file = _engagement_file(engagement)
    said, overlay = read_engagement(file)
    private = work_folder(file, said.slug, work)
    languages = tuple(dict.fromkeys(map(str, (language,) if language else said.client.languages)))
    words = _words_of(said, languages[0])
    prepare_notebook(words)
    announce(words)
    if given and not str(engagement) and not os.environ.get(ENGAGEMENT_VARIABLE):
        sys.stdout.write(words("desk.sample", client=said.client.name) + "\n")
    return Desk(
        engagement=said,
        folder=(file.parent / said.extracts).resolve(),
        work=private,
        connection=connect(spill_folder=private / "spill", home=private),
        rows=RowTables(private / "rows"),
        results=Store(private / "results"),
        words=words,
        languages=languages,
        file=file,
        overlay=overlay,
    )


def _words_of(said: Engagement, language: str) -> Words:
    return load_words(language, reviewed=language in said.client.reviewed_languages)


def _engagement_file(engagement: str | Path) -> Path:
    chosen = str(engagement) or os.environ.get(ENGAGEMENT_VARIABLE, "")
    file = _as_typed(chosen) if chosen else sample_engagement()
    return file / "engagement.yaml" if file.is_dir() else file


def _as_typed(path: str) -> Path:
    """The path somebody typed: from here, else from where `scvkit lab` was started.

    The lab's notebooks run in a private folder that nobody thinks of when typing a path.
    """
    typed = Path(path).expanduser()
    started = os.environ.get(STARTED_IN_VARIABLE)
    if started and not typed.is_absolute() and not typed.exists():
        return Path(started) / typed
    return typed


def _open_file(path: Path, words: Words, most_typed: int | None) -> Desk:
    """A desk on one file: rows go to a private temporary folder."""
    private = Path(tempfile.mkdtemp(prefix="scvkit-"))  # mode 0700
    # Rows of a file looked at in passing must not outlive the kernel that looked.
    atexit.register(shutil.rmtree, private, ignore_errors=True)
    connection = connect(spill_folder=private / "spill", home=private)
    rows = RowTables(private / "rows")
    name = source_name(path)
    report = read_file(connection, rows, path, source=name, table="rows")
    typed = most_typed is None or report.rows <= most_typed
    table = understand_table(connection, rows, report, table=None, country="DK", typed=typed)
    card = Source(name=path.name, tables={"rows": Table(file=path.name, grain=Grain(table.grain))})
    said = Engagement.model_validate(
        {
            "version": 1,
            "client": {"name": path.name},
            "sources": {name: card.model_dump()},
        }
    )
    return Desk(
        engagement=said,
        folder=path.parent,
        work=private,
        connection=connection,
        rows=rows,
        results=Store(private / "results"),
        words=words,
        single_file=True,
        _file_intake=SourceIntake(
            source=name,
            name=path.name,
            domain=Domain.OTHER,
            readings=(report,),
            unread=(),
            tables=(table,),
        ),
    )


def source_name(path: Path) -> str:
    """A source id from a file name.

    >>> source_name(Path("Kopi af kunder 2024.xlsx"))
    'kopi_af_kunder_2024'
    >>> source_name(Path("2024.csv")), source_name(Path("Værksted"))
    ('source_2024', 'vaerksted')
    """
    plain = ascii_name(path.name.split(".")[0])[:32]
    return plain if plain[:1].isalpha() else f"source_{plain}".rstrip("_")


def _made(result: str, made: set[str]) -> bool:
    return result in made or any(name.startswith(f"{result}-") for name in made)


__all__ = ["KINDS", "Desk", "MissingResult", "open_desk", "source_name"]
