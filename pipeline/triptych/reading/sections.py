"""Read section files: front matter, includes, shortcodes, Jinja expressions and code cells."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from types import GenericAlias
from typing import Any, TypeVar

import pydantic
from pydantic import ConfigDict
from ruamel.yaml.comments import CommentedMap

from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic, Span, did_you_mean, has_errors
from triptych.engine.cache import Cache
from triptych.engine.tasks import OPENED_SECTION, Task
from triptych.languages.labels import load_labels
from triptych.languages.language_tags import report_invalid_tag
from triptych.model.book import Matter, Part, Role, SlideSelection
from triptych.project import ANY_FILE, MANIFEST, Project, UnsafePathError
from triptych.reading.code_cells import convert_code_cells
from triptych.reading.line_scan import scan_lines
from triptych.reading.values import ValueRenderer
from triptych.settings.validation_errors import describe_invalid_value, explain_invalid_value, suggest_key
from triptych.settings.values import MAX_TEXT, Line, TextList
from triptych.text_problems import (
    explain_encoding_error,
    find_conflict,
    find_null_character,
    keep_first_version,
)
from triptych.yaml_text import (
    MalformedYamlError,
    get_nested_value,
    load_yaml,
    locate_value,
    report_curly_quotes,
    to_plain_values,
)

FRONT_MATTER_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_KEY_LINE = re.compile(r"([A-Za-z][\w-]*):(?:\s|$)")
_NESTED = re.compile(r"[ \t]+\S|- |#(?!#* \S)")  # indented, a list item, or a comment but not a heading


_BOOK_KEY_HINTS = dict.fromkeys(
    "author authors date subtitle publisher description keywords rights".split(), "`book:` in `book.yaml`"
)
_MANIFEST_KEYS = frozenset("bibliography csl format theme talk glossary jinja math".split())


class SlidesFrontMatter(pydantic.BaseModel):
    """The ``slides:`` section. Texts are Markdown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: SlideSelection = SlideSelection.AUTO
    """Slides of the chapter: auto for charts, tables and figures, explicit for marked or written slides only,
    or none. Default: auto. Example: `explicit`.
    """
    points: TextList = ()
    """Bullet points of the chapter's first slide, in Markdown. Default: the takeaways. Example: `[Solar power
    grew, Wind power grew faster]`.
    """
    max: int | None = pydantic.Field(default=None, ge=1)
    """Maximum number of visible automatic slides; the others are hidden. Default: `max-per-chapter` of
    the deck.
    Example: `12`.
    """


