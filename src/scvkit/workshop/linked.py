"""The linkage of a live notebook: the one that was made before, while nothing it rests on moved."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from scvkit.engagement import LinkageOptions
from scvkit.linkage import LinkageChoice, link_records, overlap_claims, values_per_person
from scvkit.records.extracts import Intake
from scvkit.records.linkage import Linkage
from scvkit.store import code_digest, file_digest
from scvkit.vocabulary import EntityKind
from scvkit.workshop.desk import Desk
from scvkit.workshop.room import is_live

MARK = "linked.json"
_OF_A_KIND = {"threshold", "counted"}
_DECISION: Any = {"threshold": True, "person": _OF_A_KIND, "organisation": _OF_A_KIND}
MADE = ("pairs", "clusters", "ballot", "kept_records", "kept_pairs")


def linked(
    desk: Desk, intake: Intake, *, choice: LinkageChoice, threshold: float | None, seed: int
) -> Linkage:
    """Return the linkage of these settings, and leave its row tables in the work folder.

    In the room nothing trains: where the batch run linked the same records with the same
    settings, its result is taken, and only the claims are put to it anew. Which pairs count is
    decided by the next run: where the room has said it anew since, a line tells so. A batch
    always links.
    """
    mark = desk.work / MARK
    asked, decided = _asked(desk, intake, choice, threshold, seed), _decided(desk)
    if is_live() and (known := _made_of(mark, asked, desk)):
        found = desk.linkage()
        if known.get("decided") != decided:
            sys.stdout.write(desk.words("workshop.threshold.next_run") + "\n")
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
        kept = {"asked": asked, "decided": decided, "made": _made(desk)}
        mark.write_text(json.dumps(kept), encoding="utf-8")
    return result


def _made_of(mark: Path, asked: str, desk: Desk) -> dict[str, Any]:
    """The mark of what lies in the work folder, where it was made of this and is still whole."""
    if not mark.is_file() or not desk.results.path("linkage").is_file():
        return {}
    try:
        known = dict(json.loads(mark.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        return {}
    same = known.get("asked") == asked and known.get("made") == _made(desk)
    return known if same and _saved_whole(desk) else {}


def _saved_whole(desk: Desk) -> bool:
    """The saved result must be of these tables: it is saved a few cells after them."""
    return (
        desk.results.path("linkage").stat().st_mtime >= desk.rows.path("clusters").stat().st_mtime
    )


def _asked(
    desk: Desk, intake: Intake, choice: LinkageChoice, threshold: float | None, seed: int
) -> str:
    options = without_decision(desk.engagement.linkage)
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


def _decided(desk: Desk) -> str:
    """Which pairs count, as the engagement and its journal say now."""
    told = desk.engagement.linkage.model_dump(mode="json", include=_DECISION)
    return json.dumps(told, sort_keys=True)


def without_decision(options: LinkageOptions) -> LinkageOptions:
    """The options without what decides on scored pairs: no model is trained on that."""
    return options.model_copy(
        update={
            "threshold": None,
            **{
                str(kind): options.of(kind).model_copy(update={"threshold": None, "counted": None})
                for kind in EntityKind
            },
        }
    )


def _made(desk: Desk) -> dict[str, str]:
    return {name: file_digest(desk.rows.path(name)) for name in MADE if desk.rows.exists(name)}
