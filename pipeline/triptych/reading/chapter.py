"""One section file, parsed → a chapter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from triptych.diagnostics import Diagnostic, Span
from triptych.model.book import Chapter, Matter, Part, Role, Talk
from triptych.model.nodes import (
    OVERVIEW,
    Attr,
    Block,
    BulletList,
    Heading,
    Image,
    Inline,
    ListItem,
    Paragraph,
    Slide,
    Text,
)
from triptych.model.walk import plain_text, rewrite, walk_all
from triptych.reading.front_matter import Section
from triptych.reading.locate import Locator
from triptych.reading.pandoc import Json
from triptych.reading.syntax.blocks import BlockReader
from triptych.settings.names import bare_letters

UNNUMBERED_ROLES = frozenset(Role) - {Role.NONE, Role.INTRODUCTION, Role.CONCLUSION}


@dataclass(frozen=True, slots=True)
class Entry:
    """A section as the manifest lists it."""

    path: str
    matter: Matter
    part: Part | None
    span: Span


@dataclass(frozen=True, slots=True)
class ChapterMaker:
    """Makes the chapter of one section; what is found gathers with the reader of its ``blocks``."""

    entry: Entry
    section: Section
    blocks: BlockReader

    def make(self, trees: dict[str, Json]) -> Chapter:
        """The chapter from the pandoc trees of its body and of the texts in its front matter."""
        front = self.section.front_matter
        title, summary = self._text(trees, "title"), self._text(trees, "summary")
        takeaways = self._texts(trees, "takeaway", len(front.takeaways))
        blocks = self.blocks.read(trees.get("body", {"c": []})["c"])
        title_attr = Attr()
        span = Span(path=self.section.path)
        first = blocks[0] if blocks else None
        if isinstance(first, Heading) and first.level == 1:
            if not title:
                title = first.content
            if _same_words(title, first.content):
                title_attr, span, blocks = first.attr, first.span or span, blocks[1:]
            elif not any(isinstance(block, Heading) and block.level == 1 for block in blocks[1:]):
                self.blocks.inlines.found.append(_two_titles(title, first))
        self.blocks.inlines.found.extend(_late_titles(blocks))
        stem = PurePosixPath(self.section.path).stem
        return Chapter(
            id=front.id or title_attr.id,
            slug=_ascii_slug(front.id or title_attr.id or stem),
            source=self.section.path,
            title=title or (Text(text=stem.replace("-", " ").replace("_", " ").strip().capitalize()),),
            blocks=(*self._overview(trees), *_lowered(blocks)),
            matter=self.entry.matter,
            role=front.role,
            numbered=not (front.unnumbered or title_attr.has("unnumbered") or front.role in UNNUMBERED_ROLES),
            part=self.entry.part,
            summary=summary,
            takeaways=takeaways,
            image=opener_image(front.image, front.image_alt, Span(path=self.section.path)),
            language=front.lang,
            talk=Talk(front.slides.mode, front.slides.max or 0),
            span=span,
        )

    def _overview(self, trees: dict[str, Json]) -> Iterator[Slide]:
        """The slide of the points that front matter names."""
        points = self._texts(trees, "point", len(self.section.front_matter.slides.points))
        items = tuple(ListItem(content=(Paragraph(content=point, tight=True),)) for point in points)
        if items:
            attr = Attr(classes=("slide", OVERVIEW))
            span = Span(path=self.section.path)
            yield Slide(title=(), content=(BulletList(items=items),), attr=attr, span=span)

    def _texts(self, trees: dict[str, Json], name: str, count: int) -> tuple[tuple[Inline, ...], ...]:
        return tuple(self._text(trees, f"{name}-{number}") for number in range(count))

    def _text(self, trees: dict[str, Json], name: str) -> tuple[Inline, ...]:
        """A text of the front matter, which went through pandoc as a heading."""
        locator = Locator(self.section.path, self.section.text)
        away = replace(self.blocks.inlines, locator=locator)
        lines = filter(None, (_line(node) for node in trees.get(name, {"c": []})["c"]))
        return tuple(away.read([inline for line in lines for inline in (*line, {"t": "Space"})][:-1]))


def opener_image(source: str, alt: str, span: Span) -> tuple[Image, ...]:
    """The picture that fills an opener, or none. Without words for it, it is decoration."""
    classes = ("book-only",) if alt else ("book-only", "decorative")
    return (Image(source=source, alt=alt, attr=Attr(classes=classes), span=span),) if source else ()


def _same_words(one: tuple[Inline, ...], other: tuple[Inline, ...]) -> bool:
    return plain_text(one).split() == plain_text(other).split()


def _two_titles(title: tuple[Inline, ...], heading: Heading) -> Diagnostic:
    message = f'the chapter has two titles: this heading, and "{plain_text(title)}" in the front matter'
    hint = "delete one of the two titles, or use `##` for a section heading"
    return Diagnostic(code="LNT019", span=heading.span, message=message, hint=hint)


def _late_titles(blocks: tuple[Block, ...]) -> Iterator[Diagnostic]:
    """LNT019 for the first heading of level 1 that follows sections: it moves all of them a level down."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    first = next((place for place, heading in enumerate(headings) if heading.level == 1), 0)
    if first:
        heading = headings[first]
        message = (
            f'the level-1 heading "{plain_text(heading.content)}" follows lower-level headings; '
            "all headings in the chapter were demoted by one level"
        )
        hint = "use `##` for a section heading, or move this section to a separate file"
        yield Diagnostic(code="LNT019", span=heading.span, message=message, hint=hint)


def _line(node: Json) -> list[Json]:
    """The inlines of what a line became: a heading, and with raw tags in it other blocks as well."""
    match node["t"]:
        case "Header":
            inlines: list[Json] = node["c"][2]
            return inlines
        case "Para" | "Plain":  # what has a script in it is no heading to pandoc
            return list(node["c"][2:] if node["c"][:1] == [{"t": "Str", "c": "#"}] else node["c"])
        case "RawBlock":
            return [{"t": "RawInline", "c": node["c"]}]
    return []


def _lowered(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Headings a level down where the text has further headings of level 1, which is the chapter's own."""
    told = tuple(block for block in blocks if not isinstance(block, Slide))
    if not any(isinstance(node, Heading) and node.level == 1 for node in walk_all(told)):
        return blocks

    def lower(node: Any) -> Any:
        return replace(node, level=min(node.level + 1, 6)) if isinstance(node, Heading) else node

    return tuple(block if isinstance(block, Slide) else rewrite(block, lower) for block in blocks)


def _ascii_slug(name: str) -> str:
    bare = bare_letters(name.removeprefix("sec-").lower())
    return re.sub(r"[^a-z0-9_-]+", "-", bare).strip("-") or "section"
