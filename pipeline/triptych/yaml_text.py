"""Parse YAML with a source position for every key, and explain syntax errors to authors.

Every scalar is parsed as a string: YAML would turn 1.10 into 1.1, 007 into 7 and ``no`` into false. Dates and
booleans are converted where they are used. Each use of an alias counts towards the limit for values, so that
a short document cannot expand to a huge one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.docinfo import DocInfo
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scanner import Scanner

from triptych.diagnostics import Diagnostic, Span, name_character
from triptych.text_problems import find_conflict

GENERAL_HINT = "check the indentation, and quote values that contain `: ` or #, or start with @"
CURLY_QUOTED = re.compile(r"[“”„‟«»]([^“”„‟«»]+)[“”«»]|[‘’‚‹›]([^‘‚‹›]+)[‘’‹›]")
_MAX_HINT_LENGTH = 60  # maximum number of characters of a line in a hint
_QUOTE_HINT = "put the value in quotation marks"
_KEY = re.compile(
    r"(?P<dash>(?:-[ ]+)*)(?P<key>[^\s:#'\"\[{&*!|>%@`-][^:#]*|\"[^\"]*\"|'[^']*'):(?:[ \t]+(?P<value>.*))?$"
)
_VALUE = re.compile(r"([ \t]*(?:- )?[^\s:][^:]*:)[ \t]+(.+)$")
_MISSING_SPACE = re.compile(r"[ \t]*(?:(?P<dash>-)|(?:- )?(?P<key>[\w-]+:))(?P<rest>[^\s:-].*)$")
_OTHER_SIGN = re.compile(r"[ \t]*(?:- )?(?P<key>[\w-]+)[ \t]*(?P<sign>=|：|:\u00a0|=>|:=)\s*(?P<rest>.+)$")
_COMMENT = re.compile(r"(?:<!--|//|/\*|;)(?P<text>.*?)(?:-->|\*/)?$")
_SIGNS = {"：": "a full-width colon", ":\u00a0": "a colon with a no-break space", "=": "an equals sign"}
_CLOSING = {"[": "]", "{": "}"}
_ANY_BRACKET = re.compile(r"""(?m)(?<=[\s\[{,:])(?:"(?:\\.|[^"\\])*"|'[^']*')|(?:^|\s)#.*$|([\[\]{}])""")
_NO_COLON = "could not find expected ':'"
_PROBLEMS = (  # messages of the parser, reworded for authors
    (
        r"mapping values are not allowed",
        "a value that contains a colon and a space must be quoted",
        _QUOTE_HINT,
    ),
    (r"mapping keys are not allowed", "a value that begins with ? needs quotation marks", _QUOTE_HINT),
    (r"found character '\\t'", "a tab is not allowed here", "replace the tab with spaces"),
    (r"found character '([@`%])'", r"a value that begins with \1 needs quotation marks", _QUOTE_HINT),
    (r"found undefined alias", "a value that begins with * needs quotation marks", _QUOTE_HINT),
    (r"could not find expected ':'", "the line has no colon",
     "write `key: value`, or indent the line to continue the value above"),
    (r"found unexpected end of stream", "a quotation mark is not closed", "add the missing quotation mark"),
    (r"expected ',' or '([]}])'", "a comma is missing in a list or mapping in brackets",
     "separate the items with commas"),
    (r"sequence entries are not allowed", "a list cannot start on the line of its key",
     "start the list on the next line, with one `- ` item per line, or write `[first, second]`"),
    (r"expected a comment or a line break", "text follows the block sign `|` or `>` on the same line",
     "move the text to the next line and indent it, or delete the sign"),
    (r"expected escape sequence|found unknown escape",
     "a backslash in double quotation marks starts an escape sequence",
     "use single quotation marks, or double the backslash"),
    (r"but found another document", "a line of three hyphens starts a second YAML document",
     "delete the line"),
    (r"expected <block end>, but found '([]}])'", r"\1 closes a bracket that is not open",
     "delete the bracket"),
    (r"expected <block end>", "the indentation does not match the preceding lines", GENERAL_HINT),
    (r"expected the node content, but found '<stream end>'", "the file ends where a value is expected",
     "add the value, or close the bracket above"),
    (r"expected the node content, but found '(\S+)'", r"a value is missing before \1",
     r"add the value, or delete the extra sign"),
    (r"found duplicate key \"(.+?)\"", r'the key "\1" is defined twice', "delete one of the two entries"),
)  # fmt: skip
_MAX_TEXT = 1_000_000  # characters of a text
_MAX_VALUE = 100_000  # characters of a line, and of a value
_MAX_VALUES = 100_000  # including each use of an alias
_MAX_DEPTH = 100  # levels of nested lists and mappings
_MAX_BRACKETS = 1_000  # open brackets, including those in text
_BRACKET = re.compile(r"[\[\]{}]")
_TAG, _KINDS = "tag:yaml.org,2002:", {ScalarNode: "str", SequenceNode: "seq", MappingNode: "map"}
_FORBIDDEN_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


