"""What another threshold or fewer tiers would make of the persons: counted, nothing trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ipywidgets as widgets
import numpy as np
from markupsafe import Markup

from scvkit.engagement import Entry
from scvkit.engine import text_literal
from scvkit.errors import EngagementError
from scvkit.linkage.components import Numbers, components_of
from scvkit.locale import Words
from scvkit.report.disclosure import people
from scvkit.vocabulary import EntityKind, Tier
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import LABEL, WIDE, Form, State, large_type, table, told_html

COUNTED = (Tier.A, Tier.B, Tier.C)
SHOWN = (Tier.A, Tier.B, Tier.C, Tier.D)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What a threshold and a choice of tiers come to; counts of persons unless said."""

    tiers: tuple[str, ...]
    weight: float  # bits a pair must reach
    pairs: int  # pairs of records that are joined
    persons: int
    several_records: int  # persons with two records or more
    several_sources: int  # persons seen in two sources or more


@dataclass(slots=True)
class Threshold:
    """The slider of `04_link_records`: which pairs count, and how many persons that makes.

    Pairs are joined as they are: the run itself also keeps apart what contradicts, so that its
    own count, shown beside, may be a little higher.
    """

    desk: Desk
    kind: EntityKind = EntityKind.PERSON
    _pairs: _Pairs | None = field(default=None, repr=False)

    def joined(self, tiers: Sequence[str] = COUNTED, weight: float = -99.0) -> Joined:
        """Return what these tiers come to when a pair must reach ``weight`` bits."""
        return self._read().joined(tuple(str(t) for t in tiers), weight)

    def decided(self) -> Joined:
        """What the run decided, contradictions kept apart."""
        found = self.desk.connection.execute(
            f"""select count(*), count(*) filter (records > 1), count(*) filter (sources > 1)
            from (select count(*) as records, count(distinct source) as sources
                from ({_taking_part(self.desk, self.kind)}) group by cluster_id)"""
        ).fetchall()
        tiers = tuple(str(t) for t in COUNTED)
        pairs = self.joined().pairs
        return Joined(
            tiers=tiers,
            weight=self.lowest,
            pairs=pairs,
            persons=int(found[0][0]),
            several_records=int(found[0][1]),
            several_sources=int(found[0][2]),
        )

    @property
    def lowest(self) -> float:
        """The lowest weight of a counted pair."""
        return self._read().lowest(tuple(str(t) for t in COUNTED))

    @property
    def highest(self) -> float:
        """The highest weight of all."""
        return self._read().highest

    def twin(self) -> Markup:
        """The run's own decision, and what each switch would make of it, as a table."""
        letters = [str(t) for t in SHOWN]
        steps = [self.joined(letters[:n]) for n in range(1, len(letters) + 1)]
        weights = sorted({round(self.lowest), *range(0, 21, 5)})
        steps += [self.joined(COUNTED, float(w)) for w in weights]
        said = self.desk.engagement.linkage.of(self.kind).counted
        told = told_html(counted_sentence(said.model_dump(), self.desk.words)) if said else ""
        return Markup("{}{}").format(self.table([self.decided(), *steps]), told)

    def table(self, lines: Sequence[Joined]) -> Markup:
        """Return a table of settings; the first line is what the run decided."""
        words = self.desk.words
        rows = []
        for n, line in enumerate(lines):
            tiers = ", ".join(line.tiers) or "–"
            what = words("workshop.threshold.decided") if n == 0 else tiers
            bits = "–" if n == 0 or line.weight < -90 else words.number(round(line.weight, 1))
            counts = (line.pairs, line.persons, line.several_records, line.several_sources)
            rows.append((what, bits, *(people(count, words) for count in counts)))
        names = ("tiers", "bits", "pairs", "persons", "several_records", "several_sources")
        return table(
            [words(f"workshop.threshold.{name}") for name in names],
            rows,
            caption=words("workshop.threshold.title"),
            nothing="",
        )

    def widget(self) -> widgets.Widget:
        """A slider of bits, a switch of tiers, and the counts they make, live."""
        words = self.desk.words
        said = self.desk.engagement.linkage.of(self.kind).counted
        switch = widgets.ToggleButtons(
            options=[
                (words("workshop.threshold.only", tiers=", ".join(map(str, SHOWN[:n]))), n)
                for n in range(1, len(SHOWN) + 1)
            ],
            value=len(said.tiers) if said else len(COUNTED),
            description=words("workshop.threshold.tiers"),
            style={"button_width": "auto", "description_width": LABEL},
        )
        slider = widgets.FloatSlider(
            min=float(np.floor(self.lowest)),
            max=float(np.ceil(max(self.highest, self.lowest + 1))),
            step=0.5,
            value=float(np.floor(self.lowest)),
            description=words("workshop.threshold.bits"),
            layout=widgets.Layout(width=WIDE),
            style={"description_width": LABEL},
        )
        shown = widgets.HTML()

        def draw(_: object = None) -> None:
            now = self.joined(SHOWN[: switch.value], slider.value)
            shown.value = str(self.table([self.decided_once, now]))

        self.decided_once = self.decided()
        for control in (switch, slider):
            control.observe(draw, names="value")
        draw()

        def keep(_: State) -> str:
            # At its lowest place the slider leaves nothing out.
            weight = None if slider.value <= slider.min else slider.value
            said = say_counted(self.desk, SHOWN[: switch.value], weight)
            return words("workshop.threshold.kept", what=counted_sentence(said.content, words))

        form = Form((), keep, button=words("workshop.threshold.keep"))
        box = widgets.VBox([large_type(), switch, slider, shown, form])
        box.add_class("scv-form")
        return box

    decided_once: Joined = field(init=False, repr=False)

    def _read(self) -> _Pairs:
        if self._pairs is None:
            self._pairs = _read_pairs(self.desk, self.kind)
        return self._pairs


