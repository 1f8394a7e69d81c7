"""Render untrusted Jinja templates: restrict the values that templates can use, and limit time and memory.

``BoundedEnvironment`` renders a project's templates and the expressions in its text. It raises
``SecurityError`` for anything that is not allowed or exceeds a limit.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from enum import Enum
from functools import cache, partial, wraps
from inspect import getattr_static
from numbers import Number
from pathlib import Path
from types import BuiltinMethodType, FunctionType, GeneratorType, MappingProxyType, MethodType, NoneType
from typing import Any, TypeAlias, cast

from jinja2 import Undefined, nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.filters import do_int, do_join, do_replace, do_round, make_attrgetter
from jinja2.runtime import BlockReference, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace, pass_eval_context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from triptych.diagnostics import did_you_mean
from triptych.template_views import can_accept_objects, get_template_names, is_template_function

_STRING_METHODS = (
    "capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit isidentifier "
    "islower isnumeric isspace istitle isupper join lower lstrip partition removeprefix removesuffix replace "
    "rfind rindex rpartition rsplit rstrip split splitlines startswith strip swapcase title upper"
)
_ATTRIBUTES_BY_TYPE: Mapping[type, frozenset[str]] = {
    cls: frozenset(names.split())
    for cls, names in {
        str: _STRING_METHODS,
        Markup: f"{_STRING_METHODS} striptags unescape",
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
# Iterators and dictionary views that filters and methods return.
_EMPTY_MAPPING: dict[str, str] = {}
_LIST_ITERATORS = (iter([""]), iter(()), iter(""), reversed([""]), reversed(()), reversed(""))
_MAPPING_VIEWS = (
    _EMPTY_MAPPING.keys(),
    _EMPTY_MAPPING.values(),
    _EMPTY_MAPPING.items(),
    iter(_EMPTY_MAPPING),
    iter(_EMPTY_MAPPING.values()),
    iter(_EMPTY_MAPPING.items()),
)
_ITERATOR_TYPES = frozenset(
    {GeneratorType, map, filter, zip, range, *map(type, _LIST_ITERATORS), *map(type, _MAPPING_VIEWS)}
)
_PRINTABLE_TYPES = (str, int, float, dt.date, list, tuple, dict, MappingProxyType, Enum, TemplateModule)
_SUBSCRIPTABLE_TYPES = (str, list, tuple, Mapping, range, TemplateReference, Undefined)
_MAX_LISTED_ATTRIBUTES = 12
_CALLABLE_CLASSES: frozenset[object] = frozenset({dict, Namespace, Cycler, Joiner})
_DATE_PATTERN = re.compile(r"(?:[^%]|%[aAbBdHIjmMpSuUVwWyYZ%])*")


def get_allowed_attributes(value: Any) -> frozenset[str] | None:
    """Return the attributes of a value that templates may use, or None if its type is not allowed.

    Namespaces and imported templates have arbitrary attributes; see ``is_allowed``.
    """
    cls: Any = type(value)
    return _collect_attribute_names(cls)


@cache
def _collect_attribute_names(cls: Any) -> frozenset[str] | None:
    if (template_names := get_template_names(cls)) is not None:
        return template_names
    known_names = [names for base, names in _ATTRIBUTES_BY_TYPE.items() if issubclass(cls, base)]
    if known_names:
        fields = getattr(cls, "_fields", ()) if issubclass(cls, tuple) else ()  # methods of a named tuple
        return frozenset[str]().union(*known_names, fields)
    frozen = is_dataclass(cls) and getattr(cls, "__dataclass_params__").frozen  # noqa: B009
    inert = frozen or cls in _ITERATOR_TYPES or cls in (Namespace, TemplateModule)
    return frozenset() if inert else None


def is_allowed(value: Any, name: str) -> bool:
    """Return whether templates may use the attribute ``name`` of a value."""
    if name.startswith("_"):
        return False
    if isinstance(value, Namespace | TemplateModule):
        return True
    return name in (get_allowed_attributes(value) or ())


def is_subscriptable(value: Any) -> bool:
    """Return whether templates may use subscripts on a value, such as ``value[0]``."""
    return isinstance(value, _SUBSCRIPTABLE_TYPES) or "__getitem__" in (get_allowed_attributes(value) or ())


def check_value(value: Any) -> None:
    """Raise ``SecurityError`` if templates may not use a value. Items of a collection are not checked."""
    if get_allowed_attributes(value) is None and not is_callable(value):
        raise SecurityError(f"{describe_type(value)} cannot be used in a template")


def check_printable(value: Any) -> None:
    """Raise ``SecurityError`` if templates may not print a value.

    Python's default representation would reveal memory addresses or private fields. Items of a collection are
    not checked.
    """
    if isinstance(value, Undefined):
        str(value)  # raises an error for an undefined name, even in a list
        return
    if isinstance(value, _PRINTABLE_TYPES):
        return
    if value is None or "__str__" in (get_allowed_attributes(value) or ()):
        return
    check_value(value)
    if type(value) in _ITERATOR_TYPES:
        raise SecurityError("the sequence cannot be printed; convert it to a list with `| list`")
    if is_callable(value):
        raise SecurityError("a function cannot be printed; call it with ()")
    raise SecurityError(f"{describe_type(value)} cannot be printed{describe_allowed_attributes(value)}")


_TYPE_DESCRIPTIONS = {
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    list: "a list",
    tuple: "a list",
    dict: "a mapping",
    type(None): "None",
}


def describe_type(value: Any, prefix: str = "a value of type ") -> str:
    """Describe a value's type for messages, for example as "a string".

    Without a description for the type, return ``prefix`` followed by the class name.
    """
    return _TYPE_DESCRIPTIONS.get(type(value)) or f"{prefix}{type(value).__name__}"


def describe_allowed_attributes(value: Any) -> str:
    """Return the end of a message that lists the allowed attributes of a value.

    Return "" if there are none or too many.
    """
    names = sorted(name for name in get_allowed_attributes(value) or () if not name.startswith("_"))
    return f"; use one of {', '.join(names)}" if 0 < len(names) <= _MAX_LISTED_ATTRIBUTES else ""


def is_callable(value: Any) -> bool:
    """Return whether templates may call ``value``."""
    if isinstance(value, Macro | BlockReference | LoopContext | Joiner):
        return True
    if isinstance(value, type):
        return value in _CALLABLE_CLASSES
    if isinstance(value, MethodType | BuiltinMethodType):
        owner = value.__self__
        return not isinstance(owner, type) and is_allowed(owner, value.__name__)
    return isinstance(value, FunctionType | partial) and is_template_function(value)


def check_date_pattern(pattern: Any) -> None:
    """Raise ``SecurityError`` for a ``strftime`` pattern with field widths, which could give huge text."""
    if not (isinstance(pattern, str) and _DATE_PATTERN.fullmatch(pattern)):
        raise SecurityError(f"strftime pattern {pattern!r} is not allowed")


_Function: TypeAlias = Callable[..., Any]

_ITEM_SIZE = 10  # size of an item of a list, in characters
_MAX_EXPONENT = 64
_MAX_DIGITS = 100
_MAX_NUMBER = 10**300  # less than the largest float
_NUMBER_LENGTH = 400  # characters of a text that is converted to an integer
_LONG_NUMBER = re.compile(r"\d[\d_]{4300}")
_NUMBER_TOO_LARGE = "the number is too large"
_TOO_LARGE = "the text generated by expressions is too large"
_MAX_MEMORY = 500_000_000  # bytes by which a template may increase the memory of the process
_WORK_PER_STEP = 1_000  # size of a step, in characters
_WORK_PER_CALL = 100  # size of a computed value, in characters
_WORK_BETWEEN_CHECKS = 50_000  # characters after which time and memory are measured
_ADDED_BY_JINJA = ("_loop_vars", "_block_vars")  # arguments that Jinja adds to calls
_LOOP_TYPES = (LoopContext, Cycler)
_JINJA_CALLABLES = (Macro, BlockReference, LoopContext, Joiner, type)  # they pass on arguments unchanged
_COLLECTION_TYPES = (list, tuple, Mapping)
# Filters that pass on values unchanged. All other filters convert values to text or numbers.
_STRUCTURAL_FILTERS = frozenset(
    "attr batch count d default dictsort first groupby items join last length list map max min reject "
    "rejectattr reverse select selectattr slice sort sum unique".split()
)
_REPEATED_NODES = (nodes.Template, nodes.Block, nodes.Macro, nodes.CallBlock, nodes.For)


@dataclass(frozen=True, slots=True)
class TemplateLimits:
    """The limits for rendering a template.

    ``steps`` is the maximum number of loop iterations, macro calls and filter calls. ``value_size`` is the
    maximum size of a value, and ``total_size`` that of all values together, in characters. ``seconds`` is the
    maximum CPU time.
    """

    steps: int
    value_size: int
    total_size: int
    seconds: float


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """A sandboxed Jinja environment with limits.

    Templates raise ``SecurityError`` if they use anything that is not allowed or exceed a limit. Jinja
    filters in ``disabled_filters`` are not available.
    """

    intercepted_binops = frozenset(("+", "-", "*", "**", "%", "//"))

    def __init__(
        self, limits: TemplateLimits, disabled_filters: frozenset[str] = frozenset(), **settings: Any
    ) -> None:
        # Jinja's optimiser takes cubic time in the nesting depth of constants. All output of a template goes
        # through `show`, including that of built-in templates that it includes.
        super().__init__(optimized=False, finalize=self.show, **settings)
        self._limits = limits
        self.reset_counters()
        self.globals["range"] = self._make_range
        self.globals.pop("lipsum")
        defaults = {name: function for name, function in self.filters.items() if name not in disabled_filters}
        bounded_filters: dict[str, _Function] = {
            "sum": self._sum,
            "int": _convert_to_int,
            "replace": self._replace,
            "join": self._join,
            "round": _round,
        }
        self.filters = {}
        self.add_filters({**defaults, **bounded_filters})
        self.tests = {
            name: self._wrap_function(cast(_Function, function), self.weigh)
            for name, function in self.tests.items()
        }

    def add_filters(self, filters: Mapping[str, _Function]) -> None:
        """Add filters. Their calls are counted, and their arguments and results checked."""
        for name, function in filters.items():
            self.filters[name] = self._wrap_function(
                function, self.weigh if name in _STRUCTURAL_FILTERS else self.show
            )

    def reset_counters(self, seconds: float | None = None) -> None:
        """Reset the counters before rendering a template or expression.

        ``seconds`` is the maximum CPU time, if it differs from that of the limits.
        """
        self._steps = self._total_size = self._work = 0
        self._seconds = self._limits.seconds if seconds is None else seconds
        self._start = time.thread_time()
        self._memory: int | None = None  # bytes at the first check

    def step(self, text: int = 0, count: int = 1) -> str:
        """Count steps, and characters of literal text. Raise ``SecurityError`` if a limit is exceeded."""
        self._steps += count
        self._total_size += text
        self._work += _WORK_PER_STEP * count + text
        if self._work > _WORK_BETWEEN_CHECKS:
            self._check_time_and_memory()
        if self._steps > self._limits.steps:
            raise SecurityError(f"loops and expressions take more than {self._limits.steps:,} steps")
        if self._total_size > self._limits.total_size:
            raise SecurityError(_TOO_LARGE)
        return ""

    def weigh(self, value: Any) -> Any:
        """Check the type of a value, count its size, and return it.

        Raise ``SecurityError`` if the type is not allowed or a limit is exceeded.
        """
        return self._check_and_count(value, check_value)

    def show(self, value: Any) -> Any:
        """Check that a value may be printed, count its size, and return it.

        Raise ``SecurityError`` if it may not be printed or a limit is exceeded.
        """
        return self._check_and_count(value, check_printable)

    def _check_and_count(self, value: Any, check: Callable[[Any], None]) -> Any:
        self._work += _WORK_PER_CALL
        if not isinstance(value, Number):
            size = self._measure_size(value, check)
            self._total_size += size
            self._work += size
            if size > self._limits.value_size or self._total_size > self._limits.total_size:
                raise SecurityError(_TOO_LARGE)
        elif isinstance(value, int):
            _check_number(value)
        if self._work > _WORK_BETWEEN_CHECKS:
            self._check_time_and_memory()
        return value

    def _check_time_and_memory(self) -> None:
        """Raise ``SecurityError`` if the template has taken too much CPU time or memory.

        Counting alone cannot predict the cost of every value.
        """
        self._work = 0
        if time.thread_time() - self._start > self._seconds:
            raise SecurityError(f"expressions take more than {self._seconds:g} s of CPU time")
        memory = _measure_memory()
        self._memory = memory if self._memory is None else self._memory
        if memory - self._memory > _MAX_MEMORY:
            raise SecurityError(f"expressions need more than {_MAX_MEMORY // 10**6} MB of memory")

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an allowed attribute of ``obj``, or else the item with that key."""
        if is_allowed(obj, attribute):
            return self._get_attribute(obj, attribute)
        try:
            return self._get_item(obj, attribute)
        except (TypeError, LookupError):
            return self._make_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item of ``obj``, or else the allowed attribute with that name."""
        self._work += _WORK_PER_CALL
        if self._work > _WORK_BETWEEN_CHECKS:  # filters look up the items of long attributes in one step
            self._check_time_and_memory()
        try:
            return self._get_item(obj, argument)
        except (TypeError, LookupError):
            if isinstance(argument, str) and is_allowed(obj, str(argument)):
                return self._get_attribute(obj, str(argument))
            return self._make_undefined(obj, argument)

    def _get_attribute(self, obj: Any, name: str) -> Any:
        try:
            value = getattr(obj, name)
        except AttributeError:
            return self.undefined(obj=obj, name=name)
        check_value(value)
        return value

    def _get_item(self, obj: Any, key: Any) -> Any:
        if not is_subscriptable(obj):
            raise TypeError
        value = obj[key]
        check_value(value)
        return value

    def _make_undefined(self, obj: Any, name: Any) -> Any:
        """Return an undefined value, which raises an error with the reason when a template uses it."""
        try:
            hidden = isinstance(name, str) and getattr_static(obj, name) is not None
        except AttributeError:
            hidden = False
        if not hidden and get_template_names(type(obj)) is not None:
            suggestion = did_you_mean(str(name), get_allowed_attributes(obj) or ())
            suggestion = (
                f"; {suggestion.removesuffix('?')}" if suggestion else describe_allowed_attributes(obj)
            )
            message = f"{describe_type(obj)} has no attribute `{name}`{suggestion}"
            return self.undefined(message, obj=obj, name=name)
        if not hidden:
            return self.undefined(obj=obj, name=name)
        message = f"access to attribute `{name}` of {describe_type(obj, '')} is not allowed"
        message += describe_allowed_attributes(obj)
        return self.undefined(message, obj=obj, name=name, exc=SecurityError)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether templates may use an attribute. Jinja calls this method, for example in filters."""
        return is_allowed(obj, attr)

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call an allowed function or method, after checking its arguments, and check its result."""
        owner = obj.__self__ if isinstance(obj, MethodType | BuiltinMethodType) else None
        if owner is self:  # a call inserted by `_BoundingVisitor`
            return obj(*args)
        if not is_callable(obj):
            if isinstance(obj, Undefined):
                return obj()  # raises the error of an undefined value
            raise SecurityError(f"{describe_type(obj)} cannot be called")
        is_text = isinstance(owner, str)
        prints = not (
            can_accept_objects(obj)
            or isinstance(obj, _JINJA_CALLABLES)
            or isinstance(owner, _COLLECTION_TYPES + _LOOP_TYPES)
        )
        given_values = (value for name, value in kwargs.items() if name not in _ADDED_BY_JINJA)
        for value in (*args, *given_values):
            (self.show if prints else self.weigh)(value)
        if is_text or isinstance(owner, _COLLECTION_TYPES):
            self.weigh(owner)
        if isinstance(owner, str) and obj.__name__ == "join" and args:
            args = (self._check_joined_values(args[0], owner), *args[1:])
        if isinstance(owner, str) and obj.__name__ == "replace" and len(args) > 1:
            self._check_replacement(owner, *args)
        if isinstance(owner, dt.date) and obj.__name__ == "strftime":
            check_date_pattern(*args, **kwargs)
        is_trusted = isinstance(obj, FunctionType | partial) or get_template_names(type(owner)) is not None
        try:
            return self.weigh(context.call(obj, *args, **kwargs))
        except (AssertionError, AttributeError, LookupError) as error:
            if not is_trusted:
                raise
            name = getattr(obj, "__name__", "this function")
            raise SecurityError(f"`{name}` cannot be called with these arguments") from error

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Compute an arithmetic operation. Raise ``SecurityError`` if the result would be too large."""
        for operand in (left, right):
            if isinstance(operand, int):
                _check_number(operand)
        if operator == "**" and not (isinstance(right, int | float) and abs(right) <= _MAX_EXPONENT):
            raise SecurityError(f"the exponent is not a number from -{_MAX_EXPONENT} to {_MAX_EXPONENT}")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("the % operator cannot format text; use a filter")
        if operator == "*":
            for text, count in ((left, right), (right, left)):
                times = count if isinstance(count, int) and not isinstance(text, Number) else 0
                if times * (1 + self._measure_size(text)) > self._limits.value_size:
                    raise SecurityError("the repeated text is too large")
        return self.weigh(super().call_binop(context, operator, left, right))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree: nodes.Template = super()._parse(source, name, filename)
        except ValueError as error:  # Python does not convert an integer with this many digits
            number = _LONG_NUMBER.search(source)
            line = source.count("\n", 0, number.start()) + 1 if number else 1
            raise TemplateSyntaxError(_NUMBER_TOO_LARGE, line, name, filename) from error
        return _BoundingVisitor(name, filename).visit(tree) if self.has_limits(filename) else tree

    def has_limits(self, filename: str | None) -> bool:
        """Return whether a template is untrusted and therefore has limits.

        Its output and loop iterations are then counted.
        """
        return True

    def _make_range(self, *numbers: int) -> range:
        """Return Python's ``range``, after counting a step for each of its numbers."""
        bounded_range = range(*numbers)
        if (
            bounded_range
            and abs(bounded_range[-1] - bounded_range[0]) // abs(bounded_range.step) >= self._limits.steps
        ):
            raise SecurityError(f"the range has more than {self._limits.steps:,} numbers")
        self.step(count=len(bounded_range))
        return bounded_range

    def _wrap_function(self, function: _Function, check: _Function) -> _Function:
        """Wrap a filter or test to count each call as a step, and to check its arguments and result."""
        first = 1 if hasattr(function, "jinja_pass_arg") else 0  # Jinja's context or environment

        @wraps(function)  # keeps the attribute that makes Jinja pass its context
        def call_function(*args: Any, **kwargs: Any) -> Any:
            self.step()
            for value in (*args[first:], *kwargs.values()):
                check(value)
            return self.weigh(function(*args, **kwargs))

        return call_function

    def _check_joined_values(self, values: Iterable[Any], separator: Any) -> list[Any]:
        """Return the values to join. Raise ``SecurityError`` if the joined text would be too large."""
        items = [self.show(value) for value in values]
        if len(items) * len(str(separator)) > self._limits.value_size:
            raise SecurityError(_TOO_LARGE)
        return items

    def _check_replacement(self, text: str, old: str, new: str, count: int | None = None) -> None:
        """Raise ``SecurityError`` if the result of a replacement would be too large."""
        if (text.count(old) if count is None or count < 0 else count) * len(new) > self._limits.value_size:
            raise SecurityError(_TOO_LARGE)

    @pass_eval_context
    def _join(self, context: Any, values: Iterable[Any], separator: Any = "", attribute: Any = None) -> Any:
        """Implement Jinja's ``join`` filter with limits."""
        if attribute is not None:
            values = map(make_attrgetter(self, attribute), values)
        return do_join(context, self._check_joined_values(values, separator), separator)

    @pass_eval_context
    def _replace(self, context: Any, value: Any, old: Any, new: Any, count: int | None = None) -> Any:
        """Implement Jinja's ``replace`` filter with limits."""
        self._check_replacement(str(value), str(old), str(new), count)
        return do_replace(context, value, old, new, count)

    def _sum(self, values: Any, attribute: Any = None, start: int | float = 0) -> Any:
        """Implement Jinja's ``sum`` filter with limits."""
        if attribute is not None:
            values = map(make_attrgetter(self, attribute), values)
        for number, value in enumerate(values):
            if number % 10 == 0:
                self.step()
            if type(start) in (int, float) and type(value) in (int, float):
                start += value
            else:
                start = self.call_binop(None, "+", start, value)
        return start

    def _measure_size(self, value: Any, check: Callable[[Any], None] = check_value) -> int:
        """Return the size of a value and its items in characters. Repeated items count each time.

        Counting stops at the limit. ``check`` is called for every value except text and collections.
        """
        total, waiting = 0, [value]
        while waiting and total <= self._limits.value_size:
            item = waiting.pop()
            if isinstance(item, str):
                total += len(item)
            elif isinstance(item, dict | MappingProxyType):
                total += _ITEM_SIZE * len(item)
                waiting += (*item, *item.values())
            elif isinstance(item, list | tuple):
                total += _ITEM_SIZE * len(item)
                waiting += item
            else:
                check(item)
        return total


