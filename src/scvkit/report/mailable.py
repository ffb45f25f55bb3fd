"""Who may be written to now: a yes in the newsletter, and no known no elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from scvkit.locale.words import Words
from scvkit.records.consent import SourcePermission
from scvkit.records.linkage import Linkage
from scvkit.report.disclosure import Shown, falling, people
from scvkit.report.found import Found
from scvkit.vocabulary import Channel, Domain, GateState


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailable:
    """Records of the newsletter by what they say about e-mail; ``held`` gates stand in the way.

    ``now`` are the yeses less the addresses that say no as well and those whose person says no in
    another system, ``no_in`` by name: which of the two is right nobody has settled. Whether a send
    leaves these out is another question: while the gate of withdrawals has not passed, nothing
    sees to it. ``no_elsewhere`` is None where no other system's answers could be compared.
    ``newest`` is the newest date in the newsletter.
    """

    stated: SourcePermission
    name: str
    no_elsewhere: int | None
    no_in: tuple[str, ...]
    held: tuple[str, ...]
    unseen: bool
    newest: dt.date | None = None

    @property
    def records(self) -> int:
        """Records of the newsletter."""
        return self.stated.records

    @property
    def now(self) -> int:
        """Records that may be written to."""
        # An address that says yes in one row and no in another says no.
        return max(0, self.stated.given - (self.no_elsewhere or 0) - self.stated.both_ways)

    def now_shown(self, words: Words) -> Shown:
        """``now`` as it may be told beside the yeses and the records it is a part of."""
        return falling([self.stated.given, self.now], words, whole=self.records)[1]


def mailable(found: Found) -> Mailable | None:
    """Return what the newsletter states about marketing by e-mail; None where it states nothing."""
    letters = {k for k, s in found.engagement.sources.items() if s.domain is Domain.NEWSLETTER}
    permission = found.permission
    stated = [
        entry
        for entry in (permission.sources if permission else ())
        if entry.source in letters and entry.channel is Channel.EMAIL and entry.records
    ]
    most = max(stated, key=lambda entry: entry.records, default=None)
    if most is None or permission is None:
        return None
    gates = {gate.id: gate.state for gate in found.readiness.gates}
    waits = gates.get("G5") in (GateState.FAILED, GateState.OPEN)
    return Mailable(
        stated=most,
        name=found.names.get(most.source, most.source),
        no_elsewhere=most.no_elsewhere,
        no_in=tuple(found.names.get(source, source) for source in most.no_elsewhere_in),
        held=("G5",) if waits else (),
        unseen=gates.get("G5") is GateState.NOT_ASSESSED,
        newest=found.newest(most.source),
    )


def records_and_people(listed: Mailable, found: Found, words: Words) -> str:
    """Return how many records the newsletter has, and how many people they are, as a sentence."""
    whole = people(listed.records, words)
    who = behind(listed.stated.source, found.linkage, words)
    if not who:
        return words("report.roles.mailable_note.of", whole=whole, source=listed.name)
    return words("report.roles.mailable_note.of_people", whole=whole, source=listed.name, who=who)


def list_said(linkage: Linkage, source: str, words: Words) -> str:
    """Return who the records of a list are, in a sentence; empty where they are nobody's."""
    who = behind(source, linkage, words)
    records = people(linkage.records_of(source), words)
    return words("report.split.records", records=records, who=who) if who else ""


def behind(source: str, linkage: Linkage | None, words: Words) -> str:
    """Return who the records of a source are: "1,697 people and 81 organisations"."""
    persons, firms = linkage.entities_of(source) if linkage else (0, 0)
    if not persons:
        return ""
    told = words("report.behind.people", n=people(persons, words))
    if not firms:
        return told
    return words.listed((told, words("report.behind.firms", n=people(firms, words))))
