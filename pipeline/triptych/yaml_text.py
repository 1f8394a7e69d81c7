"""YAML as people write it: every value is the text that stands there, and every key has its place.

YAML itself reads 1.10 as 1.1, 007 as 7 and ``no`` as false; a manifest means what it shows. What is a
date or a switch is decided where the value is used. What a text says by reference to other parts of itself
counts as often as it says it, so that a small one is never a large one in disguise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.docinfo import DocInfo
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scanner import Scanner

from triptych.diagnostics import Diagnostic, Span, name_character
from triptych.yaml_mistakes import CURLY, GENERAL_HINT, YamlMistake, explain_character, explain_problem

_LARGEST = 1_000_000  # characters of a text
_LONGEST = 100_000  # characters of a line, and of a value
_MOST = 100_000  # values, each as often as it is referred to
_DEEPEST = 100  # values in each other
_MANY = 1_000  # brackets that are open at a time, even where some are mere characters
_BRACKET = re.compile(r"[\[\]{}]")
_TAG, _KINDS = "tag:yaml.org,2002:", {ScalarNode: "str", SequenceNode: "seq", MappingNode: "map"}
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


_TOO_DEEP = f"values are nested more than {_DEEPEST} levels deep"
_FLATTEN = "nest lists and mappings less deeply"


class MalformedYaml(Exception):
    """A text is not YAML; ``line`` and ``column`` count from 1 within it."""

    def __init__(self, message: str, line: int = 1, column: int = 1, hint: str = GENERAL_HINT) -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.hint = message, line, column, hint

    @classmethod
    def of(cls, mistake: YamlMistake) -> MalformedYaml:
        """Return the exception for an explained mistake."""
        return cls(mistake.message, mistake.line, mistake.column, mistake.hint)


class _PlainText(VersionedResolver):
    """Resolves every plain scalar to a string: no version of YAML gives it another type."""

    @property
    def versioned_resolver(self) -> Any:
        """No rules that turn text into something else."""
        return {}


def load_yaml(text: str) -> Any:
    """A YAML text → mappings and lists that know their places, and strings. Raises ``MalformedYaml``."""
    if len(text) > _LARGEST:
        message = f"the YAML text has {len(text):,} characters; the limit is {_LARGEST:,}"
        raise MalformedYaml(message, hint="split the file, or shorten the longest values")
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # as places count
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST:
            message = f"the line has {len(line):,} characters; the limit is {_LONGEST:,}"
            raise MalformedYaml(message, number, hint="split the line into shorter lines")
    _measure_brackets(text)
    yaml = _new_reader()
    try:
        constructor, parser = yaml.get_constructor_parser(text)
        try:
            node = constructor.composer.get_single_node()
            if node is None:
                return None
            _measure(node, {}, ())
            return constructor.construct_document(node)
        finally:
            parser.dispose()
    except MarkedYAMLError as error:
        problem = (error.problem or error.context or "malformed YAML").strip().splitlines()[0]
        place, start = (
            (mark.line + 1, mark.column + 1) if mark else (1, 1)
            for mark in (error.problem_mark or error.context_mark, error.context_mark or error.problem_mark)
        )
        raise MalformedYaml.of(explain_problem(problem, text, place, start)) from None
    except ReaderError as error:
        character = error.character if isinstance(error.character, str) else chr(error.character)
        raise MalformedYaml.of(explain_character(character, text)) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise MalformedYaml(_reason(error)) from None


def _new_reader() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.Resolver, yaml.Scanner = _PlainText, Scanner  # one that passes comments over
    yaml.doc_infos.append(DocInfo())  # for `%YAML 1.2`
    return yaml


def _measure_brackets(text: str) -> None:
    """Refuse what opens so many brackets in each other that no reader should begin with it."""
    depth = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match.group() in "[{" else max(depth - 1, 0)
        if depth > _MANY:
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            raise MalformedYaml(_TOO_DEEP, line, column, _FLATTEN)


def _measure(node: Node, known: dict[int, int], above: tuple[int, ...]) -> int:
    """How many values stand in one, each as often as it is referred to; ``known`` are those of others, by
    their ``id()``. Raises ``MalformedYaml`` for what no text of a person says.
    """

    def refused(message: str, hint: str) -> MalformedYaml:
        return MalformedYaml(message, node.start_mark.line + 1, node.start_mark.column + 1, hint)

    if id(node) in above:
        raise refused("an alias refers to a value that contains the alias", "delete the alias")
    if id(node) in known:
        return known[id(node)]
    size, inside = 1, []
    if isinstance(node, ScalarNode) or str(node.tag).startswith(_TAG):  # no text says of what type it is
        node.tag = _TAG + _KINDS[type(node)]
    if isinstance(node, ScalarNode):
        if len(node.value) > _LONGEST:
            message = f"the value has {len(node.value):,} characters; the limit is {_LONGEST:,}"
            raise refused(message, "shorten the value")
        # The reader marks the ends of lines that it has folded.
        if found := _NO_TEXT.search(node.value.replace("\a", "") if node.style == ">" else node.value):
            message = f"the character {name_character(found.group())} is not allowed in text"
            raise refused(message, "delete the character or its escape sequence")
    elif isinstance(node, MappingNode):
        inside = [each for pair in node.value for each in pair]
        if any(not isinstance(key, ScalarNode) for key, _ in node.value):
            hint = "put text that starts with { or [ in quotation marks"
            raise refused("a list or mapping cannot be a key", hint)
        _refuse_duplicates(node)
    else:
        inside = node.value
    if inside and len(above) >= _DEEPEST:
        raise refused(_TOO_DEEP, _FLATTEN)
    for each in inside:
        size += _measure(each, known, (*above, id(node)))
    if size > _MOST:
        raise refused(
            f"the text has more than {_MOST:,} values, counting each use of an alias", "use fewer aliases"
        )
    known[id(node)] = size
    return size


def _refuse_duplicates(node: MappingNode) -> None:
    """Raise ``MalformedYaml`` for a key that a mapping defines twice."""
    first: dict[str, tuple[Node, Node]] = {}
    for key, value in node.value:
        if key.value in first and key.value != "<<":
            message = f'the key "{key.value}" is defined twice'
            hint = f"delete one of the two `{key.value}:` entries"
            if isinstance(value, MappingNode) and isinstance(first[key.value][1], MappingNode):
                above = key.start_mark.line - first[key.value][0].start_mark.line
                where = (
                    f"{above} {'line' if above == 1 else 'lines'} above" if above else "earlier on this line"
                )
                hint = (
                    f"move the keys of this `{key.value}:` to the first one ({where}), then delete this one"
                )
            raise MalformedYaml(message, key.start_mark.line + 1, key.start_mark.column + 1, hint)
        first[key.value] = (key, value)


_CURLY = re.compile(r"(?:^|[:\[,{-])[ \t]*[“”„‟‘’‚«»‹›]", re.MULTILINE)


def report_curly_quotes(text: str, path: str, lines_before: int = 0) -> Iterator[Diagnostic]:
    """LNT041 for each unquoted value of a valid YAML text that typographic quotes enclose."""
    if not _CURLY.search(text):
        return
    waiting = [_new_reader().compose(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, MappingNode):
            waiting += [value for _, value in node.value]
        elif isinstance(node, SequenceNode):
            waiting += node.value
        elif isinstance(node, ScalarNode) and not node.style and (match := CURLY.fullmatch(node.value)):
            mark, inner = node.start_mark, match[1] or match[2]
            span = Span(path=path, line=mark.line + 1 + lines_before, column=mark.column + 1)
            message = f"the curly quotes are part of the value and are printed: {node.value[:60]}"
            quote = "'" if '"' in inner else '"'
            hint = f"write `{quote}{inner}{quote}` with straight quotes, "
            hint += f"or `'{node.value}'` to print the curly quotes"
            yield Diagnostic(code="LNT041", span=span, message=message, hint=hint)


def _reason(error: Exception) -> str:
    """Why YAML refused a text, in one line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines and not isinstance(error, RecursionError) else _TOO_DEEP


