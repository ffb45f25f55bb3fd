"""The look of every page: one style sheet, one template environment, both package data."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from scvkit.report.sentences import plain

# No script, nothing loaded from anywhere: what the page needs stands in it.
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def report_css() -> str:
    """Return the style sheet; every rule is scoped to ``.scv``."""
    return "\n".join(_data(f"nbconvert_template/scv/{name}.css") for name in ("scv", "sources"))


def styled(markup: Markup) -> Markup:
    """Return a section with its style sheet, so that it looks the same inside a notebook.

    The page template takes the style out again: there it stands once in the head.
    """
    if not markup:
        return markup
    return Markup("<style data-scv>{}</style>{}").format(Markup(report_css()), markup)


def template_folder() -> Path:
    """Return the folder that holds the nbconvert template ``scv``."""
    return Path(str(resources.files("scvkit.report") / "nbconvert_template"))


def render(template: str, **values: object) -> Markup:
    """Return a template of ``templates/`` filled; an undefined name is an error."""
    return Markup(_environment().get_template(f"{template}.html.j2").render(**values))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("scvkit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.globals["content_security_policy"] = CONTENT_SECURITY_POLICY
    return environment


def _harmless(value: object) -> object:
    """A name from a client's file may hold characters that turn a line around."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _data(name: str) -> str:
    return (resources.files("scvkit.report") / name).read_text(encoding="utf-8")
