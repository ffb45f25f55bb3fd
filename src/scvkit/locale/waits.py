"""What stands in the way of a start, in the words that every page shares."""

from __future__ import annotations

from collections.abc import Sequence

from scvkit.locale.words import Words
from scvkit.vocabulary import Verdict


def waits_said(gates: Sequence[str], words: Words) -> str:
    """Return what gates wait for, one phrase.

    >>> from scvkit.locale import load_words
    >>> waits_said(("G3", "G6"), load_words("en"))
    'a signed impact assessment and a vote on sixty pairs'
    """
    told = [words(f"verdicts.waits.{gate}") for gate in gates]
    if len(told) < 2:
        return told[0] if told else words("verdicts.waits.other")
    return words("verdicts.waits.and", first=words.listed(told[:-1]), second=told[-1])


def verdict_once(verdict: Verdict, once: Sequence[str], words: Words) -> str:
    """Return the short name of a verdict, with the gates that it still waits for.

    >>> from scvkit.locale import load_words
    >>> verdict_once(Verdict.V4, ("G3",), load_words("en"))
    'Start with single use cases, once there is a signed impact assessment'
    """
    title = words(f"verdicts.{verdict.value}.title")
    if not once:
        return title
    return words("verdicts.title_once", title=title, what=waits_said(once, words))
