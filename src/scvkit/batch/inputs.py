"""What a run is made from that lies outside its work folder, as hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scvkit.engagement import journal_files
from scvkit.extracts import declared_files, earlier_files, extract_files, is_database
from scvkit.plan import Task
from scvkit.workshop.desk import Desk
from scvkit.workshop.vote_box import VoteBox


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """SHA-256 of every file of the client, by name; empty for one that cannot be opened.

    ``earlier`` are the earlier extracts by source; ``linkage`` the client's lists of links, an
    expert's settings, and the votes; ``own`` the client's own actions and use cases; ``journal``
    what the workshop captured. ``databases`` are tables whose rows nobody can hash beforehand:
    they have to be read again every time.
    """

    extracts: Mapping[str, str]
    earlier: Mapping[str, Mapping[str, str]]
    linkage: Mapping[str, str]
    own: Mapping[str, str]
    journal: Mapping[str, str]
    databases: tuple[str, ...] = ()

    def of(self, task: Task) -> dict[str, str]:
        """What a task reads of it itself, not through the results of another."""
        found: dict[str, str] = {}
        if "extracts" in task.step.reads:
            found |= self.extracts
        if "earlier" in task.step.reads:
            found |= {
                f"{source}/{name}": digest
                for source, files in self.earlier.items()
                if task.source in (None, source)
                for name, digest in files.items()
            }
        if "linkage" in task.step.reads:
            found |= self.linkage
        if "own" in task.step.reads:
            found |= self.own
        if "journal" in task.step.reads:
            found |= self.journal
        return found

    def flat(self) -> dict[str, str]:
        """All hashes by a name that says what each is."""
        earlier = {
            f"earlier/{source}/{name}": digest
            for source, files in self.earlier.items()
            for name, digest in files.items()
        }
        linkage = {f"linkage/{place}": digest for place, digest in self.linkage.items()}
        own = {f"own/{name}": digest for name, digest in self.own.items()}
        return {**self.extracts, **earlier, **linkage, **own, **self.journal}


def inputs_of(desk: Desk) -> Inputs:
    """Hash every file that a run of this engagement may read, as it lies there now."""
    declared = declared_files(desk.engagement, desk.folder)
    # What lies outside the folder is not read, so its content is no input.
    extracts = {
        file.relative_to(desk.folder).as_posix(): _digest(file)
        for file in sorted({*extract_files(desk.folder), *declared})
        if file.resolve().is_relative_to(desk.folder)
    }
    linkage = {
        ".".join(place): _digest(Path(file))
        for place, file in sorted(desk.engagement.linkage.files().items())
    }
    if votes := VoteBox(desk.work / "votes").digest():
        linkage["votes"] = votes
    return Inputs(
        extracts=extracts,
        earlier={
            source: {file.name: _digest(file) for file in files}
            for source, files in earlier_files(desk.engagement, desk.folder).items()
        },
        linkage=linkage,
        own=_own_entries(desk),
        journal={file.name: _digest(file) for file in journal_files(desk.file)},
        databases=tuple(
            f"{source}.{name}"
            for source, card in desk.engagement.sources.items()
            for name, table in card.tables.items()
            if is_database(table.file)
        ),
    )


def _own_entries(desk: Desk) -> dict[str, str]:
    """The client's own actions and use cases."""
    choice = desk.engagement.use_cases
    named = {
        "roadmap": desk.own_actions,
        "use_cases": Path(choice.catalogue) if choice and choice.catalogue else None,
    }
    return {f"{part}/{file.name}": _digest(file) for part, file in named.items() if file}


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""  # intake says why
