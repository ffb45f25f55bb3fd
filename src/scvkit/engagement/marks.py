"""The consultant's own marks on the pages, as the engagement file says them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from scvkit.engagement.part import Part

_LEAST_CONTRAST = 4.5  # WCAG 2.2, text on white
SectionId = Literal["r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11"]


class ReportMarks(Part):
    """What the consultant puts on the pages beside what was found.

    ``logo`` is an SVG or PNG beside the engagement file; once read it is the picture itself.
    ``commentary`` is Markdown by section of the report.
    """

    draft: bool | None = None
    logo: str | None = None
    colour: str | None = Field(default=None, pattern=r"^#[0-9a-fA-F]{6}$")
    commentary: dict[SectionId, str] = Field(default_factory=dict)

    @field_validator("colour")
    @classmethod
    def _readable(cls, colour: str | None) -> str | None:
        if colour is not None and (contrast := _contrast_on_white(colour)) < _LEAST_CONTRAST:
            raise ValueError(
                f"links in {colour} on white have a contrast of {contrast:.1f}; at least "
                f"{_LEAST_CONTRAST} is needed to be read. Name a darker colour"
            )
        return colour


def _contrast_on_white(colour: str) -> float:
    """Contrast of a colour on white by WCAG: 1 for white, 21 for black."""
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
