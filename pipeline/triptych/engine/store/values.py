"""Values of the model as bytes, and back: a pickle that can name nothing but our own values.

What unpickling may call is what ``find_class`` returns (Python's ``pickle``, "Restricting Globals"): frozen
dataclasses, enumerations and settings of this program, and dates. None of them does anything when it is made,
so that what somebody has planted in a cache is at worst a wrong value, and no program.
"""

from __future__ import annotations

import datetime
import io
import pickle
from dataclasses import is_dataclass
from enum import Enum
from importlib import import_module
from typing import Any

_PROTOCOL = 5
_OURS = "triptych."
_OTHERS = {("datetime", "date"): datetime.date, ("datetime", "datetime"): datetime.datetime}


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
