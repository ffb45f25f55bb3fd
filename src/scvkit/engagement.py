"""The typed engagement file: what the client told us, and how the extracts are to be read.

YAML 1.2 (so that ``NO`` is Norway). Errors name the line, the key and the nearest valid key.
pydantic guards the edge; everything inside the house uses records.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from scvkit.errors import EngagementError, nearest
from scvkit.vocabulary import (
    Attribute,
    Channel,
    Domain,
    FlowKind,
    Grain,
    LawfulBasis,
)

ENGAGEMENT_VERSION = 1
SaidGrade = Literal["shown", "declared"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Part(BaseModel):
    """A part of the engagement file; a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Client(Part):
    """Who is assessed."""

    name: str
    slug: Name | None = None
    country: str = Field(default="DK", pattern=r"^[A-Z]{2}$")
    languages: tuple[str, ...] = ("en",)


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
    """Settles a doubt about how a file is to be read."""

    delimiter: str | None = None
    quote: str | None = None
    encoding: str | None = None
    header_row: int | None = Field(default=None, ge=0)
    sheets: tuple[str, ...] | None = None


class Table(Part):
    """One table of a source."""

    file: str
    grain: Grain = Grain.CUSTOMER
    id: str | None = None
    columns: dict[str, Attribute] = Field(default_factory=dict)
    reading: Reading = Reading()


class Consent(Part):
    """What the consent columns of a table mean."""

    table: str
    channel: Channel
    purpose: str = "marketing"
    column: str
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


class Source(Part):
    """A source card: what the client told us about one system."""

    name: str
    domain: Domain = Domain.OTHER
    owner: str | None = None
    stored: str | None = None
    since: int | None = None
    collected: str | None = None
    used: str | None = None
    refreshed: str | None = None
    good_at: str | None = None
    legal_basis: Basis | None = None
    three_questions: ThreeQuestions = ThreeQuestions()
    retention_months: int | None = Field(default=None, gt=0)
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    tables: dict[Name, Table] = Field(min_length=1)
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
    """A source the client does not have."""

    name: str
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
    """The use cases; ``none_wanted: true`` is an answer, silence is not."""

    chosen: tuple[ChosenUseCase, ...] = ()
    none_wanted: bool = False


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


class LinkageOptions(Part):
    """Overrides for what the linkage chooses by itself."""

    threshold: float | None = None  # match weight in bits
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")


class Privacy(Part):
    """Facts about the client that are public and may stand on a page."""

    public_values: tuple[str, ...] = ()


class Engagement(Part):
    """The whole engagement file."""

    version: Literal[1]
    client: Client
    assessment: Assessment = Assessment()
    extracts: str = "."
    sources: dict[Name, Source] = Field(min_length=1)
    flows: tuple[Flow, ...] = ()
    gaps: tuple[Gap, ...] = ()
    claims: tuple[Claim, ...] = ()
    use_cases: UseCaseChoice | None = None
    people: People | None = None
    analytics_form: Literal["measured", "tested", "neither"] | None = None
    hours_per_list: float | None = Field(default=None, ge=0)
    thresholds: dict[str, tuple[float, float, float, float]] = Field(default_factory=dict)
    linkage: LinkageOptions = LinkageOptions()
    privacy: Privacy = Privacy()

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


def load_engagement(path: Path) -> Engagement:
    """Read and check the engagement file.

    Raises EngagementError naming file, line, key and the nearest valid key; all faults at once.
    """
    if path.is_dir():
        path = path / "engagement.yaml"
    if not path.is_file():
        raise EngagementError(
            f"There is no engagement file at {path}. Draft one with: scvkit new FOLDER EXTRACTS…"
        )
    try:
        tree = YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = f"line {mark.line + 1}" if mark else "an unknown line"
        what = " ".join(str(problem.problem or problem.context or "").split())
        what = what.split(" with value ")[0]
        raise EngagementError(
            f"{path.name}, {where}: the file is not valid YAML ({what}). {_yaml_advice(what)}"
        ) from None
    except UnicodeDecodeError:
        raise EngagementError(f"{path.name} is not UTF-8 text. Save it as UTF-8.") from None
    if not isinstance(tree, CommentedMap):
        raise EngagementError(f"{path.name} holds no keys. Start from: scvkit new FOLDER EXTRACTS…")
    try:
        engagement = Engagement.model_validate(_plain(tree))
    except ValidationError as problem:
        faults = [_fault(tree, error) for error in problem.errors()]
        raise EngagementError(f"{path.name}: " + " ".join(faults)) from None
    _check_references(path, tree, engagement)
    return engagement


