"""Test that notes fit on notes pages: in the master's type size, a smaller one, or below a smaller slide."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Pt

from triptych.writers.deck.fitting.text import measure_text_height
from triptych.writers.deck.package.notes_pages import fit_notes, read_notes_page
from triptych.writers.deck.slides import NoteParagraph, Para
from triptych.writers.deck.story.runs import make_plain_note
from triptych.writers.deck.template.opening import open_built_in_template, open_template
from triptych.writers.deck.writer import write_deck

from .conftest import SPAN, THEME, deck, opened, text_slide

SENTENCE = "A country may be strong at the start of the way and weak at its end, or the other way round. "
PAGE = read_notes_page(open_built_in_template(THEME, "en").presentation)


def notes(sentences: int) -> tuple[NoteParagraph, ...]:
    """Return paragraphs of five sentences."""
    return tuple(make_plain_note(SENTENCE * min(5, sentences - start)) for start in range(0, sentences, 5))


def written(sentences: int) -> Any:
    return opened(text_slide("A title", "A point", notes=notes(sentences))).slides[0].notes_slide


def boxes(page: Any) -> dict[str, tuple[float, float, float, float]]:
    """Return left, top, width and height in points by placeholder type."""
    result = {}
    for shape in page.placeholders:
        sides = (shape.left, shape.top, shape.width, shape.height)
        result[shape.placeholder_format.type.name] = tuple(side / Pt(1) for side in sides)
    return result


def scale(page: Any) -> int:
    (fit,) = page.notes_text_frame._element.xpath(".//a:normAutofit")
    return int(fit.get("fontScale", "100000"))


def test_short_notes_use_the_notes_master() -> None:
    page = written(5)
    assert scale(page) == 100_000
    assert not [shape for shape in page.placeholders if shape._element.spPr.xpath("a:xfrm")]
    assert not page.notes_text_frame._element.xpath(".//a:rPr/@sz")


def test_longer_notes_are_smaller_before_the_slide_is() -> None:
    page = written(15)
    assert 85_000 <= scale(page) < 100_000
    assert boxes(page) == boxes(written(5))


def test_long_notes_have_a_smaller_slide_image() -> None:
    page, usual = boxes(written(40)), boxes(written(5))
    left, top, width, height = page["SLIDE_IMAGE"]
    assert (left, top) == usual["SLIDE_IMAGE"][:2]
    assert width / height == pytest.approx(16 / 9, rel=0.01)
    assert width < usual["SLIDE_IMAGE"][2]
    old, new = usual["BODY"], page["BODY"]
    assert new[1] >= top + height
    assert new[1] + new[3] == pytest.approx(old[1] + old[3])
    assert (new[0], new[2]) == (old[0], old[2])


@pytest.mark.parametrize("sentences", [1, 6, 9, 12, 16, 20, 28, 36, 44])
def test_notes_page_contains_the_notes(sentences: int) -> None:
    """Test that the notes fit on the page, measured in the widest possible fallback fonts."""
    assert PAGE is not None
    text = notes(sentences)
    result = fit_notes(text, PAGE, THEME)
    area = result.page.text_box.text_area
    assert measure_text_height([Para(runs=runs) for runs in text], area, THEME, result.scale) <= area.height


def test_template_without_a_notes_master_gets_one() -> None:
    out = io.BytesIO()
    Presentation().save(out)
    template, _ = open_template(THEME, "en", out.getvalue(), {}, SPAN)
    data, findings = write_deck(deck(text_slide("A title", "a", notes=notes(30))), THEME, template=template)
    assert not [problem for problem in findings if problem.code == "DEK002"]
    page = Presentation(io.BytesIO(data)).slides[0].notes_slide
    assert page.notes_text_frame.text.count(SENTENCE.strip()) == 30
    assert scale(page) < 100_000


def test_template_without_a_notes_placeholder_is_reported() -> None:
    presentation = Presentation()
    for shape in list(presentation.notes_master.placeholders):
        shape._element.getparent().remove(shape._element)
    out = io.BytesIO()
    presentation.save(out)
    template, _ = open_template(THEME, "en", out.getvalue(), {}, SPAN)
    _, findings = write_deck(deck(text_slide("A title", "a", notes=notes(1))), THEME, template=template)
    assert [problem.message for problem in findings if problem.code == "DEK002"] == [
        "the template's notes master has no text placeholder; speaker notes were omitted"
    ]