def plain(value: Any) -> Any:
    """Plain Python values; what was left empty is left out."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if item not in (None, "")}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def place_in(tree: Any, steps: Sequence[str | int], *, of_key: bool = False) -> tuple[int, int]:
    """Line and column, from 1, of what stands at the end of a way through mappings and lists, or of its key.

    Steps that are not there are passed over, as those which pydantic adds for unions.
    """
    line, column = 0, 0
    for step in steps:
        try:
            if isinstance(tree, CommentedMap):
                line, column = (tree.lc.key if of_key else tree.lc.value)(step)
            elif isinstance(tree, CommentedSeq) and isinstance(step, int):
                line, column = tree.lc.item(step)
            else:
                continue
            tree = tree[step]
        except (KeyError, IndexError, AttributeError, TypeError):
            continue
    return line + 1, column + 1


def load_mapping(text: str) -> dict[str, Any]:
    """The mapping that a YAML text is, as plain values; {} where it is none, or no YAML."""
    try:
        tree = load_yaml(text)
    except MalformedYaml:
        return {}
    return plain(tree) if isinstance(tree, Mapping) else {}


def value_at(values: Any, *steps: str) -> Any:
    """What stands at the end of a way through mappings, None where it ends before."""
    for step in steps:
        values = values.get(step) if isinstance(values, Mapping) else None
    return values