def _yaml_advice(what: str) -> str:
    if "duplicate key" in what:
        return "Two entries have one name: give each source and table a name of its own."
    return "Check indentation, colons and quotes there."


def _plain(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    return node


def _fault(tree: CommentedMap, error: ErrorDetails) -> str:
    """One sentence for one pydantic error: where, what, and what to do."""
    location = [part for part in error["loc"] if part != "[key]"]
    where = f"line {_line(tree, location)}, {'.'.join(str(p) for p in location)}"
    if error["type"] == "extra_forbidden":
        known = _known_keys(location[:-1])
        hint = nearest(str(location[-1]), known)
        advice = hint or f" Valid keys here: {', '.join(sorted(known))}."
        return f"{where}: this key is not known.{advice}"
    if error["type"] == "missing":
        return f"{where}: this key is required. Add it."
    if error["type"] == "enum":
        expected = str(error.get("ctx", {}).get("expected", ""))
        valid = re.findall(r"'([^']+)'", expected)
        advice = nearest(str(error["input"]), valid) or f" Valid values: {', '.join(valid)}."
        return f"{where}: '{error['input']}' is not a valid value.{advice}"
    return f"{where}: {error['msg'].rstrip('.')} (found: {str(error['input'])[:60]!r})."


def _line(tree: CommentedMap, location: list[Any]) -> int:
    node: Any = tree
    line = 0
    for part in location:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0]
            node = node[part]
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0]
            node = node[part]
        else:
            break
    return line + 1


def _known_keys(location: list[Any]) -> set[str]:
    """Valid keys at ``location``, found by walking the models' fields."""
    found: Any = Engagement
    for part in location:
        if _is_part(found):
            fields = {field.alias or name: field for name, field in found.model_fields.items()}
            found = fields[str(part)].annotation if part in fields else None
        else:  # a container: the key or index leads to what it holds
            found = _held(found)
        if isinstance(found, UnionType):
            found = _held(found)
    return {f.alias or n for n, f in found.model_fields.items()} if _is_part(found) else set()


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Part)


def _held(annotation: Any) -> Any:
    """The annotation inside a container or optional that leads to a Part, else None."""
    inner = getattr(annotation, "__args__", ())
    return next((a for a in reversed(inner) if _is_part(a) or _held(a) is not None), None)


def _check_references(path: Path, tree: CommentedMap, engagement: Engagement) -> None:
    """Names that point at sources, tables and files must point at something."""
    faults: list[str] = []
    known = engagement.sources.keys()

    def fault(location: list[Any], sentence: str) -> None:
        where = ".".join(str(p) for p in location)
        faults.append(f"line {_line(tree, location)}, {where}: {sentence}")

    for index, flow in enumerate(engagement.flows):
        for key, source in (("from", flow.source_from), ("to", flow.source_to)):
            if source not in known:
                fault(["flows", index, key], f"no source '{source}'.{nearest(source, known)}")
    for index, claim in enumerate(engagement.claims):
        if claim.source not in known:
            fault(
                ["claims", index, "source"],
                f"no source '{claim.source}'.{nearest(claim.source, known)}",
            )
    for name, source in engagement.sources.items():
        for index, consent in enumerate(source.consent):
            if consent.table not in source.tables:
                fault(
                    ["sources", name, "consent", index, "table"],
                    f"no table '{consent.table}'.{nearest(consent.table, source.tables)}",
                )
        for table_name, table in source.tables.items():
            if Path(table.file).is_absolute() or ".." in Path(table.file).parts:
                fault(
                    ["sources", name, "tables", table_name, "file"],
                    "the file must lie inside the extracts folder; name it relative to that.",
                )
    names = [source.name for source in engagement.sources.values()]
    for name in sorted({n for n in names if names.count(n) > 1}):
        second = [key for key, source in engagement.sources.items() if source.name == name][1]
        fault(["sources", second, "name"], f"two sources are called '{name}'; rename one.")
    if faults:
        raise EngagementError(f"{path.name}: " + " ".join(faults))
