"""The journal laid over the engagement file: every line checked, a bad one left out and told."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scvkit.engagement.journal import Entry, Journal, Step, journal_file, read_journal
from scvkit.engagement.model import Engagement
from scvkit.engagement.references import dangling
from scvkit.errors import ScvkitError


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What came of laying a journal over an engagement file.

    ``laid`` entries stand in the engagement now; ``told`` is a sentence for each line that was
    left out or does not fit its hash.
    """

    journal: Journal = field(default_factory=Journal)
    laid: tuple[Entry, ...] = ()
    told: tuple[str, ...] = ()


def lay_over(
    plain: Mapping[str, Any],
    engagement: Engagement,
    file: Path,
    *,
    extra: Iterable[Entry] = (),
) -> tuple[Engagement, Overlay]:
    """Return the engagement with the journal beside ``file`` laid over it, line after line.

    ``plain`` is the engagement file as it was read, ``engagement`` the same with types. A line
    that would leave an engagement nobody could read is left out and told. ``extra`` are entries
    that somebody is about to write.
    """
    journal = read_journal(journal_file(file))
    tree: Any = copy.deepcopy(dict(plain))
    laid: list[Entry] = []
    told = list(journal.faults)
    for entry in (*journal.entries, *extra):
        if entry.part is None:
            continue
        tried = copy.deepcopy(tree)
        found, fault = _tried(tried, entry, file.parent)
        if found is not None:
            tree, engagement = tried, found
            laid.append(entry)
        else:
            told.append(
                f"journal.jsonl, line {entry.line} ({entry.kind}, {part_text(entry.part)}) is "
                f"left out: {fault.rstrip('.')}."
            )
    return engagement, Overlay(journal=journal, laid=tuple(laid), told=tuple(told))


def place(tree: Any, part: Iterable[Step], content: Any) -> None:
    """Put ``content`` where ``part`` leads in a tree of mappings and lists; None takes it away.

    A step that is a word is a key; a step that is a mapping is the entry of a list with these
    fields. What is missing on the way is made. Raises ScvkitError when the way ends at a value.

    >>> said = {"claims": [{"id": "C1", "expected": 0.9}]}
    >>> place(said, ("claims", {"id": "C1"}), {"id": "C1", "expected": 0.5})
    >>> place(said, ("people", "days_a_month"), 6)
    >>> said
    {'claims': [{'id': 'C1', 'expected': 0.5}], 'people': {'days_a_month': 6}}
    """
    steps = list(part)
    node = tree
    for step, after in pairwise(steps):
        found = _held(node, step)
        if found is None:
            found = {} if isinstance(after, str) else []
            _put(node, step, found)
        node = found
    _put(node, steps[-1], content)


def _tried(tree: Any, entry: Entry, folder: Path) -> tuple[Engagement | None, str]:
    """The engagement with one entry more; None, and why, when nobody could read that."""
    assert entry.part is not None
    try:
        place(tree, entry.part, entry.content)
        found = Engagement.model_validate(tree)
    except ValidationError as problem:
        first = problem.errors()[0]
        return None, f"{'.'.join(str(step) for step in first['loc'])}: {first['msg']}"
    except ScvkitError as problem:
        return None, str(problem)
    faults = dangling(found, folder)
    return (None, faults[0][1]) if faults else (found, "")


def part_text(part: Iterable[Step]) -> str:
    """Return a place in words.

    >>> part_text(("flows", {"from": "shop", "to": "erp"}))
    'flows shop/erp'
    """
    return " ".join(
        step if isinstance(step, str) else "/".join(str(v) for v in step.values()) for step in part
    )


def _held(node: Any, step: Step) -> Any:
    if isinstance(step, str) and isinstance(node, dict):
        return node.get(step)
    if isinstance(step, Mapping) and isinstance(node, list):
        return next((node[i] for i in _matching(node, step)), None)
    raise ScvkitError("there is no such place in the engagement file")


def _put(node: Any, step: Step, content: Any) -> None:
    if isinstance(step, str) and isinstance(node, dict):
        if content is None:
            node.pop(step, None)
        else:
            node[step] = content
    elif isinstance(step, Mapping) and isinstance(node, list):
        at = next(iter(_matching(node, step)), None)
        if content is None:
            if at is not None:
                del node[at]
        elif at is None:
            node.append(content)
        else:
            node[at] = content
    else:
        raise ScvkitError("there is no such place in the engagement file")


def _matching(node: list[Any], step: Mapping[str, str]) -> list[int]:
    return [
        index
        for index, held in enumerate(node)
        if isinstance(held, dict) and all(str(held.get(k)) == str(v) for k, v in step.items())
    ]
