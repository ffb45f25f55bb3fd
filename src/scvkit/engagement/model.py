"""The parts of the engagement file as types; a key none of them knows is an error."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from scvkit.engagement.marks import ReportMarks
from scvkit.engagement.part import Name, Part, SaidGrade
from scvkit.engagement.wishes import RoadmapOptions, Segment, ValueOptions
from scvkit.vocabulary import (
    Attribute,
    Channel,
    Domain,
    DoubtKind,
    EntityKind,
    FlowKind,
    Grain,
    Language,
    LawfulBasis,
)

ENGAGEMENT_VERSION = 1


class Client(Part):
    """Who is assessed."""

    name: str
    slug: Name | None = None
    country: str = Field(default="DK", pattern=r"^[A-Z]{2}$")
    languages: tuple[Language, ...] = Field(default=(Language.ENGLISH,), min_length=1)
    # Translations are machine-assisted: pages say so until a native speaker has read them.
    reviewed_languages: tuple[Language, ...] = ()


class Dpia(Part):
    """State of the data protection impact assessment."""

    status: Literal["none", "drafted", "signed"]
    grade: SaidGrade = "declared"


class Assessment(Part):
    """The facts of gate G0, and the date everything is measured against."""

    as_of: dt.date | None = None
    controller: str | None = None
    processor_agreement: str | None = None
    purpose: str | None = None
    delete_by: dt.date | None = None
    dpia: Dpia | None = None


class Reading(Part):
    """Settles a doubt about how a file is to be read; each line of it answers one."""

    delimiter: str | None = None
    quote: str | None = None
    encoding: str | None = None
    # Lines count from 0; "none": there is no header, the columns are numbered or named below.
    header_row: Annotated[int, Field(ge=0)] | Literal["none"] | None = None
    names: tuple[str, ...] | None = None  # what the columns are called, instead of the header
    footer_rows: int | None = Field(default=None, ge=0)  # lines after the table
    sheets: tuple[str, ...] | None = None  # of a workbook; tables of a database or an archive
    decimal: Literal[",", "."] | None = None
    date_order: Literal["day", "month"] | None = None  # which of the two stands first
    accept: tuple[DoubtKind, ...] = ()  # looked at, and right as they are


class Table(Part):
    """One table of a source.

    ``earlier`` is an earlier extract of the same table, named from the extracts folder;
    ``left_out`` are columns somebody looked at and that nothing needs. ``one_per`` names columns
    of whom each row is about, where a file holds many rows of one customer, such as orders: rows
    that agree in the first of them that is filled are one customer, told by the newest row.
    """

    file: str
    grain: Grain = Grain.CUSTOMER
    id: str | None = None
    columns: dict[str, Attribute] = Field(default_factory=dict)
    reading: Reading = Reading()
    earlier: str | None = None
    left_out: tuple[str, ...] = ()
    one_per: tuple[str, ...] = ()


class Consent(Part):
    """What the consent columns of a table mean.

    ``state`` stands in place of ``column`` where the whole table says it: some systems export who
    is subscribed, who left and who never agreed as files of their own.
    """

    table: str
    channel: Channel
    purpose: str = "marketing"
    column: str | None = None
    state: Literal["given", "refused", "withdrawn"] | None = None
    given: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    time: str | None = None
    source: str | None = None
    text: str | None = None
    withdrawal_time: str | None = None

    @field_validator("given", "refused", "withdrawn", mode="before")
    @classmethod
    def _as_text(cls, values: object) -> object:
        # YAML reads true, 1 and J alike as the extract's text: compare as text, lower case.
        if isinstance(values, list | tuple):
            return tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in values)
        return values

    @model_validator(mode="after")
    def _said_once(self) -> Consent:
        if (self.column is None) == (self.state is None):
            raise ValueError(
                "name either the column that says yes and no, or the state of the whole table"
            )
        if self.state and (self.given or self.refused or self.withdrawn):
            raise ValueError("a table with one state has no values to explain; leave them out")
        return self


class Basis(Part):
    """Lawful basis of a source for what it is used for."""

    basis: LawfulBasis
    purpose: str = ""
    covers_scv: bool | None = None
    grade: SaidGrade = "declared"


class ThreeQuestions(Part):
    """Why do you have it, can it do that, what did you last do with it?"""

    why: str | None = None
    can_you: bool | None = None
    last_used_for: str | None = None


Party = Literal["zero", "first", "third"]


class Source(Part):
    """A source card: what the client told us about one system.

    ``customer_gets`` is what the notice says the customer gets for the data ("": nothing);
    ``party`` says whether the customer told it (zero), we saw it (first) or it was bought (third);
    ``available_after_hours`` is how long after an event it can be used elsewhere. A source without
    ``tables`` is one that somebody told of and whose extract has not come.
    """

    name: str
    domain: Domain = Domain.OTHER
    owner: str | None = None
    stored: str | None = None
    since: int | None = None
    collected: str | None = None
    used: str | None = None
    refreshed: str | None = None
    good_at: str | None = None
    customer_gets: str | None = None
    party: Party | None = None
    available_after_hours: float | None = Field(default=None, ge=0)
    legal_basis: Basis | None = None
    three_questions: ThreeQuestions = ThreeQuestions()
    retention_months: int | None = Field(default=None, gt=0)
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    tables: dict[Name, Table] = Field(default_factory=dict)
    consent: tuple[Consent, ...] = ()


class Flow(Part):
    """Data carried from one source to another, as told."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    source_from: str = Field(alias="from")
    source_to: str = Field(alias="to")
    how: FlowKind
    what: str = ""
    grade: SaidGrade = "declared"


