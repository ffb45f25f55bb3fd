"""What a key does for the use cases where it is, turned to where it is missing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from scvkit.records.scenarios import AddKey, LoseKey
from scvkit.scenarios.serving import Effect, Serving
from tests.scenarios.answers import predicted


class Counted(Serving):
    """Use cases whose counts are given instead of counted."""

    def __init__(self, effect: Effect, *, needs_linkage: bool = True) -> None:
        self.given = effect
        self.needs_linkage = needs_linkage

    @property
    def cases(self) -> Any:
        case = SimpleNamespace(
            id="U1", title="", attributes=("email",), needs_linkage=self.needs_linkage
        )
        return (case,)

    @property
    def now(self) -> Any:
        return {"U1": (1000, 600, 500, 400, 350, 300)}

    def _effect(self, source: str, key: str) -> Effect:
        return self.given


CHANGE = AddKey(source="club", key="email")
OVERLAPS = (predicted("", 500, 600), predicted("shop", 400, 500))


def served(effect: Effect, asked: int = 0, *, needs_linkage: bool = True) -> Any:
    counted = Counted(effect, needs_linkage=needs_linkage)
    (use,) = counted.gained(CHANGE, OVERLAPS, asked)
    return use


def test_links_serve_as_many_people_each_as_those_that_were_hidden() -> None:
    """Two hundred links served fifty: a hundred more serve twenty-five."""
    use = served(Effect(by_links={"U1": 50}, by_values={}, links=200, holders=0))
    assert (use.now, use.after.value) == (300, 325)
    assert use.after.low <= 325 <= use.after.high <= use.ceiling <= use.base


def test_a_value_serves_by_itself_where_the_mail_needs_it() -> None:
    use = served(Effect(by_links={}, by_values={"U1": 40}, links=200, holders=400), asked=100)
    assert use.after.value == 310


def test_a_key_that_served_nobody_promises_nobody() -> None:
    nobody = Effect(by_links={}, by_values={}, links=200, holders=400)
    use = served(nobody, asked=100, needs_linkage=False)
    assert use.after.value == use.after.low == use.after.high == 300


def test_linking_anew_may_cost_a_few_even_where_the_key_served_nobody() -> None:
    """Half a point of the people asked for, one standard deviation, both ways."""
    use = served(Effect(by_links={}, by_values={}, links=200, holders=400), asked=100)
    assert use.after.value == 300
    assert use.after.low == 300 - 8
    assert use.after.high == use.ceiling == 300 + 8


def test_with_too_few_links_to_learn_from_only_the_most_is_told() -> None:
    use = served(Effect(by_links={"U1": 3}, by_values={}, links=5, holders=9))
    assert not use.after.assessed
    assert use.ceiling is not None
    assert use.ceiling > 300


def test_nobody_is_served_beyond_those_asked_for() -> None:
    use = served(Effect(by_links={"U1": 9000}, by_values={}, links=200, holders=0))
    assert use.after.value == use.base == use.ceiling


class Unlinked(Counted):
    """A world without the key, in which nobody sees that two answers differ."""

    now_in_sample = Counted.now

    def _without_links(self, source: str, key: str) -> Any:
        return None

    def _without_values(self, source: str, key: str, tables: Any) -> Any:
        return None

    def _counted(self, rows: Any, ids: Any = None) -> Any:
        return {"U1": (1200, 800, 700, 600, 580, 560)}


def test_a_link_taken_away_never_serves_more_people() -> None:
    nothing = Effect(by_links={}, by_values={}, links=0, holders=0)
    (use,) = Unlinked(nothing).lost(LoseKey(source="club", key="email"))
    assert use.after.value == use.now == 300
