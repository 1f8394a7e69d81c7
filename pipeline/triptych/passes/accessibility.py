"""What a reader who cannot see would miss: checks of the source, before any output is made."""

from __future__ import annotations

from triptych.diagnostics import Diagnostic
from triptych.labels import Labels
from triptych.model.book import Book
from triptych.model.nodes import Chart, Figure, Heading, Image
from triptych.model.walk import chapter_nodes, on_slides, plain_text


def lint_accessibility(book: Book, labels: Labels) -> tuple[Book, list[Diagnostic]]:
    """Missing alternative texts and skipped heading levels; the book stays as it is."""
    found = []
    for chapter in book.chapters:
        level = 1
        slide_nodes = on_slides(chapter)
        captioned = {
            id(image)
            for node in chapter_nodes(chapter)
            if isinstance(node, Figure) and plain_text(node.caption)
            for image in node.images
        }
        for node in chapter_nodes(chapter):
            match node:
                case Image() if not node.alt and not node.decorative and id(node) not in captioned:
                    message = f'the image "{node.source}" has no alternative text'
                    hint = 'say what it shows with fig-alt="…", or mark it {.decorative}'
                    found.append(Diagnostic(code="ACC001", span=node.span, message=message, hint=hint))
                case Chart() if not node.alt:
                    hint = 'say in a sentence what it shows with fig-alt="…"'
                    message = "the chart has no alternative text"
                    found.append(Diagnostic(code="ACC001", span=node.span, message=message, hint=hint))
                case Heading() if id(node) not in slide_nodes:
                    if node.level > level + 1:
                        message = f"a heading of level {node.level} follows one of level {level}"
                        found.append(Diagnostic(code="ACC002", span=node.span, message=message))
                    level = node.level
    return book, found
