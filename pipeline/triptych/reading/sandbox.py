"""Jinja for texts of authors: no way into Python, and nothing out of proportion to what they wrote.

A text may compute what it says from data. Whatever operators, lists, filters and methods make is weighed
before the next step makes more of it; loops and macros count their steps. So a text ends, whoever wrote it,
and takes little memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from numbers import Number
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import make_attrgetter
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

_LARGEST = 1_000_000  # characters of one value
_ITEM = 10  # characters that an item of a list counts for
_LARGEST_SUM = 100_000_000  # of all values that a text makes on its way
_LARGEST_POWER = 64
_LARGEST_NUMBER = 10**300  # beyond all measures, and short of what floating point can hold
# Methods and filters that make much text of little, search it slowly, say something else each time, or reach
# into objects.
_FORBIDDEN_METHODS = frozenset(
    "center ljust rjust zfill expandtabs format format_map encode translate to_bytes from_bytes".split()
)
_FORBIDDEN_FILTERS = (
    "center format indent pprint xmlattr tojson wordwrap urlize striptags random slice batch sum".split()
)


class Sandbox(ImmutableSandboxedEnvironment):
    """Runs expressions of authors; ``filters`` are those that it has beside Jinja's, and loops, macros and
    filters of a text may take ``steps`` together.

    Raises ``SecurityError``, as all of Jinja's sandbox, for what is not allowed.
    """

    intercepted_binops = frozenset(("+", "-", "*", "**", "%", "//"))

    def __init__(self, filters: Mapping[str, Callable[..., Any]], steps: int) -> None:
        super().__init__(
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
            autoescape=False,
            # Jinja's own mark of a comment begins every id in Markdown: {#sec-one}.
            comment_start_string="{##",
            comment_end_string="##}",
            finalize=self.weigh,
        )
        self._most_steps = steps
        self.begin()
        self.globals = {"range": self._range}
        own = {"sum": self._sum, "replace": self._replaced, "join": self._in_one, **filters}
        kept = {name: one for name, one in self.filters.items() if name not in _FORBIDDEN_FILTERS}
        self.filters = {name: self._counted(one) for name, one in {**kept, **own}.items()}

    def begin(self) -> None:
        """Begin with a text, which has taken no steps and made nothing."""
        self._steps = self._sum_made = 0

    def step(self) -> str:
        """Count a step."""
        self._steps += 1
        if self._steps > self._most_steps:
            raise SecurityError("this many steps are not allowed")
        return ""

    def weigh(self, value: Any) -> Any:
        """A value that is no larger than any may be, nor all together."""
        if not isinstance(value, Number):
            size = _weight(value)
            self._sum_made += size
            if max(size, self._sum_made // (_LARGEST_SUM // _LARGEST)) > _LARGEST:
                raise SecurityError("the text grows too large")
        return value

    def joined(self, *values: Any) -> str:
        """What ``~`` makes of values."""
        return self._in_one(self.weigh(values))

    def wrap_str_format(self, value: Any) -> None:
        """Jinja lets ``format`` through in a wrapping of its own; here it is no method at all."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """As Jinja says, without the methods that blow texts up."""
        return attr not in _FORBIDDEN_METHODS and super().is_safe_attribute(obj, attr, value)

    def call(self, context: Any, obj: Any, /, *args: Any, **named: Any) -> Any:
        """Call a function or a method; what those of texts make is known before."""
        text = getattr(obj, "__self__", None)
        if isinstance(text, str) and obj.__name__ == "join" and args:
            return self.weigh(self._in_one(args[0], text))
        if isinstance(text, str) and obj.__name__ == "replace" and len(args) > 1:
            return self.weigh(self._replaced(text, *args))
        return self.weigh(super().call(context, obj, *args, **named))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic within reason."""
        if operator == "**" and not (isinstance(right, int | float) and abs(right) <= _LARGEST_POWER):
            raise SecurityError("a power this large is not allowed")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("write a number with the filter `number`, not with %")
        if operator == "*":
            for text, count in ((left, right), (right, left)):
                times = count if isinstance(count, int) and not isinstance(text, Number) else 0
                if times * (1 + _weight(text)) > _LARGEST:
                    raise SecurityError("a text repeated this often is not allowed")
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, int) and abs(result) > _LARGEST_NUMBER:
            raise SecurityError("a number this large is not allowed")
        return self.weigh(result)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Bounds().visit(super()._parse(source, name, filename))
        return tree

    def _range(self, *bounds: int) -> Iterator[int]:
        """Python's ``range``, a step for each number."""
        for value in range(*bounds):
            self.step()
            yield value

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A filter whose use is a step, and whose result is weighed."""

        @wraps(function)  # an attribute tells Jinja what else a filter wants to be given
        def counted(*args: Any, **named: Any) -> Any:
            self.step()
            return self.weigh(function(*args, **named))

        return counted

    def _in_one(self, values: Any, between: Any = "") -> str:
        """Jinja's filter ``join``."""
        texts = [str(self.weigh(value)) for value in values]
        if len(texts) * len(str(between)) > _LARGEST:
            raise SecurityError("the text grows too large")
        return str(between).join(texts)

    def _replaced(self, value: Any, old: str, new: str, count: int = -1) -> str:
        """Jinja's filter ``replace``."""
        text = str(value)
        if (text.count(old) if count < 0 else count) * len(new) > _LARGEST:
            raise SecurityError("the text grows too large")
        return text.replace(old, new, count)

    def _sum(self, values: Any, attribute: Any = None, start: int | float = 0) -> Any:
        """Jinja's filter ``sum``, for numbers."""
        if attribute is not None:
            values = map(make_attrgetter(self, attribute), values)
        for value in values:
            start = self.call_binop(None, "+", start, value)
        return start


class _Bounds(NodeTransformer):
    """Rewrites a text so that what it makes of parts is weighed, and what it repeats is counted."""

    def visit(self, node: nodes.Node, *args: Any, **named: Any) -> Any:
        """A node of Jinja's tree, or what stands in its place."""
        node = self.generic_visit(node)
        line = node.lineno
        match node:
            case nodes.For() | nodes.Macro():
                node.body.insert(0, nodes.Output([_call("step", [], line)], lineno=line))
            case nodes.Concat():
                return _call("joined", node.nodes, line)
            case nodes.List() | nodes.Dict() | nodes.Tuple(ctx="load"):
                return _call("weigh", [node], line)
        return node


def _call(method: str, args: list[Any], line: int) -> nodes.Call:
    """A call of a method of the environment, which no name in a text can stand for."""
    environment = nodes.EnvironmentAttribute(method, lineno=line)
    return nodes.Call(environment, args, [], None, None, lineno=line)


def _weight(value: Any) -> int:
    """How much a value holds: characters, and items of lists and mappings, as often as they stand in it.

    Counting ends where it is more than any value may hold.
    """
    total, waiting = 0, [value]
    while waiting and total <= _LARGEST:
        item = waiting.pop()
        if isinstance(item, str):
            total += len(item)
        elif isinstance(item, list | tuple | dict):
            total += _ITEM * len(item)
            waiting += (*item, *item.values()) if isinstance(item, dict) else item
    return total
