"""A page for each reader: their question, its answer, three numbers, one table, what to decide.

The pages stand in the report and are reached by #cmo, #cio, #cfo, #dpo and #service; the one that
is reached stands alone, on the screen and on paper, without a script.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from markupsafe import Markup

from scvkit.locale.words import Words
from scvkit.report.banners import banner
from scvkit.report.found import Found
from scvkit.report.look import render
from scvkit.report.pen import Pen
from scvkit.report.role_answers import answer_to, proven
from scvkit.report.role_numbers import number
from scvkit.report.role_steps import steps
from scvkit.report.role_stops import stops
from scvkit.report.role_tables import grouped, table, under
from scvkit.shipped import shipped

ROLES = ("cmo", "cio", "cfo", "dpo", "service")


def role_pages(found: Found, words: Words) -> Markup:
    """Return the page of every role, one section each."""
    return Markup("\n").join(_page(role, found, words) for role in ROLES)


def role_links(words: Words) -> list[tuple[str, str]]:
    """Return (id, name) of each role, for a line of links."""
    return [(role, words(f"report.roles.{role}.name")) for role in ROLES]


def _page(role: str, found: Found, words: Words) -> Markup:
    said = _roles()[role]
    pen = Pen(f"role-{role}")
    rows = table(said, found, words)
    heads = [words(f"report.roles.heads.{said['table']}.{n}") for n in range(len(rows[0].cells))]
    return render(
        "role",
        words=words,
        pen=pen,
        id=role,
        client=found.engagement.client.name,
        name=words(f"report.roles.{role}.name"),
        others=[(id_, name) for id_, name in role_links(words) if id_ != role],
        exploratory=banner(found.engagement, words) if found.readiness.exploratory else "",
        question=words(f"report.roles.{role}.question"),
        answer=answer_to(role, found, words),
        stops=stops(found, words) if role == "dpo" else (),
        proven=proven(found, words) if role == "dpo" else "",
        numbers=[number(each, found, words, pen) for each in said["numbers"]],
        kind=said["table"],
        caption=words(f"report.roles.heads.{said['table']}.caption"),
        heads=heads,
        groups=grouped(rows),
        under=under(said, found, words),
        steps=steps(role, said, found, words),
        decisions=[
            _decision(role, n, found, words)
            for n in range(9)
            if words.has(f"report.roles.{role}.decide.{n}")
        ],
        sections=[(id_, words(f"report.roles.sections.{id_}")) for id_ in said["sections"]],
    )


def _decision(role: str, place: int, found: Found, words: Words) -> str:
    """What to decide; the first of a page may lean on a source that the client does not have."""
    needed = _roles()[role].get("needs", "")
    domains = {source.domain for source in found.engagement.sources.values()}
    if place == 0 and needed and needed not in domains:
        return words(f"report.roles.{role}.without.{needed}")
    return words(f"report.roles.{role}.decide.{place}")


@cache
def _roles() -> dict[str, Any]:
    read: dict[str, Any] = shipped("scvkit.report", "roles.yaml")
    return read
