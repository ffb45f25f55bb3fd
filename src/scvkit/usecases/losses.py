"""Why most people fall out of a use case at a step."""

from __future__ import annotations

from scvkit.usecases.catalogue import UseCase
from scvkit.usecases.funnel import Counted


def loss_of(case: UseCase, counted: Counted, name: str, likely: int, stating: int) -> str:
    """Return why most people fall out at a step: a key under usecases.losses.

    ``stating`` sources state a permission: one alone cannot disagree with another.
    ``likely`` people are not found here and would be by weaker links than the use case allows.
    """
    if name == "found" and case.base.kind == "sends":
        return "address_unknown"
    if name == "found":
        lost = counted.people[0] - counted.people[1]
        if likely * 2 > lost:
            return "not_surely_linked"
        if counted.unfound_without_key * 2 > lost:
            return "no_key_given"
        return "only_an_email" if counted.unfound_with_email_only * 2 > lost else "no_shared_key"
    if name == "complete":
        worst = max(range(len(case.complete)), key=lambda n: (counted.incomplete[n], -n))
        return case.complete[worst].loss
    if name == "fresh":
        if counted.undated * 2 > counted.people[2] - counted.people[3]:
            return "no_event_dates" if case.fresh.hours >= 24 else "no_event_times"
        return "old_export"
    if name == "permitted":
        return _not_permitted(case, counted, stating)
    return "no_address"


def _not_permitted(case: UseCase, counted: Counted, stating: int) -> str:
    need = case.permitted.need
    if need == "agreed":
        return "sources_disagree" if stating > 1 else "answers_differ"
    if need == "as_sent":
        return "withdrawn_before_send"
    if need == "contract":
        return "no_basis"
    lost = counted.people[3] - counted.people[4]
    return "said_no" if counted.said_no * 2 > lost else "no_yes_stated"
