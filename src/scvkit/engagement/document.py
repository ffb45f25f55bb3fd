"""A YAML file somebody wrote for the kit: data only, and told plainly what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from scvkit.engagement.references import line_of
from scvkit.errors import EngagementError

_YAML_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = {"str", "int", "float", "bool", "null", "timestamp", "seq", "map"}
Whole = TypeVar("Whole", bound=BaseModel)


def read_part(path: Path, whole: type[Whole]) -> Whole:
    """Return the checked content of a client's own file: its use cases or actions.

    Raises EngagementError naming the file, the line and the first key that cannot be used.
    """
    tree = read_document(path)
    try:
        return whole.model_validate(plain_values(tree))
    except ValidationError as problem:
        first = problem.errors()[0]
        location = [part for part in first["loc"] if part != "[key]"]
        where = ".".join(str(part) for part in location)
        raise EngagementError(
            f"{path.name}, line {line_of(tree, location)}, {where}: {first['msg']}."
        ) from None


def read_document(path: Path, *, advice: str = "") -> CommentedMap:
    """Return the tree of a YAML file, its lines known; raises EngagementError when it is none.

    ``advice`` says what to do about a file without keys.
    """
    try:
        tree = YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise EngagementError(
            f"{path.name} cannot be read ({problem.strerror}). It is looked for at {path}."
        ) from None
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
    except (
        YAMLError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        RecursionError,
    ) as problem:
        # The loader raises what it likes for a date that does not exist or a tag on a plain value.
        what = " ".join(str(problem).split())[:120]
        raise EngagementError(
            f"{path.name}: the file is not valid YAML ({what}). Look for a date that does not "
            "exist, a character that cannot be printed, or a tag (!!…)."
        ) from None
    if not isinstance(tree, CommentedMap):
        raise EngagementError(f"{path.name} holds no keys. {advice}".rstrip())
    for location, tag in _tags(tree, []):
        raise EngagementError(
            f"{path.name}, line {line_of(tree, location)}: the tag '{tag}' is not allowed. "
            "The file is data only: write plain values."
        )
    return tree


def plain_values(node: Any) -> Any:
    """Return the tree as plain dictionaries and lists, keys as text."""
    if isinstance(node, CommentedMap):
        return {str(key): plain_values(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [plain_values(value) for value in node]
    return node


def _yaml_advice(what: str) -> str:
    if "duplicate key" in what:
        return "Two entries have one name: give each source and table a name of its own."
    return "Check indentation, colons and quotes there."


def _tags(node: Any, location: list[Any]) -> Iterator[tuple[list[Any], str]]:
    """Tags that ask for an object or a file; the loader obeys none, and nobody means one well."""
    tag = getattr(getattr(node, "tag", None), "value", None)
    if tag and tag.removeprefix(_YAML_TAG) not in _PLAIN_TAGS:
        yield location, tag
    if isinstance(node, CommentedMap):
        for key, value in node.items():
            yield from _tags(value, [*location, key])
    elif isinstance(node, CommentedSeq):
        for index, value in enumerate(node):
            yield from _tags(value, [*location, index])