class FrontMatter(pydantic.BaseModel):
    """The front matter of a section file. Texts are Markdown, and editors show the descriptions of fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=MAX_TEXT)

    title: Line = ""
    """Title of the chapter, in Markdown. Default: the first heading of the file. Example: `Solar power`."""
    # In JSON Schema, \w matches only ASCII characters, so the pattern for editors is wider.
    id: str = pydantic.Field(
        default="", pattern=r"^[A-Za-z][\w.-]*$|^$", json_schema_extra={"pattern": r"^([A-Za-z]\S*)?$"}
    )
    """Id for cross-references. Default: derived from the file name. Example: `sec-energy`."""
    summary: str = ""
    """One or two sentences below the title, in Markdown. Example: `Capacity doubled twice in ten years.`."""
    takeaways: TextList = ()
    """Key messages, in Markdown: a box on the chapter opener and bullets in the deck. Example: `[Solar
    capacity grew 27-fold in ten years]`.
    """
    image: str = ""
    """Full-bleed image for the chapter opener. Example: `images/panels.jpg`."""
    image_alt: str = pydantic.Field(default="", alias="image-alt")
    """Alt text of the image. Default: none, and the image counts as decorative. Example: `Panels on a roof`.
    """
    lang: str = ""
    """Language of the chapter, a BCP 47 tag. Default: the language of the book. Example: `fr`."""
    unnumbered: bool = False
    """Omit the chapter number. Unnumbered chapters before the first numbered one are front matter; in a
    book without numbered chapters, those with a role such as dedication or preface are. Default: false.
    Example: `true`.
    """
    role: Role = Role.NONE
    """Role of the chapter in the book, from the EPUB vocabulary. Default: none. Example: `preface`,
    `dedication`.
    """
    slides: SlidesFrontMatter = SlidesFrontMatter()
    """Slides of the chapter. Example: `{mode: explicit}`, `{max: 12}`."""


def _list_yaml_keys(model: type[pydantic.BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


_KEY_NAME = re.compile(r"[a-z][\w-]*")  # distinguishes keys from words in a sentence
_KNOWN_KEYS = frozenset((*_list_yaml_keys(FrontMatter), *_BOOK_KEY_HINTS, *_MANIFEST_KEYS))


@dataclass(frozen=True, slots=True)
class SectionFile:
    """A section file, split into front matter and body.

    ``body`` has blank lines in place of the front matter, so that its line numbers are those of the file. If
    other files were included, ``lines`` has the file and line number of each line of the body. ``image_span``
    is the position of the image in the front matter.
    """

    path: str
    text: str
    front_matter: FrontMatter
    body: str
    lines: tuple[tuple[str, int], ...] | None = None
    image_span: Span | None = None


def split_section(path: str, text: str) -> tuple[SectionFile, list[Diagnostic]]:
    """Split a section into front matter and body. Invalid front matter is reported and ignored."""
    full_section = SectionFile(path, text, FrontMatter(), text)
    block = FRONT_MATTER_BLOCK.match(text)
    if block is None:
        return _split_unclosed_front_matter(full_section)
    section = replace(full_section, body="\n" * block.group(0).count("\n") + full_section.text[block.end() :])
    try:
        tree = load_yaml(block.group(1))
    except MalformedYamlError as error:
        if _is_body_line(text, error.line + 1):
            return _split_unclosed_front_matter(full_section)
        span = Span(path=path, line=error.line + 1, column=error.column)
        return section, [_report_front_matter(span, f"front matter: {error.message}", error.hint)]
    if isinstance(tree, str) and block.group(1).startswith("\n"):
        return full_section, []  # text between two horizontal rules
    if tree in (None, ""):
        return section, []
    if not isinstance(tree, CommentedMap):
        return section, [
            _report_front_matter(Span(path=path), "front matter must be a mapping (`key: value`)")
        ]
    unknown = next(
        (key for key in tree if key not in _KNOWN_KEYS and not _KEY_NAME.fullmatch(str(key))), None
    )
    if unknown is not None and _is_body_line(text, _locate_key(path, tree, (unknown,), of_value=False).line):
        return _split_unclosed_front_matter(full_section)
    section, findings = _add_front_matter(section, tree)
    return section, [*findings, *report_curly_quotes(block.group(1), path, lines_before=1)]


def _split_unclosed_front_matter(full_section: SectionFile) -> tuple[SectionFile, list[Diagnostic]]:
    """Report unclosed front matter, and parse the lines that look like YAML.

    Otherwise, the YAML would become text and cause further findings.
    """
    end = _find_last_yaml_line(full_section.text)
    if not end:
        return full_section, []
    hint = f"close the front matter with a line `---` after line {end}"
    unclosed = _report_front_matter(Span(path=full_section.path), "the front matter is not closed", hint)
    lines = full_section.text.split("\n")
    section = replace(full_section, body="\n".join([*[""] * end, *lines[end:]]))
    try:
        tree = load_yaml("\n".join(lines[1:end]))
    except MalformedYamlError as error:
        span = Span(path=full_section.path, line=error.line + 1, column=error.column)
        return section, [unclosed, _report_front_matter(span, f"front matter: {error.message}", error.hint)]
    if not isinstance(tree, CommentedMap):
        return full_section, [unclosed]
    section, findings = _add_front_matter(section, tree)
    return section, [unclosed, *findings]


def _is_body_line(text: str, line: int) -> bool:
    """Return whether ``line`` is text after front matter that is closed only by a horizontal rule."""
    end = _find_last_yaml_line(text)
    return 0 < end < line and not text.split("\n")[end].strip()


def _find_last_yaml_line(text: str) -> int:
    """Return the number of the last line that looks like front matter, or 0 if there is none.

    After a blank line, only a known key counts, since prose may also start with a word and a colon.
    """
    first, *lines = text.split("\n")
    if first.rstrip() != "---" or not lines or not _KEY_LINE.match(lines[0]):
        return 0
    end, is_apart = 1, False
    for number, line in enumerate(lines, 2):
        if not line.strip():
            is_apart = True
            continue
        key = _KEY_LINE.match(line)
        if not ((key and (not is_apart or key[1] in _KNOWN_KEYS)) or (not is_apart and _NESTED.match(line))):
            break
        end, is_apart = number, False
    return end


def _report_front_matter(span: Span, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code="SEC002", span=span, message=message, hint=hint)


def _add_front_matter(section: SectionFile, tree: CommentedMap) -> tuple[SectionFile, list[Diagnostic]]:
    """Add the values of ``tree`` to a section. Invalid values are reported and ignored."""
    front_matter, findings = _validate_front_matter(section.path, tree)
    image_span = _locate_key(section.path, tree, ("image",), of_value=True)
    return replace(section, front_matter=front_matter, image_span=image_span), findings


def _validate_front_matter(path: str, tree: CommentedMap) -> tuple[FrontMatter, list[Diagnostic]]:
    values: dict[str, Any] = to_plain_values(tree)
    findings: list[Diagnostic] = []
    while True:
        try:
            front_matter = FrontMatter.model_validate(values)
            tag_problem = report_invalid_tag(
                front_matter.lang, _locate_key(path, tree, ("lang",), of_value=True)
            )
            return front_matter, [*findings, tag_problem] if tag_problem else findings
        except pydantic.ValidationError as error:
            problems = error.errors(include_url=False)
        for problem in problems:
            key = str(problem["loc"][0])
            if key not in values:
                continue
            span = _locate_key(path, tree, problem["loc"], of_value=problem["type"] != "extra_forbidden")
            if problem["type"] == "extra_forbidden":
                keys = _list_yaml_keys(FrontMatter if len(problem["loc"]) == 1 else SlidesFrontMatter)
                name = str(problem["loc"][-1])
                hint: str | None = suggest_key(name, set(keys), _BOOK_KEY_HINTS)
                if name in _MANIFEST_KEYS:
                    hint = "move the key to the top level of `book.yaml`"
                message = f'unknown front matter key "{_join_keys(problem["loc"])}"'
            else:
                reason, hint = explain_invalid_value(problem)
                message = f"front matter key {describe_invalid_value(_join_keys(problem['loc']), reason)}"
            findings.append(_report_front_matter(span, message, hint))
        for key in {str(problem["loc"][0]) for problem in problems}:
            values.pop(key, None)


def _join_keys(location: tuple[Any, ...]) -> str:
    """Join keys to a path such as ``slides.max``. A list item has the path of its list."""
    return ".".join(str(name) for name in location if not isinstance(name, int))


def _locate_key(path: str, tree: CommentedMap, location: tuple[Any, ...], *, of_value: bool) -> Span:
    """Return the position in the section file of a front matter key, its value or a list item."""
    line, column = locate_value(tree, location, of_key=not of_value)
    return Span(path=path, line=line + 1, column=column)


def read_text_file(project: Project, path: str) -> tuple[str, list[Diagnostic]]:
    """Return the text of a file. Report SEC003 for invalid UTF-8 and SEC008 for a merge conflict.

    Raise ``FileNotFoundError`` for a missing file or ``UnsafePathError`` for a path outside the project.
    """
    try:
        text = project.read_text(path)
    except UnicodeDecodeError as error:
        problem = explain_encoding_error(error, path)
        return problem.text, [problem.to_diagnostic(path)]
    nulls = find_null_character(text, path)
    if nulls:
        return nulls.text, [nulls.to_diagnostic(path)]
    if find_conflict(text):
        code_lines = scan_lines(text.split("\n")).hidden_lines
        if conflict := find_conflict(text, code_lines):
            return keep_first_version(text, code_lines), [conflict.to_diagnostic(path, "SEC008")]
    return text, []


PAGE_BREAK = "```{=triptych}\npagebreak\n```"
# These patterns take linear time in the length of a line, even with many unclosed marks.
_MARK = r"\{\{<((?:(?!\{\{<|>\}\}).)*)>\}\}"
_SHORTCODE = re.compile(rf"(?<!\{{){_MARK}")
_ESCAPED_SHORTCODE = re.compile(rf"\{{({_MARK})\}}")  # doubled braces escape a shortcode
_CONTENT = re.compile(r"(/?\*)?\s*([\w-]+)(.*)", re.DOTALL)
_WHOLE_LINE = re.compile(r"^[ \t]*\{\{<\s*(include|pagebreak)(.*)>\}\}[ \t]*$")
_MAX_INCLUDE_DEPTH = 8
_MAX_INCLUDED_CHARACTERS = 2_000_000  # characters of all files included in a section
_COST_OF_INCLUDE = 1_000  # characters that each include adds to this total


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of an assembled section, with its original file and line number."""

    text: str
    path: str
    number: int


