"""Where in the manifest each key stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ruamel.yaml.comments import CommentedMap

from triptych.diagnostics import Span
from triptych.project import MANIFEST


class Positions:
    """Where in the manifest each key stands: key paths as pydantic names them → spans."""

    def __init__(self, tree: object) -> None:
        self.tree = tree

    def find(self, location: Sequence[str | int], *, of_value: bool = True) -> Span:
        """The place of a key path, or of the nearest parent that is there."""
        node: Any = self.tree
        span = Span(path=MANIFEST)
        for step in location:
            try:
                if isinstance(node, CommentedMap):
                    line, column = (node.lc.value if of_value else node.lc.key)(step)
                elif isinstance(node, list) and isinstance(step, int):
                    line, column = node.lc.item(step)  # type: ignore[attr-defined,unused-ignore]
                else:
                    continue  # a step inside a union that pydantic adds
                node = node[step]  # type: ignore[index,unused-ignore]
            except (KeyError, IndexError, AttributeError, TypeError):
                continue
            span = Span(path=MANIFEST, line=line + 1, column=column + 1)
        return span
