"""The YAML block at the head of a section file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pydantic
from pydantic import ConfigDict
from ruamel.yaml.comments import CommentedMap

from triptych.diagnostics import Diagnostic, Span
from triptych.languages.language_tags import tag_problem
from triptych.model.book import Role, Telling
from triptych.settings.problems import about_value, explain_key, explain_value
from triptych.settings.values import Texts
from triptych.yaml_text import MalformedYaml, load_yaml, place_in, plain, report_curly_quotes

BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_KEY_LINE = re.compile(r"([A-Za-z][\w-]*):(?:\s|$)")
_NESTED = re.compile(r"[ \t]+\S|- |#(?!#* \S)")  # or a list, or a comment that is no heading


_IN_BOOK = dict.fromkeys(
    "author authors date subtitle publisher description keywords rights".split(), "`book:` in `book.yaml`"
)
_IN_MANIFEST = frozenset("bibliography csl format theme talk glossary jinja math".split())


class SlidesInFrontMatter(pydantic.BaseModel):
    """The ``slides:`` section. Texts are Markdown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Telling = Telling.AUTO
    """Slides of the chapter: auto for charts, tables and figures, explicit for marked or written slides only,
    or none. Default: auto. Example: `explicit`.
    """
    points: Texts = ()
    """Bullet points of the chapter's first slide, in Markdown. Default: the takeaways. Example: `[Solar power
    grew, Wind power grew faster]`.
    """
    max: int | None = pydantic.Field(default=None, ge=1)
    """Maximum number of automatic slides; further ones are hidden. Default: `max-per-chapter` of the deck.
    Example: `12`.
    """


class FrontMatter(pydantic.BaseModel):
    """The front matter of a section file. Texts are Markdown; editors show the description of each field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    """Title of the chapter, in Markdown. Default: the first heading of the file. Example: `Solar power`."""
    # Editors mean ASCII where Python means all letters, so what they check is wider.
    id: str = pydantic.Field(
        default="", pattern=r"^[A-Za-z][\w.-]*$|^$", json_schema_extra={"pattern": r"^([A-Za-z]\S*)?$"}
    )
    """Id for cross-references. Default: made from the file name. Example: `sec-energy`."""
    summary: str = ""
    """One or two sentences below the title, in Markdown. Example: `Capacity doubled twice in ten years.`."""
    takeaways: Texts = ()
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
    """Leave out the chapter number; unnumbered chapters before the first numbered one are front matter,
    or, in a book without numbers, those with a role such as dedication or preface. Default: false.
    Example: `true`.
    """
    role: Role = Role.NONE
    """Role of the chapter in the book, from the EPUB vocabulary. Default: none. Example: `preface`,
    `dedication`.
    """
    slides: SlidesInFrontMatter = SlidesInFrontMatter()
    """Slides that the deck shows of the chapter. Example: `{mode: explicit}`, `{max: 12}`."""


def _keys(model: type[pydantic.BaseModel]) -> list[str]:
    """The names of a mapping's fields in YAML."""
    return [field.alias or name for name, field in model.model_fields.items()]


_KEY_NAME = re.compile(r"[a-z][\w-]*")  # what is surely meant as a key; words of a sentence are not
_KNOWN = frozenset((*_keys(FrontMatter), *_IN_BOOK, *_IN_MANIFEST))


@dataclass(frozen=True, slots=True)
class Section:
    """A section file in its two halves.

    ``body`` keeps the line count of the file: the front matter is blanked, so that places in it are
    places in the file. Where text was put in, ``lines`` says for each line of the body which line of
    which file it came from.
    """

    path: str
    text: str
    front_matter: FrontMatter
    body: str
    lines: tuple[tuple[str, int], ...] | None = None


def split(path: str, text: str) -> tuple[Section, list[Diagnostic]]:
    """A section's text → front matter and body. Broken front matter is reported and left out."""
    whole = Section(path, text, FrontMatter(), text)
    block = BLOCK.match(text)
    if block is None:
        return _split_unclosed(whole)
    section = _without_block(whole, block)
    try:
        tree = load_yaml(block.group(1))
    except MalformedYaml as error:
        if _is_in_text(text, error.line + 1):
            return _split_unclosed(whole)
        span = Span(path=path, line=error.line + 1, column=error.column)
        return section, [_wrong(span, f"front matter: {error.message}", error.hint)]
    if isinstance(tree, str) and block.group(1).startswith("\n"):
        return whole, []  # text between two rules
    if tree in (None, ""):
        return section, []
    if not isinstance(tree, CommentedMap):
        return section, [_wrong(Span(path=path), "front matter must be a mapping (`key: value`)")]
    unknown = next((key for key in tree if key not in _KNOWN and not _KEY_NAME.fullmatch(str(key))), None)
    if unknown is not None and _is_in_text(text, _place(path, tree, (unknown,), of_value=False).line):
        return _split_unclosed(whole)
    front_matter, found = _validate(path, tree)
    found += report_curly_quotes(block.group(1), path, lines_before=1)
    return replace(section, front_matter=front_matter), found


