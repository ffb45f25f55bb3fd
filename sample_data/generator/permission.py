"""Each person's true marketing permission, and the few planted differences between sources.

Nothing here is random noise: a person has one state per channel, every source repeats it, and
only the people named in `planted` show a difference, each of a known kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from .chance import quota, sample, stream
from .parameters import Client, Preset
from .people import Person

CONSENT_SOURCES = ("newsletter", "shop", "club", "crm")
WITHDRAWN_BUT_CLUB_YES = "withdrawn_in_newsletter_given_in_club"
NEVER_REACHED = "given_in_shop_never_reached_newsletter"
CLUB_BLANK = "given_in_newsletter_blank_in_club"
TWO_TEXTS = "given_under_two_texts"
_TEXTS = (
    (datetime(2018, 5, 25), "v1"),
    (datetime(2022, 3, 1), "v2"),
    (datetime(2999, 1, 1), "v3"),
)


@dataclass(slots=True, kw_only=True)
class Permission:
    """One person's true state for marketing."""

    email: str  # given | refused | withdrawn
    since: datetime
    text: str
    withdrawn_at: datetime | None = None
    planted: str = ""
    sms: bool = False
    post: bool = False


def decide(client: Client, preset: Preset, people: list[Person], seed: int) -> list[Permission]:
    """The permission of each person, in the order of `people`."""
    rng = stream(seed, "permission")
    states = [_plain_state(rng, client, p) for p in people]
    _withdrawals(rng, client, preset, people, states)
    _differences(rng, client, preset, people, states)
    return states


def text_in_force(at: datetime) -> str:
    """The version of the consent text shown on a date."""
    return next(version for until, version in _TEXTS if at < until)


def linked(people: list[Person]) -> list[int]:
    """People in two or more sources that state permissions."""
    return [i for i, p in enumerate(people) if len(p.sources.intersection(CONSENT_SOURCES)) >= 2]


def _plain_state(rng: Random, client: Client, person: Person) -> Permission:
    asked = client.newsletter_export - timedelta(days=round(rng.triangular(40, 4_300, 500)))
    asked += timedelta(seconds=rng.randrange(12 * 3_600))
    if "newsletter" in person.sources:
        email = "given"
    elif "shop" in person.sources:
        # Whoever says yes in the shop is passed on to the newsletter, unless planted otherwise.
        email = "refused"
    else:
        email = "given" if rng.random() < 0.35 else "refused"
    return Permission(
        email=email,
        since=asked,
        text=text_in_force(asked),
        sms=rng.random() < 0.3,
        post=rng.random() < 0.5,
    )


def _withdrawals(
    rng: Random, client: Client, preset: Preset, people: list[Person], states: list[Permission]
) -> None:
    p = client.permissions
    # Marked people stay subscribed: they must stand in every list.
    readers = [i for i, x in enumerate(people) if "newsletter" in x.sources and x.canary is None]
    own_mailbox = [
        i for i in readers if "club" in people[i].sources and not people[i].shares_mailbox
        and not people[i].father_and_son and people[i].job is None
    ]  # fmt: skip
    count = quota(p.withdrawn_but_club_yes, len(linked(people)), preset.minimum_faults + 3)
    contradicting = sample(rng, own_mailbox, count)
    recent = quota(p.recent_withdrawals, preset.people, preset.minimum_faults + 3)
    late_here = set(sample(rng, contradicting, round(0.45 * recent)))
    for i in contradicting:
        states[i].planted = WITHDRAWN_BUT_CLUB_YES
        _withdraw(rng, client, states[i], recent=i in late_here)
    # A recent withdrawal cannot have reached the older club file: these people are not in it.
    outside = [i for i in readers if "club" not in people[i].sources]
    late_outside = sample(rng, outside, recent - len(late_here))
    for i in late_outside:
        _withdraw(rng, client, states[i], recent=True)
    done = set(contradicting) | set(late_outside)
    rest = [i for i in readers if i not in done]
    more = round(p.newsletter_withdrawn * len(readers)) - len(done)
    for i in sample(rng, rest, max(0, more)):
        _withdraw(rng, client, states[i], recent=False)


def _withdraw(rng: Random, client: Client, state: Permission, *, recent: bool) -> None:
    state.email = "withdrawn"
    if recent:
        seconds = int((client.newsletter_export - client.club_export).total_seconds())
        state.withdrawn_at = client.club_export + timedelta(seconds=rng.randrange(3_600, seconds))
        return
    span = int((client.club_export - state.since).total_seconds()) - 90_000
    state.withdrawn_at = state.since + timedelta(seconds=3_600 + rng.randrange(max(1, span)))


def _differences(
    rng: Random, client: Client, preset: Preset, people: list[Person], states: list[Permission]
) -> None:
    p, minimum = client.permissions, preset.minimum_faults + 1
    base = len(linked(people))

    def free(*needed: str, without: str = "") -> list[int]:
        return [
            i
            for i, x in enumerate(people)
            if not states[i].planted
            and x.sources.issuperset(needed)
            and without not in x.sources
            and not x.father_and_son
            and x.canary is None
        ]

    silent = free("shop", "club", without="newsletter")
    for i in sample(rng, silent, quota(p.never_reached_newsletter, base, minimum)):
        states[i].planted, states[i].email = NEVER_REACHED, "given"
    given = [i for i in free("newsletter", "club") if states[i].email == "given"]
    for i in sample(rng, given, quota(p.club_blank, base, minimum)):
        states[i].planted = CLUB_BLANK
    given = [i for i in free("newsletter", "club") if states[i].email == "given"]
    for i in sample(rng, given, quota(p.two_texts, base, minimum)):
        states[i].planted = TWO_TEXTS
