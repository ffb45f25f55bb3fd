"""Data files that come with the kit: header words, catalogues, thresholds, sentences."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any, ClassVar

import yaml

# Every kernel of a run reads these files: libyaml takes a tenth of the time of a reader in Python.
# The platform's package may come without it.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _CoreSchema(_Base):  # type: ignore[misc]
    """YAML 1.2, where ``no`` is Norway: the reader's own 1.1 takes it for false."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {}


# Chapter 10.3.2 of the specification; the letters are those that such a value may begin with.
_CoreSchema.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:null|Null|NULL|~|)$"), [*"nN~", ""]
)
_CoreSchema.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), [*"tTfF"]
)
# A number with a leading zero is a code.
_CoreSchema.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), [*"-+0123456789"]
)
_CoreSchema.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)$"),
    [*"-+.0123456789"],
)


def shipped(package: str, name: str) -> Any:
    """Return what the YAML file ``name`` of ``package`` holds, read anew at each call.

    >>> shipped("scvkit.identity", "countries.yaml")["NO"]["calling"]
    '47'
    """
    text = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    return read_shipped(text)


def read_shipped(text: str) -> Any:
    """Return what the text of one of the kit's own data files holds."""
    return yaml.load(text, Loader=_CoreSchema)
