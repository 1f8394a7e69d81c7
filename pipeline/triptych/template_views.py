"""Declare the classes and functions of the program that a project's templates may use.

Templates are untrusted input. ``triptych/theme/sandbox.py`` rejects each attribute access and each call that
is neither declared with these decorators nor in its table of plain values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from typing import Any, TypeVar

_Class = TypeVar("_Class", bound=type)
_Function = TypeVar("_Function", bound=Callable[..., Any])

NAMES_ATTRIBUTE = "__template_names__"
_CALLED = "__template_function__"
_GIVEN_OBJECTS = "__template_objects__"


def template_view(*names: str, fields: bool = True) -> Callable[[_Class], _Class]:
    """Let templates read the public fields of a dataclass, and the properties and methods in ``names``.

    With ``fields=False``, templates can read only the attributes in ``names``. Include ``__str__`` to let
    templates print an object, and ``__getitem__`` to let them look up its items. Subclasses inherit the
    names.
    """

    def declare(cls: _Class) -> _Class:
        public = (field.name for field in dataclass_fields(cls)) if fields else ()
        setattr(
            cls, NAMES_ATTRIBUTE, frozenset((*names, *(name for name in public if not name.startswith("_"))))
        )
        return cls

    return declare


def template_function(function: _Function) -> _Function:
    """Let templates call a function with strings, numbers, and lists and mappings of these."""
    setattr(function, _CALLED, True)
    return function


def accepts_objects(function: _Function) -> _Function:
    """Let templates pass objects, such as document nodes, to a function that does not print them."""
    setattr(function, _GIVEN_OBJECTS, True)
    return function


def get_template_names(cls: type) -> frozenset[str] | None:
    """Return the attributes of a class that templates may read, or None for an undeclared class."""
    return getattr(cls, NAMES_ATTRIBUTE, None)


def is_template_function(function: object) -> bool:
    """Return whether templates may call a function, as declared with ``template_function``."""
    return getattr(function, _CALLED, False) is True


def can_accept_objects(function: object) -> bool:
    """Return whether templates may pass objects to a function, as declared with ``accepts_objects``."""
    return getattr(function, _GIVEN_OBJECTS, False) is True
