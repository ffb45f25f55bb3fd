"""Claims first: written down and locked before a number is shown, then shown one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeVar

import ipywidgets as widgets
from IPython.display import HTML
from markupsafe import Markup
from pydantic import ValidationError

from scvkit import report
from scvkit.engagement import Claim, Entry, moment
from scvkit.errors import EngagementError, nearest
from scvkit.linkage import overlap_claims
from scvkit.locale import Words
from scvkit.records.extracts import Intake
from scvkit.records.identity import Identity
from scvkit.records.linkage import Linkage
from scvkit.report.sentences import attribute_word
from scvkit.vocabulary import Attribute
from scvkit.workshop.desk import Desk
from scvkit.workshop.form import Blank, Form, State, table, told_html
from scvkit.workshop.room import is_live, privacy_mode

T = TypeVar("T")
# An attribute that may stand in the column of another.
_ALSO = {
    "phone": ("mobile",),
    "given_name": ("full_name",),
    "surname": ("full_name",),
    "full_name": ("surname",),
}
CLAIM_KINDS = ("unique", "complete", "fresh", "overlap", "flow", "use")


@dataclass(frozen=True, slots=True)
class ClaimCards:
    """The cards of `01_intake`: every claim with its lock, and a form for new ones."""

    desk: Desk

    def twin(self) -> Markup:
        """The claims with the time and hash of their lock."""
        return claim_table(self.desk)

    def widget(self) -> widgets.Widget:
        """A form for a claim, and a button that locks those of the engagement file."""
        words, desk = self.desk.words, self.desk
        lock = widgets.Button(
            description=words("workshop.claims.lock_all"),
            layout=widgets.Layout(width="auto", height="44px"),
        )
        form = Form(
            (
                Blank(
                    name="source",
                    label=words("workshop.claims.source"),
                    options=tuple((name, key) for key, name in desk.names.items()),
                ),
                Blank(
                    name="kind",
                    label=words("workshop.claims.kind"),
                    options=tuple((words(f"identity.claims.{k}"), k) for k in CLAIM_KINDS),
                ),
                Blank(
                    name="subject",
                    label=words("workshop.claims.subject"),
                    hint=words("workshop.claims.subject_hint"),
                ),
                Blank(
                    name="expected",
                    label=words("workshop.claims.expected"),
                    hint=words("workshop.claims.expected_hint"),
                ),
                Blank(name="said_by", label=words("workshop.role")),
            ),
            lambda state: _locked_and_told(say_claim(desk, claim_of(state, desk)), desk),
            button=words("workshop.claims.lock"),
            twin=self.twin,
            wider=[lock],
        )

        def press(_: object) -> None:
            form.tell(words("workshop.claims.locked_all", n=lock_all(desk)))
            form.redraw()

        lock.on_click(press)
        return form


@dataclass(slots=True)
class Reveal:
    """The evidence, claim by claim: the next one is shown when its claim is locked."""

    desk: Desk
    identity: Identity

    def twin(self) -> Markup:
        """The claims beside their measurement: on a page all, live those that were revealed."""
        shown = None if not is_live() else self.revealed
        return report.styled(revealed_claims(self.desk, self.identity, shown))

    @property
    def revealed(self) -> tuple[str, ...]:
        """Ids of the claims whose number the room has seen."""
        return tuple(claim for claim, lock in self.desk.locks.items() if lock.revealed)

    def next(self) -> str:
        """Reveal the next claim and return its id; "" when all are revealed.

        Raises EngagementError when its claim was not locked: evidence shown first would make the
        claim worthless.
        """
        return reveal_next(self.desk)

    def widget(self) -> widgets.Widget:
        """One button, and the claims revealed so far."""
        words = self.desk.words

        def reveal(_: State) -> str:
            claim = self.next()
            if not claim:
                later = words.listed(postponed(self.desk))
                told = "later" if later else "all"
                return words(f"workshop.reveal.{told}", claims=later)
            return words("workshop.reveal.shown", claim=claim)

        return Form((), reveal, button=words("workshop.reveal.next"), twin=self.twin)


def covered(desk: Desk, asked: bool | None = None, *, unclaimed: bool = False) -> bool:
    """Return True while a number on the wall would answer a claim that is not revealed yet.

    ``asked`` decides where somebody said it; ``unclaimed`` is the answer while nobody has claimed
    anything. A page covers nothing, and nothing is covered from the analyst.
    """
    if asked is not None:
        return asked
    locks = desk.locks
    later = postponed(desk)
    due = [lock for claim, lock in locks.items() if claim not in later]
    waiting = any(not lock.revealed for lock in due) if locks else unclaimed
    return waiting and is_live() and privacy_mode() != "analyst"


def postponed(desk: Desk) -> tuple[str, ...]:
    """Ids of claims that nothing made so far can test: two sources compared before any linkage."""
    if desk.find("linkage", Linkage) is not None:
        return ()
    return tuple(claim.id for claim in desk.engagement.claims if claim.kind == "overlap")


def uncovered(desk: Desk, evidence: T) -> T | HTML:
    """Return what is to be shown, or while numbers are covered a sentence saying so."""
    if not covered(desk):
        return evidence
    return HTML(str(told_html(desk.words("workshop.reveal.covered"))))


def claim_of(state: State, desk: Desk) -> Claim:
    """Return the claim that a form says; raises EngagementError naming what is missing.

    The id is the first free one: C1, C2, …
    """
    words = desk.words
    for name in ("subject", "expected", "said_by"):
        if not state.get(name):
            blank = (
                words("workshop.role") if name == "said_by" else words(f"workshop.claims.{name}")
            )
            raise EngagementError(words("workshop.missing", blank=blank))
    if state["kind"] in ("overlap", "flow"):
        subject = _source_named(state["subject"], desk)
    elif state["kind"] in ("unique", "complete"):
        subject = _attribute_named(state["subject"], words)
    else:
        subject = re.sub(r"[^a-z0-9]+", "_", state["subject"].lower()).strip("_")
    taken = {claim.id for claim in desk.engagement.claims}
    numbers = (f"C{n}" for n in range(1, len(taken) + 2))
    try:
        return Claim(
            id=next(name for name in numbers if name not in taken),
            source=state["source"],
            subject=subject,
            kind=state["kind"],  # type: ignore[arg-type]  # checked by the model
            expected=expected_of(state["expected"], words),
            said_by=state["said_by"],
        )
    except ValidationError as problem:
        raise EngagementError(problem.errors()[0]["msg"]) from None


def expected_of(said: str, words: Words) -> bool | float:
    """Return what somebody expects: yes, no, or a share.

    >>> from scvkit.locale import load_words
    >>> [expected_of(said, load_words()) for said in ("yes", "90 %", "0,9", "no")]
    [True, 0.9, 0.9, False]
    """
    plain = said.strip().lower()
    if plain in {"yes", words("workshop.yes").lower()}:
        return True
    if plain in {"no", words("workshop.no").lower()}:
        return False
    number = plain.replace(",", ".").rstrip("%").strip()
    try:
        value = float(number)
    except ValueError:
        raise EngagementError(words("workshop.claims.not_expected", said=said)) from None
    return value / 100 if "%" in plain or value > 1 else value


def say_claim(desk: Desk, claim: Claim) -> Entry:
    """Lock a claim: write it into the journal with its time and hash."""
    content = claim.model_dump(mode="json")
    part = ("claims", {"id": claim.id})
    return desk.say("claim", content, part=part, role=claim.said_by)


def lock_all(desk: Desk) -> int:
    """Lock the claims that stand in the engagement file only, as they stand; return how many."""
    waiting = [
        claim
        for claim in desk.engagement.claims
        if not desk.locks[claim.id].locked and not desk.locks[claim.id].revealed
    ]
    for claim in waiting:
        say_claim(desk, claim)
    return len(waiting)


def reveal_next(desk: Desk) -> str:
    """Record that the next claim's number is shown, and return its id; "" when none is left.

    A claim that nothing can test yet stays covered; those after it are revealed.
    """
    locks, later = desk.locks, postponed(desk)
    waiting = [
        claim.id
        for claim in desk.engagement.claims
        if not locks[claim.id].revealed and claim.id not in later
    ]
    if not waiting:
        return ""
    if not locks[waiting[0]].locked:
        raise EngagementError(desk.words("workshop.reveal.not_locked", claim=waiting[0]))
    desk.say("reveal", waiting[0])
    return waiting[0]


def claim_table(desk: Desk) -> Markup:
    """Return the claims as they were said, each with its lock, without a number measured."""
    words, locks = desk.words, desk.locks
    return table(
        [words(f"workshop.claims.{name}") for name in ("id", "said", "expected")]
        + [words("workshop.role"), words("workshop.claims.lock_state")],
        [
            (
                claim.id,
                _said(claim, desk),
                _expected(claim, words),
                claim.said_by,
                locks[claim.id].sentence(words),
            )
            for claim in desk.engagement.claims
        ],
        caption=words("workshop.claims.title", n=len(desk.engagement.claims)),
        nothing=words("workshop.claims.none"),
    )


def revealed_claims(desk: Desk, identity: Identity, shown: tuple[str, ...] | None) -> Markup:
    """Return claims beside their measurement, a ring where it was said and a dot where it is.

    ``shown`` are ids, None means all; how many are still covered is said below.
    """
    words = desk.words
    tests = report.tested_claims(identity, _linkage(desk))
    chosen = [test for test in tests if shown is None or test.id in shown]
    beside = report.claims_beside(
        chosen,
        names=desk.names,
        words=words,
        locks={claim: lock.sentence(words) for claim, lock in desk.locks.items()},
    )
    waiting = len(tests) - len(chosen)
    later = () if shown is None else postponed(desk)
    return Markup("{}{}{}").format(
        beside or Markup("<p>{}</p>").format(words("workshop.reveal.none")),
        told_html(words("workshop.reveal.waiting", n=waiting)) if waiting else "",
        told_html(words("workshop.reveal.later", claims=words.listed(later))) if later else "",
    )


def _linkage(desk: Desk) -> Linkage | None:
    """The linkage with the claims of now put to it: the room claims after the batch has linked."""
    found = desk.find("linkage", Linkage)
    return found and replace(found, claims=overlap_claims(desk.engagement, found.overlaps))


def locked_sentence(entry: Entry, words: Words) -> str:
    """Return what somebody is told who has just locked a claim."""
    claim = str(entry.content["id"])
    return words("workshop.claims.locked", claim=claim, at=moment(entry.at), hash=entry.short_hash)


def _locked_and_told(entry: Entry, desk: Desk) -> str:
    """The sentence of the lock, and a word where no column of the source can settle the claim."""
    told = locked_sentence(entry, desk.words)
    claim = Claim.model_validate(entry.content)
    if not _carried(claim, desk):
        source = desk.names[claim.source]
        subject = attribute_word(claim.subject, desk.words)
        told += " " + desk.words("workshop.claims.no_column", source=source, subject=subject)
    return told


def _carried(claim: Claim, desk: Desk) -> bool:
    """Return False where the source was read and none of its columns is the claim's subject."""
    intake = desk.find("intake", Intake)
    tables = [
        t for s in (intake.sources if intake else ()) if s.source == claim.source for t in s.tables
    ]
    if claim.kind not in ("unique", "complete") or not tables:
        return True
    alike = {claim.subject, *_ALSO.get(claim.subject, ())}
    return any(m.attribute in alike for table in tables for m in table.meanings)


