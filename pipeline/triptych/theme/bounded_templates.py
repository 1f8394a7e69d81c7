"""Jinja in bounds: nothing out of proportion to what somebody wrote, and an end to all of it.

Whatever operators, lists, filters, tests and methods make or look at is weighed before the next step makes
more of it; loops, macros and filters count their steps, and the text that they repeat. So a template ends,
whoever wrote it, and takes little memory. That there is no way into Python is for Jinja's own sandbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from numbers import Number
from typing import Any, TypeAlias, cast

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join, do_replace, do_round, make_attrgetter
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_eval_context
from jinja2.visitor import NodeTransformer

_Function: TypeAlias = Callable[..., Any]

_ITEM = 10  # characters that an item of a list counts for
_LARGEST_POWER = 64
_MOST_DIGITS = 100
_LARGEST_NUMBER = 10**300  # beyond all measures, and short of what floating point can hold
_GROWS = "the text grows too large"
# Methods that make much text of little, say something else each time, or reach into objects.
_FORBIDDEN_METHODS = frozenset(
    "center ljust rjust zfill expandtabs format format_map encode translate to_bytes from_bytes".split()
)
_REPEATING = (nodes.Template, nodes.Block, nodes.Macro, nodes.CallBlock, nodes.For)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one rendering may take: ``steps`` of loops, macros and filters together, characters of the
    ``largest`` value, and of the ``whole`` of all that is made and looked at on its way.
    """

    steps: int
    largest: int
    whole: int


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Runs templates within bounds; ``without`` names filters of Jinja's that there are not.

    Raises ``SecurityError``, as all of Jinja's sandbox, for what is not allowed.
    """

    intercepted_binops = frozenset(("+", "-", "*", "**", "%", "//"))

    def __init__(self, bounds: Bounds, without: frozenset[str] = frozenset(), **settings: Any) -> None:
        # What computes constants beforehand takes a time that grows with the cube of how deep they stand.
        super().__init__(optimized=False, **settings)
        self._bounds = bounds
        self.begin()
        self.globals["range"] = self._range
        self.globals.pop("lipsum")
        for name in without:
            del self.filters[name]
        own: dict[str, _Function] = {
            "sum": self._sum,
            "replace": self._replace,
            "join": self._join,
            "round": _rounded,
        }
        self.filters = {name: self._counted(one) for name, one in {**self.filters, **own}.items()}
        self.tests = {name: self._counted(cast(_Function, one)) for name, one in self.tests.items()}

    def add_filters(self, filters: Mapping[str, _Function]) -> None:
        """Filters beside Jinja's, each in bounds."""
        self.filters |= {name: self._counted(one) for name, one in filters.items()}

    def begin(self) -> None:
        """Begin with a text, which has taken no steps and made nothing."""
        self._steps = self._made = 0

    def step(self, text: int = 0, count: int = 1) -> str:
        """Count steps, and the characters that stand there as they are."""
        self._steps += count
        self._made += text
        if self._steps > self._bounds.steps:
            raise SecurityError("this many steps are not allowed")
        if self._made > self._bounds.whole:
            raise SecurityError(_GROWS)
        return ""

    def weigh(self, value: Any) -> Any:
        """A value that is no larger than any may be, nor all together."""
        if not isinstance(value, Number):
            size = self._weight(value)
            self._made += size
            if size > self._bounds.largest or self._made > self._bounds.whole:
                raise SecurityError(_GROWS)
        return value

    def wrap_str_format(self, value: Any) -> None:
        """Jinja lets ``format`` through in a wrapping of its own; here it is no method at all."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """As Jinja says, without the methods that blow texts up."""
        return attr not in _FORBIDDEN_METHODS and super().is_safe_attribute(obj, attr, value)

    def call(self, context: Any, obj: Any, /, *args: Any, **named: Any) -> Any:
        """Call a function or a method; what those of texts make is known before."""
        text = getattr(obj, "__self__", None)
        if text is self:  # what the bounds themselves have put in
            return obj(*args)
        if isinstance(text, str | list | tuple | dict):
            self.weigh(text)
        if isinstance(text, str) and obj.__name__ == "join" and args:
            args = (self._to_be_joined(args[0], text), *args[1:])
        if isinstance(text, str) and obj.__name__ == "replace" and len(args) > 1:
            self._foresee_replacement(text, *args)
        return self.weigh(super().call(context, obj, *args, **named))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic within reason."""
        if operator == "**" and not (isinstance(right, int | float) and abs(right) <= _LARGEST_POWER):
            raise SecurityError("a power this large is not allowed")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("a text is filled in with a filter, not with %")
        if operator == "*":
            for text, count in ((left, right), (right, left)):
                times = count if isinstance(count, int) and not isinstance(text, Number) else 0
                if times * (1 + self._weight(text)) > self._bounds.largest:
                    raise SecurityError("a text repeated this often is not allowed")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, int) and abs(result) > _LARGEST_NUMBER:
            raise SecurityError("a number this large is not allowed")
        return self.weigh(result)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = super()._parse(source, name, filename)
        return _Bounding().visit(tree) if self.is_bounded(filename) else tree

    def is_bounded(self, filename: str | None) -> bool:
        """Whether somebody else may have written this template."""
        return True

    def _range(self, *numbers: int) -> range:
        """Python's ``range``, a step for each number."""
        made = range(*numbers)
        if made and abs(made[-1] - made[0]) // abs(made.step) >= self._bounds.steps:
            raise SecurityError("a range this long is not allowed")
        self.step(count=len(made))
        return made

    def _counted(self, function: _Function) -> _Function:
        """A filter or test whose use is a step; what it is given is weighed, and what it makes."""

        @wraps(function)  # an attribute tells Jinja what else a filter wants to be given
        def counted(*args: Any, **named: Any) -> Any:
            self.step()
            for value in (*args, *named.values()):
                self.weigh(value)
            return self.weigh(function(*args, **named))

        return counted

    def _to_be_joined(self, values: Iterable[Any], between: Any) -> list[Any]:
        """Values that are not too much together."""
        items = [self.weigh(value) for value in values]
        if len(items) * len(str(between)) > self._bounds.largest:
            raise SecurityError(_GROWS)
        return items

    def _foresee_replacement(self, text: str, old: str, new: str, count: int | None = None) -> None:
        """Refuse what would grow too large by it."""
        if (text.count(old) if count is None or count < 0 else count) * len(new) > self._bounds.largest:
            raise SecurityError(_GROWS)

    @pass_eval_context
    def _join(self, context: Any, values: Iterable[Any], between: Any = "", attribute: Any = None) -> Any:
        """Jinja's filter ``join``."""
        if attribute is not None:
            values = map(make_attrgetter(self, attribute), values)
        return do_join(context, self._to_be_joined(values, between), between)

    @pass_eval_context
    def _replace(self, context: Any, value: Any, old: Any, new: Any, count: int | None = None) -> Any:
        """Jinja's filter ``replace``."""
        self._foresee_replacement(str(value), str(old), str(new), count)
        return do_replace(context, value, old, new, count)

    def _sum(self, values: Any, attribute: Any = None, start: int | float = 0) -> Any:
        """Jinja's filter ``sum``, for numbers."""
        if attribute is not None:
            values = map(make_attrgetter(self, attribute), values)
        for value in values:
            start = self.call_binop(None, "+", start, value)
        return start

    def _weight(self, value: Any) -> int:
        """How much a value holds: characters, and items of lists and mappings, as often as they stand in it.

        Counting ends where it is more than any value may hold.
        """
        total, waiting = 0, [value]
        while waiting and total <= self._bounds.largest:
            item = waiting.pop()
            if isinstance(item, str):
                total += len(item)
            elif isinstance(item, list | tuple | dict):
                total += _ITEM * len(item)
                waiting += (*item, *item.values()) if isinstance(item, dict) else item
        return total


