"""Reads drawings back: what each mark says, beside its table and beside the results."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

from bs4 import BeautifulSoup, Tag

from scvkit.landscape.geometry import Layout
from scvkit.sendable import read_back

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")
ROUNDING = 0.56  # per cent: half of a printed one, and the last digit of a coordinate
MONEY = ["r7", "cfo"]  # sections whose sums are printed in two figures
MAP_SAYS = {"10", "20"}  # the thresholds its legend names


def page_of(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def numbers_in(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in NUMBER.findall(text)]


def differing_on_map(svg: str, tables: str, landscape: Any, as_of: str) -> list[str]:
    """Numbers of the map that its tables or the result do not hold, and pairs drawn otherwise."""
    root = ET.fromstring(svg)
    result = read_back(landscape)
    shown = [t.text or "" for t in root.iter(f"{SVG}text")]
    names = " ".join(s["name"] + s["stored"] + s["owner"] for s in result["sources"])
    free = set(NUMBER.findall(" ".join((as_of, names, *(g["unlocks"] for g in result["gaps"])))))
    free |= set(NUMBER.findall(" ".join(result["undeclared"]))) | MAP_SAYS
    free.add(str(len(result["sources"])))
    inside = set(NUMBER.findall(tables))
    held = {f"{n:,}" for n in _of_map(result)}
    found = []
    for text in shown:
        for number in NUMBER.findall(text):
            if number not in free and (number not in inside or number not in held):
                found.append(f"{text}: {number}")
    titles = " | ".join(t.text or "" for t in root.iter(f"{SVG}title"))
    called = {s["id"]: s["name"] for s in result["sources"]}
    for pair in result["pairs"]:
        if pair["mid"] is None:
            continue
        a, b = called[pair["source_a"]], called[pair["source_b"]]
        mid = f"{round(pair['mid'] * 100)}%"
        told = [t for t in titles.split(" | ") if a in t and b in t and t.startswith(mid)]
        if not told:
            found.append(f"{a} × {b}: {mid}")
    return found


def _of_map(result: Any) -> Iterator[int]:
    for source in result["sources"]:
        yield source["records"] or 0
        stated = source["permission"]
        if stated and stated["records"]:
            yield round(100 * stated["given"] / stated["records"])
    for pair in result["pairs"]:
        yield from (
            round(pair[end] * 100) for end in ("low", "mid", "high") if pair[end] is not None
        )


def wrong_discs(svg: str, landscape: Any, layout: Layout) -> list[str]:
    """Keys whose disc does not have the area of their usable share."""
    circles: dict[tuple[float, float], list[float]] = {}
    for circle in ET.fromstring(svg).iter(f"{SVG}circle"):
        place = float(circle.get("cx", "0")), float(circle.get("cy", "0"))
        circles.setdefault(place, []).append(float(circle.get("r", "0")))
    found = []
    for row, source in enumerate(read_back(landscape)["sources"]):
        for test in source["keys"]:
            if not test["present"] or source["records"] is None:
                continue
            column = layout.key(landscape["keys"].index(test["key"]))
            place = round(column, 1), round(layout.middle(row), 1)
            radii = next((r for at, r in circles.items() if _near(at, place)), [0.0])
            room = max(radii) - 2.2
            disc = min(radii) if len(radii) > 1 else 0.0
            share = test["usable"] / test["records"] if test["records"] else 0.0
            if disc > 1 and abs((disc / room) ** 2 - share) > 0.03:
                found.append(f"{source['name']} {test['key']}: {share:.2f}")
    return found


def _near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < 0.2 and abs(one[1] - other[1]) < 0.2


def differing_waterfalls(page: BeautifulSoup, examples: Any) -> list[str]:
    """Bits of a drawing of "why these two" that its list, or the result, has otherwise."""
    drawn = [
        [_bits(t.get_text()) for t in svg.find_all("text") if _is_bits(t.get_text())]
        for svg in page.select("svg.scv-why")
    ]
    made = [
        [
            example["prior"],
            *(s["bits"] for s in example["steps"] if s["bits"]),
            *(s["bits"] for s in example["beside"]),
            *([example["adjustment"]] if example["adjustment"] else []),
            example["total"],
        ]
        for example in examples
    ]
    rounded = [[round(bits, 1) for bits in bars] for bars in made]
    return [f"drawn {bars}" for bars in drawn if bars not in rounded]


def _is_bits(text: str) -> bool:
    return bool(re.fullmatch(r"[+\N{MINUS SIGN}]?[\d,]+(\.\d+)?", text))


def _bits(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-").replace(",", ""))


def unexplained_bars(page: BeautifulSoup) -> list[str]:
    """Ends of bars that no number beside them explains, with the numbers that stand there."""
    found = []
    bases: dict[int, set[float]] = {}
    for bar in page.select("svg.scv-bar:not(.scv-months)"):
        beside = bar.find_parent(class_="scv-number") or bar.find_parent(["tr", "li"])
        whole = bar.find_parent("table") or bar.find_parent("section")
        if beside is None or whole is None or bar.find("line", attrs={"x1": True, "y2": True}):
            continue
        said = beside.get_text(" ")
        if "<5" in said or ">" in said:
            continue  # a hidden count is drawn at a place that tells nothing
        if id(whole) not in bases:
            bases[id(whole)] = _bases(whole, bar)
        money = bar.find_parent(id=MONEY) is not None
        told = list(_lengths(said, bases[id(whole)], money=money))
        for end in _ends(bar):
            if not any(abs(end - length) <= slack for length, slack in told):
                found.append(f"{end:.1f} %: {' '.join(said.split())[:90]}")
    return found


def _ends(bar: Tag) -> Iterator[float]:
    """Where the parts and dots of a bar end, in per cent; its full track says nothing."""
    for mark in bar.find_all(["rect", "circle"]):
        start = str(mark.get("x") or mark.get("cx") or "")
        if not start.endswith("%"):
            continue
        long = str(mark.get("width", "0"))
        end = float(start[:-1]) + (float(long[:-1]) if long.endswith("%") else 0)
        yield from (at for at in {float(start[:-1]), end} if 0.05 < at < 99.95)


def _lengths(said: str, bases: set[float], *, money: bool) -> Iterator[tuple[float, float]]:
    """Every length, in per cent, that the numbers beside a bar may have, with its rounding."""
    shares = [float(n) for n in re.findall(r"(\d+)(?=(?:–\d+)?\s?%)", said)]
    yield from ((share, ROUNDING) for share in shares)
    # Parts that follow each other: each of the printed ones was rounded.
    yield from ((n, 2 * ROUNDING) for n in accumulate(shares))
    yield from ((a + b, 2 * ROUNDING) for a in shares for b in shares)
    counts = numbers_in(said)
    yield from ((25 * n, 25 * 0.051) for n in counts if n <= 4)  # scores, on a scale of 0 to 4
    for base in bases | {max(counts, default=0.0)} - {0.0}:
        slack = 0.05 if money else 0.0
        yield from ((100 * n / base, ROUNDING + 100 * slack * n / base) for n in counts)
        yield from ((100 * (a - b) / base, ROUNDING) for a in counts for b in counts if a > b)


def _bases(whole: Tag, bar: Tag) -> set[float]:
    """What a count may be a part of: the first or largest of its table, or the line above it."""
    rows = [numbers_in(row.get_text(" ")) for row in whole.select("tbody tr")]
    largest = max((max(numbers) for numbers in rows if numbers), default=0.0)
    # Every row of "seen in so many sources" is a part of all of them.
    together = sum(numbers[-2] for numbers in rows if len(numbers) > 1)
    text = " ".join(e.get_text(" ") for e in _above(bar.find_parent("section")))
    found = {largest, together, *(rows[0][:1] if rows else ()), *numbers_in(text)}
    return {base for base in found if base >= 5}


def _above(section: Tag | None) -> Iterable[Tag]:
    return section.select("h2, h3, p.scv-note, p.scv-lead, .scv-label, caption") if section else ()


def wrong_months(page: BeautifulSoup, trends: Any) -> list[str]:
    """Pictures by month whose heights are not those of the counts of the result."""
    height, found = 84, []
    made = [
        [month[kind] for month in trend["months"][-120:]]
        for trend in read_back(trends)
        for kind in ("created", "touched")
    ]
    # One to four are drawn alike.
    heights = [
        [max(1.0, height * (n if n >= 5 else 2.5) / max(*counts, 5)) for n in counts if n]
        for counts in made
    ]
    for picture in page.select("svg.scv-months"):
        drawn = [float(str(r["height"])) for r in picture.find_all("rect")]
        alike = (
            len(drawn) == len(one) and all(abs(a - b) <= 1 for a, b in zip(drawn, one, strict=True))
            for one in heights
        )
        if not any(alike):
            found.append(f"{len(drawn)} months")
    return found
