"""Which blocks the engine looks at to fill a page: also those that then go to the next one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

_VERSION = "70."
_LISTENER = "triptych_looked_at"  # what is kept with the engine's context


@cache
def patch() -> None:
    """Have WeasyPrint tell, once in a process."""
    from weasyprint.layout import block

    if not is_told():
        return
    lay_out = block._in_flow_layout

    def lay_out_told(context: Any, box: Any, index: int, child: Any, *rest: Any) -> Any:
        if listener := getattr(context, _LISTENER, None):
            listener(child)
        return lay_out(context, box, index, child, *rest)

    block._in_flow_layout = lay_out_told


def is_told() -> bool:
    """Whether this version of the engine does so."""
    import weasyprint

    return bool(weasyprint.__version__.startswith(_VERSION))


def tell(context: Any, listener: Callable[[Any], None]) -> None:
    """Call the listener with each box that is looked at from now on."""
    setattr(context, _LISTENER, listener)
