"""Convert values of the model to bytes and to keys, and check those that are read back.

Stored values are pickles that can name nothing but our own values: ``find_class`` returns frozen dataclasses,
enumerations and settings of this program, and dates (Python's ``pickle``, "Restricting Globals"). A planted
file is at worst a wrong value, and no program. The key of a value leaves out where it is in the source, so
that lines that move change no result without places in it.
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
from typing import Any, Union, get_args, get_origin

from triptych.diagnostics import Span
from triptych.engine.store.program import digest

_PROTOCOL = 5
_OURS = "triptych."
_OTHERS = {("datetime", "date"): dt.date, ("datetime", "datetime"): dt.datetime}


class NotAValue(pickle.UnpicklingError):
    """Stored bytes name something that is no value of ours."""


def packed(value: Any) -> bytes:
    """Tuples, lists, mappings, numbers, texts and dataclasses of ours as bytes."""
    return pickle.dumps(value, _PROTOCOL)


def unpacked(data: bytes) -> Any:
    """The value that was packed. Raises ``NotAValue`` or another ``pickle.UnpicklingError``."""
    return _Values(io.BytesIO(data)).load()


class _Values(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """A class by its name, where it is one of values."""
        if other := _OTHERS.get((module, name)):
            return other
        if module == "builtins" and name in ("frozenset", "set"):
            return frozenset if name == "frozenset" else set
        if module.startswith(_OURS):
            found = getattr(import_module(module), name, None)
            if isinstance(found, type) and (
                is_dataclass(found) or issubclass(found, Enum) or hasattr(found, "__pydantic_fields__")
            ):
                return found
        raise NotAValue(f"{module}.{name} is not a value")


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
