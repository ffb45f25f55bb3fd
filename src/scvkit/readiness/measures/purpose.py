"""D1 Purpose and value."""

from __future__ import annotations

from collections.abc import Mapping

from scvkit.engagement import ThreeQuestions
from scvkit.readiness.evidence import Answer, answered_share
from scvkit.readiness.inputs import Inputs
from scvkit.readiness.measures.measure import Measure
from scvkit.records.evidence import Evidence, measured_share, not_assessed
from scvkit.vocabulary import Grade


def three_questions(inputs: Inputs) -> Evidence:
    """1.1 Sources that pass the three-question test: why, can you, what did you last do with it."""
    answers = [(_passes(c.three_questions), 1) for c in inputs.engagement.sources.values()]
    return answered_share(answers, method="three_questions", refs=inputs.declared)


def use_cases_stated(inputs: Inputs) -> Evidence:
    """1.2 Chosen use cases with front-line problem, sponsor, baseline and date, all four."""
    choice = inputs.engagement.use_cases
    if choice is None or not (choice.chosen or choice.none_wanted):
        return not_assessed("not_asked", method="use_cases_stated")
    if not choice.chosen:
        return not_assessed("no_use_case_wanted", method="use_cases_stated")
    stated = [all((u.problem, u.sponsor, u.baseline, u.target_date)) for u in choice.chosen]
    return Evidence(
        grade=Grade.DECLARED,
        value=sum(stated) / len(stated),
        passed=sum(stated),
        tested=len(stated),
        method="use_cases_stated",
        refs=tuple(u.id for u in choice.chosen),
    )


def dark_columns(inputs: Inputs) -> Evidence:
    """1.3 Dark columns: filled, needed by no use case and no legal duty."""
    if inputs.use_cases is None:
        return not_assessed("no_use_case_step", method="dark_columns")
    return measured_share(
        len(inputs.use_cases.dark_columns),
        inputs.use_cases.columns_filled,
        method="dark_columns",
        refs=inputs.use_cases.dark_columns,
    )


def needed_attributes(inputs: Inputs) -> Evidence:
    """1.4 Attributes needed by chosen use cases that exist at all."""
    if inputs.use_cases is None:
        return not_assessed("no_use_case_step", method="needed_attributes")
    needed = set(inputs.use_cases.needed_attributes)
    if not needed:
        return not_assessed("no_use_case_chosen", method="needed_attributes")
    present = needed & set(inputs.use_cases.present_attributes)
    return measured_share(
        len(present), len(needed), method="needed_attributes", refs=tuple(sorted(needed))
    )


def _passes(questions: ThreeQuestions) -> Answer:
    """No when any answer is a no, yes when all three are there, else unanswered."""
    if questions.can_you is False or "" in (questions.why, questions.last_used_for):
        return "no"
    if questions.why and questions.can_you and questions.last_used_for:
        return "yes"
    return None


MEASURES: Mapping[str, Measure] = {
    "1.1": three_questions,
    "1.2": use_cases_stated,
    "1.3": dark_columns,
    "1.4": needed_attributes,
}
