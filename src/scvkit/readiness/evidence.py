"""Ways to turn counts and answers into evidence, the same for every indicator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from scvkit.records.evidence import Evidence, Unit, measured_share, not_assessed
from scvkit.vocabulary import Grade

# The rule of the model for dimensions, used for answers too: below it there is no number.
ENOUGH_ANSWERS = 0.6

Answer = Literal["yes", "no"] | None  # None: nobody was asked


def answered_share(
    answers: Sequence[tuple[Answer, float]],
    *,
    method: str,
    refs: tuple[str, ...] = (),
    grade: Grade = Grade.DECLARED,
) -> Evidence:
    """Return the share of "yes" among what was answered, by weight.

    What was not answered widens the range: as "no" at the low end, as "yes" at the high end.
    Below 60 % answered there is no number.

    >>> told = answered_share([("yes", 1), ("yes", 1), ("no", 1), (None, 1)], method="m")
    >>> round(told.value, 2), told.low, told.high
    (0.67, 0.5, 0.75)
    >>> answered_share([(None, 1), ("yes", 1)], method="m").reason
    'too_few_answers'
    """
    total = sum(weight for _, weight in answers)
    yes = sum(weight for answer, weight in answers if answer == "yes")
    no = sum(weight for answer, weight in answers if answer == "no")
    if yes + no == 0:
        return not_assessed("not_asked", method=method, refs=refs)
    if (yes + no) / total < ENOUGH_ANSWERS - 1e-9:
        return not_assessed("too_few_answers", method=method, refs=refs)
    return Evidence(
        grade=grade,
        value=yes / (yes + no),
        low=yes / total,
        high=(total - no) / total,
        passed=round(yes),
        tested=round(yes + no),
        method=method,
        refs=refs,
    )


def pooled_share(
    counts: Iterable[tuple[int, int, str]], *, method: str, missing: str = "nothing_to_test"
) -> Evidence:
    """Return Σ passed ÷ Σ tested of (passed, tested, ref): a mean weighted by records.

    >>> pooled_share([(90, 100, "a/t.x"), (10, 100, "b/t.x")], method="fill").value
    0.5
    """
    rows = [row for row in counts if row[1] > 0]
    if not rows:
        return not_assessed(missing, method=method)
    return measured_share(
        sum(passed for passed, _, _ in rows),
        sum(tested for _, tested, _ in rows),
        method=method,
        refs=tuple(dict.fromkeys(ref for _, _, ref in rows)),
    )


def told_number(
    value: float | None, *, method: str, unit: Unit = "number", grade: Grade = Grade.DECLARED
) -> Evidence:
    """Return a told number, or "not asked" when there is none."""
    if value is None:
        return not_assessed("not_asked", unit=unit, method=method)
    return Evidence(grade=grade, unit=unit, value=float(value), method=method)


def named(role: str | None) -> Answer:
    """Return whether somebody is named: an empty role is an answered "nobody".

    >>> named("head of CRM"), named(""), named(None)
    ('yes', 'no', None)
    """
    if role is None:
        return None
    return "yes" if role.strip() else "no"
