"""The loom: the map drawn as one SVG, the same bytes for the same map."""

from __future__ import annotations

import datetime as dt
import hashlib
from itertools import pairwise

from markupsafe import escape

from scvkit.landscape import marks
from scvkit.landscape.arcs import arrowheads, draw_arcs, drawn_flows
from scvkit.landscape.geometry import (
    GAP_LINE,
    GAP_ROW,
    LEADING,
    NAME,
    TEXT,
    Layout,
    card,
    lay_out,
    pairs_heading,
)
from scvkit.landscape.legend import draw_legend
from scvkit.landscape.lettering import fitted, lines, plain, text_width
from scvkit.landscape.readings import (
    USABLE,
    because,
    count,
    is_wide,
    key_cell,
    key_of,
    pair_cell,
    permission_cell,
    permission_parts,
    usable_share,
)
from scvkit.landscape.text import answer_sentence
from scvkit.locale.words import Words
from scvkit.records.landscape import LandscapeMap, MapSource

FONTS = (
    "'Segoe UI', Roboto, -apple-system, BlinkMacSystemFont, 'Helvetica Neue', Arial,"
    " 'PingFang TC', 'Microsoft JhengHei', 'Noto Sans CJK TC', sans-serif"
)


def draw_map(map_: LandscapeMap, words: Words, *, titled: bool = False) -> str:
    """Return the map as SVG text: no script, no outside load, text as text.

    ``titled`` draws the answer above the map, for a picture that stands alone.
    """
    layout = lay_out(map_, words)
    id_ = "m" + hashlib.sha256(repr(map_).encode()).hexdigest()[:8]
    title = answer_sentence(map_, words)
    below, bottom = _below(map_, layout, words)
    legend, height = draw_legend(layout.width, bottom + 34, words, id_)
    top = 44 if titled else 0
    # Where a page gives the answer as its heading, a screen reader must not hear it twice.
    name = title if titled else words("landscape.title", client=plain(map_.client))
    heading = [
        marks.text(0, 26 - top, fitted(title, layout.width, 22, bold=True), size=22, bold=True)
    ]
    body = [
        *(heading if titled else []),
        *_headings(map_, layout, words),
        *draw_arcs(map_, layout, words, id_),
        *_rails(map_, layout),
        *(
            part
            for i, s in enumerate(map_.sources)
            for part in _row(i, s, map_, layout, words, id_)
        ),
        *_diamonds(map_, layout, words, id_),
        *below,
        *legend,
    ]
    width, tall = marks.number(layout.width), marks.number(height + top)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-top} {width} {tall}"'
            f' width="{width}" height="{tall}" role="img" aria-labelledby="{id_}-t {id_}-d"'
            f' font-family="{FONTS}">',
            f'<title id="{id_}-t">{escape(name)}</title>',
            f'<desc id="{id_}-d">{escape(words("landscape.description"))}</desc>',
            f"<defs>{marks.hatch(id_ + '-h')}{arrowheads(id_)}</defs>",
            marks.box(0, -top, layout.width, height + top, marks.WHITE),
            *body,
            "</svg>",
        ]
    )


def _headings(map_: LandscapeMap, layout: Layout, words: Words) -> list[str]:
    """The two halves, told and measured, and a heading for every column."""
    split = layout.x_size - 9
    if map_.as_of:
        date = words.date(dt.date.fromisoformat(map_.as_of))
        measured = words("landscape.measured_as_of", date=date)
    else:
        measured = words("landscape.measured")
    base = layout.first - 12
    svg = [
        marks.line(0, 1, split - 9, 1, marks.INK, 2),
        marks.line(split, 1, layout.width, 1, marks.INK, 2),
        marks.text(0, 22, words("landscape.told"), size=NAME, bold=True),
        marks.text(split, 22, measured, size=NAME, bold=True),
    ]

    def column(x: float, key: str) -> str:
        return marks.text(x, base, words(f"landscape.{key}"), bold=True, colour=marks.SOFT)

    svg += [column(0, "flows"), column(layout.x_source, "source"), column(layout.x_size, "size")]
    if map_.keys:
        svg += [
            marks.text(layout.key(i) + 2, base, words(f"landscape.key_names.{key}"), turn=-35)
            for i, key in enumerate(map_.keys)
        ]
    else:
        svg.append(column(layout.x_keys, "keys"))
    svg.append(column(layout.x_permission, "permission"))
    heading = pairs_heading(words, layout.pairs_room)
    above = base - (len(heading) - 1) * LEADING
    svg += [
        marks.text(layout.x_pairs, above + i * LEADING, part, bold=bold, colour=marks.SOFT)
        for i, (part, bold) in enumerate(heading)
    ]
    return svg


