"""Which use cases can be served: funnels of people, counted."""

from scvkit.usecases.catalogue import UseCase, load_catalogue
from scvkit.usecases.figure import funnel_figure
from scvkit.usecases.fit import fit_use_cases
from scvkit.usecases.frames import funnel_frame
from scvkit.usecases.needs import needed_attributes
from scvkit.usecases.people_counts import count_people_at_stake
from scvkit.usecases.served import ServedPeople

__all__ = [
    "ServedPeople",
    "UseCase",
    "count_people_at_stake",
    "fit_use_cases",
    "funnel_figure",
    "funnel_frame",
    "load_catalogue",
    "needed_attributes",
]
