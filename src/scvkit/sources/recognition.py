"""Which system wrote an export: its header against the layouts in ``exports/``.

One YAML file describes one export, so a new one needs no code. Headers are compared without case,
blanks and underscores; columns of the client's own are normal and change nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from scvkit.shipped import read_shipped
from scvkit.sources.lexicon import tokens
from scvkit.vocabulary import Attribute, Channel, Domain, Grain

State = Literal["given", "refused", "withdrawn"]
# A second layout that explains nearly as many columns is another possible reading.
_AS_GOOD = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportConsent:
    """What a consent column of an export says; values it does not name are unknown."""

    column: str
    channel: Channel
    purpose: str = "marketing"
    given: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    time: str | None = None
    withdrawal_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportState:
    """What every row of a file of this export says, by a column it has or a word in its name."""

    state: State
    columns: tuple[str, ...] = ()
    file: tuple[str, ...] = ()
    channel: Channel = Channel.EMAIL
    purpose: str = "marketing"
    time: str | None = None
    withdrawal_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One kind of export of one system, as its file in ``exports/`` describes it."""

    name: str  # of the file, such as shopify_customers
    system: str
    export: str
    domain: Domain
    grain: Grain
    id: str | None
    evidence: str
    needs: frozenset[str]  # header keys, all of them
    telling: frozenset[str]
    at_least: int  # of telling
    columns: Mapping[str, Attribute]  # as the system writes them
    consent: tuple[ExportConsent, ...]
    never_extract: frozenset[str]
    notes: tuple[str, ...]
    keys: Mapping[str, Attribute] = field(default_factory=dict)  # columns by header key
    states: tuple[ExportState, ...] = ()  # where each state is a file of its own; the first fits

    @property
    def title(self) -> str:
        """Such as "Shopify, customers"."""
        return f"{self.system}, {self.export}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The export a table is, and the attributes of its columns as they are spelt in the table."""

    export: Export
    columns: Mapping[str, Attribute]
    never_extract: tuple[str, ...]
    also: tuple[str, ...] = ()  # titles of other exports that fit nearly as well

    def spelt(self, column: str | None) -> str | None:
        """The column of the table that the export calls ``column``; None where it is missing."""
        if column is None:
            return None
        return next((c for c in self.columns if header_key(c) == header_key(column)), None)


def recognise(columns: Sequence[str]) -> Recognised | None:
    """Return the export that a header belongs to; None when no layout fits.

    >>> found = recognise(["EMAIL ADDRESS", "Member_Rating", "optin_time", "LEID", "Shoe size"])
    >>> found.export.title, found.columns["EMAIL ADDRESS"].value
    ('Mailchimp, audience members', 'email')
    >>> recognise(["kundenr", "navn", "email"]) is None
    True
    """
    keys = {header_key(column): column for column in reversed(columns)}
    fitting = [export for export in known_exports() if _fits(export, keys.keys())]
    if not fitting:
        return None
    ranked = sorted(
        fitting,
        key=lambda e: (-len(e.keys.keys() & keys.keys()), -_telling(e, keys.keys()), e.name),
    )
    best = ranked[0]
    explained = len(best.keys.keys() & keys.keys())
    return Recognised(
        export=best,
        columns={c: best.keys[header_key(c)] for c in columns if header_key(c) in best.keys},
        never_extract=tuple(c for c in columns if header_key(c) in best.never_extract),
        also=tuple(
            e.title for e in ranked[1:] if len(e.keys.keys() & keys.keys()) >= _AS_GOOD * explained
        ),
    )


def header_key(header: str) -> str:
    """Return a header without case, blanks, signs and accents, to compare by.

    >>> header_key("Accepts Email Marketing") == header_key("accepts_email_marketing")
    True
    """
    return "".join(tokens(header))


@cache
def known_exports() -> tuple[Export, ...]:
    """Return every export the kit knows, in the order of their names."""
    folder = resources.files("scvkit.sources") / "exports"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return tuple(_export(f.name[:-5], f.read_text(encoding="utf-8")) for f in files)


def _export(name: str, text: str) -> Export:
    entry: dict[str, Any] = read_shipped(text)
    columns = {str(c): Attribute(a) for c, a in entry["columns"].items()}
    telling = entry.get("telling", {})
    return Export(
        name=name,
        system=str(entry["system"]),
        export=str(entry["export"]),
        domain=Domain(entry["domain"]),
        grain=Grain(entry["grain"]),
        id=entry.get("id"),
        evidence=str(entry["evidence"]),
        needs=frozenset(header_key(str(c)) for c in entry["needs"]),
        telling=frozenset(header_key(str(c)) for c in telling.get("of", ())),
        at_least=int(telling.get("at_least", 0)),
        columns=columns,
        consent=tuple(_consent(one) for one in entry.get("consent", ())),
        never_extract=frozenset(header_key(str(c)) for c in entry.get("never_extract", ())),
        notes=tuple(str(note) for note in entry.get("notes", ())),
        keys={header_key(c): a for c, a in columns.items()},
        states=tuple(_state(one) for one in entry.get("states", ())),
    )


def _consent(entry: dict[str, Any]) -> ExportConsent:
    def values(key: str) -> tuple[str, ...]:
        return tuple(str(v) for v in entry.get(key, ()))

    return ExportConsent(
        column=str(entry["column"]),
        channel=Channel(entry["channel"]),
        purpose=str(entry.get("purpose", "marketing")),
        given=values("given"),
        refused=values("refused"),
        withdrawn=values("withdrawn"),
        time=entry.get("time"),
        withdrawal_time=entry.get("withdrawal_time"),
    )


def _state(entry: dict[str, Any]) -> ExportState:
    return ExportState(
        state=entry["state"],
        columns=tuple(str(c) for c in entry.get("columns", ())),
        file=tuple(str(word) for word in entry.get("file", ())),
        channel=Channel(entry.get("channel", Channel.EMAIL)),
        purpose=str(entry.get("purpose", "marketing")),
        time=entry.get("time"),
        withdrawal_time=entry.get("withdrawal_time"),
    )


def _fits(export: Export, keys: Collection[str]) -> bool:
    held = frozenset(keys)
    return export.needs <= held and _telling(export, held) >= export.at_least


def _telling(export: Export, keys: Collection[str]) -> int:
    return len(export.telling & frozenset(keys))
