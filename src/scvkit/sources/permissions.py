"""What the consent columns of a table mean: which value says yes, on which channel, since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from scvkit.records.extracts import ColumnMeaning, SourceTable
from scvkit.sources.headers import bare_headers
from scvkit.sources.lexicon import (
    channel_phrases,
    consent_words,
    has_phrase,
    header_phrases,
    tokens,
)
from scvkit.sources.recognition import ExportConsent, Recognised, State
from scvkit.sources.yaml_text import scalar, sequence
from scvkit.vocabulary import Attribute, Channel

_PROOF = {
    "time": Attribute.CONSENT_TIME,
    "source": Attribute.CONSENT_SOURCE,
    "text": Attribute.CONSENT_TEXT,
    "withdrawal_time": Attribute.WITHDRAWAL_TIME,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedConsent:
    """The meaning of one consent column; ``unclear`` are values that no state was found for.

    ``proof`` names the columns of time, source, text and withdrawal time; those in ``shared``
    also prove another consent of the table, so whether they prove this one must be asked.
    """

    column: str | None  # None: every row of the table says ``state``
    channel: Channel
    purpose: str
    given: tuple[str, ...]
    refused: tuple[str, ...]
    withdrawn: tuple[str, ...]
    unclear: tuple[str, ...]
    proof: Mapping[str, str]
    shared: Mapping[str, str]
    known: bool  # from a recognised export, not from the values
    state: State | None = None


def guess_consents(
    meaning: SourceTable, known: Recognised | None, *, file: str = ""
) -> tuple[GuessedConsent, ...]:
    """Return what each consent column of a table says, in the order of the table.

    ``file`` is the file's name: a known export may say by it who is subscribed.
    """
    usable = [m for m in meaning.meanings if m.column not in meaning.quarantined]
    flags = [m for m in usable if m.attribute is Attribute.CONSENT_FLAG]
    described = {known.spelt(c.column): c for c in known.export.consent} if known else {}
    headers = bare_headers([m.column for m in meaning.meanings])
    guessed: list[GuessedConsent] = []
    spoken_for: set[str] = set()
    for flag in sorted(flags, key=lambda m: _channel(headers[m.column]) is not Channel.EMAIL):
        one = described.get(flag.column)
        if known and one:
            found = _as_described(flag, one, known)
        else:
            proof = _proof(headers[flag.column], usable, headers)
            found = _by_values(flag, headers[flag.column], proof, spoken_for)
        if found.given or found.withdrawn or found.refused:
            guessed.append(found)
            spoken_for |= set(found.proof.values())
    place: dict[str | None, int] = {m.column: i for i, m in enumerate(usable)}
    found_columns = tuple(sorted(guessed, key=lambda g: place[g.column]))
    return found_columns or _by_file(known, file)


def holds_yes_and_no(meaning: ColumnMeaning) -> bool:
    """True for a column that holds yes and no, of which nobody knows what they answer."""
    return meaning.attribute is Attribute.OTHER and bool(meaning.codes)


def yes_and_no(codes: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the values that say yes, and those that say no.

    >>> yes_and_no(("ja", "nej", "?"))
    (('ja',), ('nej',))
    """
    words = consent_words()
    given = tuple(value for value in codes if value.lower() in words["given"])
    return given, tuple(value for value in codes if value.lower() in words["refused"])


def consent_line(table: str, column: str, codes: Sequence[str]) -> str:
    """Return the line of an engagement file that explains a consent column, to be corrected.

    >>> consent_line("kunder", "Tilmeldt", ("ja", "nej"))[:47]
    '- {table: kunder, column: Tilmeldt, channel: em'
    """
    given, refused = yes_and_no(codes)
    return (
        f"- {{table: {table}, column: {scalar(column)}, channel: {_channel(column).value}, "
        f"purpose: marketing, given: {sequence(given)}, refused: {sequence(refused)}, "
        "withdrawn: []}"
    )