_TOO_DEEP_MESSAGE = f"values are nested more than {_MAX_DEPTH} levels deep"
_FLATTEN_HINT = "nest lists and mappings less deeply"


class MalformedYamlError(Exception):
    """Raised if a document is not valid YAML. ``line`` and ``column`` are 1-based."""

    def __init__(self, message: str, line: int = 1, column: int = 1, hint: str = GENERAL_HINT) -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.hint = message, line, column, hint


class _PlainScalarResolver(VersionedResolver):
    """Resolves every plain scalar to a string, whatever the YAML version."""

    @property
    def versioned_resolver(self) -> Any:
        """Return no rules for implicit types, so that all plain scalars are strings."""
        return {}


def load_yaml(text: str) -> Any:
    """Parse a YAML document to strings, mappings and lists.

    The mappings and lists record the positions of their items. Raise ``MalformedYamlError`` for a syntax
    error, or if the document exceeds a limit.
    """
    if len(text) > _MAX_TEXT:
        message = f"the YAML text has {len(text):,} characters; the limit is {_MAX_TEXT:,}"
        raise MalformedYamlError(message, hint="split the file, or shorten the longest values")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _MAX_VALUE:
            message = f"the line has {len(line):,} characters; the limit is {_MAX_VALUE:,}"
            raise MalformedYamlError(message, number, hint="split the line into shorter lines")
    if too_deep := _find_deep_bracket(text, _MAX_BRACKETS):
        raise MalformedYamlError(_TOO_DEEP_MESSAGE, *too_deep, _FLATTEN_HINT)
    yaml = _make_parser()
    try:
        constructor, parser = yaml.get_constructor_parser(text)
        try:
            node = constructor.composer.get_single_node()
            if node is None:
                return None
            _count_values(node, {}, ())
            return constructor.construct_document(node)
        finally:
            parser.dispose()
    except MarkedYAMLError as error:
        problem = (error.problem or error.context or "malformed YAML").strip().splitlines()[0]
        # With enough stack for this many open brackets, the parser can report an unclosed bracket.
        if _find_deep_bracket(text, _MAX_DEPTH):
            raise MalformedYamlError(_TOO_DEEP_MESSAGE) from None
        place, start = (
            (mark.line + 1, mark.column + 1) if mark else (1, 1)
            for mark in (error.problem_mark or error.context_mark, error.context_mark or error.problem_mark)
        )
        raise explain_parser_error(problem, text, place, start) from None
    except ReaderError as error:
        character = error.character if isinstance(error.character, str) else chr(error.character)
        raise explain_invalid_character(character, text) from None
    except (YAMLError, RecursionError, ValueError) as error:
        lines = str(error).strip().splitlines()
        reason = lines[0] if lines and not isinstance(error, RecursionError) else _TOO_DEEP_MESSAGE
        raise MalformedYamlError(reason) from None


def _make_parser() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.Resolver, yaml.Scanner = _PlainScalarResolver, Scanner  # a scanner that skips comments
    yaml.doc_infos.append(DocInfo())  # for `%YAML 1.2`
    return yaml


def _find_deep_bracket(text: str, limit: int) -> tuple[int, int] | None:
    """Return the line and column of the first bracket after ``limit`` open ones, or None."""
    depth = 0
    for match in _BRACKET.finditer(text):
        depth = depth + 1 if match.group() in "[{" else max(depth - 1, 0)
        if depth > limit:
            line = text.count("\n", 0, match.start()) + 1
            return line, match.start() - text.rfind("\n", 0, match.start())
    return None