@dataclass(slots=True)
class ShortcodeExpander:
    """Expands the shortcodes in sections. ``settings`` has the values of ``meta`` and ``var``."""

    project: Project
    settings: Mapping[str, Any]
    findings: list[Diagnostic] = field(default_factory=list)
    remaining_characters: int = 0

    def expand(self, path: str, text: str) -> list[SourceLine]:
        """Return the lines of a section with shortcodes replaced and files included."""
        self.remaining_characters = _MAX_INCLUDED_CHARACTERS
        lines = list(self._expand_lines(path, text, (path,)))
        return [line for line in lines if line.path == path] if self.remaining_characters < 0 else lines

    def _expand_lines(self, path: str, text: str, chain: tuple[str, ...]) -> Iterator[SourceLine]:
        lines = text.split("\n")
        code = {n for fence in scan_lines(lines).fences for n in range(fence.start, fence.end + 1)}
        for number, line in enumerate(lines, 1):
            match = _WHOLE_LINE.match(line)
            if match and match.group(1) == "include":
                yield from self._include_file(match.group(2).strip(), Span(path=path, line=number), chain)
            elif match and number not in code:
                yield from (SourceLine(part, path, number) for part in ("", *PAGE_BREAK.split("\n"), ""))
            elif number in code or "{{<" not in line:
                yield SourceLine(_ESCAPED_SHORTCODE.sub(r"\1", line), path, number)
            else:
                yield SourceLine(self._expand_line(line, path, number), path, number)

    def _include_file(self, name: str, span: Span, chain: tuple[str, ...]) -> Iterator[SourceLine]:
        name = name.strip("\"'")
        if self.remaining_characters >= 0:
            self._count_characters(_COST_OF_INCLUDE, span)
        if self.remaining_characters < 0:
            return  # reported once
        try:
            path = self.project.locate_file(name, referring_file=span.path)
            if path is None:
                hint = did_you_mean(name, self.project.list_source_files())
                hint = hint or "check the path, which is relative to the including file or to `book.yaml`"
                reason = self.project.describe_missing_file(name, referring_file=span.path)
                self._report("INC001", span, f'included file "{name}" {reason}', hint)
                return
            if path in chain:
                self._report(
                    "INC001", span, f'file "{name}" includes itself', "remove this `include` shortcode"
                )
                return
            if len(chain) > _MAX_INCLUDE_DEPTH:
                message = f"includes are nested more than {_MAX_INCLUDE_DEPTH} files deep"
                self._report("INC001", span, message, "reduce the nesting of included files")
                return
            text, findings = read_text_file(self.project, path)
            self.findings += findings
        except UnsafePathError as error:
            self._report("SEC005", span, str(error), error.hint)
            return
        head = FRONT_MATTER_BLOCK.match(text)
        self._count_characters(len(text), span)
        if self.remaining_characters < 0:
            return
        skipped = head.group().count("\n") if head else 0
        body = text[head.end() :] if head else text
        for line in self._expand_lines(path, body.removesuffix("\n"), (*chain, path)):
            yield SourceLine(line.text, line.path, line.number + (skipped if line.path == path else 0))

    def _count_characters(self, characters: int, span: Span) -> None:
        self.remaining_characters -= characters
        if self.remaining_characters < 0:
            message = (
                f"the files included in this section total more than {_MAX_INCLUDED_CHARACTERS:,} characters"
            )
            self._report("INC001", span, message, "list the files as separate chapters in `book.yaml`")

    def _expand_line(self, line: str, path: str, number: int) -> str:
        """Replace the shortcodes in a line, except in inline code."""
        parts = re.split(r"(`+[^`]*`+)", line)
        column = 1
        for index, part in enumerate(parts):
            if index % 2 == 0:
                line_offset = column

                def replace_shortcode(match: re.Match[str], line_offset: int = line_offset) -> str:
                    return self._expand_shortcode(
                        match, Span(path=path, line=number, column=line_offset + match.start())
                    )

                parts[index] = _SHORTCODE.sub(replace_shortcode, part)
            column += len(part)
        return _ESCAPED_SHORTCODE.sub(r"\1", "".join(parts))

    def _join_list(self, values: list[Any]) -> str | None:
        """Join a list of strings, or of mappings with a ``name``. Return None for other lists."""
        names = [item.get("name") if isinstance(item, Mapping) else item for item in values]
        if not names or any(isinstance(item, Mapping | list | None) for item in names):
            return None
        language = self.settings.get("lang") or get_nested_value(self.settings, "book", "lang") or "en"
        return load_labels(str(language)).listed(map(str, names))

    def _expand_shortcode(self, match: re.Match[str], span: Span) -> str:
        content = _CONTENT.match(match.group(1).strip())
        if content is None:
            return match.group()
        escaped, name, rest = content.groups()
        written_argument = rest.strip().removesuffix("*/").rstrip()
        argument = written_argument.strip("\"'")
        if escaped:
            return f"{{{{< {name} {written_argument} >}}}}"
        if name not in ("var", "meta"):
            self._report("INC002", span, *_explain_shortcode(name, rest))
            return ""
        values = self.settings.get("variables", {}) if name == "var" else self.settings
        value = get_nested_value(values, *argument.split("."))
        if value is None and name == "meta":
            value = get_nested_value(self.settings, "book", *argument.split("."))
        if isinstance(value, list):
            value = self._join_list(value)
        if value is None or isinstance(value, Mapping | list):
            self._report("INC002", span, *_explain_missing_value(name, argument, value, self.settings))
            return ""
        return str(value)

    def _report(self, code: str, span: Span, message: str, hint: str | None) -> None:
        self.findings.append(Diagnostic(code=code, span=span, message=message, hint=hint))


