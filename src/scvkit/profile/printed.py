"""The profile of one file as text for a terminal, as wide as the terminal is."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from scvkit.locale import Words
from scvkit.profile.frames import share, shown_masks, shown_percent
from scvkit.records.extracts import ReadingReport, SourceTable
from scvkit.records.identity import AddressKinds
from scvkit.records.profile import ColumnProfile, Finding, TableProfile
from scvkit.vocabulary import Attribute

WIDTH = 100
NARROWEST, WIDEST = 72, 140
_RULE = "─"
_FEW = 5  # fewer people than this are not counted out
_FEWEST_FOR_A_SHARE = 30  # a per cent of fewer rows is a count of people
_COUNTED = (
    "persons organisations emails free_mail of_a_function household_emails shared_emails "
    "household_phones shared_phones"
).split()
_MOST_FINDINGS = 8
_FIGURES = (5, 6, 8, 6, 9)  # places of: sure, filled, placeholder, valid, distinct
_LEAST_MASK = 14
_LEAST_MEANING = 9  # "held back"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Places of the table's columns; no mask where the terminal is too narrow for one."""

    name: int
    meaning: int
    mask: int

    @property
    def used(self) -> int:
        """Places up to the mask, gaps counted."""
        return self.name + self.meaning + sum(_FIGURES) + len(_FIGURES) + 1


def printed_profile(
    reading: ReadingReport,
    table_profile: TableProfile,
    words: Words,
    *,
    width: int = WIDTH,
    meaning: SourceTable | None = None,
    findings: Sequence[Finding] = (),
    addresses: AddressKinds | None = None,
) -> str:
    """Return how the file was read, one line per column, and what is wrong, worst first.

    No line is wider than ``width`` places; nothing is said by colour, no value is shown.
    """
    width = max(NARROWEST, min(width, WIDEST))
    columns = _columns(table_profile, width)
    held_back = frozenset(meaning.quarantined if meaning else ())
    titles = ["column", "meaning", "sure", "filled", "placeholder", "valid", "distinct", "mask"]
    lines = [
        *_heading(reading, table_profile, meaning, words, width),
        "",
        _row([words(f"profile.printed.titles.{title}") for title in titles], columns),
        _RULE * (columns.used + (columns.mask + 1 if columns.mask else 0)),
        *(_row(_cells(column, held_back, words), columns) for column in table_profile.columns),
        "",
        *_wrapped([words("profile.printed.legend")], width),
    ]
    if columns.mask:
        lines += _wrapped([words("profile.printed.masks")], width)
    lines += ["", *_wrong(findings, words, width)]
    if addresses:
        lines += _wrapped(_who(addresses, words), width)
    lines += _closing(table_profile, words, width)
    return "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"


def _columns(profile: TableProfile, width: int) -> _Columns:
    """Names and meanings as wide as they need, within what the terminal leaves."""
    longest = max((_places(_inert(c.column)) for c in profile.columns), default=0)
    meaning = max((len(c.attribute.value) for c in profile.columns), default=0)
    free = width - sum(_FIGURES) - len(_FIGURES) - 1
    meaning = max(_LEAST_MEANING, min(meaning, 16))
    room = free - meaning
    name = max(8, min(longest, room if width < WIDTH else room - _LEAST_MASK - 1))
    left = room - name - 1
    return _Columns(name, meaning, left if left >= _LEAST_MASK else 0)


def _heading(
    reading: ReadingReport,
    profile: TableProfile,
    meaning: SourceTable | None,
    words: Words,
    width: int,
) -> list[str]:
    sentences = [
        words(
            "profile.printed.read",
            file=_inert(reading.file),
            rows=profile.rows,
            columns=len(profile.columns),
        )
    ]
    if reading.lost_rows:
        sentences.append(words("profile.printed.rejected", n=reading.lost_rows))
    if reading.dialect and reading.dialect.encoding:
        delimiter = reading.dialect.delimiter or ""
        sentences.append(
            words(
                "profile.printed.dialect",
                encoding=reading.dialect.encoding,
                delimiter={"\t": "tab"}.get(delimiter, delimiter),
            )
        )
    if meaning and meaning.export:
        sentences.append(words("profile.printed.export", export=meaning.export))
    if meaning:
        sentences += [words("profile.printed.export_also", export=e) for e in meaning.export_also]
        grain = words(f"sources.card.grains.{meaning.grain.value}")
        numbered = _inert(meaning.id_column) if meaning.id_column else ""
        key = "numbered" if numbered else "not_numbered"
        sentences.append(words(f"profile.printed.{key}", grain=grain, column=numbered))
    sentences += [words("profile.printed.doubt", doubt=_inert(d)) for d in reading.doubts]
    return _wrapped(sentences, width)


