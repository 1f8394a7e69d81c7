"""Find what a project's own style sheets make too expensive to lay out, such as variables that double.

WeasyPrint expands variables, counters and repeated columns without limits. The limits here are far above what
the design of a book needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import tinycss2

_MAX_RULES = 10_000
_MAX_DEPTH = 30  # levels of rules, blocks and functions
_MAX_REFERENCES = 20  # variables that refer to each other
_MAX_TOKENS = 2_000  # tokens of a declaration after variables are expanded
_MAX_NUMBER = 1_000_000
_MAX_TEXT = 10_000  # characters of a text
_MAX_SPAN = 1_000  # columns or rows of a table cell
_MAX_INTEGERS = {  # by property or at-rule
    "columns": 100,
    "column-count": 100,
    "counter-reset": 10_000,
    "counter-set": 10_000,
    "counter-increment": 10_000,
    "repeat()": 1_000,
    "@counter-style": 1_000,
}
_MAX_SYMBOL = 100  # characters of a symbol of a counter style
_POINTS = {"px": 0.75, "pt": 1, "pc": 12, "mm": 2.835, "cm": 28.35, "q": 0.709, "in": 72}
_PAGE_SIZES = (30, 15_000)  # points


@dataclass(frozen=True, slots=True)
class StyleFault:
    """What exceeds a limit, with a text that occurs near it in the style sheet."""

    message: str
    near: str


class _Refused(Exception):
    def __init__(self, message: str, near: str) -> None:
        super().__init__(message)
        self.fault = StyleFault(message, near)


@dataclass(slots=True)
class _Variable:
    """The largest definition of a variable: the number of its tokens, and the variables that it uses."""

    tokens: int = 0
    used: Counter[str] = field(default_factory=Counter)


@lru_cache(maxsize=16)
def find_style_fault(css: str) -> StyleFault | None:
    """Return the first declaration of a style sheet that exceeds a limit, or None."""
    try:
        rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        _check_declarations(_iter_declarations(rules))
    except _Refused as refused:
        return refused.fault
    return None


@lru_cache(maxsize=4096)
def find_attribute_fault(css: str) -> StyleFault | None:
    """Return the first declaration of a ``style`` attribute that exceeds a limit, or None.

    Variables of an attribute may not refer to others, because the elements around it may define those.
    """
    try:
        parsed = tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True)
        _check_declarations(_iter_declarations(parsed))
        for declaration in parsed:
            is_variable = declaration.type == "declaration" and declaration.name.startswith("--")
            if is_variable and "var(" in tinycss2.serialize(declaration.value).lower():
                message = f"the variable `{declaration.name}` of a `style` attribute uses var()"
                raise _Refused(message, declaration.name)
    except _Refused as refused:
        return refused.fault
    return None


def find_element_fault(elements: Iterable[Any]) -> StyleFault | None:
    """Return the first ``style`` attribute, ``style`` element or large table cell at fault, or None."""
    for element in elements:
        if (style := element.get("style")) and (fault := find_attribute_fault(style)):
            return fault
        if element.tag == "style" and (fault := find_style_fault(element.text or "")):
            return fault
        for name in ("colspan", "rowspan", "span"):
            span = element.get(name, "").strip()
            if len(span) > 10 or (span.isdecimal() and int(span) > _MAX_SPAN):
                return StyleFault(f"`{name}` is {span[:20]}; the limit is {_MAX_SPAN:,}", f"{name}=")
    return None


def _iter_declarations(rules: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the declarations of rules, each with the name of the at-rule around it or ""."""
    waiting = [(rule, "", 0) for rule in rules]
    count = 0
    while waiting:
        rule, around, depth = waiting.pop()
        if rule.type == "declaration":
            yield around, rule
            continue
        count += 1
        if count > _MAX_RULES:
            raise _Refused(f"the style sheet has more than {_MAX_RULES:,} rules", "{")
        if getattr(rule, "content", None) is None:
            continue
        if depth > _MAX_DEPTH:
            raise _Refused(f"the rules of the style sheet have more than {_MAX_DEPTH} levels", "{")
        name = f"@{rule.lower_at_keyword}" if rule.type == "at-rule" else around
        content = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        waiting += [(inner, name, depth + 1) for inner in content]


