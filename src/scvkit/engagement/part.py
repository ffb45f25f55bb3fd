"""What every part of the engagement file is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of the engagement file; a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
