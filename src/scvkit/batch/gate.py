"""The privacy gate: no exported file may hold a personal value of the extracts.

Searched for: e-mail addresses, phone numbers, ids, full names as sequences (the surname first or
last, in one cell or in neighbours), streets with number, birth dates, as whole tokens, in plain,
upper case, folded, percent-encoded and base64 form. Values common to more than ``COMMON`` records,
values that stand for nobody and values declared public are not personal and exempt. A breach names
page and attribute, never the value.
"""

from __future__ import annotations

import base64
import html
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote_plus

from scvkit.batch.nobody import nobodys_dates, nobodys_digits, nobodys_words
from scvkit.engine import Connection, RowTables, quoted
from scvkit.records.extracts import Intake
from scvkit.vocabulary import Attribute

_NO_TEXT = ("styles.xml", "theme1.xml")  # parts of a workbook
COMMON = 25  # values held by more records than this point at nobody
# Shortest value searched for, in characters: anything shorter meets counts and words by accident.
SHORTEST = {"name": 6, "number": 8, "id": 6, "text": 8}

ID_ATTRIBUTES = (
    Attribute.UNIQUE_ID,
    Attribute.CUSTOMER_NUMBER,
    Attribute.MEMBER_NUMBER,
    Attribute.ORDER_NUMBER,
    Attribute.ACCOUNT_NUMBER,
    Attribute.LOGIN_ID,
    Attribute.NATIONAL_ID,
    Attribute.ORG_NUMBER,
    Attribute.VAT_NUMBER,
    Attribute.DEVICE_ID,
)

