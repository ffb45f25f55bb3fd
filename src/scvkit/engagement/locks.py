"""When each claim was written down, and whether that was before its number was shown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from scvkit.engagement.journal import Entry, Journal
from scvkit.engagement.model import Claim
from scvkit.locale import Words


class LockState(StrEnum):
    """What the journal knows of a claim."""

    BEFORE = "before"  # written down before its number was shown
    AFTER = "after"  # written, or written anew, when its number had been seen
    CHANGED = "changed"  # the engagement file says something else than what was locked
    OPEN = "open"  # never locked: it stands in the engagement file only


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """The lock of one claim; ``at`` and ``hash`` are empty while it is open."""

    claim: str
    state: LockState
    at: str = ""
    hash: str = ""
    revealed: bool = False

    @property
    def locked(self) -> bool:
        """True when its evidence may be shown."""
        return self.state in (LockState.BEFORE, LockState.AFTER)

    def sentence(self, words: Words) -> str:
        """Return it in words: when, and whether before or after the number was shown."""
        at = moment(self.at)
        return words(f"workshop.lock.{self.state}", at=at, hash=self.hash)


def moment(at: str, zone: dt.tzinfo | None = None) -> str:
    """Return a time of the journal as it is shown: to the minute, with the zone.

    The journal keeps UTC; shown is the clock of this machine, which is that on the wall, or that
    of ``zone``.

    >>> moment("2026-11-22T09:50:04+00:00", dt.timezone(dt.timedelta(hours=1), "CET"))
    '2026-11-22 10:50 CET'
    >>> moment("2026-11-22T09:50:04+00:00", dt.timezone(dt.timedelta(hours=8)))
    '2026-11-22 17:50 UTC+08:00'
    """
    if not at:
        return ""
    local = dt.datetime.fromisoformat(at).astimezone(zone)
    name = local.tzname() or ""
    # Some machines know only a zone's long name, or its offset alone.
    if not re.fullmatch(r"[A-Z]{3,5}", name):
        name = local.strftime("UTC%z")[:6] + ":" + local.strftime("%z")[3:5]
    return f"{local:%Y-%m-%d %H:%M} {name}"


def claim_locks(claims: Iterable[Claim], journals: Iterable[Journal]) -> dict[str, Lock]:
    """Return the lock of each claim by its id; ``journals`` in the order they were written.

    The order of the lines counts, not their clocks: the hashes hold the order.
    """
    entries = [entry for journal in journals for entry in journal.of("claim", "reveal")]
    return {claim.id: _lock(claim, entries) for claim in claims}


def _lock(claim: Claim, entries: list[Entry]) -> Lock:
    revealed, last, late = False, None, False
    for entry in entries:
        if entry.kind == "reveal":
            revealed = revealed or entry.content == claim.id
        elif isinstance(entry.content, dict) and entry.content.get("id") == claim.id:
            last, late = entry, revealed
    if last is None:
        return Lock(claim=claim.id, state=LockState.OPEN, revealed=revealed)
    state = LockState.AFTER if late else LockState.BEFORE
    if not _same(last, claim):
        state = LockState.CHANGED
    return Lock(claim=claim.id, state=state, at=last.at, hash=last.short_hash, revealed=revealed)


def _same(entry: Entry, claim: Claim) -> bool:
    try:
        return Claim.model_validate(entry.content) == claim
    except ValidationError:
        return False
