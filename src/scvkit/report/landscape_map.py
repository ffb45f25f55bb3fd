"""R2: the map, its phone cards, and the map as text. All from one model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.landscape import LandscapeMap, MapPair, MapSource
from scvkit.report.disclosure import people
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.tables import text_table

if TYPE_CHECKING:
    import pandas as pd

_MOST_SHARED = 2


class TextOfMap(Protocol):
    """The map as text, as the landscape room gives it."""

    @property
    def answer(self) -> str:
        """One sentence of answer."""

    @property
    def sources(self) -> pd.DataFrame:
        """One row a source, in the order of the map."""

    @property
    def pairs(self) -> pd.DataFrame:
        """One row a pair of sources."""

    @property
    def flows(self) -> pd.DataFrame:
        """One row a flow told."""

    @property
    def gaps(self) -> pd.DataFrame:
        """One row a source the client does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    name: str
    told: str
    records: str
    facts: tuple[tuple[str, str], ...]
    shares: tuple[str, ...]
    flows: tuple[str, ...]


def landscape_map(
    *,
    svg: str,
    text: TextOfMap,
    map: LandscapeMap,  # noqa: A002 - the word for it everywhere in the kit, and given by name
    words: Words,
) -> Markup:
    """Return the map with its tables; below 720 px a list of cards takes the drawing's place.

    ``svg`` comes from ``landscape.draw_map``, ``text`` from ``landscape.map_as_text``, both of
    ``map``.
    """
    tables = [
        text_table(frame, words(f"report.map.{name}"))
        for name, frame in (
            ("sources", text.sources),
            ("pairs", text.pairs),
            ("flows", text.flows),
            ("gaps", text.gaps),
        )
        if len(frame)
    ]
    return render(
        "landscape_map",
        words=words,
        pen=Pen("map"),
        title=text.answer,
        svg=Markup(svg),
        tables=tables,
        cards=[
            _card(index, source, map, text.sources, words)
            for index, source in enumerate(map.sources)
        ],
        gaps=map.gaps,
    )


def _card(
    index: int, source: MapSource, map_: LandscapeMap, cells: pd.DataFrame, words: Words
) -> _Card:
    told = (source.owner, source.stored, source.since)
    absent = words("report.absent")
    # The cells after the source's name are ready text: the card and the table cannot differ.
    facts = [
        (str(heading), str(cells.iloc[index, column]))
        for column, heading in enumerate(cells.columns)
        if column > 3 and str(cells.iloc[index, column]) != absent
    ]
    return _Card(
        name=source.name,
        told=" · ".join(part for part in told if part),
        records=people(source.records, words),
        facts=tuple(facts),
        shares=tuple(_shares(source, map_, words)),
        flows=tuple(_flows(source, map_, words)),
    )


def _shares(source: MapSource, map_: LandscapeMap, words: Words) -> list[str]:
    names = {other.id: other.name for other in map_.sources}
    mine = [
        pair
        for pair in map_.pairs
        if source.id in (pair.source_a, pair.source_b) and pair.mid is not None
    ]
    mine.sort(key=lambda pair: -(pair.mid or 0.0))
    return [
        words("report.map.shares", name=names[_other(pair, source.id)], share=_share(pair, words))
        for pair in mine[:_MOST_SHARED]
    ]


def _other(pair: MapPair, id_: str) -> str:
    return pair.source_b if pair.source_a == id_ else pair.source_a


def _share(pair: MapPair, words: Words) -> str:
    mid = words.percent(pair.mid or 0.0)
    if pair.low is None or pair.high is None or round(pair.low * 100) == round(pair.high * 100):
        return mid
    return f"{mid} ({words.percent_range(pair.low, pair.high)})"


def _flows(source: MapSource, map_: LandscapeMap, words: Words) -> list[str]:
    names = {other.id: other.name for other in map_.sources}
    return [
        words(
            "report.map.flow",
            name=names.get(flow.source_to, flow.source_to),
            how=words(f"landscape.how.{flow.how}"),
        )
        for flow in map_.flows
        if flow.source_from == source.id
    ]
