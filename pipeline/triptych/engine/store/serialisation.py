"""Serialise model values for the cache and for cache keys, and validate values that are read back.

Stored values are pickles that can contain only dataclasses, enumerations and settings of this program, and
dates (see "Restricting Globals" in the documentation of ``pickle``), so that a manipulated file cannot run
code. Cache keys exclude source positions, so that results without positions stay valid if lines move.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import pickle
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from operator import attrgetter
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from triptych.diagnostics import Span
from triptych.engine.store.program_digest import compute_digest

_PROTOCOL = 5
_PACKAGE_PREFIX = "triptych."
_OTHER_CLASSES = {("datetime", "date"): dt.date, ("datetime", "datetime"): dt.datetime}


class UnsafeValueError(pickle.UnpicklingError):
    """Raised if stored bytes refer to a class that is not part of the model."""


def pack_values(value: Any) -> bytes:
    """Serialise a value: tuples, lists, mappings, numbers, strings and dataclasses of the document model."""
    return pickle.dumps(value, _PROTOCOL)


def unpack_values(data: bytes) -> Any:
    """Deserialise a value. Raise ``UnsafeValueError`` or another ``pickle.UnpicklingError``."""
    return _ValueUnpickler(io.BytesIO(data)).load()


class _ValueUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Return a class by name. Raise ``UnsafeValueError`` if it is not allowed in stored values."""
        if other := _OTHER_CLASSES.get((module, name)):
            return other
        if module == "builtins" and name in ("frozenset", "set"):
            return frozenset if name == "frozenset" else set
        if module.startswith(_PACKAGE_PREFIX):
            found_class = getattr(import_module(module), name, None)
            if isinstance(found_class, type) and (
                is_dataclass(found_class)
                or issubclass(found_class, Enum)
                or hasattr(found_class, "__pydantic_fields__")
            ):
                return found_class
        raise UnsafeValueError(f"{module}.{name} is not a value")


def parse_json(data: bytes, shape: Any) -> Any:
    """Parse stored JSON. Raise ValueError if the value does not have the type ``shape``."""
    value = json.loads(data)
    if not has_shape(value, shape):
        raise ValueError(f"the JSON does not match {shape}")
    return value


def has_shape(value: Any, shape: Any) -> bool:
    """Return whether a value has the type ``shape``, such as ``tuple[str, list[Diagnostic]]``.

    Items of collections are also checked. A dataclass must have all its fields, but their values are not
    checked.
    """
    if shape is Any:
        return True
    kind, inner = get_origin(shape) or shape, get_args(shape)
    if kind is Literal:
        return value in inner
    if kind in (Union, UnionType):
        return any(has_shape(value, item) for item in inner)
    if kind is None:
        return value is None
    if kind is float:
        return type(value) in (float, int)
    if kind is int:
        return type(value) is int
    if not isinstance(value, kind):
        return False
    if not inner:
        return not is_dataclass(value) or all(hasattr(value, item.name) for item in fields(value))
    if issubclass(kind, Mapping):
        key, content = inner
        return all(has_shape(item, key) and has_shape(value[item], content) for item in value)
    if kind is tuple and inner[-1] is not Ellipsis:
        return len(value) == len(inner) and all(map(has_shape, value, inner))
    return all(has_shape(item, inner[0]) for item in value)


_PLAIN_TYPES = frozenset((str, int, float, bool, type(None)))


def serialise_content(value: Any) -> str:
    """Serialise model values as text without source positions.

    Raise TypeError for values of other types, which might have hidden state.
    """
    parts: list[str] = []
    _serialise_value(value, parts)
    return "".join(parts)


def _serialise_value(value: Any, parts: list[str]) -> None:
    kind = type(value)
    if kind in _PLAIN_TYPES:
        parts.append(repr(value))
    elif kind is tuple or kind is list:
        _serialise_values(tuple(value), parts)
    elif kind is Span:
        parts.append("-")
    elif kind is bytes:
        parts.append(compute_digest(value))
    elif kind is frozenset or kind is set:
        parts.append("{" + ",".join(sorted(map(serialise_content, value))) + "}")
    elif isinstance(value, Enum):
        parts.append(f"{kind.__name__}.{value.name}")
    elif is_dataclass(kind):
        parts.append(kind.__name__)
        _serialise_values(_make_field_getter(kind)(value), parts)
    elif isinstance(value, Mapping):
        parts.append("{")
        _serialise_values(tuple(value.items()), parts)
        parts.append("}")
    elif isinstance(value, dt.date):
        parts.append(value.isoformat())
    else:
        raise TypeError(f"no digest is defined for values of type {kind.__name__}")


def _serialise_values(values: tuple[Any, ...], parts: list[str]) -> None:
    """Serialise several values in order. If all of them are plain, as is common, use a single call."""
    if _PLAIN_TYPES.issuperset(map(type, values)):
        parts.append(repr(values))
        return
    parts.append("(")
    for value in values:
        if type(value) in _PLAIN_TYPES:
            parts.append(repr(value))
        else:
            _serialise_value(value, parts)
        parts.append(",")
    parts.append(")")


@cache
def _make_field_getter(kind: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that returns the field values of a dataclass instance."""
    names = [field.name for field in fields(kind)]
    if len(names) < 2:  # attrgetter does not return a tuple for a single name
        return lambda value: tuple(getattr(value, name) for name in names)
    return attrgetter(*names)
