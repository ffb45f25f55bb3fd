"""The vote in the room: one pair after the other, three buttons, nothing that gives the score."""

from __future__ import annotations

import ipywidgets as widgets
from markupsafe import Markup

from scvkit.linkage.votes import DIFFERENT, SAME, UNSURE
from scvkit.workshop.form import large_type, table
from scvkit.workshop.room import privacy_mode
from scvkit.workshop.vote import VOTERS, Ballot, Card, card_html


class VoteCards(widgets.VBox):  # type: ignore[misc]  # ipywidgets carries no types
    """The cards of one voter. Tab reaches the three answers and "back", Enter or Space votes.

    Every vote is on the disk before the next pair is shown; closing the notebook loses nothing.
    """

    def __init__(self, ballot: Ballot, voter: str, *, privacy: str = "") -> None:
        self._ballot, self._voter, self._privacy = ballot, voter, privacy_mode(privacy)
        cards = {card.pair: card for card in ballot.cards(privacy=self._privacy)}
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
            description=words("workshop.vote.back"),
            layout=widgets.Layout(width="auto", height="44px"),
        )
        self._back.on_click(self._step_back)
        answers = widgets.HBox([*self._answers, self._back])
        super().__init__([self._state, self._card, answers, large_type()])
        self.add_class("scv-form")
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


class VotingBooth:
    """The vote of a room: who votes is chosen here, so that no cell is run again between two.

    ``voter`` opens on one of them.
    """

    def __init__(self, ballot: Ballot, voter: str = "", *, privacy: str = "") -> None:
        self._ballot, self._voter, self._privacy = ballot, voter, privacy_mode(privacy)

    def twin(self) -> Markup:
        """How many pairs each voter has left; no pair, no answer."""
        ballot, words = self._ballot, self._ballot.desk.words
        asked = len(ballot.asked)
        rows = [
            (words(f"workshop.vote.voter_{voter}"), len(ballot.open_for(voter))) for voter in VOTERS
        ]
        head = [words("workshop.vote.who"), words("workshop.vote.left")]
        caption = words("workshop.vote.booth", n=asked)
        return table(head, rows, caption=caption, nothing="")

    def widget(self) -> widgets.Widget:
        """A choice of voter above that voter's cards."""
        words = self._ballot.desk.words
        chosen = widgets.ToggleButtons(
            options=[(words(f"workshop.vote.voter_{voter}"), voter) for voter in VOTERS],
            value=self._voter or VOTERS[0],
            style={"button_width": "auto"},
        )
        place = widgets.VBox()

        def open_cards(_: object = None) -> None:
            for old in place.children:
                old.close()
            place.children = (VoteCards(self._ballot, chosen.value, privacy=self._privacy),)

        chosen.observe(open_cards, names="value")
        open_cards()
        box = widgets.VBox([large_type(), chosen, place])
        box.add_class("scv-form")
        return box