def _check_declarations(declarations: Iterable[tuple[str, Any]]) -> None:
    variables: dict[str, _Variable] = {}
    users: list[tuple[str, _Variable]] = []
    for around, declaration in declarations:
        measured = _measure(around, declaration)
        if not declaration.name.startswith("--"):
            users.append((declaration.lower_name, measured))
            continue
        known = variables.setdefault(_fold(declaration.name), _Variable())
        known.tokens = max(known.tokens, measured.tokens)
        known.used |= measured.used
    sizes: dict[str, int] = {}
    for name in variables:
        _expand(name, variables, sizes, ())
    for name, user in users:
        _check_size(name, user.tokens + sum(sizes.get(one, 0) * n for one, n in user.used.items()))


def _measure(around: str, declaration: Any) -> _Variable:
    """Count the tokens of a declaration, and check its numbers, texts and levels."""
    name, found, text = declaration.lower_name, _Variable(), 0
    waiting = [(token, 0, "") for token in declaration.value]
    while waiting:
        token, depth, function = waiting.pop()
        found.tokens += 1
        if depth > _MAX_DEPTH:
            raise _Refused(f"the value of `{name}` has more than {_MAX_DEPTH} levels", name)
        if token.type == "function":
            inner = token.arguments
            if token.lower_name == "var":
                found.used.update([_fold(one.value) for one in inner if one.type == "ident"][:1])
            waiting += [(one, depth + 1, token.lower_name) for one in inner]
        elif token.type in ("() block", "[] block", "{} block"):
            waiting += [(one, depth + 1, function) for one in token.content]
        elif token.type == "string":
            text += len(token.value)
            if text > (_MAX_SYMBOL if around == "@counter-style" else _MAX_TEXT):
                raise _Refused(f"the text of `{name}` is too long", name)
        elif token.type in ("number", "percentage", "dimension"):
            _check_number(around, name, function, token)
    return found


def _check_number(around: str, name: str, function: str, token: Any) -> None:
    limits = (_MAX_INTEGERS.get(key, _MAX_NUMBER) for key in (name, around, f"{function}()"))
    limit = min(limits) if token.type == "number" else _MAX_NUMBER
    if not abs(token.value) <= limit:
        raise _Refused(f"`{name}` is {token.representation[:20]}; the limit is {limit:,}", name)
    if around == "@page" and name == "size" and token.type == "dimension":
        points = token.value * _POINTS.get(token.lower_unit, 12)
        if not _PAGE_SIZES[0] <= points <= _PAGE_SIZES[1]:
            raise _Refused(f"a page cannot be {token.representation[:20]}{token.unit[:5]} wide or high", name)


def _expand(name: str, variables: dict[str, _Variable], sizes: dict[str, int], path: tuple[str, ...]) -> int:
    """Return the number of tokens of a variable after those that it uses are expanded."""
    if name in sizes or name not in variables:
        return sizes.get(name, 0)
    near = name.replace("_", "-")
    if name in path or len(path) > _MAX_REFERENCES:
        raise _Refused(
            f"the variable `{near}` refers to itself, or its references are nested too deeply", near
        )
    used = variables[name].used.items()
    size = variables[name].tokens
    size += sum(_expand(one, variables, sizes, (*path, name)) * count for one, count in used)
    _check_size(near, size)
    sizes[name] = size
    return size


def _check_size(name: str, tokens: int) -> None:
    if tokens > _MAX_TOKENS:
        message = f"`{name}` has more than {_MAX_TOKENS:,} parts after its variables are expanded"
        raise _Refused(message, name)


def _fold(name: str) -> str:
    """Return a variable's name as WeasyPrint compares it."""
    return str(name).replace("-", "_")
