"""Whole sentences with placeholders, never glued pieces; a missing key is an error."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from scvkit.errors import ScvkitError
from scvkit.shipped import shipped

_TWO_STOPS = re.compile(r"(?<=\w)\.\.(?=\s|$)")
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
# Each language by its own name. The first is the one the sentences were written in.
LANGUAGES = {
    "en": "English",
    "da": "Dansk",
    "sv": "Svenska",
    "ro": "Română",
    "zh-Hant": "繁體中文",
}
WRITTEN_IN = next(iter(LANGUAGES))


class Words:
    """The words of one language.

    >>> words = load_words("en")
    >>> words.percent(0.468)
    '47%'
    >>> words.number(15100)
    '15,100'
    """

    def __init__(self, language: str, sentences: dict[str, Any], *, reviewed: bool = False) -> None:
        self.language = language
        self.reviewed = reviewed or language == WRITTEN_IN
        self._locale = Locale.parse(language.replace("-", "_"))
        self._sentences = sentences

    @property
    def mark(self) -> str:
        """What a page says of a translation that no native speaker has read; else empty."""
        return "" if self.reviewed else self("common.machine_assisted")

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the sentence under the dotted ``key`` with its placeholders filled.

        A mapping with plural classes (one, other …) is chosen by ``n``. Raises ScvkitError for a
        missing key or placeholder.
        """
        found: Any = self._sentences
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                raise ScvkitError(f"The locale '{self.language}' has no sentence '{key}'.")
            found = found[part]
        if isinstance(found, dict):
            count = values.get("n")
            if not isinstance(count, int | float):
                raise ScvkitError(f"The sentence '{key}' needs a count 'n'.")
            plural = self._locale.plural_form(count)
            found = found.get(plural, found.get("other"))
        shown = {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        try:
            told = str(found).format(**shown)
        except KeyError as missing:
            raise ScvkitError(f"The sentence '{key}' needs a value for {missing}.") from None
        # A name that ends in a full stop ("Kundenr.") ends its sentence, too.
        return _TWO_STOPS.sub(".", told) if ".." in told else told

    def has(self, key: str) -> bool:
        """True when there is a sentence (or plural group) under ``key``."""
        found: Any = self._sentences
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                return False
            found = found[part]
        return True

    def number(self, value: float) -> str:
        """Return a number with the language's separators, at most one decimal."""
        text = format_decimal(value, format="#,##0.#", locale=self._locale)
        return text.replace("-", "\N{MINUS SIGN}")

    def decimal(self, value: float) -> str:
        """Return a number with three digits that tell, never as a power of ten.

        >>> load_words("da").decimal(0.00052), load_words("en").decimal(1234.5678)
        ('0,00052', '1,235')
        """
        digits = 0 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
        text = format_decimal(
            round(value, digits), format="#,##0." + "#" * max(digits, 1), locale=self._locale
        )
        return text.replace("-", "\N{MINUS SIGN}")

    def percent(self, share: float) -> str:
        """Return a whole per cent; en and zh without space, others with a no-break space.

        What is not quite all is never rounded up to all.

        >>> load_words("en").percent(0.9985), load_words("en").percent(1)
        ('99.8%', '100%')
        """
        if round(share * 100) == 100 and share < 1:
            below = min(int(share * 1000), 999) / 10
            return self._per_cent(format_decimal(below, "#,##0.#", locale=self._locale))
        return self._per_cent(format_decimal(round(share * 100), "#,##0", locale=self._locale))

    def exact_percent(self, share: float) -> str:
        r"""Return a per cent with the decimals it needs, for a threshold that somebody set.

        >>> load_words("da").exact_percent(0.005)
        '0,5\xa0%'
        """
        return self._per_cent(format_decimal(share * 100, "#,##0.####", locale=self._locale))

    def _per_cent(self, whole: str) -> str:
        close = self._locale.language in {"en", "zh"}
        return f"{whole}%" if close else f"{whole}{NO_BREAK_SPACE}%"

    def percent_range(self, low: float, high: float) -> str:
        """Return "41–52%" in the language's form."""
        lower, upper = round(low * 100), round(high * 100)
        return self.percent(high) if lower == upper else f"{lower}–{self.percent(high)}"

    def listed(self, items: Iterable[str]) -> str:
        """Return words one after another, with the comma of the language.

        >>> load_words("zh-Hant").listed(("a", "b"))
        'a、b'
        """
        return ("、" if self._locale.language == "zh" else ", ").join(items)

    def clauses(self, items: Iterable[str]) -> str:
        """Return parts of a sentence one after another, with the semicolon of the language."""
        return ("；" if self._locale.language == "zh" else "; ").join(items)

    def sentences(self, items: Iterable[str]) -> str:
        """Return whole sentences one after another, with the space of the language.

        >>> load_words("en").sentences(("One.", "", "Two."))
        'One. Two.'
        """
        return ("" if self._locale.language == "zh" else " ").join(item for item in items if item)

    def date(self, day: dt.date) -> str:
        """Return a date in words."""
        # Plain English means the European day first: the kit is used where dates are written so.
        day_first = Locale.parse("en_GB") if str(self._locale) == "en" else self._locale
        return format_date(day, format="long", locale=day_first)


def load_words(language: str = WRITTEN_IN, *, reviewed: bool = False) -> Words:
    """Return the words of ``language``; ``reviewed`` says that a native speaker has read them.

    Raises ScvkitError, naming the languages there are, when this is none of them.
    """
    return Words(language, sentences_of(language), reviewed=reviewed)


def plural_classes(language: str) -> frozenset[str]:
    """Return the plural classes a sentence of ``language`` needs, by CLDR.

    >>> sorted(plural_classes("ro")), sorted(plural_classes("zh-Hant"))
    (['few', 'one', 'other'], ['other'])
    """
    rules = Locale.parse(language.replace("-", "_")).plural_form.rules
    return frozenset(rules) | {"other"}


@cache
def sentences_of(language: str) -> dict[str, Any]:
    """Return the sentences of a language as its file has them; raises like ``load_words``."""
    if language not in LANGUAGES:
        known = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise ScvkitError(
            f"There is no language '{language}'. The kit speaks {known}: name one of these with "
            "--language or under client.languages."
        )
    sentences: dict[str, Any] = shipped("scvkit.locale", f"{language}.yaml")
    return sentences
