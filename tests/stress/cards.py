"""What a client writes for the kit, garbled: the engagement file, use cases, actions, the journal.

    python -m tests.stress.cards [MINUTES] [FIRST SEED]

Lines are replaced, doubled and put in, values exchanged for others of any kind, entries taken out.
Each ends in a checked engagement or in one sentence; a traceback ends it and names the seed.
"""

from __future__ import annotations

import io
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from scvkit.engagement import append, fold_journal, journal_file, load_engagement
from scvkit.scenarios.actions import load_actions
from scvkit.usecases.catalogue import load_catalogue
from tests.end_to_end.test_attacks import JUNK
from tests.stress.enduring import endure_for_minutes

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "taerskel" / "engagement.yaml"
OWN_ACTIONS = ROOT / "src" / "scvkit" / "scenarios" / "actions.yaml"
OWN_USE_CASES = ROOT / "src" / "scvkit" / "usecases" / "use_cases.yaml"
LONGEST = 20  # seconds for one file
VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**40,
    1e999,
    float("nan"),
    "",
    " ",
    "x" * 5000,
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "{source.__class__}",
    "{0}",
    "\u202e",
    "Ærø & Co",
    "2026-02-30",
    [],
    [[]],
    {},
    {"": ""},
    ["a", 1, None],
    {"a": {"b": {"c": []}}},
)


def read_garbled(folder: Path, seed: int) -> None:
    """Garble one of the four files and read it as a run does."""
    home, rng = folder / "client", random.Random(seed)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    kind = rng.choice(["engagement", "engagement", "actions", "use cases", "journal"])
    if kind == "actions":
        load_actions(_written(home / "own.yaml", _fewer(OWN_ACTIONS, "actions", rng), rng))
    elif kind == "use cases":
        load_catalogue(_written(home / "own.yaml", _fewer(OWN_USE_CASES, "use_cases", rng), rng))
    elif kind == "journal":
        shutil.copy(SAMPLE, home)
        _garbled_journal(home, rng)
        load_engagement(home)
        fold_journal(home / "engagement.yaml")
        load_engagement(home)
    else:
        load_engagement(_written(home / "engagement.yaml", SAMPLE.read_text("utf-8"), rng))


def _fewer(file: Path, key: str, rng: random.Random) -> str:
    """The kit's own file cut down to what a client may write, and to a few entries."""
    tree = YAML(typ="safe", pure=True).load(file.read_text("utf-8"))
    entries = tree[key]
    return _text({"version": 1, key: rng.sample(entries, min(3, len(entries)))})


def _written(file: Path, text: str, rng: random.Random) -> Path:
    changed = _other_values(text, rng) if rng.random() < 0.6 else _other_lines(text, rng)
    encoding = "utf-8" if rng.random() < 0.97 else "utf-16"
    file.write_text(changed, encoding=encoding, errors="surrogatepass")
    return file


def _other_lines(text: str, rng: random.Random) -> str:
    lines = text.splitlines()
    for _ in range(rng.randint(1, 4)):
        at, junk = rng.randrange(len(lines)), rng.choice(JUNK)
        line = lines[at]
        change = [[junk], [f"{line.split(':')[0]}: {junk}"], [line, line], [line, f"  {junk}"], []]
        lines[at : at + 1] = rng.choice(change)
        lines = lines or [junk]
    return "\n".join(lines)


def _other_values(text: str, rng: random.Random) -> str:
    tree = YAML(typ="safe", pure=True).load(text)
    for _ in range(rng.randint(1, 3)):
        places = list(_places(tree))
        if not places:
            break
        node, key = rng.choice(places)
        how = rng.random()
        if how < 0.6:
            node[key] = rng.choice(VALUES)
        elif how < 0.8:
            other, place = rng.choice(places)
            node[key] = json.loads(json.dumps(other[place], default=str))
        elif isinstance(node, dict) and how < 0.9:
            node[rng.choice(["x", "", "name", "id", 7, None, True])] = node.pop(key)
        else:
            del node[key]
    return _text(tree)


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    parts = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(parts):
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)


def _text(tree: Any) -> str:
    stream = io.StringIO()
    YAML(typ="safe", pure=True).dump(tree, stream)
    return stream.getvalue()


def _garbled_journal(home: Path, rng: random.Random) -> None:
    """Entries about places that may not be there, of any content; then bytes changed."""
    tree = YAML(typ="safe", pure=True).load(SAMPLE.read_text("utf-8"))
    file = journal_file(home)
    for _ in range(rng.randint(1, 5)):
        part = _some_part(tree, rng)
        content = rng.choice(VALUES)
        append(file, kind=rng.choice(["source", "claim", "note"]), content=content, part=part)
    body = bytearray(file.read_bytes())
    for _ in range(rng.choice([0, 0, 1, 3])):
        body[rng.randrange(len(body))] = rng.randrange(256)
    if rng.random() < 0.3:
        body = body[: rng.randrange(len(body))]
    file.write_bytes(bytes(body))


def _some_part(tree: Any, rng: random.Random) -> tuple[Any, ...]:
    node, part = tree, []
    while isinstance(node, dict) and node and rng.random() < 0.8:
        key = rng.choice([*node, "x"])
        part.append(key)
        node = node.get(key)
    return tuple(part) or ("notes",)


if __name__ == "__main__":
    endure_for_minutes(read_garbled)