class Gap(Part):
    """A source the client does not have; ``domain`` says which part of the business it is of."""

    name: str
    domain: Domain | None = None
    unlocks: str = ""


class Claim(Part):
    """What the client claims, written down before the numbers are shown."""

    id: str
    source: str
    subject: str
    kind: Literal["unique", "complete", "fresh", "overlap", "flow", "use"]
    expected: bool | float
    said_by: str = ""


class ChosenUseCase(Part):
    """A use case the client chose, with what makes it more than a wish."""

    id: str
    problem: str | None = None
    sponsor: str | None = None
    baseline: str | None = None
    target_date: dt.date | None = None


class UseCaseChoice(Part):
    """The use cases; ``none_wanted: true`` is an answer, silence is not.

    ``catalogue`` names a YAML file of the client's own use cases beside the engagement file.
    """

    chosen: tuple[ChosenUseCase, ...] = ()
    none_wanted: bool = False
    catalogue: str | None = None


class Sponsor(Part):
    """Who sponsors the work, by role."""

    role: str
    functions: tuple[str, ...] = ()
    grade: SaidGrade = "declared"


class Owner(Part):
    """Who owns something, by role."""

    role: str
    grade: SaidGrade = "declared"


Role = Literal[
    "customer_data_owner", "data_engineer", "analyst", "crm_owner", "dpo", "service_lead"
]


class People(Part):
    """Mandate and skills, as told. Absent means nobody was asked."""

    sponsor: Sponsor | None = None
    consent_owner: Owner | None = None
    id_issuer: Literal["no", "partly", "yes", "shown"] | None = None
    roles: tuple[Role, ...] | None = None
    days_a_month: float | None = Field(default=None, ge=0)


class Counted(Part):
    """Which pairs count: those of these tiers, and only from this match weight on.

    What does not count stays a lead. ``weight`` None: whatever a pair weighs.
    """

    tiers: tuple[Literal["A", "B", "C", "D"], ...] = Field(min_length=1)
    weight: float | None = None  # bits


