"""What a value says, as text that decides a key: of equal values the same, in every process.

Where something stands in its source is no part of what it says: lines that move change no result that has no
places in it. Pictures are told by their digests, and sets in an order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any

from triptych.diagnostics import Span
from triptych.engine.store.program import digest

_PLAIN = frozenset((str, int, float, bool, type(None)))


def content_of(value: Any) -> str:
    """Values of ours and what they are made of, but for their places in the source, as text.

    Raises TypeError for anything else, of which nobody knows whether it is told in full.
    """
    told: list[str] = []
    _tell(value, told)
    return "".join(told)


def _tell(value: Any, told: list[str]) -> None:
    kind = type(value)
    if kind in _PLAIN:
        told.append(repr(value))
    elif kind is tuple or kind is list:
        _tell_all(tuple(value), told)
    elif kind is Span:
        told.append("-")
    elif kind is bytes:
        told.append(digest(value))
    elif kind is frozenset or kind is set:
        told.append("{" + ",".join(sorted(map(content_of, value))) + "}")
    elif isinstance(value, Enum):
        told.append(f"{kind.__name__}.{value.name}")
    elif is_dataclass(kind):
        told.append(kind.__name__)
        _tell_all(_fields(kind)(value), told)
    elif isinstance(value, Mapping):
        told.append("{")
        _tell_all(tuple(value.items()), told)
        told.append("}")
    elif isinstance(value, dt.date):
        told.append(value.isoformat())
    else:
        raise TypeError(f"no digest is defined for values of type {kind.__name__}")


def _tell_all(values: tuple[Any, ...], told: list[str]) -> None:
    """Values in order; plain ones, as most are, at once."""
    if _PLAIN.issuperset(map(type, values)):
        told.append(repr(values))
        return
    told.append("(")
    for value in values:
        if type(value) in _PLAIN:
            told.append(repr(value))
        else:
            _tell(value, told)
        told.append(",")
    told.append(")")


@cache
def _fields(kind: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the fields of a dataclass."""
    names = [field.name for field in fields(kind)]
    if len(names) < 2:  # attrgetter gives no tuple of fewer
        return lambda value: tuple(getattr(value, name) for name in names)
    return attrgetter(*names)
