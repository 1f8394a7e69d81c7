"""Convert a section parsed by pandoc to a chapter, and cache the result."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from triptych.charts.reader import ChartReader
from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic, Span, has_errors
from triptych.engine.cache import Cache
from triptych.engine.tasks import SECTION, Task
from triptych.model.book import Chapter, Role, SlideSettings
from triptych.model.nodes import (
    OVERVIEW,
    Attr,
    Block,
    BulletList,
    Equation,
    Heading,
    Image,
    Inline,
    ListItem,
    Math,
    Paragraph,
    Slide,
    Table,
    Text,
    Theorem,
    TheoremKind,
)
from triptych.model.walk import chapter_nodes, plain_text, rewrite, rewrite_chapter, walk_all
from triptych.project import Project
from triptych.reading.bibliography import Bibliography
from triptych.reading.diagrams import make_draw_function
from triptych.reading.locator import Locator
from triptych.reading.pandoc import Json, TextGroup
from triptych.reading.pictures import PictureFinder
from triptych.reading.sections import SectionEntry, SectionFile, cache_by_files
from triptych.reading.syntax.blocks import BlockReader
from triptych.reading.syntax.divs import make_block_reader, make_inline_reader
from triptych.reading.syntax.tables import report_large_tables
from triptych.settings.values import strip_accents
from triptych.theme.theme import Theme, make_theme_key

UNNUMBERED_ROLES = frozenset(Role) - {Role.NONE, Role.INTRODUCTION, Role.CONCLUSION}


@dataclass(frozen=True, slots=True)
class ChapterBuilder:
    """Builds the chapter of one section. Findings are appended to those of the block reader ``blocks``."""

    entry: SectionEntry
    section: SectionFile
    blocks: BlockReader

    def build(self, trees: dict[str, Json]) -> Chapter:
        """Build the chapter from ``trees``, the pandoc trees of the front matter texts and the body."""
        front = self.section.front_matter
        title, summary = self._read_text(trees, "title"), self._read_text(trees, "summary")
        takeaways = self._read_texts(trees, "takeaway", len(front.takeaways))
        blocks = self.blocks.read(trees.get("body", {"c": []})["c"])
        title_attr = Attr()
        span = Span(path=self.section.path)
        first = blocks[0] if blocks else None
        if isinstance(first, Heading) and first.level == 1:
            if not title:
                title = first.content
            if plain_text(title).split() == plain_text(first.content).split():
                title_attr, span, blocks = first.attr, first.span or span, blocks[1:]
            elif not any(isinstance(block, Heading) and block.level == 1 for block in blocks[1:]):
                self.blocks.inlines.found.append(_report_two_titles(title, first))
        self.blocks.inlines.found.extend(_report_late_top_headings(blocks))
        self.blocks.inlines.found.extend(_report_end_marks_outside_proofs(blocks))
        stem = PurePosixPath(self.section.path).stem
        return Chapter(
            id=front.id or title_attr.id,
            slug=_make_ascii_slug(front.id or title_attr.id or stem),
            source=self.section.path,
            title=title or (Text(text=stem.replace("-", " ").replace("_", " ").strip().capitalize()),),
            blocks=(*self._make_overview_slide(trees), *_demote_headings(blocks)),
            matter=self.entry.matter,
            role=front.role,
            numbered=not (front.unnumbered or title_attr.has("unnumbered") or front.role in UNNUMBERED_ROLES),
            part=self.entry.part,
            summary=summary,
            takeaways=takeaways,
            image=make_opener_image(front.image, front.image_alt, self.section.image_span),
            language=front.lang,
            slide_settings=SlideSettings(front.slides.mode, front.slides.max or 0),
            span=span,
        )

    def _make_overview_slide(self, trees: dict[str, Json]) -> Iterator[Slide]:
        """Yield a slide with the bullet points from the front matter, if there are any."""
        points = self._read_texts(trees, "point", len(self.section.front_matter.slides.points))
        items = tuple(ListItem(content=(Paragraph(content=point, tight=True),)) for point in points)
        if items:
            attr = Attr(classes=("slide", OVERVIEW))
            span = Span(path=self.section.path)
            yield Slide(title=(), content=(BulletList(items=items),), attr=attr, span=span)

    def _read_texts(self, trees: dict[str, Json], name: str, count: int) -> tuple[tuple[Inline, ...], ...]:
        return tuple(self._read_text(trees, f"{name}-{number}") for number in range(count))

    def _read_text(self, trees: dict[str, Json], name: str) -> tuple[Inline, ...]:
        """Convert a front matter text, parsed by pandoc as a heading, to inlines."""
        locator = Locator(self.section.path, self.section.text)
        reader = replace(self.blocks.inlines, locator=locator)
        lines = filter(None, (_get_heading_inlines(node) for node in trees.get(name, {"c": []})["c"]))
        return tuple(reader.read([inline for line in lines for inline in (*line, {"t": "Space"})][:-1]))


def make_opener_image(source: str, alt: str, span: Span | None) -> tuple[Image, ...]:
    """Return the image of an opening page, or () without one. Without alt text, it is decorative."""
    classes = ("book-only",) if alt else ("book-only", "decorative")
    return (Image(source=source, alt=alt, attr=Attr(classes=classes), span=span),) if source else ()


def _report_two_titles(title: tuple[Inline, ...], heading: Heading) -> Diagnostic:
    message = f'the chapter has two titles: this heading, and "{plain_text(title)}" in the front matter'
    hint = "delete one of the two titles, or use `##` for a section heading"
    return Diagnostic(code="LNT019", span=heading.span, message=message, hint=hint)


def _report_end_marks_outside_proofs(blocks: tuple[Block, ...]) -> Iterator[Diagnostic]:
    r"""Report MTH005 for each formula with ``\qedhere`` outside proofs, which alone have an end mark."""
    in_proofs: set[int] = set()
    for node in walk_all(blocks):
        if isinstance(node, Theorem) and node.kind is TheoremKind.PROOF:
            in_proofs |= {id(inner) for inner in walk_all(node.content)}
        if isinstance(node, Math | Equation) and r"\qedhere" in node.tex and id(node) not in in_proofs:
            message = r"`\qedhere` has no effect outside a proof"
            hint = r"put the proof in a `.proof` div, or write `\qed`"
            yield Diagnostic(code="MTH005", span=node.span, message=message, hint=hint)


def _report_late_top_headings(blocks: tuple[Block, ...]) -> Iterator[Diagnostic]:
    """Report LNT019 for a level-1 heading after lower-level headings, which causes all to be demoted."""
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


def _get_heading_inlines(node: Json) -> list[Json]:
    """Return a heading's inlines. Pandoc parses raw HTML tags in a heading as separate blocks."""
    match node["t"]:
        case "Header":
            inlines: list[Json] = node["c"][2]
            return inlines
        case "Para" | "Plain":  # pandoc does not parse a heading with a script element
            return list(node["c"][2:] if node["c"][:1] == [{"t": "Str", "c": "#"}] else node["c"])
        case "RawBlock":
            return [{"t": "RawInline", "c": node["c"]}]
    return []


