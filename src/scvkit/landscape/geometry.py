"""Where everything on the map stands, in px, from the number of rows and the length of names."""

from __future__ import annotations

from dataclasses import dataclass

from scvkit.landscape.lettering import fitted, lines, plain, text_width
from scvkit.locale.words import Words
from scvkit.records.landscape import LandscapeMap, MapSource

TEXT, NAME = 13.0, 16.0  # px: nothing but the numbers in small diamonds is smaller than TEXT
MOST_ARCS = 18  # more are listed, not drawn
LEAST_WIDTH = 980.0
RISE = 0.58  # sine of the 35° by which the names of keys are turned
GAP_ROW = 32.0
GAP_LINE = 16.0  # one line more of a gap
LEADING = 17.0
SEPARATOR = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Positions on the map. ``first`` is the top of the first row, ``x_…`` the left of a zone."""

    rows: int
    row: float
    first: float
    lanes: int
    lane: float
    x_source: float
    name_room: float
    x_owner: float | None  # a column of its own where rows are too low for two lines
    owner_room: float
    x_size: float
    number_room: float
    bar_room: float
    x_keys: float
    pitch: float
    ring: float
    x_permission: float
    permission_bar: float
    x_pairs: float
    pairs_room: float
    width: float

    @property
    def half(self) -> float:
        """Half the diagonal of a diamond."""
        return self.row / 2 - 2

    @property
    def bottom(self) -> float:
        """Lower edge of the last row."""
        return self.first + self.rows * self.row

    @property
    def two_lines(self) -> bool:
        """True when the owner stands under the name."""
        return self.x_owner is None

    def middle(self, index: float) -> float:
        """Return y of the middle of a row, counted from 0."""
        return self.first + (index + 0.5) * self.row

    def key(self, index: int) -> float:
        """Return x of a key's column."""
        return self.x_keys + (index + 0.5) * self.pitch

    def diamond(self, one: int, other: int) -> tuple[float, float]:
        """Return the centre of the diamond where the diagonals of two rows meet."""
        apart = abs(other - one)
        return self.x_pairs + apart * self.row / 2, self.middle((one + other) / 2)


def lay_out(map_: LandscapeMap, words: Words) -> Layout:
    """Return the positions of ``map_``: rows of 28 to 64 px, columns as wide as they need."""
    count = max(1, len(map_.sources))
    row = min(64.0, max(28.0, 460 / count))
    two_lines = row >= 40
    lanes = min(MOST_ARCS, len(map_.flows))
    lane = min(13.0, 104 / lanes) if lanes else 0.0
    x_source = max(36 + lanes * lane, text_width(words("landscape.flows"), TEXT, bold=True)) + 16

    name_size = NAME if two_lines else TEXT
    names = [text_width(plain(s.name), name_size, bold=True) for s in map_.sources] or [0.0]
    cards = [text_width(card(s, words), TEXT) for s in map_.sources] if two_lines else [0.0]
    name_room = min(210.0, max(120.0, *names, *cards))
    owners = [] if two_lines else [text_width(plain(s.owner), TEXT) for s in map_.sources]
    owner_room = min(110.0, max(owners)) if owners else 0.0
    x_owner = x_source + name_room + 12 if owner_room else None
    x_size = x_source + name_room + 18 + (owner_room + 8 if owner_room else 0)

    numbers = [text_width(words.number(s.records or 0), TEXT) for s in map_.sources] or [0.0]
    number_room = max(*numbers, 24.0) if len(numbers) > 1 else max(numbers[0], 24.0)
    bar_room = 52.0
    x_keys = x_size + number_room + 6 + bar_room + 14
    pitch = 42.0 if two_lines else 36.0
    x_permission = x_keys + max(3, len(map_.keys)) * pitch + 14
    permission_bar = 52.0
    heading = text_width(words("landscape.permission"), TEXT, bold=True)
    per_cent = text_width(words.percent(1.0), TEXT) + 6
    x_pairs = x_permission + max(heading, per_cent + permission_bar) + 14
    pairs_room = max(count * row / 2, 190.0)
    width = max(LEAST_WIDTH, x_pairs + pairs_room)

    key_names = [text_width(words(f"landscape.key_names.{k}"), TEXT) for k in map_.keys]
    slanted = max(key_names, default=0.0) * RISE + TEXT
    stacked = LEADING * len(pairs_heading(words, pairs_room))
    first = 34 + max(slanted, stacked) + 14
    return Layout(
        rows=count,
        row=row,
        first=first,
        lanes=lanes,
        lane=lane,
        x_source=x_source,
        name_room=name_room,
        x_owner=x_owner,
        owner_room=owner_room,
        x_size=x_size,
        number_room=number_room,
        bar_room=bar_room,
        x_keys=x_keys,
        pitch=pitch,
        ring=min(13.0, row * 0.34),
        x_permission=x_permission,
        permission_bar=permission_bar,
        x_pairs=x_pairs,
        pairs_room=pairs_room,
        width=width,
    )


def pairs_heading(words: Words, room: float) -> list[tuple[str, bool]]:
    """Return the lines above the triangle, each with whether it is bold."""
    heading = lines(words("landscape.shared"), room, TEXT, bold=True)
    help_ = lines(words("landscape.shared_help"), room, TEXT)
    return [*((line, True) for line in heading), *((line, False) for line in help_)]


def card(source: MapSource, words: Words, room: float | None = None) -> str:
    """Return the second line of a source: owner, where it is stored, since when.

    With ``room`` in px the last parts are left out where they do not fit.
    """
    since = words("landscape.since", year=source.since) if source.since else ""
    parts = [plain(part) for part in (source.owner, source.stored, since) if part]
    while room is not None and len(parts) > 1 and text_width(SEPARATOR.join(parts), TEXT) > room:
        parts.pop()
    line = SEPARATOR.join(parts)
    return line if room is None else fitted(line, room, TEXT)
