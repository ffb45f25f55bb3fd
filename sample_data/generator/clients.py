"""The five clients: the first, the same one later, and three that get another answer."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime

from .parameters import TAERSKEL, Client, Faults, Membership, Permissions

_FAULTLESS = Faults(**{f.name: 0.0 for f in fields(Faults)})
_PLAIN = Permissions(
    withdrawn_but_club_yes=0,
    never_reached_newsletter=0,
    club_blank=0,
    two_texts=0,
    without_proof=0,
    newsletter_withdrawn=0.06,
    recent_withdrawals=0,
    unsubscribed_in_shadow=0,
)

# Six months later: one suppression list, e-mail asked for at the till, numbers in tickets.
TAERSKEL_B = replace(
    TAERSKEL,
    slug="taerskel_b",
    assessed=date(2027, 3, 31),
    silos=("erp", "shop", "newsletter", "club", "desk", "web", "crm", "sendlist"),
)

# Everything is asked for, written alike and proven: the answer can be a full view.
TIDY = Client(
    name="Orden & Datter A/S",
    slug="tidy",
    club_export=datetime(2026, 9, 29, 22, 0, 0),
    newsletter_export=datetime(2026, 9, 29, 23, 0, 0),
    order_lag=1,
    silos=("erp", "shop", "newsletter", "club", "desk", "web", "sendlist"),
    membership=replace(
        TAERSKEL.membership, desk_erp=0.95, contacts_per_company=1 / 3, newsletter_customers=0.72
    ),
    faults=_FAULTLESS,
    permissions=_PLAIN,
)

# Two lists and no purchase: nothing can be said yet.
MICRO = replace(TAERSKEL, name="Mikro Havecenter ApS", slug="micro", silos=("newsletter", "club"))

# People who buy one staircase in their life, and readers who dream of one.
POINTLESS = Client(
    name="Engang Trapper A/S",
    slug="pointless",
    newsletter_export=datetime(2026, 9, 29, 23, 0, 0),
    silos=("shop", "newsletter"),
    canaries=False,
    membership=Membership(
        customers=0.42,
        erp=0.0,
        shop=0.42,
        shop_without_order=0.0,
        club=0.0,
        club_without_purchase=0.0,
        newsletter=0.5,
        desk=0.0,
        contacts_private_in_erp=0.0,
        erp_crm=0.0,
        newsletter_customers=0.05,
    ),
    faults=replace(_FAULTLESS, shop_second_account=0.15),
    permissions=replace(_PLAIN, without_proof=0.1),
)

CLIENTS = {c.slug: c for c in (TAERSKEL, TAERSKEL_B, MICRO, TIDY, POINTLESS)}
