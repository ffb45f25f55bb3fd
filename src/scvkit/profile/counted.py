"""The facts of one column, counted once for every combination of bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scvkit.engine import Repeats, count_repeats
from scvkit.profile.facts import Facts

if TYPE_CHECKING:
    from scvkit.engine import Connection


COUNTS = "bits, count(*), sum(rows), min(shortest), max(longest), min(smallest), max(largest)"


class Counted:
    """Rows of the facts, counted once for every combination of bits."""

    def __init__(
        self,
        connection: Connection,
        facts: Facts,
        *,
        by_country: bool,
        groups: Sequence[tuple[Any, ...]] | None = None,  # ``COUNTS``, where they are known
    ) -> None:
        self._connection, self._facts = connection, facts
        self._bit = {name: 1 << place for place, name in enumerate(facts.names)}
        found = groups
        if found is None:
            found = connection.execute(
                f"select {COUNTS} from {facts.table} group by bits"
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
        filled = sum(int(group[2]) for group in present)
        values = sum(int(group[1]) for group in present)
        self.distinct = sum(int(group[1]) for group in kept)
        self._repeats: Repeats | None = None
        # One value may stand in several rows: by country, and as received with other blanks.
        if not facts.grouped or by_country or self.of("trimmed"):
            placeholders = (
                f"select distinct value from {facts.table} "
                f"where bits & {self._bit['placeholder']} <> 0"
            )
            if facts.grouped:
                [(values,)] = connection.execute(
                    f"select count(distinct hash(value)) from {facts.table} where value is not null"
                ).fetchall()
            else:
                self._repeats = count_repeats(
                    connection,
                    facts.values,
                    "value",
                    self.all_rows,
                    but=placeholders if self.of("placeholder") else "",
                )
                values = self._repeats.distinct
            [(stand_ins,)] = connection.execute(f"select count(*) from ({placeholders})").fetchall()
            self.distinct = values - stand_ins
        self.repeated = filled - values

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

    def most_common(self) -> int:
        """Rows of the commonest filled value, whatever its case."""
        facts = self._facts
        capitals = self.rows("capitals") > 0
        if facts.grouped:
            same = "lower(value)" if capitals else "value"
            # What stands in one row alone is not common, in however many ways it is written.
            found = self._connection.execute(
                f"select coalesce(max(n), {min(1, self.filled)}) from (select sum(rows) as n "
                f"from {facts.table} where rows > 1 and {facts.filled} group by hash({same}))"
            ).fetchall()
            return int(found[0][0])
        if self._repeats and not capitals:
            return self._repeats.most_common
        values = facts.plain_values()
        same = "lower(value)" if capitals else "value"
        return count_repeats(self._connection, values, same, self.all_rows).most_common
