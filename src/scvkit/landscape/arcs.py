"""Flows the client told us about, as arcs at the left of the rows."""

from __future__ import annotations

from collections import defaultdict

from scvkit.landscape import marks
from scvkit.landscape.geometry import MOST_ARCS, Layout
from scvkit.landscape.lettering import plain
from scvkit.locale.words import Words
from scvkit.records.landscape import LandscapeMap, MapFlow
from scvkit.vocabulary import FlowKind

STROKES = {
    FlowKind.AUTOMATIC: (marks.SOFT, 1.7, ""),
    FlowKind.NIGHTLY: (marks.SOFT, 1.7, "6 4"),
    FlowKind.MANUAL: (marks.ORANGE, 2.4, "0.1 4.6"),
}


def draw_arcs(map_: LandscapeMap, layout: Layout, words: Words, id_: str) -> list[str]:
    """Return the arcs, one lane each, the shortest nearest to the rows; at most 18."""
    place = {source.id: index for index, source in enumerate(map_.sources)}
    names = {source.id: plain(source.name) for source in map_.sources}
    drawn = drawn_flows(map_)
    ends = _ends(drawn, place, layout)
    svg = []
    for lane, flow in enumerate(drawn):
        x = layout.x_source - 12
        # A cubic with both controls at this depth reaches three quarters of it.
        far = x - (22 + (lane + 0.5) * layout.lane) * 4 / 3
        start, end = ends[lane]
        colour, width, dash = STROKES[flow.how]
        dashes = f' stroke-dasharray="{dash}" stroke-linecap="round"' if dash else ""
        arrow = "o" if flow.how is FlowKind.MANUAL else "g"
        path = (
            f'<path d="M{marks.number(x)} {marks.number(start)} C{marks.number(far)}'
            f" {marks.number(start)} {marks.number(far)} {marks.number(end)}"
            f' {marks.number(x - 5)} {marks.number(end)}" fill="none" stroke="{colour}"'
            f' stroke-width="{width}"{dashes} marker-end="url(#{id_}-{arrow})"/>'
        )
        said = f"{names[flow.source_from]} → {names[flow.source_to]}: " + words(
            f"landscape.how.{flow.how}"
        )
        svg.append(marks.titled(said + (f", {plain(flow.what)}" if flow.what else ""), path))
    return svg


def drawn_flows(map_: LandscapeMap) -> list[MapFlow]:
    """Return the flows that are drawn, the shortest first; the rest stand in the table."""
    place = {source.id: index for index, source in enumerate(map_.sources)}
    known = [flow for flow in map_.flows if {flow.source_from, flow.source_to} <= place.keys()]

    def span(flow: MapFlow) -> tuple[int, int, int]:
        start, end = place[flow.source_from], place[flow.source_to]
        return abs(start - end), min(start, end), start

    return sorted(known, key=span)[:MOST_ARCS]


def arrowheads(id_: str) -> str:
    """Return the markers of the arcs."""
    return "".join(
        f'<marker id="{id_}-{letter}" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="9"'
        f' markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0 0.6 L8 4 L0 7.4 z" fill="{colour}"/></marker>'
        for letter, colour in (("g", marks.SOFT), ("o", marks.ORANGE))
    )


def _ends(drawn: list[MapFlow], place: dict[str, int], layout: Layout) -> list[tuple[float, float]]:
    """Y of both ends of every arc; the ends at one row stand apart so that none hides another."""
    at_row: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for lane, flow in enumerate(drawn):
        start, end = place[flow.source_from], place[flow.source_to]
        # Nested arcs do not cross when the outer one ends beyond the inner one at both rows.
        at_row[start].append((_rank(start, end, lane), lane, 0))
        at_row[end].append((_rank(end, start, lane), lane, 1))
    found: dict[tuple[int, int], float] = {}
    for row, held in at_row.items():
        step = min(8.0, layout.row * 0.62 / max(1, len(held)))
        for position, (_, lane, end) in enumerate(sorted(held)):
            offset = (position - (len(held) - 1) / 2) * step
            found[lane, end] = layout.middle(row) + offset
    return [(found[lane, 0], found[lane, 1]) for lane in range(len(drawn))]


def _rank(here: int, there: int, lane: int) -> int:
    """Order within a row: arcs from above, innermost first, then from below, outermost first."""
    return lane - 1000 if there < here else 1000 - lane
