"""``{{< include >}}``, ``{{< var >}}``, ``{{< meta >}}`` and ``{{< pagebreak >}}``, as Quarto writes them.

They are put in before anything else is read, so that what an include brings is a part of the section
that asks for it. Each line of the result knows which line of which file it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.languages.labels import load_labels
from triptych.project import Project, UnsafePath
from triptych.reading.files.source_text import read_source
from triptych.reading.front_matter import BLOCK
from triptych.reading.outline import outline
from triptych.yaml_text import value_at

PAGE_BREAK = "```{=triptych}\npagebreak\n```"
# Each looks at a character once, however many marks begin and never end.
_MARK = r"\{\{<((?:(?!\{\{<|>\}\}).)*)>\}\}"
_SHORTCODE = re.compile(rf"(?<!\{{){_MARK}")
_QUOTED = re.compile(rf"\{{({_MARK})\}}")  # one more brace: the shortcode itself is to be shown
_CONTENT = re.compile(r"(/?\*)?\s*([\w-]+)(.*)", re.DOTALL)
_WHOLE_LINE = re.compile(r"^[ \t]*\{\{<\s*(include|pagebreak)(.*)>\}\}[ \t]*$")
_DEEPEST = 8
_MOST = 2_000_000  # characters of files that are put into a section, each time that they are
_LEAST = 1_000  # that each time counts for besides


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and the file and line that it came from."""

    text: str
    path: str
    number: int


@dataclass(slots=True)
class Expander:
    """Puts in what shortcodes ask for. ``settings`` is what ``meta`` and ``var`` look up."""

    project: Project
    settings: Mapping[str, Any]
    found: list[Diagnostic] = field(default_factory=list)
    left: int = 0

    def expand(self, path: str, text: str) -> list[Line]:
        """The lines of a section with its shortcodes filled in."""
        self.left = _MOST
        lines = list(self._lines(path, text, (path,)))
        return [line for line in lines if line.path == path] if self.left < 0 else lines

    def _lines(self, path: str, text: str, chain: tuple[str, ...]) -> Iterator[Line]:
        lines = text.split("\n")
        code = {n for fence in outline(lines).fences for n in range(fence.start, fence.end + 1)}
        for number, line in enumerate(lines, 1):
            whole = _WHOLE_LINE.match(line)
            if whole and whole.group(1) == "include":
                yield from self._include(whole.group(2).strip(), Span(path=path, line=number), chain)
            elif whole and number not in code:
                yield from (Line(part, path, number) for part in ("", *PAGE_BREAK.split("\n"), ""))
            elif number in code or "{{<" not in line:
                yield Line(_QUOTED.sub(r"\1", line), path, number)
            else:
                yield Line(self._within(line, path, number), path, number)

    def _include(self, name: str, span: Span, chain: tuple[str, ...]) -> Iterator[Line]:
        name = name.strip("\"'")
        if self.left >= 0:
            self._spend(_LEAST, span)
        if self.left < 0:
            return  # which is told once
        try:
            path = self.project.locate(name, beside=span.path)
            if path is None:
                hint = did_you_mean(name, self.project.source_files())
                hint = hint or "check the path, which is relative to the including file or to `book.yaml`"
                self._report("INC001", span, f'included file "{name}" does not exist', hint)
                return
            if path in chain:
                self._report(
                    "INC001", span, f'file "{name}" includes itself', "remove this `include` shortcode"
                )
                return
            if len(chain) > _DEEPEST:
                message = f"includes are nested more than {_DEEPEST} files deep"
                self._report("INC001", span, message, "reduce the nesting of included files")
                return
            text, found = read_source(self.project, path)
            self.found += found
        except UnsafePath as error:
            self._report("SEC005", span, str(error), error.hint)
            return
        head = BLOCK.match(text)
        self._spend(len(text), span)
        if self.left < 0:
            return
        skipped = head.group().count("\n") if head else 0
        body = text[head.end() :] if head else text
        for line in self._lines(path, body.removesuffix("\n"), (*chain, path)):
            moved = skipped if line.path == path else 0
            yield Line(line.text, line.path, line.number + moved)

    def _spend(self, characters: int, span: Span) -> None:
        self.left -= characters
        if self.left < 0:
            message = f"the files included in this section total more than {_MOST:,} characters"
            self._report("INC001", span, message, "list the files as separate chapters in `book.yaml`")

    def _within(self, line: str, path: str, number: int) -> str:
        """A line with the shortcodes that stand in its text filled in, but for those within code."""
        parts = re.split(r"(`+[^`]*`+)", line)
        column = 1
        for index, part in enumerate(parts):
            if index % 2 == 0:
                here = column

                def fill(match: re.Match[str], here: int = here) -> str:
                    return self._value(match, Span(path=path, line=number, column=here + match.start()))

                parts[index] = _SHORTCODE.sub(fill, part)
            column += len(part)
        return _QUOTED.sub(r"\1", "".join(parts))

    def _in_a_row(self, values: list[Any]) -> str | None:
        """What is in a list, or the names of what is in it, such as authors; None where it says neither."""
        named = [one.get("name") if isinstance(one, Mapping) else one for one in values]
        if not named or any(isinstance(one, Mapping | list | None) for one in named):
            return None
        language = self.settings.get("lang") or value_at(self.settings, "book", "lang") or "en"
        return load_labels(str(language)).listed(map(str, named))

    def _value(self, match: re.Match[str], span: Span) -> str:
        content = _CONTENT.match(match.group(1).strip())
        if content is None:
            return match.group()
        escaped, name, rest = content.groups()
        written = rest.strip().removesuffix("*/").rstrip()
        argument = written.strip("\"'")
        if escaped:
            return f"{{{{< {name} {written} >}}}}"
        if name not in ("var", "meta"):
            self._report("INC002", span, *_not_a_value(name, rest))
            return ""
        where = self.settings.get("variables", {}) if name == "var" else self.settings
        value = value_at(where, *argument.split("."))
        if value is None and name == "meta":
            value = value_at(self.settings, "book", *argument.split("."))
        if isinstance(value, list):
            value = self._in_a_row(value)
        if value is None or isinstance(value, Mapping | list):
            self._report("INC002", span, *_missing_value(name, argument, value, self.settings))
            return ""
        return str(value)

    def _report(self, code: str, span: Span, message: str, hint: str | None) -> None:
        self.found.append(Diagnostic(code=code, span=span, message=message, hint=hint))


