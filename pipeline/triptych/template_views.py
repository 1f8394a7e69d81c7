"""Declare which classes and functions of the program a project's templates may use, and which names of them.

Templates are untrusted input. ``triptych/theme/sandbox/`` refuses every attribute and every call that is not
declared here or in its own table of plain values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from typing import Any, TypeVar

_Class = TypeVar("_Class", bound=type)
_Function = TypeVar("_Function", bound=Callable[..., Any])

NAMES = "__template_names__"
_CALLED = "__template_function__"
_GIVEN_OBJECTS = "__template_objects__"


def template_view(*names: str, fields: bool = True) -> Callable[[_Class], _Class]:
    """Let templates read the public fields of a dataclass, and the properties and methods that are named.

    ``fields=False`` leaves out the fields that are not named. With ``__str__`` among the names templates may
    print an object, with ``__getitem__`` look up its items. Subclasses inherit the names.
    """

    def declare(cls: _Class) -> _Class:
        public = (field.name for field in dataclass_fields(cls)) if fields else ()
        setattr(cls, NAMES, frozenset((*names, *(name for name in public if not name.startswith("_")))))
        return cls

    return declare


def template_function(function: _Function) -> _Function:
    """Let templates call a function, with text, numbers, lists and mappings of them."""
    setattr(function, _CALLED, True)
    return function


def given_objects(function: _Function) -> _Function:
    """Let templates give objects, such as nodes of the document, to a function or method; it prints none."""
    setattr(function, _GIVEN_OBJECTS, True)
    return function


def names_for_templates(cls: type) -> frozenset[str] | None:
    """Return the names that templates may use of a class, None where it is not declared."""
    return getattr(cls, NAMES, None)


def is_template_function(function: object) -> bool:
    """Whether a function is declared with ``template_function``."""
    return getattr(function, _CALLED, False) is True


def takes_objects(function: object) -> bool:
    """Whether a function or method is declared with ``given_objects``."""
    return getattr(function, _GIVEN_OBJECTS, False) is True
