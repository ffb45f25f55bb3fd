"""A first engagement file: what could be guessed, with the open questions as comments."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from scvkit.locale.words import LANGUAGES, WRITTEN_IN, Words, load_words
from scvkit.records.extracts import ColumnMeaning, UnreadFile
from scvkit.sources.detection import DIGITS_FAIL
from scvkit.sources.drafted import DraftedSource, DraftedTable, Pair, draft_sources
from scvkit.sources.permissions import GuessedConsent, consent_line, holds_yes_and_no
from scvkit.sources.yaml_text import comment, scalar, sequence
from scvkit.vocabulary import Attribute, Domain

UNNAMED = "?"  # the client's name while nobody has said it
UNSAID_COUNTRY = "DK"  # read as while nothing tells the country, and then asked for
_DOUBTFUL = 0.75
_WIDTH = 96
# Keys a consultant fills in by asking, in the order of the file.
_ASKED = ("owner", "stored", "since", "collected", "used", "refreshed", "good_at")
_FACTS = ("controller", "processor_agreement", "purpose", "delete_by")
_DAY = "delete_by"
_CLOSING = ("flows", "gaps", "claims", "use_cases", "people")


def draft_engagement(
    client: str,
    tables: Sequence[Pair],
    *,
    unread: Sequence[UnreadFile],
    aside: Sequence[str] = (),
    country: str | None = UNSAID_COUNTRY,
    extracts: str = "extracts",
    as_of: dt.date | None = None,
    slug: str = "",
    language: str = WRITTEN_IN,
    language_guessed: bool = False,
    facts: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return an engagement file as YAML text; ``load_engagement`` accepts it as it stands.

    What is guessed stands as a value, with a comment where the guess is doubtful; what must be
    asked stands as a commented key. ``client`` is UNNAMED while nobody has said it; ``slug`` names
    its folders then. A ``country`` of None is asked for. ``extracts`` is the folder of the files,
    relative to where the text will lie; ``aside`` sentences on what was left out of the draft;
    ``as_of`` the day the extracts seem to be made;
    ``language`` that of notebooks and report, which may be ``language_guessed`` from the headers;
    ``facts`` are those of the assessment that are known already.
    """
    words = load_words("en")
    drafted = draft_sources(tables)
    lines = [
        *_remark(words("sources.draft.top"), 0),
        "version: 1",
        *_remark(words("sources.draft.country"), 0),
        *([] if country else _remark(words("sources.draft.country_unsaid"), 0)),
        *_remark(words("sources.draft.languages", known=words.listed(LANGUAGES)), 0),
        *(_remark(words("sources.draft.language_guessed"), 0) if language_guessed else []),
        *_client(client, slug, country or UNSAID_COUNTRY, language, words),
        "",
        *_remark(words("sources.draft.g0"), 0),
        "assessment:",
        *_as_of(as_of, words),
    ]
    lines += [
        f"  {key}: {scalar(facts[key]) if key != _DAY else facts[key]}"
        if facts.get(key)
        else f"  # {key + ':':22} # {words(f'sources.draft.{key}')}"
        for key in _FACTS
    ]
    lines += [
        f"extracts: {scalar(extracts)}  # {words('sources.draft.extracts')}",
        "",
        *_remark(words("sources.draft.grade"), 0),
        *_remark(words("sources.draft.three_questions"), 0),
        *_remark(words("sources.draft.domains", domains=", ".join(Domain)), 0),
        "",
        "sources:",
    ]
    for source in drafted:
        lines += _source_lines(source, words)
    if unread:
        lines += ["", f"# {words('sources.draft.unread')}"]
        lines += [f"#   {comment(u.file)}: {comment(u.reason)}" for u in unread]
    lines += [line for sentence in aside for line in ("", *_remark(sentence, 0))]
    lines += ["", *_remark(words("sources.draft.closing"), 0)]
    for key in _CLOSING:
        question, example = (words(f"sources.draft.{key}.{part}") for part in ("ask", "example"))
        lines += [f"# {key}:{' ' * (11 - len(key))}# {question}", f"#   {example}"]
    return "\n".join(lines) + "\n"


def _client(client: str, slug: str, country: str, language: str, words: Words) -> list[str]:
    folders = f"slug: {scalar(slug)}, " if slug else ""
    asked = _remark(words("sources.draft.client"), 0) if client == UNNAMED else []
    said = f"name: {scalar(client)}, {folders}country: {country}, languages: [{language}]"
    return [*asked, f"client: {{{said}}}"]


def _as_of(day: dt.date | None, words: Words) -> list[str]:
    if day is None:
        return [*_remark(words("sources.draft.as_of_unknown"), 2), "  as_of: null"]
    return [*_remark(words("sources.draft.as_of"), 2), f"  as_of: {day.isoformat()}"]


def _source_lines(source: DraftedSource, words: Words) -> list[str]:
    unsure = source.domain is Domain.OTHER
    lines = [
        f"  {source.id}:",
        f"    name: {scalar(source.name)}",
        f"    domain: {source.domain.value}"
        + (f"  # {words('sources.draft.domain')}" if unsure else ""),
    ]
    lines += [f"    # {key + ':':12} # {words(f'sources.draft.{key}')}" for key in _ASKED]
    lines += [
        '    # legal_basis: {basis: contract, purpose: "", grade: declared}',
        '    # three_questions: {why: "", can_you: true, last_used_for: ""}',
        "    tables:",
    ]
    for table in source.tables:
        lines += _table_lines(table, words)
    consents = [(table, one) for table in source.tables for one in table.consents]
    if not consents:
        lines.append(f"    consent: []  # {words('sources.draft.no_consent')}")
        lines += _consent_example(source, words)
    else:
        known = all(one.known for _, one in consents)
        lines += _remark(words(f"sources.draft.consent_{'known' if known else 'guessed'}"), 4)
        lines.append("    consent:")
        for table, one in consents:
            lines += _consent_lines(table, one, words)
    return [*lines, ""]


