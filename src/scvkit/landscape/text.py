"""The map as text: one sentence of answer and four tables with the numbers of the drawing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from scvkit.landscape.lettering import plain
from scvkit.landscape.readings import (
    because,
    count,
    key_cell,
    pair_range,
    pair_share,
    pair_sides,
    permission_cell,
)
from scvkit.locale.words import Words
from scvkit.records.landscape import LandscapeMap, MapPair, MapSource
from scvkit.vocabulary import Domain


@dataclass(frozen=True, slots=True, kw_only=True)
class MapText:
    """The text form of the map; the cells of the tables are ready to print."""

    title: str
    answer: str
    sources: pd.DataFrame
    pairs: pd.DataFrame
    flows: pd.DataFrame
    gaps: pd.DataFrame


def map_as_text(map_: LandscapeMap, words: Words) -> MapText:
    """Return the map in words: the same numbers as the drawing, from the same model."""
    return MapText(
        title=words("landscape.title", client=plain(map_.client)),
        answer=answer_sentence(map_, words),
        sources=_sources(map_, words),
        pairs=_pairs(map_, words),
        flows=_flows(map_, words),
        gaps=_gaps(map_, words),
    )


def answer_sentence(map_: LandscapeMap, words: Words) -> str:
    """Return what the map says first: how much newsletter and purchases share.

    Where one of the two is missing: what the pair that shares most shares.
    """
    sources = words("landscape.answer.sources", n=len(map_.sources))
    known = [pair for pair in map_.pairs if pair.mid is not None]
    if not known:
        return words("landscape.answer.unknown", sources=sources)
    domains = {source.id: source.domain for source in map_.sources}
    wanted = {Domain.NEWSLETTER, Domain.PURCHASES}
    told = [p for p in known if {domains[p.source_a], domains[p.source_b]} == wanted]
    pair = max(told or known, key=lambda p: p.mid or 0.0)
    smaller, larger = pair_sides(pair, map_)
    return words(
        "landscape.answer.found",
        sources=sources,
        share=pair_share(pair, words),
        smaller=plain(smaller.name),
        larger=plain(larger.name),
    )


def _sources(map_: LandscapeMap, words: Words) -> pd.DataFrame:
    def heading(name: str) -> str:
        return words(f"landscape.columns.{name}")

    def row(source: MapSource) -> dict[str, str]:
        told = ("owner", "stored", "since", "collected", "used", "good_at")
        unread = source.records is None
        return {
            heading("source"): plain(source.name),
            **{heading(name): _said(getattr(source, name), words) for name in told},
            heading("records"): because(source.not_assessed, words)
            if unread
            else count(source.records, words),
            heading("people"): _people(source.people, source, words),
            **{
                words(f"landscape.key_names.{key}"): key_cell(source, key, words)
                for key in map_.keys
            },
            heading("permission"): words("landscape.not_assessed")
            if unread
            else permission_cell(source, words),
        }

    return pd.DataFrame([row(source) for source in map_.sources])


def _people(value: int | None, source: MapSource, words: Words) -> str:
    """People of a source; web analytics knows browsers, of which one person may use many."""
    counted = count(value, words)
    browsers = source.domain is Domain.WEB_ANALYTICS and value is not None
    return words("landscape.browsers", count=counted) if browsers else counted


def _pairs(map_: LandscapeMap, words: Words) -> pd.DataFrame:
    names = ("source_a", "source_b", "smaller", "people_in_smaller", "also_found", "share")
    headings = [*names, "range", "of_larger", "note"]
    rows = [_pair(pair, map_, words) for pair in map_.pairs]
    return pd.DataFrame(rows, columns=[words(f"landscape.columns.{name}") for name in headings])


def _pair(pair: MapPair, map_: LandscapeMap, words: Words) -> tuple[str, ...]:
    by_id = {source.id: plain(source.name) for source in map_.sources}
    ends = (by_id[pair.source_a], by_id[pair.source_b])
    absent = words("landscape.absent")
    if pair.mid is None or pair.smaller is None:
        return (*ends, *[absent] * 6, because(pair.reason, words))
    smaller, larger = pair_sides(pair, map_)
    other_way = absent
    if larger.people and pair.people is not None and smaller.people == pair.smaller:
        other_way = words.percent(min(1.0, pair.people / larger.people))
    return (
        *ends,
        plain(smaller.name),
        _people(pair.smaller, smaller, words),
        _found(pair, words),
        words.percent(pair.mid),
        pair_range(pair, words) or words.percent(pair.mid),
        other_way,
        "",
    )


def _found(pair: MapPair, words: Words) -> str:
    """People found in both; the few who are not found must not follow by subtraction."""
    if pair.people is None or pair.smaller is None:
        return words("landscape.absent")
    if 1 <= pair.smaller - pair.people <= 4:
        return ">" + words.number(pair.smaller - 5)
    return count(pair.people, words)


def _flows(map_: LandscapeMap, words: Words) -> pd.DataFrame:
    names = {source.id: plain(source.name) for source in map_.sources}
    headings = [words(f"landscape.columns.{n}") for n in ("flow_from", "flow_to", "how", "what")]
    rows = [
        (
            names.get(flow.source_from, flow.source_from),
            names.get(flow.source_to, flow.source_to),
            words(f"landscape.how.{flow.how}"),
            _said(flow.what, words),
        )
        for flow in map_.flows
    ]
    return pd.DataFrame(rows, columns=headings)


def _gaps(map_: LandscapeMap, words: Words) -> pd.DataFrame:
    headings = [words("landscape.columns.gap"), words("landscape.columns.unlocks")]
    rows = [(plain(gap.name), _said(gap.unlocks, words)) for gap in map_.gaps]
    return pd.DataFrame(rows, columns=headings)


def _said(text: str, words: Words) -> str:
    return plain(text) or words("landscape.absent")
