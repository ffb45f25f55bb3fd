"""R9: the case against: what speaks for doing nothing, and the claims nobody should rely on."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.identity import Identity
from scvkit.records.usecases import UseCases
from scvkit.report.disclosure import share
from scvkit.report.look import render
from scvkit.vocabulary import Key

_TENSIONS = ("everything_or_needed", "platform_or_silos", "more_or_better", "unique_or_many")
_UNUSED = ("seventy_per_cent", "half_of_firms", "eleven_systems", "thousand_times", "anecdotes")


def case_against(
    *,
    identity: Identity | None,
    use_cases: UseCases | None,
    words: Words,
    room: Sequence[str] = (),
) -> Markup:
    """Return the questions against, what measuring says on each, and claims not used.

    ``room`` are the conditions under which the room itself would stop, a sentence each.
    """
    return render(
        "case_against",
        words=words,
        tensions=[
            {
                "claim": words(f"report.against.{name}.claim"),
                "counter": words(f"report.against.{name}.counter"),
                "here": _here(name, identity, use_cases, words),
            }
            for name in _TENSIONS
        ],
        room=list(room),
        unused=[words(f"report.against.unused.{name}") for name in _UNUSED],
    )


def _here(name: str, identity: Identity | None, use_cases: UseCases | None, words: Words) -> str:
    """What this client's numbers say where two claims contradict each other."""
    if name == "everything_or_needed" and use_cases and use_cases.columns_filled:
        return words(
            "report.against.columns_here",
            used=use_cases.columns_used,
            filled=use_cases.columns_filled,
        )
    if name == "unique_or_many" and identity:
        tests = [test for test in identity.keys if test.key is Key.EMAIL and test.present]
        valid, unique = sum(t.valid for t in tests), sum(t.unique for t in tests)
        if valid:
            told = share(unique, valid, words)
            return words("report.against.email_here", n=valid, share=told)
    return words(f"report.against.{name}.here")