def _demote_headings(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Demote all headings by one level if the body contains a level-1 heading."""
    prose = tuple(block for block in blocks if not isinstance(block, Slide))
    if not any(isinstance(node, Heading) and node.level == 1 for node in walk_all(prose)):
        return blocks

    def demote_heading(node: Any) -> Any:
        return replace(node, level=min(node.level + 1, 6)) if isinstance(node, Heading) else node

    return tuple(block if isinstance(block, Slide) else rewrite(block, demote_heading) for block in blocks)


def _make_ascii_slug(name: str) -> str:
    plain_name = strip_accents(name.removeprefix("sec-").lower())
    return re.sub(r"[^a-z0-9_-]+", "-", plain_name).strip("-") or "section"


# Findings that depend on installed programs and fonts, which are not cached.
_TRANSIENT = ("ENV003", "DIA001", "FNT001")


@dataclass(frozen=True, slots=True)
class ChapterReader:
    """Reads the chapters of a book, and caches the results."""

    project: Project
    bibliography: Bibliography
    data: DataFolder
    pictures: PictureFinder
    theme: Theme
    language: str
    cache: Cache

    def read_chapter(
        self, entry: SectionEntry, section: SectionFile, texts: TextGroup
    ) -> tuple[Chapter, tuple[Diagnostic, ...]]:
        """Parse a section file; return its chapter and the findings."""
        return cache_by_files(
            self.project,
            self.cache,
            self._make_task(entry, section, texts),
            lambda: self._read_uncached(entry, section, texts),
            lambda result: (
                not has_errors(result[1]) and not any(finding.code in _TRANSIENT for finding in result[1])
            ),
            tuple[Chapter, tuple[Diagnostic, ...]],
        )

    def _read_uncached(
        self, entry: SectionEntry, section: SectionFile, texts: TextGroup
    ) -> tuple[Chapter, tuple[Diagnostic, ...]]:
        data, pictures = self.data.copy_for_section(), self.pictures.copy_for_section()
        locator = Locator(section.path, section.body, lines=section.lines)
        inlines = make_inline_reader(
            locator, self.bibliography, maximum_elements=self.data.limits.section_elements
        )
        charts = ChartReader(data, section.path, section.front_matter.lang or self.language)
        blocks = make_block_reader(inlines, charts, make_draw_function(self.theme, self.cache))
        chapter = ChapterBuilder(entry, section, blocks).build(texts.read_trees(self.cache, self.data.limits))
        findings = inlines.found
        findings += report_large_tables(chapter_nodes(chapter, Table), self.data.limits)
        chapter = rewrite_chapter(
            chapter, partial(pictures.set_image_files, referring_file=section.path, findings=findings), Image
        )
        return chapter, (*findings, *data.findings)

    def _make_task(self, entry: SectionEntry, section: SectionFile, texts: TextGroup) -> Task[Any]:
        key_section = replace(section, body="", text="")
        return Task.for_step(
            SECTION,
            section.path,
            text=section.text,
            body=json.dumps(texts.texts),
            section=f"{key_section!r} {entry!r}",
            citations=json.dumps(texts.citations),
            filters=texts.filters.to_json(),
            bibliography=self.bibliography.key_digest,
            data=repr(self.data.notation),
            theme=make_theme_key(self.theme),
            language=self.language,
        )