def _by_file(known: Recognised | None, file: str) -> tuple[GuessedConsent, ...]:
    """What a file of a known export says by being that file."""
    words = frozenset(tokens(PurePath(file).stem))
    for one in known.export.states if known else ():
        by_column = any(known.spelt(column) for column in one.columns) if known else False
        if known and (by_column or words & set(one.file)):
            times = {"time": one.time, "withdrawal_time": one.withdrawal_time}
            proof = {key: known.spelt(column) for key, column in times.items()}
            return (
                GuessedConsent(
                    column=None,
                    channel=one.channel,
                    purpose=one.purpose,
                    given=(),
                    refused=(),
                    withdrawn=(),
                    unclear=(),
                    proof={key: column for key, column in proof.items() if column},
                    shared={},
                    known=True,
                    state=one.state,
                ),
            )
    return ()


def _as_described(flag: ColumnMeaning, one: ExportConsent, known: Recognised) -> GuessedConsent:
    """The states of a known export, spelt as in the column where they occur in it.

    Where the export says yes and no, values it does not name are read by their words: systems
    write them in the language of whoever exports.
    """
    seen = {value.lower(): value for value in flag.codes}

    def spelt(values: tuple[str, ...]) -> tuple[str, ...]:
        held = [seen[v.lower()] for v in values if v.lower() in seen]
        return tuple(dict.fromkeys(held or values))

    states = {v.lower() for v in one.given + one.refused + one.withdrawn}
    left = tuple(v for v in flag.codes if v.lower() not in states)
    by_words = _states(replace(flag, codes=left), "") if one.given and one.refused else {}
    proof = {"time": known.spelt(one.time), "withdrawal_time": known.spelt(one.withdrawal_time)}
    return GuessedConsent(
        column=flag.column,
        channel=one.channel,
        purpose=one.purpose,
        given=spelt(one.given) + by_words.get("given", ()),
        refused=spelt(one.refused) + by_words.get("refused", ()),
        withdrawn=spelt(one.withdrawn) + by_words.get("withdrawn", ()),
        unclear=by_words.get("unclear", left),
        proof={key: column for key, column in proof.items() if column},
        shared={},
        known=True,
    )


def _by_values(
    flag: ColumnMeaning, header: str, proof: Mapping[str, str], spoken_for: set[str]
) -> GuessedConsent:
    channel = _channel(header)
    states = _states(flag, header)
    return GuessedConsent(
        column=flag.column,
        channel=channel,
        purpose="analytics" if channel is Channel.ANALYTICS else "marketing",
        given=states["given"],
        refused=states["refused"],
        withdrawn=states["withdrawn"],
        unclear=states["unclear"],
        proof={key: column for key, column in proof.items() if column not in spoken_for},
        shared={key: column for key, column in proof.items() if column in spoken_for},
        known=False,
    )


def _states(flag: ColumnMeaning, header: str) -> dict[str, tuple[str, ...]]:
    """Which value says what. Not having opted out is no consent, so "no" says nothing there."""
    words = consent_words()
    negated = has_phrase(tokens(header), header_phrases("negated"))
    states: dict[str, list[str]] = {"given": [], "refused": [], "withdrawn": [], "unclear": []}
    for value in flag.codes:
        lower = value.lower()
        if lower in words["withdrawn"]:
            states["withdrawn"].append(value)
        elif lower in words["given"]:
            states["withdrawn" if negated else "given"].append(value)
        elif lower in words["refused"]:
            states["unclear" if negated else "refused"].append(value)
        else:
            states["unclear"].append(value)
    return {state: tuple(values) for state, values in states.items()}


def _proof(
    header: str, usable: Sequence[ColumnMeaning], headers: Mapping[str, str]
) -> dict[str, str]:
    """The columns that prove a consent: of its own channel where there are several."""
    own = set(tokens(header))
    found: dict[str, str] = {}
    for key, attribute in _PROOF.items():
        columns = [m.column for m in usable if m.attribute is attribute]
        if columns:
            found[key] = max(columns, key=lambda c: len(own & set(tokens(headers[c]))))
    return found


def _channel(header: str) -> Channel:
    words = tokens(header)
    for name, phrases in channel_phrases().items():
        if has_phrase(words, phrases):
            return Channel(name)
    return Channel.EMAIL