def _without_block(whole: Section, block: re.Match[str]) -> Section:
    """Return a section whose body has empty lines in place of its front matter."""
    return replace(whole, body="\n" * block.group(0).count("\n") + whole.text[block.end() :])


def _split_unclosed(whole: Section) -> tuple[Section, list[Diagnostic]]:
    """Report front matter that is not closed, and read the lines that look like YAML as if it were.

    Without its front matter, the section would have findings about YAML that is not meant as text.
    """
    end = _last_line_of_yaml(whole.text)
    if not end:
        return whole, []
    hint = f"add a line of three hyphens (`---`) after line {end}"
    unclosed = _wrong(Span(path=whole.path), "the front matter is not closed", hint)
    lines = whole.text.split("\n")
    section = replace(whole, body="\n".join([*[""] * end, *lines[end:]]))
    try:
        tree = load_yaml("\n".join(lines[1:end]))
    except MalformedYaml as error:
        span = Span(path=whole.path, line=error.line + 1, column=error.column)
        return section, [unclosed, _wrong(span, f"front matter: {error.message}", error.hint)]
    if not isinstance(tree, CommentedMap):
        return whole, [unclosed]
    front_matter, found = _validate(whole.path, tree)
    return replace(section, front_matter=front_matter), [unclosed, *found]


def _is_in_text(text: str, line: int) -> bool:
    """Whether a line belongs to the text after unclosed front matter, which a rule seems to close."""
    end = _last_line_of_yaml(text)
    return 0 < end < line and not text.split("\n")[end].strip()


def _last_line_of_yaml(text: str) -> int:
    """Return the last line that looks like front matter, counted from 1; 0 if a text does not begin with any.

    After an empty line only a known key does: prose may begin with a word and a colon.
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
        if not ((key and (not is_apart or key[1] in _KNOWN)) or (not is_apart and _NESTED.match(line))):
            break
        end, is_apart = number, False
    return end


def _wrong(span: Span, message: str, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code="SEC002", span=span, message=message, hint=hint)


def _validate(path: str, tree: CommentedMap) -> tuple[FrontMatter, list[Diagnostic]]:
    values: dict[str, Any] = plain(tree)
    found: list[Diagnostic] = []
    while True:
        try:
            front_matter = FrontMatter.model_validate(values)
            wrong = tag_problem(front_matter.lang, _place(path, tree, ("lang",), of_value=True))
            return front_matter, [*found, wrong] if wrong else found
        except pydantic.ValidationError as error:
            problems = error.errors(include_url=False)
        for problem in problems:
            key = str(problem["loc"][0])
            if key not in values:
                continue
            span = _place(path, tree, problem["loc"], of_value=problem["type"] != "extra_forbidden")
            if problem["type"] == "extra_forbidden":
                keys = _keys(FrontMatter if len(problem["loc"]) == 1 else SlidesInFrontMatter)
                name = str(problem["loc"][-1])
                hint: str | None = explain_key(name, set(keys), _IN_BOOK)
                if name in _IN_MANIFEST:
                    hint = "move the key to the top level of `book.yaml`"
                message = f'unknown front matter key "{_dotted(problem["loc"])}"'
            else:
                reason, hint = explain_value(problem)
                message = f"front matter {about_value(_dotted(problem['loc']), reason)}"
            found.append(_wrong(span, message, hint))
        for key in {str(problem["loc"][0]) for problem in problems}:
            values.pop(key, None)


def _dotted(location: tuple[Any, ...]) -> str:
    """``slides.max`` for a key within a section; an item of a list goes by the list's name."""
    return ".".join(str(name) for name in location if not isinstance(name, int))


def _place(path: str, tree: CommentedMap, location: tuple[Any, ...], *, of_value: bool) -> Span:
    """Where a key or its value stands, an item of a list where one is named; the block starts at line 2."""
    line, column = place_in(tree, location, of_key=not of_value)
    return Span(path=path, line=line + 1, column=column)
