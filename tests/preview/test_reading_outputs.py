"""Finished files are opened for the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeProject
from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.outputs.base import WritingJob
from triptych.preview.outputs import find_libreoffice, open_ebook, read_slides, render_slides
from triptych.stages import read_project, write_format

FILES = {
    "source/book.yaml": "book:\n  title: A book\n  chapters: [one.md, {part: A part, chapters: [two.md]}]\n",
    "source/one.md": "---\ntitle: One & only\n---\n## Näher\n\nText.\n\n::: {.slide}\n## A claim\n\nIts reasons.\n\n"
    "::: notes\nSay it slowly.\n:::\n:::\n\n:::: {.slide .backup}\n## Asked later\n\nAn answer.\n::::\n",
    "source/two.md": "---\ntitle: Two\n---\nText.\n",
}


@pytest.fixture
def made(make_project: MakeProject, shared_cache: Cache):
    def make(name: str, **changed: str) -> bytes:
        project = make_project({**FILES, **{f"source/{name}.md": text for name, text in changed.items()}})
        manifest, book, _ = read_project(project, shared_cache)
        data, found = write_format(
            name, WritingJob(book, manifest, BuildContext.for_book(project, book, shared_cache))
        )
        assert not [finding for finding in found if finding.severity == "error"]
        return data

    return make


def test_an_ebook_has_what_its_package_lists(made) -> None:
    ebook = open_ebook(made("epub"))
    assert set(ebook.spine) < set(ebook.files)
    assert "EPUB/text/one.xhtml" in ebook.spine
    assert "META-INF/container.xml" not in ebook.files
    assert {media_type for media_type, _ in ebook.files.values()} >= {
        "application/xhtml+xml",
        "text/css",
        "font/ttf",
    }


def test_its_contents_have_depth_and_lead_to_pages(made) -> None:
    ebook = open_ebook(made("epub"))
    assert [(line.depth, line.title) for line in ebook.contents] == [
        (0, "1 One & only"),
        (1, "1.1 Näher"),
        (0, "Part I: A part"),
        (1, "2 Two"),
    ]
    assert all(line.target.partition("#")[0] in ebook.files for line in ebook.contents)


def test_slides_have_titles_texts_and_notes(made) -> None:
    slides = {slide.title: slide for slide in read_slides(made("pptx"))}
    assert "Its reasons." in slides["A claim"].text
    assert slides["A claim"].notes[0] == "Say it slowly."
    assert [title for title, slide in slides.items() if slide.hidden] == ["Asked later"]


def test_a_slide_looks_the_same_until_something_on_it_changes(made) -> None:
    def looks(**changed: str) -> list[str]:
        return [slide.image_key for slide in read_slides(made("pptx", **changed))]

    before = looks()
    assert len(set(before)) == len(before)
    assert looks(one=FILES["source/one.md"].replace("Say it slowly.", "Say it fast.")) == before
    after = looks(one=FILES["source/one.md"].replace("Its reasons.", "Its other reasons."))
    assert [old == new for old, new in zip(before, after, strict=True)].count(False) == 1


@pytest.mark.e2e
@pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed")
def test_each_slide_that_is_not_hidden_has_a_picture_and_those_that_are_known_are_not_drawn(
    made, tmp_path: Path
) -> None:
    deck = made("pptx")
    program = find_libreoffice()
    assert isinstance(program, Path)
    shown = [slide.image_key for slide in read_slides(deck) if not slide.hidden]
    pictures = render_slides(deck, program, tmp_path, frozenset())
    assert list(pictures) == shown
    assert {picture[:8] for picture in pictures.values()} == {b"\x89PNG\r\n\x1a\n"}
    again = render_slides(deck, program, tmp_path, frozenset(shown) - {shown[-1]})
    assert again == {shown[-1]: pictures[shown[-1]]}  # with its number, though it is alone
    assert render_slides(deck, program, tmp_path, frozenset(shown)) == {}