def _said(claim: Claim, desk: Desk) -> str:
    subject = desk.names.get(claim.subject) or attribute_word(claim.subject, desk.words)
    source = desk.names.get(claim.source, claim.source)
    return desk.words(f"report.claims.{claim.kind}", source=source, subject=subject)


def _expected(claim: Claim, words: Words) -> str:
    if isinstance(claim.expected, bool):
        return words("workshop.yes" if claim.expected else "workshop.no")
    return words.percent(claim.expected)


def _source_named(said: str, desk: Desk) -> str:
    plain = said.strip().lower()
    for key, name in desk.names.items():
        if plain in (key, name.lower()):
            return key
    raise EngagementError(
        desk.words("workshop.claims.no_source", said=said, names=", ".join(desk.names.values()))
    )


def _attribute_named(said: str, words: Words) -> str:
    """The attribute somebody means, by its name or in the words of the room: "kundenummer"."""
    squashed = {_squashed(words(f"report.attributes.{a}")): a.value for a in Attribute}
    squashed |= {_squashed(a.value): a.value for a in Attribute}
    plain = _squashed(said)
    if plain not in squashed:
        hint = nearest(plain, squashed)
        raise EngagementError(words("workshop.claims.no_attribute", said=said) + hint)
    return squashed[plain]


def _squashed(said: str) -> str:
    return re.sub(r"[\W_]+", "", said.lower())
