"""Test that pictures of the guide show real outputs: pages, slides and screens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Built
from tests.guide.outputs import Untrue
from tests.guide.pictures import Studio, save

pytestmark = pytest.mark.e2e


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


@pytest.mark.parametrize(
    ("text", "width", "height"),
    [
        ("chapter 2 of my-report.pdf, 72 dpi", 432, 648),
        ("page 1 of my-report.pdf, 72 dpi, crop 0,0,50%,100", 216, 100),
        ("slide 1 of my-report.pptx, 400 px", 400, 225),
        ("screen of my-report.epub chapter results", 780, 1440),
        ("screen of my-report.epub chapter 2, 600 px, dark", 600, 720),
    ],
)
def test_a_picture_has_its_size_and_an_edge(
    scaffold: Built, studio: Studio, tmp_path: Path, text: str, width: int, height: int
) -> None:
    image = studio.draw(text, scaffold.outputs["pdf"].parent)
    assert image.size == (width + 2, height + 2)
    assert len(image.getcolors(1_000_000) or range(99)) > 4
    save(image, tmp_path / "a.png")
    save(studio.draw(text, scaffold.outputs["pdf"].parent), tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_several_pictures_are_drawn_side_by_side(scaffold: Built, studio: Studio) -> None:
    text = "page 1 of my-report.pdf + screen of my-report.epub chapter 2 + slide 1 of my-report.pptx"
    image = studio.draw(text, scaffold.outputs["pdf"].parent)
    assert image.width == 1000
    assert 380 < image.height < 480
    assert image.getpixel((999, 2)) == (255, 255, 255)  # a slide is less high than a page


def test_trimming_cuts_empty_margins_off(scaffold: Built, studio: Studio) -> None:
    folder = scaffold.outputs["pdf"].parent
    whole, trimmed = (studio.draw(f"chapter 2 of my-report.pdf{option}", folder) for option in ("", ", trim"))
    assert trimmed.width < whole.width - 40
    assert trimmed.height < whole.height - 40


def test_a_dark_screen_is_dark(scaffold: Built, studio: Studio) -> None:
    folder = scaffold.outputs["epub"].parent
    light, dark = (
        studio.draw(f"screen of my-report.epub chapter 1{option}", folder) for option in ("", ", dark")
    )
    corner = (5, 5)
    assert (sum(light.getpixel(corner)) > 700, sum(dark.getpixel(corner)) < 200) == (True, True)


@pytest.mark.parametrize(
    "text", ["page 99 of my-report.pdf", "slide 99 of my-report.pptx", "page 1 of nothing.pdf"]
)
def test_missing_page_has_no_picture(scaffold: Built, studio: Studio, text: str) -> None:
    with pytest.raises(Untrue):
        studio.draw(text, scaffold.outputs["pdf"].parent)
