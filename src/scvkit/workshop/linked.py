"""The linkage of a live notebook: the one that was made before, while nothing it rests on moved."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from scvkit.linkage import LinkageChoice, link_records, overlap_claims, values_per_person
from scvkit.records.extracts import Intake
from scvkit.records.linkage import Linkage
from scvkit.store import code_digest, file_digest
from scvkit.workshop.desk import Desk
from scvkit.workshop.room import is_live

MARK = "linked.json"
MADE = ("pairs", "clusters", "ballot", "kept_records", "kept_pairs")


def linked(
    desk: Desk, intake: Intake, *, choice: LinkageChoice, threshold: float | None, seed: int
) -> Linkage:
    """Return the linkage of these settings, and leave its row tables in the work folder.

    In the room nothing trains: where the batch run linked the same records with the same
    settings, its result is taken, and only the claims are put to it anew. A batch always links.
    """
    mark = desk.work / MARK
    asked = _asked(desk, intake, choice, threshold, seed)
    if is_live() and _made_of(mark, asked, desk):
        found = desk.linkage()
        return replace(
            found,
            claims=overlap_claims(desk.engagement, found.overlaps),
            one_value=values_per_person(desk.connection, desk.rows, desk.engagement),
            votes=None,
        )
    mark.unlink(missing_ok=True)  # a linking that is cut short leaves tables of two linkings
    result = link_records(
        desk.connection,
        desk.rows,
        desk.engagement,
        intake,
        choice=choice,
        threshold=threshold,
        seed=seed,
    )
    if not desk.single_file:
        mark.write_text(json.dumps({"asked": asked, "made": _made(desk)}), encoding="utf-8")
    return result


def _made_of(mark: Path, asked: str, desk: Desk) -> bool:
    """True when what lies in the work folder was made of this, and is still whole."""
    if not mark.is_file() or not desk.results.path("linkage").is_file():
        return False
    try:
        known = json.loads(mark.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return bool(known == {"asked": asked, "made": _made(desk)}) and _saved_whole(desk)


def _saved_whole(desk: Desk) -> bool:
    """The saved result must be of these tables: it is saved a few cells after them."""
    return (
        desk.results.path("linkage").stat().st_mtime >= desk.rows.path("clusters").stat().st_mtime
    )


def _asked(
    desk: Desk, intake: Intake, choice: LinkageChoice, threshold: float | None, seed: int
) -> str:
    options = desk.engagement.linkage
    lists = [desk.file.parent / name for name in options.files().values()] if desk.file else []
    domains = {s.source: str(s.domain) for s in intake.sources if s.tables}
    asked = {
        "code": code_digest(),
        "records": file_digest(desk.rows.path("records")),
        "options": options.model_dump(mode="json"),
        "lists": [file_digest(file) for file in lists if file.is_file()],
        "settings": choice.settings,
        "threshold": threshold,
        "seed": seed,
        "sources": domains,
    }
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _made(desk: Desk) -> dict[str, str]:
    return {name: file_digest(desk.rows.path(name)) for name in MADE if desk.rows.exists(name)}
