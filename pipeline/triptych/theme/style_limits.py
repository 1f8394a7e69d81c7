"""Find styles of a project that are too expensive to lay out, such as variables that grow exponentially.

WeasyPrint expands variables, counters and repeated columns without limits. The limits here are far above the
needs of a book's design.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import tinycss2

from triptych.theme.selector_costs import SelectorSteps, list_steps

_MAX_RULES = 10_000
_MAX_DEPTH = 30  # levels of rules, blocks and functions
_MAX_REFERENCES = 20  # length of a chain of variables that refer to each other
_MAX_TOKENS = 2_000  # tokens of a declaration after variables are expanded
_MAX_NUMBER = 1_000_000
_MAX_TEXT = 10_000  # characters of a text
_MAX_SPAN = 1_000  # columns or rows of a table cell
_MAX_SPANNED = 20_000  # cells covered by all cells with a span
_MAX_SELECTOR_TESTS = 1_000_000  # elements that all selectors of a style sheet test for one element
_DOCUMENT = {"depth": 30, "siblings": 3_000, "descendants": 300}  # that selectors are tried in
_MIN_LINE = 0.05  # points; dotted, dashed and wavy lines are drawn piece by piece
_LINES = ("border", "outline", "column-rule", "text-decoration")
_NO_LINES = ("border-spacing", "border-image", "border-collapse")
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
class StyleProblem:
    """A style that exceeds a limit, with a text near it in the style sheet."""

    message: str
    near: str


class _RefusedStyleError(Exception):
    def __init__(self, message: str, culprit: str) -> None:
        super().__init__(message)
        self.fault = StyleProblem(message, culprit)


@dataclass(slots=True)
class _Variable:
    """The largest definition of a variable: the number of its tokens, and the variables that it uses."""

    tokens: int = 0
    used: Counter[str] = field(default_factory=Counter)


@lru_cache(maxsize=16)
def find_style_problem(css: str) -> StyleProblem | None:
    """Return the first declaration of a style sheet that exceeds a limit, or None."""
    try:
        rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        _check_declarations(_iter_declarations(rules))
    except _RefusedStyleError as error:
        return error.fault
    return None


@lru_cache(maxsize=4096)
def find_attribute_problem(css: str) -> StyleProblem | None:
    """Return the first declaration of a ``style`` attribute that exceeds a limit, or None.

    Variables in an attribute must not refer to others, because enclosing elements may define those.
    """
    try:
        parsed = tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True)
        _check_declarations(_iter_declarations(parsed))
        for declaration in parsed:
            is_variable = declaration.type == "declaration" and declaration.name.startswith("--")
            if is_variable and "var(" in tinycss2.serialize(declaration.value).lower():
                message = f"the variable `{declaration.name}` of a `style` attribute uses var()"
                raise _RefusedStyleError(message, declaration.name)
    except _RefusedStyleError as error:
        return error.fault
    return None


def find_element_problem(elements: Iterable[Any]) -> StyleProblem | None:
    """Return the first ``style`` attribute, ``style`` element or table cell that exceeds a limit, or None."""
    spanned = 0
    for element in elements:
        if (style := element.get("style")) and (style_problem := find_attribute_problem(style)):
            return style_problem
        if element.tag == "style" and (style_problem := find_style_problem(element.text or "")):
            return style_problem
        area = 1
        for name in ("colspan", "rowspan", "span"):
            span = element.get(name, "").strip()
            if len(span) > 10 or (span.isdecimal() and int(span) > _MAX_SPAN):
                return StyleProblem(f"`{name}` is {span[:20]}; the limit is {_MAX_SPAN:,}", f"{name}=")
            area *= max(1, int(span)) if span.isdecimal() else 1
        spanned += area if area > 1 else 0
        if spanned > _MAX_SPANNED:
            message = f"cells with `colspan` or `rowspan` cover more than {_MAX_SPANNED:,} cells in total"
            return StyleProblem(message, "span=")
    return None


def _iter_declarations(rules: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the declarations of rules, each with the name of the enclosing at-rule or ""."""
    waiting = [(rule, "", 0, SelectorSteps()) for rule in rules]
    count = tries = 0
    while waiting:
        rule, context, depth, steps = waiting.pop()
        if rule.type == "declaration":
            yield context, rule
            continue
        count += 1
        if count > _MAX_RULES:
            raise _RefusedStyleError(f"the style sheet has more than {_MAX_RULES:,} rules", "{")
        if getattr(rule, "content", None) is None:
            continue
        if depth > _MAX_DEPTH:
            raise _RefusedStyleError(f"the rules of the style sheet have more than {_MAX_DEPTH} levels", "{")
        if rule.type == "qualified-rule":
            selectors = [steps + steps_of_selector for steps_of_selector in list_steps(rule.prelude)]
            tries += sum(steps_of_selector.count_tries(**_DOCUMENT) for steps_of_selector in selectors)
            if tries > _MAX_SELECTOR_TESTS:
                selector = tinycss2.serialize(rule.prelude).strip()
                raise _RefusedStyleError(f"the selector `{selector[:40]}` takes too long to match", selector)
            # Selectors of nested rules start with all selectors of the outer rule.
            slowest = max(selectors, key=lambda steps_of_selector: steps_of_selector.count_tries(**_DOCUMENT))
            steps = slowest + SelectorSteps(ancestors=1, alternatives=len(selectors))
        name = f"@{rule.lower_at_keyword}" if rule.type == "at-rule" else context
        content = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        waiting += [(inner, name, depth + 1, steps) for inner in content]


