"""Reading the engagement file: YAML 1.2 in, checked types out, every fault told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from types import UnionType
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.comments import CommentedMap

from scvkit.engagement.document import plain_values, read_document
from scvkit.engagement.journal import Entry
from scvkit.engagement.logo import embedded
from scvkit.engagement.model import Engagement
from scvkit.engagement.overlay import Overlay, lay_over
from scvkit.engagement.part import Part
from scvkit.engagement.references import line_of, listed, refuse_dangling
from scvkit.errors import EngagementError, nearest


def load_engagement(path: Path) -> Engagement:
    """Read and check the engagement file, with the journal beside it laid over.

    Raises EngagementError naming file, line, key and the nearest valid key; all faults at once.
    """
    return read_engagement(path)[0]


def read_engagement(
    path: Path, *, extra: Iterable[Entry] = (), with_journal: bool = True
) -> tuple[Engagement, Overlay]:
    """Return the engagement as `load_engagement` does, and what the journal beside it said.

    ``extra`` are entries that somebody is about to write, laid over last.
    ``with_journal=False`` reads the file alone.
    """
    if path.is_dir():
        path = path / "engagement.yaml"
    if not path.is_file():
        raise EngagementError(
            f"There is no engagement file at {path}. Draft one with: scvkit new FOLDER EXTRACTS…"
        )
    tree = read_document(path, advice="Start from: scvkit new FOLDER EXTRACTS…")
    plain = plain_values(tree)
    try:
        engagement = Engagement.model_validate(plain)
    except ValidationError as problem:
        faults = [_fault(tree, error) for error in problem.errors()]
        raise EngagementError(f"{path.name}: {listed(faults)}") from None
    refuse_dangling(path, tree, engagement)
    overlay = Overlay()
    if with_journal:
        engagement, overlay = lay_over(plain, engagement, path, extra=extra)
    return _with_files_found(engagement, path.parent.resolve()), overlay


def _with_files_found(engagement: Engagement, folder: Path) -> Engagement:
    """Files named in it lie beside the engagement file, wherever the kit is started."""
    options = engagement.linkage
    for place, file in options.files().items():
        found = str(folder / file)
        *kind, name = place
        if kind:
            part = getattr(options, kind[0]).model_copy(update={name: found})
            options = options.model_copy(update={kind[0]: part})
        else:
            options = options.model_copy(update={name: found})
    changed: dict[str, object] = {"linkage": options}
    if engagement.roadmap and engagement.roadmap.actions:
        own = str(folder / engagement.roadmap.actions)
        changed["roadmap"] = engagement.roadmap.model_copy(update={"actions": own})
    if engagement.report and engagement.report.logo:
        # The picture itself: a page is made of what the file says, whatever lies beside it later.
        logo = embedded(folder / engagement.report.logo)
        changed["report"] = engagement.report.model_copy(update={"logo": logo})
    if engagement.use_cases and engagement.use_cases.catalogue:
        own = str((folder / engagement.use_cases.catalogue).resolve())
        changed["use_cases"] = engagement.use_cases.model_copy(update={"catalogue": own})
    return engagement.model_copy(update=changed)


def _fault(tree: CommentedMap, error: ErrorDetails) -> str:
    """One sentence for one pydantic error: where, what, and what to do."""
    location = [part for part in error["loc"] if part != "[key]"]
    where = f"line {line_of(tree, location)}, {'.'.join(str(p) for p in location)}"
    if error["type"] == "extra_forbidden":
        known = _known_keys(location[:-1])
        hint = nearest(str(location[-1]), known)
        advice = hint or f" Valid keys here: {', '.join(sorted(known))}."
        return f"{where}: this key is not known.{advice}"
    if error["type"] == "missing":
        return f"{where}: this key is required. Add it."
    if error["type"] == "enum":
        expected = str(error.get("ctx", {}).get("expected", ""))
        valid = re.findall(r"'([^']+)'", expected)
        advice = f"{nearest(str(error['input']), valid)} Valid values: {', '.join(valid)}."
        return f"{where}: '{error['input']}' is not a valid value.{advice}"
    if error["type"].startswith("date_"):
        return f"{where}: '{error['input']}' is not a date. Write it as 2026-12-31."
    return f"{where}: {error['msg'].rstrip('.')} (found: {str(error['input'])[:60]!r})."


def _known_keys(location: list[Any]) -> set[str]:
    """Valid keys at ``location``, found by walking the models' fields."""
    found: Any = Engagement
    for part in location:
        if _is_part(found):
            fields = {field.alias or name: field for name, field in found.model_fields.items()}
            found = fields[str(part)].annotation if part in fields else None
        else:  # a container: the key or index leads to what it holds
            found = _held(found)
        if isinstance(found, UnionType):
            found = _held(found)
    return {f.alias or n for n, f in found.model_fields.items()} if _is_part(found) else set()


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Part)


def _held(annotation: Any) -> Any:
    """The annotation inside a container or optional that leads to a Part, else None."""
    inner = getattr(annotation, "__args__", ())
    return next((a for a in reversed(inner) if _is_part(a) or _held(a) is not None), None)
