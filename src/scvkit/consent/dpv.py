"""Terms of the W3C Data Privacy Vocabulary for purposes, legal bases and states."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from scvkit.shipped import shipped
from scvkit.vocabulary import ConsentStatus, LawfulBasis


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Purpose(_Part):
    term: str
    words: tuple[str, ...]


class _State(_Part):
    term: str
    valid: bool


class _Terms(_Part):
    version: int
    dpv: str
    purposes: tuple[_Purpose, ...]
    bases: dict[LawfulBasis, str]
    states: dict[ConsentStatus, _State]


def purpose_term(purpose: str) -> str:
    """Return the DPV purpose of a purpose in the client's words, "" where no word fits.

    >>> purpose_term("Marketing by e-mail"), purpose_term("?")
    ('DirectMarketing', '')
    """
    said = purpose.lower()
    return next((p.term for p in _terms().purposes if any(w in said for w in p.words)), "")


def basis_term(basis: LawfulBasis | None) -> str:
    """Return the legal basis as a term of DPV's GDPR extension, "" where there is none.

    >>> basis_term(LawfulBasis.CONTRACT)
    'eu-gdpr:A6-1-b'
    """
    return _terms().bases.get(basis, "") if basis else ""


def status_term(status: ConsentStatus) -> str:
    """Return the state of a consent as DPV spells it.

    >>> status_term(ConsentStatus.WITHDRAWN)
    'ConsentWithdrawn'
    """
    return _terms().states[status].term


def valid_for_processing(status: ConsentStatus) -> bool:
    """Return whether DPV counts the state among those valid for processing.

    >>> [valid_for_processing(status) for status in ConsentStatus]
    [True, False, False, False]
    """
    return _terms().states[status].valid


@cache
def _terms() -> _Terms:
    return _Terms.model_validate(shipped("scvkit.consent", "dpv.yaml"))