def _explain_shortcode(name: str, arguments: str) -> tuple[str, str]:
    """Return the message and hint for an inline shortcode other than ``var`` and ``meta``."""
    if name in ("include", "pagebreak"):
        return f'shortcode "{name}" shares its line with other text', "move the shortcode to a separate line"
    if arguments.startswith("."):  # the name of a file
        return (
            f'unknown shortcode "{name}"',
            f"write {{{{< include {name}{arguments.strip()} >}}}} to include a file",
        )
    names = ("include", "var", "meta", "pagebreak")
    return f'unknown shortcode "{name}"', did_you_mean(
        name, names
    ) or f"use one of the shortcodes {', '.join(names)}"


def _explain_missing_value(
    name: str, argument: str, value: Any, settings: Mapping[str, Any]
) -> tuple[str, str]:
    """Return the message and hint for a ``var`` or ``meta`` value that is missing, a mapping or a list."""
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


@dataclass(frozen=True, slots=True)
class SectionReader:
    """Reads section files and caches the results.

    ``settings`` has the values of shortcodes. Jinja expressions are evaluated if ``is_jinja_enabled`` is
    true.
    """

    project: Project
    settings: Mapping[str, Any]
    data: DataFolder
    language: str
    cache: Cache
    is_jinja_enabled: bool

    def read(self, entry: SectionEntry) -> tuple[SectionFile | None, list[Diagnostic]]:
        """Read a section file. On failure, return None and a finding at its entry in the manifest.

        If the file is not UTF-8, the encoding is guessed, so that the ids in the file are known.
        """

        def report(code: str, message: str, hint: str | None = None) -> tuple[None, list[Diagnostic]]:
            return None, [Diagnostic(code=code, span=entry.span, message=message, hint=hint)]

        try:
            path = self.project.locate_file(entry.path)
            if path is None:
                hint = did_you_mean(entry.path, self.project.list_source_files("*.md"))
                if self.project.has_file(entry.path):
                    inner = entry.path.removeprefix(f"{PurePosixPath(MANIFEST).parent}/")
                    move = f'move "{entry.path}" into the folder that contains `book.yaml`'
                    hint = move if inner == entry.path else f'write "{inner}", without the folder'
                files = [word for word in entry.path.split() if word != "-"]
                if len(files) > 1 and all(file.endswith(".md") for file in files):
                    hint = "list each file on a separate line that starts with `- `, all indented alike"
                hint = hint or "check the path; it is relative to the folder that contains `book.yaml`"
                reason = self.project.describe_missing_file(entry.path)
                return report("SEC001", f'section file "{entry.path}" {reason}', hint)
            text, findings = read_text_file(self.project, path)
        except UnsafePathError as error:
            return report("SEC005", str(error), error.hint)
        task = Task.for_step(
            OPENED_SECTION,
            path,
            path=path,  # used for positions
            text=text,
            settings=json.dumps(self.settings, sort_keys=True),
            data=repr(self.data.notation),
            language=self.language,
            expressions=str(self.is_jinja_enabled),
        )
        cached_result: tuple[SectionFile, list[Diagnostic]] = cache_by_files(
            self.project,
            self.cache,
            task,
            lambda: self._read_uncached(path, text),
            lambda cached_result: not has_errors(cached_result[1]),
            tuple[SectionFile, list[Diagnostic]],
        )
        section, problems = cached_result
        return section, [*findings, *problems]

    def _read_uncached(self, path: str, text: str) -> tuple[SectionFile, list[Diagnostic]]:
        section, findings = split_section(path, text)
        section = self._expand_shortcodes(section, findings)
        section = self._evaluate_expressions(section, findings) if self.is_jinja_enabled else section
        body, problems = convert_code_cells(section.path, section.body)
        return replace(section, body=body), findings + [
            map_finding_to_source(problem, section) for problem in problems
        ]

    def _expand_shortcodes(self, section: SectionFile, findings: list[Diagnostic]) -> SectionFile:
        if "{{<" not in section.body:
            return section
        lines = ShortcodeExpander(self.project, self.settings, findings).expand(section.path, section.body)
        places = tuple((line.path, line.number) for line in lines)
        return replace(section, body="\n".join(line.text for line in lines), lines=places)

    def _evaluate_expressions(self, section: SectionFile, findings: list[Diagnostic]) -> SectionFile:
        data = self.data.copy_for_section()
        rendered = ValueRenderer(data, self.language).render(section.path, section.body)
        findings += [
            *data.findings,
            *(map_finding_to_source(problem, section) for problem in rendered.findings),
        ]
        lines = section.lines
        if rendered.lines is not None:
            lines = tuple(
                section.lines[n - 1] if section.lines else (section.path, n) for n in rendered.lines
            )
        return replace(section, body=rendered.text, lines=lines)