def _rails(map_: LandscapeMap, layout: Layout) -> list[str]:
    """A line through the rows in which a key is usable, where there are two or more."""
    svg = []
    for column, key in enumerate(map_.keys):
        usable = [
            row
            for row, source in enumerate(map_.sources)
            if (test := key_of(source, key)) is not None and usable_share(test) >= USABLE
        ]
        x = layout.key(column)
        svg += [
            marks.line(x, layout.middle(a), x, layout.middle(b), marks.TEAL_PALE, 3)
            for a, b in pairwise(usable)
        ]
    return svg


def _row(
    index: int, source: MapSource, map_: LandscapeMap, layout: Layout, words: Words, id_: str
) -> list[str]:
    y = layout.middle(index)
    foot = layout.first + (index + 1) * layout.row
    svg = [
        marks.line(layout.x_source, foot, layout.x_pairs - 8, foot),
        *_card(source, y, layout, words),
    ]
    if source.records is None:
        return [*svg, _unread(source, y, layout, words, id_)]
    svg.append(_size(source, y, map_, layout, words))
    svg += _keys(source, y, map_, layout, words, id_)
    svg.append(_permission(source, y, layout, words, id_))
    return svg


def _card(source: MapSource, y: float, layout: Layout, words: Words) -> list[str]:
    size = NAME if layout.two_lines else TEXT
    told = card(source, words)
    line = card(source, words, layout.name_room + 8)
    name = fitted(plain(source.name), layout.name_room + 8, size, bold=True)
    x = layout.x_source
    if layout.x_owner is None:
        first = marks.text(x, y - 2 if line else y + 5, name, size=size, bold=True)
        second = [marks.text(x, y + 17, line, colour=marks.SOFT)] if line else []
    else:
        first = marks.text(x, y + 4.5, name, size=size, bold=True)
        owner = fitted(plain(source.owner), layout.owner_room, TEXT)
        second = [marks.text(layout.x_owner, y + 4.5, owner, colour=marks.SOFT)] if owner else []
    return [marks.titled(": ".join(p for p in (plain(source.name), told) if p), first, *second)]


def _unread(source: MapSource, y: float, layout: Layout, words: Words, id_: str) -> str:
    """A source without a readable table: hatch over everything that would be measured."""
    width = layout.x_pairs - 16 - layout.x_size
    said = fitted(because(source.not_assessed, words), width - 44, TEXT)
    plate = text_width(said, TEXT) + 16
    return marks.titled(
        because(source.not_assessed, words),
        marks.box(layout.x_size, y - 11, width, 22, f"url(#{id_}-h)", edge=marks.HATCH),
        marks.box(layout.x_size + 14, y - 9, plate, 18, marks.WHITE),
        marks.text(layout.x_size + 22, y + 4.5, said),
    )


def _size(source: MapSource, y: float, map_: LandscapeMap, layout: Layout, words: Words) -> str:
    most = max((s.records or 0 for s in map_.sources), default=0) or 1
    records = source.records or 0
    # A count that is not told may not be read off the length of its bar either.
    length = (0 if 1 <= records <= 4 else records) / most * layout.bar_room
    right = layout.x_size + layout.number_room
    bar = [marks.box(right + 6, y - 5, max(1.0, length), 10, marks.RAIL)] if records else []
    said = marks.text(right, y + 4.5, count(records, words), colour=marks.SOFT, anchor="end")
    return "".join([said, *bar])


def _keys(
    source: MapSource, y: float, map_: LandscapeMap, layout: Layout, words: Words, id_: str
) -> list[str]:
    if not source.keys:
        if not source.carries_records:
            return [marks.dot(layout.key(i), y) for i in range(len(map_.keys))]
        width = max(3, len(map_.keys)) * layout.pitch - 12
        hatched = marks.box(layout.x_keys + 6, y - 7, width, 14, f"url(#{id_}-h)", edge=marks.HATCH)
        return [marks.titled(because(source.keys_reason, words), hatched)]
    svg = []
    for column, key in enumerate(map_.keys):
        test = key_of(source, key)
        if test is None:
            svg.append(marks.dot(layout.key(column), y))
            continue
        failed = key in source.failed_claims
        said = f"{words(f'landscape.key_names.{key}')}: {key_cell(source, key, words)}"
        drawn = marks.ring(layout.key(column), y, layout.ring, usable_share(test), failed=failed)
        svg.append(marks.titled(said, drawn))
    return svg


