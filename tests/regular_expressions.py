"""Find the regular expressions of the program, how they are used, and texts that make them backtrack."""

from __future__ import annotations

import ast
import re
import re._constants as constants
import re._parser as parser
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

_CALLS = frozenset("sub subn search match fullmatch findall split finditer".split())
_ALPHABET = " \t\na0.,-_\"'`*[](){}<>:;/\\@#|=$%&~^!?+é中αאA1x\u0301\u00a0"
_CATEGORIES: Any = {
    constants.CATEGORY_DIGIT: r"\d",
    constants.CATEGORY_NOT_DIGIT: r"\D",
    constants.CATEGORY_SPACE: r"\s",
    constants.CATEGORY_NOT_SPACE: r"\S",
    constants.CATEGORY_WORD: r"\w",
    constants.CATEGORY_NOT_WORD: r"\W",
}
_REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT)
_MANY = 500  # repetitions that count as unbounded
_VARIANTS = 4  # texts that are tried for a part of a pattern


@dataclass(frozen=True, slots=True)
class Expression:
    """A pattern of the program, its position, and the methods that are called on it."""

    place: str
    pattern: re.Pattern[str]
    methods: frozenset[str]


@cache
def find_expressions(folder: Path) -> list[Expression]:
    """Return the patterns of all modules in a folder: literals, and constants by their values."""
    paths = (path for path in sorted(folder.rglob("*.py")) if path.stem != "__main__")
    trees = {path: ast.parse(path.read_text("utf-8")) for path in paths}
    used: dict[tuple[Path | None, str], set[str]] = defaultdict(set)
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in _CALLS:
                is_of_module = isinstance(node.value, ast.Attribute)
                name = (
                    node.value.attr
                    if isinstance(node.value, ast.Attribute)
                    else getattr(node.value, "id", "")
                )
                used[None if is_of_module or not name.startswith("_") else path, name].add(node.attr)
    result = []
    for path, tree in trees.items():
        place = path.relative_to(folder.parent).with_suffix("")
        module = __import__(".".join(place.parts).removesuffix(".__init__"), fromlist=["_"])
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str) and _defines(tree, name):
                methods = frozenset(used[path if name.startswith("_") else None, name]) or frozenset(
                    {"search"}
                )
                result.append(Expression(f"{place}:{name}", value, methods))
        for node in ast.walk(tree):
            if (called := _read_call(node)) and called[0] != "compile":
                result.append(Expression(f"{place}:{node.lineno}", called[1], frozenset({called[0]})))  # type: ignore[attr-defined]
    return result


def _defines(tree: ast.Module, name: str) -> bool:
    """Return whether a module assigns a name, rather than importing it."""
    targets = (target for node in tree.body for target in _list_targets(node))
    return any(
        isinstance(part, ast.Name) and part.id == name for target in targets for part in ast.walk(target)
    )


def _list_targets(node: ast.stmt) -> Sequence[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def _read_call(node: ast.AST) -> tuple[str, re.Pattern[str]] | None:
    """Return the function and the pattern of a call such as ``re.sub(r"a", …)`` with a literal."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return None
    if getattr(node.func.value, "id", "") != "re" or node.func.attr not in _CALLS:
        return None
    text = node.args[0]
    if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
        return None
    flags = [
        name.attr for part in (*node.args[1:], *node.keywords) for name in ast.walk(part) if _is_flag(name)
    ]
    return node.func.attr, re.compile(text.value, sum(getattr(re, flag) for flag in set(flags)))


def _is_flag(node: ast.AST) -> bool:
    is_of_re = isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "re"
    return is_of_re and isinstance(getattr(re, node.attr, None), re.RegexFlag)  # type: ignore[attr-defined]


def make_attacks(pattern: re.Pattern[str], size: int) -> Iterator[str]:
    """Yield texts that match the start of a pattern, repeat its repetitions, and then do not match."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parser.parse(pattern.pattern, pattern.flags)
    for before, unit in dict.fromkeys(_list_attacks(tree, [""])):
        yield from (before + (unit * (size // len(unit) + 1))[:size] + end for end in ("\0", "\n\0 "))


def _list_attacks(tree: Any, before: Sequence[str]) -> Iterator[tuple[str, str]]:
    for operation, value in tree:
        if operation in _REPEATS:
            _, most, body = value
            if most is constants.MAXREPEAT or most >= _MANY:
                units = list(filter(None, _match(body, _VARIANTS)))
                for start in before[:2]:
                    yield from ((start, unit) for unit in units)
                    yield from (("", start + unit) for unit in ["", *units] if start)
                    yield from ((start, first + second) for first, second in pairwise(units))
            yield from _list_attacks(body, before)
        else:
            for inner in _list_parts(operation, value):
                yield from _list_attacks(inner, before)
        ends = _match([(operation, value)], 3)
        before = list(dict.fromkeys(start + end for start in before for end in ends))[:3]


def _list_parts(operation: Any, value: Any) -> Sequence[Any]:
    if operation is constants.SUBPATTERN:
        return [value[3]]
    if operation is constants.BRANCH:
        return value[1]  # type: ignore[no-any-return]
    if operation in (constants.ASSERT, constants.ASSERT_NOT):
        return [value[1]]
    return [value] if operation is constants.ATOMIC_GROUP else []


def _match(tree: Any, limit: int) -> list[str]:
    """Return some texts that a part of a pattern matches."""
    texts = [""]
    for operation, value in tree:
        if operation is constants.LITERAL:
            ends = [chr(value)]
        elif operation is constants.NOT_LITERAL:
            ends = [char for char in "a 0" if ord(char) != value]
        elif operation is constants.ANY:
            ends = ["a", " "]
        elif operation is constants.IN:
            ends = _list_members(value)
        elif operation in _REPEATS:
            inner = _match(value[2], 3)
            ends = [text * value[0] for text in inner] if value[0] else ["", *inner[:1]]
        elif operation in (constants.ASSERT, constants.ASSERT_NOT):
            ends = [""]
        else:
            ends = [text for part in _list_parts(operation, value) for text in _match(part, 2)][:6] or [""]
        texts = list(dict.fromkeys(text + end for text in texts for end in ends))[:limit]
    return texts


def _list_members(items: Any) -> list[str]:
    """Return some characters of a set."""
    is_negated = any(operation is constants.NEGATE for operation, _ in items)
    own = [chr(value) for operation, value in items if operation is constants.LITERAL]
    own += [chr(value[0]) for operation, value in items if operation is constants.RANGE]
    results = [
        char for char in (*_ALPHABET, *own) if any(_contains(item, char) for item in items) != is_negated
    ]
    return [*results[:1], *results[1:40:7]]


def _contains(item: Any, char: str) -> bool:
    operation, value = item
    if operation is constants.LITERAL:
        return ord(char) == value
    if operation is constants.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    return operation is constants.CATEGORY and bool(re.match(_CATEGORIES[value], char))
