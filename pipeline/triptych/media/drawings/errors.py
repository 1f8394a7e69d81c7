"""The errors for diagrams that cannot be drawn."""

from __future__ import annotations

from triptych.engine.extras import Extra


class WrongDiagram(Exception):
    """The diagram's text is not understood; ``line`` counts from 1 in it, None where none is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message, line)
        self.message, self.line = message, line


class NotInstalled(Exception):
    """What draws such a diagram is an extra that is not there."""

    def __init__(self, extra: Extra) -> None:
        super().__init__(extra)
        self.extra: Extra = extra


class CannotDraw(Exception):
    """Nothing here draws such a diagram."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message, self.hint = message, hint
