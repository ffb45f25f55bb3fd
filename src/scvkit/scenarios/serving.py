"""What a change in links and values means to the use cases: the funnels counted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from math import hypot, sqrt

from scvkit.engagement import Engagement
from scvkit.engine import Connection, RowTables, quoted
from scvkit.linkage import HiddenKey, write_without_key
from scvkit.records.evidence import Evidence, measured_count, not_assessed
from scvkit.records.extracts import Intake
from scvkit.records.scenarios import ANY, AddKey, FixValues, LoseKey, Predicted, PredictedUse
from scvkit.scenarios.estimate import RELINKED
from scvkit.scenarios.remembered import Remembered
from scvkit.scenarios.worlds import WORLD, everybody_kept
from scvkit.usecases import ServedPeople, UseCase, load_catalogue

METHOD = "scenarios.methods.served"
METHOD_LOST = "scenarios.methods.served_lost"
TRIED = "tried"  # folder of tables that hold a change, beside the others in the work folder
LEAST_LINKS = 10

Served = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Effect:
    """People served less once a key is hidden.

    By its links, and where a use case needs its values, such as an address to write to, by links
    and values at once: who loses both is one person.
    """

    by_links: Mapping[str, int]
    by_values: Mapping[str, int]
    links: int  # links to other sources that went with the key
    holders: int  # records that held it


@dataclass(eq=False)
class Serving:
    """The use cases of one engagement, counted now and in tried worlds; each is counted once."""

    connection: Connection
    rows: RowTables
    engagement: Engagement
    intake: Intake
    remembered: Remembered
    _now: Served | None = field(default=None, repr=False)
    _served: ServedPeople | None = field(default=None, repr=False)
    _sample: RowTables | None = field(default=None, repr=False)
    _now_in_sample: Served | None = field(default=None, repr=False)
    _effects: dict[tuple[str, str], Effect] = field(default_factory=dict, repr=False)

    @property
    def cases(self) -> tuple[UseCase, ...]:
        """The core use cases and the chosen ones."""
        choice = self.engagement.use_cases
        chosen = {u.id for u in choice.chosen} if choice else set()
        return tuple(c for c in load_catalogue() if c.core or c.id in chosen)

    @property
    def now(self) -> Served:
        """People after each step as things are."""
        if self._now is None:
            known = self.remembered.get("served", "now")
            if known is None:
                whole = self.sample is self.rows
                known = self._counted(self.rows) if whole else self._people().count(self.rows)
                self.remembered.put("served", "now", content=known)
            self._now = {name: tuple(steps) for name, steps in known.items()}
        return self._now

    def beside(self, connection: Connection) -> Serving:
        """Return the same over another connection; what is counted now is counted once."""
        other = Serving(connection, self.rows, self.engagement, self.intake, self.remembered)
        other._now, other._sample = self.now, self.sample
        other._now_in_sample = self.now_in_sample
        return other

    @property
    def sample(self) -> RowTables:
        """The tables that changes are tried on: all, in large sets a sample of neighbourhoods.

        No cluster reaches out of a neighbourhood, so that what a link serves is the same there.
        """
        if self._sample is None:
            self._sample = self.rows
            if not everybody_kept(self.connection, self.rows):
                self._sample = self.rows.over(self.rows.folder / TRIED / "sample")
                kept = f"(select unique_id from {self.rows.scan('kept_records')})"
                for name in ("clusters", "records"):
                    self._sample.write(
                        self.connection,
                        f"""select * from {self.rows.scan(name)} where record_key in {kept}
                        order by record_key""",
                        name,
                    )
        return self._sample

    @property
    def now_in_sample(self) -> Served:
        """People after each step as things are, in the tables that changes are tried on."""
        if self._now_in_sample is None:
            whole = self.sample is self.rows
            self._now_in_sample = self.now if whole else self._counted(self.sample)
        return self._now_in_sample

    def lost(self, change: LoseKey) -> tuple[PredictedUse, ...]:
        """Return who would still be served without the key: counted, not estimated."""
        unlinked = self._without_links(change.source, change.key)
        tried = self._without_values(change.source, change.key, unlinked)
        after = self._counted(tried)
        return tuple(
            PredictedUse(
                id=case.id,
                title=case.title,
                base=self.now[case.id][0],
                now=self.now[case.id][-1],
                after=measured_count(
                    # Answers that nobody sees side by side any more do not agree for that.
                    min(
                        self.now[case.id][-1],
                        _of_as_many(
                            after[case.id], self.now_in_sample[case.id], self.now[case.id][-1]
                        ),
                    ),
                    unit="people",
                    method=METHOD_LOST,
                )
                if case.id in after
                else not_assessed("nothing_to_measure_on", unit="people", method=METHOD_LOST),
                ceiling=self.now[case.id][-1],
            )
            for case in self.cases
            if case.id in self.now and case.id in self.now_in_sample
        )

    def gained(
        self, change: AddKey | FixValues, overlaps: Sequence[Predicted], asked: int
    ) -> tuple[PredictedUse, ...]:
        """Return who would be served as well, from what the key does where it is there.

        Hiding it on every record of the source that holds it shows how many people its links and
        its values serve; the predicted links and the asked records serve in proportion.
        """
        effect = self._effect(change.source, change.key)
        found = next(p for p in overlaps if p.target == ANY)
        mid, low, high = (_links(overlaps, end) for end in ("value", "low", "high"))
        ceiling = sum(
            max(0.0, p.ceiling - (p.now.value or 0.0)) * (p.now.tested or 0)
            for p in overlaps
            if p.target != ANY
        )
        if not found.after.assessed:
            return ()
        return tuple(
            self._one(case, effect, (low, mid, high, ceiling), asked)
            for case in self.cases
            if case.id in self.now
        )

    def _one(
        self, case: UseCase, effect: Effect, links: tuple[float, float, float, float], asked: int
    ) -> PredictedUse:
        base, now = self.now[case.id][0], self.now[case.id][-1]
        by_links, by_values = (e.get(case.id, 0) for e in (effect.by_links, effect.by_values))
        enough = effect.links >= LEAST_LINKS
        each = by_links / effect.links if enough else 0.0
        chance = 1.645 * sqrt(abs(by_links) + 1) / effect.links if enough and by_links else 0.0
        held = by_values / effect.holders if effect.holders else 0.0
        unsure = 1.645 * sqrt(by_values + 1) / effect.holders if by_values else 0.0
        low, mid, high, most = (
            now + max(0.0, held + side * unsure) * asked * along + part * n
            for part, n, side, along in zip(
                (max(0.0, each - chance), each, each + chance, each + chance),
                links,
                (-1, 0, 1, 1),
                _along(links),
                strict=True,
            )
        )
        after: Evidence
        if not enough:
            after = not_assessed("nothing_to_measure_on", unit="people", method=METHOD)
        else:
            # Whatever is changed, linking anew moves those who need links a little, also downwards:
            # a new link may show that two answers of one person differ.
            anew = 1.645 * RELINKED * base if case.needs_linkage else 0.0
            least, most_likely = mid - hypot(mid - low, anew), mid + hypot(high - mid, anew)
            after = measured_count(
                _people(mid, base), unit="people", method=METHOD, low=_people(least, base),
                high=_people(most_likely, base), tested=base,
            )  # fmt: skip
        return PredictedUse(
            id=case.id, title=case.title, base=base, now=now, after=after,
            ceiling=max(_people(most, base), round(after.high or now))
            if enough
            # Each link serves one person at most, whatever it may serve on average.
            else _people(now + links[3], base),
        )  # fmt: skip

    def _effect(self, source: str, key: str) -> Effect:
        if (source, key) not in self._effects:
            known = self.remembered.get("effect", source, key)
            self._effects[source, key] = Effect(**known) if known else self._hidden(source, key)
        return self._effects[source, key]

    def _hidden(self, source: str, key: str) -> Effect:
        using = {case.id for case in self.cases if key in case.attributes}
        linking = {case.id for case in self.cases if case.needs_linkage} - using
        unlinked = self._without_links(source, key)
        links = self._counted(unlinked, linking)
        gone = self._links_gone(source)
        values = (
            self._counted(self._without_values(source, key, unlinked), using)
            if using
            else self.now_in_sample
        )
        held = self.connection.execute(
            f"""select count(*) from {self.sample.scan("records")}
            where source = ? and entity_kind = 'person' and {quoted(key)} is not null""",
            [source],
        ).fetchall()
        effect = Effect(
            by_links=self._less(links),
            by_values=self._less(values),
            links=gone,
            holders=int(held[0][0]),
        )
        self.remembered.put("effect", source, key, content=asdict(effect))
        return effect

    def _less(self, served: Served) -> Mapping[str, int]:
        return {
            name: max(0, steps[-1] - served[name][-1])
            for name, steps in self.now_in_sample.items()
            if name in served
        }

    def _counted(self, rows: RowTables, ids: Set[str] | None = None) -> Served:
        """People served in a tried world; of some use cases where the others cannot change."""
        if self._served is None:
            self._served = self._people()
        return self._served.count(rows, ids)

    def _people(self) -> ServedPeople:
        return ServedPeople(self.connection, self.engagement, self.intake, self.cases)

    def _without_links(self, source: str, key: str) -> RowTables:
        """The tables of a world in which the key ties nobody."""
        tried = self.sample.over(self.rows.folder / TRIED / f"{source or 'all'}-{key}-links")
        write_without_key(self.connection, self.rows, HiddenKey(key=key, source=source), WORLD)
        tried.write(
            self.connection,
            f"""select now.record_key, now.source, now.entity_kind,
                coalesce(world.cluster_id, now.cluster_id) as cluster_id,
                coalesce(world.cluster_id_low, now.cluster_id_low) as cluster_id_low,
                coalesce(world.cluster_id_high, now.cluster_id_high) as cluster_id_high,
                case when world.record_key is null then now.tier else world.tier end as tier
            from {self.sample.scan("clusters")} now left join {WORLD} world using (record_key)
            order by record_key""",
            "clusters",
        )
        return tried

    def _without_values(self, source: str, key: str, tables: RowTables) -> RowTables:
        """The same tables in which the key's values are gone too: nobody is written to by them."""
        tried = tables.over(self.rows.folder / TRIED / f"{source or 'all'}-{key}-values")
        where = HiddenKey(key=key, source=source).where("record_key")
        tried.write(
            self.connection,
            f"""select * replace (case when entity_kind <> 'person' or not ({where})
                then {quoted(key)} end as {quoted(key)})
            from {tables.scan("records")} order by record_key""",
            "records",
        )
        return tried

    def _links_gone(self, source: str) -> int:
        """Links of the source's records to other sources that ended with the last hidden key."""
        found = self.connection.execute(
            f"""with member as (
                select now.record_key, now.source, now.cluster_id,
                    coalesce(world.cluster_id, now.cluster_id) as tried
                from {self.sample.scan("clusters")} now left join {WORLD} world using (record_key)
                where entity_kind = 'person')
            select (select count(*) from (select distinct own.record_key, other.source
                    from member own join member other using (cluster_id)
                    where own.source = ? and other.source <> own.source)),
                (select count(*) from (select distinct own.record_key, other.source
                    from member own join member other using (tried)
                    where own.source = ? and other.source <> own.source))""",
            [source, source],
        ).fetchall()[0]
        return max(0, int(found[0]) - int(found[1]))


def _links(overlaps: Sequence[Predicted], end: str) -> float:
    """Records newly found, summed over the sources they are found in."""
    gained = 0.0
    for predicted in overlaps:
        if predicted.target == ANY or not predicted.after.assessed:
            continue
        value: float = getattr(predicted.after, end) or 0.0
        gained += max(0.0, value - (predicted.now.value or 0.0)) * (predicted.now.tested or 0)
    return gained


def _along(links: tuple[float, float, float, float]) -> tuple[float, ...]:
    """How much less or more values serve where fewer or more links come with them."""
    low, mid, high, most = links
    return (
        (min(1.0, low / mid), 1.0, max(1.0, high / mid), max(1.0, most / mid))
        if mid
        else (1.0,) * 4
    )


def _of_as_many(after: tuple[int, ...], before: tuple[int, ...], served: int) -> int:
    """People served after, of as many people as now: a lost link makes two people of one.

    ``after`` and ``before`` were counted where changes are tried, ``served`` among everybody.
    """
    if not after[0] or not before[-1]:
        return 0 if before[-1] else served
    return round(served * (after[-1] / after[0]) / (before[-1] / before[0]))


def _people(count: float, base: int) -> int:
    return max(0, min(base, round(count)))
