"""Test that findings in a deck are reported at the source that causes them."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.checks.deck.examination import DeckExamination, locate_deck_findings
from triptych.checks.findings import OutputFinding
from triptych.diagnostics import Span
from triptych.engine.cache import Cache
from triptych.reading.project_files import find_template_or_theme
from triptych.stages import read_project

LOOK = Span(path="source/book.yaml", line=3)


def test_low_contrast_is_reported_at_the_template_and_other_findings_at_their_text(
    make_project: MakeProject, shared_cache: Cache
) -> None:
    files = {
        "source/book.yaml": "book: {title: T, author: A, chapters: [a.md]}\n",
        "source/a.md": "# One\n\nWords of a section.\n",
    }
    _, book, _ = read_project(make_project(files), shared_cache)
    assert book is not None
    words = "Words of a section."
    result = tuple(
        OutputFinding(code=code, message="m", output="deck", file="slide 1", text=words)
        for code in ("CHK014", "CHK015")
    )
    at_words, at_look = locate_deck_findings(DeckExamination(result), book, LOOK)
    assert at_look.span == LOOK
    assert at_words.span is not None and at_words.span.path == "source/a.md"
    assert [deck_finding.span for deck_finding in locate_deck_findings(DeckExamination(result), book)] == [
        at_words.span
    ] * 2


@pytest.mark.parametrize(
    ("manifest", "line"),
    [
        ("theme: mine.yaml\nformat:\n  pptx:\n    template: brand.pptx\n", 4),
        ("theme: mine.yaml\nformat: {pptx: {}}\n", 1),
        ("format: {pptx: {footer: F}}\n", None),
        ("a: [\n", None),
    ],
)
def test_appearance_findings_point_to_the_template_or_theme(manifest: str, line: int | None) -> None:
    place = find_template_or_theme(lambda _: manifest.encode())
    assert (None if place is None else place.line) == line
