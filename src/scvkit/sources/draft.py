"""A first engagement file: what could be guessed, with the open questions as comments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from scvkit.records.extracts import ColumnMeaning, ReadingReport, SourceTable, UnreadFile
from scvkit.sources.grain import guess_domain
from scvkit.sources.lexicon import (
    channel_phrases,
    consent_words,
    has_phrase,
    header_phrases,
    tokens,
)
from scvkit.vocabulary import Attribute, Channel, Domain

_DOUBTFUL = 0.75
Pair = tuple[ReadingReport, SourceTable]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A source about to be written: its id, and its tables by id."""

    source: str
    tables: Mapping[str, Pair]


def draft_engagement(
    client: str,
    tables: Sequence[Pair],
    *,
    unread: Sequence[UnreadFile],
    country: str = "DK",
    extracts: str = "extracts",
) -> str:
    """Return an engagement file as YAML text; ``load_engagement`` accepts it as it stands.

    What is guessed stands as a value, with a comment where the guess is doubtful; what must be
    asked stands as a commented key. ``extracts`` is the folder of the files, relative to where
    the text will lie.
    """
    lines = [
        "# Drafted by scvkit from the files alone. Correct what is wrong, answer what is asked.",
        "version: 1",
        f"client: {{name: {_text(client)}, country: {country}}}",
        "",
        "# The four facts of gate G0. Without them the run is exploratory and its verdict is V0.",
        "assessment:",
        "  as_of: null  # the date of the extracts, such as 2026-09-30",
        "  # controller:           # the company responsible for the personal data",
        "  # processor_agreement:  # reference and date of the agreement that lets you work on it",
        "  # purpose:              # what the data may be used for in this assessment",
        "  # delete_by:            # when your copies are deleted, such as 2026-12-31",
        f"extracts: {_text(extracts)}  # the folder of the files, seen from this file",
        "",
        "sources:",
    ]
    for draft in _sources(tables):
        lines += _source_lines(draft)
    if unread:
        lines += ["", "# These files could not be read:"]
        lines += [f"#   {_comment(u.file)}: {_comment(u.reason)}" for u in unread]
    lines += _closing_questions()
    return "\n".join(lines) + "\n"


def _sources(tables: Sequence[Pair]) -> list[_Draft]:
    """One source per file, except where names share a prefix that no other word explains."""
    stems = [_stem(report) for report, _ in tables]
    prefixes = [stem.split("_", 1)[0] for stem in stems]
    grouped: dict[str, list[tuple[str, Pair]]] = {}
    for stem, prefix, pair in zip(stems, prefixes, tables, strict=True):
        shared = prefixes.count(prefix) > 1 and len(prefix) >= 2 and "_" in stem
        key = prefix if shared else stem
        name = stem.split("_", 1)[1] if shared else "records"
        grouped.setdefault(key, []).append((name, pair))
    drafts: list[_Draft] = []
    taken: set[str] = set()
    for key, members in grouped.items():
        source = _unique(_name(key), taken)
        taken.add(source)
        named: dict[str, Pair] = {}
        for name, pair in members:
            named[_unique(_name(name), set(named))] = pair
        drafts.append(_Draft(source, named))
    return drafts


def _stem(report: ReadingReport) -> str:
    stem = PurePath(report.file).stem
    stem = PurePath(stem).stem if PurePath(report.file).suffix.lower() in {".gz", ".zip"} else stem
    plain = "_".join(tokens(stem))
    return re.sub(r"[^a-z0-9_]", "", plain) or report.table


