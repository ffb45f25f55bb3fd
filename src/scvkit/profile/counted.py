"""The facts of one column, counted once for every combination of bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scvkit.profile.facts import FACTS

if TYPE_CHECKING:
    from scvkit.engine import Connection


class Counted:
    """Rows of the facts, counted once for every combination of bits."""

    def __init__(self, connection: Connection, names: tuple[str, ...], *, grouped: bool) -> None:
        self._bit = {name: 1 << place for place, name in enumerate(names)}
        found = connection.execute(
            "select bits, count(*), sum(rows), min(length(value)), max(length(value)), "
            f"min(number), max(number) from {FACTS} group by bits"
        ).fetchall()
        self._groups = [(int(bits), int(rows)) for bits, _, rows, *_ in found]
        kept = [group for group in found if not int(group[0]) & self.unfilled]
        self.all_rows = sum(rows for _, rows in self._groups)
        self.filled = sum(int(group[2]) for group in kept)
        self.shortest: int | None = min((int(g[3]) for g in kept), default=None)
        self.longest: int | None = max((int(g[4]) for g in kept), default=None)
        self.smallest: float | None = min((g[5] for g in kept if g[5] is not None), default=None)
        self.largest: float | None = max((g[6] for g in kept if g[6] is not None), default=None)
        present = [group for group in found if not int(group[0]) & self._bit["blank"]]
        values = sum(int(group[1]) for group in present)
        self.distinct = sum(int(group[1]) for group in kept)
        # One value may stand in several rows: by country, and as received with other blanks.
        # Hashes of 64 bits decide, as they do for rows that repeat.
        if not grouped or self.of("trimmed"):
            [(values,), (stand_ins,)] = connection.execute(
                f"select count(distinct hash(value)) from {FACTS} where value is not null "
                f"union all select count(distinct value) from {FACTS} "
                f"where bits & {self._bit['placeholder']} <> 0"
            ).fetchall()
            self.distinct = values - stand_ins
        self.repeated = sum(int(group[2]) for group in present) - values

    @property
    def unfilled(self) -> int:
        """The bits of what is not filled."""
        return self._bit["blank"] | self._bit["placeholder"]

    def bits(self, *names: str) -> int:
        """The bits of these names."""
        return sum(self._bit[name] for name in set(names))

    def of(self, *names: str) -> int:
        """Rows with any of these bits."""
        wanted = self.bits(*names)
        return sum(rows for bits, rows in self._groups if bits & wanted)

    def rows(self, *names: str) -> int:
        """Filled rows with any of these bits."""
        wanted = self.bits(*names)
        return sum(
            rows for bits, rows in self._groups if bits & wanted and not bits & self.unfilled
        )


def filled_sql(names: tuple[str, ...]) -> str:
    """Return the condition under which a fact is filled; ``names`` are those of the bits."""
    unfilled = (1 << names.index("blank")) | (1 << names.index("placeholder"))
    return f"bits & {unfilled} = 0"