def _not_a_value(name: str, rest: str) -> tuple[str, str]:
    """Return message and hint for a shortcode within a line that is neither ``var`` nor ``meta``."""
    if name in ("include", "pagebreak"):
        return f'shortcode "{name}" shares its line with other text', "move the shortcode to a separate line"
    if rest.startswith("."):  # the name of a file
        return (
            f'unknown shortcode "{name}"',
            f"write {{{{< include {name}{rest.strip()} >}}}} to include a file",
        )
    names = ("include", "var", "meta", "pagebreak")
    return f'unknown shortcode "{name}"', did_you_mean(
        name, names
    ) or f"use one of the shortcodes {', '.join(names)}"


def _missing_value(name: str, argument: str, value: Any, settings: Mapping[str, Any]) -> tuple[str, str]:
    """Return message and hint for a ``var`` or ``meta`` shortcode whose value is missing or is no text."""
    if value is not None:
        return (
            f'"{argument}" in `book.yaml` is a mapping or list, not text',
            "use the path of a text value, such as key.name",
        )
    if name == "var":
        hint = did_you_mean(argument, settings.get("variables", {}))
        return (
            f'variable "{argument}" is not defined',
            hint or "define the variable under `variables:` in `book.yaml`",
        )
    hint = did_you_mean(argument, settings.get("book", {}))
    return (
        f'metadata key "{argument}" has no value in `book.yaml`',
        hint or "set the metadata key under `book:`",
    )
