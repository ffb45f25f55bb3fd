"""The notebooks as steps: the only list of which exist, what each needs, uses and writes.

``scvkit run``, the README's table, the landing notebook and the tests read it. Sentences about a
step are in the locale under ``steps.<name>``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scvkit.errors import OutputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One notebook.

    ``needs`` are results it cannot do without; ``uses`` are results it takes when they are there
    and reports as not assessed when not. ``per_source`` notebooks run once for each source and
    write ``<result>-<source>``; ``per_language`` ones run again for each further language of the
    report and write their page only. ``said`` are the parts of the engagement file it looks at
    beside the client, the date and the source cards; None means all of it. ``reads`` are the
    kinds of files from outside that it opens itself: "extracts", "earlier" (extracts), "linkage"
    (the client's lists, an expert's settings, votes), "own" (the client's actions and use cases),
    "journal" (what the workshop captured). ``lighter`` are parameters of a second try when it
    went over its budget. ``seconds`` is a first guess of its length.
    """

    name: str
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    per_source: bool = False
    per_language: bool = False
    prints_run_id: bool = False
    said: tuple[str, ...] | None = None
    reads: tuple[str, ...] = ()
    lighter: tuple[tuple[str, int], ...] = ()
    seconds: float = 5.0


STEPS: tuple[Step, ...] = (
    Step(
        name="01_intake",
        writes=("intake",),
        said=("gaps", "claims", "earlier"),
        reads=("extracts",),
        seconds=6,
    ),
    Step(
        name="02_profile_source",
        needs=("intake",),
        writes=("profile",),
        per_source=True,
        said=("earlier",),
        reads=("earlier",),
        lighter=(("deep_dive_rows", 500),),
        seconds=10,
    ),
    Step(
        name="03_identity_keys",
        needs=("intake",),
        writes=("identity",),
        said=("claims", "linkage", "earlier"),
        reads=("earlier", "journal"),
        seconds=6,
    ),
    Step(
        name="04_link_records",
        needs=("intake", "identity"),
        writes=("linkage",),
        said=("claims", "linkage"),
        reads=("linkage",),
        seconds=30,
    ),
    Step(
        name="05_permission",
        needs=("intake", "linkage"),
        writes=("permission",),
        seconds=5,
    ),
    Step(
        name="06_landscape_map",
        needs=("intake",),
        uses=("identity", "linkage", "permission"),
        writes=("landscape",),
        seconds=5,
    ),
    Step(
        name="07_use_cases",
        needs=("intake", "linkage", "permission"),
        writes=("use_cases", "what_ifs", "people_counts"),
        reads=("own",),
        seconds=16,
    ),
    Step(
        name="08_readiness",
        needs=("intake",),
        uses=(
            "profile",
            "identity",
            "linkage",
            "permission",
            "landscape",
            "use_cases",
            "what_ifs",
            "people_counts",
        ),
        writes=("readiness", "roadmap", "value", "blueprint"),
        per_language=True,
        reads=("own", "journal"),
        prints_run_id=True,
        seconds=6,
    ),
    # The landing page is made last in a batch, so that it tells where the engagement stands.
    Step(name="00_start", uses=("readiness",), reads=("journal",), seconds=4),
    Step(name="99_ask", needs=("intake",), uses=("linkage",), seconds=4),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A step to be run, for one source where the step is per source.

    ``language`` is a further language of the report: the first time round a step has none.
    """

    step: Step
    source: str | None = None
    language: str | None = None

    @property
    def name(self) -> str:
        """Name of the executed notebook: "02_profile_source-erp", "08_readiness-da"."""
        return "-".join(part for part in (self.step.name, self.source, self.language) if part)

    @property
    def writes(self) -> tuple[str, ...]:
        """Names of the results it writes."""
        if self.language is not None:
            return ()
        if self.source is None:
            return self.step.writes
        return tuple(f"{result}-{self.source}" for result in self.step.writes)


def step_that_writes(result: str) -> str:
    """Name of the notebook that makes a result.

    >>> step_that_writes("linkage")
    '04_link_records'
    >>> step_that_writes("profile-erp")
    '02_profile_source'
    """
    base = result.split("-", 1)[0]
    return next(step.name for step in STEPS if base in step.writes)


def tasks(
    sources: Iterable[str], only: Iterable[str] = (), languages: Iterable[str] = ()
) -> tuple[Task, ...]:
    """Steps as tasks in the order of the plan; ``only`` names steps, by name or its number.

    ``languages`` are the further ones of the report, beyond the first.

    >>> [task.name for task in tasks(["erp"], only=["02"])]
    ['02_profile_source-erp']
    >>> [task.name for task in tasks(["erp"], only=["08"], languages=["da"])]
    ['08_readiness', '08_readiness-da']
    """
    further = tuple(languages)
    wanted = tuple(only)
    chosen = [
        step for step in STEPS if not wanted or step.name in wanted or step.name[:2] in wanted
    ]
    expanded: list[Task] = []
    for step in chosen:
        if step.per_source:
            expanded.extend(Task(step=step, source=source) for source in sources)
        else:
            expanded.append(Task(step=step))
        if step.per_language:
            expanded.extend(Task(step=step, language=language) for language in further)
    return tuple(expanded)


def waits_for(task: Task, all_tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Tasks that must have ended before ``task`` starts, whether it needs or only uses them."""
    # A further language tells what the first one found.
    first = task.step.writes if task.language is not None else ()
    wanted = {*task.step.needs, *task.step.uses, *first}
    return tuple(
        other
        for other in all_tasks
        if other is not task and other.language is None and wanted & set(other.step.writes)
    )


def made_before(step: Step) -> tuple[Step, ...]:
    """Steps whose results or rows ``step`` may read: those it names, and those that they name.

    >>> [s.name for s in made_before(STEPS[3])]
    ['01_intake', '03_identity_keys']
    """
    wanted = {*step.needs, *step.uses}
    nearest = [other for other in STEPS if wanted & set(other.writes)]
    found = {s.name for one in nearest for s in (*made_before(one), one)}
    return tuple(s for s in STEPS if s.name in found)


def notebooks_folder() -> Path:
    """Where the notebooks lie: in the clone, or inside the installed package."""
    return _kit_folder("notebooks", "00_start.ipynb")


def sample_engagement() -> Path:
    """The sample client's engagement file."""
    return _kit_folder("sample_data", "taerskel") / "taerskel" / "engagement.yaml"


def _kit_folder(name: str, holds: str) -> Path:
    # The kit is installed in place from its clone, so that notebooks can be read and bent.
    folder = Path(__file__).resolve().parents[2] / name
    if (folder / holds).exists():
        return folder
    raise OutputError(
        f"The folder '{name}' that belongs to the kit was not found. "
        "Run scvkit from a clone of its repository: python3 kit.py demo."
    )