def _check_declarations(declarations: Iterable[tuple[str, Any]]) -> None:
    variables: dict[str, _Variable] = {}
    users: list[tuple[str, _Variable]] = []
    for context, declaration in declarations:
        measured = _measure(context, declaration)
        if not declaration.name.startswith("--"):
            users.append((declaration.lower_name, measured))
            continue
        variable = variables.setdefault(_fold(declaration.name), _Variable())
        variable.tokens = max(variable.tokens, measured.tokens)
        variable.used |= measured.used
    sizes: dict[str, int] = {}
    for name in variables:
        _expand(name, variables, sizes, ())
    for name, user in users:
        _check_size(
            name, user.tokens + sum(sizes.get(variable_name, 0) * n for variable_name, n in user.used.items())
        )


def _measure(context: str, declaration: Any) -> _Variable:
    """Count the tokens of a declaration, and check its numbers, texts and levels."""
    name, result, text = declaration.lower_name, _Variable(), 0
    waiting = [(token, 0, "") for token in declaration.value]
    while waiting:
        token, depth, function = waiting.pop()
        result.tokens += 1
        if depth > _MAX_DEPTH:
            raise _RefusedStyleError(f"the value of `{name}` has more than {_MAX_DEPTH} levels", name)
        if token.type == "function":
            inner = token.arguments
            if token.lower_name == "var":
                result.used.update(
                    [_fold(inner_token.value) for inner_token in inner if inner_token.type == "ident"][:1]
                )
            waiting += [(inner_token, depth + 1, token.lower_name) for inner_token in inner]
        elif token.type in ("() block", "[] block", "{} block"):
            waiting += [(inner_token, depth + 1, function) for inner_token in token.content]
        elif token.type == "string":
            text += len(token.value)
            if text > (_MAX_SYMBOL if context == "@counter-style" else _MAX_TEXT):
                raise _RefusedStyleError(f"the text of `{name}` is too long", name)
        elif token.type in ("number", "percentage", "dimension"):
            _check_number(context, name, function, token)
            _check_line_width(name, token)
        elif token.type == "literal" and token.value == "/" and function and _is_line(name):
            raise _RefusedStyleError(f"`{name}` is divided", name)
    return result


def _check_number(context: str, name: str, function: str, token: Any) -> None:
    limits = (_MAX_INTEGERS.get(key, _MAX_NUMBER) for key in (name, context, f"{function}()"))
    limit = min(limits) if token.type == "number" else _MAX_NUMBER
    if not abs(token.value) <= limit:
        raise _RefusedStyleError(f"`{name}` is {token.representation[:20]}; the limit is {limit:,}", name)
    if context == "@page" and name == "size" and token.type == "dimension":
        points = token.value * _POINTS.get(token.lower_unit, 12)
        if not _PAGE_SIZES[0] <= points <= _PAGE_SIZES[1]:
            raise _RefusedStyleError(
                f"a page cannot be {token.representation[:20]}{token.unit[:5]} wide or high", name
            )


def _is_line(name: str) -> bool:
    return name.startswith(_LINES) and not name.startswith(_NO_LINES)


def _check_line_width(name: str, token: Any) -> None:
    if token.type != "dimension" or not (_is_line(name) or name.startswith("--")):
        return
    points = abs(token.value) * _POINTS.get(token.lower_unit, 10)
    if 0 < points < _MIN_LINE and token.lower_unit not in ("s", "ms", "deg", "rad", "turn", "fr", "x"):
        width_text = f"{token.representation[:20]}{token.unit[:5]}"
        raise _RefusedStyleError(
            f"`{name}` is {width_text}; the least width of a line is {_MIN_LINE}pt", name
        )


def _expand(name: str, variables: dict[str, _Variable], sizes: dict[str, int], path: tuple[str, ...]) -> int:
    """Return the number of tokens of a variable, with the variables that it uses expanded."""
    if name in sizes or name not in variables:
        return sizes.get(name, 0)
    css_name = name.replace("_", "-")
    if name in path or len(path) > _MAX_REFERENCES:
        raise _RefusedStyleError(
            f"the variable `{css_name}` refers to itself, or its references are nested too deeply", css_name
        )
    used = variables[name].used.items()
    size = variables[name].tokens
    size += sum(_expand(used_name, variables, sizes, (*path, name)) * count for used_name, count in used)
    _check_size(css_name, size)
    sizes[name] = size
    return size


def _check_size(name: str, tokens: int) -> None:
    if tokens > _MAX_TOKENS:
        message = f"`{name}` has more than {_MAX_TOKENS:,} values after `var()` is substituted"
        raise _RefusedStyleError(message, name)


def _fold(name: str) -> str:
    """Return a variable's name in the form in which WeasyPrint compares names."""
    return str(name).replace("-", "_")
