"""Test openers of parts and chapters, and pull quotes in the e-book."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from tests.conftest import tiny_png
from tests.writers.epub.conftest import Write

X = "{http://www.w3.org/1999/xhtml}"
BOOK = """\
  chapters:
    - part: Light
      summary: How lamps were lit.
      image: plate.png
      image-alt: A lamp
      chapters: [section.md]
"""
HEAD = "---\ntitle: Lamps\nimage: plate.png\ntakeaways: [One]\n---\n"


def page(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(f"EPUB/text/{name}"))


def test_a_part_has_its_picture_its_sentence_and_its_chapters(write: Write) -> None:
    data, result = write("epub", f"{HEAD}\nText.\n", book=BOOK, files={"source/plate.png": tiny_png()})
    assert not result
    part = page(data, "part-light.part.xhtml")
    assert [image.get("alt") for image in part.iter(f"{X}img")] == ["A lamp"]
    assert "How lamps were lit." in "".join(part.itertext())
    assert [link.get("href") for link in part.iter(f"{X}a")] == ["section.xhtml#sec-section"]


def test_a_picture_without_words_is_decoration(write: Write) -> None:
    data, _ = write("epub", f"{HEAD}\nText.\n", files={"source/plate.png": tiny_png()})
    (image,) = page(data, "section.xhtml").iter(f"{X}img")
    assert image.get("alt") == ""


def test_pull_quote_has_its_role(write: Write) -> None:
    data, _ = write("epub", "# A\n\nIt was lit at dusk.\n\n::: pullquote\nlit at dusk\n:::\n")
    roles = [aside.get("role") for aside in page(data, "section.xhtml").iter(f"{X}aside")]
    assert roles == ["doc-pullquote"]
