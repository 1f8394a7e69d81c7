"""Test where a rebuilt PDF differs from the previous one."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.outputs.base import WritingJob
from triptych.preview.outputs import PreviewPage, find_first_changed_page, read_pages
from triptych.stages import read_project, write_format


def leaves(words: str) -> list[PreviewPage]:
    """Return a PDF with a word on each page; front matter pages are in capitals."""
    return [PreviewPage(word, word.islower()) for word in words.split()]


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("A B c d e", "A B c d e", None),
        ("A B c d e", "A B c x e", 4),
        ("A B c d e", "A B c x d e", 4),
        ("A B c d e", "A X c d x", 5),  # the contents refer to another page
        ("A B c d e", "A X c d e", 2),
        ("A B c d e", "A B c d e f", 6),
        ("A B c d e", "A B c d", 4),
        ("a b", "", 1),
    ],
)
def test_the_first_page_of_the_text_that_differs_is_the_place(
    before: str, after: str, place: int | None
) -> None:
    assert find_first_changed_page(leaves(before), leaves(after)) == place


def test_change_in_a_chapter_changes_no_earlier_page(make_project: MakeProject, shared_cache: Cache) -> None:
    def made(text: str) -> tuple[PreviewPage, ...]:
        chapters = {f"source/{name}.md": f"---\ntitle: {name}\n---\nWords.\n" for name in "ab"}
        manifest = "book:\n  title: A book\n  chapters: [a.md, b.md, c.md]\nlang: en\n"
        project = make_project({**chapters, "source/book.yaml": manifest, "source/c.md": text})
        manifest_read, book, _ = read_project(project, shared_cache)
        context = BuildContext.for_book(project, book, shared_cache)
        return read_pages(write_format("pdf", WritingJob(book, manifest_read, context))[0])

    before, after = made("Words.\n"), made("Words, and Ж.\n")  # a letter that no page had
    assert [leaf.is_body for leaf in before][-1:] == [True]
    assert find_first_changed_page(before, after) == len(after)
    assert find_first_changed_page(after, after) is None
