"""The funnels as one table to read in a notebook."""

from __future__ import annotations

import pandas as pd

from scvkit.locale.missing import missing_inputs
from scvkit.locale.words import Words
from scvkit.records.usecases import FunnelStep, UseCaseFit, UseCases
from scvkit.usecases.shown import shown_loss, shown_range, shown_steps

_COLUMNS = ("use_case", "step", "people", "range", "lost", "cause", "status")


def funnel_frame(use_cases: UseCases, words: Words) -> pd.DataFrame:
    """Return one row per use case and step: people, range, loss and its cause.

    Counts of one to four people are hidden. The status, before gates, stands at the last step.
    """
    lines = []
    for fit in use_cases.fits:
        people = shown_steps([step.mid for step in fit.steps], words)
        ranges = range_texts(fit, words)
        for index, step in enumerate(fit.steps):
            before = fit.steps[index - 1].mid if index else None
            lines.append(
                [
                    use_case_name(fit, words) if index == 0 else "",
                    step_name(fit, step, words),
                    people[index],
                    ranges[index],
                    shown_loss(before, step.mid, words, exact=_is_exact(people, index)),
                    cause_text(fit, step, words),
                    words(f"usecases.status.{fit.status}") if index == len(fit.steps) - 1 else "",
                ]
            )
    return pd.DataFrame(lines, columns=[words(f"usecases.columns.{name}") for name in _COLUMNS])


def _is_exact(people: list[str], index: int) -> bool:
    """True when neither this step nor the one before is shown rounded or hidden."""
    return not any(text.startswith(("≈", "<")) for text in people[max(0, index - 1) : index + 1])


def use_case_name(fit: UseCaseFit, words: Words) -> str:
    """Return "U1 Newsletter: …"; the client's own title where the locale knows none."""
    key = f"usecases.names.{fit.id}"
    return f"{fit.id} {fit.title or (words(key) if words.has(key) else '')}".strip()


def step_name(fit: UseCaseFit, step: FunnelStep, words: Words) -> str:
    """Return the step; the first is named by who is asked for."""
    if step.name == "asked_for" and words.has(fit.base_word):
        return words(fit.base_word)
    return words(f"usecases.steps.{step.name}")


def range_texts(fit: UseCaseFit, words: Words) -> list[str]:
    """Return low–high per step, "counted" for the base, "at most …" where only that is known."""
    lows = shown_steps([step.low for step in fit.steps], words)
    highs = shown_steps([step.high for step in fit.steps], words)
    texts = [shown_range(low, high, words) for low, high in zip(lows, highs, strict=True)]
    if fit.base is not None:
        texts[0] = words("usecases.counted")
    return texts


def cause_text(fit: UseCaseFit, step: FunnelStep, words: Words) -> str:
    """Return why people fall out, or which input is missing, by name where it stops."""
    if not step.reason:
        return ""
    first = next((s for s in fit.steps if s.mid is None), None)
    if step is first and fit.missing:
        return words("usecases.missing_named", names=missing_inputs(fit.missing, words))
    cause = words(f"usecases.losses.{step.reason}")
    if not step.blank:
        return cause
    blank = words("usecases.mostly_blank", columns=", ".join(step.blank))
    return f"{cause}. {blank}"
