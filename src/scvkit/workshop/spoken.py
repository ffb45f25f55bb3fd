"""What was captured, said again as sentences in the client's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from scvkit.engagement import Entry
from scvkit.locale import Words
from scvkit.workshop.desk import Desk
from scvkit.workshop.landscape_cards import FACTS
from scvkit.workshop.threshold import counted_sentence

STATES = ("given", "refused", "withdrawn")


def sentences_of(desk: Desk, *kinds: str) -> tuple[str, ...]:
    """Return what was said of these kinds as sentences with the role, also of folded journals.

    Of two entries with one place in the engagement file the last one stands.
    """
    last = {_place(entry, n): entry for n, entry in enumerate(desk.said(*kinds))}
    return tuple(
        desk.words("workshop.said.by", what=sentence(desk, entry), role=entry.role)
        if entry.role
        else sentence(desk, entry)
        for entry in last.values()
    )


def sentence(desk: Desk, entry: Entry) -> str:
    """Return one entry of the journal as a sentence."""
    words, content = desk.words, entry.content
    if content is None:
        return words("workshop.said.taken_out", what=_where(desk, entry))
    if entry.kind == "threshold":
        return counted_sentence(content, words)
    if entry.kind == "what_if":
        return what_if_sentence(desk, content)
    if entry.kind == "flow":
        ends = {name: desk.names.get(content[name], content[name]) for name in ("from", "to")}
        how = words(f"workshop.flow_kinds.{content['how']}")
        told = f"{ends['from']} → {ends['to']}, {how}"
        return f"{told}: {content['what']}" if content.get("what") else told
    if entry.kind == "gap":
        return words("workshop.said.gap", name=content["name"], unlocks=content["unlocks"] or "–")
    if entry.kind == "consent":
        return _consent(desk, entry)
    if entry.kind == "first_step":
        until = words.date(dt.date.fromisoformat(content["until"]))
        return words("workshop.said.first_step", what=content["what"], until=until)
    if entry.kind in ("stop_condition", "veto", "note"):
        return str(content["what"])
    if entry.kind == "source" and isinstance(content, Mapping) and len(entry.part or ()) == 2:
        return _source(words, content)
    return f"{_where(desk, entry)}: {_value(words, content)}"


def what_if_sentence(desk: Desk, content: Mapping[str, Any]) -> str:
    """Return a kept what-if: what is asked of whom, and how many are then found."""
    words = desk.words
    low, high = content.get("low"), content.get("high")
    after = words.percent(content["after"])
    if low is not None and high is not None:
        after = f"{after} ({words.percent_range(low, high)})"
    return words(
        "workshop.said.what_if",
        source=desk.names.get(content["source"], content["source"]),
        key=words(f"scenarios.keys.{content['key']}"),
        share=words.percent(content["share"] * content["reach"]),
        after=after,
    )


def _place(entry: Entry, number: int) -> str:
    if entry.kind == "what_if" and isinstance(entry.content, Mapping):
        return f"what_if {entry.content.get('source')} {entry.content.get('key')}"
    if entry.kind == "threshold":
        return "threshold"
    return str(number) if entry.part is None else repr(entry.part)


def _source(words: Words, content: Mapping[str, Any]) -> str:
    domain = words(f"workshop.domains.{content.get('domain', 'other')}")
    told = [words("workshop.said.source", name=content["name"], domain=domain)]
    told += [
        f"{words(f'workshop.landscape.{name}')}: {content[name]}"
        for name in ("owner", "good_at")
        if content.get(name)
    ]
    return "; ".join(told)


def _consent(desk: Desk, entry: Entry) -> str:
    words, content = desk.words, entry.content
    means = [
        f"{words(f'workshop.consent.{state}')}: {words.listed(content[state])}"
        for state in STATES
        if content.get(state)
    ]
    column = content.get("column") or content.get("table", "")
    channel = words(f"report.channels.{content['channel']}")
    return f"{_source_name(desk, entry)}, {column} ({channel}): {'; '.join(means)}"


def _where(desk: Desk, entry: Entry) -> str:
    """The place of an entry in words: the source, and which fact of it or of the mandate."""
    words, part = desk.words, entry.part or ()
    named = [step for step in part if isinstance(step, str)]
    if named[:1] == ["sources"]:
        fact = next((name for name, path in FACTS.items() if tuple(named[2:]) == path), "")
        key = f"workshop.landscape.{fact}" if fact else "workshop.people.basis"
        label = words(key) if len(named) > 2 else ""
        return ", ".join(name for name in (_source_name(desk, entry), label) if name)
    key = f"workshop.people.{named[-1]}" if named else ""
    last = part[-1] if part else ""
    if isinstance(last, Mapping):
        return " → ".join(desk.names.get(value, value) for value in last.values())
    return words(key) if key and words.has(key) else words(f"workshop.kinds.{entry.kind}")


def _source_name(desk: Desk, entry: Entry) -> str:
    key = str((entry.part or ("", ""))[1])
    return desk.names.get(key, key.replace("_", " "))


def _value(words: Words, content: object) -> str:
    if isinstance(content, bool):
        return words("workshop.yes" if content else "workshop.no")
    if isinstance(content, int | float):
        return words.number(content)
    if isinstance(content, Mapping):
        held = (value for value in content.values() if value not in ("", [], None))
        return ", ".join(_value(words, value) for value in held)
    if isinstance(content, Iterable) and not isinstance(content, str):
        return ", ".join(_value(words, value) for value in content)
    said = str(content)
    groups = (
        "workshop.people.states",
        "workshop.people.issues",
        "report.bases",
        "scenarios.owners",
    )
    keys = [f"{group}.{said}" for group in groups]
    found = next((key for key in keys if " " not in said and words.has(key)), "")
    return words(found) if found else said


__all__ = ["sentence", "sentences_of", "what_if_sentence"]
