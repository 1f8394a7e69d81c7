"""Explain errors of the YAML parser: find the line with the mistake, and suggest a correction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from triptych.diagnostics import name_character
from triptych.merge_conflicts import HINT as KEEP_ONE_VERSION
from triptych.merge_conflicts import find_conflict

GENERAL_HINT = "check the indentation, and quote values that contain `: ` or #, or start with @"
CURLY = re.compile(r"[“”„‟«»]([^“”„‟«»]+)[“”«»]|[‘’‚‹›]([^‘‚‹›]+)[‘’‹›]")
_SHOWN = 60  # characters of a line in a hint
_QUOTED = "put the value in quotation marks"
_KEY = re.compile(
    r"(?P<dash>(?:-[ ]+)*)(?P<key>[^\s:#'\"\[{&*!|>%@`-][^:#]*|\"[^\"]*\"|'[^']*'):(?:[ \t]+(?P<value>.*))?$"
)
_VALUE = re.compile(r"([ \t]*(?:- )?[^\s:][^:]*:)[ \t]+(.+)$")
_JOINED = re.compile(r"[ \t]*(?:(?P<dash>-)|(?:- )?(?P<key>[\w-]+:))(?P<rest>[^\s:-].*)$")
_OTHER_SIGN = re.compile(r"[ \t]*(?:- )?(?P<key>[\w-]+)[ \t]*(?P<sign>=|：|:\u00a0|=>|:=)\s*(?P<rest>.+)$")
_COMMENT = re.compile(r"(?:<!--|//|/\*|;)(?P<text>.*?)(?:-->|\*/)?$")
_SIGNS = {"：": "a full-width colon", ":\u00a0": "a colon with a no-break space", "=": "an equals sign"}
_CLOSING = {"[": "]", "{": "}"}
_BRACKET = re.compile(r"""(?m)(?<=[\s\[{,:])(?:"(?:\\.|[^"\\])*"|'[^']*')|(?:^|\s)#.*$|([\[\]{}])""")
_NO_COLON = "could not find expected ':'"
_PROBLEMS = (  # messages of the parser, reworded for authors
    (r"mapping values are not allowed", "a value that contains a colon needs quotation marks", _QUOTED),
    (r"mapping keys are not allowed", "a value that begins with ? needs quotation marks", _QUOTED),
    (r"found character '\\t'", "a tab is not allowed here", "replace the tab with spaces"),
    (r"found character '([@`%])'", r"a value that begins with \1 needs quotation marks", _QUOTED),
    (r"found undefined alias", "a value that begins with * needs quotation marks", _QUOTED),
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


class YamlMistake(NamedTuple):
    """A mistake in a YAML text: the message, a hint, and the position, counted from 1."""

    message: str
    hint: str
    line: int
    column: int


class _Key(NamedTuple):
    """A line with a key: its indentation, the key as written, and the value on the same line."""

    line: int
    indent: int
    name: str
    value: str


def explain_problem(problem: str, text: str, place: tuple[int, int], start: tuple[int, int]) -> YamlMistake:
    """Explain an error of the parser, with a hint that shows the corrected line.

    ``place`` is where the parser stopped; ``start`` is the beginning of the value, bracket or quotation mark
    that it was reading.
    """
    lines = text.split("\n")
    if conflict := find_conflict(text):
        return YamlMistake(conflict.message, KEEP_ONE_VERSION, conflict.line, 1)
    if problem.startswith("mapping values") and (mistake := _explain_second_key(lines, *place)):
        return mistake
    if problem.startswith("expected <block end>") and (mistake := _explain_block(lines, *place)):
        return mistake
    if problem.endswith("found '<stream end>'") and (bracket_place := _open_bracket(text)):
        problem, start = "expected ',' or", bracket_place
    is_open = problem.startswith("expected ',' or") and not _is_closed_after(lines, place, problem)
    if is_open or problem.startswith((_NO_COLON, "found unexpected end of stream")):
        place = start  # the parser stops on a later line
    line = lines[place[0] - 1] if place[0] <= len(lines) else ""
    if problem.startswith("found undefined alias") and not line[: place[1] - 1].strip(" -"):
        return YamlMistake("a key cannot begin with *", "delete the asterisks, or quote the text", *place)
    if is_open:
        bracket = line[place[1] - 1]
        message = f"the bracket {bracket} is not closed"
        return YamlMistake(message, f"add {_CLOSING.get(bracket, 'a bracket')} after the last item", *place)
    if problem.startswith(_NO_COLON):
        return _explain_missing_colon(line, place)
    matches = ((re.match(pattern, problem), message, hint) for pattern, message, hint in _PROBLEMS)
    found, message, hint = next((one for one in matches if one[0]), (None, problem, GENERAL_HINT))
    written = _VALUE.match(line)
    if hint == _QUOTED and written:
        hint = f"write {written[1].strip()} {_quote(written[2].strip())}"
    elif "escape" in message and written and "'" not in written[2]:
        hint = f"write {written[1].strip()} '{written[2].strip().strip(chr(34))}'"
    return YamlMistake(found.expand(message) if found else message, hint, *place)


def explain_character(character: str, text: str) -> YamlMistake:
    """Return the mistake for the first character that YAML does not allow."""
    place = max(text.find(character), 0)
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    return YamlMistake(
        f"the character {name_character(character)} is not allowed in text",
        "delete the character",
        line,
        column,
    )


def _quote(value: str) -> str:
    """Return a value in straight quotation marks, replacing typographic or mismatched ones."""
    curly = CURLY.fullmatch(value)
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


def _explain_missing_colon(line: str, place: tuple[int, int]) -> YamlMistake:
    """Explain a line that is neither a key with a value nor part of one."""
    if joined := _JOINED.match(line):
        mark, value = joined["dash"] or joined["key"], joined["rest"]
        return YamlMistake(f'a space is missing after "{mark[-1:]}"', f"write {mark} {value}", *place)
    if other := _OTHER_SIGN.match(line):
        sign = _SIGNS.get(other["sign"], f"`{other['sign']}`")
        message = f"{sign} does not separate a key from its value"
        return YamlMistake(message, f"write {other['key']}: {other['rest'].strip()}", *place)
    if comment := _COMMENT.match(line.strip()):
        shown = comment["text"].strip()[:_SHOWN]
        return YamlMistake("this is not a YAML comment", f"write # {shown}".rstrip(), *place)
    hint = "write `key: value`, or indent the line to continue the value above"
    return YamlMistake("the line has no colon", hint, *place)


def _explain_second_key(lines: Sequence[str], number: int, column: int) -> YamlMistake | None:
    """Explain a key that continues the line above, which has no key or is indented less."""
    line = lines[number - 1]
    own = _key_in(lines, number)
    if own is None or ":" in line[: column - 1]:
        return None  # a colon within a value
    before = next((n for n in range(number - 1, 0, -1) if _has_content(lines[n - 1])), 0)
    if not before:
        return None
    above = _key_in(lines, before)
    if above is None:
        indent = len(lines[before - 1]) - len(lines[before - 1].lstrip())
        return _explain_missing_colon(lines[before - 1], (before, indent + 1))
    parent = next((key for n in range(before - 1, 0, -1) if (key := _key_in(lines, n))), None)
    if parent and not parent.value and parent.indent == above.indent < own.indent:
        message = f'"{above.name}" is not indented, but "{own.name}" is'
        hint = f"indent `{above.name}:` by {_spaces(own.indent)}, to line up with `{own.name}:`"
        return YamlMistake(message, hint, above.line, above.indent + 1)
    if above.indent < own.indent:
        message = f'"{own.name}" is indented more than "{above.name}", which has a value of its own'
        hint = f"indent `{own.name}:` by {_spaces(above.indent)}, to line up with `{above.name}:`"
        return YamlMistake(message, hint, own.line, own.indent + 1)
    return None


def _explain_block(lines: Sequence[str], number: int, column: int) -> YamlMistake | None:
    """Explain a line whose indentation fits no line above, or text after a quoted value."""
    line = lines[number - 1] if number <= len(lines) else ""
    if line[: column - 1].strip(" -"):
        return _explain_rest(line, number, column)
    indent = len(line) - len(line.lstrip())
    label = _label(line)
    above = _open_lines(lines[: number - 1])
    fitting = [one for one in above if one[0] == indent]
    following = next((after for after in lines[number:] if _has_content(after)), "")
    is_block = len(following) - len(following.lstrip()) > indent
    if fitting:
        is_item = line.lstrip().startswith("-")
        if is_item:
            return YamlMistake(
                "a list item is among keys",
                "write the key of the list above its items, such as `chapters:`",
                number,
                column,
            )
        parent = max((one for one in above if one[0] < indent), default=None)
        hint = "start the line with `- `"
        if parent:
            hint = f"indent {label} with {_spaces(parent[0])}, like {parent[1]}, or start the line with `- `"
        return YamlMistake(f"the key {label} is among list items", hint, number, column)
    further, less = ([one for one in above if one[0] > indent], [one for one in above if one[0] < indent])
    choices = [f"further, like {name} ({_spaces(size)})" for size, name in further[:1]]
    choices += [f"less, like {name} ({_spaces(size)})" for size, name in less[-1:]]
    if not choices:
        return None
    whole = f"{label} and the lines under it" if is_block else label
    message = f"the indentation of {label} matches no line above"
    return YamlMistake(message, f"indent {whole} {', or '.join(choices)}", number, column)


def _explain_rest(line: str, number: int, column: int) -> YamlMistake | None:
    """Explain text after a value that is in quotation marks or brackets."""
    written = _VALUE.match(line)
    end = line[: column - 1].rstrip()[-1:]
    if not written or end not in "\"']}" or line[column - 1] in "]}":
        return None
    value = written[2].strip()
    what = "the closing quotation mark" if end in "\"'" else "the closing bracket"
    hint = f"write {written[1].strip()} {_quote(value)}"
    if line[column - 1] == ",":
        hint = f"write {written[1].strip()} [{value}]"
    return YamlMistake(f"text follows {what}", hint, number, column)


def _open_lines(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Return the indentations of the mappings and lists that are open after some lines, each with a name."""
    found: list[tuple[int, str]] = []
    for line in filter(_has_content, lines):
        indent = len(line) - len(line.lstrip())
        while found and found[-1][0] >= indent:
            found.pop()
        rest = line.lstrip()
        while rest.startswith("- "):
            found.append((indent, f"`{rest[:30].strip()}`"))
            indent += len(rest) - len(rest[1:].lstrip())
            rest = rest[1:].lstrip()
        found.append((indent, _label(rest)))
    return found


def _open_bracket(text: str) -> tuple[int, int] | None:
    """Return the line and column of the last bracket that is not closed, None if there is none."""
    brackets: list[int] = []
    for match in _BRACKET.finditer(text):
        if match[1] and match[1] in "[{":
            brackets.append(match.start())
        elif match[1] and brackets:
            brackets.pop()
    if not brackets:
        return None
    place = brackets[-1]
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


def _is_closed_after(lines: Sequence[str], place: tuple[int, int], problem: str) -> bool:
    """Whether the bracket that the parser expects follows, so that a comma is missing before it."""
    closing = "}" if "'}'" in problem else "]"
    rest = (
        "\n".join([lines[place[0] - 1][place[1] - 1 :], *lines[place[0] :]]) if place[0] <= len(lines) else ""
    )
    before, found, _ = rest.partition(closing)
    return bool(found) and ("{" if closing == "}" else "[") not in before


def _label(line: str) -> str:
    """Return the name of a line in hints: its key, or else its beginning."""
    key = _KEY.match(line.strip())
    return f"`{key['key']}:`" if key and not key["dash"] else f"`{line.strip()[:30].strip()}`"


def _key_in(lines: Sequence[str], number: int) -> _Key | None:
    line = lines[number - 1]
    match = _KEY.match(line.strip()) if _has_content(line) else None
    if match is None:
        return None
    indent = len(line) - len(line.lstrip()) + len(match["dash"])
    return _Key(number, indent, match["key"], (match["value"] or "").strip())


def _has_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _spaces(count: int) -> str:
    return f"{count or 'no'} {'space' if count == 1 else 'spaces'}"
