"""The sources of a folder of extracts, as far as files and columns tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from scvkit.ascii_names import ascii_name
from scvkit.records.extracts import ReadingReport, SourceTable
from scvkit.sources.grain import guess_domain
from scvkit.sources.ordered import customers_of, one_per_of, without_the_buyer
from scvkit.sources.permissions import GuessedConsent, guess_consents
from scvkit.sources.recognition import Recognised, recognise
from scvkit.vocabulary import EVENT_GRAINS, Attribute, Domain

Pair = tuple[ReadingReport, SourceTable]
_SHORT_NAME = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedTable:
    """A table with what was read, what its columns mean and which export it is."""

    name: str
    reading: ReadingReport
    meaning: SourceTable
    known: Recognised | None
    consents: tuple[GuessedConsent, ...]
    one_per: tuple[str, ...] = ()  # of the customers of a list of orders: what tells them apart
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedSource:
    """A source: files that one system gave."""

    id: str
    name: str
    domain: Domain
    tables: tuple[DraftedTable, ...]


def draft_sources(tables: Sequence[Pair]) -> tuple[DraftedSource, ...]:
    """Return one source per file, except where names share a prefix or files a known system."""
    grouped: dict[str, list[tuple[str, str, Pair]]] = {}
    stems = [_stem(reading) for reading, _ in tables]
    prefixes = [stem.split("_", 1)[0] for stem in stems]
    for stem, prefix, pair in zip(stems, prefixes, tables, strict=True):
        shared = prefixes.count(prefix) > 1 and len(prefix) >= 2 and "_" in stem
        key = prefix if shared else stem
        name = stem.split("_", 1)[1] if shared else "records"
        spoken = _spoken(pair[0], first_word=shared)
        grouped.setdefault(key, []).append((name, spoken, pair))
    drafted: list[DraftedSource] = []
    taken: set[str] = set()
    for key, members in grouped.items():
        source = _unique(_name(key), taken)
        taken.add(source)
        drafted.append(_source(source, members))
    return tuple(drafted)


def _source(source: str, members: Sequence[tuple[str, str, Pair]]) -> DraftedSource:
    named: dict[str, DraftedTable] = {}
    for name, _, (reading, meaning) in members:
        known = recognise(reading.columns)
        table = _unique(_name(name), set(named))
        named[table] = DraftedTable(
            name=table,
            reading=reading,
            meaning=meaning,
            known=known,
            consents=guess_consents(meaning, known, file=reading.file),
            left_out=_needless(meaning, known),
        )
    first = next(iter(named.values()))
    _draw_out_customers(named)
    systems = {t.known.export.system for t in named.values() if t.known}
    return DraftedSource(
        id=source,
        name=_with_system(members[0][1], systems),
        domain=_domain(named, first),
        tables=tuple(named.values()),
    )


def _draw_out_customers(tables: dict[str, DraftedTable]) -> None:
    """Add the customers of a list of orders, where no other table of the source holds them."""
    if any(table.meaning.grain not in EVENT_GRAINS for table in tables.values()):
        return
    for name, table in list(tables.items()):
        keys = one_per_of(table.meaning)
        if not keys:
            continue
        orders, customers = without_the_buyer(table.meaning), customers_of(table.meaning)
        tables[name] = replace(table, meaning=orders, consents=(), left_out=_unused(table, orders))
        tables[_unique("customers", set(tables))] = replace(
            table,
            name=_unique("customers", set(tables)),
            meaning=customers,
            one_per=keys,
            left_out=_unused(table, customers),
        )


def _needless(meaning: SourceTable, known: Recognised | None) -> tuple[str, ...]:
    """Columns that a known export writes and that nothing here needs: nobody has to ask."""
    if known is None:
        return ()
    return tuple(
        m.column
        for m in meaning.meanings
        if m.attribute is Attribute.OTHER
        and known.columns.get(m.column) is Attribute.OTHER
        and m.column not in meaning.quarantined
        and m.column != meaning.id_column
        and not m.codes
    )


def _unused(whole: DraftedTable, part: SourceTable) -> tuple[str, ...]:
    """Columns that nothing needs, and those that this table of two leaves to the other."""
    return tuple(
        one.column
        for one, kept in zip(whole.meaning.meanings, part.meanings, strict=True)
        if one.column in whole.left_out or (kept.attribute is Attribute.OTHER and one != kept)
    )


def _with_system(name: str, systems: set[str]) -> str:
    """The name with the system's behind it, where it is known and not said already."""
    if len(systems) != 1:
        return name
    (system,) = systems
    return name if system.split()[0].lower() in name.lower() else f"{name} ({system})"


def _domain(tables: Mapping[str, DraftedTable], first: DraftedTable) -> Domain:
    """A known system says best which part of the business it serves."""
    known = [table.known.export.domain for table in tables.values() if table.known]
    return known[0] if known else guess_domain(first.reading.file, first.reading.columns)


def _stem(reading: ReadingReport) -> str:
    """The file's name for use as an id: plain letters and underscores."""
    return ascii_name(_bare_name(reading)) or reading.table


def _bare_name(reading: ReadingReport) -> str:
    path = PurePath(reading.file)
    stem = path.stem
    return PurePath(stem).stem if path.suffix.lower() in {".gz", ".zip"} else stem


def _spoken(reading: ReadingReport, *, first_word: bool) -> str:
    """The file's name as people read it, with its own letters: "Købte lister"."""
    words = [word for word in re.split(r"[\s_.-]+", _bare_name(reading)) if word]
    spoken = " ".join(words[:1] if first_word else words) or reading.table
    return spoken.upper() if len(spoken) <= _SHORT_NAME else spoken[0].upper() + spoken[1:]


def _name(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:36].rstrip("_")
    return plain if plain[:1].isalpha() else f"t_{plain}".rstrip("_")


def _unique(name: str, taken: set[str]) -> str:
    unique, number = name, 1
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique
