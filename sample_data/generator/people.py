"""Invented people in households, and invented companies with their contacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .chance import quota, stream
from .mail import MailBook
from .names import Name, canary_name, chinese_name, given_name, middle_name, surname
from .numbers import CompanyNumbers, Phone, PhoneBook
from .parameters import Client, Preset
from .places import Address, address, canary_address


@dataclass(slots=True, kw_only=True, eq=False)
class Person:
    """One human being and what is true about them."""

    person_id: str
    household_id: str
    name: Name
    woman: bool
    born: date
    country: str
    home: Address
    mobile: Phone
    landline: Phone | None
    email: str
    second_email: str = ""
    former_home: Address | None = None
    new_surname: str = ""
    shares_mailbox: bool = False
    shares_phone: bool = False
    canary: int | None = None
    father_and_son: bool = False
    contact_only: bool = False
    sources: set[str] = field(default_factory=set)
    has_order: bool = False
    club_purchase: bool = False
    job: Job | None = None
    erp_numbers: list[int] = field(default_factory=list)
    shop_ids: list[str] = field(default_factory=list)
    orders: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def is_customer(self) -> bool:
        """Whether some file holds a purchase or a debtor of theirs."""
        return "erp" in self.sources or self.has_order or self.club_purchase

    @property
    def full_name(self) -> str:
        """Given name and surname."""
        return f"{self.name.given} {self.name.surname}"

    @property
    def old_home(self) -> Address:
        """Where a register that was never told still believes they live."""
        return self.former_home or self.home


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """A person's place in a company, with the contact data used there."""

    company: Company
    title: str
    email: str
    role_mailbox: bool
    phone: Phone
    former_company: Company | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Company:
    """One organisation."""

    org_id: str
    name: str
    form: str
    country: str
    seat: Address
    org_no: str
    domain: str
    phone: Phone
    protected: bool = False
    parent: str = ""
    contacts: list[Person] = field(default_factory=list)
    erp_numbers: list[int] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        """Name and legal form."""
        return f"{self.name} {self.form}".strip()