def _rounded(value: float, precision: int = 0, method: Any = "common") -> float:
    """Jinja's filter ``round``."""
    if abs(precision) > _MOST_DIGITS:
        raise SecurityError("this many digits are not allowed")
    return do_round(value, precision, method)


class _Bounding(NodeTransformer):
    """Rewrites a template so that what it makes of parts is weighed, and what it repeats is counted."""

    def visit(self, node: nodes.Node, *args: Any, **named: Any) -> Any:
        """A node of Jinja's tree, or what stands in its place."""
        node = self.generic_visit(node)
        line = node.lineno
        match node:
            case nodes.Concat():
                node.nodes = list(map(_weighed, node.nodes))
                return _call("weigh", [node], line)
            case nodes.List() | nodes.Dict() | nodes.Tuple(ctx="load") | nodes.Getitem(arg=nodes.Slice()):
                return _call("weigh", [node], line)
            case nodes.Output():
                node.nodes = [
                    one if isinstance(one, nodes.TemplateData) else _weighed(one) for one in node.nodes
                ]
            case nodes.Compare():
                node.expr = _weighed(node.expr)
                for operand in node.ops:
                    operand.expr = _weighed(operand.expr)
            case _ if isinstance(node, _REPEATING):
                if isinstance(node, nodes.For) and node.test is not None:  # what it rejects is looked at, too
                    node.test = nodes.Or(_call("step", [], line), node.test, lineno=line)
                text = nodes.Const(_text_in(node), lineno=line)
                node.body.insert(0, nodes.Output([_call("step", [text], line)], lineno=line))
        return node


def _text_in(node: nodes.Node) -> int:
    """Characters that stand as they are in what is made each time that a node is."""
    data = sum(len(child.data) for child in node.iter_child_nodes() if isinstance(child, nodes.TemplateData))
    return data + sum(_text_in(c) for c in node.iter_child_nodes() if not isinstance(c, _REPEATING))


def _weighed(node: nodes.Expr) -> nodes.Expr:
    return node if isinstance(node, nodes.Const) else _call("weigh", [node], node.lineno)


def _call(method: str, args: list[Any], line: int) -> nodes.Call:
    """A call of a method of the environment, which no name in a text can stand for."""
    environment = nodes.EnvironmentAttribute(method, lineno=line)
    return nodes.Call(environment, args, [], None, None, lineno=line)
