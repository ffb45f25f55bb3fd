"""Values that stand for nobody: the kit's own lists name them, and its SQL with them."""

from __future__ import annotations

import re
from functools import cache

from scvkit.identity.spellings import words_of
from scvkit.profile.catalogue import read_placeholders

_LISTS = ("null_tokens", "placeholder_mailboxes", "placeholder_names", "test_names")


@cache
def nobodys_words() -> frozenset[str]:
    """Words of which a value may be made that is nobody's name or number.

    >>> {"test", "kontantkunde", "12345678"} <= nobodys_words()
    True
    """
    known = read_placeholders()
    lists = [*(words_of(name) for name in _LISTS), words_of("placeholder_phones")]
    lists += [known["unknown"], known["names"], known["test_customers"]["words"]]
    lists.append(known["test_customers"]["only"])
    return frozenset(
        word for listed in lists for entry in listed for word in re.findall(r"\w+", entry)
    )


@cache
def nobodys_digits(length: int) -> frozenset[str]:
    """The last digits of telephone numbers that stand for none, or are read in a date of none.

    >>> {"12345678", "11111111", "99991231"} <= nobodys_digits(8)
    True
    """
    dates = {day.replace("-", "") for day in nobodys_dates()}
    phones = {phone[-length:] for phone in words_of("placeholder_phones")}
    return frozenset(phones | dates | {digit * length for digit in "0123456789"})


@cache
def nobodys_dates() -> frozenset[str]:
    """Days, as ISO dates, that systems write when nobody gave one."""
    return frozenset((*words_of("placeholder_dates"), *read_placeholders()["dates"]))
