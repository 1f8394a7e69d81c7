"""What all mappings of the manifest have in common: keys with hyphens, and none that is unknown."""

from __future__ import annotations

import pydantic
from pydantic import ConfigDict


def hyphenated(name: str) -> str:
    """A field's name as YAML has it."""
    return name.replace("_", "-")


class Strict(pydantic.BaseModel):
    """A mapping of the manifest. What stands under a field is also what editors show of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=hyphenated)
