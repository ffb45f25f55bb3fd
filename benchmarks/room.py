"""From a slider's move to the new picture: p50 and p95 of everything that answers in the room.

    python benchmarks/room.py ENGAGEMENT WORK [--moves 40] [--forget]

ENGAGEMENT is a client that `scvkit run` has run into the work folder WORK. Each widget of the room
is opened as a notebook opens it, and moved as a hand moves it; the clock runs from the move to the
answer that the browser is sent (painting adds 20 to 60 ms). What is captured goes into a copy of
the engagement folder. Prints one line a move, in milliseconds, and when the widget was ready. With
--forget what `scvkit lab` worked out ahead is thrown away first.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

import ipywidgets as widgets

from scvkit.records.linkage import Linkage
from scvkit.scenarios import Scenarios
from scvkit.scenarios.remembered import FILE
from scvkit.workshop.choice import UseCaseChoice, titles
from scvkit.workshop.claims import ClaimCards
from scvkit.workshop.desk import Desk, open_desk
from scvkit.workshop.landscape_cards import LandscapeEditor, say_gap
from scvkit.workshop.threshold import Threshold
from scvkit.workshop.verdict_board import VerdictBoard
from scvkit.workshop.what_if import what_if_sliders

LINE = "{:44} {:>6} {:>8} {:>8} {:>8}"


def main(engagement: Path, work: Path, moves: int) -> None:
    """Move everything; print the milliseconds."""
    with tempfile.TemporaryDirectory(prefix="scvkit-room-") as home:
        desk = open_desk(_copied(engagement, Path(home)), work=str(work))
        people = desk.find("linkage", Linkage)
        records = sum(kind.records for kind in people.kinds) if people else 0
        print(f"{desk.engagement.client.name}: {records:,} records")
        print(LINE.format("move", "moves", "ready", "p50", "p95"), "ms")
        rng = Random(1)
        for name, ready, waits in (
            threshold(desk, moves, rng),
            *what_ifs(desk, moves, rng),
            *choice(desk),
            board(desk, moves),
            landscape(desk),
            claim(desk),
        ):
            marks = quantiles(waits, n=20, method="inclusive")
            shown = (f"{1000 * s:,.0f}" for s in (ready, marks[9], marks[18]))
            print(LINE.format(name, len(waits), *shown))


def threshold(desk: Desk, moves: int, rng: Random) -> tuple[str, float, list[float]]:
    """The threshold slider of 04_link_records."""
    widget, ready = _opened(lambda: Threshold(desk).widget())
    slider = _first(widget, widgets.FloatSlider)
    steps = [slider.min + rng.random() * (slider.max - slider.min) for _ in range(moves)]
    return "threshold: slider", ready, [_timed(setattr, slider, "value", s) for s in steps]


def what_ifs(desk: Desk, moves: int, rng: Random) -> Iterator[tuple[str, float, list[float]]]:
    """The what-if of 07_use_cases: its sliders, every source and key once, and once more."""
    asking = Scenarios(desk.connection, desk.rows, desk.engagement, desk.intake())
    widget, ready = _opened(lambda: what_if_sliders(desk, asking).widget())
    share, _ = _all(widget, widgets.FloatSlider)
    source, key = _all(widget, widgets.Dropdown)
    values = [rng.random() for _ in range(moves)]
    yield "what-if: slider", ready, [_timed(setattr, share, "value", v) for v in values]
    places = list(product([k for _, k in source.options], [k for _, k in key.options]))
    for name in ("what-if: another source or key, first time", "what-if: the same again"):
        waits = []
        for at in places:
            waits += [
                _timed(setattr, box, "value", value)
                for box, value in zip((source, key), at, strict=True)
                if box.value != value
            ]
        yield name, 0.0, waits


def choice(desk: Desk) -> Iterator[tuple[str, float, list[float]]]:
    """Choosing five use cases, each answered by the verdict; and taking them out again."""
    shown = VerdictBoard(desk)
    _, ready = _opened(shown.readiness)
    form = UseCaseChoice(desk, shown).widget()
    said = desk.engagement.use_cases
    ids = [case.id for case in (said.chosen if said else ())] or list(titles(desk))[:5]
    waits = []
    for _ in range(2):
        for use_case in ids:
            form.fill(id=use_case, problem="p", sponsor="CMO", baseline="2 %", target_date="")
            waits.append(_timed(form.press))
    yield "use case: chosen, verdict told", ready, waits


def board(desk: Desk, moves: int) -> tuple[str, float, list[float]]:
    """Ticking what could be otherwise on the board of 08_readiness."""
    widget, ready = _opened(lambda: VerdictBoard(desk).widget())
    ticks = _all(widget, widgets.Checkbox)
    waits = [
        _timed(setattr, tick, "value", not tick.value)
        for tick in (ticks * (moves // max(1, len(ticks)) + 1))[:moves]
    ]
    return "verdict: a tick", ready, waits


def landscape(desk: Desk) -> tuple[str, float, list[float]]:
    """A gap told, the loom drawn anew."""
    editor = LandscapeEditor(desk)
    _, ready = _opened(editor.widget)
    waits = []
    for n in range(6):
        began = time.perf_counter()
        say_gap(desk, {"name": f"Gap {n}", "unlocks": "more"})
        editor.twin()
        waits.append(time.perf_counter() - began)
    return "landscape: told, loom drawn", ready, waits


def claim(desk: Desk) -> tuple[str, float, list[float]]:
    """A claim locked."""
    form, ready = _opened(lambda: ClaimCards(desk).widget())
    waits = []
    for n in range(6):
        form.fill(kind="complete", subject="email", expected=f"{n + 50} %", said_by="Finance")
        waits.append(_timed(form.press))
    return "claim: locked", ready, waits


def _copied(engagement: Path, home: Path) -> Path:
    """The engagement file in a folder of its own, its extracts linked to."""
    folder = engagement if engagement.is_dir() else engagement.parent
    for held in folder.iterdir():
        if held.is_dir():
            (home / held.name).symlink_to(held.resolve(), target_is_directory=True)
        elif not held.name.startswith("journal"):
            shutil.copy(held, home)
    return home


def _opened(make: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    return make(), time.perf_counter() - began


def _timed(move: Callable[..., Any], *given: Any) -> float:
    began = time.perf_counter()
    move(*given)
    return time.perf_counter() - began


def _all(widget: Any, kind: type) -> list[Any]:
    return [held for held in _within(widget) if isinstance(held, kind)]


def _first(widget: Any, kind: type) -> Any:
    return _all(widget, kind)[0]


def _within(widget: Any) -> Iterable[Any]:
    yield widget
    for held in getattr(widget, "children", ()):
        yield from _within(held)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engagement", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--forget", action="store_true")
    given = parser.parse_args()
    if given.forget:
        (given.work / "rows" / "tried" / FILE).unlink(missing_ok=True)
    main(given.engagement, given.work, given.moves)
