"""Test reading of finished files for the preview page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeProject
from triptych.build_context import BuildContext
from triptych.engine.cache import Cache
from triptych.outputs.base import WritingJob
from triptych.preview.outputs import open_ebook, read_slides
from triptych.preview.slide_images import find_libreoffice, render_slides
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
        data, findings = write_format(
            name, WritingJob(book, manifest, BuildContext.for_book(project, book, shared_cache))
        )
        assert not [finding for finding in findings if finding.severity == "error"]
        return data

    return make


def test_epub_has_the_documents_of_its_package(made) -> None:
    ebook = open_ebook(made("epub"))
    assert set(ebook.spine) < set(ebook.files)
    assert "EPUB/text/one.xhtml" in ebook.spine
    assert "META-INF/container.xml" not in ebook.files
    assert {media_type for media_type, _ in ebook.files.values()} >= {
        "application/xhtml+xml",
        "text/css",
        "font/ttf",
    }


def test_contents_are_nested_and_link_to_pages(made) -> None:
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


def test_slide_key_changes_only_with_its_content(made) -> None:
    def looks(**changed: str) -> list[str]:
        return [slide.image_key for slide in read_slides(made("pptx", **changed))]

    before = looks()
    assert len(set(before)) == len(before)
    assert looks(one=FILES["source/one.md"].replace("Say it slowly.", "Say it fast.")) == before
    after = looks(one=FILES["source/one.md"].replace("Its reasons.", "Its other reasons."))
    assert [old == new for old, new in zip(before, after, strict=True)].count(False) == 1


@pytest.mark.e2e
@pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed")
def test_new_visible_slides_are_rendered_and_cached_ones_are_not(made, tmp_path: Path) -> None:
    deck = made("pptx")
    program = find_libreoffice()
    assert isinstance(program, Path)
    image_keys = [slide.image_key for slide in read_slides(deck) if not slide.hidden]
    pictures = render_slides(deck, program, tmp_path, frozenset())
    assert list(pictures) == image_keys
    assert {picture.png[:8] for picture in pictures.values()} == {b"\x89PNG\r\n\x1a\n"}
    slides = render_slides(deck, program, tmp_path, frozenset(image_keys) - {image_keys[-1]})
    assert slides == {image_keys[-1]: pictures[image_keys[-1]]}  # numbered although there is only one
    assert render_slides(deck, program, tmp_path, frozenset(image_keys)) == {}
