"""What a client is, as numbers: sizes of the presets and rates of the planted faults.

A variant of the client (a later run, a tidy one, a pointless one) is another `Client` value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """The size of one delivery."""

    name: str
    people: int
    companies: int
    canaries: int
    minimum_faults: int = 5


PRESETS: dict[str, Preset] = {
    p.name: p
    for p in (
        Preset(name="tiny", people=600, companies=60, canaries=12),
        Preset(name="demo", people=3_000, companies=300, canaries=40),
        Preset(name="big", people=12_000, companies=900, canaries=40),
        Preset(name="large", people=250_000, companies=18_750, canaries=40),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Sizes of the sources as shares of all people, and overlaps as shares of the smaller one."""

    customers: float = 0.72
    erp: float = 0.426
    shop: float = 0.475
    shop_without_order: float = 0.017
    club: float = 0.408
    club_without_purchase: float = 0.0125
    newsletter: float = 0.55
    desk: float = 0.217
    contacts_per_company: float = 5 / 3
    contacts_also_private: float = 0.40
    contacts_private_in_erp: float = 0.28
    erp_shop: float = 0.63
    erp_club: float = 0.63
    shop_club: float = 0.62
    erp_newsletter: float = 0.51
    newsletter_desk: float = 0.51
    erp_crm: float = 0.71
    desk_erp: float = 0.64
    newsletter_customers: float = 0.63


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Rates of planted faults; the base of each is written in truth/expected.yaml."""

    erp_second_record: float = 0.09
    erp_third_record: float = 0.02
    erp_placeholder_email: float = 0.08
    erp_mojibake: float = 0.03
    erp_folded: float = 0.30
    erp_swapped: float = 0.50
    erp_lost_zero: float = 0.06
    erp_number_reused: float = 40 / 6_000
    test_customers: float = 25 / 12_500
    shop_domain_typo: float = 0.015
    shop_second_account: float = 0.13
    shop_changed_surname: float = 0.05
    shop_chinese: float = 0.01
    shared_mailbox: float = 0.18
    shared_phone: float = 0.04
    moved: float = 0.12
    father_and_son: float = 30 / 12_000
    club_second_membership: float = 0.03
    club_1900: float = 0.07
    future_date: float = 0.002
    month_first: float = 0.03
    club_recycled_phone: float = 0.01
    desk_without_identity: float = 0.09
    desk_birth_number: float = 12 / 3_700
    desk_dst_gap: float = 0.004
    web_test: float = 0.04
    web_unknown_consent: float = 0.14
    web_before_consent: float = 0.06
    crm_org_typo: float = 0.04
    crm_protected: float = 0.06
    crm_left: float = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """Planted differences, as shares of the people in two or more consent-bearing sources."""

    withdrawn_but_club_yes: float = 0.04
    never_reached_newsletter: float = 0.03
    club_blank: float = 0.03
    two_texts: float = 0.02
    without_proof: float = 0.29
    newsletter_withdrawn: float = 0.17
    recent_withdrawals: float = 350 / 12_000
    unsubscribed_in_shadow: float = 0.15


SILOS = ("erp", "shop", "newsletter", "club", "desk", "web", "crm", "sendlist", "shadow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One invented client. `silos` are the sources it delivers; `order_lag` is in days."""

    name: str = "Tærskel & Søn A/S"
    slug: str = "taerskel"
    as_of: date = date(2026, 9, 30)
    club_export: datetime = datetime(2026, 8, 31, 22, 0, 0)
    newsletter_export: datetime = datetime(2026, 9, 11, 4, 0, 0)
    campaign_sent: datetime = datetime(2026, 9, 15, 7, 0, 0)
    order_lag: int = 12
    silos: tuple[str, ...] = SILOS
    assessed: date | None = None  # a later delivery of the same records; None: on `as_of`
    canaries: bool = True
    membership: Membership = field(default_factory=Membership)
    faults: Faults = field(default_factory=Faults)
    permissions: Permissions = field(default_factory=Permissions)

    @property
    def day(self) -> date:
        """The day of this delivery."""
        return self.assessed or self.as_of

    @property
    def newsletter_reaches(self) -> date:
        """The newest day in the newsletter's export."""
        return self.newsletter_export.date() if not self.assessed else self.day - timedelta(days=1)


TAERSKEL = Client()
