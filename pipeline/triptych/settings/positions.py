"""Where in the manifest each key stands."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.diagnostics import Span
from triptych.project import MANIFEST
from triptych.yaml_text import place_in


class Positions:
    """Where in the manifest each key stands: key paths as pydantic names them → spans."""

    def __init__(self, tree: object) -> None:
        self.tree = tree

    def find(self, location: Sequence[str | int], *, of_value: bool = True) -> Span:
        """The place of a key path, or of the nearest parent that is there."""
        line, column = place_in(self.tree, location, of_key=not of_value)
        return Span(path=MANIFEST, line=line, column=column)
