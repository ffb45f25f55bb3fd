"""What every part of the engagement file is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SaidGrade = Literal["shown", "declared"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Part(BaseModel):
    """A part of the engagement file; a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
