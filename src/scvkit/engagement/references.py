"""Names in the engagement file that point at sources, tables and files must point at something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from scvkit.engagement.logo import logo_fault
from scvkit.engagement.model import Engagement
from scvkit.errors import EngagementError, nearest

Location = list[Any]
Fault = tuple[Location, str]


def refuse_dangling(path: Path, tree: CommentedMap, engagement: Engagement) -> None:
    """Raise EngagementError that lists every name that points nowhere, with its line."""
    faults = dangling(engagement, path.parent)
    if faults:
        told = [
            f"line {line_of(tree, location)}, {'.'.join(str(p) for p in location)}: {sentence}"
            for location, sentence in faults
        ]
        raise EngagementError(f"{path.name}: {listed(told)}")


def listed(faults: Sequence[str]) -> str:
    """Return one fault as it stands, several on a line each.

    >>> print(listed(["line 3: no name", "line 7: no file"]))
    2 faults
      line 3: no name
      line 7: no file
    """
    if len(faults) == 1:
        return faults[0]
    return "\n  ".join([f"{len(faults)} faults", *faults])


def dangling(engagement: Engagement, folder: Path) -> list[Fault]:
    """Return every name that points nowhere: its place in the file, and a sentence."""
    return [
        *_sources_named(engagement),
        *_inside_sources(engagement),
        *_same_names(engagement),
        *_files_named(engagement, folder),
    ]


def line_of(tree: CommentedMap, location: Location) -> int:
    """The line, from 1, of a key or the nearest one above it."""
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
        if getattr(getattr(node, "lc", None), "data", True) is None:
            break  # the loader keeps no lines of what stands behind a tag
    return line + 1


def _sources_named(engagement: Engagement) -> Iterator[Fault]:
    known = engagement.sources.keys()
    named: list[tuple[Location, str]] = []
    for index, flow in enumerate(engagement.flows):
        named.append((["flows", index, "from"], flow.source_from))
        named.append((["flows", index, "to"], flow.source_to))
    for index, claim in enumerate(engagement.claims):
        named.append((["claims", index, "source"], claim.source))
    for index, segment in enumerate(engagement.segments):
        named += [(["segments", index, "seen_in"], s) for s in segment.seen_in]
        named += [(["segments", index, "not_seen_in"], s) for s in segment.not_seen_in]
    for location, source in named:
        if source not in known:
            yield location, f"no source '{source}'.{nearest(source, known)}"


def _inside_sources(engagement: Engagement) -> Iterator[Fault]:
    for name, source in engagement.sources.items():
        for index, consent in enumerate(source.consent):
            if consent.table not in source.tables:
                location = ["sources", name, "consent", index, "table"]
                yield (
                    location,
                    f"no table '{consent.table}'.{nearest(consent.table, source.tables)}",
                )
        for table_name, table in source.tables.items():
            if Path(table.file).is_absolute() or ".." in Path(table.file).parts:
                location = ["sources", name, "tables", table_name, "file"]
                yield (
                    location,
                    "the file must lie inside the extracts folder; name it relative to that.",
                )


def _same_names(engagement: Engagement) -> Iterator[Fault]:
    names = [source.name for source in engagement.sources.values()]
    for name in sorted({n for n in names if names.count(n) > 1}):
        second = [key for key, source in engagement.sources.items() if source.name == name][1]
        yield ["sources", second, "name"], f"two sources are called '{name}'; rename one."


def _files_named(engagement: Engagement, folder: Path) -> Iterator[Fault]:
    named = {("linkage", *place): file for place, file in engagement.linkage.files().items()}
    if engagement.roadmap and engagement.roadmap.actions:
        named["roadmap", "actions"] = engagement.roadmap.actions
    if engagement.use_cases and engagement.use_cases.catalogue:
        named["use_cases", "catalogue"] = engagement.use_cases.catalogue
    if engagement.report and engagement.report.logo:
        fault = logo_fault(folder / engagement.report.logo)
        if fault:
            yield ["report", "logo"], fault
    for place, file in named.items():
        if not (folder / file).is_file():
            yield (
                [*place],
                f"there is no file '{Path(file).name}' beside the engagement file.",
            )
