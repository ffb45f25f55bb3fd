"""The vote on pairs: who is asked what, what was answered, and what it says about the linkage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd
from markupsafe import Markup

from scvkit.errors import EngagementError, nearest
from scvkit.linkage import (
    Question,
    agreement_words,
    ballot_kind,
    count_votes,
    questions,
    strata,
    vote_frame,
)
from scvkit.linkage.vote_estimate import Stratum
from scvkit.linkage.votes import ANSWERS, ASKED, SETTLED, verdict
from scvkit.locale import Words
from scvkit.records.linkage import Linkage, PairVotes
from scvkit.vocabulary import EntityKind
from scvkit.workshop.desk import Desk
from scvkit.workshop.masking import mask
from scvkit.workshop.room import is_live, privacy_mode
from scvkit.workshop.show import table_html
from scvkit.workshop.vote_box import VoteBox

VOTERS = ("A", "B", SETTLED)
CODE_LENGTH = 6
SOFT = '<span style="color:#545d70">{}</span>'
CELL = '<td style="text-align:left">{}</td>'
# What a card shows of each record beside the words of agreement, in room and analyst mode.
FACTS = {
    "name": ("given_name", "surname"),
    "birth": ("date_of_birth",),
    "address": ("street", "house_number", "postcode", "city"),
    "email": ("email",),
    "phone": ("phone",),
    "number": ("customer_number",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One pair as a voter sees it: never a score, a tier, or the other's vote."""

    pair: str  # salted id
    source_l: str
    source_r: str
    agreement: tuple[tuple[str, str, bool], ...]  # what, in words, both sides known
    sides: tuple[tuple[str, str, str], ...] = ()  # what, left, right: masked, or values

    @property
    def code(self) -> str:
        """Short name of the pair, for paper."""
        return self.pair[:CODE_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Ballot:
    """The pairs to vote on, the votes so far, and what they come to."""

    desk: Desk
    kind: EntityKind
    box: VoteBox
    asked: tuple[Question, ...]
    sizes: tuple[Stratum, ...]
    ids: Mapping[tuple[str, str], str]

    def __repr__(self) -> str:
        """Counts only: a notebook prints it."""
        return f"<Ballot of {len(self.asked)} pairs>"

    def counted(self, linkage: Linkage) -> Linkage:
        """Return the linkage with the votes counted; unchanged while nobody has voted."""
        return replace(linkage, votes=self.result())

    def result(self) -> PairVotes | None:
        """Return what the votes say; None while nobody has voted."""
        cast = self.box.votes()
        votes = {pair: cast[mark] for pair, mark in self.ids.items() if mark in cast}
        return count_votes(self.asked, self.sizes, votes, kind=self.kind)

    def cards(self, *, privacy: str = "") -> tuple[Card, ...]:
        """Return the pairs as they are shown: agreement in words; masks and values by mode."""
        privacy = privacy_mode(privacy)
        words, pairs = self.desk.words, [_pair(q) for q in self.asked]
        told = agreement_words(self.desk.connection, self.desk.rows, pairs)
        sides = _sides(self.desk, pairs, values=privacy == "analyst")
        names = self.desk.names
        return tuple(
            Card(
                pair=self.ids[pair],
                source_l=names.get(row["source_l"], row["source_l"]),
                source_r=names.get(row["source_r"], row["source_r"]),
                agreement=tuple(
                    (
                        words(f"linkage.columns.{what}"),
                        words(f"linkage.agreement.{row[what]}"),
                        row[what] != "missing",
                    )
                    for what in FACTS
                ),
                sides=tuple(
                    (words(f"linkage.columns.{what}"), sides[pair[0]][what], sides[pair[1]][what])
                    for what in FACTS
                    if privacy != "projector"
                ),
            )
            for pair, row in zip(pairs, told, strict=True)
        )

    def open_for(self, voter: str) -> tuple[str, ...]:
        """Return the ids that this voter has not answered; for "settled" those in dispute."""
        _refuse_voter(voter)
        cast = self.box.votes()
        marks = [self.ids[_pair(q)] for q in self.asked]
        if voter != SETTLED:
            return tuple(mark for mark in marks if voter not in cast.get(mark, {}))
        return tuple(
            mark for mark in marks if len(cast.get(mark, {})) > 1 and verdict(cast[mark]) is None
        )

    def vote(self, pair: str, voter: str, answer: str, *, privacy: str = "projector") -> None:
        """Add one vote: same, different or unsure, on the id or code of a pair."""
        _refuse_voter(voter)
        if answer not in ANSWERS:
            raise EngagementError(
                f"'{answer}' is no answer.{nearest(answer, ANSWERS)} Answers: {', '.join(ANSWERS)}."
            )
        meant = [mark for mark in self.ids.values() if mark == pair or mark[:CODE_LENGTH] == pair]
        if len(meant) != 1:
            raise EngagementError(
                f"No pair of this vote has the code '{pair}'. The codes are on the sheet."
            )
        self.box.add(kind=self.kind.value, pair=meant[0], voter=voter, answer=answer, shown=privacy)

    def enter(self, voter: str, answers: Mapping[str, str] | Iterable[tuple[str, str]]) -> int:
        """Add the votes of a paper sheet, {code: answer}; return how many."""
        given = list(answers.items() if isinstance(answers, Mapping) else answers)
        for code, answer in given:
            self.vote(code, voter, answer, privacy="paper")
        return len(given)

    def standing(self, linkage: Linkage) -> Markup:
        """Return where the vote stands, without a script: the twin of the cards in an export."""
        words, voted = self.desk.words, linkage.votes
        frame = table_html(vote_frame(linkage, words), words=words)
        if voted is None:
            lines = [words("linkage.vote.voted_none")]
        else:
            lines = [
                words(
                    "linkage.vote.voted",
                    voted=voted.answered,
                    voters=voted.voters,
                    decided=voted.decided,
                    unsure=voted.unsure,
                )
            ]
            if voted.agreement.value is not None:
                kappa = words("linkage.vote.no_kappa")
                kappa = kappa if voted.kappa is None else f"{voted.kappa:.2f}"
                share = words.percent(voted.agreement.value)
                n = voted.agreement.tested or 0
                lines.append(words("linkage.vote.agreement", share=share, n=n, kappa=kappa))
        lines.append(words("workshop.vote.how", n=len(self.asked)))
        told = Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
        heading = words("workshop.vote.example")
        example = Markup("").join(card_html(card, heading, words) for card in self.cards()[:1])
        return Markup('<div class="scv-vote">{}{}{}</div>').format(Markup(frame), told, example)


def open_ballot(desk: Desk, *, n: int = ASKED, kind: str = "") -> Ballot:
    """Return the vote on about ``n`` pairs of the linkage on this desk.

    Needs 04_link_records to have linked. Votes lie in the private work folder under ``votes``,
    where no run clears them; the same records find their votes again.
    """
    chosen = EntityKind(kind) if kind else ballot_kind(desk.connection, desk.rows)
    asked = questions(desk.connection, desk.rows, kind=chosen, n=n)
    box = VoteBox(desk.work / "votes")
    return Ballot(
        desk=desk,
        kind=chosen,
        box=box,
        asked=asked,
        sizes=strata(desk.connection, desk.rows, kind=chosen),
        ids=box.pair_ids(desk.connection, desk.rows, [_pair(q) for q in asked]),
    )


def voted_now(desk: Desk, linkage: Linkage | None) -> Linkage | None:
    """Return the linkage with the votes cast up to now; a batch has counted them already."""
    wanted = ("ballot", "ballot_strata", "records")
    if linkage is None or not is_live() or not all(desk.rows.exists(name) for name in wanted):
        return linkage
    cast = VoteBox(desk.work / "votes").votes()
    return open_ballot(desk).counted(linkage) if cast else linkage


def card_html(card: Card, heading: str, words: Words) -> Markup:
    """Return one pair as a table: a reader of it sees agreement, in words, and no score."""
    head = [words("workshop.vote.what"), words("workshop.vote.agrees")]
    sides = {what: (left, right) for what, left, right in card.sides}
    if sides:
        head += [card.source_l, card.source_r]
    rows = Markup("").join(
        Markup("<tr>{}{}{}</tr>").format(
            Markup('<th scope="row" style="text-align:left;font-weight:400">{}</th>').format(what),
            Markup(CELL).format(
                Markup("<b>{}</b>").format(told) if known else Markup(SOFT).format(told)
            ),
            Markup("").join(Markup(CELL).format(side) for side in sides.get(what, ())),
        )
        for what, told, known in card.agreement
    )
    cells = Markup("").join(
        Markup('<th scope="col" style="text-align:left">{}</th>').format(cell) for cell in head
    )
    caption = words("workshop.vote.pair", source_a=card.source_l, source_b=card.source_r)
    return Markup(
        '<table class="scv-card" style="font-size:16px;text-align:left">'
        '<caption style="text-align:left;white-space:nowrap">{} {}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(Markup("<b>{}</b>").format(heading), caption, cells, rows)


def _pair(question: Question) -> tuple[str, str]:
    return question.record_key_l, question.record_key_r


def _refuse_voter(voter: str) -> None:
    if voter not in VOTERS:
        raise EngagementError(f"There is no voter '{voter}'. Voters: {', '.join(VOTERS)}.")


def _sides(desk: Desk, pairs: list[tuple[str, str]], *, values: bool) -> dict[str, dict[str, str]]:
    """What each record shows, by record key: masked, or as it is for the analyst."""
    columns = [column for facts in FACTS.values() for column in facts]
    shown = ", ".join(
        f"cast({column if values else mask(column)} as varchar) as {column}" for column in columns
    )
    frame = pd.DataFrame({"record_key": sorted({k for p in pairs for k in p})}).astype("string")
    desk.connection.execute("select 1").fetchall()
    desk.connection.register("vote_side_frame", frame)
    found = desk.connection.execute(
        f"select record_key, {shown} from {desk.rows.scan('records')}"
        " where record_key in (select record_key from vote_side_frame)"
    ).fetchall()
    desk.connection.unregister("vote_side_frame")
    sides = {}
    for key, *row in found:
        held = dict(zip(columns, row, strict=True))
        sides[str(key)] = {
            what: " ".join(str(held[c]) for c in facts if held[c]) or "–"
            for what, facts in FACTS.items()
        }
    return sides
