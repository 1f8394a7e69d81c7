"""Test that pictures embedded in a text become files of the project."""

from __future__ import annotations

import base64

import pytest

from tests.conftest import tiny_png
from tests.triptych_import.conftest import ImportOf
from triptych.model.nodes import Figure, Image
from triptych.model.walk import walk_all

SHAPE = '<rect width="4" height="4"/>'
PNG = base64.b64encode(tiny_png()).decode()


@pytest.mark.parametrize(
    ("drawing", "alt"),
    [
        (f'<svg viewBox="0 0 9 9" aria-label="A square">\n\n    {SHAPE}\n</svg>', "A square"),
        (f'<svg viewBox="0 0 9 9"><title>Grey</title>{SHAPE}</svg>', "Grey"),
        (
            f'<svg viewBox="0 0 9 9"><g><title>G</title><desc>Two "boxes"</desc>{SHAPE}</g></svg>',
            'Two "boxes"',
        ),
        (f'<svg viewBox="0 0 9 9"><svg>{SHAPE}</svg><use xlink:href="#a"/></svg>', ""),
        (f'![Dot](data:image/png;base64,{PNG} "t")', "Dot"),
        (f'<img alt="Dot" src="data:image/png;base64,{PNG}">', "Dot"),
    ],
)
def test_a_picture_in_a_text_is_a_file(import_of: ImportOf, drawing: str, alt: str) -> None:
    result = import_of({"in/a.md": f"# A\n\n<div>\n{drawing}\n</div>\n\nAfter.\n", "b.md": "# B\n"})
    assert {item.code for item in result.found} <= {"ACC001", "ACC009"}
    nodes = [node for chapter in result.book.chapters for node in walk_all(chapter.blocks)]
    (image,) = (node.image if isinstance(node, Figure) else node for node in nodes if isinstance(node, Image))
    assert image.alt == alt and image.source.startswith("images/a-1.")
    assert f"source/in/{image.source}" in result.imported.files
    assert "After." in result.text("in/a.md")


def test_code_and_other_elements_are_unchanged(import_of: ImportOf) -> None:
    text = f"# A\n\n`<svg>{SHAPE}</svg>` and <svg> or </svg>\n\n```\n<svg>{SHAPE}</svg>\n```\n"
    result = import_of({"a.md": text, "b.md": "# B\n"})
    assert not any("images/" in name for name in result.imported.files)
    assert result.text("a.md").count(SHAPE) == 2