def _permission(source: MapSource, y: float, layout: Layout, words: Words, id_: str) -> str:
    parts = permission_parts(source.permission)
    x = layout.x_permission + text_width(words.percent(1.0), TEXT) + 6
    width, top = layout.permission_bar, y - 7
    said = permission_cell(source, words)
    if parts is None:
        whole = x + width - layout.x_permission
        hatched = marks.box(layout.x_permission, top, whole, 14, f"url(#{id_}-h)", edge=marks.HATCH)
        return marks.titled(said, hatched)
    given, refused = parts.given * width, parts.refused * width
    drawn = [marks.box(x, top, width, 14, f"url(#{id_}-h)", edge=marks.HATCH)]
    if given > 0:
        drawn.append(marks.box(x, top, given, 14, marks.TEAL))
    if refused > 0:
        drawn.append(marks.box(x + given, top, refused, 14, marks.ORANGE_PALE, edge=marks.ORANGE))
    number = marks.text(x - 6, y + 4.5, words.percent(parts.given), colour=marks.SOFT, anchor="end")
    return marks.titled(said, number, *drawn)


def _diamonds(map_: LandscapeMap, layout: Layout, words: Words, id_: str) -> list[str]:
    place = {source.id: index for index, source in enumerate(map_.sources)}
    size = min(14.0, max(9.5, layout.half * 0.64))
    svg = []
    for pair in map_.pairs:
        if pair.reason == "no_records":
            continue
        x, y = layout.diamond(place[pair.source_a], place[pair.source_b])
        if pair.mid is None:
            drawn = [marks.diamond(x, y, layout.half, f"url(#{id_}-h)", edge=marks.HATCH)]
        else:
            ground, ink = marks.shade(pair.mid)
            wide = is_wide(pair)
            drawn = [marks.diamond(x, y, layout.half, ground, edge="" if wide else marks.TEAL_PALE)]
            if wide:
                inset, dash = (3.5, "3 2.6") if layout.two_lines else (2.2, "2 2.4")
                drawn = [
                    marks.diamond(x, y, layout.half - inset, ground),
                    marks.diamond(x, y, layout.half, "none", edge=marks.INK, dash=dash),
                ]
            per_cent = words.number(round(pair.mid * 100))
            drawn.append(
                marks.text(x, y + size * 0.36, per_cent, size=size, colour=ink, anchor="middle")
            )
        svg.append(marks.titled(pair_cell(pair, map_, words), *drawn))
    return svg


def _below(map_: LandscapeMap, layout: Layout, words: Words) -> tuple[list[str], float]:
    """What lies under the rows: flows not drawn, gaps, files nobody named. And where it ends."""
    x, y = layout.x_source, layout.bottom + 8
    room = layout.x_pairs - 16 - x
    svg: list[str] = []
    if not map_.flows:
        svg.append(marks.text(0, layout.first + 14, words("landscape.no_flows"), colour=marks.SOFT))
    hidden = len(map_.flows) - len(drawn_flows(map_))
    if hidden > 0:
        said = fitted(words("landscape.more_flows", n=hidden), x - 4, TEXT)
        svg.append(marks.text(0, y + 12, said, colour=marks.SOFT))
    if map_.gaps:
        svg.append(marks.text(x, y + 18, words("landscape.gaps"), bold=True, colour=marks.ORANGE))
        y += 28
    names = [text_width(plain(gap.name), TEXT, bold=True) for gap in map_.gaps]
    name_room = min(room * 0.45, max(names, default=0.0) + 28)
    for gap in map_.gaps:
        name = lines(plain(gap.name), name_room - 16, TEXT, bold=True)
        unlocks = lines(plain(gap.unlocks), room - name_room - 24, TEXT)
        height = GAP_ROW - 6 + GAP_LINE * (max(len(name), len(unlocks), 1) - 1)
        written = [
            marks.text(x, y + 17.5 + n * GAP_LINE, line, bold=True) for n, line in enumerate(name)
        ] + [
            marks.text(x + name_room, y + 17.5 + n * GAP_LINE, line, colour=marks.SOFT)
            for n, line in enumerate(unlocks)
        ]
        svg.append(
            marks.titled(
                ": ".join(part for part in (plain(gap.name), plain(gap.unlocks)) if part),
                marks.box(x - 10, y, room + 10, height, "none", edge=marks.ORANGE, dash="4 3"),
                *written,
            )
        )
        y += height + 6
    if map_.undeclared:
        files = words.listed(plain(file) for file in map_.undeclared)
        said = words("landscape.undeclared", n=len(map_.undeclared), files=files)
        shown = marks.text(x, y + 20, fitted(said, layout.width - x, TEXT))
        svg.append(marks.titled(said, shown))
        y += 26
    return svg, y
