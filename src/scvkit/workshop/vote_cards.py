"""The vote in the room: one pair after the other, three buttons, nothing that gives the score."""

from __future__ import annotations

import ipywidgets as widgets
from markupsafe import Markup

from scvkit.linkage.votes import DIFFERENT, SAME, UNSURE
from scvkit.workshop.vote import Ballot, Card, card_html


class VoteCards(widgets.VBox):  # type: ignore[misc]  # ipywidgets carries no types
    """The cards of one voter. Tab reaches the three answers and "back", Enter or Space votes.

    Every vote is on the disk before the next pair is shown; closing the notebook loses nothing.
    """

    def __init__(self, ballot: Ballot, voter: str, *, privacy: str = "projector") -> None:
        self._ballot, self._voter, self._privacy = ballot, voter, privacy
        cards = {card.pair: card for card in ballot.cards(privacy=privacy)}
        self._queue: list[Card] = [cards[mark] for mark in ballot.open_for(voter)]
        self._at = 0
        words = ballot.desk.words
        self._state = widgets.HTML()
        self._card = widgets.HTML()
        self._answers = [
            self._button(answer, words(f"workshop.vote.{answer}"))
            for answer in (SAME, DIFFERENT, UNSURE)
        ]
        self._back = widgets.Button(
            description=words("workshop.vote.back"), layout=widgets.Layout(width="auto")
        )
        self._back.on_click(self._step_back)
        super().__init__(
            [self._state, self._card, widgets.HBox([*self._answers, self._back])],
        )
        self._show()

    def __repr__(self) -> str:
        """Counts only: a saved notebook keeps it."""
        return f"<VoteCards {self.left} of {len(self._queue)} left>"

    @property
    def left(self) -> int:
        """Pairs still to be answered."""
        return len(self._queue) - self._at

    def answer(self, answer: str) -> None:
        """Vote on the pair that is shown, and show the next one."""
        if self.left:
            self._ballot.vote(
                self._queue[self._at].pair, self._voter, answer, privacy=self._privacy
            )
            self._at += 1
            self._show()

    def _button(self, answer: str, label: str) -> widgets.Button:
        button = widgets.Button(
            description=label, layout=widgets.Layout(width="auto", min_width="11em", height="44px")
        )
        button.on_click(lambda _: self.answer(answer))
        return button

    def _step_back(self, _: object) -> None:
        if self._at:
            self._at -= 1
            self._show()

    def _show(self) -> None:
        words = self._ballot.desk.words
        n = len(self._queue)
        if self.left:
            state = words(
                "workshop.vote.state",
                at=self._at + 1,
                n=n,
                voter=words(f"workshop.vote.voter_{self._voter}"),
                mode=words(f"workshop.vote.mode_{self._privacy}"),
            )
            heading = words("workshop.vote.question")
            self._card.value = str(card_html(self._queue[self._at], heading, words))
        else:
            state = words("workshop.vote.done" if n else "workshop.vote.nothing_open")
            self._card.value = ""
        # A screen reader hears how far the vote is without losing the button it stands on.
        self._state.value = str(
            Markup('<div role="status" aria-live="polite">{}</div>').format(state)
        )
        for button in self._answers:
            button.disabled = not self.left
        self._back.disabled = not self._at
