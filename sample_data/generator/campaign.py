"""The last send list, and the shadow list nobody mentioned."""

from __future__ import annotations

from datetime import timedelta

from .chance import quota, sample, stream
from .ledger import Entry, Row, Table, World
from .newsletter import Subscription, mailable, shouted
from .numbers import written_phone

SEND_COLUMNS = ("campaign_id", "email", "sent_at", "segment", "opened", "clicked")
SHADOW_COLUMNS = ("Navn", "Mail", "Tlf", "Butik", "Kommentar", "Dato")
CAMPAIGN = "2026-09-EFTERAAR"
_SEGMENTS = ("have", "bolig", "pro", "alle")
_REMARKS = ("", "", "", "ring først", "fra messen", "OK iflg. butik", "dublet?", "må gerne få mail")


def send_list(world: World, subscriptions: list[Subscription]) -> Table:
    """The September send list, built on a list as old as the club file: late withdrawals got it."""
    rng = stream(world.seed, "send list")
    audience = mailable(subscriptions, world.client.club_export)
    audience = [s for s in audience if (s.person and s.person.canary is not None)
                or rng.random() < 0.955]  # fmt: skip
    entries, seen = [], set()
    for subscription in audience:
        email = subscription.email.lower()
        if email in seen:
            continue
        seen.add(email)
        opened = rng.random() < 0.31
        sent = world.client.campaign_sent + timedelta(seconds=len(seen) // 4)
        row: Row = {
            "campaign_id": CAMPAIGN,
            "email": email,
            "sent_at": f"{sent:%Y-%m-%d %H:%M:%S}",
            "segment": rng.choice(_SEGMENTS),
            "opened": int(opened),
            "clicked": int(opened and rng.random() < 0.18),
            "_id": f"{CAMPAIGN}|{email}",
        }
        entry = Entry(
            row, subscription.person, None, "person" if subscription.person else "organisation"
        )
        if subscription.status == "unsubscribed":
            entry.fault("mailed_after_withdrawal", "email")
        entries.append(entry)
    world.ledger.bases["sendlist", "mailed_after_withdrawal"] = len(entries)
    world.ledger.close("sendlist", "sends", "_id", entries, {"email": "email"})
    for entry in entries:
        del entry.row["_id"]
    return Table(SEND_COLUMNS, [e.row for e in entries])


def shadow_list(world: World, subscriptions: list[Subscription]) -> Table:
    """A copy of a campaign list kept by hand; a seventh of the unsubscribed still stand in it."""
    rng = stream(world.seed, "shadow")
    gone = [s for s in subscriptions if s.status == "unsubscribed" and s.person is not None]
    count = quota(world.client.permissions.unsubscribed_in_shadow, len(gone), 5)
    world.ledger.bases["shadow", "unsubscribed_in_shadow"] = len(gone)
    marked = [s for s in subscriptions if s.person is not None and s.person.canary is not None]
    first = [s for s in gone if s in marked]
    rest = [s for s in gone if s not in marked]
    planted = first + sample(rng, rest, max(0, count - len(first)))
    still = [s for s in subscriptions if s.status == "subscribed" and s.person is not None
             and s.person.canary is None]  # fmt: skip
    size = max(25, round(640 / 12_000 * world.preset.people))
    chosen = planted + [s for s in marked if s not in planted]
    chosen += sample(rng, still, max(0, size - len(chosen)))
    rng.shuffle(chosen)
    entries = []
    # Three lines of heading stand above the first row of data.
    for line, subscription in enumerate(chosen, start=4):
        person = subscription.person
        assert person is not None
        row: Row = {
            "Navn": shouted(rng, person.full_name),
            "Mail": subscription.email,
            "Tlf": written_phone(rng, person.mobile) if rng.random() < 0.5 else "",
            "Butik": rng.choice(("Nørstrup", "Ekfors", "", "web")),
            "Kommentar": rng.choice(_REMARKS),
            "Dato": rng.choice(("marts 25", "12/3-25", "2025-03-12", "")),
            "_line": line,
        }
        entry = Entry(row, person)
        if subscription.status == "unsubscribed":
            entry.fault("unsubscribed_in_shadow", "email")
        entries.append(entry)
    identifying = {"Navn": "full_name", "Mail": "email", "Tlf": "phone"}
    world.ledger.close("shadow", "rows", "_line", entries, identifying)
    return Table(SHADOW_COLUMNS, [e.row for e in entries])