def _name(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", text).strip("_")[:36].rstrip("_")
    return plain if plain[:1].isalpha() else f"t_{plain}".rstrip("_")


def _unique(name: str, taken: set[str]) -> str:
    unique, number = name, 1
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique


def _source_lines(draft: _Draft) -> list[str]:
    first = next(iter(draft.tables.values()))[0]
    domain = guess_domain(first.file, first.columns)
    unsure = "  # not recognised: which part of the business?" if domain is Domain.OTHER else ""
    lines = [
        f"  {draft.source}:",
        f"    name: {_text(_spoken(draft))}",
        f"    domain: {domain.value}{unsure}",
        "    # owner:       # by role, never a person's name",
        "    # stored:      # where the system runs, and in which country",
        "    # collected:   # how people come into it",
        "    # used:        # what it is used for",
        "    # refreshed:   # how often, and how the export is made",
        '    # legal_basis: {basis: contract, purpose: "", grade: declared}',
        '    # three_questions: {why: "", can_you: true, last_used_for: ""}',
        "    tables:",
    ]
    consent: list[str] = []
    for table, (report, meaning) in draft.tables.items():
        lines += _table_lines(table, report, meaning)
        consent += _consent_lines(table, meaning)
    if consent:
        lines += ["    # Guessed from the values: is this what the columns mean?", "    consent:"]
        lines += consent
    else:
        lines.append("    consent: []  # no column with clear yes and no was found")
    lines.append("")
    return lines


def _spoken(draft: _Draft) -> str:
    words = draft.source.replace("_", " ")
    return words.upper() if len(words) <= 3 else words.capitalize()


def _table_lines(table: str, report: ReadingReport, meaning: SourceTable) -> list[str]:
    lines = [
        f"      {table}:",
        f"        file: {_text(report.file)}",
        f"        grain: {meaning.grain.value}  # what is one row?",
    ]
    if meaning.id_column:
        lines.append(f"        id: {_text(meaning.id_column)}")
    else:
        lines.append("        # id:   # no column numbers the rows: which one should?")
    lines += [f"        # Please look: {_comment(doubt)}" for doubt in report.doubts]
    lines.append("        columns:")
    for column in meaning.meanings:
        lines.append(_column_line(column, column.column in meaning.quarantined))
    return lines


def _column_line(column: ColumnMeaning, held_back: bool) -> str:
    remark = ""
    if held_back:
        remark = f"  # held back: {_comment(column.reason)}"
    elif column.attribute is Attribute.OTHER:
        remark = "  # not recognised"
    elif column.confidence < _DOUBTFUL:
        remark = f"  # {round(column.confidence * 100)} % sure. {_comment(column.reason)}"
    return f"          {_text(column.column)}: {column.attribute.value}{remark}"


def _consent_lines(table: str, meaning: SourceTable) -> list[str]:
    lines: list[str] = []
    usable = [m for m in meaning.meanings if m.column not in meaning.quarantined]
    for column in usable:
        if column.attribute is not Attribute.CONSENT_FLAG:
            continue
        states = _states(column)
        if not (states["given"] and (states["refused"] or states["withdrawn"])):
            continue
        lines += [
            f"      - table: {table}",
            f"        channel: {_channel(column.column).value}",
            "        purpose: marketing",
            f"        column: {_text(column.column)}",
        ]
        lines += [
            f"        {state}: [{', '.join(_text(v) for v in values)}]"
            for state, values in states.items()
            if state != "unclear"
        ]
        if states["unclear"]:
            lines.append(f"        # not placed: {_comment(', '.join(states['unclear']))}")
        for key, attribute in (
            ("time", Attribute.CONSENT_TIME),
            ("source", Attribute.CONSENT_SOURCE),
            ("text", Attribute.CONSENT_TEXT),
            ("withdrawal_time", Attribute.WITHDRAWAL_TIME),
        ):
            proof = next((m.column for m in usable if m.attribute is attribute), None)
            if proof:
                lines.append(f"        {key}: {_text(proof)}")
    return lines


def _states(column: ColumnMeaning) -> dict[str, list[str]]:
    known = consent_words()
    negated = has_phrase(tokens(column.column), header_phrases("negated"))
    given, refused = ("refused", "given") if negated else ("given", "refused")
    states: dict[str, list[str]] = {"given": [], "refused": [], "withdrawn": [], "unclear": []}
    for value in column.codes:
        lower = value.lower()
        if lower in known["withdrawn"]:
            states["withdrawn"].append(value)
        elif lower in known["given"]:
            states[given].append(value)
        elif lower in known["refused"]:
            states[refused].append(value)
        else:
            states["unclear"].append(value)
    return states


def _channel(column: str) -> Channel:
    words = tokens(column)
    for name, phrases in channel_phrases().items():
        if has_phrase(words, phrases):
            return Channel(name)
    return Channel.EMAIL


def _closing_questions() -> list[str]:
    return [
        "",
        "# Questions to ask before the workshop; take the sign # away to answer.",
        "# flows:      # data carried from one source to another",
        '#   - {from: shop, to: erp, how: nightly, what: "orders", grade: declared}',
        "# gaps:       # sources the client does not have",
        '#   - {name: "Receipts on paper", unlocks: "purchases in shops"}',
        "# claims:     # what the client says, written down before the numbers are shown",
        "#   - {id: C1, source: erp, subject: customer_number, kind: unique, expected: true}",
        "# use_cases:  # what is it for?",
        "#   chosen: []",
        "# people:     # who sponsors, who owns consent, which roles are there",
        '#   sponsor: {role: "", functions: []}',
    ]


def _text(value: str) -> str:
    """A YAML scalar in double quotes, so that NO, 007 and a colon stay what they are."""
    if re.fullmatch(r"[A-Za-zæøåÆØÅäöÄÖ][\w .-]{0,60}", value) and not value.endswith((" ", ".")):
        plain = value.lower() not in {
            "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
        }  # fmt: skip
        if plain and " #" not in value:
            return value
    escaped = "".join(_escaped(c) for c in value)
    return f'"{escaped}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    return f"\\U{ord(character):08x}"


def _comment(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
