"""What is made for a shop: two levels of contents, and nothing that its readers show badly."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.writers.epub.conftest import Write
from tests.writers.epub.test_package import CHART, NS, Package

KINDLE = "format:\n  epub: {store: kindle}\n"
DEEP = "# One\n\n## Two $x^2$\n\n### Three\n\n$$y = \\frac{1}{2}$$\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><circle cx="9" cy="9" r="5"/></svg>'


def depth(package: Package) -> int:
    nav = package.xml("EPUB/nav.xhtml").find(".//x:nav[@id='toc']", NS)
    return max(
        len(list(item.iterancestors("{http://www.w3.org/1999/xhtml}ol"))) for item in nav.iter("{*}li")
    )


@pytest.mark.e2e
@pytest.mark.parametrize("parts", [False, True])
def test_contents_have_two_levels(write: Write, parts: bool) -> None:
    book = (
        "  chapters:\n    - part: One\n      chapters: [section.md]\n"
        if parts
        else "  chapters: [section.md]\n"
    )
    assert depth(Package(write("epub", DEEP, book=book, more="format:\n  epub: default\n")[0])) == 3 + parts
    kindle = Package(write("epub", DEEP, book=book, more=KINDLE)[0])
    assert depth(kindle) == 2
    points = kindle.xml("EPUB/toc.ncx").findall(".//ncx:navPoint/ncx:navPoint/ncx:navPoint", NS)
    assert points == []


@pytest.mark.e2e
def test_formulas_are_pictures_that_are_read_out(write: Write) -> None:
    made = Package(write("epub", DEEP, more=KINDLE)[0])
    page = made.xml(
        "EPUB/text/one.xhtml" if "EPUB/text/one.xhtml" in made.names else "EPUB/text/section.xhtml"
    )
    pictures = page.findall(".//x:img[@class='math']", NS)
    assert [picture.get("alt") for picture in pictures] == ["x squared", "y = 1 over 2"] or all(
        picture.get("alt") for picture in pictures
    )
    assert len(pictures) == 2 and b"<math" not in b"".join(
        made.archive.read(name) for name in made.names if name.endswith(".xhtml")
    )
    features = made.property("schema:accessibilityFeature")
    assert "describedMath" in features and "MathML" not in features
    for picture in pictures:
        data = made.archive.read(picture.get("src", "").replace("..", "EPUB"))
        with Image.open(io.BytesIO(data)) as image:
            assert image.convert("RGBA").getchannel("A").getextrema() == (255, 255)


def test_drawings_are_dots_on_white(write: Write) -> None:
    text = CHART.format("#fig-a") + "![A circle](circle.svg)\n"
    made = Package(write("epub", text, more=KINDLE, files={"source/circle.svg": SVG})[0])
    pictures = [item for item in made.items() if item["media-type"].startswith("image/")]
    assert {item["media-type"] for item in pictures} == {"image/png"}
    for item in pictures:
        with Image.open(io.BytesIO(made.archive.read(f"EPUB/{item['href']}"))) as image:
            assert image.convert("RGBA").getchannel("A").getextrema() == (255, 255)


def test_others_get_drawings_and_mathml(write: Write) -> None:
    made = Package(write("epub", f"{DEEP}\n" + CHART.format("#fig-a"))[0])
    page = made.archive.read("EPUB/text/section.xhtml")
    assert b"<svg" in page and b"<math" in page
    assert not any("formula" in name for name in made.names)
