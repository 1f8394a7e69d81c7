"""Test the page list of the e-book: each marker is before the first word of its page in the PDF."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from lxml import etree

from tests.conftest import write_files
from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.markup.passages import read_passages as read_passages
from triptych.outputs import OUTPUTS
from triptych.outputs.base import WritingJob
from triptych.passes.pages import FRONT_MATTER, PageStart, PrintInfo
from triptych.project import Project
from triptych.stages import read_project
from triptych.writers.epub.page_list import _pair_passages, insert_page_markers, make_page_list
from triptych.writers.print.documents import split_into_documents

SHELL = '<html xmlns:epub="http://www.idpf.org/2007/ops"><body>{}</body></html>'


def _body(page: bytes) -> str:
    return page.decode().partition("<body>")[2].removesuffix("</body></html>")


def listed(
    pages: list[tuple[str, str | None, int]], printed: str, *book: str, document: str = "a"
) -> tuple[list[str], list[str]]:
    """Insert markers into pages of an e-book, and return them with ``{name}`` for each marker, and the list.

    Arguments are the printed pages (name, passage in which they begin, letters before), the printed text and
    the pages of the e-book.
    """
    own = SHELL.format(printed)
    by_text = {passage.letters: passage.number for passage in read_passages(own.encode())}
    starts = tuple(
        PageStart(name, document, None if text is None else (by_text[text], count))
        for name, text, count in pages
    )
    files = {f"{number}.xhtml": SHELL.format(page).encode() for number, page in enumerate(book)}
    links, marks = make_page_list(PrintInfo({}, starts, {document: own}), files, {document: list(files)})
    shown = [_body(insert_page_markers(page, marks.get(path, ()))) for path, page in files.items()]
    markers = [
        re.sub(r'<span epub:type="pagebreak"[^>]*aria-label="(\w+)"/>', r"{\1}", page) for page in shown
    ]
    for link in links:
        assert f'id="{link.id}"' in shown[int(link.path.partition(".")[0])]
    return markers, [link.name for link in links]


def test_page_break_is_at_its_word() -> None:
    pages = [("1", "Onetwothree", 0), ("2", "Onetwothree", 6), ("3", "Four", 0)]
    markers, names = listed(
        pages, "<p>One two three</p><p>Four</p>", "<p>One two <em>three</em></p><p>Four</p>"
    )
    assert markers == ["<p>{1}One two <em>{2}three</em></p><p>{3}Four</p>"]
    assert names == ["1", "2", "3"]


def test_output_specific_content_does_not_move_page_breaks() -> None:
    text = "<p>One</p><p>In print</p><p>Two</p>"
    book = "<p>One</p><p>Other</p><p>words</p><p>and more</p><p>Two</p>"
    markers, _ = listed([("1", "Inprint", 2), ("2", "Two", 0)], text, book)
    assert markers == ["<p>One</p><p>Other</p><p>words</p><p>and more</p><p>{1}{2}Two</p>"]


def test_in_other_words_the_same_words_are_found() -> None:
    text = "<p>See page 12 for more about it</p>"
    markers, _ = listed(
        [("1", "Seepage12formoreaboutit", 9)], text, "<p>See the chapter for more about it</p>"
    )
    assert markers == ["<p>See the chapter {1}for more about it</p>"]


def test_page_without_text_joins_the_next() -> None:
    markers, names = listed(
        [("1", "One", 0), ("2", None, 0), ("3", "Two", 0)], "<p>One</p><p>Two</p>", "<p>One</p><p>Two</p>"
    )
    assert markers == ["<p>{1}One</p><p>{2}{3}Two</p>"]
    assert names == ["1", "2", "3"]


def test_last_page_break_follows_all_text() -> None:
    markers, _ = listed([("1", "One", 0), ("2", None, 0)], "<p>One</p>", "<p>One</p>")
    assert markers == ["<p>{1}One</p>{2}"]


def test_a_first_page_without_text_is_the_cover() -> None:
    pages = [("i", None, 0), ("ii", "Title", 0)]
    markers, _ = listed(pages, "<img/><p>Title</p>", "<section><img/></section>", "<p>Title</p>")
    assert markers == ["<section>{i}<img/></section>", "<p>{ii}Title</p>"]


def test_pages_omitted_from_the_epub_are_not_listed() -> None:
    own = SHELL.format("<p>One</p>")
    starts = (PageStart("1", "gone", ((1, 0), 0)),)
    assert make_page_list(PrintInfo({}, starts, {"gone": own}), {}, {}) == ([], {})


def test_hidden_content_starts_no_page() -> None:
    nav = "<nav><ol><li>Two</li><li>Sources</li></ol></nav><nav hidden='hidden'><li>Sources</li></nav>"
    markers, _ = listed([("1", "Sources", 0)], "<ul><li>Sources</li><li>Index</li></ul>", nav)
    assert markers == [nav.replace("Sources", "{1}Sources", 1)]


def test_page_that_starts_within_the_contents_is_marked_there(tmp_path: Path) -> None:
    """Test the marker of a page that begins inside the contents, to which the page list is added last."""
    chapters = {f"source/{name}.md": f"# {name.title()}\n\nText.\n" for name in ("one", "sources", "index")}
    listing = "book:\n  title: A\n  chapters: [one.md, sources.md, index.md]\nlang: en\n"
    project = Project(write_files(tmp_path, {"source/book.yaml": listing, **chapters}), environ={})
    manifest, book, _ = read_project(project, Cache(None))
    assert manifest is not None and book is not None
    context = BuildContext.for_book(project, book, Cache(None))
    front = split_into_documents(book, context.labels)[0].render(context.templates, theme=context.theme)
    place = next(passage.number for passage in read_passages(front.encode()) if "Sources" in passage.letters)
    starts = (PageStart("i", FRONT_MATTER, None), PageStart("ii", FRONT_MATTER, (place, 0)))
    data = (
        OUTPUTS["epub"]
        .write(WritingJob(book, manifest, context, PrintInfo({}, starts, {FRONT_MATTER: front})))
        .data
    )
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        nav = etree.fromstring(package.read("EPUB/nav.xhtml"))
    (marker,) = nav.iterfind(".//{*}span[@id='_page-2']")
    contents = nav.find(".//{*}nav[@id='toc']")
    assert contents is not None and marker in contents.iter()
    assert "Sources" in "".join(marker.getparent().itertext())


def test_passages_are_aligned_from_both_ends_and_by_common_content() -> None:
    ours = ["a", "b", "x", "c", "only print", "d", "b", "b"]
    theirs = ["a", "b", "y", "c", "d", "only e-book", "more", "b", "b"]
    assert sorted(_pair_passages(ours, theirs)) == [(0, 0), (1, 1), (2, 2), (3, 3), (5, 4), (6, 7), (7, 8)]
    assert sorted(_pair_passages(["a", "a", "a"], ["a", "a"])) == [(0, 0), (1, 1)]
    assert sorted(_pair_passages([], ["a"])) == []
