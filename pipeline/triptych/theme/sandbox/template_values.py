"""Which values templates of a project may use: an allow-list of types, and of the names of each.

Plain values (text, numbers, dates, lists, mappings), the classes that are declared with ``template_view``,
and Jinja's own objects have names. Frozen dataclasses that are not declared, such as nodes of the document,
have none: a template hands them on to a function as they are. All other types are refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import is_dataclass
from enum import Enum
from functools import cache, partial
from types import BuiltinMethodType, FunctionType, GeneratorType, MappingProxyType, MethodType, NoneType
from typing import Any

from jinja2 import Undefined
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, LoopContext, Macro, TemplateReference
from jinja2.utils import Cycler, Joiner, Namespace
from markupsafe import Markup

from triptych.template_views import is_template_function, names_for_templates

_TEXT = (
    "capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit isidentifier "
    "islower isnumeric isspace istitle isupper join lower lstrip partition removeprefix removesuffix replace "
    "rfind rindex rpartition rsplit rstrip split splitlines startswith strip swapcase title upper"
)
_NAMES: Mapping[type, frozenset[str]] = {
    cls: frozenset(names.split())
    for cls, names in {
        str: _TEXT,
        Markup: f"{_TEXT} striptags unescape",
        int: "",
        float: "is_integer",
        NoneType: "",
        list: "count index",
        tuple: "count index",
        dict: "get items keys values",
        MappingProxyType: "get items keys values",
        Enum: "name value",
        dt.date: "day isoformat isoweekday month strftime weekday year",
        dt.datetime: "day hour isoformat isoweekday minute month second strftime weekday year",
        LoopContext: "changed cycle depth depth0 first index index0 last length nextitem previtem revindex "
        "revindex0",
        Macro: "arguments caller catch_kwargs catch_varargs name",
        BlockReference: "super",
        Cycler: "current next reset",
        Joiner: "",
        TemplateReference: "",
        Undefined: "",
    }.items()
}
# What filters and methods return to be looped over once.
_NONE: dict[str, str] = {}
_OF_LISTS = (iter([""]), iter(()), iter(""), reversed([""]), reversed(()), reversed(""))
_OF_MAPPINGS = (
    _NONE.keys(),
    _NONE.values(),
    _NONE.items(),
    iter(_NONE),
    iter(_NONE.values()),
    iter(_NONE.items()),
)
_PASSING = frozenset(
    {GeneratorType, map, filter, zip, range, *map(type, _OF_LISTS), *map(type, _OF_MAPPINGS)}
)
_PRINTED = (str, int, float, dt.date, list, tuple, dict, MappingProxyType, Enum, TemplateModule)
_WITH_ITEMS = (str, list, tuple, Mapping, range, TemplateReference, Undefined)
_MOST_LISTED = 12
_MADE_BY_CALLS: frozenset[object] = frozenset({dict, Namespace, Cycler, Joiner})
_DATE_PATTERN = re.compile(r"(?:[^%]|%[aAbBdHIjmMpSuUVwWyYZ%])*")


def allowed_names(value: Any) -> frozenset[str] | None:
    """Return the names that templates may use of a value; None for a value of a type that is not allowed.

    A namespace and the macros of an imported template have names of their own: see ``is_allowed``.
    """
    cls: Any = type(value)
    return _names_of_class(cls)


@cache
def _names_of_class(cls: Any) -> frozenset[str] | None:
    if (declared := names_for_templates(cls)) is not None:
        return declared
    known = [names for base, names in _NAMES.items() if issubclass(cls, base)]
    if known:
        fields = getattr(cls, "_fields", ()) if issubclass(cls, tuple) else ()  # of a named tuple
        return frozenset[str]().union(*known, fields)
    frozen = is_dataclass(cls) and getattr(cls, "__dataclass_params__").frozen  # noqa: B009
    inert = frozen or cls in _PASSING or cls in (Namespace, TemplateModule)
    return frozenset() if inert else None


def is_allowed(value: Any, name: str) -> bool:
    """Whether templates may use an attribute of a value."""
    if name.startswith("_"):
        return False
    if isinstance(value, Namespace | TemplateModule):
        return True
    return name in (allowed_names(value) or ())


def has_items(value: Any) -> bool:
    """Whether templates may look up items of a value."""
    return isinstance(value, _WITH_ITEMS) or "__getitem__" in (allowed_names(value) or ())


def check_value(value: Any) -> None:
    """Raise ``SecurityError`` for a value that templates may not have; its parts are not looked at."""
    if allowed_names(value) is None and not is_callable(value):
        raise SecurityError(f"{describe_type(value)} cannot be used in a template")


def check_text_form(value: Any) -> None:
    """Raise ``SecurityError`` for a value that has no text of its own; its parts are not looked at.

    Python would write where in memory it lies, or its insides.
    """
    if isinstance(value, Undefined):
        str(value)  # raises for a missing name, which it does not within a list
        return
    if isinstance(value, _PRINTED):
        return
    if value is None or "__str__" in (allowed_names(value) or ()):
        return
    check_value(value)
    if type(value) in _PASSING:
        raise SecurityError("the sequence cannot be printed; convert it to a list with `| list`")
    if is_callable(value):
        raise SecurityError("a function cannot be printed; call it with ()")
    raise SecurityError(f"{describe_type(value)} cannot be printed{name_list(value)}")


_TYPES = {
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    list: "a list",
    tuple: "a list",
    dict: "a mapping",
    type(None): "None",
}


def describe_type(value: Any, before: str = "a value of type ") -> str:
    """Return what a value is, for messages: "a string", or the name of its class after some words."""
    return _TYPES.get(type(value)) or f"{before}{type(value).__name__}"


def name_list(value: Any) -> str:
    """Return what a message adds: which names of a value templates can use; "" for none and for many."""
    names = sorted(name for name in allowed_names(value) or () if not name.startswith("_"))
    return f"; use one of {', '.join(names)}" if 0 < len(names) <= _MOST_LISTED else ""


def is_callable(value: Any) -> bool:
    """Whether templates may call a value."""
    if isinstance(value, Macro | BlockReference | LoopContext | Joiner):
        return True
    if isinstance(value, type):
        return value in _MADE_BY_CALLS
    if isinstance(value, MethodType | BuiltinMethodType):
        owner = value.__self__
        return not isinstance(owner, type) and is_allowed(owner, value.__name__)
    return isinstance(value, FunctionType | partial) and is_template_function(value)


def check_date_pattern(pattern: Any) -> None:
    """Raise ``SecurityError`` for a ``strftime`` pattern with widths, which make much text of little."""
    if not (isinstance(pattern, str) and _DATE_PATTERN.fullmatch(pattern)):
        raise SecurityError(f"strftime pattern {pattern!r} is not allowed")
