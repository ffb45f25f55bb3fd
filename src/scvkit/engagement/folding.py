"""The journal folded into the engagement file: comments stay, the journal is put aside."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from scvkit.engagement.journal import Journal, journal_file
from scvkit.engagement.overlay import Overlay, place
from scvkit.engagement.reading import read_engagement
from scvkit.errors import EngagementError, OutputError

_WIDE = 4096  # a line is never broken anew


def fold_journal(file: Path) -> tuple[Path, Overlay]:
    """Write what the journal says into the engagement file; return the archived journal.

    Comments and the order of the file stay. What has no place in the file (first steps, stop
    conditions, notes, the order of reveals) stays readable in the archive, beside the file.
    Raises EngagementError when there is no journal, and leaves both files alone when the folded
    file would not say what the two say together.
    """
    file = file / "engagement.yaml" if file.is_dir() else file
    journal = journal_file(file)
    if not journal.is_file():
        raise EngagementError(f"There is no {journal.name} beside {file.name}: nothing to fold.")
    wanted, overlay = read_engagement(file)
    text = file.read_text(encoding="utf-8")
    yaml = _writer(text)
    tree = yaml.load(text)
    for entry in overlay.laid:
        assert entry.part is not None
        _settle(tree, entry.part, entry.content)
    written = io.StringIO()
    yaml.dump(tree, written)
    _swap(file, journal, written.getvalue(), wanted)
    archived = _archive(journal, overlay.journal)
    return archived, overlay


def _writer(text: str) -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = _WIDE
    yaml.representer.add_representer(
        type(None), lambda to, _: to.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    # Lists are indented below their key or stand at its level: as this file does.
    indented = any(line.startswith("  - ") for line in text.splitlines())
    yaml.indent(mapping=2, sequence=4 if indented else 2, offset=2 if indented else 0)
    return yaml


def _settle(tree: Any, part: tuple[Any, ...], content: Any) -> None:
    """Put content in its place; where a mapping stands already, key by key, for its comments."""
    there = _at(tree, part)
    if isinstance(there, CommentedMap) and isinstance(content, Mapping):
        for key in [key for key in there if key not in content]:
            del there[key]
        for key, value in content.items():
            if there.get(key) != value:
                there[key] = value
        return
    if isinstance(content, Mapping) and isinstance(part[-1], Mapping):
        # A new entry of a list: on one line, like its neighbours.
        content = CommentedMap(content)
        content.fa.set_flow_style()
    place(tree, part, content)


def _at(tree: Any, part: tuple[Any, ...]) -> Any:
    node = tree
    for step in part:
        if isinstance(step, str) and isinstance(node, CommentedMap):
            node = node.get(step)
        elif isinstance(step, Mapping) and isinstance(node, CommentedSeq):
            node = next(
                (held for held in node if all(str(held.get(k)) == str(v) for k, v in step.items())),
                None,
            )
        else:
            return None
    return node


def _swap(file: Path, journal: Path, text: str, wanted: object) -> None:
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        found, _ = read_engagement(beside, with_journal=False)
        if found != wanted:
            raise EngagementError(
                f"{file.name} with {journal.name} folded in would not say the same as the two "
                "together; both are left as they were. Write the entries into the file by hand."
            )
        beside.replace(file)
    except OSError as problem:
        raise OutputError(
            f"{file} cannot be written ({problem.strerror}); it is as it was."
        ) from None
    finally:
        beside.unlink(missing_ok=True)


def _archive(journal: Path, read: Journal) -> Path:
    last = read.entries[-1] if read.entries else None
    day = "".join(c for c in last.at if c.isdigit())[:14] if last else "empty"
    mark = last.hash[:8] if last else "0"
    archived = journal.with_name(f"journal-{day}-{mark}.jsonl")
    journal.replace(archived)
    return archived
