"""Check the shape of values that come out of a cache, before a step uses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin


def loaded(data: bytes, shape: Any) -> Any:
    """Parse stored JSON. Raises ValueError if it is of another shape."""
    value = json.loads(data)
    if not has_shape(value, shape):
        raise ValueError(f"the JSON does not match {shape}")
    return value


def has_shape(value: Any, shape: Any) -> bool:
    """Tell whether a value is of a type such as ``tuple[str, list[Diagnostic]]``.

    Collections are looked through. Of a dataclass all fields must be there; their values are not looked at.
    """
    if shape is Any:
        return True
    kind, inner = get_origin(shape) or shape, get_args(shape)
    if kind in (Union, UnionType):
        return any(has_shape(value, one) for one in inner)
    if kind is None:
        return value is None
    if kind is float:
        return type(value) in (float, int)
    if kind is int:
        return type(value) is int
    if not isinstance(value, kind):
        return False
    if not inner:
        return not is_dataclass(value) or all(hasattr(value, one.name) for one in fields(value))
    if issubclass(kind, Mapping):
        key, content = inner
        return all(has_shape(one, key) and has_shape(value[one], content) for one in value)
    if kind is tuple and inner[-1] is not Ellipsis:
        return len(value) == len(inner) and all(map(has_shape, value, inner))
    return all(has_shape(one, inner[0]) for one in value)
