"""Test that the pictures of the guide and the gallery exist, are small and have alt text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.guide.contents import SOURCE, page_paths
from tests.guide.outputs import Place, Untrue
from tests.guide.pages import PageImage, parse_page
from tests.guide.pictures import LARGEST, REPOSITORY, WIDEST, Picture, parse_pictures, save
from triptych.cli.create import list_project_templates

GALLERY = REPOSITORY / "docs/gallery"
DRAW = "run python -m scripts.draw_guide_pictures"


def images_of_guide() -> list[tuple[str, PageImage]]:
    pages = [(path, parse_page(path, (SOURCE / path).read_text("utf-8"))) for path in page_paths()]
    return [(path, image) for path, page in pages for image in page.images]


def test_every_image_of_the_guide_exists_and_has_alt_text() -> None:
    for path, image in images_of_guide():
        place = f"{path}:{image.line}"
        assert (SOURCE / path).parent.joinpath(image.path).is_file(), (
            f"{place}: no {image.path}; {DRAW} {path}"
        )
        assert len(image.alt.split()) >= 3, f"{place}: describe {image.path} in its alt text"
        if image.picture:
            parse_pictures(image.picture)


def test_every_image_file_is_on_a_page() -> None:
    named = {(SOURCE / path).parent.joinpath(image.path).resolve() for path, image in images_of_guide()}
    copied = re.findall(
        r"<!-- copy: (\S+) to ", "".join((SOURCE / path).read_text("utf-8") for path in page_paths())
    )
    named |= {(SOURCE / path).resolve() for path in copied}
    files = [path for path in (SOURCE / "images").rglob("*") if path.is_file()]
    assert [path for path in files if path.resolve() not in named] == []


def test_images_are_small() -> None:
    for path in [*(SOURCE / "images").rglob("*.png"), *GALLERY.rglob("*.png")]:
        assert path.stat().st_size <= LARGEST, path
        with Image.open(path) as image:
            assert image.width <= WIDEST, path


def test_the_gallery_shows_every_template() -> None:
    text = (GALLERY / "README.md").read_text("utf-8")
    page = parse_page("README.md", text.replace("\n    triptych", "\ntriptych"))
    matches = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert matches == list(list_project_templates()), f"{DRAW} --gallery"
    assert {Path(image.path).name for image in page.images} == {path.name for path in GALLERY.rglob("*.png")}
    for name, description in list_project_templates().items():
        assert f"## {name}\n\n{description}\n" in text, f"{DRAW} --gallery {name}"
    assert all(len(image.alt.split()) >= 3 for image in page.images)


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        ("page 3 of a/b.pdf", Picture(Place("a/b.pdf", "page", "3"))),
        ("page 3 of b.pdf, 120 dpi, trim", Picture(Place("b.pdf", "page", "3"), dpi=120, trim=True)),
        ("chapter 2 of snippets.pdf", Picture(Place("snippets.pdf", "chapter", "2"))),
        ("slide 4 of b.pptx, 500 px", Picture(Place("b.pptx", "slide", "4"), width=500)),
        (
            "screen of b.epub chapter 2, dark",
            Picture(Place("b.epub", "chapter", "2"), is_screen=True, dark=True),
        ),
        (
            "page 1 of b.pdf, crop 0,0,100%,45.5%",
            Picture(Place("b.pdf", "page", "1"), crop=("0", "0", "100%", "45.5%")),
        ),
    ],
)
def test_the_comment_of_a_picture_is_parsed(text: str, picture: Picture) -> None:
    assert parse_pictures(text) == [picture]


def test_a_picture_may_show_several_places() -> None:
    first, second = parse_pictures("page 1 of a.pdf, trim + slide 2 of a.pptx, 500 px")
    assert (first.trim, second.width, second.place.path) == (True, 500, "a.pptx")


@pytest.mark.parametrize(
    "text",
    ["b.pdf", "page 3 of b.pptx", "chapter 2 of b.epub", "page 1 of b.pdf, big", "page 1 of b.pdf, crop 1"],
)
def test_comment_without_a_picture_is_an_error(text: str) -> None:
    with pytest.raises(Untrue):
        parse_pictures(text)


def test_a_picture_has_as_many_colours_as_fit(tmp_path: Path) -> None:
    noise = Image.effect_noise((400, 300), 120).convert("RGB")
    save(noise, tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size <= LARGEST
    with pytest.raises(Untrue, match=r"b\.png has more than 150,000 bytes"):
        save(Image.effect_noise((1000, 1000), 120).convert("RGB"), tmp_path / "b.png")
