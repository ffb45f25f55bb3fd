"""The notebooks in each language: their markdown, and the comments of their code.

The committed notebooks are one set and English. A copy in another language is made of them when
the lab opens them or a run executes them; ids of cells and code stay, so that a copy runs and is
bent like the original. A cell that somebody wrote himself is left as it is.
"""

from __future__ import annotations

import copy
import hashlib
import io
import tokenize
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from scvkit.locale.words import WRITTEN_IN
from scvkit.shipped import read_shipped


def in_language(document: Any, name: str, language: str) -> Any:
    """Return a copy of the notebook ``name`` in ``language``, with the words there are for it.

    ``document`` is an nbformat notebook. A cell whose English has changed since it was translated
    stays English rather than saying something else.
    """
    told = copy.deepcopy(document)
    if language == WRITTEN_IN:
        return told
    spoken = spoken_in(language)
    cells, comments = spoken.get("cells", {}).get(name, {}), spoken.get("comments", {})
    for cell in told.cells:
        if cell.cell_type == "code":
            cell.source = _commented(cell.source, comments)
            continue
        found = cells.get(cell.get("id"))
        if found and found["of"] == fingerprint(cell.source):
            cell.source = found["says"]
    return told


def fingerprint(english: str) -> str:
    """Return what tells an English cell from a changed one.

    >>> fingerprint("## The map")
    '4f2aaf58'
    """
    return hashlib.sha256(english.encode()).hexdigest()[:8]


def comments_of(code: str) -> dict[tuple[int, int], str]:
    """Return the comments of a code cell, without their sign, by line (from 1) and column.

    Empty for code that is no plain Python.

    >>> comments_of('begins = "08:30"  # when it begins')
    {(1, 18): 'when it begins'}
    """
    lines = io.StringIO(code).readline
    try:
        return {
            token.start: token.string.removeprefix("#").strip()
            for token in tokenize.generate_tokens(lines)
            if token.type == tokenize.COMMENT
        }
    except (tokenize.TokenError, SyntaxError):
        return {}


@cache
def spoken_in(language: str) -> Mapping[str, Any]:
    """Return what the file of a language has: ``cells`` by notebook and id, and ``comments``."""
    file = resources.files("scvkit.locale.notebooks") / f"{language}.yaml"
    if not file.is_file():
        return {}
    spoken: dict[str, Any] = read_shipped(file.read_text(encoding="utf-8"))
    return spoken


def _commented(code: str, comments: Mapping[str, str]) -> str:
    lines = code.split("\n")
    for (line, column), comment in comments_of(code).items():
        if comment in comments:
            lines[line - 1] = f"{lines[line - 1][:column]}# {comments[comment]}"
    return "\n".join(lines)
