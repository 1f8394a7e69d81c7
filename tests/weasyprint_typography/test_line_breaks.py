"""Which lines keep to the plan of their paragraph."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from tests.writers.print.quires import lay
from weasyprint_typography import plans
from weasyprint_typography.breakpoints import ParagraphText, find_breaks
from weasyprint_typography.engine import load_engine
from weasyprint_typography.line_breaking import Breakpoint, LineWidths, find_ragged_lines
from weasyprint_typography.plans import ParagraphPlan, get_line_widths, plan_line

WIDTH = 320.0


def paragraph() -> Any:
    """The line of a paragraph of forty words, 20 wide with spaces of 5, ten characters each."""
    stops = [Breakpoint(0, 0.0, 0.0, 0, 0)]
    stops += [
        Breakpoint(10 * n, 25.0 * n - 5, 25.0 * n, n - 1, n, is_mandatory=n == 40) for n in range(1, 41)
    ]
    box = SimpleNamespace(text="x" * 400)
    text, measure = ParagraphText(0, box, (), (25.0,) * 400), LineWidths(WIDTH, WIDTH, 5.0)
    plan = ParagraphPlan(
        {(): (0, box)}, [text], stops, measure, lambda: stops, is_justified=True, is_heading=False
    )
    style = {"white_space": "normal", "text_align_all": "justify", "font_size": 10.0}
    line = SimpleNamespace(style=style, element_tag="p", text_indent=0.0, descendants=list)
    setattr(line, plans._PLANS, plans._PlansByWidth(((), WIDTH, 0.0), plan))
    return line


def room(line: Any, available: float, place: int = 0) -> float | None:
    skip = {place: None} if place else None
    planned = plan_line(None, line, available, skip, SimpleNamespace(width=WIDTH))
    return planned.width if planned else None


def test_lines_beside_a_float_are_planned_for_their_own_width() -> None:
    line = paragraph()
    free, beside = room(line, WIDTH), room(line, 200.0)
    assert free is not None and 290 < free < WIDTH + 4
    assert beside is not None and 190 < beside < 204
    measure = get_line_widths(line)
    assert measure is not None and measure.other_lines == 200


def test_lines_too_narrow_for_a_plan_are_left_to_the_engine() -> None:
    line = paragraph()
    assert room(line, WIDTH) is not None
    assert room(line, 40.0) is None
    assert get_line_widths(line) is None


def test_a_paragraph_that_was_tried_beside_a_float_is_planned_as_a_new_one() -> None:
    """Its lines are filled alike, whether its page was laid out once or twice."""
    line = paragraph()
    room(line, 200.0)
    room(line, 200.0, 80)
    room(line, WIDTH, 160)  # under the float, where no line of the free paragraph begins
    again = [room(line, WIDTH), *(room(line, WIDTH, 130 * n) for n in (1, 2))]
    fresh = paragraph()
    assert again == [room(fresh, WIDTH), *(room(fresh, WIDTH, 130 * n) for n in (1, 2))]


def test_the_strokes_of_an_option_stay_with_it() -> None:
    load_engine()
    text = "build --release, well-known – a -1"
    places = find_breaks(text, "en")
    begun = [text[place:].split(" ")[0] for place in places]
    assert begun == ["--release,", "well-known", "known", "–", "a", "-1"]


def test_a_line_can_begin_with_a_dot_that_belongs_to_a_name() -> None:
    load_engine()
    text = "set .class, .book.md and 3 .. 5."
    begun = [text[place:].split(" ")[0] for place in find_breaks(text, "en")]
    assert begun == [".class,", ".book.md", "and", "3", "5."]


def lines_of(body: str, css: str) -> list[str]:
    """The text of each line of a page."""
    from weasyprint.formatting_structure.boxes import LineBox, TextBox

    (page,) = lay(body, css)[0].pages
    lines = [box for box in page._page_box.descendants() if isinstance(box, LineBox)]
    return ["".join(box.text for box in line.descendants() if isinstance(box, TextBox)) for line in lines]


HANGING = "p { width: 120pt; text-indent: -12pt; padding-left: 12pt; overflow-wrap: anywhere; hyphens: none }"


def test_an_address_that_is_too_long_breaks_behind_its_marks() -> None:
    address = (
        "http://www.example.org/2019/07/china_s_online_retail_sales_top_the_world_for_6th_year_137788.html"
    )
    assert lines_of(f"<p>Sold. <a href='#x'>{address}</a> was read</p>", HANGING) == [
        "Sold. http://www.example.org/",
        "2019/07/",
        "china_s_online_retail_sales_",
        "top_the_world_for_6th_year_",
        "137788.html was read",
    ]


def test_a_line_under_a_hanging_indent_is_no_longer_than_its_own_width() -> None:
    """The first line has more room: a word that would fit there alone is too long for the second."""
    assert lines_of("<p>Sold on <a href='#x'>abcdefghijklmnopqrstuvwxyzab</a></p>", HANGING) == [
        "Sold on",
        "abcdefghijklmnopqrstuvwxyza",
        "b",
    ]


@pytest.mark.parametrize("width", [60, 75, 90])
def test_a_western_word_in_eastern_text_is_not_broken_anywhere(width: int) -> None:
    cited = "文" * 11 + "（<span>Nextgov</span>，2021；<a href='#x'>Sajadieh</a>，2025）" + "文" * 18
    css = f"p {{ width: {width}pt; overflow-wrap: break-word; text-align: justify; hyphens: none }}"
    lines = lines_of(f"<p lang='zh'>{cited}</p>", css)
    assert len(lines) > 1
    assert all(sum(word in line for line in lines) == 1 for word in ("Nextgov", "Sajadieh"))


CUT = ".s { letter-spacing: 1px } p { width: 240pt; text-align: justify; hyphens: none }"


def test_spaced_letters_take_their_spacing_at_the_ends_of_their_texts_too() -> None:
    """Six words that are spaced, each a text of its own, would leave the text behind them for the next line."""
    words = "".join(f" <span class='s'>{word}</span>" for word in "usa nato un eu bbc ussr".split())
    lines = lines_of(f"<p>some{words} and {'more of the harbour, ' * 9}</p>", CUT)
    assert lines[0].startswith("some usa nato un eu bbc ussr and")


@pytest.mark.parametrize(
    "text",
    ["either/And or/And and/Any " * 9, "of\u00adfi\u00adce af\u00adfairs af\u00adfluent " * 9],
    ids=["strokes", "ligatures"],
)
def test_lines_are_as_wide_as_was_planned(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A stroke stands nearer to a capital A, and two letters are one glyph, unless the line ends between."""
    from weasyprint.formatting_structure.boxes import LineBox

    found: list[Breakpoint] = []

    def note(*arguments: Any, **more: Any) -> list[Breakpoint]:
        found[:] = find_ragged_lines(*arguments, **more)
        return found

    monkeypatch.setattr(plans, "find_ragged_lines", note)
    (page,) = lay(f"<h1>{text}</h1>", "h1 { width: 100pt; font-size: 15pt; hyphens: manual }")[0].pages
    lines = [box.width for box in page._page_box.descendants() if isinstance(box, LineBox)]
    assert len(lines) > 6
    assert lines == pytest.approx([end.end - start.next_start for start, end in pairwise(found)], abs=0.05)


def test_names_that_begin_with_a_dot_fill_their_lines() -> None:
    names = ", ".join(f"<code>.name{n}</code>" for n in range(9))
    lines = lines_of(f"<p>{names}</p>", "p { width: 150pt } code { font: 10pt JetBrains Mono }")
    assert len(lines) == 3 and all(line.startswith(".name") for line in lines)
