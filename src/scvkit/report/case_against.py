"""R9: the case against: what speaks for doing nothing, and the claims nobody should rely on."""

from __future__ import annotations

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.records.linkage import Linkage
from scvkit.records.usecases import UseCases
from scvkit.report.disclosure import share
from scvkit.report.look import render

_TENSIONS = ("everything_or_needed", "platform_or_silos", "more_or_better", "unique_or_many")
_UNUSED = ("seventy_per_cent", "half_of_firms", "eleven_systems", "thousand_times", "anecdotes")


def case_against(*, linkage: Linkage | None, use_cases: UseCases | None, words: Words) -> Markup:
    """Return the questions against, what measuring says on each, and claims not used."""
    return render(
        "case_against",
        words=words,
        tensions=[
            {
                "claim": words(f"report.against.{name}.claim"),
                "counter": words(f"report.against.{name}.counter"),
                "here": _here(name, linkage, use_cases, words),
            }
            for name in _TENSIONS
        ],
        unused=[words(f"report.against.unused.{name}") for name in _UNUSED],
    )


def _here(name: str, linkage: Linkage | None, use_cases: UseCases | None, words: Words) -> str:
    """What this client's numbers say where two claims contradict each other."""
    if name == "everything_or_needed" and use_cases and use_cases.columns_filled:
        return words(
            "report.against.columns_here",
            used=use_cases.columns_used,
            filled=use_cases.columns_filled,
        )
    if name == "unique_or_many" and linkage and linkage.seen_in:
        everyone = sum(entry.people for entry in linkage.seen_in)
        several = sum(entry.people for entry in linkage.seen_in if entry.sources > 1)
        if everyone:
            return words("report.against.seen_here", share=share(several, everyone, words))
    return words(f"report.against.{name}.here")