def map_finding_to_source(finding: Diagnostic, section: SectionFile) -> Diagnostic:
    """Map the position of a finding in the assembled body of a section to the source file."""
    if finding.span is None or section.lines is None or finding.span.path != section.path:
        return finding
    path, line = section.lines[min(finding.span.line, len(section.lines)) - 1]
    return replace(finding, span=replace(finding.span, path=path, line=line))


T = TypeVar("T")

_FILES = dict[str, str | None]  # digests by path; None for a file that does not exist


def cache_by_files(
    project: Project,
    cache: Cache,
    task: Task[Any],
    compute: Callable[[], T],
    is_cacheable: Callable[[T], bool],
    shape: Any,
) -> T:
    """Return the result of a task that reads files, from the cache if the files are unchanged.

    ``compute`` computes the result. It is cached with the digests of the files that were read, unless
    ``is_cacheable`` rejects it or a folder was listed. ``shape`` is the result's type (``store/shapes.py``).
    """
    stored: tuple[T, dict[str, str | None]] | None = cache.get(task, GenericAlias(tuple, (shape, _FILES)))
    if stored is not None and all(project.get_digest(path) == state for path, state in stored[1].items()):
        return stored[0]
    with project.record_reads() as paths_read:
        result = compute()
    if ANY_FILE not in paths_read and is_cacheable(result):
        cache.put(task, (result, {path: project.get_digest(path) for path in sorted(paths_read)}))
    return result


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A section as listed in the manifest."""

    path: str
    matter: Matter
    part: Part | None
    span: Span
