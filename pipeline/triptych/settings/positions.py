"""Where in a file of settings each key stands."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.diagnostics import Span
from triptych.project import MANIFEST
from triptych.yaml_text import place_in


class Positions:
    """Where in a file each key stands, by default the manifest: key paths as pydantic names them → spans."""

    def __init__(self, tree: object, path: str = MANIFEST, whole: object = None) -> None:
        self.tree, self.path = tree, path
        self.whole = tree if whole is None else whole
        """The whole file, where the tree is one of its profiles applied."""

    def find(self, location: Sequence[str | int], *, of_value: bool = True) -> Span:
        """The place of a key path, or of the nearest parent that is there."""
        line, column = place_in(self.tree, location, of_key=not of_value)
        return Span(path=self.path, line=line, column=column)