def _wrong(findings: Sequence[Finding], words: Words, width: int) -> list[str]:
    """The findings, worst harm first, each with what to do about it."""
    if not findings:
        return []
    lines = [words("profile.printed.wrong"), ""]
    for finding in findings[:_MOST_FINDINGS]:
        values = {key: _inert(value) for key, value in finding.values}
        said = {
            part: words(f"findings.{finding.kind}.{part}", n=finding.rows, **values)
            for part in ("title", "fix")
        }
        where = words("profile.printed.in_column", column=_inert(finding.column or ""))
        counted = words("profile.printed.few_rows")
        if not 0 < finding.rows < _FEW:
            counted = words("profile.printed.rows", n=finding.rows)
        first = f"{'!' * finding.harm:3} {said['title']}"
        first += f" ({where if finding.column else ''}{counted})"
        lines += textwrap.wrap(first, width, subsequent_indent="    ")
        lines += textwrap.wrap(said["fix"], width, initial_indent="    ", subsequent_indent="    ")
    if len(findings) > _MOST_FINDINGS:
        lines.append(words("profile.printed.more", n=len(findings) - _MOST_FINDINGS))
    return [*lines, "", *_wrapped([words("profile.printed.harm")], width), ""]


def _who(addresses: AddressKinds, words: Words) -> list[str]:
    """Who the rows are, and whose addresses they carry; one to four people are "<5"."""

    def few(count: int) -> str:
        return words("profile.printed.few") if 0 < count < _FEW else words.number(count)

    said = {name: few(getattr(addresses, name)) for name in _COUNTED}
    # The rows are known: how many the others are would tell how few these are.
    who = "who"
    if 0 < addresses.organisations < _FEW:
        who = "who_few_organisations"
    elif 0 < addresses.persons < _FEW:
        who = "who_few_persons"
    sentences = [words(f"profile.printed.{who}", **said)]
    if addresses.emails:
        sentences.append(words("profile.printed.mailboxes", **said))
    if addresses.household_emails + addresses.shared_emails:
        sentences.append(words("profile.printed.shared_emails", **said))
    if addresses.household_phones + addresses.shared_phones:
        sentences.append(words("profile.printed.shared_phones", **said))
    return sentences


def _closing(profile: TableProfile, words: Words, width: int) -> list[str]:
    sentences = []
    if 0 < profile.duplicate_rows < _FEW:
        sentences.append(words("profile.printed.few_duplicates"))
    elif profile.duplicate_rows:
        sentences.append(words("profile.printed.duplicates", n=profile.duplicate_rows))
    for key, columns in (
        ("empty", profile.empty_columns),
        ("constant", profile.constant_columns),
    ):
        if columns:
            listed = ", ".join(map(_inert, columns))
            sentences.append(words(f"profile.printed.{key}", n=len(columns), columns=listed))
    if profile.last_date:
        sentences.append(words("profile.printed.last_date", date=profile.last_date))
    return _wrapped(sentences, width)


def _cells(column: ColumnProfile, held_back: frozenset[str], words: Words) -> list[str]:
    known = column.attribute is not Attribute.OTHER
    meaning = column.attribute.value if known else words("profile.printed.unknown")
    if column.column in held_back:
        meaning = words("profile.printed.held_back")
    return [
        _inert(column.column),
        meaning,
        shown_percent(column.confidence, words) if known else "",
        _part(column.filled, column.rows, words),
        _part(column.placeholder, column.rows, words) if column.placeholder else "",
        _part(column.valid, column.filled, words),
        words.number(column.distinct),
        shown_masks(column.masks, 1),
    ]


def _part(passed: int | None, tested: int, words: Words) -> str:
    """A share in per cent; of few rows only whether it is all, none or some of them."""
    if passed is not None and 0 < passed < tested < _FEWEST_FOR_A_SHARE:
        return words("profile.printed.some")
    return shown_percent(share(passed, tested), words)


def _row(cells: list[str], columns: _Columns) -> str:
    fitted = [_fit(cells[0], columns.name), _fit(cells[1], columns.meaning)]
    fitted += [
        _fit(cell, places, right=True) for cell, places in zip(cells[2:7], _FIGURES, strict=True)
    ]
    if columns.mask:
        fitted.append(_fit(cells[7], columns.mask))
    return " ".join(fitted)


def _wrapped(sentences: Sequence[str], width: int) -> list[str]:
    return [line for sentence in sentences for line in textwrap.wrap(sentence, width)]


def _fit(text: str, width: int, *, right: bool = False) -> str:
    """Text of exactly ``width`` places on a terminal, where Chinese signs take two."""
    kept = ""
    for sign in text:
        if _places(kept + sign) > width - (1 if _places(text) > width else 0):
            break
        kept += sign
    if kept != text:
        kept += "…"
    pad = " " * (width - _places(kept))
    return pad + kept if right else kept + pad


def _places(text: str) -> int:
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def _inert(text: str) -> str:
    """Text without signs that would steer the terminal."""
    return "".join(
        sign if unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs"} else "•" for sign in text
    )
