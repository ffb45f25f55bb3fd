"""What was said when the first letters were written, kept for the draft that follows them."""

from __future__ import annotations

from pathlib import Path

from scvkit.engagement import Assessment, Part, read_part
from scvkit.sources.yaml_text import scalar
from scvkit.workshop.folders import make_folder

FILE = "first-letters.yaml"


class FirstLetters(Part):
    """The client the first letters name, their language, and the facts of gate G0 they state."""

    client: str = ""
    language: str = ""
    assessment: Assessment = Assessment()

    def facts(self) -> dict[str, str]:
        """The facts that were stated, as they are written in an engagement file."""
        stated = self.assessment.model_dump(mode="json", exclude_none=True)
        return {name: str(text) for name, text in stated.items()}


def remember_first_letters(folder: Path, client: str, language: str, facts: Assessment) -> None:
    """Write what was said into ``folder``, where the engagement file will lie."""
    make_folder(folder)
    kept = FirstLetters(client=client, language=language, assessment=facts)
    lines = [f"client: {scalar(client)}", f"language: {scalar(language)}", "assessment:"]
    lines += [f"  {name}: {scalar(text)}" for name, text in kept.facts().items()]
    if len(lines) == 3:
        lines.pop()
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def first_letters_of(folder: Path) -> FirstLetters:
    """Return what ``folder`` remembers; nothing said where no letters were written first.

    Raises EngagementError when somebody made the file unreadable.
    """
    file = folder / FILE
    return read_part(file, FirstLetters) if file.is_file() else FirstLetters()
