"""What a client that was assessed in this process is shown: its map and sections of its report."""

from __future__ import annotations

from scvkit import report
from scvkit.landscape import build_map
from scvkit.landscape.text import MapText
from scvkit.locale.words import load_words
from scvkit.records.landscape import LandscapeMap
from tests.end_to_end.assessed import Assessed

WORDS = load_words("en")


def map_of(client: Assessed) -> LandscapeMap:
    """The map of everything that was found."""
    return build_map(
        client.engagement, client.intake, client.identity, client.linkage, client.permission
    )


def text_of(tables: MapText) -> str:
    """Every cell of the map's tables."""
    frames = (tables.sources, tables.pairs, tables.flows, tables.gaps)
    return " ".join(str(cell) for frame in frames for cell in frame.to_numpy().ravel())


def sections_of(client: Assessed) -> str:
    """The sections with drawings."""
    readiness = client.readiness()
    names = {id_: source.name for id_, source in client.engagement.sources.items()}
    return "".join(
        (
            report.answer(
                readiness=readiness,
                linkage=client.linkage,
                permission=client.permission,
                use_cases=client.use_cases,
                intake=client.intake,
                engagement=client.engagement,
                words=WORDS,
            ),
            report.who_is_who(
                linkage=client.linkage, identity=client.identity, names=names, words=WORDS
            ),
            report.permission(permission=client.permission, names=names, words=WORDS),
            report.use_cases(
                readiness=readiness,
                use_cases=client.use_cases,
                linkage=client.linkage,
                names=names,
                words=WORDS,
            ),
            report.dimensions(readiness=readiness, words=WORDS),
        )
    )