def _count_values(node: Node, counts: dict[int, int], ancestors: tuple[int, ...]) -> int:
    """Return the number of values in a node. Each use of an alias counts.

    ``counts`` maps the ids of nodes that were already counted to their numbers of values. ``ancestors`` has
    the ids of the enclosing nodes. Raise ``MalformedYamlError`` if a value is not allowed or the document
    exceeds a limit.
    """

    def make_error(message: str, hint: str) -> MalformedYamlError:
        return MalformedYamlError(message, node.start_mark.line + 1, node.start_mark.column + 1, hint)

    if id(node) in ancestors:
        raise make_error("an alias refers to a value that contains the alias", "delete the alias")
    if id(node) in counts:
        return counts[id(node)]
    size, children = 1, []
    if isinstance(node, ScalarNode) or str(node.tag).startswith(_TAG):  # ignore tags such as `!!int`
        node.tag = _TAG + _KINDS[type(node)]
    if isinstance(node, ScalarNode):
        if len(node.value) > _MAX_VALUE:
            message = f"the value has {len(node.value):,} characters; the limit is {_MAX_VALUE:,}"
            raise make_error(message, "shorten the value")
        # The parser marks the ends of folded lines with "\a".
        if match := _FORBIDDEN_CHARACTER.search(
            node.value.replace("\a", "") if node.style == ">" else node.value
        ):
            message = f"the character {name_character(match.group())} is not allowed in text"
            raise make_error(message, "delete the character or its escape sequence")
    elif isinstance(node, MappingNode):
        children = [child for pair in node.value for child in pair]
        if any(not isinstance(key, ScalarNode) for key, _ in node.value):
            hint = "quote text that starts with `{` or `[`"
            raise make_error("a list or mapping cannot be a key", hint)
        _refuse_duplicate_keys(node)
    else:
        children = node.value
    if children and len(ancestors) >= _MAX_DEPTH:
        raise make_error(_TOO_DEEP_MESSAGE, _FLATTEN_HINT)
    for child in children:
        size += _count_values(child, counts, (*ancestors, id(node)))
    if size > _MAX_VALUES:
        message = f"the text has more than {_MAX_VALUES:,} values, counting each use of an alias"
        raise make_error(message, "use fewer aliases")
    counts[id(node)] = size
    return size


def _refuse_duplicate_keys(node: MappingNode) -> None:
    """Raise ``MalformedYamlError`` if a mapping defines a key twice."""
    first: dict[str, tuple[Node, Node]] = {}
    for key, value in node.value:
        if key.value in first and key.value != "<<":
            message = f'the key "{key.value}" is defined twice'
            hint = f"delete one of the two `{key.value}:` entries"
            if isinstance(value, MappingNode) and isinstance(first[key.value][1], MappingNode):
                above = key.start_mark.line - first[key.value][0].start_mark.line
                place = (
                    f"{above} {'line' if above == 1 else 'lines'} above" if above else "earlier on this line"
                )
                hint = f"merge this `{key.value}:` into the first one ({place})"
            raise MalformedYamlError(message, key.start_mark.line + 1, key.start_mark.column + 1, hint)
        first[key.value] = (key, value)


_CURLY = re.compile(r"(?:^|[:\[,{-])[ \t]*[“”„‟‘’‚«»‹›]", re.MULTILINE)