def say_counted(desk: Desk, tiers: Sequence[str], bits: float | None = None) -> Entry:
    """Record which pairs the room lets count; the next run links so.

    ``tiers`` are those that count, ``bits`` the match weight a pair must reach; None: any.
    """
    if bits is not None and not np.isfinite(bits):
        raise EngagementError("A threshold is a number of bits.")
    weight = None if bits is None else round(float(bits), 2)
    content = {"tiers": [str(tier) for tier in tiers], "weight": weight}
    return desk.say("threshold", content, part=("linkage", str(EntityKind.PERSON), "counted"))


def counted_sentence(content: object, words: Words) -> str:
    """Return a captured threshold in words; an older journal holds a number of bits alone."""
    if not isinstance(content, Mapping):
        bits = words.number(content) if isinstance(content, int | float) else str(content)
        return words("workshop.threshold.said_bits", bits=bits)
    tiers, weight = ", ".join(content["tiers"]), content.get("weight")
    if weight is None:
        return words("workshop.threshold.said_tiers", tiers=tiers)
    return words("workshop.threshold.said_both", tiers=tiers, bits=words.number(weight))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pairs:
    """The scored pairs of one kind, by record number."""

    sources: Numbers  # of each record, a number for its source
    left: Numbers
    right: Numbers
    weights: np.ndarray[tuple[int], np.dtype[np.float64]]
    tiers: Numbers  # of each pair, its place in SHOWN; -1 for tiers that never count

    @property
    def highest(self) -> float:
        return float(self.weights.max()) if len(self.weights) else 0.0

    def lowest(self, tiers: tuple[str, ...]) -> float:
        held = self.weights[self._of(tiers)]
        return float(held.min()) if len(held) else 0.0

    def _of(self, tiers: tuple[str, ...]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.isin(self.tiers, [n for n, tier in enumerate(SHOWN) if str(tier) in tiers])

    def joined(self, tiers: tuple[str, ...], weight: float) -> Joined:
        kept = self._of(tiers) & (self.weights >= weight)
        persons = components_of(len(self.sources), self.left[kept], self.right[kept])
        sizes = np.bincount(persons, minlength=len(persons))
        width = int(self.sources.max(initial=0)) + 1
        both = np.unique(persons * width + self.sources) // width
        seen_in = np.bincount(both, minlength=len(persons))
        return Joined(
            tiers=tiers,
            weight=weight,
            pairs=int(kept.sum()),
            persons=int((sizes > 0).sum()),
            several_records=int((sizes > 1).sum()),
            several_sources=int((seen_in > 1).sum()),
        )


def _taking_part(desk: Desk, kind: EntityKind) -> str:
    """Records that say something of somebody, as the report counts them."""
    return f"""select cluster.record_key, cluster.source, cluster.cluster_id
        from {desk.rows.scan("clusters")} cluster
        join {desk.rows.scan("records")} record using (record_key)
        where cluster.entity_kind = {text_literal(kind)}
            and (record.has_key or record.email is not null or record.name_sorted is not null)"""


def _read_pairs(desk: Desk, kind: EntityKind) -> _Pairs:
    wanted = text_literal(kind)
    places = " ".join(f"when {text_literal(tier)} then {n}" for n, tier in enumerate(SHOWN))
    desk.connection.execute(
        f"""create or replace temp table room_records as
        select record_key, dense_rank() over (order by source) as source,
            row_number() over (order by record_key) - 1 as number
        from ({_taking_part(desk, kind)})"""
    ).fetchall()
    records = desk.connection.execute(
        "select source from room_records order by number"
    ).fetchnumpy()
    pairs = desk.connection.execute(
        f"""select l.number as l, r.number as r, p.match_weight as weight,
            case p.tier {places} else -1 end as tier
        from {desk.rows.scan("pairs")} p
        join room_records l on l.record_key = p.record_key_l
        join room_records r on r.record_key = p.record_key_r
        where p.entity_kind = {wanted} and p.tier is not null order by l.number, r.number"""
    ).fetchnumpy()
    desk.connection.execute("drop table room_records").fetchall()
    return _Pairs(
        sources=np.asarray(records["source"], dtype=np.int64),
        left=np.asarray(pairs["l"], dtype=np.int64),
        right=np.asarray(pairs["r"], dtype=np.int64),
        weights=np.asarray(pairs["weight"], dtype=np.float64),
        tiers=np.asarray(pairs["tier"], dtype=np.int64),
    )
