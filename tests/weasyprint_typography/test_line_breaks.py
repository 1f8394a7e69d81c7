"""Test which lines follow the plan of their paragraph."""

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
    """Return the line of a paragraph of forty words, 20 wide with spaces of 5, ten characters each."""
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


def test_lines_next_to_a_float_are_planned_for_their_width() -> None:
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


def test_paragraph_tried_next_to_a_float_is_planned_anew() -> None:
    """Test a paragraph first tried beside a float: its lines are planned again, as in a single layout."""
    line = paragraph()
    room(line, 200.0)
    room(line, 200.0, 80)
    room(line, WIDTH, 160)  # below the float, where no line of the undisturbed paragraph begins
    repeated = [room(line, WIDTH), *(room(line, WIDTH, 130 * n) for n in (1, 2))]
    fresh = paragraph()
    assert repeated == [room(fresh, WIDTH), *(room(fresh, WIDTH, 130 * n) for n in (1, 2))]


def test_option_dashes_stay_with_the_option() -> None:
    load_engine()
    text = "build --release, well-known – a -1"
    places = find_breaks(text, "en")
    begun = [text[place:].split(" ")[0] for place in places]
    assert begun == ["--release,", "well-known", "known", "–", "a", "-1"]


def test_dash_of_a_chinese_range_starts_no_line() -> None:
    load_engine()
    text = "从2020—2024年"
    places = find_breaks(text, "zh")
    assert text.index("—") not in places
    assert text.index("2024") in places


def test_line_may_start_with_a_dot_of_a_name() -> None:
    load_engine()
    text = "set .class, .book.md and 3 .. 5."
    breaks = [text[place:].split(" ")[0] for place in find_breaks(text, "en")]
    assert breaks == [".class,", ".book.md", "and", "3", "5."]


def lines_of(body: str, css: str) -> list[str]:
    """Return the text of each line of a page."""
    from weasyprint.formatting_structure.boxes import LineBox, TextBox

    (page,) = lay(body, css)[0].pages
    lines = [box for box in page._page_box.descendants() if isinstance(box, LineBox)]
    return ["".join(box.text for box in line.descendants() if isinstance(box, TextBox)) for line in lines]


HANGING = "p { width: 120pt; text-indent: -12pt; padding-left: 12pt; overflow-wrap: anywhere; hyphens: none }"


def test_overlong_url_breaks_after_punctuation() -> None:
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


def test_line_with_a_hanging_indent_keeps_its_width() -> None:
    """Test a hanging indent: a word that fits on the wider first line may be too long for the second."""
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


def test_letter_spacing_applies_at_text_ends_too() -> None:
    """Test letter-spaced texts: the spacing after their last letters counts as part of the line."""
    words = "".join(f" <span class='s'>{word}</span>" for word in "usa nato un eu bbc ussr".split())
    lines = lines_of(f"<p>some{words} and {'more of the harbour, ' * 9}</p>", CUT)
    assert lines[0].startswith("some usa nato un eu bbc ussr and")


@pytest.mark.parametrize(
    "text",
    ["either/And or/And and/Any " * 9, "of\u00adfi\u00adce af\u00adfairs af\u00adfluent " * 9],
    ids=["strokes", "ligatures"],
)
def test_lines_are_as_wide_as_was_planned(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Test that lines are as wide as planned: kerning and ligatures count, except across a line end."""
    from weasyprint.formatting_structure.boxes import LineBox

    result: list[Breakpoint] = []

    def note(*arguments: Any, **more: Any) -> list[Breakpoint]:
        result[:] = find_ragged_lines(*arguments, **more)
        return result

    monkeypatch.setattr(plans, "find_ragged_lines", note)
    (page,) = lay(f"<h1>{text}</h1>", "h1 { width: 100pt; font-size: 15pt; hyphens: manual }")[0].pages
    lines = [box.width for box in page._page_box.descendants() if isinstance(box, LineBox)]
    assert len(lines) > 6
    assert lines == pytest.approx([end.end - start.next_start for start, end in pairwise(result)], abs=0.05)


def test_names_that_start_with_a_dot_fill_their_lines() -> None:
    names = ", ".join(f"<code>.name{n}</code>" for n in range(9))
    lines = lines_of(f"<p>{names}</p>", "p { width: 150pt } code { font: 10pt JetBrains Mono }")
    assert len(lines) == 3 and all(line.startswith(".name") for line in lines)


@pytest.mark.parametrize("width", [130, 140, 170, 200])
def test_paragraph_with_a_mark_at_its_end_is_planned(width: int) -> None:
    """Test a paragraph of a proof: the mark at its end is beside the planned last line."""
    from weasyprint.formatting_structure.boxes import LineBox

    words = (
        "The proof of the theorem is left to the reader, who finds it in every book on analysis and numbers."
    )
    css = f"p {{ text-align: justify; width: {width}pt }} .mark {{ float: right; padding-left: 1em }}"
    (page,) = lay(f'<p>{words} <span class="mark">□</span></p>', css)[0].pages
    *lines, mark = [box for box in page._page_box.descendants() if isinstance(box, LineBox)]
    assert all(get_line_widths(line) for line in lines)
    last = lines[-1]
    assert mark.position_y == pytest.approx(last.position_y, abs=1)
    assert last.position_x + last.children[0].width <= mark.position_x