def report_curly_quotes(text: str, path: str, lines_before: int = 0) -> Iterator[Diagnostic]:
    """Report LNT041 for each value of a valid YAML document that is enclosed in typographic quotes."""
    if not _CURLY.search(text):
        return
    waiting = [_make_parser().compose(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, MappingNode):
            waiting += [value for _, value in node.value]
        elif isinstance(node, SequenceNode):
            waiting += node.value
        elif (
            isinstance(node, ScalarNode) and not node.style and (match := CURLY_QUOTED.fullmatch(node.value))
        ):
            mark, inner = node.start_mark, match[1] or match[2]
            span = Span(path=path, line=mark.line + 1 + lines_before, column=mark.column + 1)
            message = f"the curly quotes in {node.value[:60]} are part of the value; "
            message += "only straight quotes enclose a value"
            quote = "'" if '"' in inner else '"'
            hint = f"write `{quote}{inner}{quote}` with straight quotes, "
            hint += f"or `'{node.value}'` to keep the curly quotes"
            yield Diagnostic(code="LNT041", span=span, message=message, hint=hint)


def to_plain_values(value: Any) -> Any:
    """Convert a parsed value to plain dictionaries, lists and strings, without keys with empty values."""
    if isinstance(value, Mapping):
        return {str(key): to_plain_values(item) for key, item in value.items() if item not in (None, "")}
    if isinstance(value, list):
        return [to_plain_values(item) for item in value]
    return value


def locate_value(tree: Any, steps: Sequence[str | int], *, of_key: bool = False) -> tuple[int, int]:
    """Return the 1-based line and column of a value in ``tree``, or of its key if ``of_key`` is true.

    ``steps`` are the keys and indices on the path to the value. Steps that are not in the tree, such as those
    that Pydantic adds for unions, are skipped.
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
    """Return a YAML mapping as plain values, or {} if the YAML is malformed or not a mapping."""
    try:
        tree = load_yaml(text)
    except MalformedYamlError:
        return {}
    return to_plain_values(tree) if isinstance(tree, Mapping) else {}


def get_nested_value(values: Any, *steps: str) -> Any:
    """Return the value at a path of nested keys, or None if one of them is missing."""
    for step in steps:
        values = values.get(step) if isinstance(values, Mapping) else None
    return values


class _Key(NamedTuple):
    """A mapping key: its line number, indentation, name as written, and the value on the same line."""

    line: int
    indent: int
    name: str
    value: str


def explain_parser_error(
    problem: str, text: str, position: tuple[int, int], start: tuple[int, int]
) -> MalformedYamlError:
    """Convert an error of the YAML parser to an error with a message and a hint for authors.

    ``position`` is the line and column at which the parser stopped. ``start`` is the beginning of the value,
    bracket or quotation mark that it was reading. Both are 1-based.
    """
    lines = text.split("\n")
    if conflict := find_conflict(text):
        return MalformedYamlError(conflict.message, conflict.line, hint=conflict.hint)
    if problem.startswith("mapping values") and (error := _explain_second(lines, *position)):
        return error
    if problem.startswith("expected <block end>") and (error := _explain_block_indentation(lines, *position)):
        return error
    if problem.endswith("found '<stream end>'") and (bracket_place := _find_open_bracket(text)):
        problem, start = "expected ',' or", bracket_place
    is_open = problem.startswith("expected ',' or") and not _is_closed_after(lines, position, problem)
    if is_open or problem.startswith((_NO_COLON, "found unexpected end of stream")):
        position = start  # the parser stops on a later line
    line = lines[position[0] - 1] if position[0] <= len(lines) else ""
    if problem.startswith("found undefined alias") and not line[: position[1] - 1].strip(" -"):
        return MalformedYamlError(
            "a key cannot begin with *", *position, "delete the asterisks, or quote the text"
        )
    if is_open:
        bracket = line[position[1] - 1]
        message = f"the bracket {bracket} is not closed"
        return MalformedYamlError(
            message, *position, f"add {_CLOSING.get(bracket, 'a bracket')} after the last item"
        )
    if problem.startswith(_NO_COLON):
        return _explain_missing_colon(line, position)
    matches = ((re.match(pattern, problem), message, hint) for pattern, message, hint in _PROBLEMS)
    match, message, hint = next(
        (candidate for candidate in matches if candidate[0]), (None, problem, GENERAL_HINT)
    )
    value_match = _VALUE.match(line)
    if hint == _QUOTE_HINT and value_match:
        hint = f"write {value_match[1].strip()} {_quote_value(value_match[2].strip())}"
    elif "escape" in message and value_match and "'" not in value_match[2]:
        hint = f"write {value_match[1].strip()} '{value_match[2].strip().strip(chr(34))}'"
    return MalformedYamlError(match.expand(message) if match else message, *position, hint)


def explain_invalid_character(character: str, text: str) -> MalformedYamlError:
    """Return the error for the first ``character`` in ``text``, which YAML does not allow."""
    place = max(text.find(character), 0)
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    return MalformedYamlError(
        f"the character {name_character(character)} is not allowed in text",
        line,
        column,
        "delete the character",
    )


def _quote_value(value: str) -> str:
    """Enclose a value in straight quotation marks, after removing typographic or mismatched ones."""
    curly = CURLY_QUOTED.fullmatch(value)
    if curly:
        value = curly[1] or curly[2]
    elif len(value) > 2 and value[0] == value[-1] and value[0] in "'\"" and value[0] in value[1:-1]:
        inner = value[1:-1]
        if value[0] == "'" and '"' not in inner:
            value = inner
    quote = "'" if '"' in value else '"'
    if quote == "'":
        value = value.replace("'", "''")
    return f"{quote}{value}{quote}"


def _explain_missing_colon(line: str, position: tuple[int, int]) -> MalformedYamlError:
    """Return the error for a line without a colon that does not continue a value."""
    if joined := _MISSING_SPACE.match(line):
        mark, value = joined["dash"] or joined["key"], joined["rest"]
        return MalformedYamlError(
            f'a space is missing after "{mark[-1:]}"', *position, f"write {mark} {value}"
        )
    if other := _OTHER_SIGN.match(line):
        sign = _SIGNS.get(other["sign"], f"`{other['sign']}`")
        message = f"{sign} does not separate a key from its value"
        return MalformedYamlError(message, *position, f"write {other['key']}: {other['rest'].strip()}")
    if comment := _COMMENT.match(line.strip()):
        comment_text = comment["text"].strip()[:_MAX_HINT_LENGTH]
        return MalformedYamlError("this is not a YAML comment", *position, f"write # {comment_text}".rstrip())
    hint = "write `key: value`, or indent the line to continue the value above"
    return MalformedYamlError("the line has no colon", *position, hint)


def _explain_second(lines: Sequence[str], number: int, column: int) -> MalformedYamlError | None:
    """Return the error for a key after a line without a key or with less indentation, or None."""
    line = lines[number - 1]
    second = _find_key(lines, number)
    if second is None or ":" in line[: column - 1]:
        return None  # a colon inside a value
    before = next((n for n in range(number - 1, 0, -1) if _has_content(lines[n - 1])), 0)
    if not before:
        return None
    above = _find_key(lines, before)
    if above is None:
        indent = len(lines[before - 1]) - len(lines[before - 1].lstrip())
        return _explain_missing_colon(lines[before - 1], (before, indent + 1))
    parent = next((key for n in range(before - 1, 0, -1) if (key := _find_key(lines, n))), None)
    if parent and not parent.value and parent.indent == above.indent < second.indent:
        message = f'"{above.name}" is not indented, but "{second.name}" is'
        hint = (
            f"indent `{above.name}:` by {_describe_spaces(second.indent)}, to line up with `{second.name}:`"
        )
        return MalformedYamlError(message, above.line, above.indent + 1, hint)
    if above.indent < second.indent:
        message = f'"{second.name}" is indented more than "{above.name}", which has a value of its own'
        hint = f"indent `{second.name}:` by {_describe_spaces(above.indent)}, to line up with `{above.name}:`"
        return MalformedYamlError(message, second.line, second.indent + 1, hint)
    return None


def _explain_block_indentation(lines: Sequence[str], number: int, column: int) -> MalformedYamlError | None:
    """Return the error for wrong indentation, a list item among keys, or text after a quoted value."""
    line = lines[number - 1] if number <= len(lines) else ""
    if line[: column - 1].strip(" -"):
        return _explain_trailing_text(line, number, column)
    indent = len(line) - len(line.lstrip())
    label = _make_line_label(line)
    above = _list_open_lines(lines[: number - 1])
    fitting = [line_above for line_above in above if line_above[0] == indent]
    following = next((after for after in lines[number:] if _has_content(after)), "")
    is_block = len(following) - len(following.lstrip()) > indent
    if fitting:
        is_item = line.lstrip().startswith("-")
        if is_item:
            return MalformedYamlError(
                "a list item is among keys",
                number,
                column,
                "write the key of the list above its items, such as `chapters:`",
            )
        parent = max((line_above for line_above in above if line_above[0] < indent), default=None)
        hint = "start the line with `- `"
        if parent:
            hint = f"indent {label} with {_describe_spaces(parent[0])}, like {parent[1]}, or {hint}"
        return MalformedYamlError(f"the key {label} is among list items", number, column, hint)
    deeper, shallower = (
        [line_above for line_above in above if line_above[0] > indent],
        [line_above for line_above in above if line_above[0] < indent],
    )
    choices = [f"further, like {name} ({_describe_spaces(size)})" for size, name in deeper[:1]]
    choices += [f"less, like {name} ({_describe_spaces(size)})" for size, name in shallower[-1:]]
    if not choices:
        return None
    block_label = f"{label} and the lines under it" if is_block else label
    message = f"the indentation of {label} matches no line above"
    return MalformedYamlError(message, number, column, f"indent {block_label} {', or '.join(choices)}")


def _explain_trailing_text(line: str, number: int, column: int) -> MalformedYamlError | None:
    """Return the error for text after a quoted or bracketed value, or None if there is none."""
    value_match = _VALUE.match(line)
    end = line[: column - 1].rstrip()[-1:]
    if not value_match or end not in "\"']}" or line[column - 1] in "]}":
        return None
    value = value_match[2].strip()
    closing_name = "the closing quotation mark" if end in "\"'" else "the closing bracket"
    hint = f"write {value_match[1].strip()} {_quote_value(value)}"
    if line[column - 1] == ",":
        hint = f"write {value_match[1].strip()} [{value}]"
    return MalformedYamlError(f"text follows {closing_name}", number, column, hint)


def _list_open_lines(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Return the indentation and label of each mapping and list that is still open after ``lines``."""
    open_lines: list[tuple[int, str]] = []
    for line in filter(_has_content, lines):
        indent = len(line) - len(line.lstrip())
        while open_lines and open_lines[-1][0] >= indent:
            open_lines.pop()
        rest = line.lstrip()
        while rest.startswith("- "):
            open_lines.append((indent, f"`{rest[:30].strip()}`"))
            indent += len(rest) - len(rest[1:].lstrip())
            rest = rest[1:].lstrip()
        open_lines.append((indent, _make_line_label(rest)))
    return open_lines


def _find_open_bracket(text: str) -> tuple[int, int] | None:
    """Return the line and column of the last unclosed bracket, or None if all brackets are closed."""
    brackets: list[int] = []
    for match in _ANY_BRACKET.finditer(text):
        if match[1] and match[1] in "[{":
            brackets.append(match.start())
        elif match[1] and brackets:
            brackets.pop()
    if not brackets:
        return None
    place = brackets[-1]
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


def _is_closed_after(lines: Sequence[str], position: tuple[int, int], problem: str) -> bool:
    """Return whether the closing bracket that the parser expects follows ``position``.

    If it does, a comma is missing; otherwise, the bracket is not closed. A closing bracket after another
    opening bracket does not count.
    """
    closing = "}" if "'}'" in problem else "]"
    rest = (
        "\n".join([lines[position[0] - 1][position[1] - 1 :], *lines[position[0] :]])
        if position[0] <= len(lines)
        else ""
    )
    before, delimiter, _ = rest.partition(closing)
    return bool(delimiter) and ("{" if closing == "}" else "[") not in before


def _make_line_label(line: str) -> str:
    """Return a label for a line in hints: its key or, if it has none, its first 30 characters."""
    key = _KEY.match(line.strip())
    return f"`{key['key']}:`" if key and not key["dash"] else f"`{line.strip()[:30].strip()}`"


def _find_key(lines: Sequence[str], number: int) -> _Key | None:
    line = lines[number - 1]
    match = _KEY.match(line.strip()) if _has_content(line) else None
    if match is None:
        return None
    indent = len(line) - len(line.lstrip()) + len(match["dash"])
    return _Key(number, indent, match["key"], (match["value"] or "").strip())


def _has_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _describe_spaces(count: int) -> str:
    return f"{count or 'no'} {'space' if count == 1 else 'spaces'}"
