"""Which use cases ask for an attribute: why a column is kept."""

from __future__ import annotations

from collections.abc import Iterable

from scvkit.usecases.catalogue import UseCase, load_catalogue
from scvkit.usecases.provided import names_of


def needed_attributes(cases: Iterable[UseCase] | None = None) -> dict[str, tuple[str, ...]]:
    """Return attribute → ids of the use cases that ask for it, in the order of the catalogue.

    >>> "U1" in needed_attributes()["email"]
    True
    """
    needed: dict[str, dict[str, None]] = {}
    for case in load_catalogue() if cases is None else cases:
        for attribute in case.attributes:
            for name in names_of(attribute):
                needed.setdefault(name, {})[case.id] = None
    return {name: tuple(ids) for name, ids in needed.items()}