class KindOptions(Part):
    """Overrides for the linkage of one kind: persons or organisations.

    ``settings`` names a JSON file of Splink settings, beside the engagement file; the other
    overrides are laid over them.
    """

    settings: str | None = None
    leave_out: tuple[str, ...] = ()  # comparisons
    blocking: tuple[tuple[str, ...], ...] = ()  # rules, each a list of columns that must agree
    training: tuple[tuple[str, ...], ...] = ()  # the same, one training session each
    prior: float | None = Field(default=None, gt=0, lt=1)  # two random records match
    threshold: float | None = None  # match weight in bits
    counted: Counted | None = None  # None: tiers A to C, whatever they weigh


class LinkageOptions(Part):
    """Overrides for what the linkage chooses by itself, and the client's corrections.

    ``must_link`` and ``cannot_link`` name CSV files beside the engagement file.
    """

    threshold: float | None = None  # match weight in bits
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    person: KindOptions = KindOptions()
    organisation: KindOptions = KindOptions()
    must_link: str | None = None
    cannot_link: str | None = None

    def of(self, kind: EntityKind) -> KindOptions:
        """Overrides for one kind."""
        return self.person if kind is EntityKind.PERSON else self.organisation

    def files(self) -> dict[tuple[str, ...], str]:
        """Files named here, by the place that names them."""
        named = {
            ("person", "settings"): self.person.settings,
            ("organisation", "settings"): self.organisation.settings,
            ("must_link",): self.must_link,
            ("cannot_link",): self.cannot_link,
        }
        return {place: file for place, file in named.items() if file}


class Privacy(Part):
    """Facts about the client that are public and may stand on a page."""

    public_values: tuple[str, ...] = ()


class LastCampaign(Part):
    """Who the last campaign was meant for: everybody who may be mailed, or a selection."""

    audience: Literal["everybody", "selection"]


class Engagement(Part):
    """The whole engagement file.

    ``earlier`` is the folder of an earlier delivery with the same file names, named from the
    extracts folder.
    """

    version: Literal[1]
    client: Client
    assessment: Assessment = Assessment()
    extracts: str = "."
    earlier: str | None = None
    sources: dict[Name, Source] = Field(min_length=1)
    flows: tuple[Flow, ...] = ()
    gaps: tuple[Gap, ...] = ()
    claims: tuple[Claim, ...] = ()
    use_cases: UseCaseChoice | None = None
    people: People | None = None
    analytics_form: Literal["measured", "tested", "neither"] | None = None
    hours_per_list: float | None = Field(default=None, ge=0)
    last_campaign: LastCampaign | None = None
    answers: dict[str, float] = Field(default_factory=dict)  # of indicators that are only told
    thresholds: dict[str, tuple[float, float, float, float]] = Field(default_factory=dict)
    linkage: LinkageOptions = LinkageOptions()
    segments: tuple[Segment, ...] = ()
    value: ValueOptions | None = None
    roadmap: RoadmapOptions | None = None
    report: ReportMarks | None = None
    privacy: Privacy = Privacy()

    @property
    def extracted(self) -> tuple[str, ...]:
        """Ids of the sources that name an extract; the others were only told of."""
        return tuple(id_ for id_, source in self.sources.items() if source.tables)

    @property
    def slug(self) -> str:
        """Short name of the client for folders.

        >>> Engagement.model_construct(client=Client(name="Køb & Salg")).slug
        'k_b_salg'
        """
        plain = re.sub(r"[^a-z0-9]+", "_", self.client.name.lower()).strip("_")
        return self.client.slug or plain[:40] or "client"

    @property
    def lawful(self) -> bool:
        """True when the four facts of gate G0 are there."""
        return not self.missing_lawful_facts

    @property
    def missing_lawful_facts(self) -> tuple[str, ...]:
        """Names of the facts of gate G0 that are missing."""
        facts = ("controller", "processor_agreement", "purpose", "delete_by")
        return tuple(f for f in facts if not getattr(self.assessment, f))
