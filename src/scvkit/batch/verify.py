"""Compute a run again and compare: `scvkit run ENGAGEMENT --verify RUN`."""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from scvkit.batch.inputs import inputs_of
from scvkit.batch.outcome import RunOptions
from scvkit.batch.provenance import versions
from scvkit.batch.run import run_engagement
from scvkit.errors import OutputError
from scvkit.locale import Words
from scvkit.workshop.desk import open_desk
from scvkit.workshop.folders import make_private


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How a run compares with one made again now."""

    files: tuple[str, ...]  # extracts that are not those it was made from
    versions: tuple[str, ...]  # of the kit and libraries that are not those it was made with
    same: tuple[str, ...]
    differing: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """True when every result was made again, byte for byte."""
        return bool(self.same) and not self.files and not self.differing

    def sentences(self, words: Words) -> list[str]:
        """What to tell, one sentence a line."""
        told = []
        if self.versions:
            told.append(words("batch.verify_versions", versions=words.listed(self.versions)))
        if self.files:
            told.append(words("batch.verify_files", files=words.listed(self.files)))
        elif self.differing:
            told.append(words("batch.verify_differ", names=words.listed(self.differing)))
        else:
            told.append(words("batch.verify_same", n=len(self.same)))
        return told


def verify_run(
    engagement: Path, report: Path, options: RunOptions, *, stream: TextIO | None = None
) -> Verified:
    """Make every result of ``report`` again in a private temporary folder and compare the bytes.

    Other extracts are told and nothing is computed: the results could not be the same. Raises
    OutputError when ``report`` is no whole run of the kit.
    """
    before = _run_of(report)
    desk = open_desk(engagement, work=options.work, language=before["language"])
    now = inputs_of(desk).flat()
    then: dict[str, str] = before["files"]
    files = tuple(sorted(n for n in {*now, *then} if now.get(n) != then.get(n)))
    other = versions()
    moved = tuple(
        f"{name} {version}, now {other.get(name, 'absent')}"
        for name, version in sorted(before["versions"].items())
        if other.get(name) != version
    )
    if files:
        return Verified(files=files, versions=moved, same=(), differing=())
    with tempfile.TemporaryDirectory(prefix="scvkit-") as private:
        again = dataclasses.replace(
            options,
            out=Path(private) / "report",
            work=str(Path(private) / "work"),
            only=(),
            language=before["language"],
            to_send=True,
            pdf=False,
        )
        if (votes := desk.work / "votes").is_dir():
            shutil.copytree(votes, make_private(Path(again.work)) / votes.name)
        index = run_engagement(engagement, again, stream=stream).index
        same, differing = _compared(report / "results", index.parent / "results")
    return Verified(files=(), versions=moved, same=same, differing=differing)


def _run_of(report: Path) -> dict[str, Any]:
    try:
        body = json.loads((report / "run.json").read_text(encoding="utf-8"))
        whole = {name: body[name] for name in ("language", "files", "versions")}
        partial = bool(body.get("only"))
    except (OSError, ValueError, KeyError, TypeError):
        raise OutputError(
            f"{report} is not the report folder of a run: it has no run.json that can be read."
        ) from None
    if partial:
        raise OutputError(
            f"{report} was written by a partial run (--only), which used results of earlier ones. "
            "Verify a whole run."
        )
    return whole


def _compared(one: Path, other: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = sorted({p.name for folder in (one, other) for p in folder.glob("*.json")})
    equal = {name: _bytes(one / name) == _bytes(other / name) for name in names}
    same = tuple(Path(n).stem for n in names if equal[n])
    return same, tuple(Path(n).stem for n in names if not equal[n])


def _bytes(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None
