"""The catalogue of use cases: a typed data file a client may add to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scvkit.engagement import read_part
from scvkit.shipped import shipped
from scvkit.vocabulary import Channel, Domain, UseCaseStatus

CatalogueTier = Literal["A", "B", "C", "none"]


class Part(BaseModel):
    """A part of the catalogue; a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Base(Part):
    """Who is asked for."""

    kind: Literal["people", "buyers", "sends", "stated", "none"]
    domains: tuple[Domain, ...] = ()
    months: int = 24
    channels: tuple[Channel, ...] = ()
    word: str  # locale key under usecases.bases


class Found(Part):
    """Whom a person has to be recognised as."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    tier: CatalogueTier
    groups: tuple[tuple[Domain, ...], ...] = Field(default=(), alias="in")
    sources: int = 0
    key: bool = False
    customer: bool = False  # one record has to show a purchase


class Fact(Part):
    """One fact a person needs: any one of the attributes."""

    any_of: tuple[str, ...] = Field(min_length=1)
    domains: tuple[Domain, ...] = ()  # empty: wherever the person is seen
    scope: Literal["person", "source"] = "person"
    ages: bool = True  # false for what hardly changes: its feed need not be fresh
    loss: str


class Fresh(Part):
    """How old the data may be, and which feeds: those of base and found unless it says so.

    ``domains`` names one feed as a whole; ``each`` every feed a person is in, one by one.
    """

    hours: float = Field(gt=0)
    domains: tuple[Domain, ...] = ()
    each: tuple[Domain, ...] = ()


class Permitted(Part):
    """What makes the use allowed on paper."""

    need: Literal[
        "consent",
        "consent_or_exception",
        "analytics",
        "contract",
        "basis_or_consent",
        "agreed",
        "as_sent",
        "aggregate",
    ]
    channels: tuple[Channel, ...] = ()
    domains: tuple[Domain, ...] = ()


class Reachable(Part):
    """The address that has to be there."""

    any_of: tuple[str, ...] = ()


class Floor(Part):
    """Share served from which the use case is useful all the same."""

    share: float = Field(ge=0, le=1)
    reason: str


class UseCase(Part):
    """One use case and what it needs. ``title`` is for use cases the locale does not know."""

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,19}$")
    title: str = ""
    core: bool = False
    function: str
    outbound: bool
    needs_linkage: bool
    v: Literal["volume", "velocity", "variety", "veracity", "value"]
    base: Base
    found: Found
    complete: tuple[Fact, ...] = ()
    wanted: tuple[str, ...] = ()
    fresh: Fresh
    permitted: Permitted
    reachable: Reachable = Reachable()
    floor: Floor | None = None
    value: tuple[str, ...] = ()  # lines of the value estimate that it moves

    @property
    def domains(self) -> tuple[Domain, ...]:
        """Domains the use case draws on, in the order it names them."""
        named = [
            *self.base.domains,
            *(domain for group in self.found.groups for domain in group),
            *(domain for fact in self.complete for domain in fact.domains),
        ]
        return tuple(dict.fromkeys(named))

    @property
    def attributes(self) -> tuple[str, ...]:
        """Every attribute it uses, wanted ones last."""
        named = [
            *(attribute for fact in self.complete for attribute in fact.any_of),
            *self.reachable.any_of,
            *self.wanted,
        ]
        return tuple(dict.fromkeys(a for a in named if a not in DERIVED))

    def status(self, fit: float | None) -> UseCaseStatus:
        """Return the verdict before gates on a share served.

        >>> u1 = {case.id: case for case in load_catalogue()}["U1"]
        >>> [u1.status(share).value for share in (0.85, 0.31, 0.25, 0.1, None)]
        ['ready', 'ready_with_limits', 'fix_first', 'not_now', 'not_assessed']
        """
        if fit is None:
            return UseCaseStatus.NOT_ASSESSED
        limits = load_thresholds()
        useful = limits.ready_with_limits
        if self.floor is not None:
            useful = min(useful, self.floor.share)
        if fit >= limits.ready:
            return UseCaseStatus.READY
        if fit >= useful:
            return UseCaseStatus.READY_WITH_LIMITS
        return UseCaseStatus.FIX_FIRST if fit >= limits.fix_first else UseCaseStatus.NOT_NOW


# Facts that no column carries as such: worked out from several.
DERIVED = {
    "intact_name": ("given_name", "surname", "full_name"),
    "stated_permission": ("consent_flag",),
    "sent_at": ("last_seen_at",),
}


class Thresholds(Part):
    """Shares served from which a use case is ready, ready with limits, to be fixed first."""

    ready: float
    ready_with_limits: float
    fix_first: float
    reason: Literal["law", "arithmetic", "convention", "judgement"]


class Layers(Part):
    """Attributes that are never dark: the two-layer core, and what the law asks to keep."""

    identity_core: tuple[str, ...]
    permission_core: tuple[str, ...]
    legal: tuple[str, ...]


class _Catalogue(Part):
    version: int
    thresholds: Thresholds
    identity_core: tuple[str, ...]
    permission_core: tuple[str, ...]
    legal: tuple[str, ...]
    use_cases: tuple[UseCase, ...]


class _OwnCatalogue(Part):
    version: int
    use_cases: tuple[UseCase, ...]


def load_catalogue(own: Path | None = None) -> tuple[UseCase, ...]:
    """Return the twenty use cases, and those of the client's ``own`` file after them.

    A use case of the file replaces one of the same id. Raises EngagementError naming the file
    and the key that cannot be used.
    """
    cases = {case.id: case for case in _shipped().use_cases}
    if own is not None:
        cases |= {case.id: case for case in read_part(own, _OwnCatalogue).use_cases}
    return tuple(cases.values())


def load_thresholds() -> Thresholds:
    """Return the thresholds of the shipped catalogue."""
    return _shipped().thresholds


def load_layers() -> Layers:
    """Return the attributes that belong to the core or to a legal duty."""
    found = _shipped()
    return Layers(
        identity_core=found.identity_core,
        permission_core=found.permission_core,
        legal=found.legal,
    )


@cache
def _shipped() -> _Catalogue:
    return _Catalogue.model_validate(shipped("scvkit.usecases", "use_cases.yaml"))
