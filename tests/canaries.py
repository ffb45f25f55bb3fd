"""The marked people of the sample client, and whether a file or a text holds one of them."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
import urllib.parse
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

SHORTEST = 6  # a shorter value is met by chance in the ids of messages
MICROSECONDS = re.compile(r"(?<=\d\d:\d\d:\d\d)\.\d{6}(?!\d)")
KINDS = ("email", "full_name", "surname", "phone", "mobile", "street", "customer_number")
# Where rows of the client lie, by design: the private work folder alone.
ROWS = ("rows", "spill", "fix_lists")
GIVEN = ("extracts", "truth")  # in the client's folder, by the client


def canaries(client: Path) -> list[str]:
    """Return the values of the marked people that point at one of them."""
    file = client / "truth" / "canaries.yaml"
    held = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))["canaries"]
    values = {str(v) for one in held for kind in KINDS for v in one["values"].get(kind, ())}
    return sorted(value for value in values if len(value) >= SHORTEST)


def met(text: str, values: Sequence[str]) -> list[str]:
    """Return the values that stand in a text, in whatever form.

    The microseconds of a clock are none: six digits are somebody's number by chance.
    """
    folded = MICROSECONDS.sub("", fold(text))
    return [value for value in values if any(_stands(form, folded) for form in forms(value))]


def _stands(form: str, folded: str) -> bool:
    """True when the form stands in the text; a number not as a part of a longer one."""
    if form not in folded:
        return False
    return not form.isdigit() or bool(re.search(rf"(?<!\d){form}(?!\d)", folded))


def leaks(files: Iterable[Path], values: Sequence[str]) -> dict[str, int]:
    """Return how many values each file holds; files that hold none are left out."""
    found = {
        str(file): len(met(file.read_bytes().decode("utf-8", errors="replace"), values))
        for file in files
    }
    return {name: n for name, n in found.items() if n}


def left_behind(client: Path, work: Path) -> list[Path]:
    """Return every file of the client's and the work folder that should hold nobody."""
    return [
        file
        for folder, own in ((client, GIVEN), (work, ROWS))
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.relative_to(folder).parts[0] not in own
    ]


@cache
def forms(value: str) -> set[str]:
    """Return the value as it may stand somewhere: plain, folded, percent-encoded, base64."""
    quoted = urllib.parse.quote(value)
    coded = base64.b64encode(value.encode()).decode().rstrip("=")
    escaped = json.dumps(value)[1:-1]
    return {fold(form) for form in (value, quoted, coded, escaped)}


def fold(text: str) -> str:
    """Return small letters without accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()
