"""What a value says, as text that decides a key: of equal values the same, in every process.

Where something stands in its source is no part of what it says: lines that move change no result that has no
places in it. Pictures are told by their digests, and sets in an order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any

from triptych.diagnostics import Span
from triptych.engine.memory.program import digest


def content_of(value: Any) -> str:
    """Values of ours and what they are made of, but for their places in the source, as text.

    Raises TypeError for anything else, of which nobody knows whether it is told in full.
    """
    told: list[str] = []
    _tell(value, told)
    return "".join(told)


def _tell(value: Any, told: list[str]) -> None:
    kind = type(value)
    if kind is str or kind is int or kind is float or kind is bool or value is None:
        told.append(repr(value))
    elif kind is tuple or kind is list:
        told.append("(")
        for item in value:
            _tell(item, told)
            told.append(",")
        told.append(")")
    elif kind is Span:
        told.append("-")
    elif kind is bytes:
        told.append(digest(value))
    elif kind is frozenset or kind is set:
        told.append("{" + ",".join(sorted(map(content_of, value))) + "}")
    elif isinstance(value, Enum):
        told.append(f"{kind.__name__}.{value.name}")
    elif is_dataclass(kind):
        told.append(f"{kind.__name__}(")
        for name in _names(kind):
            _tell(getattr(value, name), told)
            told.append(",")
        told.append(")")
    elif isinstance(value, Mapping):
        told.append("{")
        for key, item in value.items():
            _tell(key, told)
            told.append(":")
            _tell(item, told)
            told.append(",")
        told.append("}")
    else:
        told.append(_date(value))


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _date(value: Any) -> str:
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise TypeError(f"a {type(value).__name__} cannot be told")
