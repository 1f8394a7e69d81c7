"""Report characters without a glyph in any font."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic, Span, join_names
from triptych.engine.extras import get_install_command
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.formats import FORMATS
from triptych.languages.labels import Labels
from triptych.media.fonts.fonts import find_missing_characters, find_missing_cjk_characters
from triptych.model.book import Book, Chapter, Metadata
from triptych.model.nodes import Chart, Code, CodeBlock, IndexList, Source, Text
from triptych.model.walk import chapter_nodes, children, walk_all
from triptych.project import MANIFEST
from triptych.theme.theme import load_theme

_CHARACTER_IN_MESSAGE = re.compile(r'"(.)" \(U\+', re.DOTALL)


def lint_glyphs(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Report characters without a glyph, once for the manifest, each section and each source.

    Formulas are skipped, since they use other fonts.
    """
    metadata_texts = [(text, Span(path=MANIFEST)) for text in _list_metadata_texts(book.metadata)]
    findings = list(_report_missing_glyphs(metadata_texts, book))
    for chapter in book.chapters:
        if memory.call(_has_missing_glyphs, chapter):  # true for few chapters
            findings += _report_missing_glyphs(_list_chapter_texts(chapter), book)
            findings += _report_missing_in_sources(chapter, book)
    return book, findings


def move_to_character(finding: Diagnostic, text: str) -> Diagnostic:
    """Move an FNT001 or ENV003 finding from the start of its block to the character that it names.

    ``text`` is the content of the source file.
    """
    match = _CHARACTER_IN_MESSAGE.search(finding.message)
    if match is None or finding.span is None:
        return finding
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: finding.span.line - 1]) + finding.span.column - 1
    place = text.find(match[1], start)
    if place < 0:  # in a caption that precedes its table
        place = text.rfind(match[1], 0, start)
    if place < 0:  # written as an entity, or in another file
        return finding
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    return replace(finding, span=replace(finding.span, line=line, column=column))


def _describe_fallback(outputs: Sequence[str]) -> str:
    affected = [FORMATS[name] for name in FORMATS if name in outputs]
    others = [form.label for form in affected if not form.needs_embedded_fonts]
    depends = "depends" if len(others) == 1 else "depend"
    borrowed = (
        f"{join_names(others)} {depends} on the fonts installed on the reader's device" if others else ""
    )
    replaced = (f'{form.label} shows "�" instead' for form in affected if form.needs_embedded_fonts)
    return ", and ".join(filter(None, (*replaced, borrowed)))


def _has_missing_glyphs(chapter: Chapter) -> bool:
    return bool(find_missing_characters(_collect_printed_text(chapter), load_theme()))


def _collect_printed_text(chapter: Chapter) -> str:
    """Return all text of a chapter that is printed, including its sources."""
    nodes = chapter_nodes(chapter, Text, Code, CodeBlock, Chart)
    return "\n".join(text for node in nodes for text in _iter_node_texts(node))


def _report_missing_in_sources(chapter: Chapter, book: Book) -> Iterator[Diagnostic]:
    for node in chapter_nodes(chapter):
        if isinstance(node, Source):
            texts = [
                (text, node.span) for inner in walk_all(node.content) for text in _iter_node_texts(inner)
            ]
            yield from _report_missing_glyphs(texts, book, f'entry "{node.attr.id.removeprefix("ref-")}": ')


def _report_missing_glyphs(
    texts: Sequence[tuple[str, Span | None]], book: Book, prefix: str = ""
) -> Iterator[Diagnostic]:
    """Report characters in ``texts`` that neither a bundled font nor a font of the project has.

    A single finding, at the first character, names that character and the number of the others.
    """
    theme = load_theme()
    missing: dict[str, Span | None] = {}  # characters with their first position
    for text, span in texts:
        for character in find_missing_characters(text, theme):
            if ord(character) not in book.project_characters:
                missing.setdefault(character, span)
    if not missing:
        return
    if cjk_missing := find_missing_cjk_characters(missing):
        yield _report_missing_font_package(cjk_missing, missing[cjk_missing[0]], book.outputs, prefix)
        missing = {character: span for character, span in missing.items() if character not in cjk_missing}
        if not missing:
            return
    first, span = next(iter(missing.items()))
    others = len(missing) - 1
    name, glyph = f'"{first}" (U+{ord(first):04X})', "a glyph"
    noun, substitute = "this character", "another character"
    if others:
        name, glyph = f"{name} and {others} other character{'s' * (others > 1)}", "glyphs"
        noun, substitute = "these characters", "other characters"
    message = f"{prefix}no bundled font has {glyph} for {name}; {_describe_fallback(book.outputs)}"
    hint = f"add a font that supports {noun} under `fonts:` in the theme, or use {substitute} or an image"
    yield Diagnostic(code="FNT001", span=span, message=message, hint=hint)


def _report_missing_font_package(
    characters: Sequence[str], span: Span | None, outputs: Sequence[str], prefix: str
) -> Diagnostic:
    """Report characters that need the optional font package: an error if the PDF needs it, or a warning."""
    first, others = characters[0], len(characters) - 1
    addition = f" and {others} other character{'s' * (others > 1)}" if others else ""
    message = (
        f'{prefix}the optional font package for "{first}" (U+{ord(first):04X}){addition} is not installed'
    )
    code = (
        "ENV003"
        if any(FORMATS[name].needs_embedded_fonts for name in FORMATS if name in outputs)
        else "FNT001"
    )
    return Diagnostic(code=code, span=span, message=message, hint=get_install_command("cjk"))


def _list_metadata_texts(metadata: Metadata) -> list[str]:
    names_of_people = (person.name for person in metadata.people)
    return [metadata.title, metadata.subtitle, *names_of_people, metadata.publisher, metadata.rights]


def _list_chapter_texts(chapter: Chapter) -> list[tuple[str, Span | None]]:
    groups = (chapter.title, chapter.summary, *chapter.takeaways, chapter.blocks)
    return [text for group in groups for node in group for text in _iter_texts_with_spans(node, chapter.span)]


def _iter_texts_with_spans(node: Any, default_span: Span | None) -> Iterator[tuple[str, Span | None]]:
    if isinstance(node, Source | IndexList):  # reported separately, at the index marks
        return
    span = getattr(node, "span", None) or default_span
    for text in _iter_node_texts(node):
        yield text, span
    for child in children(node):
        yield from _iter_texts_with_spans(child, span)


def _iter_node_texts(node: Any) -> Iterator[str]:
    match node:
        case Text() | Code() | CodeBlock():
            yield node.text
        case Chart(data=data):
            yield from (
                node.value_axis_title,
                node.category_axis_title,
                *data.categories,
                *data.panels,
                *data.labels,
            )
            yield from (note.text for note in node.annotations)
            yield from (mark.text for mark in node.reference_lines)
