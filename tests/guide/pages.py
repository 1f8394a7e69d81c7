"""Parse a page of the guide into the blocks that its test runs.

HTML comments, which no output shows, describe blocks. Each comment is a separate paragraph. These belong
to the code block after them:

- ``<!-- file: my-brief/source/solar.md -->``: the block is written to this file; ``<!-- append: PATH -->``
  adds it to the end of a file; ``<!-- replace in: PATH -->`` replaces the ``-`` lines of a ``diff`` block by
  its ``+`` lines, and requires the other lines to be in the file.
- ``<!-- shows: PATH -->``: the block is what the file contains; ``…`` stands for anything, as below.
- ``<!-- theme -->``, ``<!-- front matter -->``, ``<!-- catalogue -->``, ``<!-- glossary -->``: the kind of
  YAML. Without a comment, it is a manifest or a part of one.
- ``<!-- for snippets -->``: these keys of a manifest also apply to the book of snippets.
- ``<!-- finding: LNT015 -->``: building the Markdown or YAML reports exactly this code, or these, separated
  by commas.
- ``<!-- fails: 1 -->``: the exit code of the last command in a ``console`` block.
- ``<!-- not run: REASON -->``: the block is not tested.
- ``<!-- tested in: tests/test_codes.py -->``: another test covers the block. At the top of a page, before any
  other block, it covers all code of the page.

A ``markdown`` block without a comment is a snippet: all snippets of a page become chapters of one book, which
is built into ``snippets.pdf``, ``snippets.epub`` and ``snippets.pptx`` and must have no finding. A bibliography
(``*.bib``) and a ``glossary.yaml`` that the page has written belong to that book. In a ``console`` block, lines
that start with ``$ `` are commands, and the lines after a command are its output: a line ``…`` stands for any
lines, and ``…`` within a line for any text. Where no output follows, none is compared.

These have no code block, and take effect at their position:

- ``<!-- result: PLACE contains "TEXT" -->``: PLACE is a file, ``page 2 of x.pdf``, ``slide 3 of x.pptx``,
  ``notes of slide 3 of x.pptx`` or ``chapter 2 of x.epub`` (or ``.pdf`` or ``.pptx``: all its pages or slides);
  also ``does not contain``, ``exists``, ``does not exist``, and ``has 12 pages`` (slides, chapters).
- ``<!-- copy: images/harbour.jpg to my-brief/source/harbour.jpg -->``: copies a file of the guide's source.
- ``<!-- run: triptych new my-report -->``: runs a command that the page does not show.

And before an image: ``<!-- picture: page 3 of my-brief/build/my-brief.pdf, crop 0,0,100%,45% -->``, which
``scripts/draw_guide_pictures.py`` draws; ``pictures.py`` has its options.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
_WITH_VALUE = ("file", "append", "replace in", "shows", "finding", "fails", "not run", "tested in")
_YAML_KINDS = ("theme", "front matter", "catalogue", "glossary")
_OF_BLOCK = {*_WITH_VALUE, *_YAML_KINDS, "for snippets"}
_ALONE = {"result", "copy", "run"}
_OF_IMAGE = {"picture"}
_WITHOUT_VALUE = {*_YAML_KINDS, "for snippets"}
_WRITES = ("file", "append", "replace in", "shows")
_DIAGRAMS = ("mermaid", "dot")  # drawn when the guide is read, which ``test_links.py`` does
_COVERS = (*_WRITES, "not run", "tested in")


class PageError(Exception):
    """Raised for a mistake in a page of the guide, or a wrong claim; the message begins with its position."""


@dataclass(frozen=True, slots=True)
class Comment:
    """An instruction to the test: ``<!-- key: value -->``."""

    key: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """A code block; ``line`` is that of its first line of code."""

    language: str
    text: str
    line: int
    comments: tuple[Comment, ...] = ()

    def value(self, key: str) -> str | None:
        """Return the value of a comment, "" for one without a value, or None if there is no such comment."""
        return next((comment.value for comment in self.comments if comment.key == key), None)

    @property
    def yaml_kind(self) -> str:
        """Return the kind of YAML according to the comments."""
        return next((kind for kind in _YAML_KINDS if self.value(kind) is not None), "manifest")

    @property
    def is_snippet(self) -> bool:
        """Return whether this is Markdown for the book of snippets."""
        return self.language == "markdown" and not self.comments


@dataclass(frozen=True, slots=True)
class PageImage:
    """An image of the page, with the comment that says how it is drawn."""

    path: str
    alt: str
    line: int
    picture: str = ""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of the page, as written."""

    target: str
    line: int


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of a page that can be tested, in reading order."""

    path: str
    title: str
    steps: tuple[Block | Comment | PageImage, ...] = ()
    images: tuple[PageImage, ...] = ()
    links: tuple[PageLink, ...] = ()
    headings: tuple[str, ...] = ()
    codes: tuple[tuple[str, int], ...] = ()
    """Text in backticks, with its line."""
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    """All code blocks, including those that are not run."""

    def place(self, line: int) -> str:
        """Return a line of the page in the form that errors use."""
        return f"{self.path}:{line}"

    def snippets(self) -> list[Block]:
        """Return the Markdown blocks of the book of snippets."""
        return [step for step in self.steps if isinstance(step, Block) and step.is_snippet]


def parse_page(path: str, text: str) -> Page:
    """Parse a page. Raise PageError for unknown or misplaced comments and for blocks that are not tested."""
    return _Parser(path).parse(text)


class _Parser:
    def __init__(self, path: str) -> None:
        self._path = path
        self._pending: list[Comment] = []
        self._page_is_covered = False
        self._steps: list[Block | Comment | PageImage] = []
        self._blocks: list[Block] = []
        self._images: list[PageImage] = []
        self._links: list[PageLink] = []
        self._headings: list[str] = []
        self._codes: list[tuple[str, int]] = []

    def parse(self, text: str) -> Page:
        markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
        tokens = markdown.parse(_FRONT_MATTER.sub(lambda block: "\n" * block.group().count("\n"), text))
        line = 1
        for place, token in enumerate(tokens):
            line = token.map[0] + 1 if token.map else line
            if token.type == "html_block":
                self._take_comments(token.content, line)
            elif token.type in ("fence", "code_block"):
                self._take_block(token, line)
            elif token.type == "inline":
                is_heading = tokens[place - 1].type == "heading_open"
                self._take_inlines(token, line, is_heading=is_heading)
        self._refuse_pending()
        title = self._headings[0] if self._headings else ""
        return Page(
            self._path,
            title,
            tuple(self._steps),
            tuple(self._images),
            tuple(self._links),
            tuple(self._headings),
            tuple(self._codes),
            tuple(self._blocks),
        )

    def _error(self, line: int, message: str) -> PageError:
        return PageError(f"{self._path}:{line}: {message}")

    def _take_comments(self, html: str, line: int) -> None:
        if _COMMENT.sub("", html).strip():
            raise self._error(line, "raw HTML; only comments are allowed")
        for result in _COMMENT.finditer(html):
            self._take_comment(result.group(1), line + html.count("\n", 0, result.start()))

    def _take_comment(self, text: str, line: int) -> None:
        key, colon, value = (" ".join(part.split()) for part in text.partition(":"))
        if key not in _OF_BLOCK | _ALONE | _OF_IMAGE:
            raise self._error(line, f'unknown comment "{key}"')
        if key in _WITHOUT_VALUE and colon:
            raise self._error(line, f'the comment "{key}" has no value')
        if key not in _WITHOUT_VALUE and not value:
            raise self._error(line, f'the comment "{key}" needs a value')
        comment = Comment(key, value, line)
        if key in _ALONE:
            self._refuse_pending()
            self._steps.append(comment)
        elif key == "tested in" and not self._blocks and not self._steps:
            self._page_is_covered = True
            self._steps.append(comment)
        else:
            self._pending.append(comment)

    def _refuse_pending(self) -> None:
        for comment in self._pending:
            what = "image" if comment.key in _OF_IMAGE else "code block"
            raise self._error(comment.line, f'the comment "{comment.key}" is not followed by {_a(what)}')

    def _take_block(self, token: Token, line: int) -> None:
        language = token.info.split()[0] if token.info.split() else ""
        block = Block(language, token.content, line + (token.type == "fence"), tuple(self._pending))
        self._pending.clear()
        self._blocks.append(block)
        for comment in block.comments:
            if comment.key in _OF_IMAGE:
                raise self._error(comment.line, f'the comment "{comment.key}" is not followed by an image')
        if not self._page_is_covered:
            self._check_is_tested(block)
        self._steps.append(block)

    def _check_is_tested(self, block: Block) -> None:
        if block.value("replace in") is not None and block.language != "diff":
            raise self._error(block.line, '"replace in" needs a block in the language `diff`')
        if any(block.value(key) is not None for key in _COVERS):
            return
        if block.value("fails") is not None and block.language != "console":
            raise self._error(block.line, '"fails" needs a block in the language `console`')
        kinds = [comment for comment in block.comments if comment.key in _WITHOUT_VALUE]
        if kinds and block.language != "yaml":
            raise self._error(block.line, f'"{kinds[0].key}" needs a block in the language `yaml`')
        if block.language not in ("markdown", "yaml", "console", *_DIAGRAMS):
            name = f"`{block.language}`" if block.language else "no language"
            raise self._error(
                block.line, f'a block in {name} is not tested; add "file:", "shows:" or "not run: reason"'
            )

    def _take_inlines(self, token: Token, line: int, *, is_heading: bool) -> None:
        children = token.children or []
        pictures = [comment for comment in self._pending if comment.key in _OF_IMAGE]
        text = token.content.strip()
        if pictures and len(children) == 1 and children[0].type == "image":
            self._pending = [comment for comment in self._pending if comment.key not in _OF_IMAGE]
        else:
            pictures = []
        self._refuse_pending()
        if is_heading:
            self._headings.append(_plain(children))
        for child in _walk(children):
            if child.type == "html_inline" and child.content != "<br>":  # escaped for table cells
                raise self._error(line, f'put "{child.content}" into a paragraph of its own')
            if child.type == "image":
                source = str(child.attrs["src"])
                picture = pictures[0].value if pictures else ""
                image = PageImage(source, child.content, line, picture)
                self._images.append(image)
                self._steps.append(image)
            elif child.type == "link_open":
                target = str(child.attrs["href"])
                self._links.append(PageLink(target, line + _line_of(text, target)))
            elif child.type == "code_inline":
                self._codes.append((child.content, line + _line_of(text, child.content)))


def _line_of(text: str, part: str) -> int:
    """Return how many lines of a paragraph precede a part of it, or 0 if it is not found."""
    return text.count("\n", 0, max(text.find(part), 0))


def _walk(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or [])


def _plain(tokens: list[Token]) -> str:
    """Return the text of a heading without markup."""
    return "".join(token.content for token in tokens if token.type in ("text", "code_inline", "softbreak"))


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
