"""Test the settings of the deck that do not suit the project's PowerPoint template."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.engine.cache import NO_CACHE
from triptych.settings.format_options import SlideSize
from triptych.stages import read_project
from triptych.theme.theme import load_theme
from triptych.writers.deck.template.built_in_template import build_template

BOOK = "book: {title: A book, author: Ada, chapters: [a.md]}\nlang: en\nformat:\n  pptx:\n    template: brand.potx\n"


@pytest.mark.parametrize(
    ("size", "setting", "codes"),
    [
        ("4x3", "", []),
        ("4x3", "    slide-size: 4x3\n", []),
        ("4x3", "    slide-size: 16x9\n", ["DTP005"]),
        ("16x9", "    slide-size: a4\n", ["DTP005"]),
    ],
)
def test_slide_size_that_differs_from_the_template_is_reported(
    make_project: MakeProject, size: SlideSize, setting: str, codes: list[str]
) -> None:
    project = make_project(
        {
            "source/book.yaml": BOOK + setting,
            "source/a.md": "# A\n\nText.\n",
            "source/brand.potx": build_template(load_theme(), size=size, potx=True),
        }
    )
    assert [finding.code for finding in read_project(project, NO_CACHE)[2]] == codes


@pytest.mark.parametrize("spelling", ["color-scheme", "colour-scheme"])
@pytest.mark.parametrize(
    ("scheme", "is_reported"), [("dark", True), ("high-contrast", True), ("light", False)]
)
def test_colour_scheme_that_a_template_overrides_is_reported_at_its_value(
    make_project: MakeProject, spelling: str, scheme: str, is_reported: bool
) -> None:
    project = make_project(
        {
            "source/book.yaml": f"{BOOK}    {spelling}: {scheme}\n",
            "source/a.md": "# A\n\nText.\n",
            "source/brand.potx": build_template(load_theme(), potx=True),
        }
    )
    findings = read_project(project, NO_CACHE)[2]
    spans = [finding.span for finding in findings if finding.code == "DTP005" and finding.span]
    assert [(span.line, span.column) for span in spans] == (
        [(6, 5 + len(spelling) + 2)] if is_reported else []
    )
