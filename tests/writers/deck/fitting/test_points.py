"""Test points on fields: their arrangement, their lead-ins, and the lines above them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.writers.deck.conftest import THEME, all_places, point, shown
from triptych.writers.deck.fitting.composition import Composition, Ornament
from triptych.writers.deck.fitting.points import fit_points
from triptych.writers.deck.kinds import CARDS, PlaceholderRole
from triptych.writers.deck.slides import Para, Run, SlideKindName

PLACES = all_places()[SlideKindName.NUMBERS]
SENTENCE = "A sentence about the harbour that needs about two lines on a slide"


def fitted(*paras: Para) -> Composition | None:
    return fit_points(paras, PLACES, THEME, rtl=False)


def grid(slide: Composition | None) -> tuple[int, int]:
    """Return the number of columns and rows."""
    assert slide is not None
    boxes = slide.boxes.values()
    return len({round(box.left) for box in boxes}), len({round(box.top) for box in boxes})


def lead(heading: str, *text: str) -> Para:
    return Para(runs=(Run(text=heading, bold=True), *(Run(text=part) for part in text)))


@pytest.mark.parametrize(
    ("texts", "arrangement"),
    [
        (["Short"] * 3, (3, 1)),
        ([SENTENCE] * 3, (1, 3)),
        (["Short"] * 4, (2, 2)),
        (["Short"] * 2, (2, 1)),
        ([SENTENCE] * 4, (2, 2)),
    ],
)
def test_arrangement_is_the_one_whose_text_fills_the_frame_best(
    texts: list[str], arrangement: tuple[int, int]
) -> None:
    assert grid(fitted(*map(point, texts))) == arrangement


@pytest.mark.parametrize("count", [2, 3, 4])
def test_fields_have_one_size_and_a_line_above_each(count: int) -> None:
    slide = fitted(*[point(SENTENCE * 2), *[point(SENTENCE)] * (count - 1)])
    assert slide is not None and not slide.panels
    assert len({(round(box.width, 3), round(box.height, 3)) for box in slide.boxes.values()}) == 1
    assert len({text.sizes for text in slide.texts.values()}) == 1
    for box, (kind, (left, top, width, _)) in zip(slide.boxes.values(), slide.ornaments, strict=True):
        assert (kind, left, width) == (Ornament.RULE, box.left, box.width)
        assert 0 < box.top - top < 20
    frame = PLACES[PlaceholderRole.CARD_1].top, PLACES[PlaceholderRole.SOURCE].bottom
    tops = [top for _, (_, top, *_) in slide.ornaments]
    assert frame[0] <= min(tops) + 0.1 and max(box.bottom for box in slide.boxes.values()) <= frame[1] + 0.1


def test_words_alone_on_a_last_line_get_more_words() -> None:
    words = "Merge sort needs a two-hundredth of the comparisons for a list of".split()
    ends = (" ".join(words[: len(words) - index]) for index in range(6))
    texts = [f"{end} items" for end in ends]
    slides = (fitted(point(text), point(SENTENCE), point(SENTENCE)) for text in texts)
    joined = [shown(slide.texts[PlaceholderRole.CARD_1].paras) for slide in slides if slide]
    assert [text.replace("\u00a0", " ") for text in joined] == texts
    assert any("\u00a0items" in text for text in joined) and any(text in joined for text in texts)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_short_points_are_on_panels_of_one_size_instead(count: int) -> None:
    slide = fitted(*[point("Short")] * count)
    assert slide is not None and len(slide.panels) == count and not slide.ornaments
    assert len({(round(box.width, 3), round(box.height, 3)) for box in slide.boxes.values()}) == 1
    assert {text.sizes for text in slide.texts.values()} == {(36.0,)}


@pytest.mark.parametrize("mark", [": ", " – ", ". "])
def test_bold_lead_in_is_the_heading_of_its_field(mark: str) -> None:
    slide = fitted(lead("Parts", f"{mark}made abroad"), lead("Trust", f"{mark}lost"))
    assert slide is not None
    texts = [[shown([para]) for para in text.paras] for text in slide.texts.values()]
    assert texts == [["Parts", "made abroad"], ["Trust", "lost"]]
    heading, text = slide.texts[PlaceholderRole.CARD_1].sizes
    assert heading > text


def test_lead_ins_stay_in_the_text_unless_all_points_have_one() -> None:
    slide = fitted(lead("Parts", ": made abroad"), point("Trust is lost"))
    assert slide is not None
    assert [len(text.paras) for text in slide.texts.values()] == [1, 1]
    assert shown(slide.texts[CARDS[0]].paras) == "Parts: made abroad"


def test_numbered_points_keep_their_numbers() -> None:
    slide = fitted(*(replace(point(SENTENCE), number=number) for number in (3, 4)))
    assert slide is not None
    assert [shown(text.paras[:1]) for text in slide.texts.values()] == ["3", "4"]


@pytest.mark.parametrize(
    "paras",
    [
        [point("One")],
        [point("One")] * 5,
        [point("One"), point("Two", level=1)],
        [point("One", bullet=False), point("Two", bullet=False)],
        [point(SENTENCE * 12)] * 4,
    ],
)
def test_other_text_is_not_set_as_fields(paras: list[Para]) -> None:
    assert fitted(*paras) is None