def _table_lines(table: DraftedTable, words: Words) -> list[str]:
    meaning = table.meaning
    lines = [f"      {table.name}:", *_which_rows(table, words)]
    for doubt in () if table.one_per else table.reading.doubts:
        lines += _remark(words("sources.draft.doubt", doubt=comment(doubt)), 8)
    if meaning.quarantined:
        listed = ", ".join(comment(column) for column in meaning.quarantined)
        lines += _remark(
            words("sources.draft.held_back", n=len(meaning.quarantined), columns=listed), 8
        )
    lines.append("        columns:")
    first: set[Attribute] = set()
    for column in meaning.meanings:
        lines.append(_column_line(column, column.column in meaning.quarantined, first, words))
    return lines


def _which_rows(table: DraftedTable, words: Words) -> list[str]:
    """What the export is, which rows of the file are read, and what one of them is."""
    meaning = table.meaning
    lines: list[str] = []
    if table.known:
        lines += _remark(words("sources.draft.export", export=table.known.export.title), 8)
        for other in table.known.also:
            lines += _remark(words("sources.draft.export_also", export=other), 8)
        for note in table.known.export.notes:
            lines += _remark(note, 8)
    if table.one_per:
        lines += _remark(words("sources.draft.customers_of_orders"), 8)
    lines.append(f"        file: {scalar(table.reading.file)}")
    if table.reading.reading_line:
        lines.append(f"        {table.reading.reading_line}")
    remark = "" if table.known else f"  # {words('sources.draft.grain')}"
    lines.append(f"        grain: {meaning.grain.value}{remark}")
    if table.one_per:
        lines.append(f"        one_per: {sequence(table.one_per)}")
    if meaning.id_column:
        lines.append(f"        id: {scalar(meaning.id_column)}")
    else:
        lines.append(f"        # id:   # {words('sources.draft.id')}")
    if table.left_out:
        lines.append(f"        left_out: {sequence(table.left_out)}")
    return lines


def _column_line(
    column: ColumnMeaning, held_back: bool, first: set[Attribute], words: Words
) -> str:
    remark = ""
    attribute = column.attribute
    if held_back:
        remark = words("sources.draft.column_held_back", reason=comment(column.reason))
    elif attribute is Attribute.OTHER:
        expected = column.confidence >= _DOUBTFUL
        remark = "" if expected else words("sources.draft.column_unknown")
        if column.confidence == DIGITS_FAIL:
            remark = comment(column.reason)
        if holds_yes_and_no(column):
            remark = words("sources.draft.column_yes_no")
    elif column.confidence < _DOUBTFUL:
        share = words.percent(column.confidence)
        remark = words("sources.draft.column_unsure", share=share, reason=comment(column.reason))
    elif attribute in first and attribute is not Attribute.CONSENT_FLAG:
        remark = words("sources.draft.column_second", attribute=attribute.value)
    if not held_back:
        first.add(attribute)
    line = f"          {scalar(column.column)}: {attribute.value}"
    return f"{line}  # {remark}" if remark else line


def _consent_lines(table: DraftedTable, one: GuessedConsent, words: Words) -> list[str]:
    lines = [
        f"      - table: {table.name}",
        f"        channel: {one.channel.value}",
        f"        purpose: {scalar(one.purpose)}",
    ]
    if one.column is None:
        lines += _remark(words("sources.draft.consent_state"), 8)
        lines.append(f"        state: {one.state}")
    else:
        lines += [
            f"        column: {scalar(one.column)}",
            f"        given: {sequence(one.given)}",
            f"        refused: {sequence(one.refused)}",
            f"        withdrawn: {sequence(one.withdrawn)}",
        ]
    if one.unclear:
        listed = ", ".join(one.unclear)
        lines += _remark(words("sources.draft.consent_unclear", values=comment(listed)), 8)
    lines += [f"        {key}: {scalar(column)}" for key, column in one.proof.items()]
    if one.shared:
        lines += _remark(words("sources.draft.consent_shared"), 8)
        lines += [f"        # {key}: {scalar(column)}" for key, column in one.shared.items()]
    return lines


def _consent_example(source: DraftedSource, words: Words) -> list[str]:
    """How a consent is written, as a comment: of a column of yes and no where there is one."""
    line = consent_line(source.tables[0].name, "ok_email", ("ja", "nej"))
    for table in source.tables:
        for meaning in table.meaning.meanings:
            if holds_yes_and_no(meaning):
                line = consent_line(table.name, meaning.column, meaning.codes)
    return [*_remark(words("sources.draft.consent_example"), 4), f"    #   {comment(line)}"]


def _remark(text: str, indent: int) -> list[str]:
    """A comment, wrapped so that it can be read beside an editor's margin."""
    pad = " " * indent
    return [f"{pad}# {line}" for line in textwrap.wrap(comment(text), _WIDTH - indent)]