class Population:
    """All people and companies of one client, before any source knows them."""

    def __init__(self, client: Client, preset: Preset, seed: int) -> None:
        self.client, self.preset = client, preset
        self._rng = stream(seed, "people")
        self._phones, self._mail, self._numbers = PhoneBook(), MailBook(), CompanyNumbers()
        self._household = self._couples = 0
        self._deck: list[bool] = []
        m = client.membership
        contacts = round(m.contacts_per_company * preset.companies)
        self.contact_only = round((1 - m.contacts_also_private) * contacts)
        self.contacts_also_private = contacts - self.contact_only
        self.people: list[Person] = []
        self._live_privately(preset.people - self.contact_only)
        for _ in range(self.contact_only):
            person = self._resident(self._country(), self._age_year(24, 68))
            person.contact_only = True
        self.companies = [self._company(i) for i in range(preset.companies)]

    def employ(self, person: Person, company: Company) -> None:
        """Make someone a contact of a company."""
        rng = self._rng
        role = rng.random() < 0.18
        local = rng.choice(("info", "ordre", "kontor", "indkoeb"))
        email = (
            f"{local}@{company.domain}"
            if role
            else self._mail.at_work(rng, person.name.given, person.name.surname, company.domain)
        )
        person.job = Job(
            company=company,
            title=rng.choice(_TITLES),
            email=email,
            role_mailbox=role,
            phone=company.phone
            if rng.random() < 0.5
            else self._phones.mobile(rng, company.country),
        )
        company.contacts.append(person)

    def _live_privately(self, count: int) -> None:
        rng, faults = self._rng, self.client.faults
        for number in range(self.preset.canaries):
            self._canary(number)
        pairs = quota(faults.father_and_son, self.preset.people, self.preset.minimum_faults)
        for _ in range(pairs):
            self._father_and_son()
        minimum = self.preset.minimum_faults + 1
        for _ in range(quota(0.0045, self.preset.people, minimum)):
            self._resident("TW", self._age_year(20, 60))
        while len(self.people) < count:
            adults = rng.choices((1, 2, 3), (40, 46, 14))[0]
            self._family(min(adults, count - len(self.people)))

    def _family(self, adults: int) -> None:
        rng, faults = self._rng, self.client.faults
        country = self._country()
        head = self._resident(country, self._age_year(19, 90))
        if adults == 1:
            return
        shared_name = rng.random() < 0.68
        partner = self._resident(
            country,
            max(1936, min(2006, head.born.year + round(rng.gauss(0, 3)))),
            home=head.home,
            household=head.household_id,
            family_name=head.name.surname if shared_name else "",
            woman=not head.woman if rng.random() < 0.96 else head.woman,
        )
        partner.former_home = head.former_home
        if head.landline and rng.random() < 0.8:
            partner.landline = head.landline
        if rng.random() < faults.shared_mailbox:
            mailbox = (
                self._mail.family(rng, head.name.surname) if rng.random() < 0.5 else head.email
            )
            head.email = partner.email = mailbox
            head.shares_mailbox = partner.shares_mailbox = True
            for person in (head, partner):
                person.second_email = person.second_email or self._mail.private(
                    rng, person.name.given, person.name.surname, person.born.year
                )
        self._couples += 1
        # The first couples always share, so that small presets hold a few.
        if rng.random() < faults.shared_phone or self._couples <= 2 * self.preset.minimum_faults:
            partner.mobile = head.mobile
            head.shares_phone = partner.shares_phone = True
        if adults == 3:
            child = self._resident(
                country,
                max(head.born.year, partner.born.year) + rng.randint(20, 34)
                if max(head.born.year, partner.born.year) < 1972
                else 2005,
                home=head.home,
                household=head.household_id,
                family_name=head.name.surname,
            )
            child.former_home = head.former_home

    def _father_and_son(self) -> None:
        father = self._resident("DK", self._age_year(52, 80), woman=False)
        son = self._resident(
            "DK",
            father.born.year + self._rng.randint(22, 33),
            home=father.home,
            household=father.household_id,
            family_name=father.name.surname,
            woman=False,
        )
        son.name = father.name
        father.former_home = son.former_home = None
        father.father_and_son = son.father_and_son = True

    def _canary(self, number: int) -> None:
        rng = self._rng
        country = "DK" if number % 3 else "SE"
        person = self._resident(country, self._age_year(25, 75))
        person.name = canary_name(number)
        person.home = canary_address(number, country, rng)
        person.former_home, person.new_surname, person.canary = None, "", number
        given, family = person.name.given.lower(), person.name.surname.replace("æ", "ae").lower()
        person.email = self._mail.named(f"{given}.{family}@kanariemail.example")
        person.second_email = self._mail.named(f"{family}{number}@kanariefugl.example")

    def _resident(
        self,
        country: str,
        birth_year: int,
        *,
        home: Address | None = None,
        household: str = "",
        family_name: str = "",
        woman: bool | None = None,
    ) -> Person:
        rng = self._rng
        is_woman = rng.random() < 0.53 if woman is None else woman
        if country == "TW":
            name = chinese_name(rng, woman=is_woman)
            given, *_, family = (name.latin.split()[1], name.latin.split()[0])
        else:
            given = given_name(rng, country, woman=is_woman, birth_year=birth_year)
            family = family_name or surname(rng, country)
            name = Name(given, middle_name(rng, country), family)
        if not household:
            self._household += 1
            household = f"H{self._household:06d}"
        born = date(birth_year, 1, 1) + timedelta(days=rng.randrange(365))
        moved = home is None and country != "TW" and self._moves()
        changes_name = is_woman and country != "TW" and birth_year > 1970 and rng.random() < 0.30
        person = Person(
            person_id=f"P{len(self.people) + 1:06d}",
            household_id=household,
            name=name,
            woman=is_woman,
            born=born,
            country=country,
            home=home or address(rng, country),
            mobile=self._phones.mobile(rng, country),
            landline=self._phones.landline(rng, country)
            if country != "TW" and rng.random() < (0.6 if birth_year < 1960 else 0.15)
            else None,
            email=self._mail.private(rng, given, family, birth_year),
            former_home=address(rng, country) if moved else None,
            new_surname=surname(rng, country) if changes_name else "",
        )
        if rng.random() < 0.32:
            person.second_email = self._mail.private(rng, given, family, birth_year)
        self.people.append(person)
        return person

    def _moves(self) -> bool:
        """Drawn from a deck of 50 households, so that small presets hold their share too."""
        if not self._deck:
            # A little above the rate: families with a fixed address are in the same deck.
            moves = round(50 * 1.08 * self.client.faults.moved)
            self._deck = [i < moves for i in range(50)]
            self._rng.shuffle(self._deck)
        return self._deck.pop()

    def _company(self, position: int) -> Company:
        rng = self._rng
        country = rng.choices(("DK", "SE", "NO"), (68, 26, 6))[0]
        seat = address(rng, country)
        stem = rng.choice((surname(rng, country), seat.city, surname(rng, country)))
        trade = rng.choice(_TRADES[country])
        name = f"{stem} {trade}" if rng.random() < 0.85 else f"{stem} & Søn {trade}"
        form = rng.choices(*_FORMS[country])[0]
        return Company(
            org_id=f"O{position + 1:05d}",
            name=name,
            form=form,
            country=country,
            seat=seat,
            org_no=self._numbers.new(rng, country),
            domain=self._mail.domain(rng, name),
            phone=self._phones.landline(rng, country),
        )

    def _country(self) -> str:
        return self._rng.choices(("DK", "SE", "NO"), (71, 21, 8))[0]

    def _age_year(self, youngest: int, oldest: int) -> int:
        age = round(self._rng.triangular(youngest, oldest, 47))
        return self.client.as_of.year - max(youngest, min(oldest, age))


_TITLES = ("Indehaver", "Indkøber", "Byggeleder", "Bogholder", "Projektleder", "Direktør", "Tømrer")
_TRADES = {
    "DK": ("Byg", "Tømrer", "Murerfirma", "VVS", "El", "Maler", "Entreprise", "Køkken", "Tag"),
    "SE": ("Bygg", "Snickeri", "Måleri", "VVS", "El", "Golv", "Entreprenad", "Plåt"),
    "NO": ("Bygg", "Snekkeri", "Maler", "Rør", "Elektro", "Entreprenør", "Tak"),
}
_FORMS: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "DK": (("ApS", "A/S", "I/S", ""), (52, 24, 8, 16)),
    "SE": (("AB", "HB", ""), (80, 8, 12)),
    "NO": (("AS", "ANS", ""), (82, 6, 12)),
}


def company_name_variant(rng: Random, company: Company) -> str:
    """The name as some clerk writes it: other legal form spelling, shortened, upper case."""
    form = {
        "A/S": ("A/S", "AS", "A.S.", ""),
        "ApS": ("ApS", "APS", "Aps.", ""),
        "AB": ("AB", "Aktiebolag", ""),
        "AS": ("AS", "A/S", ""),
    }.get(company.form, (company.form,))
    name = f"{company.name} {rng.choice(form)}".strip()
    if rng.random() < 0.12:
        name = name.replace("&", "og")
    return name.upper() if rng.random() < 0.2 else name
