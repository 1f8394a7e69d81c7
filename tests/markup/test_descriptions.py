"""Test that a long description is a collapsed element next to its figure, which refers to it."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, parsed, section_xhtml, tiny_png
from triptych.languages.labels import load_labels
from triptych.markup.blocks import BlockWriter
from triptych.markup.xml import tag
from triptych.model.nodes import Attr, Figure, Image, Paragraph, Text
from triptych.writers.print.documents import PrintOutput

FILES = {"source/dot.png": tiny_png(), "source/data.csv": "x,y\n1,2\n2,3\n"}


@pytest.mark.parametrize(
    "figure",
    [
        "::: {#fig-a}\n![A dot](dot.png)\n\nCaption.\n\n::: {.description}\nIt shows *much*.\n:::\n:::\n",
        '::: {.chart data=data.csv x=x y=y type=line fig-alt="Two"}\nCaption.\n\n::: {.description}\nIt shows *much*.\n:::\n:::\n',
    ],
    ids=["picture", "chart"],
)
def test_description_is_collapsed_and_labelled(read_book_of: ReadBook, figure: str) -> None:
    book, _ = read_book_of(figure, files=FILES)
    tree = parsed(section_xhtml(book))
    details = tree.find(".//details[summary]")
    assert details is not None
    assert [part.tag for part in details] == ["summary", "p"]
    assert "".join(details[1].itertext()) == "It shows much."
    image = tree.find(".//img")
    assert image is not None and image.get("aria-details") == details.get("id")


@pytest.mark.parametrize(
    ("image", "referring"),
    [
        ("![A dot](dot.png)", ["img"]),
        ("![Caption](dot.png)", ["figure"]),
        ("![](dot.png){.decorative}", ["figure"]),
    ],
    ids=["own-alt", "alt-is-caption", "decorative"],
)
def test_a_description_has_one_reference_from_the_image_or_else_from_the_figure(
    read_book_of: ReadBook, image: str, referring: list[str]
) -> None:
    figure = f"::: {{#fig-a}}\n{image}\n\nCaption.\n\n::: {{.description}}\nIt shows *much*.\n:::\n:::\n"
    book, _ = read_book_of(figure, files=FILES)
    tree = parsed(section_xhtml(book))
    assert [element.tag for element in tree.iter("figure", "img") if element.get("aria-details")] == referring


def test_the_first_of_several_images_refers_to_the_description() -> None:
    images = tuple(Image(source=f"{alt}.png", alt=alt) for alt in ("One", "Two"))
    described = (Paragraph(content=(Text(text="Both."),)),)
    figure = Figure(images=images, caption=(Text(text="Caption"),), description=described)
    writer = BlockWriter({}, load_labels("en"), PrintOutput({}, has_only_alt_text=False))
    tree = parsed(writer.write_blocks((figure,)))
    assert [image.get("aria-details") for image in tree.iter("img")] == ["_description-1", None]


class InlineSvgOutput(PrintOutput):
    """An output that embeds each image as an SVG element with its alt text as ``aria-label``."""

    def write_svg_image(self, image: Image, alt: str, details: str | None) -> str:
        return tag("svg", aria_label=alt)


@pytest.mark.parametrize(("classes", "label"), [((), "A dot"), (("decorative",), None)])
def test_embedded_image_has_alt_text_unless_decorative(classes: tuple[str, ...], label: str | None) -> None:
    image = Image(source="a.svg", alt="A dot", attr=Attr(classes=classes))
    writer = BlockWriter({}, load_labels("en"), InlineSvgOutput({}))
    tree = parsed(writer.write_blocks((Figure(images=(image,), caption=()),)))
    assert [svg.get("aria-label") for svg in tree.iter("svg")] == [label]