_TOKEN = re.compile(r"[0-9a-z@._%+\-]+")
# Scripts without spaces between words: each character is a token of its own.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_TOKEN_OF_ANY_SCRIPT = re.compile(rf"[{_UNSPACED}]|(?:[^\W{_UNSPACED}]|[@.%+\-])+")
# Fewer characters are as often a word: 高明 is a name, and means wise.
_SHORTEST_UNSPACED = 3
_TAG = re.compile(r"<[^<>]*>")
# Where a page may be cut: nothing is read across.
_PARTS = re.compile(r"(?=<(?:style|script|section)\b)|(?<=</style>)|(?<=</script>)|(?<=</section>)")
# The lines of a drawing: half of all that a page of charts holds.
_LINES = re.compile(r' (?:d|points)="[-+0-9.,\sMmLlHhVvCcSsQqTtAaZze]*"')
_NAME = Attribute.FULL_NAME.value
# Whose parts may stand in neighbouring cells.
_IN_PARTS = frozenset({_NAME, Attribute.STREET.value})
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
# Digits that are no number of a person: where a drawing puts its lines, moments of a clock down to
# the microsecond, and decimals longer than any part of a telephone number. Among the numbers of
# hundreds of thousands of people one of them would be met by accident.
_NO_NUMBER = re.compile(
    r"\b(?:d|points|transform|viewBox|x|y|x1|x2|y1|y2|cx|cy|r|width|height)="
    r"(?:\"[^\"]*\"|[-+.\d][^\s\">]*)"
    r"|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+"
    r"|(?<![\d.+])\d+\.\d{5,}(?![\d.])"
)
# Days in the name of a standard, and the day on which every archive of a workbook begins.
_NO_BIRTH = re.compile(r"\bwww\.w3\.org/\d{4}/\d\d/\d\d-[\w-]+#?|1980-01-01T00:00:00Z")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")
_DIGITS = re.compile(r"\+?\d(?:[ ().\-/\u00a0]{0,2}\d){5,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A page that holds a personal value; the value itself is told to nobody."""

    page: str
    attribute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalValues:
    """Values to search for, folded; each maps to the attribute it came from."""

    words: dict[str, str]  # single tokens: e-mail addresses, ids
    # Names and streets by their first two tokens: what a page and they have in common is found as
    # sets, and nearly no page has any. Those of more tokens are then read to their end.
    pairs: dict[tuple[str, str], str]
    longer: dict[tuple[str, str], dict[tuple[str, ...], str]]
    digits: dict[str, str]  # last eight digits of phone numbers, separators removed
    dates: dict[str, str]  # birth dates in the forms they are written in


def personal_values(
    connection: Connection, rows: RowTables, intake: Intake, *, public: Sequence[str] = ()
) -> PersonalValues:
    """Collect the personal values of every table that was read.

    ``public`` are values the engagement file declares as facts that may be printed.
    """
    exempt = {" ".join(_tokens(value)) for value in public}
    nobodys = nobodys_digits(SHORTEST["number"])
    found = PersonalValues(words={}, pairs={}, longer={}, digits={}, dates={})
    for attribute, value in _identifying(connection, rows, intake):
        if attribute is Attribute.DATE_OF_BIRTH:
            found.dates.update(dict.fromkeys(_date_forms(value), attribute.value))
            continue
        if attribute in (Attribute.PHONE, Attribute.MOBILE):
            number = re.sub(r"\D", "", value)
            if len(number) >= SHORTEST["number"] and number[-SHORTEST["number"] :] not in nobodys:
                found.digits[number[-SHORTEST["number"] :]] = attribute.value
            continue
        sequence = _tokens(value)
        joined = " ".join(sequence)
        # What stands for nobody is in the kit's own lists, and so in the SQL that is shown.
        if nobodys_words().issuperset(sequence):
            continue
        if joined not in exempt and _telling(attribute, joined, sequence):
            _keep(found, sequence, attribute.value)
            if attribute is Attribute.FULL_NAME:  # "Holm, Jens"
                _keep(found, (sequence[-1], *sequence[:-1]), attribute.value)
    return found


def _keep(found: PersonalValues, sequence: tuple[str, ...], attribute: str) -> None:
    if len(sequence) == 1:
        found.words[sequence[0]] = attribute
    elif len(sequence) == 2:
        found.pairs[sequence[0], sequence[1]] = attribute
    else:
        found.longer.setdefault((sequence[0], sequence[1]), {})[sequence] = attribute


def search(text: str, values: PersonalValues) -> set[str]:
    """Attributes of which a personal value stands in ``text``, in any of the forms.

    >>> name = {("jens", "holm"): "full_name"}
    >>> v = PersonalValues(words={}, pairs=name, longer={}, digits={}, dates={})
    >>> search("<td>Jens Holm</td>", v), search("SmVucyBIb2xt", v), search("Jens and Holm", v)
    ({'full_name'}, {'full_name'}, set())
    """
    text = _LINES.sub(" ", text)
    found = set(_in_neighbours(text, values))
    for form in _forms(text):
        found |= _search_plain(form, values)
    return found


def breaches(pages: Iterable[Path], root: Path, values: PersonalValues) -> tuple[Breach, ...]:
    """Search exported files, names included; return every page with the attribute it leaks."""
    found: list[Breach] = []
    known: dict[str, set[str]] = {}
    for page in sorted(pages):
        name = page.relative_to(root).as_posix()
        leaked: set[str] = set()
        # Pages share their styles and many of their sections: each is searched once.
        for part in (f"{name.replace('/', ' ')} {page.stem}", *_PARTS.split(_text_of(page))):
            if part not in known:
                known[part] = search(part, values)
            leaked |= known[part]
        found.extend(Breach(page=name, attribute=attribute) for attribute in sorted(leaked))
    return tuple(found)


def _text_of(page: Path) -> str:
    """What stands in a file; of a workbook, what stands in its parts."""
    if page.suffix.lower() != ".xlsx":
        return page.read_bytes().decode("utf-8", errors="replace")
    with zipfile.ZipFile(page) as archive:
        # Colours of a style sheet are eight digits; words and numbers stand in the other parts.
        told = [name for name in archive.namelist() if not name.endswith(_NO_TEXT)]
        parts = [archive.read(name) for name in told]
    return b"\n".join(parts).decode("utf-8", errors="replace")


def _identifying(
    connection: Connection, rows: RowTables, intake: Intake
) -> Iterable[tuple[Attribute, str]]:
    """Distinct values of identifying columns, as received, that few records share."""
    for source in intake.sources:
        for table in source.tables:
            name = ("extract", source.source, table.table)
            columns = [(m.column, m.attribute) for m in table.meanings]
            yield from _identifying_in(connection, rows.scan(*name), columns)
            earlier = ("extract", source.source, f"{table.table}.earlier")
            if rows.exists(*earlier):
                scan = rows.scan(*earlier)
                described = connection.execute(f"describe select * from {scan}").fetchall()
                there = {str(row[0]) for row in described}
                kept = [(c, a) for c, a in columns if c in there]
                yield from _identifying_in(connection, scan, kept)


def _identifying_in(
    connection: Connection, scan: str, columns: Sequence[tuple[str, Attribute]]
) -> Iterable[tuple[Attribute, str]]:
    by_attribute = {attribute: column for column, attribute in reversed(columns)}
    wanted = [(quoted(c), a) for c, a in columns if a in _SINGLE]
    wanted += [
        (f"concat_ws(' ', {', '.join(quoted(by_attribute[p]) for p in parts)})", stands_for)
        for parts, stands_for in _TOGETHER
        if all(part in by_attribute for part in parts)
    ]
    for expression, attribute in wanted:
        query = (
            f"select trim({expression}) as value from {scan} "
            f"where length(trim({expression})) > 2 group by 1 having count(*) <= {COMMON}"
        )
        for (value,) in connection.execute(query).fetchall():
            yield attribute, str(value)


_SINGLE = frozenset(
    {
        Attribute.EMAIL,
        Attribute.PHONE,
        Attribute.MOBILE,
        Attribute.FULL_NAME,
        Attribute.COMPANY_NAME,
        Attribute.STREET,
        Attribute.DATE_OF_BIRTH,
        *ID_ATTRIBUTES,
    }
)
_TOGETHER = (
    ((Attribute.GIVEN_NAME, Attribute.SURNAME), Attribute.FULL_NAME),
    ((Attribute.STREET, Attribute.HOUSE_NUMBER), Attribute.STREET),
)


def _telling(attribute: Attribute, joined: str, sequence: tuple[str, ...]) -> bool:
    """True when a value is long and specific enough that finding it is no accident."""
    if attribute is Attribute.EMAIL:
        return "@" in joined
    if re.match(f"[{_UNSPACED}]", joined):
        return len(sequence) >= _SHORTEST_UNSPACED
    if attribute in (Attribute.FULL_NAME, Attribute.COMPANY_NAME):
        return len(sequence) >= 2 and len(joined) >= SHORTEST["name"]
    if attribute is Attribute.STREET:
        return len(joined) >= SHORTEST["text"] and any(c.isdigit() for c in joined)
    shortest = SHORTEST["number"] if joined.isdigit() else SHORTEST["id"]
    return len(joined) >= shortest and any(c.isdigit() for c in joined)


def _forms(text: str) -> Iterable[str]:
    """The text itself, percent-decoded, and what its base64 runs decode to."""
    plain = html.unescape(text)
    yield plain
    # Every style sheet has per cents: only what may be encoded is read a second time.
    encoded = [run for run in re.findall(r"[^\s\"'<>]+", plain) if "%" in run or "+" in run]
    yield unquote_plus("\n".join(encoded))
    decoded: list[str] = []
    for run in set(_BASE64.findall(plain)):
        padded = run.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            raw = base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
            decoded.append(raw.decode("utf-8"))
        except ValueError:
            continue
    if decoded:
        yield "\n".join(decoded)


def _search_plain(text: str, values: PersonalValues) -> set[str]:
    return {*_words_in(text, values), *_numbers_in(text, values), *_dates_in(text, values)}


def _words_in(text: str, values: PersonalValues) -> Iterable[str]:
    tokens = _split(text)
    yield from (values.words[token] for token in values.words.keys() & set(tokens))
    there = set(pairwise(tokens))
    yield from (values.pairs[pair] for pair in values.pairs.keys() & there)
    if begun := values.longer.keys() & there:
        for position, pair in enumerate(pairwise(tokens)):
            if pair in begun:
                for sequence, attribute in values.longer[pair].items():
                    if tuple(tokens[position : position + len(sequence)]) == sequence:
                        yield attribute


def _in_neighbours(text: str, values: PersonalValues) -> Iterable[str]:
    """Names and streets of which each part has a cell of its own."""
    if "<" in text:
        read = html.unescape(_TAG.sub(" ", text))
        yield from (a for a in _words_in(read, values) if a in _IN_PARTS)


def _numbers_in(text: str, values: PersonalValues) -> Iterable[str]:
    # What is no number is taken out only where something was found: most pages hold nothing.
    if any(_numbers(text, values)):
        yield from _numbers(_NO_NUMBER.sub(" ", text), values)


def _numbers(text: str, values: PersonalValues) -> Iterable[str]:
    for run in _DIGITS.findall(text):
        number = re.sub(r"\D", "", run)
        tail = number[-SHORTEST["number"] :]
        # What stands before the last eight digits may only be a country code.
        if len(number) <= SHORTEST["number"] + 4 and tail in values.digits:
            yield values.digits[tail]


def _dates_in(text: str, values: PersonalValues) -> Iterable[str]:
    if not values.dates.keys().isdisjoint(_DATE.findall(text)):
        met = values.dates.keys() & set(_DATE.findall(_NO_BIRTH.sub(" ", text)))
        yield from (values.dates[date] for date in met)


def _tokens(value: str) -> tuple[str, ...]:
    return tuple(token for token in _split(value) if token)


def _split(text: str) -> list[str]:
    folded = _folded(text)
    ascii_only = folded.isascii() or not any(c.isalpha() for c in set(folded) if c > "\x7f")
    token = _TOKEN if ascii_only else _TOKEN_OF_ANY_SCRIPT
    return [found.strip("._-+%") for found in token.findall(folded)]


def _folded(text: str) -> str:
    """Lower case without accents; ø, æ, å, ß and their kin in their plain form."""
    plain = text.lower()
    if plain.isascii():
        return plain
    # Composed first, so that a letter and its accent in two characters fold like one.
    plain = unicodedata.normalize("NFC", plain)
    # A page holds few different letters beyond ASCII: replacing each beats a table per character.
    for character in sorted(set(plain)):
        if character.isascii():
            continue
        if (replaced := _PLAIN.get(character) or _unaccented(character)) != character:
            plain = plain.replace(character, replaced)
    return plain


def _unaccented(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", kept)  # a Korean syllable is taken apart, too


_PLAIN = {"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "đ": "d", "ł": "l", "ð": "d"}


def _date_forms(value: str) -> tuple[str, ...]:
    """Forms a birth date is written in; the year 1900 and empty dates are placeholders."""
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)", value) or re.match(
        r"(?P<d>\d\d)[-./](?P<m>\d\d)[-./](?P<y>\d{4})", value
    )
    if not match:
        return ()
    year, month, day = match.groups() if len(match.group(1)) == 4 else match.groups()[::-1]
    if year < "1901" or f"{year}-{month}-{day}" in nobodys_dates():
        return ()
    parts = ((year, month, day), (day, month, year), (month, day, year))
    return tuple(mark.join(order) for order in parts for mark in "-./")