def _check_number(value: int) -> None:
    """Raise ``SecurityError`` if an integer has too many digits."""
    if abs(value) > _MAX_NUMBER:
        raise SecurityError(_NUMBER_TOO_LARGE)


def _convert_to_int(value: Any, default: int = 0, base: int = 10) -> Any:
    """Implement Jinja's ``int`` filter with a limit on the length of the text."""
    if isinstance(value, str) and len(value) > _NUMBER_LENGTH:
        raise SecurityError(_NUMBER_TOO_LARGE)
    return do_int(value, default, base)


def _measure_memory() -> int:
    """Return the resident memory of this process in bytes, or 0 if unknown (proc(5))."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


def _round(value: float, precision: int = 0, method: Any = "common") -> float:
    """Implement Jinja's ``round`` filter with a limit on the number of digits."""
    if abs(precision) > _MAX_DIGITS:
        raise SecurityError(f"the number of digits is {precision}; the limit is {_MAX_DIGITS}")
    return do_round(value, precision, method)


class _BoundingVisitor(NodeTransformer):
    """Adds calls to a template's syntax tree that check composed values and count iterations."""

    def __init__(self, name: str | None, filename: str | None) -> None:
        self._template = name, filename

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        """Return a node of the syntax tree, or its replacement."""
        node = self.generic_visit(node)
        line = node.lineno
        match node:
            case nodes.Const(value=int() as number) if abs(number) > _MAX_NUMBER:
                raise TemplateSyntaxError(_NUMBER_TOO_LARGE, line, *self._template)
            case nodes.Concat():
                node.nodes = list(map(_wrap_printed_value, node.nodes))
                return _make_call_node("weigh", [node], line)
            case nodes.List() | nodes.Dict() | nodes.Tuple(ctx="load") | nodes.Getitem(arg=nodes.Slice()):
                return _make_call_node("weigh", [node], line)
            case nodes.Compare():
                node.expr = _wrap_composed_value(node.expr)
                for operand in node.ops:
                    operand.expr = _wrap_composed_value(operand.expr)
            case _ if isinstance(node, _REPEATED_NODES):
                if isinstance(node, nodes.For) and node.test is not None:  # skipped iterations count as well
                    node.test = nodes.Or(_make_call_node("step", [], line), node.test, lineno=line)
                text = nodes.Const(_count_literal_text(node), lineno=line)
                node.body.insert(0, nodes.Output([_make_call_node("step", [text], line)], lineno=line))
        return node


def _count_literal_text(node: nodes.Node) -> int:
    """Return the number of literal characters that a node outputs in one iteration."""
    data = sum(len(child.data) for child in node.iter_child_nodes() if isinstance(child, nodes.TemplateData))
    return data + sum(
        _count_literal_text(child)
        for child in node.iter_child_nodes()
        if not isinstance(child, _REPEATED_NODES)
    )


def _wrap_composed_value(node: nodes.Expr) -> nodes.Expr:
    return node if isinstance(node, nodes.Const) else _make_call_node("weigh", [node], node.lineno)


def _wrap_printed_value(node: nodes.Expr) -> nodes.Expr:
    return node if isinstance(node, nodes.Const) else _make_call_node("show", [node], node.lineno)


def _make_call_node(method: str, args: list[Any], line: int) -> nodes.Call:
    environment = nodes.EnvironmentAttribute(method, lineno=line)
    return nodes.Call(environment, args, [], None, None, lineno=line)
