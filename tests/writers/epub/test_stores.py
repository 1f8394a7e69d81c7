"""Test e-books for shops: two levels of contents, and nothing that their readers display badly."""

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
def test_formulas_are_pictures_with_alt_text(write: Write) -> None:
    package = Package(write("epub", DEEP, more=KINDLE)[0])
    page = package.xml(
        "EPUB/text/one.xhtml" if "EPUB/text/one.xhtml" in package.names else "EPUB/text/section.xhtml"
    )
    pictures = page.findall(".//x:img[@class='math']", NS)
    assert [picture.get("alt") for picture in pictures] == ["x squared", "y = 1 over 2"] or all(
        picture.get("alt") for picture in pictures
    )
    assert len(pictures) == 2 and b"<math" not in b"".join(
        package.archive.read(name) for name in package.names if name.endswith(".xhtml")
    )
    features = package.property("schema:accessibilityFeature")
    assert "describedMath" in features and "MathML" not in features
    for picture in pictures:
        data = package.archive.read(picture.get("src", "").replace("..", "EPUB"))
        with Image.open(io.BytesIO(data)) as image:
            assert image.convert("RGBA").getchannel("A").getextrema() == (255, 255)


@pytest.mark.e2e
def test_row_numbers_in_the_alt_text_of_a_picture_are_read_once(write: Write) -> None:
    text = r"\begin{align} a &= b \label{one} \\ c &= d \label{two} \end{align}" + "\n\nSee \\eqref{one}.\n"
    page = Package(write("epub", text, more=KINDLE)[0]).xml("EPUB/text/section.xhtml")
    (picture,) = page.findall(".//x:img[@class='math']", NS)
    numbers = page.findall(".//x:span[@class='equation-number']", NS)
    assert [number.get("aria-hidden") for number in numbers] == ["true", "true"]
    assert all(str(number.text) in picture.get("alt", "") for number in numbers)
    assert [number.get("id") for number in numbers] == ["eq-one", "eq-two"]


def test_drawings_are_rasterised_on_white(write: Write) -> None:
    text = CHART.format("#fig-a") + "![A circle](circle.svg)\n"
    package = Package(write("epub", text, more=KINDLE, files={"source/circle.svg": SVG})[0])
    pictures = [item for item in package.items() if item["media-type"].startswith("image/")]
    assert {item["media-type"] for item in pictures} == {"image/png"}
    for item in pictures:
        with Image.open(io.BytesIO(package.archive.read(f"EPUB/{item['href']}"))) as image:
            assert image.convert("RGBA").getchannel("A").getextrema() == (255, 255)


def test_others_get_drawings_and_mathml(write: Write) -> None:
    package = Package(write("epub", f"{DEEP}\n" + CHART.format("#fig-a"))[0])
    page = package.archive.read("EPUB/text/section.xhtml")
    assert b"<svg" in page and b"<math" in page
    assert not any("formula" in name for name in package.names)
