"""Which blocks the engine looks at to fill a page: also those that then go to the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_LISTENER = "triptych_looked_at"  # what is kept with the engine's context


def inspect(context: Any, box: Any) -> None:
    """Tell who listens that a block is looked at."""
    if listener := getattr(context, _LISTENER, None):
        listener(box)


def tell(context: Any, listener: Callable[[Any], None]) -> None:
    """Call the listener with each box that is looked at from now on."""
    setattr(context, _LISTENER, listener)


def is_told(context: Any) -> bool:
    """Whether someone listens: a document is then laid out page by page, each of them once."""
    return hasattr(context, _LISTENER)
